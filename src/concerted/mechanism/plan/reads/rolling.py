"""Rolls the cells of one period up over the places above, in arrays; it reads no table and writes none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from concerted.deferred import numpy as np
from concerted.foundation.agencies.models import Place, significant_digits
from concerted.methods.results import COUNT, OPEN, SHARE, Interval, group_by_prefix, roll_up_arrays
from concerted.methods.results import RollUp as Method

from ..models import Indicator
from .cells import DIGITS, Cells, Expected, as_code

if TYPE_CHECKING:
    from .cells import Bools, Floats, Ints

_BASE = 10**6


class Way(NamedTuple):
    """What indicators must have in common to be rolled up in one go."""

    method: str
    level: str
    floor: float
    ceiling: float

    @classmethod
    def of(cls, indicator: Indicator) -> Way:
        limits = limits_of(indicator)
        areas, level = str(indicator.rollup_areas), str(indicator.reporting_level)
        return cls(areas, level, limits.floor, limits.ceiling)


def limits_of(indicator: Indicator) -> Interval:
    """What a figure nobody has reported can be, as those that are reported are checked.

    A share lies between nothing and the whole. Counts and other ratios (days a person) know no upper limit, and a
    score may be negative too.
    """
    if indicator.is_share:
        return SHARE
    return OPEN if indicator.kind == Indicator.Kind.SCORE else COUNT


class Row(NamedTuple):
    """One indicator over one place: the columns of a roll-up, NaN where a number is not known."""

    indicator: int
    place_code: str
    value: float
    numerator: float
    denominator: float
    reported: int
    expected: int
    conflicting: int
    low: float
    high: float
    median: float


@dataclass(frozen=True)
class Table:
    """Every expected cell of some indicators in one period, missing ones as NaN; all arrays of shape (K * N,)."""

    indicators: Ints
    places: Ints
    line: Ints
    value: Floats
    numerator: Floats
    denominator: Floats
    conflicting: Bools

    @classmethod
    def of(cls, cells: Cells, indicators: Sequence[int], expected: Expected) -> Table:
        ids = np.sort(np.array(indicators, dtype=np.int64))
        places = np.array(expected.reporting, dtype=np.int64) if expected.reporting else np.zeros(0, np.int64)
        size = len(ids) * len(places)
        row, column = np.searchsorted(ids, cells.indicator), np.searchsorted(places, cells.place)
        row, column = np.minimum(row, len(ids) - 1), np.minimum(column, max(len(places) - 1, 0))
        asked = ids[row] == cells.indicator
        asked &= (places[column] == cells.place) if len(places) else False
        at = (row * len(places) + column)[asked]

        def spread_out(figures: Floats) -> Floats:
            held = np.full(size, np.nan)
            held[at] = figures[asked]
            return held

        conflicting = np.zeros(size, dtype=bool)
        conflicting[at] = cells.conflicting[asked]
        return cls(
            ids,
            np.tile(places, len(ids)),
            np.repeat(np.arange(len(ids)), len(places)),
            spread_out(cells.value),
            spread_out(cells.numerator),
            spread_out(cells.denominator),
            conflicting,
        )

    def rows(
        self, method: Method, wanted: frozenset[str], level: str, *, floor: float, ceiling: float
    ) -> Iterator[Row]:
        """The roll-up of each indicator over each place above, of those wanted.

        floor, ceiling: what the figure of a place that gave none lies between.
        """
        for digits in (0, 2, 4):
            if digits >= DIGITS[Place.Level(level)] or not len(self.places):
                continue
            codes = group_by_prefix(self.places, digits) * 10 ** (6 - digits)
            over = np.array(sorted(int(code) for code in wanted if len(significant_digits(code)) == digits))
            kept = np.isin(codes, over)
            if kept.any():
                group = self.line[kept] * _BASE + codes[kept]
                yield from self._rows_of(method, group, kept, floor, ceiling)

    def _rows_of(
        self, method: Method, group: Ints, kept: Bools, floor: float, ceiling: float
    ) -> Iterator[Row]:
        value, above, under = self.value[kept], self.numerator[kept], self.denominator[kept]
        whole = roll_up_arrays(
            method,
            group,
            value,
            numerator=above,
            denominator=under,
            weight=under,
            lower=floor,
            upper=ceiling,
        )
        both = ~np.isnan(above) & ~np.isnan(under)
        parts = [
            roll_up_arrays(Method.SUM, group, np.where(both, part, np.nan)).value for part in (above, under)
        ]
        level = (
            np.where(under > 0, above / np.where(under > 0, under, 1), np.nan) if _is_ratio(method) else value
        )
        conflicts = roll_up_arrays(Method.SUM, group, self.conflicting[kept].astype(float)).value
        columns = (whole.value, *parts, whole.lower, whole.upper, group_medians(group, level))
        for label, reported, expected, conflict, (value_, top, bottom, low, high, median) in zip(
            whole.groups.tolist(),
            whole.reported.tolist(),
            whole.expected.tolist(),
            conflicts.tolist(),
            zip(*(column.tolist() for column in columns), strict=True),
            strict=True,
        ):
            yield Row(
                int(self.indicators[label // _BASE]),
                as_code(label % _BASE),
                value_,
                top,
                bottom,
                reported,
                expected,
                int(conflict),
                low,
                high,
                median,
            )


def _is_ratio(method: Method) -> bool:
    return method is Method.RATIO_OF_SUMS


def group_medians(group: Ints, values: Floats) -> Floats:
    """The median of each group's known values, NaN where none is known; groups sorted, shape (G,)."""
    labels, index = np.unique(group, return_inverse=True)
    order = np.lexsort((values, index))  # NaN sorts last within its group
    known = np.bincount(index, ~np.isnan(values), len(labels)).astype(np.int64)
    starts = np.searchsorted(index[order], np.arange(len(labels)))
    last = np.maximum(known - 1, 0)
    low, high = values[order][starts + last // 2], values[order][starts + (last + 1) // 2]
    return np.where(known > 0, (low + high) / 2, np.nan)
