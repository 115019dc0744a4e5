"""What persons asked about the use of what is kept, and how it was answered; it answers nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.vault.reads import opened_all

from ..models import Case, RightsRequest


@dataclass(frozen=True)
class RequestView:
    """One request with its sealed words; is_own: whether it is the reader's agency that answers it."""

    request: RightsRequest
    words: Mapping[str, Any]
    is_own: bool

    def audit_subject(self) -> tuple[str, int]:
        return self.request.audit_subject()


@look(Permission.CASE_READ, recorded=True)
def requests_of(*, officer: Officer, at: datetime, case: Case) -> list[RequestView]:
    """What the person asked of the agency on the case, and for a lead of every agency; newest first."""
    return _views(officer, RightsRequest.objects.filter(case=case))


@look(Permission.CASE_READ, recorded=True)
def request_by_id(*, officer: Officer, at: datetime, case: Case, pk: int) -> RequestView:
    """One request on the case. Raises NotThere."""
    found = _views(officer, RightsRequest.objects.filter(case=case, pk=pk))
    if not found:
        raise NotThere(_("There is no such thing, or it is not open to your agency."))
    return found[0]


def _views(officer: Officer, found: QuerySet[RightsRequest]) -> list[RequestView]:
    rows = list(found.select_related("agency", "officer", "decided_by", "case"))
    return [
        RequestView(row, words or {}, row.agency_id == officer.agency_id)
        for row, words in zip(rows, opened_all(rows), strict=True)
    ]
