"""What clerks write while a meeting sits: notes, decisions, action items and dissents; nothing here is adopted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.reads import agency_by_key
from concerted.mechanism.meetings.acts import decisions as acts
from concerted.mechanism.meetings.acts import notes as note_acts
from concerted.mechanism.meetings.reads import actions as action_reads
from concerted.mechanism.meetings.reads import register as reads
from concerted.mechanism.meetings.reads import session as session_reads
from concerted.mechanism.plan.reads.documents import measure_by_id

from .agenda import item_of
from .answers import In, Page, Paging, of, reply, slice_of, versioned
from .call import (
    Call,
    Day,
    Id,
    InPath,
    Key,
    KeyInPath,
    Router,
    Text,
    answers,
    as_read,
    change,
    changes,
    edit,
    expected_version,
    given,
    makes,
    operation,
)
from .meetings import on_meeting

router = Router(tags=["session"])


class MeetingNote(Schema):
    """A fragment of notes; `beside` names the fragment another clerk saved at the same place."""

    id: int
    item: int | None = of("item_id")
    client_key: str
    text: str
    beside: int | None = of("beside_id")
    joined_into: int | None = of("joined_into_id")
    created_at: datetime
    changed_at: datetime
    row_version: int


class Dissent(Schema):
    """What a member holds against a decision, in its words."""

    id: int
    agency: str = of("agency.key")
    kind: str
    text: str
    at: datetime
    withdrawn_at: datetime | None


class Decision(Schema):
    """A decision in its words, with where it stands."""

    id: int
    meeting: str = of("meeting.key")
    item: int | None = of("item_id")
    number: str
    kind: str
    state: str
    text_en: str
    text_zh: str
    legal_reference: str
    for_members_only: bool
    rescinds: int | None = of("rescinds_id")
    adopted_on: date | None
    ended_on: date | None
    end_reason: str
    row_version: int


class ActionItem(Schema):
    """What one agency is to do, and which other agency says whether it is done."""

    id: int
    decision: int = of("decision_id")
    state: str
    text_en: str
    text_zh: str
    owner: str | None = of("owner.key", None)
    verifier: str | None = of("verifier.key", None)
    due: date | None
    review_on: date | None
    opened_on: date | None
    ended_on: date | None
    row_version: int


@router.get("/meetings/{key}/notes", response=answers(Page[MeetingNote]))
@operation(Permission.MEETING_NOTE)
def list_notes(request: Call, key: KeyInPath, paging: Query[Paging]) -> Any:
    """The notes of a meeting, for the office that keeps it."""
    found = session_reads.notes_of(**on_meeting(request, key))
    fragments = [fragment for group in found.values() for fragment in group]
    notes = {n.pk: n for f in fragments for n in (f.note, *f.beside)}
    rows = sorted(notes.values(), key=lambda one: one.pk)
    return slice_of(rows, paging, key=lambda one: one.pk, kind=int)


ClientKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.~\-]{1,60}$")]


class NewMeetingNote(In):
    """A fragment of notes under a key the caller chose; expected_row_version 0 makes it."""

    client_key: ClientKey
    text: Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=50_000)]
    expected_row_version: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    item: Id | None = None


@router.post("/meetings/{key}/notes", response=changes(MeetingNote))
@change(Permission.MEETING_NOTE)
def save_note(request: Call, key: KeyInPath, new: NewMeetingNote) -> HttpResponse:
    """Save a fragment; where somebody saved another text since, both stay and `beside` says so."""
    saved = note_acts.save_note(
        **on_meeting(request, key),
        client_key=new.client_key,
        text=new.text,
        expected_row_version=new.expected_row_version,
        item=item_of(request, new.item) if new.item else None,
    )
    return versioned(MeetingNote, saved.note)


class Joining(In):
    """The fragments to be made one with this one, and the words of it."""

    others: Annotated[list[Id], Field(max_length=50)]
    text: Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=50_000)]


@router.post("/meeting-notes/{pk}/join", response=changes(MeetingNote))
@change(Permission.MEETING_NOTE, conditional=True)
def join_notes(request: Call, pk: InPath, joining: Joining) -> HttpResponse:
    """Make one fragment of several; the others stay on record."""
    found = session_reads.note_by_id(officer=request.officer, at=request.at, pk=pk)
    joined = note_acts.join_notes(
        officer=request.officer,
        at=request.at,
        note=found,
        expected_row_version=expected_version(request, found),
        others=[
            session_reads.note_by_id(officer=request.officer, at=request.at, pk=one) for one in joining.others
        ],
        text=joining.text,
    )
    return versioned(MeetingNote, joined)


class DecisionWords(In):
    """A decision in its words, with the measures it touches and the earlier decision it rescinds."""

    kind: Literal["task", "rule", "endorsement", "record"]
    text_en: Text = ""
    text_zh: Text = ""
    legal_reference: Text = ""
    measures: Annotated[list[Id], Field(max_length=100)] = []
    rescinds: Id | None = None
    for_members_only: bool = False


class NewDecision(DecisionWords):
    """A decision of an item, or of the meeting as a whole."""

    item: Id | None = None


def decision_of(request: Call, pk: int) -> Any:
    """The decision with this id. Raises NotThere."""
    return reads.decision_by_id(officer=request.officer, at=request.at, pk=pk)


def _worded(request: Call, new: DecisionWords) -> dict[str, Any]:
    measures = [given(measure_by_id(one)) for one in dict.fromkeys(new.measures)]
    rescinds = decision_of(request, new.rescinds) if new.rescinds else None
    names = {"kind", "text_en", "text_zh", "legal_reference", "for_members_only"}
    return {**new.dict(include=names), "measures": measures, "rescinds": rescinds}


@router.post("/meetings/{key}/decisions", response=makes(Decision))
@change(Permission.DECISION_WRITE)
def write_decision(request: Call, key: KeyInPath, new: NewDecision) -> HttpResponse:
    """Word a decision of a meeting that sits or was closed."""
    made = acts.write_decision(
        **on_meeting(request, key),
        item=item_of(request, new.item) if new.item else None,
        **_worded(request, new),
    )
    return versioned(Decision, made, status=201, location=f"/api/v1/decisions/{made.pk}")


@router.patch("/decisions/{pk}", response=changes(Decision))
@edit(Permission.DECISION_WRITE)
def edit_decision(request: Call, pk: InPath, new: DecisionWords) -> HttpResponse:
    """Word a proposed decision anew."""
    found = decision_of(request, pk)
    changed = acts.edit_decision(
        officer=request.officer,
        at=request.at,
        decision=found,
        expected_row_version=expected_version(request, found),
        **_worded(request, new),
    )
    return versioned(Decision, changed)


@router.post("/decisions/{pk}/strike", response=changes(Decision))
@change(Permission.DECISION_WRITE, conditional=True)
def strike_decision(request: Call, pk: InPath) -> HttpResponse:
    """Take a proposed decision out with its action items."""
    struck = acts.strike_decision(
        officer=request.officer, at=request.at, decision=as_read(request, decision_of(request, pk))
    )
    return versioned(Decision, struck)


class ActionWords(In):
    """An action item: one owner, and a due date or a day to look again."""

    text_en: Text = ""
    text_zh: Text = ""
    owner: Key | None = None
    verifier: Key | None = None
    due: Day | None = None
    review_on: Day | None = None


def _assigned(new: ActionWords) -> dict[str, Any]:
    agencies = {
        name: given(agency_by_key(key)) if (key := getattr(new, name)) else None
        for name in ("owner", "verifier")
    }
    return {**new.dict(), **agencies}


def action_of(request: Call, pk: int) -> Any:
    """The action item with this id. Raises NotThere."""
    return action_reads.action_by_id(officer=request.officer, at=request.at, pk=pk)


@router.post("/decisions/{pk}/action-items", response=makes(ActionItem))
@change(Permission.DECISION_WRITE)
def write_action(request: Call, pk: InPath, new: ActionWords) -> HttpResponse:
    """Word an action item under a proposed decision."""
    made = acts.write_action(
        officer=request.officer, at=request.at, decision=decision_of(request, pk), **_assigned(new)
    )
    return versioned(ActionItem, made, status=201, location=f"/api/v1/action-items/{made.pk}")


@router.patch("/action-items/{pk}", response=changes(ActionItem))
@edit(Permission.DECISION_WRITE)
def edit_action(request: Call, pk: InPath, new: ActionWords) -> HttpResponse:
    """Word a drafted action item anew."""
    found = action_of(request, pk)
    changed = acts.edit_action(
        officer=request.officer,
        at=request.at,
        action_item=found,
        expected_row_version=expected_version(request, found),
        **_assigned(new),
    )
    return versioned(ActionItem, changed)


@router.post("/action-items/{pk}/strike", response=changes(ActionItem))
@change(Permission.DECISION_WRITE, conditional=True)
def strike_action(request: Call, pk: InPath) -> HttpResponse:
    """Take a drafted action item out."""
    struck = acts.strike_action(
        officer=request.officer, at=request.at, action_item=as_read(request, action_of(request, pk))
    )
    return versioned(ActionItem, struck)


class NewDissent(In):
    """A member's dissent or reservation in its words."""

    agency: Key
    kind: Literal["dissent", "reservation"]
    text: Text


