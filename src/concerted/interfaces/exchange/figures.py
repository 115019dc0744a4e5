"""Reads files of figures (CSV, XLSX) into rows as they were written; judges no figure and writes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from zipfile import BadZipFile

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from concerted.deferred import openpyxl
from concerted.errors import Invalid

from .files import broken_office_file, check_archive, decoded, read_handed_in

#: Heading as written -> the field of a row that acts take.
HEADINGS = {
    "indicator": "indicator",
    "指标": "indicator",
    "place": "place",
    "地区": "place",
    "地区代码": "place",
    "period": "period",
    "报告期": "period",
    "value": "value",
    "数值": "value",
    "numerator": "numerator",
    "分子": "numerator",
    "denominator": "denominator",
    "分母": "denominator",
    "breakdown": "breakdown",
    "分组": "breakdown",
    "qualifier": "qualifier",
    "准确程度": "qualifier",
    "source": "source",
    "来源机构": "source",
    "note": "note",
    "备注": "note",
}
NEEDED = ("indicator", "place", "period")
FIRST_ROW = 2
"""The row below the headings, as a spreadsheet numbers it."""


def read_figures(data: bytes, filename: str) -> Iterator[Mapping[str, object]]:
    """Return the rows below the headings, each a mapping of fields; empty rows are kept, so that numbers agree.

    Raises Invalid where the file is no table, or a needed column is missing or unknown.
    """
    content = read_handed_in(data, filename)
    rows = _workbook(content, filename) if filename.lower().endswith(".xlsx") else _text(content, filename)
    fields = _fields([str(cell or "") for cell in next(rows, [])], filename)
    return (dict(zip(fields, row, strict=False)) for row in rows)


def _text(content: bytes, filename: str) -> Iterator[list[object]]:
    text, _encoding = decoded(content, filename)
    sample = text[: text.find("\n") if "\n" in text else len(text)]
    separator = max(",;\t", key=sample.count)
    return (list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def _workbook(content: bytes, filename: str) -> Iterator[list[object]]:
    check_archive(content, filename, member="xl/workbook.xml")
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, TypeError, OSError) as failure:
        raise broken_office_file(filename) from failure
    sheet = book.worksheets[0]
    return (list(row) for row in sheet.iter_rows(values_only=True))


def _fields(headings: list[str], filename: str) -> list[str]:
    known = [HEADINGS.get(one.strip().lower().lstrip("'"), "") for one in headings]
    missing = [name for name in NEEDED if name not in known]
    strange = [one for one, field in zip(headings, known, strict=True) if one.strip() and not field]
    if missing or strange or not headings:
        raise Invalid(
            format_lazy(
                _("The columns do not fit: missing {missing}; unknown {strange}."),
                missing=", ".join(missing) or "–",
                strange=", ".join(strange) or "–",
            ),
            where=filename,
            remedy=format_lazy(
                _("Name the columns in the first row: {names}."),
                names=", ".join(dict.fromkeys(HEADINGS.values())),
            ),
        )
    return [field or f"_{number}" for number, field in enumerate(known)]
