"""Who saw or changed a case's file, for those who answer for it; it adds its own look to the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.audit.models import AuditEntry
from concerted.foundation.audit.reads import EntryFilter, entries

from ..models import Case, PersonLink


@dataclass(frozen=True)
class Trace:
    """One row of the record about a case: when, who, of which agency, which act or look, which sections and why."""

    entry: AuditEntry
    officer: Officer | None
    agency: Agency | None
    sections: str
    why: str


def standing_facts(*, case: Case, **_rest: object) -> SubjectFacts:
    standing = Case.objects.filter(pk=case.pk).first()
    return standing.access_facts() if standing else SubjectFacts()


@look(Permission.CASE_TRAIL_READ, subject=standing_facts, recorded=True)
def who_saw(
    *, officer: Officer, at: datetime, case: Case, before: int | None = None, limit: int = 100
) -> list[Trace]:
    """Every act and look recorded on the case, and every look at the identity of its persons as far as their
    records are open to the lead; newest first, with an id below `before`; for its leads only."""
    persons = set(PersonLink.objects.filter(case=case).values_list("person_id", flat=True))
    about = [("cases.case", case.pk), *(("people.person", pk) for pk in sorted(persons))]
    found = [
        row
        for kind, pk in about
        for row in entries(wanted=EntryFilter(subject_kind=kind, subject_id=pk), before=before, limit=limit)
    ]
    rows = sorted(found, key=lambda row: row.pk, reverse=True)[:limit]
    officers = Officer.objects.in_bulk([row.officer_id for row in rows if row.officer_id])
    agencies = Agency.objects.in_bulk([row.agency_id for row in rows if row.agency_id])
    return [
        Trace(
            row,
            officers.get(row.officer_id or 0),
            agencies.get(row.agency_id or 0),
            _joined(row.detail.get("sections", "")),
            str(row.detail.get("why", "")),
        )
        for row in rows
    ]


def _joined(sections: object) -> str:
    """Sections as one text, however the record keeps them."""
    return ", ".join(map(str, sections)) if isinstance(sections, list) else str(sections)
