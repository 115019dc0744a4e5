"""Officers on cases over the API: conflicts of interest, which a third officer lifts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from ninja import Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.cases.acts import officers as acts
from concerted.mechanism.cases.reads import files as file_reads
from concerted.mechanism.cases.reads import officers as reads

from ..answers import In, Page, Paging, of, reply, slice_of
from ..call import Call, InPath, Line, Router, Text, answers, change, changes, makes, operation
from .common import StepReason, With, colleague_of, in_order, on_case, who

router = Router(tags=["officers on cases"])


class Colleague(Schema):
    """An officer of the caller's agency at case work."""

    username: str
    name_en: str
    name_zh: str


@router.get("/case-colleagues", response=answers(list[Colleague]))
@operation(Permission.CASE_READ)
def list_colleagues(request: Call) -> Any:
    """The officers of the caller's agency who hold a live post of case work."""
    return file_reads.colleagues(**who(request))


class SetAside(Schema):
    """An officer set aside from a case; lift_asked_by: who asked to lift it."""

    id: int = of("pk")
    case: int = of("case_id")
    officer: str = of("officer.username")
    declared_by: str = of("declared_by.username")
    since: datetime
    until: datetime | None
    lift_asked_at: datetime | None
    lift_asked_by: str | None = of("lift_asked_by.username", None)


class WholeSetAside(SetAside):
    """The same with the reasons, which are sealed."""

    reason: str
    lift_reason: str


def _told(view: reads.ConflictView) -> With:
    return With(
        view.conflict,
        reason=str(view.words.get("reason", "")),
        lift_reason=str(view.words.get("lift_reason", "")),
    )


@router.get("/cases/{pk}/conflicts", response=answers(Page[SetAside]))
@operation(Permission.CASE_ASSIGN)
def list_of_case(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """Who of the agency is set aside from the case; never told to the officer concerned."""
    rows = in_order(reads.officers_set_aside(**on_case(request, pk)))
    return slice_of(rows, paging, key=lambda row: row.pk, kind=int)


class NewConflict(In):
    """Which officer (oneself, or by a supervisor a colleague) is related to the case, and how."""

    officer: Line
    reason: Text


@router.post("/cases/{pk}/conflicts", response=makes(SetAside))
@change(Permission.CONFLICT_DECLARE)
def declare(request: Call, pk: InPath, new: NewConflict) -> HttpResponse:
    """Set an officer aside: to that officer the case does not exist from now on."""
    related = colleague_of(request, new.officer)
    made = acts.declare_conflict(**on_case(request, pk), related=related, reason=new.reason)
    return reply(SetAside, made, status=201, location=f"/api/v1/conflicts/{made.pk}")


@router.get("/conflicts", response=answers(Page[WholeSetAside]))
@operation(Permission.CONFLICT_DECLARE)
def list_conflicts(request: Call, paging: Query[Paging]) -> Any:
    """The officers of the caller's agency who are set aside now, never the caller's own entry; recorded."""
    rows = in_order([_told(view) for view in reads.conflicts_here(**who(request))])
    return slice_of(rows, paging, key=lambda row: row.pk, kind=int)


def _conflict(request: Call, pk: int) -> reads.ConflictView:
    found: reads.ConflictView = reads.conflict_by_id(**who(request), pk=pk)
    return found


@router.get("/conflicts/{pk}", response=answers(WholeSetAside))
@operation(Permission.CONFLICT_DECLARE)
def read_conflict(request: Call, pk: InPath) -> Any:
    """One standing entry about a colleague; recorded."""
    return _told(_conflict(request, pk))


@router.post("/conflicts/{pk}/lifting-request", response=changes(SetAside))
@change(Permission.CONFLICT_DECLARE)
def ask_to_lift(request: Call, pk: InPath, new: StepReason) -> HttpResponse:
    """Say that it does not stand any more; a supervisor who is a third person decides."""
    found = _conflict(request, pk).conflict
    return reply(SetAside, acts.ask_to_lift_conflict(**who(request), conflict=found, reason=new.reason))


@router.post("/conflicts/{pk}/lifting", response=changes(SetAside))
@change(Permission.CASE_ASSIGN)
def lift(request: Call, pk: InPath) -> HttpResponse:
    """Lift it, as somebody who neither asked for it nor is concerned."""
    found = _conflict(request, pk).conflict
    return reply(SetAside, acts.end_conflict(**who(request), conflict=found))


@router.post("/conflicts/{pk}/keeping", response=changes(SetAside))
@change(Permission.CASE_ASSIGN)
def keep(request: Call, pk: InPath) -> HttpResponse:
    """Let it stand; lifting it may be asked for again."""
    found = _conflict(request, pk).conflict
    return reply(SetAside, acts.keep_conflict(**who(request), conflict=found))
