"""Carries the safe-contact rule of reports into the case they became; it gives it to no other agency."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from concerted.foundation.agencies.models import Officer
from concerted.foundation.vault.reads import opened

from ..models import Case, Contact, Report
from .common import keep, my_agency

#: From what a report says of it to the field of the section.
_FIELDS = {"how": "how", "when": "hours", "never": "never", "code_word": "code_word"}


def carry_safe_contact(officer: Officer, at: datetime, reports: Iterable[Report], case_id: int) -> None:
    """Inside an act: what these reports say of safe contact stands in the agency's own section of the case, with the
    numbers of the reports; what stands there already stays beside it. Nothing where they say nothing, or where the case
    is not open to the officer."""
    told = [(report, _told(report)) for report in reports]
    told = [(report, rule) for report, rule in told if rule]
    case = Case.objects.filter(pk=case_id).first() if told else None
    if case is None:
        return
    own = Contact.objects.select_for_update(of=("self",)).filter(
        case=case, agency=my_agency(officer), replaced_at=None
    )
    before = own.first()
    together = dict(opened(before)) if before is not None else {}
    for report, rule in told:
        for field, words in (*rule.items(), ("source", report.number)):
            together[field] = _beside(together.get(field), words)
    if before is not None:
        Contact.objects.filter(pk=before.pk).update(replaced_at=at)
    row = Contact(
        subject=case.subject,
        case=case,
        agency=my_agency(officer),
        officer=officer,
        at=at,
        row_version=before.row_version + 1 if before is not None else 1,
    )
    keep(row, together)


def _told(report: Report) -> dict[str, str]:
    rule = opened(report).get("safe_contact") or {}
    return {field: str(rule[key]).strip() for key, field in _FIELDS.items() if str(rule.get(key, "")).strip()}


def _beside(standing: object, words: str) -> str:
    """Both, one after the other; a word that tells there is none gives way."""
    known = str(standing or "")
    if known in ("", "declined", "unknown", "not_asked"):
        return words
    return known if words in known.split("; ") else f"{known}; {words}"
