"""Draws bar charts as SVG text for papers; missing values stay visible as missing, and nothing is scaled away."""

from __future__ import annotations

from xml.sax.saxutils import escape

from ..fonts import CHINESE_SANS
from .book import Bar, Chart

WIDTH = 600
_ROW, _TOP, _MOST_LEFT, _RIGHT = 24, 4, 220, 90
_INK, _BAR, _REST, _PAPER = "#0b0c0c", "#1d4f8b", "#d5dce6", "#ffffff"
_LONGEST_LABEL = 26
#: Bars beyond this number would no longer be read on a page; they are told as a number.
MOST_BARS = 12


def height_of(chart: Chart) -> int:
    """The height of the chart's picture, in the same units as WIDTH."""
    return _TOP * 2 + _ROW * min(len(chart.bars), MOST_BARS)


def svg(chart: Chart, *, missing: str) -> str:
    """The chart as one SVG picture; `missing` is the word for a value that was not reported."""
    bars = list(chart.bars)[:MOST_BARS]
    known = [v for bar in bars for v in (bar.value, bar.of) if v is not None]
    most = max([*known, 0.0]) or 1.0
    height = height_of(chart)
    left = min(_MOST_LEFT, 16 + 8 * max((_wide(bar.label) for bar in bars), default=0))
    rows = "".join(_row(bar, number, left, most, chart.unit, missing) for number, bar in enumerate(bars))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}"'
        f' height="{height}" font-family="{CHINESE_SANS}" font-size="14">'
        f'<rect width="{WIDTH}" height="{height}" fill="{_PAPER}"/>{rows}</svg>'
    )


def _row(bar: Bar, number: int, left: int, most: float, unit: str, missing: str) -> str:
    top = _TOP + number * _ROW
    middle = top + _ROW * 0.68
    label = _text(left - 8, middle, _short(bar.label), "end")
    if bar.value is None:
        return label + _text(left + 4, middle, missing, "start", italic=True)
    room = WIDTH - left - _RIGHT
    long, whole = bar.value / most * room, (bar.of or bar.value) / most * room
    behind = _box(left, top + 4, whole, _REST) if bar.of else ""
    said = f"{_number(bar.value)}/{_number(bar.of)}" if bar.of else f"{_number(bar.value)}{unit}"
    drawn = behind + _box(left, top + 4, long, _BAR)
    return label + drawn + _text(left + max(long, whole) + 6, middle, said, "start")


def _box(x: float, y: float, width: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="16" fill="{colour}"/>'


def _text(x: float, y: float, text: str, anchor: str, *, italic: bool = False) -> str:
    style = ' font-style="italic"' if italic else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{_INK}"{style}>{escape(text)}</text>'


def _wide(label: str) -> int:
    return sum(2 if ord(c) > 0x2E80 else 1 for c in label)


def _short(label: str) -> str:
    if _wide(label) <= _LONGEST_LABEL:
        return label
    kept, room = "", _LONGEST_LABEL - 1
    for letter in label:
        room -= 2 if ord(letter) > 0x2E80 else 1
        if room < 0:
            break
        kept += letter
    return kept.rstrip() + "…"


def _number(value: float) -> str:
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.1f}"
