"""An agency's own notes on a measure, report or obligation; no other agency's officer ever sees one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer

from ..models import InternalNote

SUBJECTS = frozenset({"plan.measure", "plan.report", "obligations.obligation"})
LONGEST_NOTE = 10_000


def _own_agency(*, officer: Officer, **_rest: Any) -> SubjectFacts:
    return SubjectFacts(owners=frozenset({officer.agency_id} if officer.agency_id else ()))


@act(Permission.NOTE_WRITE, subject=_own_agency, record=("subject_kind",))
def write_note(
    *, officer: Officer, at: datetime, subject_kind: str, subject_id: int, text: str
) -> InternalNote:
    """Keep a note for the acting officer's agency. Raises Invalid for an empty or overlong text."""
    problems = []
    if subject_kind not in SUBJECTS:
        problems.append(Problem(_("Notes are not kept on this kind of thing."), field="subject_kind"))
    if not text.strip():
        problems.append(Problem(_("The note is empty."), field="text", remedy=_("Write it before you save.")))
    if len(text) > LONGEST_NOTE:
        problems.append(
            Problem(_("The note is longer than %(most)s characters.") % {"most": LONGEST_NOTE}, field="text")
        )
    if problems:
        raise Invalid(_("The note was not kept."), problems=problems)
    assert officer.agency_id is not None
    return InternalNote.objects.create(
        agency_id=officer.agency_id,
        officer=officer,
        subject_kind=subject_kind,
        subject_id=subject_id,
        text=text.strip(),
        at=at,
    )


@act(Permission.NOTE_WRITE, subject="note")
def withdraw_note(*, officer: Officer, at: datetime, note: InternalNote) -> InternalNote:
    """Take a note off the page; it stays on record. Raises Conflict where it was already withdrawn."""
    if note.withdrawn_at is not None:
        raise Conflict(_("This note is already withdrawn."))
    note.withdrawn_at = at
    note.save(update_fields=["withdrawn_at"])
    return note
