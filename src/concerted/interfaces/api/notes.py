"""An agency's internal notes; shows no note of another agency."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.plan.acts import notes as acts
from concerted.mechanism.plan.reads import notes as reads

from .answers import In, of, reply
from .call import Call, Id, InPath, Router, Text, answers, change, changes, makes, operation

router = Router(tags=["notes"])
SubjectKind = Literal["plan.measure", "plan.report", "obligations.obligation", "plan.planversion"]


class Note(Schema):
    """A note an agency keeps for itself."""

    id: int
    subject_kind: str
    subject_id: int
    text: str
    officer: str = of("officer.username")
    at: datetime
    withdrawn_at: datetime | None


class WantedNotes(Schema):
    """The subject whose notes are wanted."""

    subject_kind: SubjectKind
    subject_id: Id


@router.get("/notes", response=answers(list[Note]))
@operation(Permission.NOTE_READ)
def list_notes(request: Call, wanted: Query[WantedNotes]) -> Any:
    """The agency's standing notes on a subject, newest first; the look is recorded."""
    return reads.notes_on(
        officer=request.officer,
        at=request.at,
        subject_kind=wanted.subject_kind,
        subject_id=wanted.subject_id,
    )


class NewNote(In):
    """A note on a subject."""

    subject_kind: SubjectKind
    subject_id: Id
    text: Text


@router.post("/notes", response=makes(Note))
@change(Permission.NOTE_WRITE)
def write_note(request: Call, new: NewNote) -> HttpResponse:
    """Keep a note for the agency."""
    return reply(Note, acts.write_note(officer=request.officer, at=request.at, **new.dict()), status=201)


@router.post("/notes/{pk}/withdrawal", response=changes(Note))
@change(Permission.NOTE_WRITE)
def withdraw_note(request: Call, pk: InPath) -> HttpResponse:
    """Take a note off the page; it stays on record."""
    note = reads.note_by_id(officer=request.officer, at=request.at, pk=pk)
    return reply(Note, acts.withdraw_note(officer=request.officer, at=request.at, note=note))
