"""Shelters and beds over the API; where a shelter stands is told nowhere here, nor how many beds others have free."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.acts import directory as directory_acts
from concerted.mechanism.cases.acts import placements as acts
from concerted.mechanism.cases.reads import assistance as reads
from concerted.mechanism.cases.reads import queues
from concerted.mechanism.cases.states import PLACEMENT

from ..answers import In, Page, Paging, of, read_cursor, slice_of, versioned, write_cursor
from ..call import (
    Call,
    Id,
    InPath,
    KeyInPath,
    Line,
    PlaceCode,
    Router,
    Slug,
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
from .common import (
    AgeBand,
    CasePreview,
    Declined,
    MaybeReason,
    OneOf,
    Step,
    With,
    already_there,
    in_order,
    on_case,
    preview_of,
    steps_of,
    who,
)
from .help import help_on
from .sharing import consent_of

router = Router(tags=["shelters and beds"])


class Shelter(Schema):
    """A shelter and whom it takes; `free` is told to its own agency only."""

    id: int = of("pk")
    key: str
    agency: str = of("agency.key")
    name_en: str
    name_zh: str
    province_code: str
    takes: dict[str, Any]
    is_open: bool
    beds: int | None
    free: int | None
    row_version: int
    is_demonstration: bool


@router.get("/shelters", response=answers(Page[Shelter]))
@operation(Permission.DIRECTORY_READ)
def list_shelters(request: Call, paging: Query[Paging]) -> Any:
    """Every shelter."""
    rows = [
        With(view.shelter, free=view.free, beds=view.shelter.beds if view.free is not None else None)
        for view in reads.shelters(**who(request))
    ]
    return slice_of(in_order(rows), paging, key=lambda row: row.pk, kind=int)


class Takes(In):
    """Whom a shelter takes; an empty list restricts nothing."""

    sexes: Annotated[list[Annotated[str, OneOf(codes.SERVED_SEXES)]], Field(max_length=10)] = []
    age_bands: Annotated[list[AgeBand], Field(max_length=10)] = []


class ShelterFacts(In):
    """A shelter of the caller's agency, named in one language at least; never where it stands."""

    name_en: Annotated[Line, Field(max_length=160)] = ""
    name_zh: Annotated[Line, Field(max_length=120)] = ""
    beds: Annotated[int, Field(ge=1, le=10_000)]
    takes: Takes = Takes()
    place_code: PlaceCode | None = None
    is_open: bool = True


class NewShelter(ShelterFacts):
    """A shelter under a key of its own."""

    key: Slug


def _own_shelter(request: Call, key: str) -> Any:
    known = reads.shelters(**who(request))
    return next((one.shelter for one in known if one.shelter.key == key and one.free is not None), None)


def _shelter(request: Call, row: Any) -> With:
    free = next((one.free for one in reads.shelters(**who(request)) if one.shelter.pk == row.pk), None)
    return With(row, free=free)


@router.post("/shelters", response=makes(Shelter))
@change(Permission.DIRECTORY_EDIT)
def describe_shelter(request: Call, new: NewShelter) -> HttpResponse:
    """Describe a shelter of the caller's agency, never where it stands; 409 for one that is there."""
    if _own_shelter(request, new.key) is not None:
        raise already_there()
    made = directory_acts.describe_shelter(**who(request), **new.dict())
    return versioned(Shelter, _shelter(request, made), status=201, location="/api/v1/shelters")


@router.patch("/shelters/{key}", response=changes(Shelter))
@edit(Permission.DIRECTORY_EDIT)
def change_shelter(request: Call, key: KeyInPath, new: ShelterFacts) -> HttpResponse:
    """Change a shelter of the caller's agency; not to fewer beds than are kept."""
    found = given(_own_shelter(request, key))
    version = expected_version(request, found)
    changed = directory_acts.describe_shelter(**who(request), key=key, row_version=version, **new.dict())
    return versioned(Shelter, _shelter(request, changed))


class Placement(Schema):
    """A person's stay. case is null until it is open to you."""

    id: int = of("pk")
    case: int | None = of("case_told", None)
    shelter: str = of("shelter.key")
    agency: str = of("agency.key")
    host: str = of("host.key")
    preview: dict[str, Any]
    state: str
    requested_at: datetime
    answered_at: datetime | None
    in_at: datetime | None
    out_at: datetime | None
    out_as: str
    decline_code: str
    row_version: int


class WholePlacement(Placement):
    """A stay with its words and the steps possible now."""

    reason: str
    note: str
    is_host: bool
    steps: list[Step]


def _told(request: Call, row: Any, **more: Any) -> With:
    knows = row.agency_id == request.officer.agency_id or row.in_at is not None
    return With(row, case_told=row.case_id if knows else None, **more)


def _where(row: Any) -> str:
    return f"/api/v1/placements/{row.pk}"


class WantedPlacements(Paging):
    """In which state."""

    state: Annotated[str, OneOf(("", *PLACEMENT.states))] = ""


