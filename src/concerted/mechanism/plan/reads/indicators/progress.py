"""Reads how an indicator stands against baseline and target: its series, achievement and pace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import Q

from concerted.methods.results import (
    Direction,
    Interval,
    Number,
    Pace,
    Quotient,
    Standing,
    Why,
    achievement,
    expected_pace,
    is_met,
    undefined,
)

from ...models import Baseline, Indicator, PlanVersion, ReportingPeriod, RollUp, Target
from ..apart import beyond
from ..cells import Cells, as_code, read_cells
from ..known import rolled_up_then
from .plans import _baselines, _targets, baseline_value
from .series import (
    ROLLED,
    OwnCell,
    Point,
    RolledRow,
    Told,
    bounds_over_time,
    counted_points,
    is_comparable,
    is_of_a_year,
    over_time,
    own_point,
    rolled_point,
    series_of,
)


@dataclass(frozen=True)
class Progress:
    """One indicator at one place and period, against the version's baseline and target.

    told: what the series is made of, when it is first asked for.
    counted: the points the value is made of, those of the year that ends with the period unless the newest counts.
    value: they brought together over time as the indicator declares. comparable: whether they cover what baseline and
    target are about. achieved: unclipped share of the way from baseline to target, or why there is none. own, rolled:
    what the place itself and the places below it gave for the period. Bounds are worked out when first asked for.
    """

    indicator: Indicator
    place_code: str
    period: ReportingPeriod
    told: Told
    counted: tuple[Point, ...]
    value: Quotient
    comparable: bool
    baseline: Baseline | None
    target: Target | None
    achieved: Quotient
    pace: Pace
    met: bool | None
    own: Point | None
    rolled: Point | None

    @cached_property
    def series(self) -> tuple[Point, ...]:
        """The periods of the same kind so far, each with the place's own value, else the roll-up of those below."""
        return series_of(self.told)

    @cached_property
    def bounds(self) -> Interval | None:
        """What the value lies between, whatever is missing in each period and in every period without a figure."""
        return bounds_over_time(self.indicator, self.counted)

    @cached_property
    def achieved_bounds(self) -> Interval | None:
        """The share of the way at both ends of the bounds."""
        bounds = self.bounds if self.comparable else None
        ends = (None, None) if bounds is None else (bounds.lower, bounds.upper)
        shares = [_achieved(self.indicator, self.baseline, self.target, end).value for end in ends]
        one, other = shares
        return None if one is None or other is None else Interval(min(one, other), max(one, other))

    @property
    def of_a_year(self) -> bool:
        """Whether the value is made of a year's periods; else it is the newest, or the period's alone."""
        return is_of_a_year(self.indicator)

    @property
    def counted_periods(self) -> list[str]:
        """The keys of the periods the value is made of, oldest first."""
        return [point.period.key for point in self.counted]

    @property
    def since_start(self) -> Quotient:
        """The whole series brought together: of what adds up, everything since the plan's first period."""
        return over_time(self.indicator, self.series)

    @property
    def level(self) -> float | None:
        """The level an indicator that should keep one is held against; None for all others."""
        if self.indicator.direction != Direction.KEEP:
            return None
        stated = self.target.value if self.target and self.target.value is not None else None
        level = stated if stated is not None else baseline_value(self.baseline)
        return None if level is None else float(level)

    @property
    def departure(self) -> float | None:
        """How far the value lies above (+) or below (-) the level it should keep, in the indicator's unit."""
        if self.level is None or self.value.value is None or not self.comparable:
            return None
        return self.value.value - self.level

    @property
    def now(self) -> Point:
        """The point of the period itself."""
        return self.counted[-1]

    @property
    def differs(self) -> bool:
        """Whether the place says another thing of the period than the places below it together."""
        if self.own is None or self.rolled is None or self.rolled.value is None or not self.rolled.reported:
            return False
        return self.own.value is None or abs(self.own.value - self.rolled.value) > 1e-6

    @property
    def apart(self) -> float | None:
        """How far the place's own figure lies beyond what those below it can come to; None where it fits."""
        if self.own is None or self.rolled is None:
            return None
        below = self.rolled
        return beyond(
            self.own.value, value=below.value, reported=below.reported, low=below.low, high=below.high
        )

    @property
    def last(self) -> Point | None:
        """The newest point with a value."""
        return next((point for point in reversed(self.series) if point.value is not None), None)

    @property
    def values(self) -> list[float | None]:
        return [point.value for point in self.series]

    @property
    def labels(self) -> list[str]:
        return [point.period.key for point in self.series]

    @property
    def basis(self) -> str:
        """What the period itself rests on: `own`, `rollup`, or '' where nothing was reported in any period."""
        if all(point.value is None and not point.conflicting for point in self.series):
            return ""
        return "own" if self.now.own else "rollup"


