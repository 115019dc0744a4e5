"""Says what is wrong with a text that is no sound YAML, where, and how it is mended; it reads no file."""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from concerted.errors import Problem

_FIELD = re.compile(r"\s*(- +)*[^\s#'\"\[{][^:#]*:(\s|$)")
_IN_QUOTES = _("Put the whole text in quotes.")
_INDENT = _("Let fields that belong together begin in the same column, with spaces only.")


class _Fault(NamedTuple):
    """A fault by the place it is at, both counted from one; 0 where it is not known."""

    what: object
    remedy: object
    line: int = 0
    column: int = 0


def yaml_problem(failure: yaml.YAMLError, text: str) -> Problem:
    """The problem of a text that the parser refused: what an officer did, in which line and column, and the remedy."""
    fault = _told(failure, text.splitlines())
    what = fault.what
    if fault.column:
        what = format_lazy(_("{what} (column {column})"), what=fault.what, column=fault.column)
    return Problem(what, row=fault.line or None, remedy=fault.remedy)


def _told(failure: yaml.YAMLError, lines: list[str]) -> _Fault:
    if isinstance(failure, yaml.reader.ReaderError):
        return _unreadable(failure, lines)
    problem = str(getattr(failure, "problem", "") or "")
    at, begun = (_place(getattr(failure, f"{kind}_mark", None)) for kind in ("problem", "context"))
    context = str(getattr(failure, "context", "") or "")
    if "cannot start any token" in problem:
        return _bad_beginning(problem, at)
    if "quoted scalar" in context and "end of stream" in problem:
        return _Fault(
            _("The quotation mark that opens here is not closed."),
            _("Close it with the same mark at the end of the text."),
            *begun,
        )
    if "flow" in context:
        return _Fault(
            _("The bracket that opens here is not closed, or a comma is missing in it."),
            _("Part the entries by commas and close the bracket."),
            *begun,
        )
    if "could not find expected ':'" in problem:
        return _no_colon(begun[0], lines)
    if "mapping values are not allowed" in problem:
        return _second_colon(at, lines)
    if "expected <block end>" in problem:
        return _out_of_line(problem, at, lines)
    if "unknown escape character" in problem:
        return _Fault(
            _("Between double quotation marks a backslash begins a sign of its own, and this one is none."),
            _("Use single quotation marks, or write the backslash twice."),
            *at,
        )
    if "another document" in problem:
        return _Fault(
            _("A line of three hyphens begins a second document here."),
            _("Keep one document in the file; remove the line."),
            *at,
        )
    return _Fault(
        format_lazy(_("The file is not sound YAML ({reason})."), reason=problem or "?"),
        _("Check indent and quotes there."),
        *at,
    )


def _place(mark: yaml.Mark | None) -> tuple[int, int]:
    return (0, 0) if mark is None else (mark.line + 1, mark.column + 1)


def _unreadable(failure: yaml.reader.ReaderError, lines: list[str]) -> _Fault:
    position, row = int(failure.position or 0), 1
    for line in lines:
        if position <= len(line):
            break
        position, row = position - len(line) - 1, row + 1
    return _Fault(
        _("The text holds invisible control characters."),
        _("Remove them; line breaks and tabs may stay."),
        row,
        position + 1,
    )


def _bad_beginning(problem: str, at: tuple[int, int]) -> _Fault:
    if r"'\t'" in problem:
        return _Fault(_("The line is indented with a tab."), _("Indent with spaces only."), *at)
    sign = re.search(r"character '(.+)' that", problem)
    return _Fault(
        format_lazy(_("A text may not begin with {sign} here."), sign=sign.group(1) if sign else "?"),
        _IN_QUOTES,
        *at,
    )


def _no_colon(row: int, lines: list[str]) -> _Fault:
    """A field, or a text that should be one, without its colon."""
    line = lines[row - 1] if 0 < row <= len(lines) else ""
    if "：" in line:
        what: object = _("The colon is a full-width one.")
        remedy: object = _("Write the half-width sign : and a space after it.")
    else:
        what = format_lazy(_("A colon is missing after “{name}”."), name=line.strip()[:60])
        remedy = _("Write it as name: value, with a space after the colon.")
    return _Fault(what, remedy, row, len(line) - len(line.lstrip()) + 1)


def _second_colon(at: tuple[int, int], lines: list[str]) -> _Fault:
    """A colon where none may stand: of a second field in the line, or because the line before lacks its own."""
    row, column = at
    line = lines[row - 1] if 0 < row <= len(lines) else ""
    if _FIELD.match(line) and ": " in line[: column - 1]:
        what = _("A second colon stands in this line.")
        return _Fault(what, _IN_QUOTES, *at)
    before = next((number for number in range(row - 1, 0, -1) if lines[number - 1].strip()), 0)
    if before and not _FIELD.match(lines[before - 1]):
        return _no_colon(before, lines)
    return _Fault(
        _("This line is indented further than the field before it, which has its value already."),
        _INDENT,
        *at,
    )


def _out_of_line(problem: str, at: tuple[int, int], lines: list[str]) -> _Fault:
    row, column = at
    line = lines[row - 1] if 0 < row <= len(lines) else ""
    if "'<scalar>'" in problem and line[: column - 1].rstrip().endswith(("'", '"')):
        return _Fault(
            _("Text follows after a closed quotation mark."),
            _("Put the whole text between the marks, and write a mark inside it twice or as the other kind."),
            *at,
        )
    if "'-'" in problem:
        what: object = _("An entry of a list stands here among fields.")
        return _Fault(what, _("Indent it below the field whose list it belongs to."), *at)
    if not line[: column - 1].strip():
        return _Fault(_("The indentation of this line fits none of the lines above it."), _INDENT, *at)
    return _Fault(format_lazy(_("The file is not sound YAML ({reason})."), reason=problem), _INDENT, *at)
