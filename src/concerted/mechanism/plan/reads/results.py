"""Reads what was reported on a measure and how its indicators ran nationally, for showing; it rolls nothing up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import isnan

from ..models import Indicator, IndicatorUse, Measure, PlanVersion, Report, ReportingPeriod, RollUp, Target
from .alignment import ancestors_of
from .apart import beyond
from .cells import read_cells

NATION = "000000"


@dataclass(frozen=True)
class Point:
    """One period of an indicator's series: the place's own value counts where it gave one, else the roll-up of the
    places below it, with how many gave theirs.

    own: the value is the place's own; None where its sources differ and no ruling chose. below: the roll-up beside it.
    apart: how far the own value lies beyond what the places below can come to, whatever is missing; None where it fits.
    """

    period: ReportingPeriod
    value: Decimal | None
    reported: int | None
    expected: int | None
    own: bool = False
    below: Decimal | None = None
    apart: float | None = None

    @property
    def differs(self) -> bool:
        """Whether the place says another thing than the places below it together."""
        return self.own and self.below is not None and self.value != self.below


@dataclass(frozen=True)
class Series:
    """An indicator of a version over the periods so far, with its targets."""

    indicator: Indicator
    points: tuple[Point, ...]
    targets: tuple[Target, ...]

    @property
    def values(self) -> list[Decimal | None]:
        """The value of each period; None where nothing was reported."""
        return [point.value for point in self.points]

    @property
    def labels(self) -> list[str]:
        """The key of each period."""
        return [point.period.key for point in self.points]

    @property
    def target(self) -> Decimal | None:
        """The last target set as a number; None also where periods add up to it, for no single one is held to it."""
        if self.indicator.adds_up_over_time:
            return None
        numbers = [target.value for target in self.targets if target.value is not None]
        return numbers[-1] if numbers else None

    @property
    def last(self) -> Point | None:
        """The newest period with a value, or None."""
        return next((point for point in reversed(self.points) if point.value is not None), None)


def series_of(
    version: PlanVersion,
    indicators: Iterable[Indicator],
    *,
    place_code: str = NATION,
    on: date | None = None,
    published: bool = False,
) -> list[Series]:
    """The indicators' series at a place over the opened periods begun by the day, in six queries at most.

    Which figure counts is ruled as in reads.indicators. published: own values count only where a published report
    gives them; for readers to whom nothing else was shown.
    """
    wanted = list(indicators)
    opened = version.plan.periods.filter(opened_at__isnull=False)
    periods = list(opened.filter(**({"starts__lte": on} if on else {})).order_by("starts"))
    found = {
        (row.indicator_id, row.period_id): row
        for row in RollUp.objects.filter(indicator__in=wanted, period__in=periods, place_code=place_code)
    }
    own = own_values(wanted, periods, place_code=place_code)
    if published:
        shown = _published_cells(periods, {one.key: one.pk for one in wanted})
        own = {cell: value for cell, value in own.items() if cell in shown}
    targets: dict[int, list[Target]] = defaultdict(list)
    for target in Target.objects.filter(version=version, indicator__in=wanted, place_code=place_code):
        targets[target.indicator_id].append(target)
    return [
        Series(
            one,
            tuple(point_of(p, found.get((one.pk, p.pk)), own, one.pk) for p in periods),
            tuple(targets[one.pk]),
        )
        for one in wanted
    ]


Own = Mapping[tuple[int, int], Decimal | None]


def point_of(period: ReportingPeriod, row: RollUp | None, own: Own, indicator: int) -> Point:
    """The point of one period, from the roll-up and the place's own values by indicator and period."""
    below = row.value if row is not None and row.reported else None
    if (indicator, period.pk) in own:
        value = own[indicator, period.pk]
        apart = _apart(value, row) if row is not None else None
        return Point(period, value, None, None, own=True, below=below, apart=apart)
    if row is None:
        return Point(period, None, None, None)
    return Point(period, row.value, row.reported, row.expected)


def _apart(value: Decimal | None, row: RollUp) -> float | None:
    return beyond(value, value=row.value, reported=row.reported, low=row.low, high=row.high)


def own_values(
    indicators: Sequence[Indicator], periods: Sequence[ReportingPeriod], *, place_code: str
) -> dict[tuple[int, int], Decimal | None]:
    """What a place itself said, by indicator and period; None where its sources differ. Two queries at most."""
    cells = read_cells(
        indicators=[one.pk for one in indicators], periods=[one.pk for one in periods], places=[place_code]
    )
    columns = (cells.indicator.tolist(), cells.period.tolist(), cells.value.tolist())
    return {
        (indicator, period): None if isnan(value) else Decimal(f"{value:.6f}")
        for indicator, period, value in zip(*columns, strict=True)
    }


def _published_cells(
    periods: Sequence[ReportingPeriod], indicators: Mapping[str, int]
) -> set[tuple[int, int]]:
    """The indicators and periods of which a published report gives a number; one query."""
    said = Report.objects.filter(period__in=periods, state=Report.State.PUBLISHED)
    return {
        (indicators[key], period)
        for period, values in said.values_list("period_id", "values")
        for key, entry in values.items()
        if key in indicators and not entry.get("no_value")
    }


def indicators_by_measure(version: PlanVersion) -> dict[int, list[Indicator]]:
    """The indicators that judge each measure of the version, by measure id."""
    found: dict[int, list[Indicator]] = defaultdict(list)
    for use in IndicatorUse.objects.filter(version=version, measure__isnull=False).select_related(
        "indicator"
    ):
        assert use.measure_id is not None
        found[use.measure_id].append(use.indicator)
    return found


def indicators_by_objective(version: PlanVersion) -> dict[int, list[Indicator]]:
    """The indicators that judge each objective of the version, by objective id."""
    found: dict[int, list[Indicator]] = defaultdict(list)
    for use in IndicatorUse.objects.filter(version=version, objective__isnull=False).select_related(
        "indicator"
    ):
        assert use.objective_id is not None
        found[use.objective_id].append(use.indicator)
    return found


def reports_on(measure: Measure, *, limit: int = 40) -> list[Report]:
    """Reports on the measure in any wording of its plan that the acting agency may see, newest period first."""
    return list(
        Report.objects.filter(measure__in=ancestors_of(measure))
        .select_related("agency", "period")
        .order_by("-period__starts", "agency_id", "-number")[:limit]
    )


def published_reports(measures: Sequence[int]) -> list[Report]:
    """Published reports on these measures, newest period first; nothing that is not published."""
    return list(
        Report.objects.filter(measure__in=measures, state=Report.State.PUBLISHED)
        .select_related("agency", "period", "measure")
        .order_by("-period__starts", "measure_id", "agency_id", "-number")
    )


def lineage_of(version: PlanVersion) -> dict[int, list[int]]:
    """Each measure of the version with the ids of its wordings in the plan's versions, its own first; two queries."""
    earlier = dict(
        Measure.objects.filter(version__plan_id=version.plan_id).values_list("pk", "carried_from_id")
    )
    found: dict[int, list[int]] = {}
    for pk in version.measures.values_list("pk", flat=True):
        chain, step = [pk], earlier.get(pk)
        while step is not None and step in earlier and step not in chain:
            chain.append(step)
            step = earlier[step]
        found[pk] = chain
    return found
