"""Reads what was reported on a measure and how its indicators ran nationally, for showing; it rolls nothing up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..models import Indicator, IndicatorUse, Measure, PlanVersion, Report, ReportingPeriod, RollUp, Target
from .alignment import ancestors_of

NATION = "000000"


@dataclass(frozen=True)
class Point:
    """One period of an indicator's series: the rolled-up value and how many places gave theirs."""

    period: ReportingPeriod
    value: Decimal | None
    reported: int | None
    expected: int | None


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
    version: PlanVersion, indicators: Iterable[Indicator], *, place_code: str = NATION, on: date | None = None
) -> list[Series]:
    """The indicators' series at a place over the periods begun by the day, in three queries."""
    wanted = list(indicators)
    periods = list(version.plan.periods.filter(**({"starts__lte": on} if on else {})).order_by("starts"))
    found = {
        (row.indicator_id, row.period_id): row
        for row in RollUp.objects.filter(indicator__in=wanted, period__in=periods, place_code=place_code)
    }
    targets: dict[int, list[Target]] = defaultdict(list)
    for target in Target.objects.filter(version=version, indicator__in=wanted, place_code=place_code):
        targets[target.indicator_id].append(target)
    return [
        Series(one, tuple(_point(found.get((one.pk, p.pk)), p) for p in periods), tuple(targets[one.pk]))
        for one in wanted
    ]


def _point(row: RollUp | None, period: ReportingPeriod) -> Point:
    if row is None:
        return Point(period, None, None, None)
    return Point(period, row.value, row.reported, row.expected)


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
