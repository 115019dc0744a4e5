"""The pieces a report is laid out in; they hold text and draw nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Grid:
    """A small table: column heads, rows of text, and which columns hold numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Section:
    """One part of the report. picture: SVG or nothing. folded: the table only repeats the picture's numbers."""

    key: str
    heading: str
    note: str = ""
    picture: str = ""
    grid: Grid | None = None
    folded: bool = False
    sentences: tuple[str, ...] = ()
