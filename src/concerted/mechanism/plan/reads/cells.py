"""Reads cells of figures: who should report, which of several values counts, which cells conflict; never adds up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

from concerted.deferred import numpy as np
from concerted.foundation.agencies.models import Place, significant_digits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

QUALIFIERS = (
    "exact",
    "about",
    "nearly",
    "more_than",
    "less_than",
    "at_least",
    "at_most",
    "estimate",
    "suspect",
)
"""How exact a value is; the codes of the vocabulary's list of the same name."""

#: Leading digits of GB/T 2260 that name a place of each level.
DIGITS = {Place.Level.NATION: 0, Place.Level.PROVINCE: 2, Place.Level.PREFECTURE: 4, Place.Level.COUNTY: 6}

#: Codes of GB/T 2260 to which the plans are not addressed: Taiwan, Hong Kong and Macao. A national plan of action
#: goes to the governments of the 31 provinces, autonomous regions and municipalities of the mainland.
NOT_ADDRESSED = ("71", "81", "82")

_STANDING = (
    "SELECT indicator_id, period_id, place_code::int, value::float8, numerator::float8, denominator::float8, id"
    " FROM plan_observation WHERE {stands} AND indicator_id = ANY(%(indicators)s)"
    " AND period_id = ANY(%(periods)s) AND breakdown = %(breakdown)s"
)
_RULED = (
    "SELECT observation_id FROM plan_ruling WHERE {stands} AND indicator_id = ANY(%(indicators)s)"
    " AND period_id = ANY(%(periods)s) AND breakdown = %(breakdown)s"
)
_NOW = ("withdrawn_at IS NULL", "replaced_at IS NULL")
_THEN = (
    "recorded_at < %(known)s AND (withdrawn_at IS NULL OR withdrawn_at >= %(known)s)",
    "at < %(known)s AND (replaced_at IS NULL OR replaced_at >= %(known)s)",
)


@dataclass(frozen=True)
class Cells:
    """One row per cell that holds a standing value, all of shape (N,), sorted by indicator, period and place.

    place: the code as a number. value, numerator, denominator: of the value that counts, NaN where the cell
    conflicts or a part is missing. observation: its id, 0 where the cell conflicts. values: how many stand.
    """

    indicator: Ints
    period: Ints
    place: Ints
    value: Floats
    numerator: Floats
    denominator: Floats
    observation: Ints
    values: Ints

    @property
    def conflicting(self) -> Bools:
        """Where several values stand that differ, and no ruling chose one."""
        return np.asarray(self.observation == 0)


def read_cells(
    *,
    indicators: Collection[int],
    periods: Collection[int],
    places: Collection[str] | None = None,
    breakdown: str = "",
    known: datetime | None = None,
) -> Cells:
    """Return the cells that hold a value, each reduced to the value that counts.

    The value a ruling chose counts; else the only one; else the one on which all agree. Values that differ and
    are not ruled leave the cell conflicting. known: the moment before which a value or ruling had to be there and
    stand; None is now. One query, and one for the rulings where values stand side by side.
    """
    given: dict[str, Any] = {
        "indicators": list(indicators),
        "periods": list(periods),
        "breakdown": breakdown,
        "places": None if places is None else list(places),
        "known": known,
    }
    narrowed = "" if places is None else " AND place_code = ANY(%(places)s)"
    value_stands, ruling_stands = _NOW if known is None else _THEN
    with connection.cursor() as cursor:
        cursor.execute(_STANDING.format(stands=value_stands) + narrowed, given)
        rows = np.array(cursor.fetchall(), dtype=np.float64).reshape(-1, 7)
        rows = rows[np.lexsort((rows[:, 6], rows[:, 2], rows[:, 1], rows[:, 0]))]
        first = np.ones(len(rows), dtype=bool)
        first[1:] = (rows[1:, :3] != rows[:-1, :3]).any(axis=1)
        ruled: set[int] = set()
        if not first.all():
            cursor.execute(_RULED.format(stands=ruling_stands) + narrowed, given)
            ruled = {row[0] for row in cursor.fetchall()}
    return _reduced(rows, first, ruled)


