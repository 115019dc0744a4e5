"""A report as one HTML file that needs nothing else: no script, no font, no address; it lays nothing out anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from .laid import Grid, Section
from .report import Report, lay_out

STYLE = """
:root{color-scheme:light}body{margin:0;background:#f7f4ee;color:#1b2733;font:16px/1.55 system-ui,-apple-system,
"Segoe UI","Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",Arial,sans-serif}
main{max-width:56rem;margin:0 auto;padding:2rem 1.25rem 4rem}h1{font-size:1.8rem;line-height:1.2;margin:0 0 1rem}
h2{font-size:1.25rem;margin:2.5rem 0 .5rem}.verdict{background:#fff;border:1px solid #ddd7cb;border-left:6px solid;
padding:1rem 1.25rem}.verdict p{margin:.25rem 0}.stable{border-left-color:#1b6444}.unstable{border-left-color:#b87503}
.not_identified{border-left-color:#9a2118}.verdict strong{font-size:1.2rem}.note{color:#535e69;margin:.25rem 0 .75rem}
figure{margin:0;background:#fff;border:1px solid #ddd7cb;padding:1rem;overflow-x:auto}
figure svg{display:block;max-width:100%;height:auto;min-width:34rem}table{border-collapse:collapse;width:100%;
background:#fff;margin:.75rem 0}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #ddd7cb;
vertical-align:top}.n{text-align:right;font-variant-numeric:tabular-nums}.wide{overflow-x:auto}summary{cursor:pointer;
color:#1a4f86;padding:.5rem 0}@media print{body{background:#fff}details>*{display:block}}
"""


def report_html(
    panel: Mapping[str, Any], *, language: str, title: str = "", made: Sequence[tuple[str, str]] = ()
) -> str:
    """The whole report as HTML text."""
    report = lay_out(panel, language=language, title=title, made=made)
    say = report.say
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in report.reasons)
    return (
        f'<!doctype html>\n<html lang="{say.tag}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(report.title)}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>{escape(report.title)}</h1>"
        f'<section class="verdict {report.standing}"><p><strong>{escape(say("verdict"))}: '
        f"{escape(report.standing_words)}</strong></p><p>{escape(report.summary)}</p>"
        f"<p>{escape(say('why'))}</p><ul>{reasons}</ul></section>"
        f"{''.join(_section(one, report) for one in report.sections)}</main></body></html>\n"
    )


def _section(one: Section, report: Report) -> str:
    parts = [f"<section><h2>{escape(one.heading)}</h2>"]
    if one.note:
        parts.append(f'<p class="note">{escape(one.note)}</p>')
    if one.picture:
        parts.append(f'<figure tabindex="0">{one.picture}</figure>')
    if one.sentences:
        parts.append("<ul>" + "".join(f"<li>{escape(text)}</li>" for text in one.sentences) + "</ul>")
    if one.grid:
        table = _table(one.grid, one.heading)
        folded = one.folded and one.picture
        heading = escape(report.say("figures_of"))
        parts.append(f"<details><summary>{heading}</summary>{table}</details>" if folded else table)
    return "".join([*parts, "</section>"])


def _table(grid: Grid, caption: str) -> str:
    head = "".join(f'<th scope="col"{_number(grid, i)}>{escape(one)}</th>' for i, one in enumerate(grid.head))
    body = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row"{_number(grid, i)}>{escape(cell)}</th>'
            if i == 0
            else f"<td{_number(grid, i)}>{escape(cell)}</td>"
            for i, cell in enumerate(row)
        )
        + "</tr>"
        for row in grid.rows
    )
    heads = f"<thead><tr>{head}</tr></thead>" if any(grid.head) else ""
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table>{heads}<tbody>{body}</tbody></table></div>"
    )


def _number(grid: Grid, column: int) -> str:
    return ' class="n"' if column in grid.numeric else ""
