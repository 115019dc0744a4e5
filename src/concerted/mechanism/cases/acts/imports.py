"""Opens the cases of an import, all of them or none; each goes through the same doors as one typed by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from concerted.errors import Invalid, Problem
from concerted.foundation.access.door import act, look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.people.acts import check_person, record_person
from concerted.foundation.people.reads import known_already

from ..incoming import IncomingCase
from ..models import AgencyFile, Case, PersonLink
from .cases import check_opening, open_case
from .common import my_agency
from .files import (
    change_file,
    check_note,
    cleaned_section,
    link_person,
    refuse_nothing,
    write_note,
    write_section,
)

MOST = 5_000
"""Cases in one import; more is handed over in parts, so that one transaction ends within minutes."""


@dataclass(frozen=True)
class Imported:
    """What an import did: the number of each case by its row, and how much came with them.

    may_be_known: the rows whose person the agency seems to know already (a paper, or a name with the birth, agrees
    with an earlier record or row); nothing was merged.
    """

    numbers: Mapping[int, str]
    may_be_known: Sequence[int]
    persons: int
    sections: int
    notes: int
    source_file: str = ""

    def audit_detail(self) -> Mapping[str, Any]:
        return {
            "cases": len(self.numbers),
            "persons": self.persons,
            "sections": self.sections,
            "notes": self.notes,
            "may_be_known": len(self.may_be_known),
            "source_file": self.source_file,
        }


@act(Permission.CASE_OPEN)
def import_cases(
    *,
    officer: Officer,
    at: datetime,
    cases: Sequence[IncomingCase],
    source_file: str = "",
    is_demonstration: bool = False,
) -> Imported:
    """Open every case with its person, sections and notes, led by the acting agency: all in one transaction.

    Raises Invalid with the problems of every row, numbers the agency uses already among them; nothing is kept then.
    """
    would = _checked(officer, at, cases, source_file)
    numbers: dict[int, str] = {}
    for one in cases:
        try:
            numbers[one.row] = _opened(officer, at, one, is_demonstration).number
        except Invalid as fault:
            raise _refused(_of_row(one.row, fault), source_file) from fault
    return replace(would, numbers=numbers)


@look(Permission.CASE_OPEN)
def try_import(
    *, officer: Officer, at: datetime, cases: Sequence[IncomingCase], source_file: str = ""
) -> Imported:
    """Say what import_cases would do, with the number of no case, and write nothing but that records were looked for.
    Raises what it raises."""
    return _checked(officer, at, cases, source_file)


def _checked(officer: Officer, at: datetime, cases: Sequence[IncomingCase], source_file: str) -> Imported:
    """What opening these cases would bring, by the same checks the acts of each make; raises Invalid with the problems
    of every row."""
    if not cases:
        raise Invalid(_("There is no case to import."), where=source_file)
    if len(cases) > MOST:
        raise Invalid(
            format_lazy(_("The import has more than {most} cases."), most=MOST),
            where=source_file,
            remedy=_("Hand it over in parts."),
        )
    problems = list(_known_numbers(officer, cases))
    for one in cases:
        problems += problems_of(one, at)
    if problems:
        raise _refused(problems, source_file)
    return Imported(
        {one.row: "" for one in cases},
        may_be_known=_may_be_known(officer, at, cases),
        persons=sum(bool(one.statements) for one in cases),
        sections=sum(len(one.sections) for one in cases),
        notes=sum(len(one.notes) for one in cases),
        source_file=source_file,
    )


def _refused(problems: Sequence[Problem], source_file: str) -> Invalid:
    return Invalid(
        format_lazy(_("{count} problems; nothing was imported."), count=len(problems)),
        where=source_file,
        problems=sorted(problems, key=lambda problem: problem.row or 0),
    )


def problems_of(incoming: IncomingCase, at: datetime) -> list[Problem]:
    """What is wrong with one case, as far as the first act that would refuse it: in the order of `_opened`."""
    try:
        check_opening(urgency=incoming.urgency, age_band=incoming.age_band, risk=incoming.risk)
        if incoming.statements:
            check_person(incoming.statements, at)
        for section, values in incoming.sections.items():
            refuse_nothing(cleaned_section(section, values)[1])
        for note in incoming.notes:
            check_note(note)
    except Invalid as fault:
        return _of_row(incoming.row, fault)
    return []


def _opened(officer: Officer, at: datetime, incoming: IncomingCase, is_demonstration: bool) -> Case:
    case = open_case(
        officer=officer,
        at=at,
        place_code=incoming.place_code,
        urgency=incoming.urgency,
        age_band=incoming.age_band,
        risk=incoming.risk,
        is_demonstration=is_demonstration,
    )
    if incoming.local_number:
        file = AgencyFile.objects.get(case=case, agency=my_agency(officer))
        change_file(
            officer=officer,
            at=at,
            file=file,
            row_version=file.row_version,
            local_number=incoming.local_number,
        )
    if incoming.statements:
        person = record_person(officer=officer, at=at, statements=incoming.statements)
        link_person(officer=officer, at=at, case=case, person=person, role=PersonLink.Role.VICTIM)
    for section, values in incoming.sections.items():
        write_section(officer=officer, at=at, case=case, section=section, values=values)
    for note in incoming.notes:
        write_note(officer=officer, at=at, case=case, text=note)
    return case


def _may_be_known(officer: Officer, at: datetime, cases: Sequence[IncomingCase]) -> tuple[int, ...]:
    told = [one for one in cases if one.statements]
    if not told:
        return ()
    lists = [[statement.value for statement in one.statements] for one in told]
    known = known_already(officer=officer, at=at, lists=lists)
    return tuple(one.row for one, is_known in zip(told, known, strict=True) if is_known)


def _known_numbers(officer: Officer, cases: Iterable[IncomingCase]) -> Iterable[Problem]:
    rows = {one.local_number: one.row for one in cases if one.local_number}
    known = AgencyFile.objects.filter(agency=my_agency(officer), local_number__in=list(rows))
    for number in known.values_list("local_number", flat=True).distinct():
        yield Problem(
            format_lazy(_("Your agency has a file {number} already."), number=number),
            field="case.local_number",
            row=rows[number],
            remedy=_("Take the row out, or give it another number."),
        )


def _of_row(row: int, fault: Invalid) -> list[Problem]:
    found = [Problem(one.what, one.field, row, one.remedy) for one in fault.problems]
    return found or [Problem(fault.what, row=row, remedy=fault.remedy)]
