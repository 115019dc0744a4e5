"""Brings the values of areas or periods together by a declared method and says what is missing; never fills
a gap.

A missing unit is not zero. What the whole could be is told as worst-case bounds: every missing unit is set
to each end of what is declared plausible for it (Manski, "Nonparametric Bounds on Treatment Effects",
American Economic Review 80, 1990; Partial Identification of Probability Distributions, 2003). The bounds
hold whatever the reason for silence, and can only tighten when a further unit reports within its plausible
range.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from concerted.errors import Invalid
from concerted.methods.results._quotient import Number, Quotient, Why, known, ratio, undefined


class RollUp(StrEnum):
    """How the values of several units become one; declared with the indicator, never guessed.

    LATEST takes the last unit of `expected` that reported, so it is for periods. NONE is shown unit by unit
    only.
    """

    SUM = "sum"
    WEIGHTED_MEAN = "weighted_mean"
    RATIO_OF_SUMS = "ratio_of_sums"
    MAX = "max"
    MIN = "min"
    LATEST = "latest"
    MEAN = "mean"
    COUNT_REPORTING = "count_reporting"
    NONE = "none"


@dataclass(frozen=True)
class Interval:
    """Closed bounds; None is honestly unbounded on that side."""

    lower: float | None = None
    upper: float | None = None

    @property
    def floor(self) -> float:
        return -math.inf if self.lower is None else float(self.lower)

    @property
    def ceiling(self) -> float:
        return math.inf if self.upper is None else float(self.upper)

    def holds(self, value: float) -> bool:
        """Return whether the value lies within the bounds."""
        return self.floor <= value <= self.ceiling


COUNT = Interval(0.0, None)
"""What a count nobody has reported can be, or a ratio of two unlike things: anything from zero up."""

OPEN = Interval(None, None)
"""What a score can be that may also be negative: nothing limits it."""

SHARE = Interval(0.0, 1.0)
"""What a ratio of a part to its whole can be; of no other ratio."""


class Cell(NamedTuple):
    """One unit's report: an area in a period. None is not reported; 0 is a report of zero.

    numerator and denominator belong to ratio indicators; weight (a population, say) to weighted means. A
    known denominator or weight is used for a unit whose value is missing too.
    """

    unit: str
    value: Number | None = None
    numerator: Number | None = None
    denominator: Number | None = None
    weight: Number | None = None


@dataclass(frozen=True)
class RolledUp:
    """One figure for many units, with how much of it was reported.

    value: over the units that reported. bounds: of the whole, the missing included; None where no whole is
    formed. reported + len(unusable) + len(missing) = expected. unusable: sent something the method cannot
    take (no weight, no denominator). unexpected: reported without being asked, left out and told.
    implausible: outside the declared range, kept and told. as_of: the unit a LATEST value comes from.
    weighted_share: share of the known weight.
    """

    method: RollUp
    value: Quotient
    reported: int
    expected: int
    share: Quotient
    weighted_share: Quotient
    bounds: Interval | None
    missing: tuple[str, ...] = ()
    unusable: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    implausible: tuple[str, ...] = ()
    as_of: str | None = None


def roll_up(
    method: RollUp,
    cells: Iterable[Cell],
    expected: Sequence[str],
    *,
    plausible: Mapping[str, Interval] | None = None,
    default: Interval = COUNT,
    plausible_denominator: Mapping[str, Interval] | None = None,
) -> RolledUp:
    """Return the cells brought together by the method, the coverage, and bounds for the whole.

    expected: every unit that should report, periods in time order. plausible: bounds of a unit's value (of
    its ratio under RATIO_OF_SUMS); `default` for all others, [0, infinity) unless said. Say SHARE where a
    ratio is of a part to its whole: days a person or yuan a case know no such limit.
    plausible_denominator: bounds of a missing denominator (weight under WEIGHTED_MEAN), else [0, infinity).
    Raises Invalid where a unit comes twice (a ruling must choose first), or a weight or denominator is
    negative.
    """
    table = _by_unit(cells)
    _refuse_twice(expected, "expected")
    ranges, weights = plausible or {}, plausible_denominator or {}
    parts = [
        _Part.of(method, table.get(unit) or Cell(unit), ranges.get(unit, default), weights.get(unit, COUNT))
        for unit in expected
    ]
    reported = [part for part in parts if part.usable]
    outside = sorted(set(table) - set(expected))
    return RolledUp(
        method=method,
        value=_value(method, reported, expected=len(parts)),
        reported=len(reported),
        expected=len(parts),
        share=ratio(len(reported), len(parts)) if parts else undefined(Why.NOTHING_EXPECTED),
        weighted_share=_weighted_share(parts),
        bounds=_bounds(method, parts) if parts else None,
        missing=tuple(part.unit for part in parts if not part.usable and not part.sent),
        unusable=tuple(part.unit for part in parts if not part.usable and part.sent),
        unexpected=tuple(outside),
        implausible=tuple(part.unit for part in reported if part.implausible),
        as_of=reported[-1].unit if method is RollUp.LATEST and reported else None,
    )


class SeriesKind(StrEnum):
    """What one period's value of a series is: what was added in it, or the running total at its end."""

    INCREMENT = "increment"
    TOTAL = "total"


