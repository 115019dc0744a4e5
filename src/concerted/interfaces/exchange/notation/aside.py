"""Sets aside what stands between the lines of a plan and is none of its sentences: page numbers, front matter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from concerted.interfaces.exchange.notation.lines import Line

_DASHES = r"[-‐‑–—―－_~·•*|]"
_PAGE = re.compile(
    rf"(?:{_DASHES}{{1,3}}\s*)\d{{1,4}}(?:\s*{_DASHES}{{1,3}})"
    r"|\d{1,3}(?:\s*/\s*\d{1,3})?"
    r"|p(?:age|\.)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?"
    r"|第\s?\d{1,4}\s?页(?:[\s,，/]*共\s?\d{1,4}\s?页)?|共\s?\d{1,4}\s?页",
    re.IGNORECASE,
)
_FENCE, _END = re.compile(r"-{3}\s*\Z"), re.compile(r"(?:-{3}|\.{3})\s*\Z")
_LONGEST_FRONT_MATTER = 100
_FIRST_NUMBER = re.compile(r"\d{1,4}")
#: Before digits that are a part of a longer number, a date, a code or a word with digits.
_PART_OF_A_NUMBER = re.compile(r"[A-Za-z0-9]\Z|[.,:：/第年_-]\s?\Z")
_GOES_ON = re.compile(r"[^。．.;；:：!?！？)）\]】]\Z")


def set_aside(lines: Sequence[Line], *, markdown: bool) -> tuple[list[Line], list[Line]]:
    """Return the lines the plan's text is made of, and those set aside, both in order.

    The empty lines around a page number go with it where the sentence before it is not at its end: there the page
    was turned within a paragraph. A page number that stands at the end of a line of text is set aside where the pages
    before and after it have theirs on a line of their own and no other line could hold it; else it stays in the text.
    """
    front = _front_matter(lines) if markdown else 0
    aside = [line for line in lines[:front] if not line.blank]
    kept: list[Line] = []
    turned = False
    glued = _glued(lines[front:])
    for line in lines[front:]:
        if tail := glued.get(line.number):
            aside.append(replace(line, text=tail, raw=tail))
            kept.append(replace(line, text=_without(line.text, tail), raw=_without(line.raw, tail)))
            turned = _goes_on(kept)
        elif is_page_number(line):
            aside.append(line)
            turned = turned or _goes_on(kept)
            while turned and kept and kept[-1].blank:
                kept.pop()
        elif not (turned and line.blank):
            kept.append(line)
            turned = False
    return kept, aside


def is_page_number(line: Line) -> bool:
    """Say whether a line holds the number of a page and nothing else."""
    return not line.cells and not line.level and bool(_PAGE.fullmatch(line.raw.strip().strip("\ufeff")))


def _glued(lines: Sequence[Line]) -> dict[int, str]:
    """Return by line number the page number, in the form of its neighbours, that ends a line of text.

    Between page 11 and page 13 in one form, each alone on its line, the one line that ends with 12 in that form ends
    with the number of page 12. Where none or several do, or more than one page is missing, nothing is known.
    """
    found: dict[int, str] = {}
    before: tuple[int, int, str] | None = None
    for at, line in enumerate(lines):
        if not is_page_number(line) or (number := _FIRST_NUMBER.search(line.text)) is None:
            continue
        form = (line.text[: number.start()], line.text[number.end() :])
        here = (at, int(number[0]), "#".join(form))
        if before is not None and here[1:] == (before[1] + 2, before[2]):
            tail = str(before[1] + 1).join(form)
            ending = [each for each in lines[before[0] + 1 : at] if _ends_with(each, tail)]
            if len(ending) == 1:
                found[ending[0].number] = tail
        before = here
    return found


def _ends_with(line: Line, tail: str) -> bool:
    if line.cells or line.level or not line.text.endswith(tail):
        return False
    text = line.text[: -len(tail)]
    return bool(text.strip()) and not (tail[0].isdecimal() and _PART_OF_A_NUMBER.search(text))


def _without(text: str, tail: str) -> str:
    return text.rstrip().removesuffix(tail).rstrip()


def _goes_on(kept: Sequence[Line]) -> bool:
    last = next((line for line in reversed(kept) if not line.blank), None)
    return last is not None and bool(_GOES_ON.search(last.text))


def _front_matter(lines: Sequence[Line]) -> int:
    """Return how many lines the YAML before a Markdown text takes, its fences included; 0 where there is none."""
    if not lines or not _FENCE.match(lines[0].raw.removeprefix("\ufeff")):
        return 0
    for position, line in enumerate(lines[1:_LONGEST_FRONT_MATTER], start=1):
        if _END.match(line.raw):
            return position + 1
    return 0
