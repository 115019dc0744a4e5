"""Pictures of a panel as SVG: overlaps, estimates on one axis, threshold path, odds curve; each with title and
description, no script and no style."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from .words import Speech

WIDTH = 680
INK, SOFT, LINE, DEEP, SEAL, BAND, PAPER = (
    "#1b2733",
    "#535e69",
    "#c9c2b4",
    "#1a4f86",
    "#a63a28",
    "#dbe6f2",
    "#ffffff",
)
FACES = (
    "Noto Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, WenQuanYi Micro Hei, Noto Sans, DejaVu Sans,"
    " Helvetica, Arial, sans-serif"
)
MOST_COLUMNS = 24
ROW = 30
Across = Callable[[float], float]


def overlaps(panel: Mapping[str, Any], say: Speech) -> str:
    """Which combinations of lists hold how many people (after Lex et al., UpSet, 2014)."""
    table = panel["table"]
    lists = table["lists"]
    rows = sorted(table["rows"], key=lambda row: -(row["count"] or 0))
    shown, rest = rows[:MOST_COLUMNS], rows[MOST_COLUMNS:]
    left, top, tall = 150, 30, 150
    step = min(34.0, (WIDTH - left - 10) / max(1, len(shown)))
    most = max((row["count"] or 0 for row in shown), default=1) or 1
    under = top + tall + 16
    parts = []
    for i, row in enumerate(shown):
        x = left + step * (i + 0.5)
        parts += _bar(row["count"], x, top + tall, step, tall, most)
    for j, name in enumerate(lists):
        y = under + 22 * (j + 0.5)
        if j % 2 == 0:
            parts.append(_rect(left, y - 11, step * len(shown), 22, "#f3efe7"))
        parts.append(_text(left - 10, y + 4.5, _short(name, 18), anchor="end"))
    for i, row in enumerate(shown):
        x = left + step * (i + 0.5)
        on = [j for j, name in enumerate(lists) if name in row["lists"]]
        if len(on) > 1:
            ys = [under + 22 * (j + 0.5) for j in (on[0], on[-1])]
            parts.append(_line(x, ys[0], x, ys[1], INK, 2.5))
        parts += [
            _circle(x, under + 22 * (j + 0.5), min(5.5, step / 3), INK if j in on else "#d8d2c6")
            for j in range(len(lists))
        ]
    height = under + 22 * len(lists) + 12
    if rest:
        height += 20
        parts.append(_text(left, height - 8, say("further", n=len(rest)), fill=SOFT))
    return _svg(height, say("overlaps"), say("overlaps_note"), parts)


def _bar(count: int | None, x: float, base: float, step: float, tall: float, most: int) -> list[str]:
    """Heights by square root, so that combinations of few people can still be seen."""
    wide = min(20.0, step * 0.7)
    if count is None:
        parts = [_rect(x - wide / 2, base - 8, wide, 8, PAPER, stroke=SOFT, dash="3 2")]
        return [*parts, _text(x, base - 13, "…", anchor="middle", size=11, fill=SOFT)]
    high = tall * math.sqrt(count / most)
    size = 11 if step >= 26 else 9.5
    return [
        _rect(x - wide / 2, base - high, wide, max(high, 1), DEEP),
        _text(x, base - high - 5, f"{count:,}", anchor="middle", size=size),
    ]


def estimates(panel: Mapping[str, Any], say: Speech) -> str:
    """Every method's whole population with its intervals, on one axis that begins at the people seen."""
    methods = panel["methods"]
    seen = panel["table"]["n"]
    left, right, top = 296, WIDTH - 20, 34
    values = [seen, *_ends(methods)]
    across, ticks = _axis(min(values), max(values), left, right)
    bottom = top + ROW * len(methods)
    parts = _grid(across, ticks, top - 6, bottom)
    parts += [
        _line(across(seen), top - 12, across(seen), bottom, SEAL, 1.5, dash="4 3"),
        _text(across(seen) + 4, top - 14, f"{say('seen')}: {seen:,}", size=11.5, fill=SEAL),
    ]
    for i, one in enumerate(methods):
        y = top + ROW * (i + 0.5)
        parts.append(_text(0, y + 4.5, say.of(one, "label"), weight="600" if one["judged"] else ""))
        if one["estimate"] is None:
            why = _short(say.of(one["refused"]), 28 if say.chinese else 54)
            parts.append(_text(left + 8, y + 4.5, why or say("refused"), size=12, fill=SOFT))
            continue
        parts.append(_text(left - 12, y + 4.5, say.number(one["estimate"]), anchor="end"))
        parts += _whisker(one, y, across, right)
    return _svg(bottom + 34, say("methods"), say("methods_note"), parts)