@dataclass(frozen=True)
class Fall:
    """A running total that went down, which a total cannot do: a correction or an error for somebody to
    explain.
    """

    earlier: str
    later: str
    before: float
    after: float


@dataclass(frozen=True)
class SeriesRolledUp:
    """A series over time as one figure, with the falls of a running total."""

    kind: SeriesKind
    whole: RolledUp
    falls: tuple[Fall, ...] = field(default=())


def roll_up_series(
    kind: SeriesKind, cells: Iterable[Cell], expected: Sequence[str], *, default: Interval = COUNT
) -> SeriesRolledUp:
    """Return the sum of increments, or the latest of running totals, never a sum of totals.

    expected: the periods in time order. Where the newest total is missing and the series has never fallen,
    the last one known is its lower bound; a series that has fallen gives no such promise.
    """
    known_cells = tuple(cells)
    if kind is SeriesKind.INCREMENT:
        return SeriesRolledUp(kind, roll_up(RollUp.SUM, known_cells, expected, default=default))
    whole = roll_up(RollUp.LATEST, known_cells, expected, default=default)
    falls = find_falls(known_cells, expected)
    if whole.value.value is not None and whole.bounds is not None and not falls:
        lower = max(whole.bounds.floor, whole.value.value)
        upper = None if whole.bounds.upper is None else max(whole.bounds.upper, lower)
        whole = replace(whole, bounds=Interval(lower, upper))
    return SeriesRolledUp(kind, whole, falls)


def find_falls(cells: Iterable[Cell], expected: Sequence[str]) -> tuple[Fall, ...]:
    """Return each place where a running total is lower than the last one reported before it; gaps are
    stepped over.
    """
    table = _by_unit(cells)
    present = [
        (unit, value) for unit in expected if unit in table and (value := table[unit].value) is not None
    ]
    return tuple(
        Fall(earlier, later, float(before), float(after))
        for (earlier, before), (later, after) in pairwise(present)
        if after < before
    )


@dataclass(slots=True)
class _Part:
    """A unit as every mean sees it: a level within [low, high] that counts with a weight within [least,
    most].
    """

    unit: str
    usable: bool
    sent: bool
    low: float
    high: float
    least: float
    most: float
    numerator: float
    implausible: bool
    weight: float | None

    @classmethod
    def of(cls, method: RollUp, cell: Cell, plausible: Interval, weights: Interval) -> _Part:
        unit, value, above, below, told_weight = cell
        weight = None if told_weight is None else _not_negative(told_weight, unit, "weight")
        if method is RollUp.RATIO_OF_SUMS:
            own = None if below is None else _not_negative(below, unit, "denominator")
            level = ratio(above, own).value
            usable = level is not None or (above == 0 and own == 0)
            sent = above is not None or value is not None
            numerator = float(above or 0)
        else:
            own = weight if method is RollUp.WEIGHTED_MEAN else 1.0
            level = None if value is None else _finite(value, unit)
            usable = level is not None and own is not None
            sent = level is not None
            numerator = (level or 0.0) * (own or 0.0)
        return cls(
            unit=unit,
            usable=usable,
            sent=sent,
            low=level if level is not None else plausible.floor,
            high=level if level is not None else plausible.ceiling,
            least=own if own is not None else max(weights.floor, 0.0),
            most=own if own is not None else weights.ceiling,
            numerator=numerator,
            implausible=level is not None and not plausible.holds(level),
            weight=weight,
        )