def national_progress(*, version: PlanVersion, period: ReportingPeriod, on: date) -> list[Progress]:
    """How every indicator of the version stands at the plan's own place; a constant number of queries."""
    wanted = Indicator.objects.filter(plan_id=version.plan_id).select_related("plan").order_by("key")
    return progress_of(
        version=version, indicators=wanted, place_code=version.plan.place_code, period=period, on=on
    )


def progress_by_measure(*, version: PlanVersion, progress: Iterable[Progress]) -> dict[int, list[Progress]]:
    """The progress of the indicators that judge each measure, by measure id; one query."""
    of_indicator = {one.indicator.pk: one for one in progress}
    found: dict[int, list[Progress]] = defaultdict(list)
    for measure, indicator in version.indicator_uses.filter(measure__isnull=False).values_list(
        "measure_id", "indicator_id"
    ):
        if indicator in of_indicator:
            found[measure].append(of_indicator[indicator])
    return found


def off_pace(progress: Iterable[Progress]) -> list[Progress]:
    """The indicators behind the pace expected of them, furthest behind first."""
    behind = [one for one in progress if one.pace.standing is Standing.BEHIND]
    return sorted(behind, key=lambda one: one.pace.gap.value or 0.0)


def progress_of(
    *,
    version: PlanVersion | None,
    indicators: Iterable[Indicator],
    place_code: str,
    period: ReportingPeriod,
    on: date,
    known: datetime | None = None,
    among: Sequence[ReportingPeriod] | None = None,
) -> list[Progress]:
    """How indicators stand at one place at the end of a period, in seven queries whatever their number.

    version None: the plan has none in force, so that there is no baseline and no target. known: the moment before
    which figures had to be there; None is now. Figures that changed since are rolled up anew.
    """
    wanted = list(indicators)
    periods = _series_up_to(period, among)
    ids, spans = [one.pk for one in wanted], [one.pk for one in periods]
    rolled = _rolled(ids, spans, [place_code])
    if known is not None:
        then = rolled_up_then(indicators=wanted, periods=periods, place_code=place_code, known=known)
        for (indicator, span), row in then.items():
            rolled[indicator, place_code].pop(span, None)
            if row is not None:
                rolled[indicator, place_code][span] = row
    own = _own(read_cells(indicators=ids, periods=spans, places=[place_code], known=known))
    against = _baselines(version, ids, [place_code]), _targets(version, ids, [place_code], on)
    return [_progress(one, place_code, periods, rolled, own, against, on) for one in wanted]


def progress_by_place(
    *,
    version: PlanVersion | None,
    indicator: Indicator,
    codes: Collection[str],
    period: ReportingPeriod,
    on: date,
) -> dict[str, Progress]:
    """How one indicator stands at many places at the end of a period, in five queries whatever their number."""
    periods = _series_up_to(period, None)
    ids, spans = [indicator.pk], [one.pk for one in periods]
    rolled = _rolled(ids, spans, codes)
    own = _own(read_cells(indicators=ids, periods=spans, places=list(codes)))
    against = _baselines(version, ids, codes), _targets(version, ids, codes, on)
    return {code: _progress(indicator, code, periods, rolled, own, against, on) for code in codes}


_Place = tuple[int, str]
_Against = tuple[Mapping[_Place, Baseline], Mapping[_Place, Target]]


