"""Turns a text or Markdown file into numbered lines with what their form says; Word files are read next
door."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_LINE_END = re.compile(r"\r\n|\r|\n")
_ATX = re.compile(r"(#{1,6})[ \t]+|(#{1,6})$")
_FENCED_BAR = re.compile(r"[ \t]*\|?[ \t:|-]*-[ \t:|-]*\|[ \t:|-]*\Z")


@dataclass(frozen=True)
class Line:
    """One line of the source: text without decoration, heading level (0: none), indent in columns, and
    its cells; margin: it is the running header or footer of pages."""

    number: int
    text: str
    raw: str
    level: int = 0
    indent: int = 0
    own_paragraph: bool = False
    is_title: bool = False
    cells: tuple[str, ...] = ()
    decoration: bool = False
    margin: bool = False

    @property
    def blank(self) -> bool:
        return not self.raw.strip()


def width_of(text: str) -> int:
    """Return the columns text takes on a page, Chinese characters counting two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def lines_of_text(text: str, *, markdown: bool) -> list[Line]:
    """Return every line of text, blank ones too, numbered from 1; Markdown headings, tables and emphasis
    understood."""
    raws = _LINE_END.split(text.removeprefix("\ufeff"))
    lines = [_line(number, raw, markdown=markdown) for number, raw in enumerate(raws, start=1)]
    return _underlined(lines) if markdown else lines


def _line(number: int, raw: str, *, markdown: bool) -> Line:
    stripped = raw.strip().strip("\ufeff\u200b").strip()
    indent = width_of(raw[: len(raw) - len(raw.lstrip())].expandtabs(4))
    if not markdown:
        return Line(number, stripped, raw, indent=indent, decoration=_no_words(stripped))
    if heading := _ATX.match(stripped):
        text = re.sub(r"[ \t]#+\Z", "", stripped[heading.end() :]).strip()
        return Line(number, _plain(text), raw, level=len(heading[1] or heading[2]), own_paragraph=True)
    if stripped.startswith("|") and stripped.count("|") > 1:
        cells = tuple(_plain(cell.strip()) for cell in stripped.strip("|").split("|"))
        return Line(
            number,
            stripped,
            raw,
            own_paragraph=True,
            cells=cells,
            decoration=bool(_FENCED_BAR.match(stripped)),
        )
    if stripped.startswith(">"):
        stripped = stripped.lstrip("> ")
    return Line(number, _plain(stripped), raw, indent=indent, decoration=_no_words(stripped))


def _no_words(text: str) -> bool:
    return bool(text) and not any(letter.isalnum() for letter in text)


def _plain(text: str) -> str:
    return re.sub(r"\\([\\`*_{}\[\]()#+.!|-])", r"\1", text.replace("**", "").replace("__", ""))


def _underlined(lines: list[Line]) -> list[Line]:
    """Give a line underlined with === or --- its heading level; the underline stays decoration."""
    for position in range(1, len(lines)):
        above, below = lines[position - 1], lines[position].raw.strip()
        if above.blank or above.level or above.decoration or above.cells or len(below) < 3:
            continue
        if not below.strip("=") or not below.strip("-"):
            level = 1 if below[0] == "=" else 2
            lines[position - 1] = Line(above.number, above.text, above.raw, level=level, own_paragraph=True)
    return lines
