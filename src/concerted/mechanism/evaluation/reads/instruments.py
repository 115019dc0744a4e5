"""Reads instruments, review cycles, papers due to treaty bodies and recommendations; it changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Q, QuerySet

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.obligations.models import Obligation, State
from concerted.mechanism.plan.models import Measure

from ..kinds import TREATY
from ..models import Instrument, Recommendation, ReviewCycle, TreatyDeadline
from .evaluations import measures_by_key

#: How far ahead an agenda looks for papers that are due.
HORIZON_DAYS = 180


@dataclass(frozen=True)
class TreatyReportDue:
    """One paper owed to a treaty body; days_left is negative once its day has passed."""

    deadline: TreatyDeadline
    obligation: Obligation
    days_left: int

    @property
    def state(self) -> State:
        """Where its obligation stands on the day that was asked about."""
        return State(self.obligation.state)  # type: ignore[attr-defined]


@look(Permission.INSTRUMENT_READ)
def reports_due_to_treaty_bodies(
    *, officer: Officer, at: datetime, on: date, within_days: int = HORIZON_DAYS
) -> list[TreatyReportDue]:
    """Papers not yet handed in on the day: overdue ones and those due within so many days, soonest first.

    Two queries. Asked about a past day it answers as that day stood.
    """
    owed = {
        obligation.subject_id: obligation
        for obligation in Obligation.objects.with_state(on)
        .unanswered(on)
        .filter(kind=TREATY.code, due__lte=on + timedelta(days=within_days))
        .select_related("owner", "owed_to")
    }
    deadlines = TreatyDeadline.objects.filter(pk__in=owed).select_related("cycle__instrument", "owner")
    return [
        TreatyReportDue(deadline, owed[deadline.pk], (deadline.due - on).days)
        for deadline in deadlines.order_by("due", "pk")
    ]


class InstrumentEvent(StrEnum):
    """What happened to an instrument on a day."""

    ADOPTED = "adopted"
    IN_FORCE = "in_force"
    SIGNED = "signed"
    BOUND = "bound"
    IN_FORCE_HERE = "in_force_here"


_DATES = {
    InstrumentEvent.ADOPTED: "adopted_on",
    InstrumentEvent.IN_FORCE: "in_force_on",
    InstrumentEvent.SIGNED: "signed_on",
    InstrumentEvent.BOUND: "bound_on",
    InstrumentEvent.IN_FORCE_HERE: "in_force_here_on",
}


@dataclass(frozen=True)
class NewInstrument:
    """An instrument to which something happened in the span asked about, oldest happening first."""

    instrument: Instrument
    events: Sequence[tuple[InstrumentEvent, date]]


@look(Permission.INSTRUMENT_READ)
def new_instruments(*, officer: Officer, at: datetime, since: date, on: date) -> list[NewInstrument]:
    """Instruments adopted, signed, binding or come into force after `since` and by `on`, by first such day.

    One query; the days are the instruments' own, so a past day is answered as it stood.
    """
    happened = Q()
    for column in _DATES.values():
        happened |= Q(**{f"{column}__gt": since, f"{column}__lte": on})
    found = [_news(instrument, since, on) for instrument in Instrument.objects.filter(happened)]
    return sorted(found, key=lambda news: (news.events[0][1], news.instrument.key))


def _news(instrument: Instrument, since: date, on: date) -> NewInstrument:
    dated = ((event, getattr(instrument, column)) for event, column in _DATES.items())
    within = [(event, day) for event, day in dated if day is not None and since < day <= on]
    return NewInstrument(instrument, tuple(sorted(within, key=lambda pair: pair[1])))


@look(Permission.INSTRUMENT_READ)
def instruments(*, officer: Officer, at: datetime) -> list[Instrument]:
    """Every instrument with its cycles, by the day it was adopted; two queries."""
    return list(Instrument.objects.prefetch_related("cycles"))


@dataclass(frozen=True)
class InstrumentPage:
    """One instrument with its cycles, each with the papers due in it and what was recommended."""

    instrument: Instrument
    cycles: Sequence[CyclePart]


@dataclass(frozen=True)
class CyclePart:
    """One cycle with its papers and recommendations."""

    cycle: ReviewCycle
    papers: Sequence[PaperLine]
    recommendations: Sequence[RecommendationLine]


@dataclass(frozen=True)
class PaperLine:
    """One paper with its obligation as it stands on the day."""

    deadline: TreatyDeadline
    obligation: Obligation | None

    @property
    def standing(self) -> str:
        """The state of its obligation on the day that was asked about."""
        return State(self.obligation.state) if self.obligation else ""  # type: ignore[attr-defined]


@dataclass(frozen=True)
class RecommendationLine:
    """One recommendation with the measures that answer it, as the versions in force word them."""

    recommendation: Recommendation
    measures: Sequence[Measure]


@look(Permission.INSTRUMENT_READ)
def instrument_page(*, officer: Officer, at: datetime, key: str, on: date) -> InstrumentPage:
    """The instrument whole, with how its papers stand on the day. Raises NotThere."""
    instrument = Instrument.objects.filter(key=key).first()
    if instrument is None:
        raise NotThere("")
    cycles = list(instrument.cycles.select_related("instrument"))
    papers = _papers(TreatyDeadline.objects.filter(cycle__in=cycles), on)
    said = _with_measures(Recommendation.objects.filter(cycle__in=cycles))
    return InstrumentPage(
        instrument,
        [
            CyclePart(
                cycle,
                [paper for paper in papers if paper.deadline.cycle_id == cycle.pk],
                [line for line in said if line.recommendation.cycle_id == cycle.pk],
            )
            for cycle in cycles
        ],
    )


@look(Permission.INSTRUMENT_READ)
def reporting_calendar(*, officer: Officer, at: datetime, on: date) -> list[PaperLine]:
    """Every paper of every cycle with how it stands on the day, soonest due first."""
    return _papers(TreatyDeadline.objects.all(), on)


def _papers(found: QuerySet[TreatyDeadline], on: date) -> list[PaperLine]:
    rows = list(found.select_related("cycle__instrument", "owner").order_by("due", "pk"))
    owed = Obligation.objects.with_state(on).filter(kind=TREATY.code, subject_id__in=[r.pk for r in rows])
    by_subject = {one.subject_id: one for one in owed}
    return [PaperLine(row, by_subject.get(row.pk)) for row in rows]


@look(Permission.INSTRUMENT_READ)
def paper_by_id(*, officer: Officer, at: datetime, pk: int, on: date) -> PaperLine:
    """One paper of the calendar. Raises NotThere."""
    found = _papers(TreatyDeadline.objects.filter(pk=pk), on)
    if not found:
        raise NotThere("")
    return found[0]


@look(Permission.INSTRUMENT_READ)
def cycle_by_id(*, officer: Officer, at: datetime, pk: int) -> ReviewCycle:
    """One review cycle. Raises NotThere."""
    found = ReviewCycle.objects.select_related("instrument").filter(pk=pk).first()
    if found is None:
        raise NotThere("")
    return found


@dataclass(frozen=True)
class RecommendationFilter:
    """Which recommendations a list shows; empty fields do not narrow it."""

    instrument: str = ""
    state: str = ""
    level: str = ""
    lead: str = ""
    measure: str = ""


@look(Permission.INSTRUMENT_READ)
def recommendations(
    *, officer: Officer, at: datetime, wanted: RecommendationFilter = RecommendationFilter()
) -> list[RecommendationLine]:
    """Recommendations in the order of their reference, noted ones among them; three queries."""
    found = Recommendation.objects.all()
    if wanted.instrument:
        found = found.filter(cycle__instrument__key=wanted.instrument)
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.level:
        found = found.filter(level=wanted.level)
    if wanted.lead:
        found = found.filter(lead__key=wanted.lead)
    if wanted.measure:
        found = found.filter(measures__measure_key=wanted.measure).distinct()
    return _with_measures(found)


@look(Permission.INSTRUMENT_READ)
def recommendation_by_id(*, officer: Officer, at: datetime, pk: int) -> RecommendationLine:
    """One recommendation with its measures and moves. Raises NotThere."""
    found = _with_measures(Recommendation.objects.filter(pk=pk))
    if not found:
        raise NotThere("")
    return found[0]


def _with_measures(found: QuerySet[Recommendation]) -> list[RecommendationLine]:
    rows = list(
        found.select_related("cycle__instrument", "lead").prefetch_related("measures__plan", "moves__officer")
    )
    wanted = [(m.plan_id, m.measure_key) for row in rows for m in row.measures.all()]
    measures = measures_by_key(wanted) if wanted else {}
    return [
        RecommendationLine(
            row,
            [measures[key] for m in row.measures.all() if (key := (m.plan_id, m.measure_key)) in measures],
        )
        for row in rows
    ]
