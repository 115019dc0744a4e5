"""Pictures of strata and of drawn linkages as SVG, in the manner of the other pictures; no script and no style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .drawings import (
    DEEP,
    PAPER,
    ROW,
    SEAL,
    SOFT,
    WIDTH,
    Across,
    _axis,
    _circle,
    _grid,
    _line,
    _short,
    _svg,
    _text,
)
from .words import Speech

MOST_ROWS = 40


def strata(told: Mapping[str, Any], say: Speech) -> str:
    """Each stratum on one axis: hollow alone, filled with partial pooling. Hidden strata are not drawn."""
    sides = told["poolings"]
    rows = [
        [one["strata"][number] for one in sides]
        for number, part in enumerate(sides[0]["strata"])
        if part["n_seen"]
    ][:MOST_ROWS]
    ends = _ends([part for row in rows for part in row])
    if not ends:
        return ""
    left, right, top = 250, WIDTH - 20, 40
    across, ticks = _axis(min(ends), max(ends), left, right)
    bottom = top + ROW * len(rows)
    parts = _grid(across, ticks, top - 6, bottom)
    parts += _key([one["pooling"] for one in sides], left, say)
    for i, row in enumerate(rows):
        y = top + ROW * (i + 0.5)
        parts.append(_text(0, y + 4.5, _short(row[0]["stratum"], 16 if say.chinese else 30)))
        for part, one in zip(row, sides, strict=True):
            offset = 0 if len(sides) == 1 else (-6 if one["pooling"] == "none" else 6)
            parts += _whisker(part, y + offset, across, right, pooled=one["pooling"] == "partial")
    return _svg(bottom + 34, say("strata"), say("stratum"), parts)


def linkage(told: Mapping[str, Any], seen: int, say: Speech) -> str:
    """As the records were joined, and over the drawn linkages, on one axis."""
    rows = [(say("as_linked"), told["as_linked"], False), (say("over_linkages"), told["answer"], True)]
    ends = _ends([one for _, one, _ in rows if one])
    if not ends:
        return ""
    left, right, top = 250, WIDTH - 20, 34
    across, ticks = _axis(min([seen, *ends]), max(ends), left, right)
    bottom = top + ROW * len(rows)
    parts = _grid(across, ticks, top - 6, bottom)
    parts += [
        _line(across(seen), top - 12, across(seen), bottom, SEAL, 1.5, dash="4 3"),
        _text(across(seen) + 4, top - 14, f"{say('seen')}: {seen:,}", size=11.5, fill=SEAL),
    ]
    for i, (name, one, filled) in enumerate(rows):
        y = top + ROW * (i + 0.5)
        parts.append(_text(0, y + 4.5, name))
        if one is None:
            parts.append(_text(left + 8, y + 4.5, say("refused"), size=12, fill=SOFT))
            continue
        parts += _whisker(one, y, across, right, pooled=filled)
    return _svg(bottom + 34, say("linkage"), say("over_linkages"), parts)


def _key(poolings: Sequence[str], left: float, say: Speech) -> list[str]:
    parts = []
    for i, pooling in enumerate(poolings):
        x = left + 150 * i
        filled = pooling == "partial"
        parts.append(_circle(x + 5, 14, 5, DEEP if filled else PAPER, stroke=DEEP if filled else SOFT))
        parts.append(_text(x + 16, 18.5, say(f"pooled_{pooling}"), size=12, fill=SOFT))
    return parts


def _ends(rows: Sequence[Mapping[str, Any]]) -> list[float]:
    """Every value worth showing; an upper end far beyond all estimates is cut by the axis instead."""
    estimates = [one["estimate"] for one in rows if one["estimate"]]
    far = 6 * max(estimates, default=1.0)
    limits = [
        min(end, far) for one in rows if one["estimate"] for end in one["interval"].get("0.95", ()) if end
    ]
    return estimates + limits


def _whisker(one: Mapping[str, Any], y: float, across: Across, right: float, *, pooled: bool) -> list[str]:
    if not one["estimate"]:
        return []
    colour = DEEP if pooled else SOFT
    parts = []
    low, high = one["interval"].get("0.95") or (one["estimate"], one["estimate"])
    if low is not None:
        end = right if high is None else across(high)
        parts.append(_line(across(low), y, end, y, colour, 2))
        if high is None:
            parts.append(f'<path d="M{right:.1f} {y - 5:.1f} l8 5 l-8 5 z" fill="{colour}"/>')
    parts.append(_circle(across(one["estimate"]), y, 4.5, colour if pooled else PAPER, stroke=colour))
    return parts
