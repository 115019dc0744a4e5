"""Gathers for a Monday page what no other read tells: requests for help, nudges, a province beside the nation.

Every function makes a constant number of queries whatever the size of the nation; it changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from concerted.foundation.agencies.models import Officer, Place, significant_digits

from ..models import (
    Baseline,
    Indicator,
    IndicatorUse,
    Measure,
    Milestone,
    MilestoneMark,
    Plan,
    PlanVersion,
    Report,
    ReportingPeriod,
    ReportMove,
    Responsibility,
    RollUp,
)
from .cells import above, as_code, read_cells
from .dependencies import timetable
from .indicators import Progress, progress_of
from .naming import newest_of_each
from .results import Point, own_values, point_of
from .usual import end_of, usual_first

#: States in which a report has left its agency and may be read by others.
_LEFT = (
    Report.State.SUBMITTED,
    Report.State.CLEARED,
    Report.State.ACCEPTED,
    Report.State.PUBLISHED,
)


@dataclass(frozen=True)
class Frame:
    """A plan, its version in force, and the period that reports were written for on a day, if any.

    others: the other plans in force on the day, which the officer may choose instead. open_periods: those of the plan
    that were open on the day, oldest first; `period` is one of them where there is any.
    """

    plan: Plan
    version: PlanVersion
    period: ReportingPeriod | None
    others: tuple[Plan, ...] = ()
    open_periods: tuple[ReportingPeriod, ...] = ()

    @property
    def plans(self) -> list[Plan]:
        """The plans to choose from, by the order in which they are listed everywhere."""
        return sorted((self.plan, *self.others), key=lambda plan: plan.key)


def frame_of(
    place_code: str, *, officer: Officer, on: date, key: str = "", period_key: str = ""
) -> Frame | None:
    """The plan of the place asked for by its key, else the one the officer usually works with; and its period:
    the open one asked for, else the newest open one that can be answered, else the newest there is.

    Plans to choose from are those whose years the day lies in; else the last before it. Three queries at most.
    """
    versions = {version.plan: version for version in _in_force(place_code, on)}
    plans = usual_first(versions, officer=officer, on=on)
    plan = next((one for one in plans if one.key == key), plans[0] if plans else None)
    if plan is None:
        return None
    others = tuple(one for one in plans if one != plan)
    still_open, period = _periods(plan, on)
    asked = next((one for one in still_open if one.key == period_key), period)
    return Frame(plan, versions[plan], asked, others, tuple(reversed(still_open)))


def _in_force(place_code: str, on: date) -> list[PlanVersion]:
    """The adopted versions whose years the day lies in; else those that began last; else those of unread years."""
    begun = list(
        PlanVersion.objects.filter(
            Q(period_from=None) | Q(period_from__lte=on),
            state=PlanVersion.State.ADOPTED,
            plan__place_code=place_code,
        )
        .select_related("plan__office")
        .order_by(F("period_from").desc(nulls_last=True), "plan__key")
    )
    dated = [one for one in begun if one.period_from is not None]
    running = [one for one in dated if one.period_to is None or one.period_to >= on]
    return running or [one for one in dated if one.period_from == dated[0].period_from] or begun


def _periods(plan: Plan, on: date) -> tuple[list[ReportingPeriod], ReportingPeriod | None]:
    """The periods open on the day, newest first, and the one that is shown where none is asked for."""
    periods = list(plan.periods.filter(starts__lte=on).order_by("-starts"))
    opened = [p for p in periods if p.opened_at is not None and p.opened_at < end_of(on)]
    still_open = [p for p in opened if p.closed_at is None or p.closed_at >= end_of(on)]
    due = [p for p in still_open if p.opens <= on]
    ended = [p for p in periods if p.ends < on]
    return still_open, next(iter(due or still_open or opened or ended or periods), None)


def periods_open(place_code: str, *, on: date) -> list[ReportingPeriod]:
    """The periods open on the day in plans of the place and of those above it, oldest first. One query."""
    return list(
        ReportingPeriod.objects.filter(
            Q(closed_at=None) | Q(closed_at__gte=end_of(on)),
            opened_at__lt=end_of(on),
            plan__place_code__in=[*above(place_code), place_code],
        ).order_by("starts", "pk")
    )


@dataclass(frozen=True)
class HelpRequest:
    """What an agency asked for in a report, and since when it waits."""

    report: Report
    since: date
    days: int


def help_requests(*, on: date, within: str = "000000", limit: int = 50) -> list[HelpRequest]:
    """Requests for help in the newest report of each measure and agency below the nation, oldest first."""
    below = (
        Report.objects.filter(submitted_at__lt=end_of(on), state__in=_LEFT)
        .filter(agency__place_code__startswith=significant_digits(within))
        .exclude(agency__place_code="000000")
    )
    newest = newest_of_each(below)
    found = (
        Report.objects.filter(pk__in=newest)
        .exclude(help_requested="")
        .select_related("measure", "agency", "period")
        .order_by("submitted_at")[:limit]
    )
    return [_asked(report, on) for report in found]


def _asked(report: Report, on: date) -> HelpRequest:
    moment = report.first_submitted_at or report.submitted_at or report.changed_at
    since = timezone.localtime(moment).date()
    return HelpRequest(report, since, (on - since).days)


@dataclass(frozen=True)
class SentBack:
    """A report that came back, with what the reviewer said of which field."""

    report: Report
    field: str
    reason: str


def sent_back(*, agency_id: int) -> list[SentBack]:
    """The agency's reports that stand returned, with the newest return of each. One query."""
    moves = (
        ReportMove.objects.filter(
            report__agency=agency_id, report__state=Report.State.RETURNED, to_state="returned"
        )
        .exclude(from_state="returned")
        .select_related("report__measure", "report__period")
        .order_by("report_id", "-at", "-id")
        .distinct("report_id")
    )
    return [SentBack(move.report, move.field, move.reason) for move in moves]


