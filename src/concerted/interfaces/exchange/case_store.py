"""Takes cases out of case work for files of other systems, through reads that record it; no sealed section passes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from concerted.errors import Invalid, Problem
from concerted.foundation.agencies.reads import Officer
from concerted.foundation.people.reads import identities_of
from concerted.foundation.people.values import Value
from concerted.interfaces.exchange.htcds import as_record, left_behind, write_htcds
from concerted.interfaces.exchange.tables import Format
from concerted.mechanism.cases.law import decider_of
from concerted.mechanism.cases.outgoing import OutgoingCase, OutgoingStatus
from concerted.mechanism.cases.reads import cases as reads
from concerted.mechanism.cases.reads.status import status_of

MOST = 1_000
"""Cases in one export; each is a recorded look of its own."""


def export_htcds(
    *, officer: Officer, at: datetime, numbers: Iterable[str] = (), why: str, format: Format
) -> tuple[bytes, int]:
    """Return a file of the agency's own words on its cases in HTCDS 2.0, and how many there are.

    numbers: of cases; none for every case that the agency leads and that is open. Raises Invalid without a reason,
    NotThere for a case that is not open to the agency, Refused for one known by emergency access only.
    """
    _refuse_without_reason(why)
    records = [
        as_record(outgoing_case(officer=officer, at=at, number=number, why=why))
        for number in (list(numbers) or _own_numbers(officer, at))
    ]
    return write_htcds(records, format), len(records)


def left_behind_by(
    *, officer: Officer, at: datetime, numbers: Iterable[str] = (), why: str
) -> list[tuple[str, tuple[str, ...]]]:
    """Return, for each case an export would take, its number and what the standard has no field for.

    Raises what export_htcds raises; the looks are recorded as those of an export.
    """
    _refuse_without_reason(why)
    chosen = list(numbers) or _own_numbers(officer, at)
    cases = [outgoing_case(officer=officer, at=at, number=number, why=why) for number in chosen]
    return [(case.number, left_behind(case)) for case in cases]


def outgoing_case(*, officer: Officer, at: datetime, number: str, why: str) -> OutgoingCase:
    """Return a case as the acting agency wrote it, identity included; every look at it is recorded."""
    case = reads.case_by_number(officer=officer, at=at, number=number)
    view = reads.case_to_take_away(officer=officer, at=at, case=case, form=why)
    notes = reads.notes_of(officer=officer, at=at, case=case)
    return OutgoingCase(
        number=case.number,
        local_number=view.file.local_number if view.file else "",
        stage=case.stage,
        is_closed=case.is_closed,
        stated=tuple(_stated(officer, at, view, why)),
        sections=dict(_own_sections(view)),
        notes=tuple(text for _note, text in notes),
        status=_status(officer, at, case),
    )


def _status(officer: Officer, at: datetime, case: Any) -> OutgoingStatus | None:
    """The decision that holds, as far as it is open to the agency; the look is recorded."""
    holds = status_of(officer=officer, at=at, case=case).holds
    return OutgoingStatus(holds.said, decider_of(holds.decision.agency), holds.is_own) if holds else None


def _refuse_without_reason(why: str) -> None:
    if not why.strip():
        raise Invalid(
            _("An export needs its reason."), problems=[Problem(_("Say what it is for."), field="why")]
        )


def _own_numbers(officer: Officer, at: datetime) -> list[str]:
    wanted = reads.CaseFilter(leads_only=True)
    page = reads.my_cases(officer=officer, at=at, wanted=wanted, size=MOST)
    if page.next:
        raise Invalid(
            _("There are more cases than one export holds."), remedy=_("Name the cases by their numbers.")
        )
    return [file.case.number for file in page.files]


def _own_sections(view: reads.CaseView) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for section in view.sections:
        for words in section.words:
            if words.is_own and words.values:
                yield section.kind.key, words.values


def _stated(officer: Officer, at: datetime, view: reads.CaseView, why: str) -> Iterator[Value]:
    """What the agency's own record says of the victim, in the order in which it was written down."""
    own = [
        one.person_id for one in view.people if one.role == "victim" and one.agency_id == officer.agency_id
    ]
    if not own:
        return
    found = identities_of(officer=officer, at=at, ids=own[:1], why=why)
    for identity in found.values():
        yield from (one.value for one in identity.stated)
