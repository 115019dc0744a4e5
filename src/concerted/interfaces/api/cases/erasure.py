"""Erasing a person's record over the API: a dry run, a request, and another officer's decision; nobody erases alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.errors import ConcertedError
from concerted.foundation.access.permissions import Permission
from concerted.foundation.people import acts, reads
from concerted.foundation.people.schedule import rules
from concerted.mechanism.cases import choices

from ..answers import In, Page, Paging, of, read_cursor, reply, slice_of, write_cursor
from ..call import Call, Day, InPath, Line, Router, Text, answers, change, changes, makes, operation
from .common import OneOf, With, Word, in_order, who
from .persons import person_of

router = Router(tags=["retention and erasure"])


class Rule(Schema):
    """For how many years after which event something is kept."""

    key: str
    en: str
    zh: str
    holds: str
    after: str
    years: int
    years_from: str
    articles: list[str]
    source: str
    until_age: int | None


@router.get("/retention-rules", response=answers(list[Rule]))
@operation(Permission.PERSON_READ)
def list_rules(request: Call) -> Any:
    """The schedule of retention, as it was read."""
    return list(rules())


def _told(errors: Iterable[ConcertedError]) -> list[str]:
    return [" ".join(filter(None, (str(error.what), str(error.remedy)))) for error in errors]


class ErasureDryRun(Schema):
    """What erasing would take away, as counts by kind, how many holds stand on it, and what stands in the way now."""

    person: int = of("person.pk")
    listed: dict[str, int]
    holds: int
    held: list[str]
    is_free: bool

    @staticmethod
    def resolve_held(thing: Any) -> list[str]:
        """Everything that stands in the way, in words."""
        return _told(thing.in_the_way)

    @staticmethod
    def resolve_holds(thing: Any) -> int:
        """How many holds stand."""
        return len(thing.holds)


@router.get("/persons/{pk}/erasure", response=answers(ErasureDryRun))
@operation(Permission.ERASURE_REQUEST)
def dry_run(request: Call, pk: InPath) -> Any:
    """Everything that erasing this person would take away; nothing is changed, the look is recorded."""
    return reads.erasure_preview(**who(request), person=person_of(request, pk))


class Erasure(Schema):
    """A request to erase, what its dry run listed, and how it was decided."""

    id: int = of("pk")
    person: int = of("person_id")
    ground: str
    rule: str
    reference: str
    state: str
    requested_at: datetime
    requested_by: str = of("requested_by.username")
    decided_at: datetime | None
    listed: dict[str, int]
    proof: str


class WholeErasure(Erasure):
    """A request, and while it waits, in words what stands in the way of it now."""

    held: list[str]


class NewErasure(In):
    """Why: by the schedule (rule and day of its event), or by a decision with its file number, never a name."""

    ground: Annotated[str, OneOf(choices.ERASURE_GROUNDS)]
    rule: Word = ""
    event_on: Day | None = None
    latest_birth: Day | None = None
    reference: Annotated[Line, Field(max_length=80)] = ""


@router.post("/persons/{pk}/erasure", response=makes(Erasure))
@change(Permission.ERASURE_REQUEST)
def ask(request: Call, pk: InPath, new: NewErasure) -> HttpResponse:
    """Ask for the record to be erased; it waits for a second officer."""
    made = acts.request_erasure(**who(request), person=person_of(request, pk), **new.dict())
    return reply(Erasure, made, status=201, location=f"/api/v1/erasures/{made.pk}")


@router.get("/erasures", response=answers(Page[Erasure]))
@operation(Permission.ERASURE_APPROVE)
def list_waiting(request: Call, paging: Query[Paging]) -> Any:
    """The requests of the caller's agency that wait for a second officer."""
    rows = in_order(reads.open_erasures(**who(request)))
    return slice_of(rows, paging, key=lambda row: row.pk, kind=int)


def _erasure(request: Call, pk: int) -> Any:
    return reads.erasure_by_id(**who(request), pk=pk)


@router.get("/erasures/{pk}", response=answers(WholeErasure))
@operation(Permission.ERASURE_REQUEST)
def read_erasure(request: Call, pk: InPath) -> Any:
    """One request; while it waits, with what stands in the way of it now, and the look is recorded."""
    found = _erasure(request, pk)
    if found.state != "requested":
        return With(found, held=[])
    preview = reads.erasure_preview(**who(request), person=found.person, request=found)
    return With(found, held=_told(preview.in_the_way))


@router.post("/erasures/{pk}/approval", response=changes(Erasure))
@change(Permission.ERASURE_APPROVE)
def approve(request: Call, pk: InPath) -> HttpResponse:
    """As another officer, erase for ever: the key of the record is destroyed."""
    return reply(Erasure, acts.approve_erasure(**who(request), request=_erasure(request, pk)))


@router.get("/erasures-done", response=answers(Page[Erasure]))
@operation(Permission.ERASURE_APPROVE)
def list_done(request: Call, paging: Query[Paging]) -> Any:
    """What the caller's agency erased: when, on which ground, and the proof; nobody is named. Newest first."""
    cursor = read_cursor(paging.cursor, str) or ""
    found = reads.erasures_done(**who(request), cursor=cursor, size=paging.limit)
    return {"items": list(found.rows), "next": write_cursor(found.next) if found.next else None}


class Refusal(In):
    """Why it stays."""

    reason: Text = ""


@router.post("/erasures/{pk}/refusal", response=changes(Erasure))
@change(Permission.ERASURE_APPROVE)
def refuse(request: Call, pk: InPath, new: Refusal) -> HttpResponse:
    """As another officer, leave everything as it is."""
    done = acts.refuse_erasure(**who(request), request=_erasure(request, pk), reason=new.reason)
    return reply(Erasure, done)
