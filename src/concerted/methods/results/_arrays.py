"""The roll-up of `_rollup` for whole nations at once, in numpy; the same rules, never a second opinion of
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

from concerted.deferred import numpy as np
from concerted.errors import Invalid
from concerted.methods.results._rollup import RollUp

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

AREA_DIGITS = 6
"""GB/T 2260: two digits province, two prefecture, two county."""


@dataclass(frozen=True)
class RolledUpArrays:
    """One row per group, all of shape (G,). NaN is undefined; an infinite bound is honestly unbounded.

    groups: sorted group labels. value: over the units that reported. reported, expected: counts of units.
    share: reported / expected. lower, upper: of the whole, the missing included.
    """

    groups: NDArray[Any]
    value: Floats
    reported: Ints
    expected: Ints
    share: Floats
    lower: Floats
    upper: Floats


def group_by_prefix(codes: ArrayLike, digits: int) -> NDArray[Any]:
    """Return the first `digits` characters of each area code: 2 for provinces, 4 for prefectures. Shape (N,).

    Integer codes are read as six-digit GB/T 2260 codes, texts as they stand.
    """
    listed = np.asarray(codes)
    if listed.dtype.kind in "iu":
        return np.asarray(listed // 10 ** (AREA_DIGITS - digits))
    return listed.astype(f"U{digits}")


def roll_up_arrays(
    method: RollUp,
    group: ArrayLike,
    value: ArrayLike | None = None,
    *,
    numerator: ArrayLike | None = None,
    denominator: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    lower: ArrayLike = 0.0,
    upper: ArrayLike = inf,
    least_weight: ArrayLike = 0.0,
    most_weight: ArrayLike = inf,
) -> RolledUpArrays:
    """Return each group's roll-up, coverage and bounds; one row of the input is one expected unit.

    group: (N,) labels, rows of a group in time order for LATEST. value, numerator, denominator, weight:
    (N,) with NaN where missing. lower, upper: plausible ends of a missing unit, (N,) or one number, -inf or
    inf where unbounded; by default 0 and inf, so say 1 where a ratio is of a part to its whole.
    least_weight, most_weight: the same for a missing denominator or weight. Takes O(N log N) time. Raises
    Invalid on infinite values and on negative or infinite weights.
    """
    labels, index = np.unique(np.asarray(group), return_inverse=True)
    index = index.reshape(-1)
    size, count = len(index), len(labels)
    is_ratio = method is RollUp.RATIO_OF_SUMS
    above = _filled(numerator if is_ratio else value, size)
    below = np.ones(size)
    if is_ratio or method is RollUp.WEIGHTED_MEAN:
        below = _filled(denominator if is_ratio else weight, size)
    _refuse_impossible(above, below)
    usable, level = _usable(above, below, is_ratio)
    reported = np.bincount(index, usable, count).astype(np.int64)
    expected = np.bincount(index, minlength=count).astype(np.int64)
    low = np.where(np.isnan(level), np.broadcast_to(np.asarray(lower), size), level)
    high = np.where(np.isnan(level), np.broadcast_to(np.asarray(upper), size), level)
    least = np.where(np.isnan(below), np.broadcast_to(np.asarray(least_weight), size), below)
    most = np.where(np.isnan(below), np.broadcast_to(np.asarray(most_weight), size), below)
    groups = _Groups(index, count)
    if method in _SIMPLE:
        result = _simple(method, groups, level, usable, low, high, reported, expected)
    else:
        result = _means(groups, above if is_ratio else above * below, usable, low, high, least, most)
    return RolledUpArrays(labels, result[0], reported, expected, reported / expected, result[1], result[2])


_SIMPLE = frozenset({RollUp.SUM, RollUp.MAX, RollUp.MIN, RollUp.LATEST, RollUp.COUNT_REPORTING, RollUp.NONE})


class _Groups:
    """Reductions over rows of the same group; `order` puts groups together and keeps the rows' order within
    each.
    """

    def __init__(self, index: Ints, count: int) -> None:
        self.index = index
        self.count = count
        self.order = np.argsort(index, kind="stable")
        self.starts = np.searchsorted(index[self.order], np.arange(count))

    def total(self, rows: ArrayLike) -> Floats:
        return np.asarray(np.bincount(self.index, np.asarray(rows, dtype=float), self.count), dtype=float)

    def least(self, rows: Floats) -> Floats:
        return np.minimum.reduceat(rows[self.order], self.starts) if self.count else np.zeros(0)

    def greatest(self, rows: Floats) -> Floats:
        return -self.least(-rows)

    def last(self, rows: Floats) -> Floats:
        ends = np.append(self.starts[1:], len(self.index)) - 1
        return np.asarray(rows[self.order][ends]) if self.count else np.zeros(0)

    def by_level(self, levels: Floats) -> Ints:
        return np.lexsort((levels, self.index))

    def running_total(self, rows: Floats) -> Floats:
        """Running totals that start anew with each group; rows must already stand group by group."""
        totals = np.cumsum(rows)
        before = np.append(0.0, totals)[self.starts]
        sizes = np.diff(np.append(self.starts, len(rows)))
        return np.asarray(totals - np.repeat(before, sizes))


def _simple(
    method: RollUp,
    groups: _Groups,
    level: Floats,
    usable: NDArray[np.bool_],
    low: Floats,
    high: Floats,
    reported: Ints,
    expected: Ints,
) -> tuple[Floats, Floats, Floats]:
    silent = reported == 0
    nothing = np.full(groups.count, np.nan)
    if method is RollUp.NONE:
        return nothing, nothing, nothing
    if method is RollUp.COUNT_REPORTING:
        return reported.astype(float), reported.astype(float), expected.astype(float)
    if method is RollUp.SUM:
        value = groups.total(np.where(usable, level, 0.0))
        return np.where(silent, np.nan, value), groups.total(low), groups.total(high)
    if method is RollUp.MAX:
        value = groups.greatest(np.where(usable, level, -np.inf))
        return np.where(silent, np.nan, value), groups.greatest(low), groups.greatest(high)
    if method is RollUp.MIN:
        value = groups.least(np.where(usable, level, np.inf))
        return np.where(silent, np.nan, value), groups.least(low), groups.least(high)
    newest = groups.greatest(np.where(usable, np.arange(len(level), dtype=float), -1.0)).astype(np.int64)
    return np.where(silent, np.nan, level[newest]), groups.last(low), groups.last(high)


def _means(
    groups: _Groups,
    numerator: Floats,
    usable: NDArray[np.bool_],
    low: Floats,
    high: Floats,
    least: Floats,
    most: Floats,
) -> tuple[Floats, Floats, Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = groups.total(np.where(usable, least, 0.0))
        value = np.where(weight > 0, groups.total(np.where(usable, numerator, 0.0)) / weight, np.nan)
    lower = _lowest_mean(groups, np.where(usable, numerator, np.nan), low, least, most)
    upper = -_lowest_mean(groups, np.where(usable, -numerator, np.nan), -high, least, most)
    return value, lower, upper


def _lowest_mean(groups: _Groups, numerator: Floats, level: Floats, least: Floats, most: Floats) -> Floats:
    """The least weighted mean of each group, as `_rollup._lowest_mean` finds it: raise the lowest levels
    first.
    """
    able = most > 0
    bottomless = groups.total(able & np.isneginf(level)) > 0
    order = groups.by_level(np.where(able, level, np.inf))
    with np.errstate(divide="ignore", invalid="ignore"):
        start = np.where(able, np.where(np.isnan(numerator), level * least, numerator), 0.0)
        room = np.where(able & np.isfinite(most), most - least, 0.0)
        gain = np.where(room > 0, level * room, 0.0)
        total, weight = groups.total(start), groups.total(np.where(able, least, 0.0))
        home = groups.index[order]
        weights = weight[home] + groups.running_total(room[order])
        means = (total[home] + groups.running_total(gain[order])) / weights
        running = np.where(weights > 0, means, np.inf)
        by_rows = np.empty_like(running)
        by_rows[order] = running
        open_ended = np.where(able & np.isinf(most), level, np.inf)
        base = np.where(weight > 0, total / weight, np.inf)
    best = np.minimum(base, np.minimum(groups.least(by_rows), groups.least(open_ended)))
    possible = groups.total(able) > 0
    return np.where(possible, np.where(bottomless, -np.inf, best), np.nan)


def _usable(above: Floats, below: Floats, is_ratio: bool) -> tuple[NDArray[np.bool_], Floats]:
    if not is_ratio:
        return ~np.isnan(above) & ~np.isnan(below), above
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.where(below > 0, above / below, np.nan)
    return ~np.isnan(level) | ((above == 0) & (below == 0)), level


def _filled(rows: ArrayLike | None, size: int) -> Floats:
    return np.full(size, np.nan) if rows is None else np.asarray(rows, dtype=float)


def _refuse_impossible(above: Floats, below: Floats) -> None:
    wrong = np.isinf(above) | np.isinf(below) | (below < 0)
    if wrong.any():
        raise Invalid(
            "a value is infinite, or a weight or denominator is negative or infinite",
            where=f"row {int(np.argmax(wrong)) + 1}",
            remedy="use NaN where the number is not known",
        )
