"""Tags for lists: tables, sorting, pages, filters, tabs, timelines, matrices; they fetch nothing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django import forms, template
from django.http import HttpRequest, QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import words
from ..states import look_of

register = template.Library()


#: a table with more rows scrolls inside itself, so that its head stays in view
TALL_ROWS = 60


@register.simple_block_tag(takes_context=True)
def data_table(
    context: Context,
    content: str,
    *,
    caption: str,
    csv: str = "",
    xlsx: str = "",
    count: int | None = None,
    total: int | None = None,
    note: str = "",
    compact: bool = True,
    hide_caption: bool = False,
    stack: bool = False,
    inline: bool = False,
) -> str:
    """Wrap rows in a captioned table that scrolls sideways and offers its exports; a long one keeps its head.

    The block holds ``<thead>`` and ``<tbody>``. count, total: rows shown and rows there are.
    stack: on a phone each row becomes a card (give every cell ``data-label``). inline: the cells of such a card follow
    each other in its lines, for long lists; without their labels, but for those of the class ``c-labelled``.
    A cell of the class ``c-own-line`` keeps a line of its own.
    """
    shown = ""
    if count is not None:
        shown = words.fraction_words(count, total, _("rows")) if total is not None else ""
        shown = shown or ngettext("%(count)s row", "%(count)s rows", count) % {
            "count": words.number_words(count)
        }
    inner = {
        "content": content,
        "caption": caption,
        "csv": csv,
        "xlsx": xlsx,
        "shown": shown,
        "note": note,
        "compact": compact,
        "hide_caption": hide_caption,
        "stack": stack or inline,
        "inline": inline,
        "tall": content.count("<tr") > TALL_ROWS,
    }
    return render_to_string("shell/ui/data_table.html", inner)


@register.simple_tag(takes_context=True)
def sort_header(
    context: Context, label: str, key: str, *, numeric: bool = False, default: bool = False
) -> SafeString:
    """Show a column head that sorts by ``?sort=key``, then ``?sort=-key``; default: the list's own order."""
    request = _request(context)
    current = request.GET.get("sort", key if default else "") if request else ""
    now = {key: "ascending", f"-{key}": "descending"}.get(current, "none")
    target = query_with(context, sort=f"-{key}" if current == key else key, cursor=None)
    return format_html(
        '<th scope="col" class="govuk-table__header{}" aria-sort="{}">'
        '<a class="c-sort" href="{}">{} <span class="c-sort__mark" aria-hidden="true">{}</span></a></th>',
        " govuk-table__header--numeric" if numeric else "",
        now,
        target,
        label,
        {"ascending": "▲", "descending": "▼", "none": "↕"}[now],
    )


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """Return this page's query string with parameters set; None removes one."""
    request = _request(context)
    query = request.GET.copy() if request else QueryDict(mutable=True)
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = str(value)
    return "?" + query.urlencode()


def _request(context: Context) -> HttpRequest | None:
    found = context.get("request")
    return found if isinstance(found, HttpRequest) else None


@register.inclusion_tag("shell/ui/pagination.html", takes_context=True)
def pagination(
    context: Context,
    previous: str | None = None,
    next: str | None = None,
    *,
    shown: int | None = None,
    total: int | None = None,
    parameter: str = "cursor",
) -> dict[str, Any]:
    """Link to the previous and next page of a cursor-paged list, keeping filters and order."""
    counted = shown is not None and total is not None
    return {
        "previous": query_with(context, **{parameter: previous}) if previous else "",
        "next": query_with(context, **{parameter: next}) if next else "",
        "words": words.fraction_words(shown, total, _("rows")) if counted else "",
    }


@register.inclusion_tag("shell/ui/filters.html", takes_context=True)
def filters(context: Context, form: forms.BaseForm, *, title: str = "") -> dict[str, Any]:
    """Show a filter panel from a form sent by GET, with the filters in force as tags that can be removed."""
    request = _request(context)
    sort = request.GET.get("sort", "") if request else ""
    return {
        "form": form,
        "title": title or _("Filter"),
        "active": list(_active_filters(context, form)),
        "clear": f"?sort={sort}" if sort else "?",
        "sort": sort,
    }


