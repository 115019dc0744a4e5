"""Reads instruments, review cycles, papers due to treaty bodies and recommendations; it changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Q

from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.obligations.models import Obligation, State

from ..kinds import TREATY
from ..models import Instrument, TreatyDeadline

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
