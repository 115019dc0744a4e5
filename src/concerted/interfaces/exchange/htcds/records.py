"""Cases as the HTCDS 2.0 has them, from a table and to a table; round trip exact, what does not fit is reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from concerted.errors import Invalid, Problem
from concerted.interfaces.exchange.sheets_in import HandedInTable, read_tables
from concerted.interfaces.exchange.tables import Column, Format, Table, write_table, write_workbook

from .fields import ATTRIBUTION, STANDARD, Group, Kind, fields, folded
from .headings import RECORD, Heading, Headings, headings_of
from .values import BETWEEN_CHOICES, Unreadable, Value, named, text_of, value_from

Part = Mapping[str, Value]
LONGEST_XLSX_TEXT = 32_000


@dataclass(frozen=True)
class HtcdsRecord:
    """One case: its own fields, and what it may have several of, each by field name. `row` is where it began.

    A text that its field cannot hold stands there as it came (values.is_raw), so that it leaves as it came.
    """

    record: str
    case: Part
    events: tuple[Part, ...] = ()
    plans: tuple[Part, ...] = ()
    comments: tuple[Part, ...] = ()
    organisations: tuple[Part, ...] = ()
    row: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Unmapped:
    """A cell that was read and has no place, told with its row and column; is_kept: as it came, beside the case."""

    row: int
    column: str
    field: str
    value: str
    why: str | Promise
    is_kept: bool = False

    @property
    def called(self) -> str:
        """The heading, after what the standard calls its field."""
        label = fields()[self.field].label if self.field in fields() else ""
        return self.column if folded(label) in ("", folded(self.column)) else f"{label} ({self.column})"

    @property
    def said(self) -> str:
        """The value, after what the standard calls each choice of a list that it names."""
        labels = fields()[self.field].values if self.field in fields() else {}
        parts = [part.strip() for part in self.value.split(BETWEEN_CHOICES)]
        return f"{BETWEEN_CHOICES} ".join(
            f"{labels[part]} ({part})" if folded(labels.get(part, part)) != folded(part) else part
            for part in parts
        )


@dataclass(frozen=True)
class HtcdsTable:
    """What a file holds: its cases, every cell that found no place, and what to look at again."""

    records: tuple[HtcdsRecord, ...]
    unmapped: tuple[Unmapped, ...]
    cautions: tuple[str | Promise, ...]


_PARTS = {
    Group.EVENT: "events",
    Group.PLAN: "plans",
    Group.COMMENT: "comments",
    Group.ORGANISATION: "organisations",
}


def read_htcds(data: bytes, filename: str) -> HtcdsTable:
    """Return the cases of a CSV or XLSX file with HTCDS names, aliases or labels in any order of columns.

    Rows that share a `record` are one case with several events, plans, comments or organisations; without that column
    every row is a case. Raises Invalid where the file is no such table or rows of one case contradict each other.
    """
    table = _chosen(read_tables(data, filename), filename)
    headings = headings_of(table.rows, filename)
    unmapped: list[Unmapped] = []
    rows: dict[str, list[tuple[int, dict[str, Value]]]] = {}
    for number in range(headings.first_row, len(table.rows) + 1):
        if not any(cell.strip() for cell in table.rows[number - 1]):
            continue
        record, values = _read_row(table, number, headings, unmapped)
        rows.setdefault(record or f"row {number}", []).append((number, values))
    records = tuple(_record(record, found, filename) for record, found in rows.items())
    cautions = tuple(one.caution for one in headings.columns if one.caution)
    return HtcdsTable(records, tuple(unmapped), cautions)


def _chosen(tables: Sequence[HandedInTable], filename: str) -> HandedInTable:
    for table in tables:
        try:
            headings_of(table.rows, filename)
        except Invalid:
            continue
        return table
    headings_of(tables[0].rows, filename)
    return tables[0]


def _read_row(
    table: HandedInTable, number: int, headings: Headings, unmapped: list[Unmapped]
) -> tuple[str, dict[str, Value]]:
    record = ""
    values: dict[str, Value] = {}
    chosen: dict[str, list[str]] = {}
    for heading in headings.columns:
        cell = table.cell(number, heading.column)
        if not cell.strip():
            continue
        if heading.field == RECORD:
            record = cell.strip()
            continue
        why = _take(cell, heading, values, chosen)
        if why:
            is_kept = bool(heading.field) and heading.choice is None
            unmapped.append(Unmapped(number, heading.seen, heading.field, cell, why, is_kept))
    for name, choices in chosen.items():
        known = values.get(name, ())
        if isinstance(known, str):
            values[name] = BETWEEN_CHOICES.join((known, *choices))
        else:
            values[name] = tuple(dict.fromkeys((*(known if isinstance(known, tuple) else ()), *choices)))
    return record, values


def _take(
    cell: str, heading: Heading, values: dict[str, Value], chosen: dict[str, list[str]]
) -> str | Promise:
    """Put the cell where it belongs; returns why it has no place, or nothing."""
    if not heading.field:
        return _("No field of the standard has this name.")
    one = fields()[heading.field]
    if heading.choice is None:
        try:
            found = value_from(cell, one)
        except Unreadable as fault:
            values[one.name] = cell
            return format_lazy(_("{why} It is kept as it came."), why=fault.why)
        if found is not None:
            values[one.name] = found
        return ""
    try:
        if not value_from(cell, _TICK):
            return ""
    except Unreadable as fault:
        return fault.why
    choice = named(heading.choice, one)
    if choice is None:
        return _("The list of values has no such choice.")
    chosen.setdefault(one.name, []).append(choice)
    return ""


_TICK = next(one for one in fields().values() if one.kind is Kind.CHECKBOX)


def _record(record: str, rows: Sequence[tuple[int, dict[str, Value]]], filename: str) -> HtcdsRecord:
    case: dict[str, Value] = {}
    parts: dict[str, list[Part]] = {name: [] for name in _PARTS.values()}
    problems: list[Problem] = []
    for number, values in rows:
        for name, value in values.items():
            if fields()[name].group is Group.CASE and case.setdefault(name, value) != value:
                problems.append(
                    Problem(
                        format_lazy(_("An earlier row of {record} says otherwise."), record=record),
                        field=name,
                        row=number,
                        remedy=_("Leave the cell empty in the rows that only add to a case."),
                    )
                )
        for group, attribute in _PARTS.items():
            part = {name: value for name, value in values.items() if fields()[name].group is group}
            if part:
                parts[attribute].append(part)
    if problems:
        raise Invalid(_("Rows of one case contradict each other."), where=filename, problems=problems)
    return HtcdsRecord(record, case, **{name: tuple(found) for name, found in parts.items()}, row=rows[0][0])


# --- out -------------------------------------------------------------------------------------------


def write_htcds(records: Iterable[HtcdsRecord], format: Format) -> bytes:
    """Return the cases as a file that `read_htcds` reads back exactly; deprecated fields only where used.

    Raises Invalid where a value cannot be written so that it reads back.
    """
    kept = list(records)
    used = {name for record in kept for part in _all_parts(record) for name in part}
    names = [one.name for one in fields().values() if not one.is_deprecated or one.name in used]
    problems = [problem for record in kept for problem in _unwritable(record, format)]
    if problems:
        raise Invalid(_("Some values cannot be written."), problems=problems)
    columns = [Column(RECORD, RECORD), *(Column(name, name) for name in names)]
    rows = [row for record in kept for row in _rows(record, names)]
    table = Table(STANDARD, columns, rows)
    if format is Format.CSV:
        return write_table(table, format)
    about = Table("About", [Column("about", "about")], [[ATTRIBUTION]])
    return write_workbook([table, about])


def _all_parts(record: HtcdsRecord) -> Iterator[Part]:
    yield record.case
    for attribute in _PARTS.values():
        yield from getattr(record, attribute)


def _rows(record: HtcdsRecord, names: Sequence[str]) -> Iterator[list[str | None]]:
    several = [getattr(record, attribute) for attribute in _PARTS.values()]
    for number in range(max(1, *(len(parts) for parts in several))):
        values: dict[str, Value] = dict(record.case) if number == 0 else {}
        for parts in several:
            if number < len(parts):
                values |= parts[number]
        yield [record.record, *(text_of(values[name]) if name in values else None for name in names)]


def _unwritable(record: HtcdsRecord, format: Format) -> Iterator[Problem]:
    for part in _all_parts(record):
        for name, value in part.items():
            one = fields().get(name)
            if one is None:
                yield Problem(_("The standard has no such field."), field=name)
            elif isinstance(value, tuple) and any(BETWEEN_CHOICES in each or "|" in each for each in value):
                yield Problem(_("A choice holds ; or |, which stand between choices."), field=name)
            elif format is Format.XLSX and isinstance(value, str) and len(value) > LONGEST_XLSX_TEXT:
                yield Problem(_("The text is too long for a cell."), field=name, remedy=_("Export as CSV."))


def unmapped_table(unmapped: Iterable[Unmapped]) -> Table:
    """Return the cells that found no place as a table to hand back: row, column, field, value, and the two in the words
    of the standard, why."""
    titles = (
        *(_("Row"), _("Column"), _("Field"), _("Value")),
        *(_("Field in words"), _("Value in words"), _("Why")),
    )
    keys = ("row", "column", "field", "value", "called", "said", "why")
    columns = [Column(key, title) for key, title in zip(keys, titles, strict=True)]
    rows = [
        [str(one.row), one.column, one.field, one.value, one.called, one.said, str(one.why)]
        for one in unmapped
    ]
    return Table("unmapped", columns, rows)
