"""Reads files of figures (CSV, XLSX) into rows as they were written; judges no figure and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from concerted.errors import Invalid

from .files import decoded, read_handed_in
from .sheets_in import csv_rows
from .workbooks import Sheet, sheets_of

#: Field of a row -> how the exports of figures head it, in the language of who reads them; files headed so are read.
WORDS: dict[str, str | Promise] = {
    "indicator": _("Indicator"),
    "place": _("Place"),
    "period": _("Period"),
    "value": _("Value"),
    "numerator": _("Numerator"),
    "denominator": _("Denominator"),
    "qualifier": _("Exactness"),
    "source": _("Source"),
    "note": _("Note"),
}
#: Heading as written -> the field of a row that acts take, beside WORDS.
HEADINGS = {
    "indicator": "indicator",
    "指标": "indicator",
    "place": "place",
    "地区": "place",
    "地区代码": "place",
    "地方": "place",
    "period": "period",
    "报告期": "period",
    "周期": "period",
    "value": "value",
    "数值": "value",
    "值": "value",
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
    "来源": "source",
    "note": "note",
    "备注": "note",
}
NEEDED = ("indicator", "place", "period")
SURPLUS = "surplus"
"""Where a row holds more than its headings name; no act knows such a field, so the row is refused."""
FIRST_ROW = 2
"""The row below the headings, as a spreadsheet numbers it."""


def read_figures(data: bytes, filename: str) -> Iterator[Mapping[str, object]]:
    """Return the rows below the headings, each a mapping of fields; empty rows are kept, so that numbers agree.

    What stands in a row beyond the headings, or under an empty one, is kept under SURPLUS for whoever judges the row.
    Raises Invalid where the file is no table, a needed column is missing, unknown or twice there, or several sheets
    hold something; while rows are taken, where the table breaks off.
    """
    content = read_handed_in(data, filename)
    if content[:4] == b"PK\x03\x04" or filename.lower().endswith(".xlsx"):
        rows = _workbook(content, filename)
    else:
        rows = _text(content, filename)
    fields = _fields([str(cell or "") for cell in next(rows, ())], filename)
    return (_row(fields, row) for row in rows)


def _row(fields: list[str], row: Sequence[object]) -> dict[str, object]:
    found = {field: cell for field, cell in zip(fields, row, strict=False) if field}
    named = {place for place, field in enumerate(fields) if field}
    surplus = [str(cell) for place, cell in enumerate(row) if place not in named and _holds(cell)]
    return found | {SURPLUS: ", ".join(surplus)} if surplus else found


def _text(content: bytes, filename: str) -> Iterator[Sequence[object]]:
    text, _encoding = decoded(content, filename, table=True)
    sample = text[: text.find("\n") if "\n" in text else len(text)]
    return csv_rows(text, max(",;\t", key=sample.count), filename)


def _workbook(content: bytes, filename: str) -> Iterator[Sequence[object]]:
    """Yield the rows of the one sheet that holds something; with several, nothing says which one is meant."""
    filled: list[Sheet] = []
    for sheet in sheets_of(content, filename):
        opening: list[tuple[object, ...]] = []
        for row in sheet.rows:
            opening.append(row)
            if any(_holds(cell) for cell in row):
                filled.append(Sheet(sheet.name, chain(opening, sheet.rows)))
                break
    if len(filled) > 1:
        raise Invalid(
            format_lazy(
                _("The workbook holds something on several sheets: {names}."),
                names=", ".join(sheet.name for sheet in filled),
            ),
            where=filename,
            remedy=_("Keep the sheet with the figures alone, or load each sheet as a file of its own."),
        )
    return filled[0].rows if filled else iter(())


def _holds(cell: object) -> bool:
    return cell is not None and bool(str(cell).strip())


def _fields(headings: list[str], filename: str) -> list[str]:
    read = {**_words_of_exports(), **HEADINGS}
    known = [read.get(one.strip().lower().lstrip("'"), "") for one in headings]
    faults: list[object] = []
    if missing := [_both(name) for name in NEEDED if name not in known]:
        faults.append(format_lazy(_("Missing: {names}."), names=", ".join(missing)))
    if strange := [one for one, field in zip(headings, known, strict=True) if one.strip() and not field]:
        faults.append(format_lazy(_("Unknown: {names}."), names=", ".join(strange)))
    if twice := [_both(name) for name in dict.fromkeys(filter(None, known)) if known.count(name) > 1]:
        faults.append(format_lazy(_("Twice there: {names}."), names=", ".join(twice)))
    if faults:
        raise Invalid(
            format_lazy(" ".join(["{}"] * (1 + len(faults))), _("The columns do not fit."), *faults),
            where=filename,
            remedy=format_lazy(
                _("Name the columns in the first row: {names}."),
                names=", ".join(_both(name) for name in dict.fromkeys(HEADINGS.values())),
            ),
        )
    return known


def _words_of_exports() -> dict[str, str]:
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {str(word).lower(): field for field, word in WORDS.items()}
    return found


def _both(field: str) -> str:
    """The heading in English with its Chinese: every file may use either, whatever language the officer reads."""
    return f"{field} ({next(one for one, name in HEADINGS.items() if name == field and not one.isascii())})"
