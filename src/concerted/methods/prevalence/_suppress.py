"""Hides small counts in what is printed for the public, and as many more as keep them from being worked out; it prints
no estimate.

A count of 1 to 4 is hidden (primary). Others are hidden (complementary) until, from all that stays printed and the
knowledge that a hidden count is at least 1, linear programmes find that each primary count could still be anything
from 1 to 4. Cox (1980), Suppression methodology and statistical disclosure control, JASA 75(370), 377-385.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from concerted.errors import ConcertedError, Invalid
from concerted.methods.prevalence._table import CaptureTable

SMALLEST_SHOWN = 5
"""Counts below this, but not 0, point to persons in a small country."""

_SLACK = 1e-6


@dataclass(frozen=True)
class Total:
    """A printed number that is the sum of others: places among the counts."""

    place: int
    parts: tuple[int, ...]


@dataclass(frozen=True)
class PublicCell:
    """shown: the count, None where it is hidden."""

    label: str
    shown: int | None


@dataclass(frozen=True)
class PublicTable:
    """cells: what may be printed, with totals. primary, complementary: how many were hidden for which reason."""

    cells: tuple[PublicCell, ...]
    primary: int
    complementary: int


def suppress(
    counts: Sequence[int], totals: Sequence[Total] = (), *, smallest_shown: int = SMALLEST_SHOWN
) -> npt.NDArray[np.bool_]:
    """True where a count must be hidden; shape of counts. Zeros are never hidden: they are nobody.

    counts: all numbers of one publication, totals among them. Raises Invalid when a total is not its parts' sum.
    """
    values = np.array(counts, dtype=np.int64)
    _check(values, totals)
    primary = (values > 0) & (values < smallest_shown)
    hidden = primary.copy()
    floors = {int(p): _range(int(p), values, totals, values > 0)[0] for p in np.flatnonzero(primary)}
    while True:
        exposed = [p for p in floors if not _stays_open(p, values, totals, hidden, floors[p], smallest_shown)]
        if not exposed:
            return hidden
        found = [place for p in exposed for place in _next_to_hide(p, values, totals, hidden)]
        if not found:
            found = [int(place) for place in np.flatnonzero((values > 0) & ~hidden)]
        if not found:
            return hidden
        hidden[min(found, key=lambda place: (values[place], place))] = True


def _check(values: npt.NDArray[np.int64], totals: Sequence[Total]) -> None:
    if np.any(values < 0):
        raise Invalid("A count to be printed is negative.")
    for total in totals:
        if values[list(total.parts)].sum() != values[total.place]:
            raise Invalid("A total is not the sum of its parts.", where=f"count {total.place + 1}")


def _next_to_hide(
    place: int, values: npt.NDArray[np.int64], totals: Sequence[Total], hidden: npt.NDArray[np.bool_]
) -> list[int]:
    """Printed, positive counts that share a sum with one place, its total included."""
    near = {
        other
        for total in totals
        for other in (total.place, *total.parts)
        if place in (total.place, *total.parts)
    }
    return [other for other in near if values[other] > 0 and not hidden[other]]


def _stays_open(
    place: int,
    values: npt.NDArray[np.int64],
    totals: Sequence[Total],
    hidden: npt.NDArray[np.bool_],
    floor: float,
    smallest_shown: int,
) -> bool:
    """Whether a reader who knows the rule cannot narrow a hidden count within floor ... smallest_shown - 1.

    floor: the least it could be if nothing positive were printed; more than 1 for a total of several people.
    """
    lowest, highest = _range(place, values, totals, hidden)
    return lowest <= floor + _SLACK and highest >= smallest_shown - 1 - _SLACK


def _range(
    place: int, values: npt.NDArray[np.int64], totals: Sequence[Total], hidden: npt.NDArray[np.bool_]
) -> tuple[float, float]:
    """The least and the most a hidden count can be, given all that is printed."""
    variables = np.flatnonzero(hidden)
    column = {int(v): i for i, v in enumerate(variables)}
    rows, right = [], []
    for total in totals:
        row, known = np.zeros(len(variables)), 0
        for member, sign in ((total.place, -1), *((part, 1) for part in total.parts)):
            if hidden[member]:
                row[column[member]] += sign
            else:
                known -= sign * int(values[member])
        rows.append(row)
        right.append(known)
    objective = np.zeros(len(variables))
    objective[column[place]] = 1.0
    bounds = [(1, None)] * len(variables)
    equal = (np.array(rows), np.array(right)) if rows else (None, None)
    return _optimum(objective, equal, bounds), -_optimum(-objective, equal, bounds)


def _optimum(
    objective: npt.NDArray[np.float64], equal: tuple[object, object], bounds: list[tuple[int, None]]
) -> float:
    found = linprog(objective, A_eq=equal[0], b_eq=equal[1], bounds=bounds, method="highs")
    if found.status == 3:
        return -np.inf
    if found.status != 0:
        raise ConcertedError(
            "The linear programme of the suppression was not solved.", where=str(found.message)
        )
    return float(found.fun)


def public_table(table: CaptureTable, *, smallest_shown: int = SMALLEST_SHOWN) -> PublicTable:
    """A capture table as it may be printed: histories with people, each list's people and all people seen."""
    histories = [int(history) for history in table.observed]
    labels = [
        ":".join(name for i, name in enumerate(table.lists) if history >> i & 1) for history in histories
    ]
    counts = [int(table.counts[history]) for history in histories]
    totals = []
    for i in range(table.k):
        parts = tuple(place for place, history in enumerate(histories) if history >> i & 1)
        totals.append(Total(len(counts) + i, parts))
    totals.append(Total(len(counts) + table.k, tuple(range(len(histories)))))
    sums = [sum(counts[part] for part in total.parts) for total in totals]
    named = [*labels, *(f"{name} (all)" for name in table.lists), "all"]
    return _printed(named, [*counts, *sums], totals, smallest_shown)


