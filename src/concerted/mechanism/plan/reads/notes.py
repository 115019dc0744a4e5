"""Reads an agency's own notes; every look is recorded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer

from ..models import InternalNote


def _own_agency(*, officer: Officer, **_rest: Any) -> SubjectFacts:
    return SubjectFacts(owners=frozenset({officer.agency_id} if officer.agency_id else ()))


@look(Permission.NOTE_READ, subject=_own_agency, recorded=True, record=("subject_kind",))
def notes_on(*, officer: Officer, at: datetime, subject_kind: str, subject_id: int) -> list[InternalNote]:
    """The acting agency's standing notes on the subject, newest first."""
    return list(
        InternalNote.objects.filter(
            agency=officer.agency, subject_kind=subject_kind, subject_id=subject_id, withdrawn_at=None
        ).select_related("officer")
    )


@look(Permission.NOTE_READ, subject=_own_agency)
def note_by_id(*, officer: Officer, at: datetime, pk: int) -> InternalNote:
    """One note of the acting agency; raises NotThere."""
    found = InternalNote.objects.filter(pk=pk, agency=officer.agency).first()
    if found is None:
        raise NotThere(_("There is no such note, or it is not your agency's."))
    return found
