"""Writes tables as CSV and XLSX bytes, texts always as texts; it decides nothing about what is in them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from concerted.deferred import openpyxl
from concerted.errors import Invalid
from concerted.interfaces.exchange.tables.cells import Cell, Table, checked, clean_text, guarded, looks_live

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

LONGEST_XLSX_TEXT = 32_767
"""UTF-16 units one XLSX cell can hold (ECMA-376 as Excel applies it)."""
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_EXACT_INTEGER = 10**15
_FIRST_SOUND_DATE = date(1900, 3, 1)
_EXCEL_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NUMBER_FORMATS = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm:ss"}


class Format(StrEnum):
    """The two kinds of file a table leaves as."""

    CSV = "csv"
    XLSX = "xlsx"


def content_type(format: Format) -> str:
    """Return the media type to send with a file of this format."""
    if format is Format.CSV:
        return "text/csv; charset=utf-8"
    return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_name(name: str, format: Format) -> str:
    """Return a name that any file system takes, letters of every script kept, with the format's ending."""
    kept = re.sub(r"[^\w.()-]+", "-", clean_text(name)).strip("-._")[:80]
    return f"{kept or 'table'}.{format.value}"


def write_table(table: Table, format: Format) -> bytes:
    """Return the table as a file: CSV (UTF-8 with BOM, RFC 4180) or a one-sheet XLSX.

    Raises Invalid, naming row and column, where a cell is not of its column's kind or the format has no room.
    """
    if format is Format.CSV:
        return _csv(table)
    return write_workbook([table])


def write_workbook(tables: Sequence[Table]) -> bytes:
    """Return an XLSX file, one sheet a table; a last sheet holds texts too long for a cell."""
    book = openpyxl.Workbook(write_only=True)
    used: set[str] = set()
    overlong: list[tuple[str, int, str, str]] = []
    for table in tables:
        _fill(book.create_sheet(_sheet_title(table.name, used)), table, overlong)
    if overlong:
        _long_texts(book.create_sheet(_sheet_title(gettext("Long texts"), used)), overlong)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _csv(table: Table) -> bytes:
    lines = [",".join(_quoted(guarded(clean_text(str(column.title)))) for column in table.columns)]
    for number, row in enumerate(table.rows, start=1):
        lines.append(",".join(_csv_cell(cell) for cell in checked(table, number, row)))
    return b"\xef\xbb\xbf" + "".join(line + "\r\n" for line in lines).encode()


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return format(cell, "f") if abs(cell.adjusted()) < 40 else str(cell)
    if isinstance(cell, int | float):
        return repr(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return _quoted(guarded(str(cell)))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _fill(sheet: WriteOnlyWorksheet, table: Table, overlong: list[tuple[str, int, str, str]]) -> None:
    if len(table.columns) > _MOST_COLUMNS:
        raise Invalid(_("The table has more columns than an XLSX sheet can hold."), where=table.name)
    sheet.freeze_panes = "A2"
    sheet.append([_text_cell(sheet, clean_text(str(column.title)), bold=True) for column in table.columns])
    for number, row in enumerate(table.rows, start=1):
        if number >= _MOST_ROWS:
            raise Invalid(
                format_lazy(
                    _("The table has more than {most} rows, which no XLSX sheet can hold."), most=_MOST_ROWS
                ),
                where=table.name,
                remedy=_("Export it as CSV, or narrow the list first."),
            )
        cells = checked(table, number, row)
        for column, cell in zip(table.columns, cells, strict=True):
            if isinstance(cell, str) and _written_length(cell) > LONGEST_XLSX_TEXT:
                overlong.append((str(sheet.title), number + 1, str(column.title), cell))
        sheet.append([_xlsx_cell(sheet, cell) for cell in cells])


def _xlsx_cell(sheet: WriteOnlyWorksheet, cell: Cell) -> Any:
    if cell is None:
        return None
    if isinstance(cell, str):
        return _text_cell(sheet, cell)
    if isinstance(cell, bool):
        return openpyxl.cell.WriteOnlyCell(sheet, value=cell)
    if isinstance(cell, int) and abs(cell) >= _EXACT_INTEGER:
        return _text_cell(sheet, str(cell))
    if isinstance(cell, datetime) and (cell.tzinfo is not None or cell.date() < _FIRST_SOUND_DATE):
        return _text_cell(sheet, cell.isoformat())
    if isinstance(cell, date) and not isinstance(cell, datetime) and cell < _FIRST_SOUND_DATE:
        return _text_cell(sheet, cell.isoformat())
    written: Any = openpyxl.cell.WriteOnlyCell(sheet)
    written.value = cell
    if isinstance(cell, date):
        written.number_format = _NUMBER_FORMATS[type(cell)]
    return written


def _text_cell(sheet: WriteOnlyWorksheet, text: str, *, bold: bool = False) -> Any:
    if _written_length(text) > LONGEST_XLSX_TEXT:
        notice = gettext("… [continues on the last sheet, {count} characters in all]").format(count=len(text))
        text = next(_pieces(text, LONGEST_XLSX_TEXT - 200)) + notice
    cell = openpyxl.cell.WriteOnlyCell(sheet, value=_EXCEL_ESCAPE.sub("_x005F_", text))
    # openpyxl takes "=1" for a formula and "#N/A" for an error when a value is set: the type comes after.
    cell.data_type = "s"
    if looks_live(text):
        cell.quotePrefix = True
    if bold:
        cell.font = openpyxl.styles.Font(bold=True)
    return cell


def _written_length(text: str) -> int:
    return len(text) + sum(letter > "\uffff" for letter in text) + 6 * len(_EXCEL_ESCAPE.findall(text))


def _pieces(text: str, longest: int) -> Iterator[str]:
    step = longest // 8  # an escape makes one character seven, so an eighth always fits
    return (text[start : start + step] for start in range(0, len(text), step))


def _long_texts(sheet: WriteOnlyWorksheet, overlong: list[tuple[str, int, str, str]]) -> None:
    titles = (gettext("Sheet"), gettext("Row"), gettext("Column"), gettext("Part"), gettext("Text"))
    sheet.append([_text_cell(sheet, title, bold=True) for title in titles])
    for title, row, column, text in overlong:
        for part, piece in enumerate(_pieces(text, LONGEST_XLSX_TEXT), start=1):
            texts = (_text_cell(sheet, title), row, _text_cell(sheet, column), part, _text_cell(sheet, piece))
            sheet.append(list(texts))


def _sheet_title(name: str, used: set[str]) -> str:
    kept = re.sub(r"[\[\]:*?/\\\n\t]", " ", clean_text(name)).strip(" '")[:31].strip(" '") or "Table"
    if kept.casefold() == "history":
        kept = "History 1"
    numbered = (
        f"{kept[: 31 - len(ending)]}{ending}" for ending in chain([""], (f" {n}" for n in range(2, 1000)))
    )
    title = next(each for each in numbered if each.casefold() not in used)
    used.add(title.casefold())
    return title
