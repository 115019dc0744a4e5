"""Legal holds over the API: set by one officer, lifted by two; while one stands nothing of the record is erased."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.foundation.people import reads
from concerted.foundation.people.acts import holds as acts
from concerted.mechanism.cases import choices

from ..answers import In, Page, Paging, of, reply, slice_of
from ..call import Call, InPath, Line, Router, Text, answers, change, changes, makes, operation
from .common import OneOf, StepReason, With, in_order, who
from .persons import person_of

router = Router(tags=["retention and erasure"])


class Hold(Schema):
    """A hold without its reason, which is sealed."""

    id: int = of("pk")
    person: int = of("person_id")
    agency: str = of("agency.key")
    ground: str
    reference: str
    set_at: datetime
    lift_asked_at: datetime | None
    lifted_at: datetime | None


class WholeHold(Hold):
    """A hold with its reasons; is_own: whether the caller's agency set it."""

    reason: str
    lift_reason: str
    is_own: bool


def _told(view: reads.HoldView) -> With:
    return With(
        view.hold,
        reason=str(view.words.get("reason", "")),
        lift_reason=str(view.words.get("lift_reason", "")),
        is_own=view.is_own,
    )


@router.get("/holds", response=answers(Page[WholeHold]))
@operation(Permission.HOLD_SET)
def list_holds(request: Call, paging: Query[Paging]) -> Any:
    """The standing holds that the caller's agency set, or that stand on its records; recorded."""
    rows = in_order([_told(view) for view in reads.holds_here(**who(request))])
    return slice_of(rows, paging, key=lambda row: row.pk, kind=int)


@router.get("/persons/{pk}/holds", response=answers(Page[Hold]))
@operation(Permission.PERSON_READ)
def list_of_person(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """The holds on one record that the caller's agency may know of."""
    rows = in_order(reads.holds_on(**who(request), person=person_of(request, pk)))
    return slice_of(rows, paging, key=lambda row: row.pk, kind=int)


class NewHold(In):
    """What needs the record: its ground, the file number of the matter (never a name), and the reason."""

    ground: Annotated[str, OneOf(choices.HOLD_GROUNDS)]
    reference: Annotated[Line, Field(max_length=80)] = ""
    reason: Annotated[Text, Field(max_length=2000)] = ""


@router.post("/persons/{pk}/holds", response=makes(Hold))
@change(Permission.HOLD_SET)
def set_hold(request: Call, pk: InPath, new: NewHold) -> HttpResponse:
    """Forbid the erasure of a record for now, whoever's it is."""
    made = acts.set_hold(**who(request), person=person_of(request, pk), **new.dict())
    return reply(Hold, made, status=201, location=f"/api/v1/persons/{pk}/holds")


def _hold(request: Call, pk: int) -> Any:
    return reads.hold_by_id(**who(request), pk=pk).hold


@router.post("/holds/{pk}/lifting-request", response=changes(Hold))
@change(Permission.HOLD_SET)
def ask_to_lift(request: Call, pk: InPath, new: StepReason) -> HttpResponse:
    """Say that a hold of the caller's agency is not needed any more; another officer agrees."""
    done = acts.ask_to_lift_hold(**who(request), hold=_hold(request, pk), reason=new.reason)
    return reply(Hold, done)


@router.post("/holds/{pk}/lifting", response=changes(Hold))
@change(Permission.HOLD_LIFT)
def lift(request: Call, pk: InPath) -> HttpResponse:
    """Lift it as a second officer; whoever asked gets 404."""
    return reply(Hold, acts.lift_hold(**who(request), hold=_hold(request, pk)))


@router.post("/holds/{pk}/keeping", response=changes(Hold))
@change(Permission.HOLD_LIFT)
def keep(request: Call, pk: InPath) -> HttpResponse:
    """Leave it standing, as a second officer."""
    return reply(Hold, acts.keep_hold(**who(request), hold=_hold(request, pk)))
