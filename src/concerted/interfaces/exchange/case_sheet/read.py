"""Reads a case list by its mapping into incoming cases, every fault with row and cell; it writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from concerted.errors import Invalid, Problem
from concerted.foundation.people.values import Birth, Statement, says_nothing
from concerted.interfaces.exchange.sheets_in import HandedInTable, read_tables
from concerted.interfaces.exchange.tables import Column, Table
from concerted.mechanism.cases.incoming import IncomingCase, SectionValue

from .mapping import IGNORED, CaseMapping, guessed_mapping
from .targets import Read, Unreadable, said, targets

_HOLDS_UNKNOWN = frozenset({"person.sex", "person.birth", "person.age"})
_MOST_NAMED = 10
FIRST_ROW = 2
"""The row below the headings, as a spreadsheet numbers it."""


@dataclass(frozen=True)
class CellFault:
    """One cell that cannot be taken: its row and heading, what it holds, what is wrong, what to write."""

    row: int
    column: str
    value: str
    what: str | Promise
    remedy: str | Promise = ""


@dataclass(frozen=True)
class CaseSheet:
    """What a case list brings: cases (only whole without faults), every fault, and the headings nobody mapped.

    cautions: what was not taken as it stands, in sentences: words for unknown, columns without a heading, other sheets.
    """

    cases: tuple[IncomingCase, ...]
    faults: tuple[CellFault, ...]
    ignored: tuple[str, ...]
    mapping: CaseMapping
    cautions: tuple[str, ...] = ()

    def refuse_faults(self, filename: str) -> None:
        """Raise Invalid with every fault where there is one: a list goes in whole or not at all."""
        refuse_faults(self.faults, filename)


def refuse_faults(faults: Sequence[CellFault], filename: str) -> None:
    """Raise Invalid with every fault, row and cell, where there is one."""
    if faults:
        raise Invalid(
            format_lazy(_("{count} cells cannot be taken; nothing was imported."), count=len(faults)),
            where=filename,
            problems=[Problem(one.what, one.column, one.row, one.remedy) for one in faults],
        )


def headings_of_sheet(data: bytes, filename: str) -> tuple[str, ...]:
    """Return the headings of a case list, for a mapping to be made. Raises Invalid."""
    return tuple(heading.strip() for heading in read_tables(data, filename)[0].rows[0])


def first_rows(data: bytes, filename: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the headings of a case list and the row below them, for a mapping to be made by. Raises Invalid."""
    rows = read_tables(data, filename)[0].rows
    headings = tuple(heading.strip() for heading in rows[0])
    return headings, tuple(cell.strip() for cell in rows[1]) if len(rows) > 1 else ()


def read_case_sheet(
    data: bytes, filename: str, *, on: date, mapping: CaseMapping | None = None, place_code: str = "000000"
) -> CaseSheet:
    """Return the cases of a CSV or XLSX file, one a row below the headings; without a mapping, by a guessed one.

    on: the day of the list, from which ages are counted. place_code: where a case stands that neither its row nor the
    mapping's defaults place (GB/T 2260). Raises Invalid for a file that is no table, for a heading
    the mapping does not know, and for two columns that go to one place.
    """
    table, *others = read_tables(data, filename)
    headings = [heading.strip() for heading in table.rows[0]]
    chosen = mapping or guessed_mapping(headings, filename)
    columns = _columns(headings, chosen, filename)
    reader = _Reader(chosen, on, place_code)
    cases = [
        reader.case(number, _cells(table, number, columns))
        for number in range(FIRST_ROW, len(table.rows) + 1)
        if any(cell.strip() for cell in table.rows[number - 1])
    ]
    reader.refuse_twice(cases, columns)
    ignored = tuple(heading for heading, key in columns.values() if key == IGNORED)
    cautions = (*reader.unknown(), *_without_a_heading(table, headings), *_other_sheets(table, others))
    return CaseSheet(tuple(cases), tuple(reader.faults), ignored, chosen, cautions)


