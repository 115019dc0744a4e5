"""What a table is and which texts a spreadsheet could take for a formula; it writes no file."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from concerted.errors import Invalid, Problem

Cell = str | int | float | Decimal | bool | date | Promise | None


class Kind(StrEnum):
    """What the cells of a column are; a text column takes anything and writes it as text."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"


@dataclass(frozen=True)
class Column:
    """One column: its machine key, the heading the reader sees, and the kind of its cells."""

    key: str
    title: str | Promise
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Table:
    """A named table; each row has one cell a column, and None is an empty cell, never a zero."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]


REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LIVE = frozenset("=+-@|\N{MINUS SIGN}\N{HEAVY EQUALS SIGN}")
_INVISIBLE_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_SEPARATOR = re.compile("[,;\t\n|，；]")


def clean_text(text: str) -> str:
    """Return text with line ends as LF and each character no XML file can hold replaced by U+FFFD."""
    return _UNWRITABLE.sub(REPLACEMENT, text.replace("\r\n", "\n").replace("\r", "\n"))


def looks_live(text: str) -> bool:
    """Say whether a spreadsheet might run text: its first visible character, in any width, opens a formula.

    Spaces, control, zero-width and other invisible characters in front are looked through, because
    readers drop them;
    a leading tab or line end, also behind apostrophes, counts as live by itself. After OWASP, CSV injection.
    """
    return text.lstrip("'")[:1] in ("\t", "\r", "\n") or _live_at(text, 0)


def _live_at(text: str, start: int) -> bool:
    seen = _next_seen(text, start)
    return unicodedata.normalize("NFKC", text[seen : seen + 1])[:1] in _LIVE


def _unseen(letter: str) -> bool:
    if letter in _INVISIBLE_LETTERS or letter == REPLACEMENT or letter in "'\"":
        return True
    if unicodedata.category(letter) in ("Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me", "Cn", "Co"):
        return True
    return "\ufe00" <= letter <= "\ufe0f" or "\U000e0000" <= letter <= "\U000e0fff"


def guarded(text: str) -> str:
    """Return text with an apostrophe wherever a reader could take what follows for the start of a live cell.

    That is at its beginning, and after a separator inside it: a reader set to semicolons splits quoted
    cells there.
    """
    stops = [0] if looks_live(text) else []
    quiet_until = 0
    for separator in _SEPARATOR.finditer(text):
        if separator.end() <= quiet_until:
            continue
        quiet_until = _next_seen(text, separator.end())
        if unicodedata.normalize("NFKC", text[quiet_until : quiet_until + 1])[:1] in _LIVE:
            stops.append(quiet_until)
    return "'".join(text[start:end] for start, end in pairwise([0, *stops, len(text)]))


def unguarded(text: str) -> str:
    """Return what `guarded` was given: its apostrophes taken out, and no other."""
    if text[:1] == "'" and looks_live(text[1:]):
        text = text[1:]
    kept: list[str] = []
    start = quiet_until = 0
    for separator in _SEPARATOR.finditer(text):
        if separator.end() <= quiet_until:
            continue
        quiet_until = _next_seen(text, separator.end())
        is_live = unicodedata.normalize("NFKC", text[quiet_until : quiet_until + 1])[:1] in _LIVE
        if is_live and text[quiet_until - 1] == "'" and quiet_until > separator.end():
            kept.append(text[start : quiet_until - 1])
            start = quiet_until
    return "".join([*kept, text[start:]])


def _next_seen(text: str, start: int) -> int:
    position = start
    while position < len(text) and _unseen(text[position]):
        position += 1
    return position


def checked(table: Table, row_number: int, row: Sequence[Cell]) -> list[Cell]:
    """Return the row with texts cleaned, or raise Invalid naming the row (from 1) and column that do not
    fit."""
    if len(row) != len(table.columns):
        raise Invalid(
            format_lazy(
                _("Row {row} has {found} cells, the table has {wanted} columns."),
                row=row_number,
                found=len(row),
                wanted=len(table.columns),
            ),
            where=table.name,
        )
    return [
        _fitting(table, row_number, column, cell) for column, cell in zip(table.columns, row, strict=True)
    ]


def _fitting(table: Table, row_number: int, column: Column, cell: Cell) -> Cell:
    if cell is None:
        return None
    if column.kind is Kind.TEXT:
        return clean_text(cell.isoformat() if isinstance(cell, date) else str(cell))
    if _fits(column.kind, cell):
        return cell
    what = format_lazy(
        _("A cell of kind {kind} cannot hold {cell}."), kind=column.kind.value, cell=repr(cell)
    )
    raise Invalid(what, where=table.name, problems=[Problem(what, field=column.key, row=row_number)])


def _fits(kind: Kind, cell: Cell) -> bool:
    if isinstance(cell, bool):
        return kind is Kind.BOOLEAN
    if kind is Kind.INTEGER:
        return isinstance(cell, int)
    if kind is Kind.NUMBER:
        return isinstance(cell, int | float | Decimal) and math.isfinite(cell)
    if kind is Kind.DATETIME:
        return isinstance(cell, datetime)
    return kind is Kind.DATE and isinstance(cell, date) and not isinstance(cell, datetime)
