"""Reads how indicators stand: series, roll-ups with coverage, achievement and pace; does no arithmetic itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from math import isnan
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, Sum

from concerted.foundation.agencies.models import Place
from concerted.methods.results import (
    COUNT,
    SHARE,
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

from ..models import Baseline, Indicator, Observation, Plan, PlanVersion, ReportingPeriod, RollUp, Target
from .cells import DIGITS, Cells, as_code, codes_below, expected_places, is_addressed, read_cells
from .known import rolled_up_then


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


def indicator_by_id(pk: int) -> Indicator | None:
    """The indicator with its plan and the plan's office, or None."""
    return Indicator.objects.select_related("plan__office").filter(pk=pk).first()


def indicators_of_plan(plan: Plan) -> QuerySet[Indicator]:
    """The plan's indicators."""
    return plan.indicators.order_by("key")


def rollups_of(
    *, indicator: Indicator, place_code: str | None = None, period: ReportingPeriod | None = None
) -> QuerySet[RollUp]:
    """The indicator's roll-ups, narrowed to a place or a period."""
    found = RollUp.objects.filter(indicator=indicator).select_related("period")
    if place_code is not None:
        found = found.filter(place_code=place_code)
    return found if period is None else found.filter(period=period)


def plans_with_indicators() -> list[Plan]:
    """Plans that have indicators, national first."""
    return list(Plan.objects.filter(indicators__isnull=False).distinct().order_by("place_code", "key"))


def plan_by_key(key: str) -> Plan | None:
    """The plan, or None."""
    return Plan.objects.select_related("office").filter(key=key).first()


def version_in_force(plan: Plan) -> PlanVersion | None:
    """The adopted version, whose baselines and targets count, or None."""
    return plan.versions.filter(state=PlanVersion.State.ADOPTED).first()


def periods_so_far(plan: Plan, *, on: date) -> list[ReportingPeriod]:
    """The plan's periods that had begun by the day, newest first."""
    return list(plan.periods.filter(starts__lte=on).order_by("-starts", "-ends"))


def period_for(
    plan: Plan, *, on: date, key: str = "", among: Sequence[ReportingPeriod] | None = None
) -> ReportingPeriod | None:
    """The period asked for by key; else the newest that has figures at the plan's own place; else the newest ended.

    among: the plan's periods so far, newest first, where they are at hand.
    """
    periods = periods_so_far(plan, on=on) if among is None else among
    if key:
        return next((one for one in periods if one.key == key), None)
    filled = set(
        RollUp.objects.filter(period__in=periods, place_code=plan.place_code, reported__gt=0).values_list(
            "period_id", flat=True
        )
    )
    ended = [one for one in periods if one.ends < on]
    return next((one for one in periods if one.pk in filled), next(iter(ended or periods), None))


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
    default = _default_bounds(indicator)
    if indicator.cumulative:
        return roll_up_series(SeriesKind.TOTAL, cells, keys, default=default).whole
    return roll_up(Method(indicator.rollup_time), cells, keys, default=default)


def _bounds_over_time(indicator: Indicator, series: Sequence[Point]) -> Interval | None:
    method = Method(indicator.rollup_time)
    if method is Method.NONE:
        return Interval(series[-1].low, series[-1].high)
    if indicator.cumulative:
        return _last_bounds(series)
    if all(point.reported == point.expected and point.expected for point in series):
        return _whole(indicator, series).bounds
    default = _default_bounds(indicator)
    plausible = {point.period.key: _point_bounds(point, default) for point in series}
    return roll_up(method, [], list(plausible), plausible=plausible, default=default).bounds


def _default_bounds(indicator: Indicator) -> Interval:
    return SHARE if indicator.kind == Indicator.Kind.RATIO else COUNT


def _last_bounds(series: Sequence[Point]) -> Interval:
    return _point_bounds(series[-1], COUNT)


def _point_bounds(point: Point, default: Interval) -> Interval:
    if point.low is None and point.high is None:
        return default
    return Interval(point.low, point.high)


def baseline_value(baseline: Baseline | None) -> Decimal | float | None:
    """The number of a baseline, worked out where it is given as a ratio; None where it was not read."""
    if baseline is None:
        return None
    return (
        baseline.value
        if baseline.value is not None
        else ratio(baseline.numerator, baseline.denominator).value
    )


def _baselines(
    version: PlanVersion | None, indicators: Collection[int], places: Collection[str]
) -> dict[tuple[int, str], Baseline]:
    rows = Baseline.objects.filter(version=version, indicator__in=indicators, place_code__in=places)
    return {(row.indicator_id, row.place_code): row for row in rows}