def _value(method: RollUp, reported: Sequence[_Part], *, expected: int) -> Quotient:
    if method is RollUp.NONE:
        return undefined(Why.NOT_ROLLED_UP)
    if not expected:
        return undefined(Why.NOTHING_EXPECTED)
    if method is RollUp.COUNT_REPORTING:
        return known(len(reported))
    if not reported:
        return undefined(Why.NOTHING_REPORTED)
    if method is RollUp.SUM:
        return known(math.fsum(part.low for part in reported))
    if method is RollUp.MAX:
        return known(max(part.low for part in reported))
    if method is RollUp.MIN:
        return known(min(part.low for part in reported))
    if method is RollUp.LATEST:
        return known(reported[-1].low)
    return ratio(math.fsum(part.numerator for part in reported), math.fsum(part.least for part in reported))


def _bounds(method: RollUp, parts: Sequence[_Part]) -> Interval | None:
    if method is RollUp.NONE:
        return None
    if method is RollUp.COUNT_REPORTING:
        return Interval(float(sum(part.usable for part in parts)), float(len(parts)))
    lows, highs = [part.low for part in parts], [part.high for part in parts]
    if method is RollUp.SUM:
        return _interval(_total(lows), _total(highs))
    if method is RollUp.MAX:
        return _interval(max(lows), max(highs))
    if method is RollUp.MIN:
        return _interval(min(lows), min(highs))
    if method is RollUp.LATEST:
        return _interval(lows[-1], highs[-1])
    lowest = _lowest_mean(parts, sign=1)
    return None if lowest is None else _interval(lowest, -(_lowest_mean(parts, sign=-1) or 0.0))


def _lowest_mean(parts: Sequence[_Part], *, sign: int) -> float | None:
    """Return the least weighted mean over all levels and weights the parts allow; None where no weight is
    possible.

    With sign -1 the negative of the greatest. A mean is linear-fractional in the weights, so its least
    value lies at a corner of their box, and that corner raises the weights of the lowest levels first: one
    pass over the sorted levels finds it (the argument of Karnik and Mendel, Information Sciences 132,
    2001). An unbounded weight pulls the mean as near to its own level as one likes.
    """
    able = [part for part in parts if part.most > 0]
    levels = [(part.low if sign > 0 else -part.high, part) for part in able]
    if not able:
        return None
    if any(level == -math.inf for level, _ in levels):
        return -math.inf
    total = math.fsum(sign * part.numerator if part.usable else level * part.least for level, part in levels)
    weight = math.fsum(part.least for part in able)
    best = total / weight if weight > 0 else math.inf
    for level, part in sorted(levels, key=lambda pair: pair[0]):
        if math.isinf(part.most):
            best = min(best, level)
            continue
        total += level * (part.most - part.least)
        weight += part.most - part.least
        best = min(best, total / weight) if weight > 0 else best
    return best


def _weighted_share(parts: Sequence[_Part]) -> Quotient:
    weights = [part.weight for part in parts if part.weight is not None]
    if not parts:
        return undefined(Why.NOTHING_EXPECTED)
    if len(weights) < len(parts):
        return undefined(Why.WEIGHTS_UNKNOWN)
    return ratio(math.fsum(part.weight or 0.0 for part in parts if part.usable), math.fsum(weights))


def _total(ends: Sequence[float]) -> float:
    unbounded = [end for end in ends if math.isinf(end)]
    return unbounded[0] if unbounded else math.fsum(ends)


def _interval(lower: float, upper: float) -> Interval:
    return Interval(lower if math.isfinite(lower) else None, upper if math.isfinite(upper) else None)


def _by_unit(cells: Iterable[Cell]) -> dict[str, Cell]:
    listed = list(cells)
    _refuse_twice([cell.unit for cell in listed], "reported")
    return {cell.unit: cell for cell in listed}


def _refuse_twice(units: Sequence[str], what: str) -> None:
    seen: set[str] = set()
    for unit in units:
        if unit in seen:
            raise Invalid(
                f"the unit is {what} twice",
                where=unit,
                remedy="choose one of the values by a ruling before rolling up",
            )
        seen.add(unit)


def _not_negative(number: Number, unit: str, what: str) -> float:
    held = _finite(number, unit)
    if held < 0:
        raise Invalid(f"the {what} is negative", where=unit, remedy="correct it: it counts persons or things")
    return held


def _finite(number: Number, unit: str) -> float:
    held = float(number)
    if not math.isfinite(held):
        raise Invalid(
            "the value is not a finite number", where=unit, remedy="leave it out if it is not known"
        )
    return held
