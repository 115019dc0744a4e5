"""Reads the ladders of escalation below reference/obligations; it adds no rung and moves no day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from .files import REFERENCE_FOLDER, ReferenceFileError, Row, read_yaml, refuse_twice

LADDERS_FILE = REFERENCE_FOLDER / "obligations" / "ladders.yaml"
TIERS = ("county", "prefecture", "province", "nation")


@dataclass(frozen=True)
class RungRecord:
    """After so many working days past the grace, the level that is told."""

    after_working_days: int
    to: str


@dataclass(frozen=True)
class LadderRecord:
    """One ladder: the kinds of obligation that climb it, and its rungs by the tier of the owner."""

    code: str
    title_en: str
    title_zh: str
    kinds: Sequence[str]
    valid_from: date
    valid_to: date | None
    source: str
    steps: Mapping[str, Sequence[RungRecord]]


def read_ladders(path: Path = LADDERS_FILE) -> tuple[LadderRecord, ...]:
    """Return every ladder of the file in its order.

    Raises ReferenceFileError, naming file and line, for a tier that is none, rungs that do not rise in days, a ladder
    without a source or start, or one given twice.
    """
    rows = read_yaml(path, schema="concerted/ladders/1").rows("ladders")
    records = [_ladder(row) for row in rows]
    refuse_twice(
        rows,
        [(record.code, record.valid_from) for record in records],
        what="the ladder",
        remedy="give the newer one a later valid_from",
    )
    return tuple(records)


def _ladder(row: Row) -> LadderRecord:
    start = row.optional_date("valid_from")
    if start is None:
        raise ReferenceFileError("the ladder has no start", where=row.where, remedy="write valid_from")
    steps = row.section("steps")
    strange = sorted(set(steps) - set(TIERS))
    if strange:
        raise ReferenceFileError(
            f"'{strange[0]}' is no tier", where=steps.where, remedy=f"write one of {', '.join(TIERS)}"
        )
    return LadderRecord(
        row.text("code"),
        row.text("en"),
        row.text("zh"),
        row.texts("kinds"),
        start,
        row.optional_date("valid_to"),
        row.text("source"),
        {tier: _rungs(steps.rows(tier)) for tier in steps},
    )


def _rungs(rows: Sequence[Row]) -> tuple[RungRecord, ...]:
    rungs = tuple(RungRecord(row.whole_number("after_working_days"), row.text("to")) for row in rows)
    for row, (before, after) in zip(rows[1:], pairwise(rungs), strict=True):
        if after.after_working_days <= before.after_working_days:
            raise ReferenceFileError(
                "the rung does not come later than the one before",
                where=row.where,
                remedy="put the rungs in the order of their days",
            )
    return rungs