def _whisker(one: Mapping[str, Any], y: float, across: Across, right: float) -> list[str]:
    colour = DEEP if one["judged"] else SOFT
    parts = []
    for level, thick in (("0.95", 2), ("0.8", 6)):
        ends = one["interval"].get(level)
        if not ends:
            continue
        low, high = across(ends[0]), across(ends[1]) if ends[1] is not None else right
        parts.append(_line(low, y, high, y, colour, thick))
        if ends[1] is None:
            parts.append(f'<path d="M{right:.1f} {y - 5:.1f} l8 5 l-8 5 z" fill="{colour}"/>')
    x = across(one["estimate"])
    if one["is_bound"]:
        parts.append(
            f'<path d="M{x - 5:.1f} {y - 6:.1f} l11 6 l-11 6 z" fill="{PAPER}" stroke="{colour}" stroke-width="2"/>'
        )
    else:
        parts.append(_circle(x, y, 5.5, colour if one["judged"] else PAPER, stroke=colour))
    return parts


def threshold_path(panel: Mapping[str, Any], say: Speech) -> str:
    """The stepwise estimate at each threshold, with the interval were the model known."""
    points = [one for one in panel["threshold_path"] if one["estimate"] is not None]
    chosen = panel["options"]["threshold"]
    left, right, top, bottom = 70, WIDTH - 20, 24, 220
    values = [value for one in points for value in (one["estimate"], one["low"], one["high"]) if value]
    if not values:
        return ""
    up, ticks = _axis(min(values), max(values), bottom, top)
    step = (right - left) / len(points)
    xs = [left + step * (i + 0.5) for i in range(len(points))]
    parts = [
        part
        for tick in ticks
        for part in (
            _line(left, up(tick), right, up(tick), LINE, 1),
            _text(left - 8, up(tick) + 4, f"{tick:,.0f}", anchor="end", size=11.5, fill=SOFT),
        )
    ]
    band = [(x, up(one["high"] or one["estimate"])) for x, one in zip(xs, points, strict=True)]
    band += [
        (x, up(one["low"] or one["estimate"])) for x, one in reversed(list(zip(xs, points, strict=True)))
    ]
    parts.append(f'<polygon points="{_points(band)}" fill="{BAND}"/>')
    parts.append(
        f'<polyline points="{_points([(x, up(one["estimate"])) for x, one in zip(xs, points, strict=True)])}"'
        f' fill="none" stroke="{DEEP}" stroke-width="2.5"/>'
    )
    for x, one in zip(xs, points, strict=True):
        here = one["threshold"] == chosen
        parts.append(_circle(x, up(one["estimate"]), 6 if here else 4, SEAL if here else DEEP))
        parts.append(
            _text(x, bottom + 20, f"{one['threshold']:g}", anchor="middle", weight="600" if here else "")
        )
    parts.append(_text((left + right) / 2, bottom + 40, say("threshold"), anchor="middle", fill=SOFT))
    return _svg(bottom + 50, say("path"), say("path_note"), parts)


def odds_curve(panel: Mapping[str, Any], say: Speech) -> str:
    """The whole population as the odds ratio that no table holds is varied."""
    points = panel["odds_ratio"]
    if not points:
        return ""
    left, right, top, bottom = 70, WIDTH - 20, 24, 220
    values = [value for one in points for value in (one["estimate"], one["low"], one["high"]) if value]
    up, ticks = _axis(min(values), max(values), bottom, top)
    logs = [math.log(one["factor"]) for one in points]

    def across(factor: float) -> float:
        return left + 20 + (math.log(factor) - logs[0]) / (logs[-1] - logs[0]) * (right - left - 40)

    parts = [
        part
        for tick in ticks
        for part in (
            _line(left, up(tick), right, up(tick), LINE, 1),
            _text(left - 8, up(tick) + 4, f"{tick:,.0f}", anchor="end", size=11.5, fill=SOFT),
        )
    ]
    if all(one["low"] is not None and one["high"] is not None for one in points):
        band = [(across(one["factor"]), up(one["high"])) for one in points]
        band += [(across(one["factor"]), up(one["low"])) for one in reversed(points)]
        parts.append(f'<polygon points="{_points(band)}" fill="{BAND}"/>')
    line = _points([(across(one["factor"]), up(one["estimate"])) for one in points])
    parts.append(f'<polyline points="{line}" fill="none" stroke="{DEEP}" stroke-width="2.5"/>')
    for one in points:
        factor = one["factor"]
        if factor in (0.25, 0.5, 1.0, 2.0, 4.0):
            x = across(factor)
            parts.append(
                _circle(x, up(one["estimate"]), 6 if factor == 1 else 4, SEAL if factor == 1 else DEEP)
            )
            parts.append(
                _text(x, bottom + 20, f"{factor:g}", anchor="middle", weight="600" if factor == 1 else "")
            )
    parts.append(_text((left + right) / 2, bottom + 40, say("factor"), anchor="middle", fill=SOFT))
    return _svg(bottom + 50, say("odds"), say("odds_note"), parts)


