"""Opens workbooks (XLSX) that somebody handed over, sheet by sheet and row by row; it takes no formula for an empty
cell and judges nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from zipfile import BadZipFile

from concerted.deferred import openpyxl
from concerted.interfaces.exchange.files import broken_office_file, check_archive

_DAMAGE = (BadZipFile, KeyError, ValueError, TypeError, AttributeError, OSError)


@dataclass(frozen=True)
class Uncomputed:
    """A cell that holds a formula without its result: whoever wrote the file never let it be worked out."""

    formula: str

    def __str__(self) -> str:
        return self.formula


@dataclass(frozen=True)
class Sheet:
    """A sheet by its name, and its rows as they are read, once; empty cells are None."""

    name: str
    rows: Iterator[tuple[object, ...]]


def sheets_of(content: bytes, filename: str) -> Iterator[Sheet]:
    """Yield the sheets of a workbook in order. Raises Invalid, also while rows are read, where it is damaged."""
    check_archive(content, filename, member="xl/workbook.xml")
    try:
        values = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        pairs = list(zip(values.worksheets, formulas.worksheets, strict=True))
    except _DAMAGE as failure:
        raise broken_office_file(filename) from failure
    for sheet, beside in pairs:
        yield Sheet(str(sheet.title), _rows(sheet, beside, filename))


def _rows(sheet: Any, beside: Any, filename: str) -> Iterator[tuple[object, ...]]:
    for one in (sheet, beside):
        if hasattr(one, "reset_dimensions"):
            one.reset_dimensions()
    try:
        for row, written in zip_longest(sheet.iter_rows(), beside.iter_rows(), fillvalue=()):
            yield tuple(_value(cell, formula) for cell, formula in zip(row, written, strict=True))
    except _DAMAGE as failure:
        raise broken_office_file(filename) from failure


def _value(cell: Any, written: Any) -> object:
    if cell.value is None and written.data_type == "f" and cell.data_type == "n":
        return Uncomputed(str(getattr(written.value, "text", written.value)))
    return cell.value
