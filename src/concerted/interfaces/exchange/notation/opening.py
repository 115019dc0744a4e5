"""Finds the title and the period in the opening of a plan; it takes neither from anywhere else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from concerted.interfaces.exchange.notation.blocks import Block
from concerted.interfaces.exchange.notation.lines import width_of

_PLAN_WORD = re.compile(
    r"计划|规划|方案|纲要|行动|意见|细则|办法|\b(?:plan|programme|program|strategy|scheme|framework)\b",
    re.IGNORECASE,
)
_DOCUMENT_NUMBER = re.compile(r"[〔\[【(（]\s?\d{4}\s?[〕\]】)）]\s?第?\s?\d{1,5}\s?号")
_SENTENCE_END = re.compile(r"[。．.;；:：!?！？,，]\Z")
_DASH = r"\s{0,2}(?:-{1,3}|[‐‑‒–—―~]{1,2}|至|到|to|until|through|thru)\s{0,2}"
_YEARS = re.compile(rf"(?<!\d)(\d{{4}})\s?年?{_DASH}(\d{{4}})(?!\d)", re.IGNORECASE)
_HAN_DATE = r"(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日"
_ISO_DATE = r"(\d{4})-(\d{1,2})-(\d{1,2})"
_DATES = (
    re.compile(_HAN_DATE + r"(?:起)?" + _DASH + _HAN_DATE),
    re.compile(_ISO_DATE + _DASH + _ISO_DATE, re.IGNORECASE),
)
_PERIOD_ALONE = re.compile(r"[(（\[【]?[\s\d年月日‐‑‒–—―~至到to-]{9,40}[)）\]】]?\Z")
_NOTICE = re.compile(r"(?:印发|转发|发布|颁布|下发).*通知$|的通知$|^(?:notice|circular)")
_PERIOD_BEHIND = re.compile(r"\s*[(（\[【][\s\d年‐‑‒–—―~至到to-]{4,20}[)）\]】]\s*\Z")
_FURTHEST_TITLE, _WIDEST_TITLE, _MOST_TITLE_LINES = 12, 160, 3


def title_blocks(blocks: Sequence[Block]) -> list[int]:
    """Return the positions of the blocks that make up the title, the period line under it included; may
    be empty."""
    start = _title_start(blocks)
    if start is None:
        return []
    taken = [start]
    for position in range(start + 1, min(start + _MOST_TITLE_LINES, len(blocks))):
        block = blocks[position]
        if (
            _PERIOD_ALONE.match(block.text)
            and any(letter.isdigit() for letter in block.text)
            and not block.row
        ):
            return [*taken, position]
        if not _goes_on(blocks[position - 1], block):
            break
        taken.append(position)
    return taken


def _goes_on(before: Block, block: Block) -> bool:
    adjacent = block.line == before.lines[-1].number + 1 and not before.lines[-1].own_paragraph
    return adjacent and _could_be_title(block) and not before.level


def _title_start(blocks: Sequence[Block]) -> int | None:
    opening: list[int] = []
    first_levels = [position for position, block in enumerate(blocks[:200]) if block.level == 1]
    for position, block in enumerate(blocks[:_FURTHEST_TITLE]):
        if block.lines[0].is_title and block.text:
            return position
        if (
            block.level == 1
            and position == (first_levels or [-1])[0]
            and _heads_the_document(block, len(first_levels))
        ):
            return position
        if block.mark is not None or block.level or block.row:
            break
        opening.append(position)
    likely = [position for position in opening if _could_be_title(blocks[position])]
    named = [position for position in likely if _PLAN_WORD.search(blocks[position].text)]
    if named:
        return _forwarded(blocks, named[0], likely) or named[0]
    return likely[0] if likely and likely[0] == 0 else None


def _forwarded(blocks: Sequence[Block], first: int, likely: Sequence[int]) -> int | None:
    """Return where the title of the plan stands that a notice forwards; None where the first title is no notice.

    The notice names the plan: only a line whose words stand in the notice's own title counts.
    """
    notice = _compact(blocks[first].text)
    if not _NOTICE.search(notice):
        return None
    for position in likely:
        text = blocks[position].text
        if position + 1 in likely and _goes_on(blocks[position], blocks[position + 1]):
            longer = text + blocks[position + 1].text
            text = longer if _compact(longer) in notice else text
        named = _compact(_PERIOD_BEHIND.sub("", text))
        if position > first and _PLAN_WORD.search(text) and named and named in notice:
            return position
    return None


def _compact(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _heads_the_document(block: Block, count: int) -> bool:
    return block.mark is None and not block.notes and (count == 1 or bool(_PLAN_WORD.search(block.text)))


def _could_be_title(block: Block) -> bool:
    text = block.text
    if block.mark or block.notes or block.row or block.level or not any(letter.isalnum() for letter in text):
        return False
    if len(text) > _WIDEST_TITLE or width_of(text) > _WIDEST_TITLE or _SENTENCE_END.search(text):
        return False
    return not _DOCUMENT_NUMBER.search(text) or bool(_PLAN_WORD.search(_DOCUMENT_NUMBER.sub("", text)))


def period_in(texts: Sequence[str]) -> tuple[date, date] | None:
    """Return the first period the texts state, whole years from 1 January to 31 December; None when none
    does."""
    for text in texts:
        plain = unicodedata.normalize("NFKC", text[:2_000])
        for pattern in (*_DATES, _YEARS):
            for found in pattern.finditer(plain):
                numbers = [int(each) for each in found.groups()]
                if len(numbers) == 2:
                    numbers = [numbers[0], 1, 1, numbers[1], 12, 31]
                with suppress(ValueError):
                    first, last = date(*numbers[:3]), date(*numbers[3:])
                    if first <= last and first.year >= 1900 and last.year <= 2200:
                        return first, last
    return None
