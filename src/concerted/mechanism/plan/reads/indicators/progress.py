"""Reads how an indicator stands against baseline and target: its series, achievement and pace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from math import isnan
from typing import Any, NamedTuple

from concerted.methods.results import (
    Cell,
    Direction,
    Interval,
    Number,
    Pace,
    Quotient,
    RolledUp,
    SeriesKind,
    Standing,
    Why,
    achievement,
    expected_pace,
    is_met,
    ratio,
    roll_up,
    roll_up_series,
    undefined,
)
from concerted.methods.results import RollUp as Method

from ...models import Baseline, Indicator, PlanVersion, ReportingPeriod, RollUp, Target
from ..cells import Cells, read_cells
from ..known import rolled_up_then
from ..rolling import limits_of
from .plans import _baselines, _targets, baseline_value


class Point(NamedTuple):
    """One cell of a series: the value that counts, how many of the places below it rests on, and its bounds.

    value None: nothing usable was reported. numerator and denominator belong to ratios. own: the place's own
    value, not a roll-up of those below.
    """

    period: ReportingPeriod
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    reported: int = 0
    expected: int = 0
    conflicting: int = 0
    low: float | None = None
    high: float | None = None
    own: bool = False


@dataclass(frozen=True)
class Progress:
    """One indicator at one place and period, against the version's baseline and target.

    series: the periods of the same kind so far, own values where the place has any, else roll-ups. value: the
    series brought together over time as the indicator declares. achieved: unclipped share of the way from baseline
    to target, or why there is none. Bounds are worked out when they are first asked for.
    """

    indicator: Indicator
    place_code: str
    period: ReportingPeriod
    series: tuple[Point, ...]
    value: Quotient
    baseline: Baseline | None
    target: Target | None
    achieved: Quotient
    pace: Pace
    met: bool | None

    @cached_property
    def bounds(self) -> Interval | None:
        """What the value lies between, whatever is missing in each period and in every period without a figure."""
        return _bounds_over_time(self.indicator, self.series)

    @cached_property
    def achieved_bounds(self) -> Interval | None:
        """The share of the way at both ends of the bounds."""
        bounds = self.bounds
        ends = (None, None) if bounds is None else (bounds.lower, bounds.upper)
        shares = [_achieved(self.indicator, self.baseline, self.target, end).value for end in ends]
        one, other = shares
        return None if one is None or other is None else Interval(min(one, other), max(one, other))

    @property
    def now(self) -> Point:
        """The point of the period itself."""
        return self.series[-1]

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
        """`own`, `rollup`, or '' where nothing was reported."""
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
    rolled = {
        (row[0], row[1]): row[2:]
        for row in RollUp.objects.filter(
            indicator__in=ids, period__in=spans, place_code=place_code
        ).values_list("indicator_id", "period_id", *_ROLLED)
    }
    if known is not None:
        then = rolled_up_then(indicators=wanted, periods=periods, place_code=place_code, known=known)
        rolled |= {key: row for key, row in then.items() if row is not None}
        rolled = {key: row for key, row in rolled.items() if then.get(key, row) is not None}
    own = _own(read_cells(indicators=ids, periods=spans, places=[place_code], known=known))
    baselines = _baselines(version, ids, [place_code])
    targets = _targets(version, ids, [place_code], on)
    found = []
    for one in wanted:
        key = one.pk, place_code
        series = _series(one, periods, rolled, own)
        found.append(_progress(one, place_code, period, series, baselines.get(key), targets.get(key), on))
    return found


def _series_up_to(period: ReportingPeriod, among: Sequence[ReportingPeriod] | None) -> list[ReportingPeriod]:
    if among is None:
        alike = ReportingPeriod.objects.filter(plan_id=period.plan_id, kind=period.kind)
        return list(alike.filter(starts__lte=period.starts).order_by("starts"))
    alike_at_hand = (one for one in among if one.kind == period.kind and one.starts <= period.starts)
    return sorted(alike_at_hand, key=lambda one: one.starts)


def _own(cells: Cells) -> dict[tuple[int, int], tuple[float, float, float, bool]]:
    columns = (
        cells.indicator,
        cells.period,
        cells.value,
        cells.numerator,
        cells.denominator,
        cells.conflicting,
    )
    return {
        (indicator, period): (value, top, bottom, conflicting)
        for indicator, period, value, top, bottom, conflicting in zip(
            *(column.tolist() for column in columns), strict=True
        )
    }


def _series(
    indicator: Indicator,
    periods: Sequence[ReportingPeriod],
    rolled: Mapping[tuple[int, int], _Rolled],
    own: Mapping[tuple[int, int], tuple[float, float, float, bool]],
) -> tuple[Point, ...]:
    if any((indicator.pk, period.pk) in own for period in periods):
        return tuple(_own_point(period, own.get((indicator.pk, period.pk))) for period in periods)
    return tuple(_rolled_point(period, rolled.get((indicator.pk, period.pk))) for period in periods)


def _own_point(period: ReportingPeriod, cell: tuple[float, float, float, bool] | None) -> Point:
    if cell is None:
        return Point(period, expected=1, own=True)
    value, top, bottom, conflicting = cell
    if conflicting:
        return Point(period, expected=1, conflicting=1, own=True)
    shown = _known(value) if isnan(bottom) else ratio(top, bottom).value
    return Point(period, shown, _known(top), _known(bottom), 1, 1, 0, shown, shown, own=True)


#: What a point takes from a roll-up, in the order of its fields.
_ROLLED = ("value", "numerator", "denominator", "reported", "expected", "conflicting", "low", "high")


_Rolled = tuple[Any, ...]


def _rolled_point(period: ReportingPeriod, row: _Rolled | None) -> Point:
    if row is None:
        return Point(period)
    value, top, bottom, reported, expected, conflicting, low, high = row
    return Point(
        period,
        _float(value),
        _float(top),
        _float(bottom),
        reported,
        expected,
        conflicting,
        _float(low),
        _float(high),
    )


def _progress(
    indicator: Indicator,
    place_code: str,
    period: ReportingPeriod,
    series: tuple[Point, ...],
    baseline: Baseline | None,
    target: Target | None,
    on: date,
) -> Progress:
    value = over_time(indicator, series)
    direction = Direction(indicator.direction)
    achieved = _achieved(indicator, baseline, target, value.value)
    if not value.defined and achieved.why is Why.NO_ACTUAL and value.why is not None:
        achieved = undefined(value.why)
    pace = expected_pace(
        date(baseline.year, 12, 31) if baseline else None,
        target.by if target else None,
        min(on, period.ends),
        achieved,
        direction=direction,
    )
    goal = None if target is None else target.value
    tolerance = indicator.tolerance or Decimal(0)
    met = is_met(baseline_value(baseline), goal, value.value, direction, tolerance=tolerance)
    return Progress(indicator, place_code, period, series, value, baseline, target, achieved, pace, met)


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


def over_time(indicator: Indicator, series: Sequence[Point]) -> Quotient:
    """Return a series as one figure, by the indicator's own roll-up over time; running totals give the latest."""
    if Method(indicator.rollup_time) is Method.NONE:
        now = series[-1]
        return Quotient(now.value) if now.value is not None else undefined(Why.NOTHING_REPORTED)
    return _whole(indicator, series).value


