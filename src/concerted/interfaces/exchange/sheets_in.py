"""Reads tables somebody handed over (CSV, XLSX) as texts with their row numbers; it knows no column and judges none."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from concerted.deferred import openpyxl
from concerted.errors import Invalid, Problem
from concerted.interfaces.exchange.files import decoded, read_handed_in
from concerted.interfaces.exchange.tables import clean_text, unguarded
from concerted.interfaces.exchange.workbooks import Uncomputed, sheets_of

MOST_ROWS = 100_000
_MOST_COLUMNS = 1_000
_LONGEST_CELL = 1_000_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class HandedInTable:
    """One sheet: its name and its rows as texts, '' for an empty cell; the first row is row 1."""

    name: str
    rows: Sequence[tuple[str, ...]]

    def cell(self, row: int, column: int) -> str:
        """Return the text at a row (from 1) and column (from 0), '' beyond the row's end."""
        found = self.rows[row - 1]
        return found[column] if column < len(found) else ""


def read_tables(data: bytes, filename: str) -> tuple[HandedInTable, ...]:
    """Return the tables of a CSV file (one) or of an XLSX file (one a sheet that holds something).

    Dates come as ISO 8601, whole numbers without a fraction, truth as true and false. Raises Invalid for a file that
    is neither, is damaged, swells, or has more than MOST_ROWS rows.
    """
    content = read_handed_in(data, filename)
    if content[:4] == b"PK\x03\x04":
        tables = tuple(_workbook(content, filename))
    else:
        tables = (HandedInTable(filename, _bounded(_csv_rows(content, filename), filename)),)
    found = tuple(table for table in tables if table.rows)
    if not found:
        raise Invalid(
            _("The file holds no row."), where=filename, remedy=_("Fill the sheet and save it again.")
        )
    return found


_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: What the reader of CSV says, in the reader's language.
_WHY = {"unexpected end of data": _("a quotation mark is opened and never closed")}


def _text_of(content: bytes, filename: str) -> str:
    remedy = _("Open it in Excel or WPS and save it as .xlsx, or as CSV in UTF-8.")
    if content.startswith(_OLD_OFFICE):
        raise Invalid(_("This is an old Excel file (.xls)."), where=filename, remedy=remedy)
    try:
        return decoded(content, filename, table=True)[0]
    except Invalid as fault:
        raise Invalid(fault.what, where=filename, remedy=remedy) from fault


def _csv_rows(content: bytes, filename: str) -> Iterator[tuple[str, ...]]:
    text = _text_of(content, filename)
    heading = text[: text.find("\n") if "\n" in text else len(text)]
    for row in csv_rows(text, max(",;\t", key=heading.count), filename):
        yield tuple(unguarded(clean_text(cell)) for cell in row)


def csv_rows(text: str, separator: str, filename: str) -> Iterator[list[str]]:
    """Yield the rows of a CSV text as they are written. Raises Invalid where a quotation mark is never closed."""
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        yield from reader
    except csv.Error as fault:
        raise Invalid(
            format_lazy(
                _("The table breaks off at line {line}: {why}."),
                line=reader.line_num,
                why=_WHY.get(str(fault), str(fault)),
            ),
            where=filename,
            remedy=_("Look for a quotation mark without its other half."),
        ) from fault


def _workbook(content: bytes, filename: str) -> Iterator[HandedInTable]:
    for sheet in sheets_of(content, filename):
        unworked: list[Problem] = []
        rows = (
            tuple(_as_text(cell, number, column, unworked) for column, cell in enumerate(row[:_MOST_COLUMNS]))
            for number, row in enumerate(sheet.rows, start=1)
        )
        table = HandedInTable(sheet.name, _bounded(rows, filename))
        if unworked:
            raise Invalid(
                _("The workbook holds formulas without their results."),
                where=filename,
                problems=unworked,
                remedy=_("Open it in a spreadsheet program, save it and hand it over again."),
            )
        yield table


def _as_text(cell: object, row: int, column: int, unworked: list[Problem]) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Uncomputed):
        unworked.append(Problem(str(cell)[:60], openpyxl.utils.get_column_letter(column + 1), row))
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        return str(int(cell))
    if isinstance(cell, str):
        return clean_text(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell))
    return str(cell)


def _bounded(rows: Iterator[tuple[str, ...]], filename: str) -> Sequence[tuple[str, ...]]:
    kept: list[tuple[str, ...]] = []
    for row in rows:
        if len(kept) >= MOST_ROWS:
            raise Invalid(
                format_lazy(_("The table has more than {most} rows."), most=MOST_ROWS),
                where=filename,
                remedy=_("Hand it over in parts."),
            )
        kept.append(row)
    while kept and not any(cell.strip() for cell in kept[-1]):
        kept.pop()
    return kept
