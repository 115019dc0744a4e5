"""Reads one cell: the values side by side, who said them, what was ruled, and what looks odd; hints decide nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from django.db.models import QuerySet

from concerted.methods.results import Cell, find_falls, roll_up, spread
from concerted.methods.results import RollUp as Method

from ..models import Indicator, Observation, PublishedStatistic, ReportingPeriod, RollUp, Ruling
from .apart import beyond
from .cells import read_cells

#: A value this many scaled median absolute deviations from its place's median is pointed at.
FAR = 5.0
#: Makes the median absolute deviation comparable with a standard deviation (Rousseeuw and Croux, JASA 88, 1993).
MAD_SCALE = 1.4826
ENOUGH = 4
"""Earlier values a comparison needs."""


@dataclass(frozen=True)
class CellValues:
    """A cell with everything ever said in it.

    standing: values that count or compete; withdrawn: values taken back, newest first. rulings: newest first, the
    one in force has no `replaced_at`. chosen: the id of the value that counts, None where the cell conflicts or is
    empty. unseen: values that came after the ruling in force. rolled: what the places below say together, None where
    there are none. apart: how far the value that counts lies beyond that, whatever is missing; None where it fits, or
    where a ruling lets it count.
    """

    standing: tuple[Observation, ...]
    withdrawn: tuple[Observation, ...]
    rulings: tuple[Ruling, ...]
    chosen: int | None
    conflicting: bool
    unseen: tuple[Observation, ...]
    rolled: RollUp | None = None
    apart: float | None = None

    @property
    def state(self) -> str:
        """missing, reported, conflicting or adjudicated."""
        if not self.standing:
            return "missing"
        if self.conflicting:
            return "conflicting"
        return "adjudicated" if any(one.replaced_at is None for one in self.rulings) else "reported"


def cell_values(
    *, indicator: Indicator, place_code: str, period: ReportingPeriod, breakdown: str = ""
) -> CellValues:
    """Everything said in one cell, with sources and officers; six queries."""
    where = {"indicator": indicator, "place_code": place_code, "period": period, "breakdown": breakdown}
    said = Observation.objects.filter(**where).select_related("source_agency", "officer")
    standing = tuple(said.filter(withdrawn_at__isnull=True).order_by("recorded_at", "id"))
    withdrawn = tuple(said.filter(withdrawn_at__isnull=False).order_by("-withdrawn_at", "-id"))
    rulings = tuple(
        Ruling.objects.filter(**where)
        .select_related("officer", "observation__source_agency")
        .order_by("-at", "-id")
    )
    cells = read_cells(
        indicators=[indicator.pk], periods=[period.pk], places=[place_code], breakdown=breakdown
    )
    chosen = int(cells.observation[0]) if len(cells.observation) else 0
    in_force = next((one for one in rulings if one.replaced_at is None), None)
    unseen = tuple(one for one in standing if in_force is not None and one.recorded_at > in_force.at)
    rolled = None if breakdown else _rolled(indicator, place_code, period)
    counts = next((one for one in standing if one.pk == chosen), None)
    apart = None if counts is None or rolled is None or in_force is not None else _apart(counts, rolled)
    conflicting = bool(standing) and not chosen
    return CellValues(standing, withdrawn, rulings, chosen or None, conflicting, unseen, rolled, apart)


def _rolled(indicator: Indicator, place_code: str, period: ReportingPeriod) -> RollUp | None:
    """The roll-up of the places below the cell's place, where any of them reported."""
    return RollUp.objects.filter(
        indicator=indicator, place_code=place_code, period=period, reported__gt=0
    ).first()


def _apart(value: Observation, row: RollUp) -> float | None:
    if value.denominator == 0:
        return None
    return beyond(value.value, value=row.value, reported=row.reported, low=row.low, high=row.high)


def observations_of(
    *, indicator: Indicator, period: ReportingPeriod | None = None, place_code: str | None = None
) -> QuerySet[Observation]:
    """Every value ever given for the indicator, withdrawn ones too, narrowed to a period or a place."""
    found = Observation.objects.filter(indicator=indicator)
    if period is not None:
        found = found.filter(period=period)
    if place_code is not None:
        found = found.filter(place_code=place_code)
    return found.select_related("indicator", "period", "source_agency", "officer")


def observation_by_id(pk: int) -> Observation | None:
    """The observation with all a page or the policy asks of it, or None."""
    return (
        Observation.objects.select_related("indicator__plan__office", "period", "source_agency", "officer")
        .filter(pk=pk)
        .first()
    )


@dataclass(frozen=True)
class Hint:
    """Something about a value that is worth a second look. kind: far, tenfold, swapped, fall; against: the number
    it was compared with."""

    kind: str
    against: float
    period: str = ""


def hints_for(*, indicator: Indicator, place_code: str, period: ReportingPeriod) -> list[Hint]:
    """What looks odd about a place's value beside its own earlier ones; hints only, they change nothing."""
    periods = list(
        ReportingPeriod.objects.filter(
            plan_id=period.plan_id, kind=period.kind, starts__lte=period.starts
        ).order_by("starts")
    )
    cells = read_cells(indicators=[indicator.pk], periods=[one.pk for one in periods], places=[place_code])
    keys = {one.pk: one.key for one in periods}
    known = {
        keys[pk]: value
        for pk, value in zip(cells.period.tolist(), cells.value.tolist(), strict=True)
        if not isnan(value)
    }
    return find_hints(known, [one.key for one in periods], cumulative=indicator.cumulative)


