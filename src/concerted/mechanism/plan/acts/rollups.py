"""Keeps the table of roll-ups in step with the observations, in the transaction that changes them; enters no value."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import connection

from concerted.deferred import numpy as np
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer, significant_digits
from concerted.methods.results import RollUp as Method

from ..models import Indicator, Plan, ReportingPeriod
from ..reads.cells import Expected, expected_places, read_cells
from ..reads.rolling import Row, Table, Way, group_medians

_COLUMNS = (
    "indicator_id, period_id, place_code, value, numerator, denominator, reported, expected, conflicting,"
    " low, high, median"
)


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
    for way, group in groupby(sorted(indicators, key=Way.of), key=Way.of):
        alike, level = list(group), way.level
        if level not in expected:
            expected[level] = expected_places(
                place_code=alike[0].plan.place_code, level=level, on=period.ends
            )
        table = Table.of(cells, [one.pk for one in alike], expected[level])
        wanted = _wanted(expected[level], below)
        rows = table.rows(Method(way.method), wanted, level, floor=way.floor, ceiling=way.ceiling)
        lines += [_line(row, period.pk) for row in rows]
    _write([one.pk for one in indicators], period.pk, below, lines)
    return len(lines)


def _wanted(expected: Expected, below: Collection[str] | None) -> frozenset[str]:
    if below is None:
        return expected.above
    return frozenset(
        code for code in expected.above if any(one.startswith(significant_digits(code)) for one in below)
    )


def _line(row: Row, period: int) -> bytes:
    """The row as a line of COPY text."""
    numbers = [_number(one) for one in (row.value, row.numerator, row.denominator)]
    counts = [str(one) for one in (row.reported, row.expected, row.conflicting)]
    ends = [_number(one) for one in (row.low, row.high, row.median)]
    return (
        "\t".join([str(row.indicator), str(period), row.place_code, *numbers, *counts, *ends]) + "\n"
    ).encode()


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
