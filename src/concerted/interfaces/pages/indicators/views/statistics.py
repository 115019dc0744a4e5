"""The published figures with their sources, side by side; adds nothing up."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from concerted.foundation.access.permissions import Permission
from concerted.interfaces.exchange.tables import Column, Kind, Table
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.paging import slice_asked
from concerted.interfaces.pages.route import Request, page
from concerted.mechanism.plan.reads.cell import published_statistics

from .. import words

PAGE = 30


@page(Permission.PLAN_READ)
def statistics(request: Request) -> HttpResponse:
    """Every row as printed; ?q= narrows it; contradictions are marked."""
    asked = request.GET.get("q", "")
    rows = published_statistics(search=asked)
    if request.GET.get("only") == "contradicted":
        rows = [row for row in rows if row.contradicted]
    kind = wanted_format(request)
    if kind:
        table = Table(
            "published statistics",
            [
                Column("span", _("Years")),
                Column("measure", _("What was counted")),
                Column("value", _("Value"), Kind.NUMBER),
                Column("value_text", _("As printed")),
                Column("qualifier", _("Exactness")),
                Column("unit", _("Unit")),
                Column("geography", _("Area")),
                Column("publisher", _("Publisher")),
                Column("source", _("Source")),
                Column("note", _("Note")),
                Column("contradicted", _("Contradicted"), Kind.BOOLEAN),
            ],
            [
                (
                    row.figure.span,
                    row.figure.measure,
                    row.figure.value,
                    row.figure.value_text,
                    str(words.QUALIFIERS.get(row.figure.qualifier, row.figure.qualifier)),
                    words.unit_words(row.figure.unit),
                    row.figure.geography,
                    row.figure.publisher,
                    row.figure.source,
                    row.figure.note,
                    row.contradicted,
                )
                for row in rows
            ],
        )
        return send_table(request, table, kind)
    listed = slice_asked(request, rows, PAGE)
    context = {
        "rows": listed.rows,
        "listed": listed,
        "shown": len(rows),
        "asked": asked,
        "contradicted": sum(row.contradicted for row in rows),
        "only": request.GET.get("only", ""),
        "files": file_links(request),
    }
    return render(request, "indicators/statistics.html", context)
