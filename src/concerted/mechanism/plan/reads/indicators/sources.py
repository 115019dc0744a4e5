"""Reads cells in which several sources say different things, or the nation another thing than its places together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import isnan
from typing import NamedTuple

from django.db.models import F, Sum

from concerted.foundation.agencies.models import Agency, Place

from ...models import Indicator, Observation, Plan, ReportingPeriod, RollUp, Ruling
from ..apart import beyond
from ..cells import Cells, as_code, read_cells
from .places import _names

SOURCES, ROLL_UP = "sources", "roll_up"
"""The kinds of conflict: sources of one cell differ; the plan's own figure differs from its places' together."""


class Apart(NamedTuple):
    """A plan's own figure that cannot be what the places below it come to together.

    source: who gave it. rolled: what the places below come to, and its bounds. by: how far the figure lies above (+)
    or below (-) what that leaves possible.
    """

    own: float
    source: Agency | None
    rolled: RollUp
    by: float


@dataclass(frozen=True)
class Conflict:
    """A cell that waits for a ruling: its values differ, or it says another thing than the places below together.

    apart: only of the kind `roll_up`.
    """

    indicator: Indicator
    period: ReportingPeriod
    place: Place | None
    place_code: str
    values: int
    kind: str = SOURCES
    apart: Apart | None = None


def conflicts(
    *,
    plan: Plan,
    period: ReportingPeriod | None = None,
    limit: int = 200,
    among: Iterable[Indicator] | None = None,
) -> tuple[list[Conflict], int]:
    """Cells of a plan that wait for a ruling, newest period first, and how many there are; few queries.

    Cells of the places that report are found through the roll-ups, which count them; those of the plan's own place
    directly, also where they differ from the roll-up over it and no ruling lets them count. among: the plan's
    indicators, where they are at hand.
    """
    indicators = {one.pk: one for one in (plan.indicators.all() if among is None else among)}
    periods = {one.pk: one for one in ([period] if period else plan.periods.all())}
    rolled = {
        (row.indicator_id, row.period_id): row
        for row in RollUp.objects.filter(
            indicator__in=list(indicators), period__in=list(periods), place_code=plan.place_code
        )
    }
    pairs = [cell for cell, row in rolled.items() if row.conflicting]
    own = read_cells(indicators=indicators, periods=periods, places=[plan.place_code])
    found = list(_conflicting(own))
    if pairs:
        suspects = read_cells(indicators={i for i, _p in pairs}, periods={p for _i, p in pairs})
        found += _conflicting(suspects)
    apart = _apart(own, rolled, plan.place_code)
    cells = sorted({*found, *apart}, key=lambda one: (periods[one[1]].starts, one), reverse=True)
    shown = cells[:limit]
    names = _names({code for _i, _p, code, _n in shown}, [periods[p].ends for _i, p, _c, _n in shown])
    sources = _sources(apart[cell][0] for cell in shown if cell in apart)
    return (
        [
            Conflict(
                indicators[i],
                periods[p],
                names.get(code),
                code,
                n,
                ROLL_UP if (i, p, code, n) in apart else SOURCES,
                _told(apart.get((i, p, code, n)), sources),
            )
            for i, p, code, n in shown
        ],
        len(cells),
    )


_Cell = tuple[int, int, str, int]
_Found = tuple[int, float, RollUp, float]


def _apart(own: Cells, rolled: Mapping[tuple[int, int], RollUp], place_code: str) -> dict[_Cell, _Found]:
    """The plan's own cells that lie beyond their roll-up, with the observation, its value and by how much.

    Those a ruling lets count are left out: somebody looked at them. One query where any is found.
    """
    found: dict[_Cell, _Found] = {}
    columns = (own.indicator, own.period, own.value, own.denominator, own.observation, own.values)
    for indicator, period, value, under, observation, number in zip(
        *(each.tolist() for each in columns), strict=True
    ):
        row = rolled.get((indicator, period))
        if row is None or isnan(value) or under == 0:
            continue
        by = beyond(value, value=row.value, reported=row.reported, low=row.low, high=row.high)
        if by is not None:
            found[indicator, period, place_code, number] = (observation, value, row, by)
    ruled = _ruled([one[0] for one in found.values()])
    return {cell: one for cell, one in found.items() if one[0] not in ruled}


def _ruled(observations: Collection[int]) -> set[int]:
    if not observations:
        return set()
    standing = Ruling.objects.filter(observation__in=list(observations), replaced_at=None)
    return set(standing.values_list("observation_id", flat=True))


def _sources(observations: Iterable[int]) -> dict[int, Agency]:
    """Who gave these observations. One query."""
    wanted = list(observations)
    if not wanted:
        return {}
    given = Observation.objects.filter(pk__in=wanted).select_related("source_agency")
    return {one.pk: one.source_agency for one in given}


def _told(found: _Found | None, sources: Mapping[int, Agency]) -> Apart | None:
    if found is None:
        return None
    observation, value, row, by = found
    return Apart(value, sources.get(observation), row, by)


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
