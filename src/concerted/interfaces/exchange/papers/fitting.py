"""Estimates what fits an item's page, for a document whose pages are broken by the reader's own program."""

from __future__ import annotations

from math import ceil

from . import charts
from .book import Item

#: The type area in points (GB/T 9704-2012: 156 x 225 mm), with a little kept free for what cannot be foreseen.
_WIDTH, _HEIGHT = 442.0, 637.0 - 12.0
_LINE, _FIGURE_ROW, _EVIDENCE_LINE = 29.6, 26.0, 18.2
_BODY, _SMALL, _TITLE = 16.0, 12.0, 18.0


def kept_lines(item: Item, *, is_chinese: bool) -> tuple[list[str], int]:
    """The lines of the item that fit its page after everything else, and how many do not."""
    room = _HEIGHT - _used(item, is_chinese)
    kept: list[str] = []
    for number, line in enumerate(item.lines):
        room -= _rows(line, _SMALL, is_chinese) * _EVIDENCE_LINE + 1.0
        last = number + 1 == len(item.lines)
        if room < (0 if last else _EVIDENCE_LINE):
            break
        kept.append(line)
    return kept, len(item.lines) - len(kept)


def _used(item: Item, is_chinese: bool) -> float:
    used = _LINE + _rows(item.title, _TITLE, is_chinese) * 33.0
    for text in (item.reason, item.asks):
        used += (_rows(text, _BODY, is_chinese, indent=2) + 1) * _LINE if text else 0.0
    used += sum(_rows(text, _BODY, is_chinese, indent=2) * _LINE for text in item.text)
    used += sum(_FIGURE_ROW * _rows(f.label, 14.0, is_chinese, of=300.0) for f in item.figures)
    used += 14.0 if item.figures else 0.0
    used += sum(charts.height_of(c) * _WIDTH / charts.WIDTH + _LINE for c in item.charts)
    return used + (_LINE if item.lines else 0.0)


def _rows(text: str, size: float, is_chinese: bool, *, indent: int = 0, of: float = _WIDTH) -> int:
    """How many lines a text takes: a Chinese character is as wide as its size, a Latin one about half."""
    wide = sum(1.0 if ord(c) > 0x2E80 else 0.5 for c in text) + indent
    slack = 1.0 if is_chinese else 1.06
    return max(1, ceil(wide * size * slack / of))