def measures_led(version: PlanVersion, *, agency_id: int, on: date) -> list[Measure]:
    """The measures of the version that the agency leads on the day, in the order of the plan. One query."""
    leads = Responsibility.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=on),
        Q(valid_to=None) | Q(valid_to__gt=on),
        measure=OuterRef("pk"),
        agency=agency_id,
        role=Responsibility.Role.LEAD,
    )
    return list(version.measures.filter(Exists(leads)).order_by("position"))


@dataclass(frozen=True)
class OnThePath:
    """One of our measures for which measures of others wait with no day to spare; spare_days: of the tightest."""

    measure: Measure
    spare_days: int
    waiting: tuple[Measure, ...]


def on_the_path(version: PlanVersion, ours: Iterable[Measure]) -> list[OnThePath]:
    """Our measures on the critical path for which a measure of somebody else waits. Few queries."""
    mine = {measure.pk for measure in ours}
    table = timetable(version) if mine else None
    if table is None:
        return []
    waiting: dict[int, list[tuple[int, Measure]]] = defaultdict(list)
    for row in table.rows:
        for needed in row.needs:
            days = table.spare[needed.key, row.measure.key]
            if needed.pk in mine and row.measure.pk not in mine and days <= 0:
                waiting[needed.pk].append((days, row.measure))
    return [
        OnThePath(
            row.measure,
            min(days for days, _one in waiting[row.measure.pk]),
            tuple(one for _days, one in waiting[row.measure.pk]),
        )
        for row in table.rows
        if waiting[row.measure.pk]
    ]


@dataclass(frozen=True)
class Nudge:
    """Something that would make one of our measures better told: its kind, the measure and the thing."""

    kind: str
    measure: Measure
    thing: Indicator | Milestone | Report | None = None


def nudges(version: PlanVersion, ours: Sequence[Measure], *, agency_id: int, on: date) -> list[Nudge]:
    """Indicators without a baseline, reports without evidence, milestones past due and not marked reached.

    Three queries.
    """
    named = {measure.pk: measure for measure in ours}
    return [
        *_past_due(named, on),
        *_without_baseline(version, named),
        *_without_evidence(named, agency_id),
    ]


def _past_due(named: dict[int, Measure], on: date) -> Iterable[Nudge]:
    reached = MilestoneMark.objects.filter(milestone=OuterRef("pk"), reached_on__lte=on, withdrawn_at=None)
    for milestone in Milestone.objects.filter(~Exists(reached), measure__in=list(named), due__lt=on):
        yield Nudge("milestone_past_due", named[milestone.measure_id], milestone)


def _without_baseline(version: PlanVersion, named: dict[int, Measure]) -> Iterable[Nudge]:
    known = Baseline.objects.filter(
        Q(value__isnull=False) | Q(denominator__isnull=False),
        version=version,
        indicator=OuterRef("indicator"),
        place_code=version.plan.place_code,
    )
    uses = IndicatorUse.objects.filter(~Exists(known), measure__in=list(named)).select_related("indicator")
    for use in uses.order_by("measure__position", "indicator__key"):
        yield Nudge("no_baseline", named[use.measure_id or 0], use.indicator)


