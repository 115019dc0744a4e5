"""What of a case an agency has to give, and whether a report on it obliges police to act; it gives nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import models

from concerted.foundation.agencies.models import Agency

from ..models import (
    Assessment,
    Case,
    CaseDocument,
    Disclosure,
    Entitlement,
    PersonLink,
    Report,
    Screening,
    StatusDecision,
    SupportPlan,
)
from ..sections import WRITTEN, shared_onward

#: Where the words of each section stand; papers stand beside them under the section's key.
_TABLES: dict[str, type[models.Model]] = {
    "identity": PersonLink,
    "screening": Screening,
    "status": StatusDecision,
    "assessment": Assessment,
    "plan": SupportPlan,
    "entitlement": Entitlement,
    **{kind.key: kind.model for kind in WRITTEN if kind.model is not None},
}


def nothing_to_give(
    case: Case,
    agency: Agency,
    sections: Iterable[str],
    *,
    at: datetime,
    until: datetime | None,
    outside: bool,
) -> list[str]:
    """The sections among these of which the agency has nothing to give until then: no words of its own, none of others
    with leave to share them onward that long (and to nobody outside). Whoever leads may open an empty section for what
    it will write there; a section in which it reads others' words only would look given and be shut."""
    onward = frozenset[str]() if outside else _onward(case, agency, at, until)
    leads = agency.pk in case.lead_ids
    return [
        key
        for key in dict.fromkeys(sections)
        if key not in onward and not _stands(case, key, agency, own=True)
        if not leads or _stands(case, key, agency, own=False)
    ]


def meets_trigger(case: Case) -> bool:
    """Whether a report on the case, as far as the acting agency took it, meets one of the six conditions under which
    police open a criminal case at once."""
    return Report.objects.filter(case=case).exclude(triggers=[]).exists()


def _onward(case: Case, agency: Agency, at: datetime, until: datetime | None) -> frozenset[str]:
    held = Disclosure.objects.filter(
        case=case, recipient=agency, may_share_onward=True, ended_at=None, given_at__lte=at, until__gt=at
    )
    if until is not None:
        held = held.filter(until__gte=until)
    return frozenset(key for each in held.defer("sealed") for key in shared_onward(each))


def _stands(case: Case, key: str, agency: Agency, *, own: bool) -> bool:
    """Whether words or papers of the agency, or of another as far as they are open to it, stand in the section."""
    tables = (
        _TABLES[key]._default_manager.filter(case=case),
        CaseDocument.objects.filter(case=case, section=key),
    )
    whose = [rows.filter(agency=agency) if own else rows.exclude(agency=agency) for rows in tables]
    return any(rows.exists() for rows in whose)
