"""Figures as they were known at a past moment: what was entered, withdrawn or ruled later does not count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from math import isfinite
from typing import Any

from django.db import connection

from concerted.methods.results import RollUp as Method

from ..models import Indicator, ReportingPeriod, RollUp
from .cells import Cells, Expected, as_code, expected_places, read_cells
from .rolling import Row, Table, Way

Cell = tuple[int, int, str]

_CHANGED = """
SELECT DISTINCT indicator_id, period_id FROM plan_observation
WHERE indicator_id = ANY(%(indicators)s) AND period_id = ANY(%(periods)s) AND breakdown = ''
  AND (recorded_at >= %(known)s OR withdrawn_at >= %(known)s)
UNION
SELECT DISTINCT indicator_id, period_id FROM plan_ruling
WHERE indicator_id = ANY(%(indicators)s) AND period_id = ANY(%(periods)s) AND breakdown = ''
  AND (at >= %(known)s OR replaced_at >= %(known)s)
"""


def changed_since(
    *, indicators: Collection[int], periods: Collection[int], known: datetime
) -> set[tuple[int, int]]:
    """The indicators and periods whose figures changed at or after the moment; what is not named stands as then."""
    given: dict[str, Any] = {"indicators": list(indicators), "periods": list(periods), "known": known}
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, given)
        return {(int(indicator), int(period)) for indicator, period in cursor.fetchall()}


def rolled_up_then(
    *, indicators: Sequence[Indicator], periods: Sequence[ReportingPeriod], place_code: str, known: datetime
) -> dict[tuple[int, int], tuple[Any, ...] | None]:
    """The roll-ups over a place, of those that changed since, as they stood at the moment; None: nothing was there.

    The columns are value, numerator, denominator, reported, expected, conflicting, low and high.
    """
    changed = changed_since(
        indicators=[one.pk for one in indicators], periods=[one.pk for one in periods], known=known
    )
    found: dict[tuple[int, int], tuple[Any, ...] | None] = dict.fromkeys(changed)
    for period in periods:
        affected = [one for one in indicators if (one.pk, period.pk) in changed]
        if affected:
            found |= {
                (row.indicator, period.pk): _columns(row)
                for row in _rows(affected, period, place_code, known)
            }
    return found


def _rows(
    indicators: Sequence[Indicator], period: ReportingPeriod, place_code: str, known: datetime
) -> Iterable[Row]:
    cells = read_cells(indicators=[one.pk for one in indicators], periods=[period.pk], known=known)
    expected: dict[str, Expected] = {}

    for way, group in groupby(sorted(indicators, key=Way.of), key=Way.of):
        alike, level = list(group), way.level
        if level not in expected:
            own = alike[0].plan.place_code
            expected[level] = expected_places(place_code=own, level=level, on=period.ends)
        table = Table.of(cells, [one.pk for one in alike], expected[level])
        yield from table.rows(
            Method(way.method), frozenset({place_code}), level, floor=way.floor, ceiling=way.ceiling
        )


def _columns(row: Row) -> tuple[Any, ...]:
    numbers = [one if isfinite(one) else None for one in (row.value, row.numerator, row.denominator)]
    ends = [one if isfinite(one) else None for one in (row.low, row.high)]
    return (*numbers, row.reported, row.expected, row.conflicting, *ends)


def conflicting_cells(
    *, indicators: Collection[int], periods: Collection[int], place_code: str, known: datetime | None
) -> list[Cell]:
    """The cells below a place and its own in which values differ and no ruling chose one, as indicator, period, place.

    The roll-ups name the suspects; with `known`, those whose figures changed since are looked at whole.
    """
    suspects: set[tuple[int, int]] = set(
        RollUp.objects.filter(
            indicator__in=list(indicators), period__in=list(periods), place_code=place_code, conflicting__gt=0
        ).values_list("indicator_id", "period_id")
    )
    if known is not None:
        suspects |= changed_since(indicators=indicators, periods=periods, known=known)
    own = read_cells(indicators=indicators, periods=periods, places=[place_code], known=known)
    found = set(_conflicting(own))
    by_period: dict[int, set[int]] = defaultdict(set)
    for indicator, period in suspects:
        by_period[period].add(indicator)
    for period, some in by_period.items():
        found |= set(_conflicting(read_cells(indicators=some, periods=[period], known=known)))
    return sorted(found)


def _conflicting(cells: Cells) -> Iterable[Cell]:
    which = cells.conflicting
    columns = (cells.indicator[which].tolist(), cells.period[which].tolist(), cells.place[which].tolist())
    for indicator, period, place in zip(*columns, strict=True):
        yield indicator, period, as_code(place)
