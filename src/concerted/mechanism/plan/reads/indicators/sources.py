"""Reads cells in which several sources say different things."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Sum

from concerted.foundation.agencies.models import Place

from ...models import Indicator, Plan, ReportingPeriod, RollUp
from ..cells import Cells, as_code, read_cells
from .places import _names


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


def cells_told(*, plan: Plan, period: ReportingPeriod | None = None) -> int:
    """How many cells of a plan have a value, or several that wait for a ruling: what `conflicts` is out of.

    Two queries. Cells of the places that report are counted through the roll-ups.
    """
    indicators = list(plan.indicators.values_list("pk", flat=True))
    periods = [period.pk] if period else list(plan.periods.values_list("pk", flat=True))
    below = RollUp.objects.filter(
        indicator__in=indicators, period__in=periods, place_code=plan.place_code
    ).aggregate(told=Sum(F("reported") + F("conflicting")))
    own = read_cells(indicators=indicators, periods=periods, places=[plan.place_code])
    return int(below["told"] or 0) + own.values.size


def _conflicting(cells: Cells) -> Iterable[tuple[int, int, str, int]]:
    which = cells.conflicting
    for indicator, period, place, number in zip(
        *(column[which].tolist() for column in (cells.indicator, cells.period, cells.place, cells.values)),
        strict=True,
    ):
        yield indicator, period, as_code(place), number
