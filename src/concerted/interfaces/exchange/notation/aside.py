"""Sets aside what stands between the lines of a plan and is none of its sentences: page numbers, front matter."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
_GOES_ON = re.compile(r"[^。．.;；:：!?！？)）\]】]\Z")


def set_aside(lines: Sequence[Line], *, markdown: bool) -> tuple[list[Line], list[Line]]:
    """Return the lines the plan's text is made of, and those set aside, both in order.

    The empty lines around a page number go with it where the sentence before it is not at its end: there the page
    was turned within a paragraph.
    """
    front = _front_matter(lines) if markdown else 0
    aside = [line for line in lines[:front] if not line.blank]
    kept: list[Line] = []
    turned = False
    for line in lines[front:]:
        if is_page_number(line):
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