def _whole(indicator: Indicator, series: Sequence[Point]) -> RolledUp:
    keys = [point.period.key for point in series]
    cells = [
        Cell(key, point.value, point.numerator, point.denominator, point.denominator)
        for key, point in zip(keys, series, strict=True)
    ]
    default = limits_of(indicator)
    if indicator.cumulative:
        return roll_up_series(SeriesKind.TOTAL, cells, keys, default=default).whole
    return roll_up(Method(indicator.rollup_time), cells, keys, default=default)


def _bounds_over_time(indicator: Indicator, series: Sequence[Point]) -> Interval | None:
    method = Method(indicator.rollup_time)
    if method is Method.NONE:
        now = series[-1]
        return None if now.low is None and now.high is None else Interval(now.low, now.high)
    if indicator.cumulative:
        return _point_bounds(series[-1], limits_of(indicator))
    if all(point.reported == point.expected and point.expected for point in series):
        return _whole(indicator, series).bounds
    default = limits_of(indicator)
    plausible = {point.period.key: _point_bounds(point, default) for point in series}
    return roll_up(method, [], list(plausible), plausible=plausible, default=default).bounds


def _point_bounds(point: Point, default: Interval) -> Interval:
    if point.low is None and point.high is None:
        return default
    return Interval(point.low, point.high)


def _float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)


def _known(number: float) -> float | None:
    return None if isnan(number) else number
