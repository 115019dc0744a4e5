"""Sends a page's table as CSV or XLSX through the one writer, with its row in the record."""

from __future__ import annotations

from django.http import HttpResponse

from concerted.foundation.access.reads import table_taken
from concerted.interfaces.exchange.tables import Format, Table, content_type, file_name, write_table

from .route import Request


def wanted_format(request: Request) -> Format | None:
    """The file format asked for by ?format=, or None for the page itself."""
    asked = request.GET.get("format", "")
    return Format(asked) if asked in set(Format) else None


def file_links(request: Request) -> dict[str, str]:
    """The addresses of this page as `csv` and `xlsx`, with its filters."""
    found = {}
    for kind in Format:
        query = request.GET.copy()
        query["format"] = kind.value
        query.pop("cursor", None)
        found[kind.value] = "?" + query.urlencode()
    return found


def send_table(request: Request, table: Table, kind: Format) -> HttpResponse:
    """The table as a file to keep."""
    table_taken(officer=request.officer, at=request.at, name=table.name)
    answer = HttpResponse(write_table(table, kind), content_type=content_type(kind))
    answer["Content-Disposition"] = f'attachment; filename="{file_name(table.name, kind)}"'
    return answer
