"""Puts the points of a series together and makes one figure of them: over a year, or the newest; reads no table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import isnan
from typing import Any, NamedTuple

from concerted.methods.results import (
    Cell,
    Interval,
    Quotient,
    RolledUp,
    SeriesKind,
    Why,
    ratio,
    roll_up,
    roll_up_series,
    undefined,
)
from concerted.methods.results import RollUp as Method

from ...models import Indicator, ReportingPeriod
from ..rolling import limits_of

#: what a point takes from a roll-up, in the order of its fields
ROLLED = ("value", "numerator", "denominator", "reported", "expected", "conflicting", "low", "high")

RolledRow = tuple[Any, ...]
OwnCell = tuple[float, float, float, bool]


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


class Told(NamedTuple):
    """What is known of one indicator at one place: the periods so far, and by their id its roll-ups and own cells."""

    periods: Sequence[ReportingPeriod]
    rolled: Mapping[int, RolledRow]
    own: Mapping[int, OwnCell]


def series_of(told: Told) -> tuple[Point, ...]:
    """Return the point of each period at one place.

    What the place itself said counts, in every other period what those below it say together. A place that speaks for
    itself and has none below is one that stayed silent where it said nothing.
    """
    return _points(told, told.periods)


def _points(told: Told, periods: Sequence[ReportingPeriod]) -> tuple[Point, ...]:
    """The points of some of the periods; whether the place speaks for itself is seen in all of them."""
    own, rolled = told.own, told.rolled
    speaks = any(period.pk in own for period in told.periods)
    return tuple(
        own_point(period, own.get(period.pk))
        if period.pk in own or (speaks and period.pk not in rolled)
        else rolled_point(period, rolled.get(period.pk))
        for period in periods
    )


def own_point(period: ReportingPeriod, cell: OwnCell | None) -> Point:
    """Return what a place itself said; nothing where it was asked and stayed silent."""
    if cell is None:
        return Point(period, expected=1, own=True)
    value, top, bottom, conflicting = cell
    if conflicting:
        return Point(period, expected=1, conflicting=1, own=True)
    shown = _known(value) if isnan(bottom) else ratio(top, bottom).value
    return Point(period, shown, _known(top), _known(bottom), 1, 1, 0, shown, shown, own=True)


def rolled_point(period: ReportingPeriod, row: RolledRow | None) -> Point:
    """Return what the places below say together."""
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


def is_of_a_year(indicator: Indicator) -> bool:
    """Whether the indicator's figure is made of a year's periods, as its baseline is: sums, shares and means are.

    Running totals, the newest value and what is not rolled up over time are figures of a day or a period.
    """
    return not indicator.cumulative and Method(indicator.rollup_time) not in (Method.LATEST, Method.NONE)


def counted_points(indicator: Indicator, told: Told) -> tuple[Point, ...]:
    """Return the points the indicator's figure is made of: those of the year that ends with the last, or all."""
    if not is_of_a_year(indicator):
        return series_of(told)
    *earlier, last = told.periods
    first = _year_ending(last.ends)
    return _points(told, [*(period for period in earlier if period.starts >= first), last])


def is_comparable(indicator: Indicator, counted: Sequence[Point]) -> bool:
    """Whether the figure may be held against a year's baseline and target.

    What adds up over time may only when its periods are a whole year and each has a value: three quarters of a sum
    are no year. A share or a mean of a part of a year may.
    """
    if not indicator.adds_up_over_time:
        return True
    last = counted[-1].period.ends
    days = sum((point.period.ends - point.period.starts).days + 1 for point in counted)
    whole = days == (last - _year_ending(last)).days + 1
    return whole and all(point.value is not None for point in counted)


def _year_ending(day: date) -> date:
    """The first day of the year whose last is this one."""
    following = day + timedelta(days=1)
    if (following.month, following.day) == (2, 29):
        following += timedelta(days=1)
    return following.replace(year=following.year - 1)


def over_time(indicator: Indicator, series: Sequence[Point]) -> Quotient:
    """Return points as one figure, by the indicator's own roll-up over time; running totals give the latest."""
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


def bounds_over_time(indicator: Indicator, series: Sequence[Point]) -> Interval | None:
    """Return what the figure lies between, whatever is missing in each period and in every period without one."""
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