@router.post("/decisions/{pk}/dissents", response=makes(Dissent))
@change(Permission.DISSENT_RECORD)
def record_dissent(request: Call, pk: InPath, new: NewDissent) -> HttpResponse:
    """Record what a member holds against a decision."""
    made = acts.record_dissent(
        officer=request.officer,
        at=request.at,
        decision=decision_of(request, pk),
        agency=given(agency_by_key(new.agency)),
        kind=new.kind,
        text=new.text,
    )
    return reply(Dissent, made, status=201, location=f"/api/v1/decisions/{pk}/dissents")


@router.get("/decisions/{pk}/dissents", response=answers(Page[Dissent]))
@operation(Permission.MEETING_READ)
def list_dissents(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """The dissents and reservations that stand."""
    rows = sorted(decision_of(request, pk).dissents.all(), key=lambda one: one.pk)
    return slice_of(rows, paging, key=lambda one: one.pk, kind=int)


@router.post("/dissents/{pk}/withdrawal", response=changes(Dissent))
@change(Permission.DISSENT_RECORD)
def withdraw_dissent(request: Call, pk: InPath) -> HttpResponse:
    """The member takes its dissent back."""
    found = reads.dissent_by_id(officer=request.officer, at=request.at, pk=pk)
    return reply(Dissent, acts.withdraw_dissent(officer=request.officer, at=request.at, dissent=found))
