"""Tags for pictures drawn on the server: progress, sparklines, intervals, tile map, spans; never a script."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from .. import drawings, words
from ..provinces import letters_of, place_of, short_name_of
from ..states import Look, look_of

register = template.Library()


@register.inclusion_tag("shell/ui/progress_three.html")
def progress_three(claimed: Any, achievement: Any, health: Any, *, level: int = 3) -> dict[str, Any]:
    """Show claimed implementation, indicator achievement and reporting health side by side, never blended.

    claimed: a state, or a mapping with state, by, on, or with ``counts`` (state -> number) for a roll-up.
    achievement: mapping with value (share of the way from baseline to target, unclipped; or None),
    and optionally low, high, reported, expected, href.
    health: mapping with due and received, on_time, evidenced, accepted; optionally href.
    """
    said = claimed if isinstance(claimed, Mapping) else {"state": claimed}
    counts = dict(said.get("counts") or {})
    whole = sum(counts.values())
    reached = achievement if isinstance(achievement, Mapping) else {"value": achievement}
    return {
        "claimed": said,
        "counts": [(look_of(state), words.fraction_words(n, whole)) for state, n in counts.items() if n],
        "reached": {
            **reached,
            "words": words.percent_words(reached.get("value")),
            "bounds": _bounds(reached.get("low"), reached.get("high")),
            "coverage": words.fraction_words(reached.get("reported"), reached.get("expected"))
            if reached.get("expected") is not None
            else "",
            "picture": _share(reached),
        },
        "health": [
            {
                "label": label,
                "words": words.fraction_words(health.get(key), health.get("due")),
                **_meter(health, key),
            }
            for key, label in (
                ("received", _("Received")),
                ("on_time", _("On time")),
                ("evidenced", _("With evidence")),
                ("accepted", _("Accepted")),
            )
            if health and health.get(key) is not None
        ],
        "health_href": (health or {}).get("href", ""),
        "level": level,
    }


def _bounds(low: Any, high: Any) -> str:
    if low is None or high is None:
        return ""
    shown = {"low": words.percent_words(low), "high": words.percent_words(high)}
    return _("between %(low)s and %(high)s") % shown


def _share(reached: Mapping[str, Any]) -> drawings.Interval | None:
    value = reached.get("value")
    if value is None:
        return None
    top = max(1.0, *(float(v) for v in (value, reached.get("high")) if v is not None))
    bottom = min(0.0, *(float(v) for v in (value, reached.get("low")) if v is not None))
    low, high = reached.get("low"), reached.get("high")
    return drawings.interval(value, low, high, minimum=bottom, maximum=top, target=1)


def _meter(health: Mapping[str, Any], key: str) -> dict[str, int]:
    return {"value": int(health.get(key) or 0), "whole": max(1, int(health.get("due") or 0))}


@register.simple_tag
def sparkline(
    values: Sequence[Any],
    labels: Sequence[Any] = (),
    *,
    target: Any = None,
    title: str = "",
    unit: str = "",
    percent: bool = False,
) -> SafeString:
    """Draw values over time with visible gaps where nothing was reported; the last stands beside it.

    Written as text in one go, for a list has one in every row. percent: the values are shares of one.
    """
    said = words.percent_words if percent else words.number_words
    values = list(values)
    names = [words.day_words(x) if isinstance(x, date) else str(x) for x in labels] or [
        str(i) for i in range(1, len(values) + 1)
    ]
    known = [(n, v) for n, v in zip(names, values, strict=False) if v is not None]
    described = "; ".join(f"{name}: {said(value)}" for name, value in zip(names, values, strict=False))
    if target is not None:
        described += "; " + _("target %(target)s") % {"target": said(target)}
    picture = drawings.sparkline(values, target)
    size = f'viewBox="0 0 {picture.width} {picture.height}" width="{picture.width}" height="{picture.height}"'
    last = said(known[-1][1]) if known else words.MISSING
    named = f' <span class="c-hint">{escape(known[-1][0])}</span>' if known else ""
    coverage = words.fraction_words(len(known), len(values), _("values"))
    return mark_safe(
        f'<span class="c-spark"><svg class="c-spark__svg" {size} role="img" focusable="false">'
        f"<title>{escape(title or _('Values over time'))}</title><desc>{escape(described)}</desc>"
        f'{_spark_lines(picture)}</svg><span class="c-spark__words"><strong>{last}</strong>'
        f"{f' {escape(unit)}' if unit else ''}{named}"
        f' <span class="c-hint">{escape(coverage)}</span></span></span>'
    )


def _spark_lines(picture: drawings.Sparkline) -> str:
    drawn = []
    if picture.target_y:
        drawn.append(f'<path class="c-spark__target" d="M0,{picture.target_y} H{picture.width}"/>')
    drawn += [f'<polyline class="c-spark__line" points="{points}"/>' for points in picture.stretches]
    drawn += [f'<circle class="c-spark__dot" cx="{x}" cy="{y}" r="2.2"/>' for x, y in picture.dots]
    drawn += [f'<path class="c-spark__gap" d="M{x},{y} m-2,-2 l4,4 m0,-4 l-4,4"/>' for x, y in picture.gaps]
    if picture.last:
        drawn.append(f'<circle class="c-spark__last" cx="{picture.last[0]}" cy="{picture.last[1]}" r="3"/>')
    return "".join(drawn)


@register.inclusion_tag("shell/ui/bar.html")
def bar(value: Any, of: Any, *, label: str = "", tone: str = "info") -> dict[str, Any]:
    """Draw a part of a whole as a meter, with the fraction in words."""
    return {
        "value": value or 0,
        "of": of or 1,
        "words": words.fraction_words(value, of),
        "label": label,
        "tone": tone,
        "missing": value is None,
    }


@register.inclusion_tag("shell/ui/interval.html")
def interval(
    value: Any,
    low: Any = None,
    high: Any = None,
    *,
    minimum: Any = None,
    maximum: Any = None,
    target: Any = None,
    label: str = "",
    unit: str = "",
) -> dict[str, Any]:
    """Draw a value with the bounds that missing reports leave open, and its target, on one scale."""
    known = [float(v) for v in (value, low, high, target) if v is not None] or [0.0]
    least = float(minimum) if minimum is not None else min(0.0, *known)
    most = float(maximum) if maximum is not None else max([*known, least + 1])
    said = _measured(value, unit)
    if low is not None and high is not None:
        said = _("%(value)s, between %(low)s and %(high)s") % {
            "value": said,
            "low": _measured(low, unit),
            "high": _measured(high, unit),
        }
    return {
        "picture": drawings.interval(value, low, high, minimum=least, maximum=most, target=target),
        "words": said,
        "target": _measured(target, unit) if target is not None else "",
        "label": label,
    }


def _measured(value: Any, unit: str) -> str:
    shown = words.number_words(value)
    return f"{shown}{unit}" if unit == "%" or not unit else f"{shown} {unit}"


@register.simple_tag
def tile_map(provinces: Sequence[Mapping[str, Any]], *, title: str, note: str = "") -> SafeString:
    """Show the 31 provinces as tiles, each a link with its state in words; written as text in one go.

    provinces: mappings with code (GB/T 2260), name, and optionally short, state, value, href.
    """
    seen: dict[Look, int] = {}
    tiles = []
    for province in provinces:
        place = place_of(str(province["code"]))
        look = look_of(province.get("state") or "none")
        seen[look] = seen.get(look, 0) + 1
        tiles.append(((place[1], place[0]) if place else (99, 99), _tile(province, place, look)))
    tiles.sort(key=lambda tile: tile[0])
    return mark_safe(
        f'<figure class="c-map"><figcaption class="c-map__title">{escape(title)}</figcaption>\n'
        f'  <ul class="c-map__grid">{"".join(drawn for _place, drawn in tiles)}</ul>\n'
        f'  <ul class="c-legend" aria-label="{escape(_("Key"))}">{_map_key(seen, len(tiles))}</ul>'
        + (f'\n  <p class="c-hint">{escape(note)}</p>' if note else "")
        + "\n</figure>"
    )


def _tile(province: Mapping[str, Any], place: tuple[int, int] | None, look: Look) -> str:
    name, label, href = escape(province["name"]), escape(look.label), province.get("href")
    value = province.get("value")
    shown = escape(words.number_words(value) if isinstance(value, words.Number) else (value or ""))
    letters = "" if words.speaks_chinese() else escape(letters_of(str(province["code"])))
    kind = f'class="c-map__tile c-tone-{look.tone}"'
    opening = f'<a {kind} href="{escape(href)}"' if href else f"<span {kind}"
    wide = " c-map__name--wide" if letters else ""
    narrow = escape(province.get("short") or short_name_of(str(province["name"])))
    short = (
        f'<span class="c-map__name c-map__name--letters" aria-hidden="true">{letters}</span>'
        if letters
        else ""
    )
    return (
        f'<li class="c-map__place{f" c-col-{place[0]} c-row-{place[1]}" if place else ""}">'
        f'{opening} title="{name}: {label}">'
        f'<span class="c-map__name{wide}" aria-hidden="true">{narrow}</span>'
        f'{short}<span class="c-map__mark" aria-hidden="true">{look.symbol}{f" {shown}" if shown else ""}</span>'
        f'<span class="govuk-visually-hidden">{name}: {label}{f", {shown}" if shown else ""}</span>'
        f"{'</a>' if href else '</span>'}</li>"
    )


def _map_key(seen: Mapping[Look, int], whole: int) -> str:
    return "".join(
        f'<li><span class="c-cell c-tone-{look.tone}" aria-hidden="true">{look.symbol}</span> {escape(look.label)}'
        f' <span class="c-hint">{escape(words.fraction_words(count, whole))}</span></li>'
        for look, count in seen.items()
    )


@register.inclusion_tag("shell/ui/gantt.html")
def gantt(
    bars: Sequence[Mapping[str, Any]],
    *,
    title: str,
    today: date | None = None,
    links: Sequence[tuple[int, int]] = (),
) -> dict[str, Any]:
    """Draw measures over time with their milestones, and list the same dates as a table below.

    bars: mappings with label, start, end, and optionally frees (the day from which what waits for it may start),
    href, state, critical and milestones (mappings with label, on, state); links: pairs of row numbers that
    depend on each other.
    """
    picture = drawings.gantt([dict(bar) for bar in bars], today=today, links=links)
    rows = [{"span": span, "look": look_of(span.state)} for span in picture.rows]
    return {"picture": picture, "rows": rows, "title": title, "today": today}
