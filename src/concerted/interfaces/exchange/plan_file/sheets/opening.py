"""Opens a workbook that was handed in and tells every fault of its sheets and cells; it builds no plan."""

from __future__ import annotations

import io
import re
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from concerted.deferred import openpyxl
from concerted.errors import Problem
from concerted.interfaces.exchange.files import broken_office_file

from .layout import SHEETS, columns_of

_MOST_ROWS = 100_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

Rows = list[tuple[int, dict[str, Any]]]
"""The rows of one sheet: each its number and its cells by heading."""


def opened(data: bytes, filename: str) -> tuple[dict[str, Rows], list[Problem]]:
    """The rows of every known sheet with their numbers, and every fault; raises Invalid where no workbook opens."""
    problems: list[Problem] = []
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=False, data_only=False, keep_links=False)
    except (
        openpyxl.utils.exceptions.InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        SyntaxError,
    ) as failure:
        raise broken_office_file(filename) from failure
    sheets: dict[str, Rows] = {}
    for sheet in book.worksheets:
        if sheet.title != "plan" and sheet.title not in SHEETS:
            what = format_lazy(_("The sheet {name} is not known."), name=sheet.title)
            problems.append(
                Problem(
                    what, field=sheet.title, remedy=_("Remove or rename it; nothing is dropped silently.")
                )
            )
        elif sheet.max_row > _MOST_ROWS or sheet.max_column > 200:
            problems.append(Problem(_("The sheet is larger than any plan."), field=sheet.title))
        else:
            sheets[sheet.title] = _sheet_rows(sheet, problems)
    if "plan" not in sheets and not problems:
        problems.append(
            Problem(_("The workbook has no sheet 'plan'."), field="plan", remedy=_("Start from an export."))
        )
    return sheets, problems


def _sheet_rows(sheet: Any, problems: list[Problem]) -> Rows:
    rows = list(sheet.iter_rows())
    header = [str(cell.value).strip() if cell.value is not None else "" for cell in rows[0]] if rows else []
    known = _known_columns(sheet.title)
    for title in header:
        if title and (title not in known or header.count(title) > 1):
            what = format_lazy(_("The column {name} is not known or stands twice."), name=title)
            problems.append(
                Problem(what, field=f"{sheet.title}.{title}", row=1, remedy=_("Correct its heading."))
            )
    read: Rows = []
    for number, cells in enumerate(rows[1:], start=2):
        row = {}
        for title, cell in zip(header, cells, strict=False):
            if cell.value is not None:
                row[title] = _cell(cell, sheet.title, title, number, problems)
        if row:
            read.append((number, row))
    return read


def _cell(cell: Any, sheet: str, title: str, number: int, problems: list[Problem]) -> Any:
    field = f"{sheet}.{title}"
    if not title:
        problems.append(
            Problem(_("The cell stands below no heading."), field=sheet, row=number, remedy=_("Empty it."))
        )
    if cell.data_type in ("f", "e"):
        problems.append(
            Problem(
                _("The cell holds a formula or an error."),
                field=field,
                row=number,
                remedy=_("Write its value as text."),
            )
        )
        return None
    if isinstance(cell.value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell.value)
    return cell.value


def _known_columns(name: str) -> dict[str, Any]:
    if name == "plan":
        return {"key": str, "value": str}
    sheet = SHEETS[name]
    known: dict[str, Any] = dict.fromkeys(sheet.belongs, str | None)
    known.update(columns_of(sheet.kind, sheet.elsewhere))
    if name == "measures":
        known.update(lead=str | None, support=str | None)
    return known