def faults_table(faults: Iterable[CellFault]) -> Table:
    """Return the faults as a table to correct the list by: row, column, value, what is wrong, what to write."""
    titles = (_("Row"), _("Column"), _("Value"), _("What is wrong"), _("What to write"))
    keys = ("row", "column", "value", "what", "remedy")
    columns = [Column(key, title) for key, title in zip(keys, titles, strict=True)]
    rows = [[str(one.row), one.column, one.value, str(one.what), str(one.remedy)] for one in faults]
    return Table("faults", columns, rows)


def _columns(headings: Sequence[str], mapping: CaseMapping, filename: str) -> dict[int, tuple[str, str]]:
    columns: dict[int, tuple[str, str]] = {}
    problems: list[Problem] = []
    for number, heading in enumerate(headings):
        if not heading:
            continue
        key = mapping.target_of(heading)
        if key is None:
            problems.append(
                Problem(
                    _("The mapping does not know this heading."),
                    field=heading,
                    row=1,
                    remedy=_("Add it, with “ignore” where it is to be left out."),
                )
            )
            continue
        earlier = [name for name, other in columns.values() if other == key != IGNORED]
        if earlier and key not in ("person.alias", "note"):
            problems.append(
                Problem(
                    format_lazy(_("It goes where {heading} goes."), heading=earlier[0]), field=heading, row=1
                )
            )
        columns[number] = (heading, key)
    if not any(key != IGNORED for _heading, key in columns.values()) and not problems:
        problems.append(Problem(_("No heading is known."), row=1, remedy=_("Make a mapping first.")))
    if problems:
        raise Invalid(_("The columns do not fit the mapping."), where=filename, problems=problems)
    return columns


def _cells(
    table: HandedInTable, number: int, columns: Mapping[int, tuple[str, str]]
) -> list[tuple[str, str, str]]:
    """Heading, target and text of each cell of a row that goes somewhere."""
    return [
        (heading, key, table.cell(number, column))
        for column, (heading, key) in columns.items()
        if key != IGNORED and table.cell(number, column).strip()
    ]


def _without_a_heading(table: HandedInTable, headings: Sequence[str]) -> Iterator[str]:
    """Tell each column that holds something and has no heading: it has nowhere to go."""
    width = max(len(row) for row in table.rows)
    for column in range(width):
        if column < len(headings) and headings[column]:
            continue
        filled = [row for row in range(FIRST_ROW, len(table.rows) + 1) if table.cell(row, column).strip()]
        if filled:
            yield gettext(
                "Column %(column)s has no heading and is not read; it holds something in %(rows)s."
            ) % {
                "column": _letters(column),
                "rows": _rows_named(filled),
            }


def _other_sheets(table: HandedInTable, others: Sequence[HandedInTable]) -> Iterator[str]:
    """Tell each further sheet that holds something: one list is read at a time."""
    for other in others:
        yield gettext(
            "The sheet “%(other)s” with %(count)s rows is not read, only “%(first)s” is; hand it in by itself."
        ) % {"other": other.name, "count": len(other.rows), "first": table.name}