def public_strata(
    rows: Mapping[str, Mapping[str, int]], *, smallest_shown: int = SMALLEST_SHOWN
) -> dict[str, dict[str, int | None]]:
    """Counts by two breakdowns (stratum by year, say) with both margins under "all"; None where hidden."""
    columns = list(dict.fromkeys(name for row in rows.values() for name in row))
    wide, tall = len(columns) + 1, len(rows) + 1
    grid = np.zeros((tall, wide), dtype=np.int64)
    for r, row in enumerate(rows.values()):
        for c, name in enumerate(columns):
            grid[r, c] = row.get(name, 0)
    grid[:-1, -1] = grid[:-1, :-1].sum(axis=1)
    grid[-1] = grid[:-1].sum(axis=0)
    totals = [Total(r * wide + wide - 1, tuple(r * wide + c for c in range(wide - 1))) for r in range(tall)]
    totals += [
        Total((tall - 1) * wide + c, tuple(r * wide + c for r in range(tall - 1))) for c in range(wide)
    ]
    hidden = suppress(grid.ravel().tolist(), totals, smallest_shown=smallest_shown).reshape(grid.shape)
    return {
        name: {
            column: None if hidden[r, c] else int(grid[r, c]) for c, column in enumerate([*columns, "all"])
        }
        for r, name in enumerate([*rows, "all"])
    }


def _printed(
    labels: Sequence[str], counts: Sequence[int], totals: Sequence[Total], smallest_shown: int
) -> PublicTable:
    hidden = suppress(counts, totals, smallest_shown=smallest_shown)
    small = [0 < count < smallest_shown for count in counts]
    cells = tuple(
        PublicCell(label, None if hide else count)
        for label, count, hide in zip(labels, counts, hidden, strict=True)
    )
    return PublicTable(cells, sum(small), int(hidden.sum()) - sum(small))