def _reduced(rows: Floats, first: Bools, ruled: set[int]) -> Cells:
    """One row per cell of sorted rows; first: where a cell begins."""
    starts = np.flatnonzero(first)
    sizes = np.diff(np.append(starts, len(rows)))
    chosen = starts.copy()
    conflicting = np.zeros(len(starts), dtype=bool)
    for number in np.flatnonzero(sizes > 1):
        start, size = int(starts[number]), int(sizes[number])
        pick = _pick(rows[start : start + size], ruled)
        chosen[number] = start + (pick or 0)
        conflicting[number] = pick is None
    kept = rows[chosen]
    figures = np.where(conflicting[:, None], np.nan, kept[:, 3:6])
    return Cells(
        indicator=kept[:, 0].astype(np.int64),
        period=kept[:, 1].astype(np.int64),
        place=kept[:, 2].astype(np.int64),
        value=figures[:, 0],
        numerator=figures[:, 1],
        denominator=figures[:, 2],
        observation=np.where(conflicting, 0, kept[:, 6]).astype(np.int64),
        values=sizes.astype(np.int64),
    )


def _pick(standing: Floats, ruled: set[int]) -> int | None:
    for position, row in enumerate(standing):
        if int(row[6]) in ruled:
            return position
    return (
        0
        if np.array_equal(standing[:, 3:6], np.broadcast_to(standing[0, 3:6], (len(standing), 3)), True)
        else None
    )


@dataclass(frozen=True)
class Expected:
    """Who is asked: codes of the places that report, sorted, and codes of the places over which they roll up."""

    reporting: tuple[str, ...]
    above: frozenset[str]


def expected_places(*, place_code: str, level: str, on: date) -> Expected:
    """Return the places a plan is addressed to, of a level, that stand on a day, and the standing places above.

    place_code: the plan's own place; it is among those above even where the register does not hold it.
    """
    digits = DIGITS[Place.Level(level)]
    asked = [each for each, wide in DIGITS.items() if wide <= digits]
    standing = Place.objects.standing(on).within(place_code).filter(level__in=asked).order_by()
    listed = [row for row in standing.values_list("code", "level") if not row[0].startswith(NOT_ADDRESSED)]
    reporting = tuple(sorted({code for code, of_level in listed if of_level == level}))
    above = {code for code, of_level in listed if DIGITS[Place.Level(of_level)] < digits} | {place_code}
    return Expected(reporting, frozenset(above))


def is_addressed(place: Place, *, plan_place: str, level: str) -> bool:
    """Whether a standing place is among those expected_places names, reporting or above the ones that report."""
    inside = place.code.startswith(significant_digits(plan_place))
    wide = DIGITS[Place.Level(place.level)] <= DIGITS[Place.Level(level)]
    return (inside and wide and not place.code.startswith(NOT_ADDRESSED)) or place.code == plan_place


def level_below(level: str) -> str:
    """The level that reports to a place of this level, where nothing else is said: provinces to the nation."""
    order = list(DIGITS)
    position = order.index(Place.Level(level))
    return str(order[min(position + 1, len(order) - 1)])


def above(code: str) -> list[str]:
    """The codes of the nation, province and prefecture a place lies in, itself left out, nation first."""
    held = ["000000", code[:2] + "0000", code[:4] + "00"]
    return list(dict.fromkeys(one for one in held if one != code))


def codes_below(expected: Expected, code: str) -> Sequence[str]:
    """The reporting places inside a place, in order of code."""
    return [one for one in expected.reporting if one.startswith(significant_digits(code)) and one != code]


def as_code(number: int) -> str:
    """A place's six digits from the number they were read as."""
    return f"{number:06d}"