def changed(panel: Mapping[str, Any], key: str, say: Speech) -> str:
    """Estimates with one list left out, or two merged, on one axis with the estimate of the whole table."""
    rows = panel[key]
    if not rows:
        return ""
    reference = next((one["estimate"] for one in panel["odds_ratio"] if one["factor"] == 1.0), None)
    values = [
        value for one in rows for value in (one["estimate"], one["low"], one["high"]) if value is not None
    ] + ([reference] if reference else [])
    if not values:
        return ""
    left, right, top = 250, WIDTH - 20, 20
    across, ticks = _axis(min(values), max(values), left, right)
    bottom = top + 26 * len(rows)
    parts = _grid(across, ticks, top - 6, bottom)
    if reference:
        parts.append(_line(across(reference), top - 6, across(reference), bottom, SEAL, 1.5, dash="4 3"))
    for i, one in enumerate(rows):
        y = top + 26 * (i + 0.5)
        parts.append(_text(0, y + 4.5, _short(" + ".join(one["lists"]), 22)))
        if one["estimate"] is None:
            parts.append(_text(left + 8, y + 4.5, say("refused"), size=12, fill=SOFT))
            continue
        parts.append(_text(left - 12, y + 4.5, say.number(one["estimate"]), anchor="end"))
        if one["low"] is not None:
            high = across(one["high"]) if one["high"] is not None else right
            parts.append(_line(across(one["low"]), y, high, y, DEEP, 2))
        parts.append(_circle(across(one["estimate"]), y, 4.5, DEEP))
    title = "without" if key == "leave_one_out" else "merged"
    return _svg(bottom + 34, say(title), say(f"{title}_note"), parts)


def _ends(methods: Sequence[Mapping[str, Any]]) -> list[float]:
    """Every value worth showing; an upper end far beyond all estimates is cut by the axis instead."""
    found = [one["estimate"] for one in methods if one["estimate"] is not None]
    far = 6 * max(found, default=1.0)
    for one in methods:
        for ends in one.get("interval", {}).values():
            found += [min(end, far) for end in ends if end is not None]
    return found


def _axis(low: float, high: float, start: float, end: float) -> tuple[Across, list[float]]:
    """A scale from low to high between two coordinates, logarithmic when high is more than four times low."""
    high = max(high, low * 1.05 + 1e-9)
    if low > 0 and high / low > 4:
        first, last = math.log(low), math.log(high)

        def by_log(value: float) -> float:
            share = (math.log(max(value, low)) - first) / (last - first)
            return start + min(share, 1.0) * (end - start)

        return by_log, _log_ticks(low, high)

    def plain(value: float) -> float:
        share = min(max((value - low) / (high - low), 0.0), 1.0)
        return start + share * (end - start)

    return plain, _ticks(low, high)


def _ticks(low: float, high: float) -> list[float]:
    rough = (high - low) / 4
    unit = 10 ** math.floor(math.log10(rough))
    step = next(unit * m for m in (1, 2, 5, 10) if unit * m >= rough)
    first = math.ceil(low / step)
    return [n * step for n in range(first, math.floor(high / step) + 1)]


def _log_ticks(low: float, high: float) -> list[float]:
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    wanted = (1, 2, 5) if high / low < 60 else (1,)
    return [m * 10.0**d for d in decades for m in wanted if low <= m * 10.0**d <= high]


def _grid(across: Across, ticks: Sequence[float], top: float, bottom: float) -> list[str]:
    return [
        part
        for tick in ticks
        for part in (
            _line(across(tick), top, across(tick), bottom, LINE, 1),
            _text(across(tick), bottom + 18, f"{tick:,.0f}", anchor="middle", size=11.5, fill=SOFT),
        )
    ]


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _points(pairs: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in pairs)


def _text(
    x: float,
    y: float,
    said: str,
    *,
    anchor: str = "start",
    size: float = 13,
    fill: str = INK,
    weight: str = "",
) -> str:
    bold = f' font-weight="{weight}"' if weight else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size:g}" fill="{fill}"{bold}>'
        f"{escape(said)}</text>"
    )


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str, width: float, *, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}"'
        f' stroke-width="{width:g}"{dashed}/>'
    )


def _rect(
    x: float, y: float, wide: float, high: float, fill: str, *, stroke: str = "", dash: str = ""
) -> str:
    edge = f' stroke="{stroke}" stroke-dasharray="{dash}"' if stroke else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{fill}"{edge}/>'


def _circle(x: float, y: float, radius: float, fill: str, *, stroke: str = "") -> str:
    edge = f' stroke="{stroke}" stroke-width="2"' if stroke else ""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}"{edge}/>'


def _svg(height: float, title: str, description: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}"'
        f' height="{height:.0f}" role="img" aria-label={quoteattr(title + ". " + description)}'
        f' font-family="{FACES}">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{''.join(parts)}</svg>"
    )