def _without_evidence(named: dict[int, Measure], agency_id: int) -> Iterable[Nudge]:
    newest = (
        Report.objects.filter(measure__in=list(named), agency=agency_id)
        .select_related("period")
        .order_by("measure_id", "-period__starts", "-number")
        .distinct("measure_id")
    )
    for report in newest:
        if not report.evidence:
            yield Nudge("no_evidence", named[report.measure_id], report)


@dataclass(frozen=True)
class Beside:
    """An indicator at one place beside the other places of its level: the newest period with any value.

    missing: the places that gave nothing; they are named, and no value is put in for them.
    """

    own: Progress
    period: ReportingPeriod
    value: float | None
    middle: float | None
    lowest: float | None
    highest: float | None
    reported: int
    asked: int
    missing: tuple[Place, ...]


def beside_others(
    version: PlanVersion, *, period: ReportingPeriod, place_code: str, on: date
) -> list[Beside]:
    """The version's indicators reported at or below provinces: one province's value, target, and the nation's
    median and range over provinces. Some twelve queries, whatever the number of indicators.

    The period shown is the last ended one of the same kind up to `period`.
    """
    wanted = list(
        Indicator.objects.filter(plan=version.plan_id, uses__version=version)
        .exclude(reporting_level=Place.Level.NATION)
        .select_related("plan")
        .distinct()
        .order_by("key")
    )
    if not wanted:
        return []
    own = progress_of(version=version, indicators=wanted, place_code=place_code, period=period, on=on)
    places = _provinces(period.ends)
    values = _values(wanted, period, list(places))
    return [_beside(one, period, values[one.indicator.pk], places, place_code) for one in own]


def _provinces(on: date) -> dict[str, Place]:
    from .alignment import places_of

    return {place.code: place for place in places_of(Place.Level.PROVINCE, on=on)}


def _values(
    wanted: Sequence[Indicator], period: ReportingPeriod, codes: Sequence[str]
) -> dict[int, dict[str, float]]:
    """Per indicator the value of each province: its own, else the roll-up of the places below it."""
    ids = [one.pk for one in wanted]
    found: dict[int, dict[str, float]] = defaultdict(dict)
    rolled = RollUp.objects.filter(
        indicator__in=ids, period=period, place_code__in=codes, value__isnull=False, reported__gt=0
    )
    for indicator, code, value in rolled.values_list("indicator_id", "place_code", "value"):
        if value is not None:
            found[indicator][code] = float(value)
    cells = read_cells(indicators=ids, periods=[period.pk], places=list(codes))
    columns = (cells.indicator, cells.place, cells.value)
    for indicator, place, value in zip(*(column.tolist() for column in columns), strict=True):
        if value == value:  # a number, not the mark of a cell without a usable value
            found[int(indicator)][as_code(int(place))] = float(value)
    return found


def _beside(
    own: Progress, period: ReportingPeriod, values: dict[str, float], places: dict[str, Place], code: str
) -> Beside:
    numbers = [values[c] for c in places if c in values]
    return Beside(
        own=own,
        period=period,
        value=values.get(code),
        middle=median(numbers) if numbers else None,
        lowest=min(numbers, default=None),
        highest=max(numbers, default=None),
        reported=len(numbers),
        asked=len(places),
        missing=tuple(place for c, place in places.items() if c not in values),
    )


def last_values(
    measures: Iterable[int], *, place_code: str, on: date
) -> dict[int, list[tuple[Indicator, Point | None]]]:
    """Per measure its indicators with the newest value before the day, the place's own or the roll-up of those below.

    Five queries at most.
    """
    uses = list(
        IndicatorUse.objects.filter(measure__in=list(measures))
        .select_related("indicator")
        .order_by("measure_id", "indicator__key")
    )
    wanted = list({use.indicator_id: use.indicator for use in uses}.values())
    periods = list(
        ReportingPeriod.objects.filter(plan__in={one.plan_id for one in wanted}, ends__lt=on).order_by(
            "starts"
        )
    )
    rolled = {
        (row.indicator_id, row.period_id): row
        for row in RollUp.objects.filter(
            indicator__in=wanted,
            period__in=periods,
            place_code=place_code,
            value__isnull=False,
            reported__gt=0,
        )
    }
    own = own_values(wanted, periods, place_code=place_code) if wanted and periods else {}
    newest: dict[int, Point] = {}
    for period in periods:
        for one in wanted:
            point = point_of(period, rolled.get((one.pk, period.pk)), own, one.pk)
            if point.value is not None:
                newest[one.pk] = point
    found: dict[int, list[tuple[Indicator, Point | None]]] = defaultdict(list)
    for use in uses:
        found[use.measure_id or 0].append((use.indicator, newest.get(use.indicator_id)))
    return found