def _active_filters(context: Context, form: forms.BaseForm) -> Iterable[dict[str, str]]:
    request = _request(context)
    if request is None:
        return
    for bound in form:
        name = bound.html_name
        chosen = [value for value in request.GET.getlist(name) if value]
        titles = {str(key): str(title) for key, title in _choices(bound.field)}
        for value in chosen:
            rest = request.GET.copy()
            rest.setlist(name, [other for other in chosen if other != value])
            rest.pop("cursor", None)
            shown = titles.get(value, value)
            yield {"label": str(bound.label), "value": shown, "href": "?" + rest.urlencode()}


def _choices(field: forms.Field) -> Iterable[tuple[Any, Any]]:
    for key, title in getattr(field, "choices", ()):
        if isinstance(title, list | tuple):
            yield from title
        else:
            yield key, title


@register.inclusion_tag("shell/ui/summary_list.html")
def summary_list(rows: Any, *, compact: bool = True) -> dict[str, Any]:
    """Show keys and values. rows: a mapping, pairs, or mappings with key, value, href, action."""
    pairs = rows.items() if isinstance(rows, Mapping) else rows
    return {"rows": [_summary_row(row) for row in pairs], "compact": compact}


def _summary_row(row: Any) -> dict[str, Any]:
    if isinstance(row, Mapping):
        return dict(row)
    key, value, *rest = row
    href, action = (*rest, "", "")[:2]
    return {"key": key, "value": value, "href": href, "action": action}


@register.inclusion_tag("shell/ui/timeline.html")
def timeline(events: Iterable[Any], *, level: int = 3) -> dict[str, Any]:
    """Show what happened, newest or oldest first as given: mappings with title, at, by, text, state, href."""
    return {"events": list(events), "level": level}


@register.inclusion_tag("shell/ui/tabs.html")
def tabs(items: Iterable[Mapping[str, Any]], *, label: str = "") -> dict[str, Any]:
    """Show links between views of the same thing: mappings with label, href, current and optionally count."""
    return {"items": list(items), "label": label or _("Views of this page")}


@register.inclusion_tag("shell/ui/matrix.html")
def matrix(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[Mapping[str, Any]],
    *,
    caption: str,
    corner: str = "",
    legend: Iterable[str] = (),
    csv: str = "",
    xlsx: str = "",
) -> dict[str, Any]:
    """Show rows against columns, each cell a symbol that links to what is behind it.

    columns: mappings with label, and optionally short, href.
    rows: mappings with label, cells (one per column: None, a state, or a mapping with state, text, href,
    title), and optionally href, note. legend: states to explain; found in the cells when empty.
    """
    heads = [dict(column, narrow=str(column.get("short") or column["label"])) for column in columns]
    lines = []
    seen: dict[str, None] = dict.fromkeys(legend)
    for row in rows:
        cells = []
        for cell, head in zip(row["cells"], heads, strict=True):
            shown = _cell(cell, f"{row['label']}, {head['label']}")
            if shown and shown["key"] and not legend:
                seen.setdefault(shown["key"])
            cells.append(shown)
        lines.append({**row, "cells": cells})
    return {
        "columns": heads,
        "rows": lines,
        "caption": caption,
        "corner": corner,
        "legend": [look_of(state) for state in seen],
        "csv": csv,
        "xlsx": xlsx,
    }


def _cell(cell: Any, where: str) -> dict[str, Any] | None:
    if cell is None:
        return None
    if not isinstance(cell, Mapping):
        cell = {"state": cell}
    look = look_of(cell.get("state", "none"), cell.get("label", ""))
    return {
        "key": str(getattr(cell.get("state"), "value", cell.get("state")) or ""),
        "look": look,
        "text": cell.get("text", ""),
        "href": cell.get("href", ""),
        "title": cell.get("title") or f"{where}: {look.label}",
    }


class Folded(NamedTuple):
    """The rows that are shown, and the rest that opens below them."""

    first: Sequence[Any]
    rest: Sequence[Any]


@register.filter
def folded(rows: Sequence[Any], shown: int) -> Folded:
    """Share rows at a number, for ``shell/ui/folded.html``; one row too many is shown, its fold would take its room."""
    cut = shown if len(rows) > shown + 1 else len(rows)
    return Folded(rows[:cut], rows[cut:])
