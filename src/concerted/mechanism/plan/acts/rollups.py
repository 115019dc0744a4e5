"""Keeps the table of roll-ups in step with the observations, in the transaction that changes them; enters no value."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import numpy as np
from django.db import connection

from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer, significant_digits
from concerted.methods.results import RollUp as Method
from concerted.methods.results import group_by_prefix, roll_up_arrays

from ..models import Indicator, Plan, ReportingPeriod
from ..reads.cells import DIGITS, Bools, Cells, Expected, Floats, Ints, as_code, expected_places, read_cells

_COLUMNS = (
    "indicator_id, period_id, place_code, value, numerator, denominator, reported, expected, conflicting,"
    " low, high, median"
)
_BASE = 10**6


@dataclass(frozen=True)
class Refreshed:
    """How many roll-ups were written anew."""

    rollups: int

    def audit_detail(self) -> dict[str, int]:
        return {"rollups": self.rollups}


@act(Permission.PERIOD_OPEN, subject="plan")
def refresh_rollups(*, officer: Officer, at: datetime, plan: Plan) -> Refreshed:
    """Compute every roll-up of a plan anew from its observations, as after a change of the register of places."""
    indicators = list(plan.indicators.select_related("plan"))
    return Refreshed(
        sum(refresh(indicators=indicators, period=each) for each in lock_periods(plan.periods.all()))
    )


def lock_periods(periods: Iterable[ReportingPeriod]) -> list[ReportingPeriod]:
    """Return the periods as they stand, held until the transaction ends.

    Figures of one period are written one after the other, so that no roll-up misses a value another officer is
    entering at the same moment, and none is entered while the period is being closed.
    """
    wanted = [period.pk for period in periods]
    return list(ReportingPeriod.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))


def refresh(
    *, indicators: Sequence[Indicator], period: ReportingPeriod, below: Collection[str] | None = None
) -> int:
    """Write the roll-ups of indicators of one plan in one period; returns how many.

    below: only of the places above these ones. Call it with the period locked.
    """
    if not indicators:
        return 0
    cells = read_cells(indicators=[one.pk for one in indicators], periods=[period.pk])
    expected: dict[str, Expected] = {}
    lines: list[bytes] = []
    for (method, level), alike in _alike(indicators):
        if level not in expected:
            expected[level] = expected_places(
                place_code=alike[0].plan.place_code, level=level, on=period.ends
            )
        table = _Table.of(cells, [one.pk for one in alike], expected[level])
        lines += table.lines(Method(method), period.pk, _wanted(expected[level], below), level)
    _write([one.pk for one in indicators], period.pk, below, lines)
    return len(lines)


def _alike(indicators: Sequence[Indicator]) -> Iterator[tuple[tuple[str, str], list[Indicator]]]:
    def of(one: Indicator) -> tuple[str, str]:
        return str(one.rollup_areas), str(one.reporting_level)

    for key, alike in groupby(sorted(indicators, key=of), key=of):
        yield key, list(alike)


def _wanted(expected: Expected, below: Collection[str] | None) -> frozenset[str]:
    if below is None:
        return expected.above
    return frozenset(
        code for code in expected.above if any(one.startswith(significant_digits(code)) for one in below)
    )


@dataclass(frozen=True)
class _Table:
    """Every expected cell of some indicators in one period, missing ones as NaN; all arrays of shape (K * N,)."""

    indicators: Ints
    places: Ints
    line: Ints
    value: Floats
    numerator: Floats
    denominator: Floats
    conflicting: Bools

    @classmethod
    def of(cls, cells: Cells, indicators: Sequence[int], expected: Expected) -> _Table:
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

    def lines(self, method: Method, period: int, wanted: frozenset[str], level: str) -> list[bytes]:
        """One line of COPY text per indicator and place above."""
        lines: list[bytes] = []
        for digits in (0, 2, 4):
            if digits >= DIGITS[level] or not len(self.places):  # type: ignore[index]
                continue
            codes = group_by_prefix(self.places, digits) * 10 ** (6 - digits)
            over = np.array(sorted(int(code) for code in wanted if len(significant_digits(code)) == digits))
            kept = np.isin(codes, over)
            if kept.any():
                lines += self._lines_of(method, period, self.line[kept] * _BASE + codes[kept], kept)
        return lines

    def _lines_of(self, method: Method, period: int, group: Ints, kept: Bools) -> list[bytes]:
        value, above, under = self.value[kept], self.numerator[kept], self.denominator[kept]
        whole = roll_up_arrays(method, group, value, numerator=above, denominator=under, weight=under)
        both = ~np.isnan(above) & ~np.isnan(under)
        parts = [
            roll_up_arrays(Method.SUM, group, np.where(both, part, np.nan)).value for part in (above, under)
        ]
        level = (
            np.where(under > 0, above / np.where(under > 0, under, 1), np.nan) if _is_ratio(method) else value
        )
        conflicts = roll_up_arrays(Method.SUM, group, self.conflicting[kept].astype(float)).value
        columns = (whole.value, *parts, whole.lower, whole.upper, group_medians(group, level))
        return [
            (
                f"{self.indicators[label // _BASE]}\t{period}\t{as_code(label % _BASE)}\t{_number(value)}\t"
                f"{_number(top)}\t{_number(bottom)}\t{reported}\t{expected}\t{int(conflict)}\t{_number(low)}\t"
                f"{_number(high)}\t{_number(median)}\n"
            ).encode()
            for label, reported, expected, conflict, (value, top, bottom, low, high, median) in zip(
                whole.groups.tolist(),
                whole.reported.tolist(),
                whole.expected.tolist(),
                conflicts.tolist(),
                zip(*(column.tolist() for column in columns), strict=True),
                strict=True,
            )
        ]


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


def _number(value: float) -> str:
    return f"{value:.6f}" if np.isfinite(value) else "\\N"


def _write(
    indicators: Sequence[int], period: int, below: Collection[str] | None, lines: Sequence[bytes]
) -> None:
    narrowed = ""
    given: list[Any] = [list(indicators), period]
    if below is not None:
        narrowed = " AND place_code = ANY(%s)"
        given.append(sorted({code for one in below for code in _places_above(one)}))
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM plan_rollup WHERE indicator_id = ANY(%s) AND period_id = %s{narrowed}", given
        )
        with cursor.copy(f"COPY plan_rollup ({_COLUMNS}) FROM STDIN") as copy:
            copy.write(b"".join(lines))


def _places_above(code: str) -> set[str]:
    return {"000000", code[:2] + "0000", code[:4] + "00"}


__all__ = ["Refreshed", "group_medians", "lock_periods", "refresh", "refresh_rollups"]