@router.get("/placements", response=answers(Page[Placement]))
@operation(Permission.REFERRAL_READ)
def list_placements(request: Call, wanted: Query[WantedPlacements]) -> Any:
    """What is asked of the shelters of the caller's agency, and who has a bed there."""
    rows = queues.placements_after(
        **who(request),
        state=wanted.state,
        after=read_cursor(wanted.cursor, int) or 0,
        limit=wanted.limit + 1,
    )
    items = rows[: wanted.limit]
    following = write_cursor(items[-1].pk) if len(rows) > wanted.limit else None
    return {"items": [_told(request, row) for row in items], "next": following}


@router.get("/cases/{pk}/placements", response=answers(Page[Placement]))
@operation(Permission.CASE_READ)
def list_of_case(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """The stays on a case that are open to the caller's agency; the look is recorded."""
    rows = [With(row, case_told=row.case_id) for row, _words in help_on(request, pk).placements]
    return slice_of(in_order(rows), paging, key=lambda row: row.pk, kind=int)


@router.get("/placements/{pk}", response=answers(WholePlacement))
@operation(Permission.REFERRAL_READ)
def read_placement(request: Call, pk: InPath) -> HttpResponse:
    """One request for a bed, as its asker or its shelter sees it; the look is recorded."""
    view = reads.placement_view(**who(request), placement=pk)
    theirs = Permission.PLACEMENT_DECIDE if view.is_host else Permission.ASSISTANCE_EDIT
    mine = [row for row in view.possible if row.permission is theirs and holds(request.officer, theirs)]
    whole = _told(
        request,
        view.placement,
        reason=str(view.words.get("reason", "")),
        note=str(view.words.get("note", "")),
        is_host=view.is_host,
        steps=steps_of(mine),
    )
    return versioned(WholePlacement, whole)


class NewPlacement(In):
    """Which shelter is asked, and what is needed; nothing that tells who the person is."""

    shelter: Slug
    reason: Text
    preview: CasePreview | None = None
    consent: Id | None = None


@router.post("/cases/{pk}/placements", response=makes(Placement))
@change(Permission.ASSISTANCE_EDIT)
def ask(request: Call, pk: InPath, new: NewPlacement) -> HttpResponse:
    """Ask a shelter for a bed; it answers within the urgent clock."""
    known = reads.shelters(**who(request))
    shelter = given(next((one.shelter for one in known if one.shelter.key == new.shelter), None))
    made = acts.request_bed(
        **on_case(request, pk),
        shelter=shelter,
        reason=new.reason,
        preview=preview_of(new.preview),
        consent=consent_of(request, pk, new.consent),
    )
    return versioned(Placement, _told(request, made), status=201, location=_where(made))


def _step(request: Call, pk: int, act: Any, **more: Any) -> HttpResponse:
    found = as_read(request, reads.placement_view(**who(request), placement=pk).placement)
    return versioned(Placement, _told(request, act(**who(request), placement=found, **more)))


class Kept(In):
    """planned_move: the person is to come from another shelter, where she stays until then."""

    planned_move: bool = False


@router.post("/placements/{pk}/offer", response=changes(Placement))
@change(Permission.PLACEMENT_DECIDE, conditional=True)
def offer(request: Call, pk: InPath, new: Kept) -> HttpResponse:
    """Keep a bed for the person; 409 when every bed is taken, or she is sheltered elsewhere and no move is planned."""
    return _step(request, pk, acts.offer_bed, **new.dict())


@router.post("/placements/{pk}/decline", response=changes(Placement))
@change(Permission.PLACEMENT_DECIDE, conditional=True)
def decline(request: Call, pk: InPath, new: Declined) -> HttpResponse:
    """No bed, with a coded reason."""
    return _step(request, pk, acts.decline_bed, **new.dict())


@router.post("/placements/{pk}/arrival", response=changes(Placement))
@change(Permission.PLACEMENT_DECIDE, conditional=True)
def arrive(request: Call, pk: InPath) -> HttpResponse:
    """The person has arrived: the shelter's own file begins; 409 while she is recorded as sheltered elsewhere."""
    return _step(request, pk, acts.record_arrival)


class Departure(In):
    """How the person left."""

    left_as: Annotated[str, OneOf(codes.LEFT_AS)]
    note: Text = ""


@router.post("/placements/{pk}/departure", response=changes(Placement))
@change(Permission.PLACEMENT_DECIDE, conditional=True)
def depart(request: Call, pk: InPath, new: Departure) -> HttpResponse:
    """The person has left; the bed is free again."""
    return _step(request, pk, acts.record_departure, **new.dict())


@router.post("/placements/{pk}/withdrawal", response=changes(Placement))
@change(Permission.ASSISTANCE_EDIT, conditional=True)
def withdraw(request: Call, pk: InPath, new: MaybeReason) -> HttpResponse:
    """The bed is not needed any more."""
    return _step(request, pk, acts.withdraw_bed_request, reason=new.reason)