def _series_up_to(period: ReportingPeriod, among: Sequence[ReportingPeriod] | None) -> list[ReportingPeriod]:
    """The periods of the kind up to this one: those that were opened, for nobody was asked in any other."""
    if among is None:
        alike = ReportingPeriod.objects.filter(plan_id=period.plan_id, kind=period.kind)
        asked = Q(opened_at__isnull=False) | Q(pk=period.pk)
        return list(alike.filter(asked, starts__lte=period.starts).order_by("starts"))
    alike_at_hand = (
        one
        for one in among
        if one.kind == period.kind
        and one.starts <= period.starts
        and (one.opened_at is not None or one.pk == period.pk)
    )
    return sorted(alike_at_hand, key=lambda one: one.starts)


def _rolled(
    indicators: Collection[int], periods: Collection[int], places: Collection[str]
) -> dict[_Place, dict[int, RolledRow]]:
    """Roll-ups by indicator and place, then by period."""
    found: dict[_Place, dict[int, RolledRow]] = defaultdict(dict)
    rows = RollUp.objects.filter(indicator__in=indicators, period__in=periods, place_code__in=places)
    for indicator, place, period, *row in rows.values_list(
        "indicator_id", "place_code", "period_id", *ROLLED
    ):
        found[indicator, place][period] = tuple(row)
    return found


def _own(cells: Cells) -> dict[_Place, dict[int, OwnCell]]:
    """Places' own cells by indicator and place, then by period."""
    columns = (
        cells.indicator,
        cells.place,
        cells.period,
        cells.value,
        cells.numerator,
        cells.denominator,
        cells.conflicting,
    )
    found: dict[_Place, dict[int, OwnCell]] = defaultdict(dict)
    for indicator, place, period, value, top, bottom, conflicting in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        found[indicator, as_code(place)][period] = (value, top, bottom, conflicting)
    return found


def _progress(
    indicator: Indicator,
    place_code: str,
    periods: Sequence[ReportingPeriod],
    rolled: Mapping[_Place, Mapping[int, RolledRow]],
    own: Mapping[_Place, Mapping[int, OwnCell]],
    against: _Against,
    on: date,
) -> Progress:
    key, period = (indicator.pk, place_code), periods[-1]
    said, below = own.get(key, {}), rolled.get(key, {})
    told = Told(periods, below, said)
    baselines, targets = against
    baseline, target = baselines.get(key), targets.get(key)
    counted = counted_points(indicator, told)
    value, comparable = over_time(indicator, counted), is_comparable(indicator, counted)
    direction = Direction(indicator.direction)
    achieved = _achieved(indicator, baseline, target, value.value)
    if not value.defined and achieved.why is Why.NO_ACTUAL and value.why is not None:
        achieved = undefined(value.why)
    if achieved.defined and not comparable:
        achieved = undefined(Why.NO_WHOLE_YEAR)
    pace = expected_pace(
        date(baseline.year, 12, 31) if baseline else None,
        target.by if target else None,
        min(on, period.ends),
        achieved,
        direction=direction,
    )
    goal = None if target is None else target.value
    tolerance = indicator.tolerance or Decimal(0)
    reached = value.value if comparable else None
    return Progress(
        indicator=indicator,
        place_code=place_code,
        period=period,
        told=told,
        counted=counted,
        value=value,
        comparable=comparable,
        baseline=baseline,
        target=target,
        achieved=achieved,
        pace=pace,
        met=is_met(baseline_value(baseline), goal, reached, direction, tolerance=tolerance),
        own=own_point(period, said[period.pk]) if period.pk in said else None,
        rolled=rolled_point(period, below[period.pk]) if period.pk in below else None,
    )


def _achieved(
    indicator: Indicator, baseline: Baseline | None, target: Target | None, actual: Number | None
) -> Quotient:
    return achievement(
        baseline_value(baseline),
        None if target is None else target.value,
        actual,
        Direction(indicator.direction),
        tolerance=indicator.tolerance or Decimal(0),
    )
