"""What was read of a plan document: every line of it stands somewhere in here; nothing in here was
guessed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class TextAtLine:
    """A text with the line of the source it begins on (from 1; in Word: paragraphs and table rows in
    order)."""

    text: str
    line: int


@dataclass(frozen=True)
class UnknownAgency:
    """A body named in a note that the register does not hold under that name; role: "lead", "support", or "".

    nearest: names most like it, best first, with their ids beside them; empty for collective bodies such as
    "all members", which nobody may replace by guessing.
    """

    text: str
    line: int
    nearest: tuple[str, ...] = ()
    nearest_ids: tuple[str, ...] = ()
    collective: bool = False
    role: str = ""


@dataclass(frozen=True)
class DraftStrand:
    """A heading under which measures or objectives stand.

    label: it only says "measures" or the like. strand: the strand it stands under; empty for a strand itself.
    """

    number: str
    title: str
    line: int
    depth: int
    label: bool = False
    strand: str = ""


@dataclass(frozen=True)
class DraftObjective:
    """A goal in the plan's words, or a heading within a strand under which measures stand."""

    number: str
    strand: str
    text: str
    line: int


@dataclass(frozen=True)
class DraftMeasure:
    """A measure as written: its text without the responsibility note, and the note, verbatim, beside it."""

    number: str
    strand: str
    objective: str
    text: str
    leads: tuple[str, ...]
    supports: tuple[str, ...]
    line: int
    note: str
    lines: tuple[int, ...]
    details: tuple[str, ...] = ()
    parent_line: int | None = None


@dataclass(frozen=True)
class DraftPlan:
    """A plan as read, for correction before adoption."""

    title: str
    period: tuple[date, date] | None
    measures: tuple[DraftMeasure, ...]
    unknown_agencies: tuple[UnknownAgency, ...]
    unplaced: tuple[TextAtLine, ...]
    headings: tuple[DraftStrand, ...]
    objectives: tuple[DraftObjective, ...]
    title_lines: tuple[int, ...]
    placed_lines: frozenset[int]
    source_lines: tuple[TextAtLine, ...]
    encoding: str

    def as_json(self) -> dict[str, Any]:
        """Return plain data: the documented keys, with headings, objectives and notes beside them."""
        start_end = (
            {"from": self.period[0].isoformat(), "to": self.period[1].isoformat()} if self.period else None
        )
        return {
            "title": self.title,
            "period": start_end,
            "measures": [_plain(measure) for measure in self.measures],
            "unknown_agencies": [_plain(agency) for agency in self.unknown_agencies],
            "unplaced": [_plain(text) for text in self.unplaced],
            "strands": [_plain(heading) for heading in self.headings],
            "objectives": [_plain(objective) for objective in self.objectives],
        }


def _plain(part: Any) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(part).items()}