def find_hints(known: dict[str, float], periods: Sequence[str], *, cumulative: bool) -> list[Hint]:
    """Return what is odd about the last period's value: far from the median, tenfold, digits swapped, a fall.

    known: value by period, without the missing ones; periods in time order.
    """
    if not periods or periods[-1] not in known:
        return []
    value = known[periods[-1]]
    earlier = [period for period in periods[:-1] if period in known]
    hints = [
        Hint("fall", fall.before, fall.earlier)
        for fall in (find_falls([Cell(unit, known[unit]) for unit in known], periods) if cumulative else ())
        if fall.later == periods[-1]
    ]
    if earlier and _swapped(value, known[earlier[-1]]):
        hints.append(Hint("swapped", known[earlier[-1]], earlier[-1]))
    if cumulative or len(earlier) < ENOUGH:
        return hints
    middle = spread({unit: known[unit] for unit in earlier}, earlier).median or 0.0
    off = spread({unit: abs(known[unit] - middle) for unit in earlier}, earlier).median or 0.0
    if middle and any(abs(value / middle - factor) < 0.05 * factor for factor in (10.0, 0.1)):
        hints.append(Hint("tenfold", middle))
    elif off and abs(value - middle) > FAR * MAD_SCALE * off:
        hints.append(Hint("far", middle))
    return hints


def _swapped(value: float, before: float) -> bool:
    if value == before or value != int(value) or before != int(before):
        return False
    one, other = str(int(value)), str(int(before))
    differing = sum(a != b for a, b in zip(one, other, strict=False))
    return len(one) == len(other) >= 3 and sorted(one) == sorted(other) and differing == 2


@dataclass(frozen=True)
class Dimension:
    """One breakdown of a cell: its parts and whether they can belong to the whole.

    rest: whole minus parts, None where the whole is not known; a negative rest contradicts the whole.
    """

    name: str
    parts: tuple[tuple[str, float], ...]
    total: float | None
    rest: float | None

    @property
    def contradicts(self) -> bool:
        return self.rest is not None and self.rest < -1e-9


def breakdowns_of(*, indicator: Indicator, place_code: str, period: ReportingPeriod) -> list[Dimension]:
    """The breakdowns of one cell by dimension, beside the whole; parts that conflict are left out; four queries."""
    said = Observation.objects.filter(
        indicator=indicator, period=period, place_code=place_code, withdrawn_at__isnull=True
    ).exclude(breakdown="")
    names = sorted(set(said.values_list("breakdown", flat=True)))
    if not names:
        return []
    whole = _value(indicator, period, place_code, "")
    by_dimension: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for name in names:
        value = _value(indicator, period, place_code, name)
        if value is not None:
            by_dimension[_dimension(name)].append((_category(name), value))
    return [_dimension_of(name, parts, whole, indicator) for name, parts in by_dimension.items()]


def _dimension_of(
    name: str, parts: list[tuple[str, float]], whole: float | None, indicator: Indicator
) -> Dimension:
    if indicator.rollup_areas != Method.SUM:
        return Dimension(name, tuple(parts), None, None)
    total = roll_up(
        Method.SUM, [Cell(part, value) for part, value in parts], [part for part, _v in parts]
    ).value
    rest = None if whole is None or total.value is None else whole - total.value
    return Dimension(name, tuple(parts), total.value, rest)


def _value(indicator: Indicator, period: ReportingPeriod, place_code: str, breakdown: str) -> float | None:
    cells = read_cells(
        indicators=[indicator.pk], periods=[period.pk], places=[place_code], breakdown=breakdown
    )
    return None if not len(cells.value) or isnan(cells.value[0]) else float(cells.value[0])


def _dimension(breakdown: str) -> str:
    return ";".join(part.partition("=")[0] for part in breakdown.split(";"))


def _category(breakdown: str) -> str:
    return ", ".join(part.partition("=")[2] for part in breakdown.split(";"))


@dataclass(frozen=True)
class StatisticRow:
    """A published figure, and whether another source says something else of the same thing."""

    figure: PublishedStatistic
    contradicted: bool


def published_statistics(*, search: str = "") -> list[StatisticRow]:
    """Every published figure as printed, in the order of the register; nothing is added up. One query.

    contradicted: another row gives a different number for the same measure, span, place and unit.
    """
    rows = list(PublishedStatistic.objects.order_by("row"))
    values: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for row in rows:
        values[_same(row)].add(row.value_text)
    needle = search.casefold().strip()
    return [
        StatisticRow(row, len(values[_same(row)]) > 1)
        for row in rows
        if not needle or needle in f"{row.measure} {row.geography} {row.publisher} {row.source}".casefold()
    ]


def _same(row: PublishedStatistic) -> tuple[str, str, str, str]:
    return row.measure, row.span, row.geography, row.unit


__all__ = [
    "CellValues",
    "Dimension",
    "Hint",
    "StatisticRow",
    "breakdowns_of",
    "cell_values",
    "find_hints",
    "hints_for",
    "observation_by_id",
    "published_statistics",
]
