"""Officers set aside from cases, for those who decide on it; it sets nobody aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.vault.reads import opened_all

from ..models import Case, ConflictOfInterest


@look(Permission.CASE_ASSIGN)
def officers_set_aside(*, officer: Officer, at: datetime, case: Case) -> list[ConflictOfInterest]:
    """Who of the agency is set aside from the case; never shown to the officer concerned."""
    found = ConflictOfInterest.objects.filter(case=case, until=None).exclude(officer=officer)
    return list(found.select_related("officer", "declared_by"))


@dataclass(frozen=True)
class ConflictView:
    """An officer set aside, on which case, with the sealed reasons."""

    conflict: ConflictOfInterest
    words: Mapping[str, Any]


@look(Permission.CONFLICT_DECLARE, recorded=True)
def conflicts_here(*, officer: Officer, at: datetime) -> list[ConflictView]:
    """The officers of the agency who are set aside now, those to be lifted first; never one's own entry."""
    return _conflict_views(ConflictOfInterest.objects.filter(until=None).exclude(officer=officer))


@look(Permission.CONFLICT_DECLARE, recorded=True)
def conflict_by_id(*, officer: Officer, at: datetime, pk: int) -> ConflictView:
    """One standing entry of the agency about a colleague. Raises NotThere."""
    found = _conflict_views(ConflictOfInterest.objects.filter(pk=pk, until=None).exclude(officer=officer))
    if not found:
        raise NotThere(_("There is no such thing, or it is not open to your agency."))
    return found[0]


def _conflict_views(found: QuerySet[ConflictOfInterest]) -> list[ConflictView]:
    rows = list(
        found.select_related("officer", "declared_by", "lift_asked_by", "case").order_by(
            F("lift_asked_at").asc(nulls_last=True), "-since", "id"
        )
    )
    return [ConflictView(row, words or {}) for row, words in zip(rows, opened_all(rows), strict=True)]
