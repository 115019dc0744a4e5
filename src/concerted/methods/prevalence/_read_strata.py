"""Reads a capture table whose rows also say of which stratum they are (sex, age, form, province, year); it estimates
nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from concerted.errors import Invalid, Problem
from concerted.methods.prevalence import _read as read
from concerted.methods.prevalence._table import CaptureTable
from concerted.methods.prevalence._wording import Said

MOST_STRATA = 200
"""More strata than this leave too few people in each for any method."""

LONGEST = 60
PARTED = " / "
Key = tuple[str, ...]


@dataclass(frozen=True)
class StrataTables:
    """One capture table per stratum, all of the same lists.

    by: names of the columns that part people. tables: the values of these columns -> the table, in the order of the
    file. Raises Invalid for no stratum, too many, lists that differ, or two of one label.
    """

    by: tuple[str, ...]
    tables: Mapping[Key, CaptureTable]

    def __post_init__(self) -> None:
        lists = {table.lists for table in self.tables.values()}
        if len(lists) != 1 or not self.by or any(len(key) != len(self.by) for key in self.tables):
            raise Invalid("Strata need the same lists, and a value for each column that parts them.")
        if len(self.labelled) < len(self.tables):
            raise Invalid(f"Two strata would have one name; leave {PARTED!r} out of theirs.")
        if len(self.tables) > MOST_STRATA:
            raise _too_many_strata(len(self.tables))

    @cached_property
    def labelled(self) -> dict[str, CaptureTable]:
        """The tables by the names their strata are told by."""
        return {PARTED.join(key): table for key, table in self.tables.items()}

    @cached_property
    def whole(self) -> CaptureTable:
        """Everybody, whatever the stratum."""
        tables = list(self.tables.values())
        return CaptureTable(tables[0].lists, np.sum([table.counts for table in tables], axis=0))

    def to_json(self) -> dict[str, Any]:
        """As kept with a run: by, lists, and per stratum its values and pairs [history bitmask, people]."""
        return {
            "by": list(self.by),
            "tables": [
                [list(key), [[int(w), int(table.counts[w])] for w in table.observed]]
                for key, table in self.tables.items()
            ],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any], lists: Sequence[str]) -> StrataTables:
        """The strata as kept, of these lists."""
        return cls(
            tuple(kept["by"]),
            {
                tuple(key): CaptureTable.from_histories(lists, {int(w): int(n) for w, n in pairs})
                for key, pairs in kept["tables"]
            },
        )

    def to_csv(self) -> str:
        """The strata as one CSV text that `read_strata` reads again."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*self.by, *self.whole.lists, "count"])
        for key, table in self.tables.items():
            for w in sorted((int(w) for w in table.observed), key=lambda w: (w.bit_count(), w)):
                writer.writerow([*key, *(w >> i & 1 for i in range(table.k)), int(table.counts[w])])
        return out.getvalue()


def read_strata(source: str | Path | bytes, by: Sequence[str]) -> StrataTables:
    """As `read_table`, for a file that holds one column more for each of `by`, with any text in it.

    A history may stand once in each stratum. Raises Invalid, with one Problem for each row at fault.
    """
    header, body = read._split(read._lines(read._text(source)))
    places = _places(header, by)
    lists = read._names([name for i, name in enumerate(header) if i not in places])
    problems: list[Problem] = []
    first_seen: dict[tuple[Key, int], int] = {}
    histories: dict[Key, dict[int, int]] = {}
    for row, cells in body:
        key, others = _parted(cells, places)
        found = read._row(others, lists, row, problems)
        unnamed = next((i for i, value in enumerate(key) if not 0 < len(value) <= LONGEST), None)
        if unnamed is not None:
            problems.append(_no_stratum(row, by[unnamed]))
        if found is None or unnamed is not None:
            continue
        history, count = found
        if (key, history) in first_seen:
            problems.append(read._repeated(row, first_seen[key, history]))
            continue
        first_seen[key, history] = row
        histories.setdefault(key, {})[history] = count
    if problems:
        raise read._refusal(problems)
    people = sum(sum(held.values()) for held in histories.values())
    if not people:
        raise read._nobody()
    if people > read.MAX_PEOPLE:
        raise read._too_many(people)
    if len(histories) > MOST_STRATA:
        raise _too_many_strata(len(histories))
    return StrataTables(
        tuple(by), {key: CaptureTable.from_histories(lists, held) for key, held in histories.items()}
    )


def _places(header: Sequence[str], by: Sequence[str]) -> list[int]:
    folded = [name.casefold() for name in header]
    places = []
    for name in by:
        wanted = name.casefold()
        if folded.count(wanted) != 1 or wanted == "count":
            raise read._header_fault(
                Said(
                    "There is no column {name!r} to part people by.", "没有可用于分层的列 {name!r}。"
                ).format(name=name[:40]),
                Said("The columns are: {names}.", "现有各列：{names}。").format(
                    names=", ".join(header)[:300]
                ),
                "no_stratum_column",
            )
        places.append(folded.index(wanted))
    if not places or len(set(places)) < len(places):
        raise read._header_fault(
            Said("Name each column that parts people once.", "每个分层列请只写一次。"),
            Said("Give one name or two, parted by a comma.", "请写一个或两个列名，以逗号分隔。"),
            "no_stratum_column",
        )
    return places


def _parted(cells: Sequence[str], places: Sequence[int]) -> tuple[Key, list[str]]:
    key = tuple(cells[place] if place < len(cells) else "" for place in places)
    return key, [cell for i, cell in enumerate(cells) if i not in places]


def _no_stratum(row: int, column: str) -> Problem:
    return Problem(
        Said(
            "The stratum is missing or longer than {most} characters.", "分层取值缺失或超过 {most} 个字符。"
        ).format(most=LONGEST),
        field=column,
        row=row,
        remedy=Said("Write its value, or a word such as unknown.", "请填写取值；不详的可写“不详”。"),
    )


def _too_many_strata(number: int) -> Invalid:
    return Invalid(
        Said(
            "There are {number} strata; at most {most} can be used.",
            "共有 {number} 个分层，最多可用 {most} 个。",
        ).format(number=number, most=MOST_STRATA),
        remedy=Said("Part people by fewer columns, or by wider groups.", "请减少分层列，或把分组放宽。"),
        code="too_many_strata",
    )