def _letters(column: int) -> str:
    """A column as a spreadsheet names it: A, Z, AA."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _rows_named(rows: Sequence[int]) -> str:
    """The first rows by number, and how many there are beyond."""
    named = ", ".join(str(row) for row in rows[:_MOST_NAMED])
    more = len(rows) - _MOST_NAMED
    if more > 0:
        return gettext("rows %(rows)s and %(more)s more") % {"rows": named, "more": more}
    return (
        gettext("rows %(rows)s") % {"rows": named}
        if len(rows) > 1
        else gettext("row %(row)s") % {"row": named}
    )


class _Reader:
    """Reads row after row and gathers what is wrong, and which words were read as unknown."""

    def __init__(self, mapping: CaseMapping, on: date, place_code: str) -> None:
        self.mapping, self.on, self.place_code = mapping, on, place_code
        self.faults: list[CellFault] = []
        self._unknown: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._unanswered: dict[tuple[str, str], list[int]] = defaultdict(list)

    def unknown(self) -> Iterator[str]:
        """Tell which words were taken to say that nothing is known, or that no answer was given, and in which rows."""
        for (heading, word), rows in self._unknown.items():
            told = {"column": heading, "word": word, "rows": _rows_named(rows)}
            yield gettext("%(column)s: “%(word)s” was read as unknown in %(rows)s.") % told
        for (heading, word), rows in self._unanswered.items():
            told = {"column": heading, "word": word, "rows": _rows_named(rows)}
            yield gettext("%(column)s: “%(word)s” is kept as a note of the file in %(rows)s.") % told

    def case(self, row: int, cells: Sequence[tuple[str, str, str]]) -> IncomingCase:
        """Return the case of one row; a cell that cannot be read is left out and told."""
        given = {key for _heading, key, _text in cells}
        read: dict[str, list[Read]] = defaultdict(list)
        defaults = [(key, key, text) for key, text in self.mapping.defaults.items() if key not in given]
        for heading, key, text in (*cells, *defaults):
            word = self.mapping.word(heading, text)
            if _may_be_unknown(key) and says_nothing(word, is_legal_name=key == "person.name"):
                self._unknown[heading, text.strip()].append(row)
                if key not in _HOLDS_UNKNOWN:
                    continue
                word = "unknown"
            elif _may_be_unknown(key) and key != "person.sex" and said(word) is not None:
                self._unanswered[heading, text.strip()].append(row)
                read["note"].append(f"{heading}: {text.strip()}")
                continue
            try:
                read[key].append(targets()[key].read(word, self.on))
            except Unreadable as fault:
                self.faults.append(CellFault(row, heading, text, fault.what, fault.remedy))
        return incoming(row, read, self.on, self.place_code)

    def refuse_twice(self, cases: Sequence[IncomingCase], columns: Mapping[int, tuple[str, str]]) -> None:
        """Tell each number that an earlier row has already."""
        heading = next((name for name, key in columns.values() if key == "case.local_number"), "")
        first: dict[str, int] = {}
        for case in cases:
            number = case.local_number
            if number and first.setdefault(number, case.row) != case.row:
                what = format_lazy(_("Row {row} has this number already."), row=first[number])
                self.faults.append(CellFault(case.row, heading, number, what, _("Give each case its own.")))


def _may_be_unknown(key: str) -> bool:
    """Whether a word for unknown in its cells says that nothing is known; in a section it is a value of its own."""
    return key.startswith("person.") or key in ("case.local_number", "case.place")


def incoming(
    row: int, read: Mapping[str, Sequence[Read]], on: date, place_code: str = "000000"
) -> IncomingCase:
    """Return a case of what was read for each target; place_code: where it stands without a place of its own."""
    statements = tuple(
        value
        for key, values in read.items()
        if key.startswith("person.")
        for value in values
        if isinstance(value, Statement)
    )
    sections: dict[str, dict[str, SectionValue]] = defaultdict(dict)
    for key, values in read.items():
        section, _dot, name = key.partition(".")
        if section not in ("case", "person", "note") and values and not isinstance(values[0], Statement):
            sections[section][name] = values[0]
    first = {key: str(values[0]) for key, values in read.items() if key.startswith("case.") and values}
    return IncomingCase(
        row=row,
        local_number=first.get("case.local_number", ""),
        place_code=first.get("case.place", place_code),
        urgency=first.get("case.urgency", "routine"),
        risk=first.get("case.risk", "unknown"),
        age_band=age_band_of(statements, on),
        statements=statements,
        sections=dict(sections),
        notes=tuple(str(note) for note in read.get("note", ())),
    )


def age_band_of(statements: Iterable[Statement], on: date) -> str:
    """Return the age band on a day that every stated birth allows; unknown where none or more than one does."""
    births = [one.value for one in statements if isinstance(one.value, Birth)]
    bands: set[str] = set()
    for birth in births:
        least, most = birth.age_on(on)
        if least is None or most is None:
            return "unknown"
        bands |= {_band(least), _band(most)}
    return bands.pop() if len(bands) == 1 else "unknown"


def _band(age: int) -> str:
    if age < 14:
        return "under_14"
    return "14_to_17" if age < 18 else "adult"
