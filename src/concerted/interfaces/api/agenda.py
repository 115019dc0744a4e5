"""The agenda of meetings: assembled from evidence, settled item by item, and replayed; no figure is computed here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.reads import agency_by_key
from concerted.mechanism.meetings.acts import agenda as acts
from concerted.mechanism.meetings.acts import session as session_acts
from concerted.mechanism.meetings.reads import agenda as reads
from concerted.mechanism.meetings.reads import assembly

from .answers import In, Page, Paging, of, reply, slice_of, versioned
from .call import (
    Call,
    Day,
    Id,
    InPath,
    Key,
    KeyInPath,
    Line,
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
from .meetings import Why, on_meeting

router = Router(tags=["agenda"])


class Item(Schema):
    """An item with its reason, its figures and what stands behind it."""

    id: int
    meeting: str = of("meeting.key")
    state: str
    position: int
    title_en: str
    title_zh: str
    reason_en: str
    reason_zh: str
    body_en: str
    body_zh: str
    source: str
    address_kind: str
    address_key: str
    figures: list[dict[str, Any]]
    links: list[dict[str, Any]]
    weight: int
    as_of: date | None
    minutes: int
    presenter: str | None = of("presenter.key", None)
    asked_by: str | None = of("asked_by.key", None)
    for_members_only: bool
    merged_into: int | None = of("merged_into_id")
    reason: str
    row_version: int


class Proposal(Schema):
    """What assembling proposed for a day, with the hash of the whole."""

    id: int
    for_day: date
    at: datetime
    rules: str
    items: list[dict[str, Any]]
    content_hash: str


class Replay(Schema):
    """What assembling would have proposed on a day; nothing of it is kept."""

    on: date
    items: list[dict[str, Any]]
    content_hash: str


def item_of(request: Call, pk: int) -> Any:
    """The item with this id. Raises NotThere."""
    return reads.item_by_id(officer=request.officer, at=request.at, pk=pk)


@router.get("/meetings/{key}/agenda", response=answers(Page[Item]))
@operation(Permission.MEETING_READ)
def list_items(request: Call, key: KeyInPath, paging: Query[Paging]) -> Any:
    """The items of a meeting that the caller may see, in order of entry; `position` gives the order of the agenda."""
    found = reads.agenda_of(**on_meeting(request, key))
    merged = [item for group in found.merged.values() for item in group]
    rows = sorted((*found.proposed, *found.standing, *found.dropped, *merged), key=lambda one: one.pk)
    return slice_of(rows, paging, key=lambda one: one.pk, kind=int)


@router.get("/agenda-items/{pk}", response=answers(Item))
@operation(Permission.MEETING_READ)
def read_item(request: Call, pk: InPath) -> Any:
    """One item."""
    return versioned(Item, item_of(request, pk))


class AssembleFor(In):
    """The day as of which to propose; null is today."""

    on: Day | None = None


@router.post("/meetings/{key}/agenda/assembly", response=makes(Proposal))
@change(Permission.AGENDA_PREPARE)
def assemble(request: Call, key: KeyInPath, wanted: AssembleFor) -> HttpResponse:
    """Propose items from what stands in the mechanism; what was settled stays as it is."""
    made = acts.assemble(
        **on_meeting(request, key),
        on=min(wanted.on, timezone.localdate(request.at)) if wanted.on else None,
    )
    return reply(Proposal, made, status=201, location=f"/api/v1/meetings/{key}/agenda/proposals")


@router.get("/meetings/{key}/agenda/proposals", response=answers(Page[Proposal]))
@operation(Permission.AGENDA_PREPARE)
def list_proposals(request: Call, key: KeyInPath, paging: Query[Paging]) -> Any:
    """Everything that was ever proposed for the meeting."""
    rows = reads.proposals_of(**on_meeting(request, key))
    return slice_of(sorted(rows, key=lambda one: one.pk), paging, key=lambda one: one.pk, kind=int)


class AsOf(Schema):
    """The day to replay; no later than today, which stands where none is given."""

    on: Day | None = None


@router.get("/meetings/{key}/agenda/replay", response=answers(Replay))
@operation(Permission.AGENDA_PREPARE)
def replay(request: Call, key: KeyInPath, wanted: Query[AsOf]) -> Any:
    """What would have been proposed on a day."""
    today = timezone.localdate(request.at)
    found = assembly.replay(
        **on_meeting(request, key),
        on=min(wanted.on or today, today),
    )
    return {
        "on": found.on,
        "items": [assembly.as_data(one) for one in found.items],
        "content_hash": found.content_hash,
    }


class ItemWords(In):
    """An item in words, with its time and who presents it."""

    title_en: Line
    title_zh: Annotated[Line, Field(max_length=200)] = ""
    body_en: Text = ""
    body_zh: Text = ""
    minutes: Annotated[int, Field(ge=0, le=600)] = 0
    presenter: Key | None = None
    for_members_only: bool = True


def _worded(new: ItemWords) -> dict[str, Any]:
    return {**new.dict(), "presenter": given(agency_by_key(new.presenter)) if new.presenter else None}


@router.post("/meetings/{key}/agenda", response=makes(Item))
@change(Permission.AGENDA_PREPARE)
def add_item(request: Call, key: KeyInPath, new: ItemWords) -> HttpResponse:
    """Write an item by hand; it stands on the agenda at once."""
    made = acts.add_item(**on_meeting(request, key), **_worded(new))
    return versioned(Item, made, status=201, location=f"/api/v1/agenda-items/{made.pk}")


class Wish(In):
    """An item that a member asks for."""

    title_en: Line
    title_zh: Annotated[Line, Field(max_length=200)] = ""
    reason: Text


@router.post("/meetings/{key}/agenda/requests", response=makes(Item))
@change(Permission.AGENDA_ASK)
def ask_for_item(request: Call, key: KeyInPath, new: Wish) -> HttpResponse:
    """Ask for an item; the office settles it like every other proposal."""
    made = acts.ask_for_item(**on_meeting(request, key), **new.dict())
    return versioned(Item, made, status=201, location=f"/api/v1/agenda-items/{made.pk}")


@router.patch("/agenda-items/{pk}", response=changes(Item))
@edit(Permission.AGENDA_PREPARE)
def edit_item(request: Call, pk: InPath, new: ItemWords) -> HttpResponse:
    """Word and time an item."""
    found = item_of(request, pk)
    changed = acts.edit_item(
        officer=request.officer,
        at=request.at,
        item=found,
        expected_row_version=expected_version(request, found),
        **_worded(new),
    )
    return versioned(Item, changed)


@router.post("/agenda-items/{pk}/acceptance", response=changes(Item))
@change(Permission.AGENDA_PREPARE, conditional=True)
def accept_item(request: Call, pk: InPath) -> HttpResponse:
    """Put a proposed item on the agenda."""
    return versioned(
        Item,
        acts.accept_item(officer=request.officer, at=request.at, item=as_read(request, item_of(request, pk))),
    )


@router.post("/agenda-items/{pk}/drop", response=changes(Item))
@change(Permission.AGENDA_PREPARE, conditional=True)
def drop_item(request: Call, pk: InPath, why: Why) -> HttpResponse:
    """Leave an item off, with the reason."""
    dropped = acts.drop_item(
        officer=request.officer, at=request.at, item=as_read(request, item_of(request, pk)), reason=why.reason
    )
    return versioned(Item, dropped)


class Merger(In):
    """The item that another is heard with."""

    into: Id
    reason: Text = ""


@router.post("/agenda-items/{pk}/merger", response=changes(Item))
@change(Permission.AGENDA_PREPARE, conditional=True)
def merge_item(request: Call, pk: InPath, merger: Merger) -> HttpResponse:
    """Hear an item with another of the same meeting."""
    merged = acts.merge_item(
        officer=request.officer,
        at=request.at,
        item=as_read(request, item_of(request, pk)),
        into=item_of(request, merger.into),
        reason=merger.reason,
    )
    return versioned(Item, merged)


@router.post("/agenda-items/{pk}/restoration", response=changes(Item))
@change(Permission.AGENDA_PREPARE, conditional=True)
def restore_item(request: Call, pk: InPath) -> HttpResponse:
    """Take a dropped or merged item back among the proposed."""
    return versioned(
        Item,
        acts.restore_item(
            officer=request.officer, at=request.at, item=as_read(request, item_of(request, pk))
        ),
    )


class Order(In):
    """Every proposed and accepted item of the meeting once, and the order the caller saw."""

    order: Annotated[list[Id], Field(max_length=2_000)]
    expected_order: Annotated[list[Id], Field(max_length=2_000)]


@router.post("/meetings/{key}/agenda/order", response=changes(list[Item]))
@change(Permission.AGENDA_PREPARE)
def order_items(request: Call, key: KeyInPath, order: Order) -> HttpResponse:
    """Put the items into an order."""
    ordered = acts.order_items(
        **on_meeting(request, key),
        order=order.order,
        expected_order=order.expected_order,
    )
    return reply(list[Item], ordered)


@router.post("/agenda-items/{pk}/discussion", response=changes(Item))
@change(Permission.MEETING_RUN, conditional=True)
def discuss_item(request: Call, pk: InPath) -> HttpResponse:
    """Mark an item as discussed."""
    return versioned(
        Item,
        session_acts.discuss_item(
            officer=request.officer, at=request.at, item=as_read(request, item_of(request, pk))
        ),
    )


@router.post("/agenda-items/{pk}/deferral", response=changes(Item))
@change(Permission.MEETING_RUN, conditional=True)
def defer_item(request: Call, pk: InPath, why: Why) -> HttpResponse:
    """Leave an item to a later meeting."""
    deferred = session_acts.defer_item(
        officer=request.officer, at=request.at, item=as_read(request, item_of(request, pk)), reason=why.reason
    )
    return versioned(Item, deferred)