def _targets(
    version: PlanVersion | None, indicators: Collection[int], places: Collection[str], on: date
) -> dict[tuple[int, str], Target]:
    """The next target due on or after the day; where all have passed, the last one."""
    found: dict[tuple[int, str], Target] = {}
    rows = Target.objects.filter(version=version, indicator__in=indicators, place_code__in=places).order_by(
        "by"
    )
    for row in rows:
        key = row.indicator_id, row.place_code
        if key not in found or found[key].by < on:
            found[key] = row
    return found


def baselines_and_targets(
    *, version: PlanVersion | None, indicator: Indicator
) -> tuple[list[Baseline], list[Target]]:
    """Everything the version says of an indicator's start and goals, the plan's own place first."""
    if version is None:
        return [], []
    return (
        list(Baseline.objects.filter(version=version, indicator=indicator).order_by("place_code", "year")),
        list(Target.objects.filter(version=version, indicator=indicator).order_by("place_code", "by")),
    )


@dataclass(frozen=True)
class PlaceRow:
    """One place below another, for one indicator and period.

    own: the place's own cell (None: it has none); rolled: the roll-up of those below it (None: it has none below).
    state: reported, conflicting, missing, or none (it is not asked and nothing came). achieved: against the place's
    own baseline and target.
    """

    place: Place
    own: Point | None
    rolled: Point | None
    asked: bool
    state: str
    achieved: Quotient
    target: Target | None

    @property
    def shown(self) -> Point | None:
        """What the place's line shows: its own value, else the roll-up."""
        return self.own or self.rolled


def places_below(
    *, version: PlanVersion | None, indicator: Indicator, period: ReportingPeriod, code: str, on: date
) -> list[PlaceRow]:
    """The places directly below one, with value, coverage and state; six queries whatever their number."""
    level, plan_place = indicator.reporting_level, indicator.plan.place_code
    below = Place.objects.standing(period.ends).filter(parent_code=code).order_by("code")
    places = [one for one in below if is_addressed(one, plan_place=plan_place, level=level)]
    codes = [one.code for one in places]
    rolled = {
        row[0]: row[1:]
        for row in RollUp.objects.filter(
            indicator=indicator, period=period, place_code__in=codes
        ).values_list("place_code", *_ROLLED)
    }
    own = _by_place(read_cells(indicators=[indicator.pk], periods=[period.pk], places=codes), period)
    baselines = _baselines(version, [indicator.pk], codes)
    targets = _targets(version, [indicator.pk], codes, on)
    asked = {one.code for one in places if one.level == level}
    found = []
    for place in places:
        key = indicator.pk, place.code
        row = rolled.get(place.code)
        point = _rolled_point(period, row) if row else None
        shown = own.get(place.code) or point
        target = targets.get(key)
        found.append(
            PlaceRow(
                place,
                own.get(place.code),
                point,
                place.code in asked,
                _state(shown, place.code in asked),
                achievement(
                    baseline_value(baselines.get(key)),
                    target.value if target else None,
                    shown.value if shown else None,
                    Direction(indicator.direction),
                    tolerance=indicator.tolerance or 0,
                ),
                target,
            )
        )
    return found


def _by_place(cells: Cells, period: ReportingPeriod) -> dict[str, Point]:
    columns = (cells.place, cells.value, cells.numerator, cells.denominator, cells.conflicting)
    return {
        as_code(place): _own_point(period, (value, top, bottom, conflicting))
        for place, value, top, bottom, conflicting in zip(*(c.tolist() for c in columns), strict=True)
    }


def _state(point: Point | None, asked: bool) -> str:
    if point is not None and point.conflicting and point.value is None:
        return "conflicting"
    if point is not None and point.reported:
        return "reported"
    return "missing" if asked or point is not None else "none"


@dataclass(frozen=True)
class Conflict:
    """A cell in which values differ and no ruling has chosen one."""

    indicator: Indicator
    period: ReportingPeriod
    place: Place | None
    place_code: str
    values: int


def conflicts(
    *,
    plan: Plan,
    period: ReportingPeriod | None = None,
    limit: int = 200,
    among: Iterable[Indicator] | None = None,
) -> tuple[list[Conflict], int]:
    """Cells of a plan that wait for a ruling, newest period first, and how many there are; few queries.

    Cells of the places that report are found through the roll-ups, which count them; those of the plan's own place
    directly. among: the plan's indicators, where they are at hand.
    """
    indicators = {one.pk: one for one in (plan.indicators.all() if among is None else among)}
    periods = {one.pk: one for one in ([period] if period else plan.periods.all())}
    counted = RollUp.objects.filter(
        indicator__in=list(indicators),
        period__in=list(periods),
        place_code=plan.place_code,
        conflicting__gt=0,
    )
    pairs = list(counted.values_list("indicator_id", "period_id"))
    found = list(_conflicting(read_cells(indicators=indicators, periods=periods, places=[plan.place_code])))
    if pairs:
        suspects = read_cells(indicators={i for i, _p in pairs}, periods={p for _i, p in pairs})
        found += _conflicting(suspects)
    cells = sorted(set(found), key=lambda one: (periods[one[1]].starts, one), reverse=True)
    shown = cells[:limit]
    names = _names({code for _i, _p, code, _n in shown}, [periods[p].ends for _i, p, _c, _n in shown])
    return (
        [Conflict(indicators[i], periods[p], names.get(code), code, n) for i, p, code, n in shown],
        len(cells),
    )


