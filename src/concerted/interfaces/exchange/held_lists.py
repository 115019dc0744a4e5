"""Reads and tries a list that is held, the same for pages and machines; it keeps nothing and imports nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from concerted.errors import Invalid, Problem
from concerted.foundation.agencies.reads import Officer, place_on
from concerted.interfaces.exchange import case_sheet, htcds
from concerted.interfaces.exchange.case_sheet import CaseMapping, CellFault
from concerted.mechanism.cases.acts.imports import Imported, try_import
from concerted.mechanism.cases.incoming import IncomingCase
from concerted.mechanism.cases.reads.batches import BatchView

MOST_ROWS = 300
"""Rows of a held list, so that trying them ends while one waits; `concerted cases import` takes 5,000."""
MOST_COLUMNS = 200


@dataclass(frozen=True)
class Tried:
    """What reading a held list brought: cases, faults by row and cell, what finds no place, and what it would do.

    kept: values without a place of their own that are kept beside the case; lost: cells that no field takes, of which
    nothing is kept. ignored: headings of columns that are left out. would: None until it was tried without a fault.
    """

    cases: Sequence[IncomingCase]
    faults: Sequence[CellFault] = ()
    kept: Sequence[htcds.Unmapped] = ()
    lost: Sequence[htcds.Unmapped] = ()
    cautions: Sequence[str | Promise] = ()
    ignored: Sequence[str] = ()
    would: Imported | None = None

    @property
    def unplaced(self) -> list[htcds.Unmapped]:
        """Every value without a place of its own, by row."""
        return sorted([*self.lost, *self.kept], key=lambda one: one.row)

    def refuse_faults(self, filename: str) -> None:
        """Raise Invalid with every fault where there is one: a list goes in whole or not at all."""
        case_sheet.refuse_faults(self.faults, filename)


def place_of_cases(officer: Officer, wanted: str = "", *, at: datetime) -> str:
    """Return where cases stand that name no place: the place asked for, else the agency's own (GB/T 2260).

    Raises Invalid for a code that is no place.
    """
    if wanted and place_on(code=wanted, on=timezone.localdate(at)) is None:
        what = _("There is no place of this code.")
        raise Invalid(
            what, problems=[Problem(what, field="place_code", remedy=_("Give six digits of GB/T 2260."))]
        )
    own = officer.agency.place_code if officer.agency else ""
    return wanted or own or "000000"


def read_held(*, officer: Officer, at: datetime, view: BatchView, place_code: str = "") -> Tried:
    """Return the cases of a held list, with what is wrong in its cells.

    place_code: where cases without a place stand; else the place given with the list, else the agency's
    own. Raises Invalid for what is no list, and for one of more rows than are tried while one waits.
    """
    on = timezone.localdate(at)
    place = place_of_cases(officer, place_code or view.place_code, at=at)
    if view.batch.form == "htcds":
        table = htcds.read_htcds(view.content, view.filename)
        placed = [htcds.as_incoming(record, on=on, place_code=place) for record in table.records]
        return Tried(
            _few(case for case, _left in placed),
            kept=(
                *(one for one in table.unmapped if one.is_kept),
                *(one for _case, left in placed for one in left),
            ),
            lost=tuple(one for one in table.unmapped if not one.is_kept),
            cautions=table.cautions,
        )
    mapping = case_sheet.mapping_from(view.mapping or {})
    sheet = case_sheet.read_case_sheet(view.content, view.filename, on=on, mapping=mapping, place_code=place)
    return Tried(_few(sheet.cases), faults=sheet.faults, ignored=sheet.ignored, cautions=sheet.cautions)


def try_held(*, officer: Officer, at: datetime, view: BatchView) -> Tried:
    """Return what an import of a held list would do, or every fault that keeps it out; nothing of it is left.

    Raises what read_held raises.
    """
    read = read_held(officer=officer, at=at, view=view)
    if read.faults or not read.cases:
        return read
    try:
        would = try_import(officer=officer, at=at, cases=read.cases, source_file="")
    except Invalid as refused:
        return replace(read, faults=tuple(_as_faults(refused)))
    return replace(read, would=would)


def headings_of_held(view: BatchView) -> tuple[list[str], dict[str, str]]:
    """Return the headings of a held list, and what stands under each in its first row. Raises Invalid."""
    found, row = case_sheet.first_rows(view.content, view.filename)
    first = dict(zip(found, row, strict=False))
    headings = [each for each in found if each]
    if len(headings) > MOST_COLUMNS or len(set(headings)) != len(headings):
        raise Invalid(
            _("The list has too many columns, or two of the same heading."),
            where=view.filename,
            remedy=_("Give each column a heading of its own, and at most 200 of them."),
        )
    return headings, first


def first_mapping(
    *, officer: Officer, at: datetime, view: BatchView, headings: Sequence[str]
) -> tuple[CaseMapping, CaseMapping | None]:
    """Return the mapping to begin with, and the agency's where it is one: chosen before, fitting, or guessed."""
    if view.mapping:
        return case_sheet.mapping_from(view.mapping), None
    fitting = case_sheet.fitting_mapping(officer=officer, at=at, headings=headings)
    if fitting is not None:
        return fitting[1], fitting[1]
    return case_sheet.guessed_mapping(headings), None


def _few(cases: Iterable[IncomingCase]) -> tuple[IncomingCase, ...]:
    found = tuple(cases)
    if len(found) > MOST_ROWS:
        raise Invalid(
            _("The list has more than 300 rows."),
            remedy=_("Hand it over in parts, or ask the administrator to run: concerted cases import"),
        )
    return found


def _as_faults(refused: Invalid) -> Iterable[CellFault]:
    for one in refused.problems:
        yield CellFault(one.row or 0, one.field, "", str(one.what), str(one.remedy))
