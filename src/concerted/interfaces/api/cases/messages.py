"""Messages between agencies on a case over the API, sealed like the rest."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.cases.acts import messages as acts
from concerted.mechanism.cases.reads import holding, work

from ..answers import In, Page, Paging, of, reply, slice_of
from ..call import Call, Id, InPath, Key, Router, Text, answers, change, changes, makes, operation
from .common import agency_of, on_case, one_of

router = Router(tags=["messages on cases"])


class Message(Schema):
    """A message the caller's agency sent or got."""

    id: int
    agency: str
    officer: str
    answers: int | None
    at: datetime
    to: list[str]
    is_own: bool
    text: str


@router.get("/cases/{pk}/messages", response=answers(Page[Message]))
@operation(Permission.CASE_READ)
def list_messages(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """The messages on a case that the caller's agency sent or got; the look is recorded."""
    found: list[dict[str, Any]] = [
        {
            "id": view.message.pk,
            "agency": view.message.agency.key,
            "officer": view.message.officer.username,
            "answers": view.message.answers_id,
            "at": view.message.at,
            "to": sorted(agency.key for agency in view.to),
            "is_own": view.is_own,
            "text": view.text,
        }
        for view in work.messages_of(**on_case(request, pk))
    ]
    return slice_of(sorted(found, key=lambda row: row["id"]), paging, key=lambda row: row["id"], kind=int)


class Participant(Schema):
    """An agency the caller's knows to take part in the case."""

    key: str
    name_en: str
    name_zh: str


@router.get("/cases/{pk}/participants", response=answers(list[Participant]))
@operation(Permission.CASE_READ)
def list_participants(request: Call, pk: InPath) -> Any:
    """The agencies the caller's may write to: the leads, and those it exchanged the case with."""
    return holding.known_participants(**on_case(request, pk))


class NewMessage(In):
    """To which agencies, what; answers: the message it answers."""

    to: Annotated[list[Key], Field(min_length=1, max_length=50)]
    text: Text
    answers: Id | None = None


class Sent(Schema):
    """That a message went out; its text is read at its address."""

    id: int = of("pk")
    at: datetime


@router.post("/cases/{pk}/messages", response=makes(Sent))
@change(Permission.CASE_EDIT)
def send(request: Call, pk: InPath, new: NewMessage) -> HttpResponse:
    """Write to agencies the caller's knows to take part."""
    here = on_case(request, pk)
    earlier = [view.message for view in work.messages_of(**here)] if new.answers is not None else []
    made = acts.send_message(
        **here,
        to=[agency_of(key) for key in dict.fromkeys(new.to)],
        text=new.text,
        answers=one_of(earlier, new.answers) if new.answers is not None else None,
    )
    return reply(Sent, made, status=201, location=f"/api/v1/cases/{pk}/messages")


class MessagesSeen(Schema):
    """How many were new."""

    seen: int


@router.post("/cases/{pk}/messages/seen", response=changes(MessagesSeen))
@change(Permission.CASE_READ)
def mark_seen(request: Call, pk: InPath) -> HttpResponse:
    """The caller's agency has read the messages of the case."""
    return reply(MessagesSeen, {"seen": acts.mark_messages_seen(**on_case(request, pk))})
