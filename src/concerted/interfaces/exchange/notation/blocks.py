"""Joins lines into headings, items and paragraphs and finds the responsibility notes in them; it places
nothing."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from concerted.interfaces.exchange.notation.lines import Line, width_of
from concerted.interfaces.exchange.notation.marks import Mark, mark_of
from concerted.interfaces.exchange.notation.notes import (
    Note,
    brackets,
    closing_clause,
    open_bracket,
    opens_with_label,
    read_names,
    read_note,
)
from concerted.interfaces.exchange.notation.register import Register

_UNFINISHED = re.compile(r"[^。．.;；:：!?！？)）\]】]\Z")
_STOPS = " \t\u3000.。;；,，:：!！"
_WIDEST_WRAP = 130
_LONGEST_OPEN_BRACKET = 8
_HAN_EDGE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")

_DOCUMENT_NUMBER = re.compile(
    r"[\u3400-\u9fff]{1,12}\s?[〔\[【(（]\s?\d{4}\s?[〕\]】)）]\s?第?\s?\d{1,5}\s?号"
)

_HEADERS = {
    "support": re.compile(r"配合|协助|协办|参加|参与|支持|support|cooperat|partner|assist", re.I),
    "lead": re.compile(r"牵头|责任|负责|主责|主办|承办|\blead|responsib|in charge", re.I),
    "number": re.compile(r"^(?:序号|编号|no\.?|#|number|№)$", re.I),
    "text": re.compile(r"措施|任务|内容|事项|工作|measure|action|activit|task|what", re.I),
}
_TOTAL = re.compile(r"(?:合|总|小|共)\s*计|(?:sub|grand )?-?totals?|sum", re.IGNORECASE)


@dataclass
class FoundNote:
    """A note, the words it was read from, and the line it begins on."""

    note: Note
    words: str
    line: int


@dataclass
class Block:
    """One heading, item or paragraph: its text without mark and notes, and the lines it came from."""

    lines: list[Line]
    text: str
    mark: Mark | None = None
    level: int = 0
    notes: list[FoundNote] = field(default_factory=list)
    note_only: bool = False
    number: str = ""
    details: tuple[str, ...] = ()
    row: bool = False
    header: bool = False
    total: bool = False

    @property
    def line(self) -> int:
        return self.lines[0].number


def blocks_of(lines: Sequence[Line], register: Register) -> Iterator[Block]:
    """Yield the blocks of a document in order; each line that is not blank is in exactly one."""
    columns: list[str] | None = None
    for group in _groups(lines):
        if not group[0].cells:
            columns = None
            yield _block(group, register)
        elif columns is None:
            columns = _columns(group[0].cells)
            block = _block(group, register)
            block.header = block.row = bool(columns)
            yield block
        elif columns and not group[0].decoration:
            yield _row(group[0], columns, register)
        else:
            yield _block(group, register)


def _groups(lines: Sequence[Line]) -> Iterator[list[Line]]:
    wrap = _wrap_width(lines)
    group: list[Line] = []
    depth = 0
    for line in lines:
        if line.blank:
            if group:
                yield group
            group, depth = [], 0
            continue
        if group and not _continues(group, line, depth, wrap):
            yield group
            group, depth = [], 0
        group.append(line)
        depth = _depth(line.text, depth)
    if group:
        yield group


def _wrap_width(lines: Sequence[Line]) -> int:
    widest = max(
        (width_of(line.raw) for line in lines if not line.own_paragraph and len(line.raw) < 400), default=0
    )
    longer = any(len(line.raw) >= 400 or width_of(line.raw) > _WIDEST_WRAP for line in lines)
    return 0 if longer or widest < 40 else widest


def is_document_number(text: str) -> bool:
    """Say whether a line holds the number of an official document ("国办发〔2007〕69号") and nothing else."""
    return bool(_DOCUMENT_NUMBER.fullmatch(text.strip()))


def _depth(text: str, depth: int) -> int:
    for letter in text:
        if letter in "(（[【":
            depth += 1
        elif letter in ")）]】" and depth:
            depth -= 1
    return depth


def _continues(group: list[Line], line: Line, depth: int, wrap: int) -> bool:
    last = group[-1]
    if line.own_paragraph or last.own_paragraph:
        return False
    mark = mark_of(line.text, line.indent)
    if depth and len(group) < _LONGEST_OPEN_BRACKET and (mark is None or mark.rank > 47):
        return True
    if last.decoration or line.decoration or mark is not None or opens_with_label(line.text):
        return False
    if is_document_number(line.text) or is_document_number(last.text):
        return False
    if line.raw.startswith(("\u3000\u3000", "\u3000 ")) and not last.raw.startswith("\u3000"):
        return False
    unfinished = bool(_UNFINISHED.search(last.text))
    if line.text[:1].islower() and unfinished:
        return True
    if line.text[:1] in "(（[【" and not _HAN_EDGE.match(line.text[1:2] or "x") and line.text[1:2].isdigit():
        return False
    if line.text[:1] in "(（[【":
        finished_prose = not unfinished and last.text[:1] not in "(（[【"
        return finished_prose or mark_of(group[0].text) is not None or (len(group) > 1 and unfinished)
    return bool(wrap) and unfinished and width_of(last.raw) >= 0.6 * wrap


def _joined(lines: Sequence[Line]) -> tuple[str, list[tuple[int, int]]]:
    """Return the lines as one text and, for each, (where it starts, its number)."""
    parts: list[str] = []
    starts: list[tuple[int, int]] = []
    length = 0
    for line in lines:
        if parts and not (_HAN_EDGE.match(parts[-1][-1:]) and _HAN_EDGE.match(line.text[:1])):
            parts.append(" ")
            length += 1
        starts.append((length, line.number))
        parts.append(line.text)
        length += len(line.text)
    return "".join(parts), starts


def _block(lines: list[Line], register: Register) -> Block:
    text, starts = _joined(lines)
    mark = mark_of(text, lines[0].indent)
    if mark is not None and mark.kind.startswith("bullet"):
        inner = mark_of(text[mark.width :])
        if inner is not None and not inner.kind.startswith("bullet"):
            mark = Mark(inner.kind, inner.rank, inner.number, mark.width + inner.width)
    shift = mark.width if mark is not None else 0
    body = text[shift:]
    starts = [(start - shift, number) for start, number in starts]
    block = Block(lines, body, mark, lines[0].level, number=mark.number if mark else "")
    if opens_with_label(body) and (note := read_note(body, register, closing=True)):
        block.notes, block.text, block.note_only = [FoundNote(note, body, lines[0].number)], "", True
        return block
    block.notes, block.text = _notes_in(body, starts, register)
    if block.notes and not any(letter.isalnum() for letter in block.text):
        block.text, block.note_only = "", True
    elif not block.notes and (clause := closing_clause(body, register)):
        start, note, labelled = clause
        block.notes = [FoundNote(note, body[start:], _line_at(starts, start))]
        block.text = body[:start].rstrip(" \u3000-‐‑‒–—―,，") if labelled else body
    return block


def _notes_in(body: str, starts: list[tuple[int, int]], register: Register) -> tuple[list[FoundNote], str]:
    found: list[FoundNote] = []
    kept: list[str] = []
    done = 0
    last_word = len(body.rstrip(_STOPS + ")）]】"))
    for start, end in brackets(body):
        note = read_note(body[start + 1 : end - 1], register, closing=end > last_word)
        if note is None:
            continue
        found.append(FoundNote(note, body[start + 1 : end - 1].strip(), _line_at(starts, start)))
        kept.append(body[done:start].rstrip())
        done = end
    rest = body[done:]
    opened = open_bracket(rest)
    if opened is not None and (note := read_note(rest[opened + 1 :], register, closing=False)):
        found.append(FoundNote(note, rest[opened + 1 :].strip(), _line_at(starts, done + opened)))
        rest = rest[:opened].rstrip()
    kept.append(rest)
    return found, "".join(kept).strip()


def _line_at(starts: list[tuple[int, int]], position: int) -> int:
    return starts[max(0, bisect_right(starts, (position, sys.maxsize)) - 1)][1]


def _columns(cells: tuple[str, ...]) -> list[str]:
    """Return what each column of a table holds by its header; empty when it is no table of measures."""
    columns = []
    for cell in cells:
        kinds = [
            kind for kind, pattern in _HEADERS.items() if len(cell) <= 60 and pattern.search(cell.strip())
        ]
        kind = kinds[0] if kinds and kinds[0] not in columns else ""
        columns.append(kind or f"other:{cell.strip()}")
    return columns if "text" in columns and "lead" in columns else []


def _row(line: Line, columns: list[str], register: Register) -> Block:
    block = Block([line], "", row=True)
    if _is_total(line, columns):
        block.text, block.total = line.text, True
        return block
    details = []
    for position, cell in enumerate(line.cells):
        kind = columns[position] if position < len(columns) else "other:"
        if kind == "text":
            block.text = cell
        elif kind == "number":
            block.number = cell
        elif kind in ("lead", "support") and any(letter.isalnum() for letter in cell):
            block.notes.append(FoundNote(read_names(cell, register, role=kind), cell, line.number))
        elif cell:
            details.append(f"{kind.removeprefix('other:')}: {cell}")
    block.details = tuple(details)
    more, block.text = _notes_in(block.text, [(0, line.number)], register)
    block.notes += more
    return block


def _is_total(line: Line, columns: list[str]) -> bool:
    """Say whether a row sums the others up: the word stands in its first cell, or where its number or text would."""
    cells = dict(zip(columns, line.cells, strict=False))
    first = next((cell for cell in line.cells if cell.strip()), "")
    return any(
        _TOTAL.fullmatch(cell.strip()) for cell in (first, cells.get("number", ""), cells.get("text", ""))
    )