def _conflicting(cells: Cells) -> Iterable[tuple[int, int, str, int]]:
    which = cells.conflicting
    for indicator, period, place, number in zip(
        *(column[which].tolist() for column in (cells.indicator, cells.period, cells.place, cells.values)),
        strict=True,
    ):
        yield indicator, period, as_code(place), number


@dataclass(frozen=True)
class Missing:
    """Places asked to report that have no usable figure: one page of them, and how many there are of how many."""

    places: tuple[Place, ...]
    missing: int
    expected: int
    following: str


def missing_places(
    *, indicator: Indicator, period: ReportingPeriod, below: str, after: str = "", limit: int = 100
) -> Missing:
    """The places below one that have not reported an indicator for a period, in order of code; four queries."""
    expected = expected_places(
        place_code=indicator.plan.place_code, level=indicator.reporting_level, on=period.ends
    )
    asked = list(codes_below(expected, below)) or [code for code in expected.reporting if code == below]
    standing = Observation.objects.filter(
        indicator=indicator, period=period, breakdown="", withdrawn_at=None
    ).order_by()
    present = set(standing.values_list("place_code", flat=True))
    silent = [code for code in asked if code not in present]
    rest = [code for code in silent if code > after]
    names = _names(set(rest[:limit]), [period.ends])
    following = rest[limit - 1] if len(rest) > limit else ""
    listed = tuple(names[code] for code in rest[:limit] if code in names)
    return Missing(listed, len(silent), len(asked), following)


@dataclass(frozen=True)
class ProvinceCoverage:
    """How much of a province's figures is in: usable cells of those expected, over all indicators of a period."""

    place: Place
    reported: int
    expected: int
    conflicting: int


def coverage_by_province(
    *, plan: Plan, period: ReportingPeriod, among: Iterable[Indicator] | None = None
) -> list[ProvinceCoverage]:
    """Reporting of every province for a period, over all indicators that roll up; five queries at most.

    Where provinces themselves report, their own cells count; else the roll-ups of the places below them. among:
    the plan's indicators, where they are at hand.
    """
    standing = Place.objects.standing(period.ends).filter(level=Place.Level.PROVINCE)
    provinces = list(standing.within(plan.place_code).order_by("code"))
    expected = {
        one.code
        for one in provinces
        if is_addressed(one, plan_place=plan.place_code, level=Place.Level.PROVINCE)
    }
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    indicators = plan.indicators.all() if among is None else among
    own = [one.pk for one in indicators if one.reporting_level == Place.Level.PROVINCE]
    cells = read_cells(indicators=own, periods=[period.pk], places=expected)
    for place, conflicting in zip(cells.place.tolist(), cells.conflicting.tolist(), strict=True):
        counts[as_code(place)][2 if conflicting else 0] += 1
    for code in expected:
        counts[code][1] += len(own)
    for code, *numbers in (
        RollUp.objects.filter(period=period, place_code__in=expected)
        .values_list("place_code")
        .annotate(Sum("reported"), Sum("expected"), Sum("conflicting"))
    ):
        for position, number in enumerate(numbers):
            counts[code][position] += number
    return [ProvinceCoverage(one, *counts[one.code]) for one in provinces if one.code in expected]


def place_named(code: str, *, on: date) -> Place | None:
    """The place as it stood on a day, or None."""
    return _names({code}, [on]).get(code)


def line_above(code: str, *, on: date) -> list[Place]:
    """The places a place lies in and itself, nation first, as they stood on a day; one query."""
    codes = dict.fromkeys(["000000", code[:2] + "0000", code[:4] + "00", code])
    names = _names(set(codes), [on])
    return [names[one] for one in codes if one in names]


def _names(codes: Collection[str], days: Sequence[date]) -> dict[str, Place]:
    """Places by code as they stood on the newest of the days; a retired name where none stands."""
    rows = Place.objects.filter(code__in=codes).order_by("code", "valid_from")
    if days:
        rows = rows.filter(Q(valid_from=None) | Q(valid_from__lte=max(days)))
    return {row.code: row for row in rows}


def asked_level(indicator: Indicator) -> int:
    """How many leading digits the codes of the places asked to report carry: 2, 4 or 6."""
    return DIGITS[Place.Level(indicator.reporting_level)]


def _float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)


def _known(number: float) -> float | None:
    return None if isnan(number) else number
