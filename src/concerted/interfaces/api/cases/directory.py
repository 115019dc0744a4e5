"""The service directory over the API: what is offered where, for whom, in which languages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.cases import choices, codes
from concerted.mechanism.cases.acts import directory as acts
from concerted.mechanism.cases.reads.assistance import OfferFilter, service_directory

from ..answers import In, Page, Paging, of, reply, slice_of
from ..call import (
    Call,
    Day,
    Key,
    KeyInPath,
    Line,
    PlaceCode,
    Slug,
    Text,
    answers,
    change,
    changes,
    makes,
    operation,
)
from .common import AgeBand, OneOf, ServiceKind, who

router = Router(tags=["service directory"])


class Offer(Schema):
    """An entry of the directory; empty lists mean everybody."""

    key: str
    agency: str = of("agency.key")
    kind: str
    name_en: str
    name_zh: str
    place_code: str
    serves_within: str
    age_bands: list[str]
    sexes: list[str]
    languages: list[str]
    conditions_en: str
    conditions_zh: str
    hours: str
    valid_from: date | None
    valid_to: date | None
    changed_at: datetime
    is_demonstration: bool


class WantedServices(Paging):
    """Who and what is looked for; empty fields do not narrow it."""

    kind: Annotated[str, OneOf(("", *codes.SERVICES))] = ""
    place: PlaceCode | None = None
    age_band: Annotated[str, OneOf(("", *choices.AGE_BANDS))] = ""
    sex: Annotated[str, Field(pattern=r"^[a-z_]{0,20}$")] = ""
    language: Annotated[str, Field(pattern=r"^[A-Za-z0-9\-]{0,35}$")] = ""


@router.get("/service-offers", response=answers(Page[Offer]))
@operation(Permission.DIRECTORY_READ)
def list_offers(request: Call, wanted: Query[WantedServices]) -> Any:
    """The services that serve the place, take the person and speak the language, in order of key."""
    rows = service_directory(
        **who(request),
        wanted=OfferFilter(
            kind=wanted.kind,
            place_code=wanted.place or "",
            age_band=wanted.age_band,
            sex=wanted.sex,
            language=wanted.language,
        ),
    )
    return slice_of(sorted(rows, key=lambda row: row.key), wanted, key=lambda row: row.key, kind=str)


class NewServiceOffer(In):
    """A service of the caller's agency; the key of one it has changes that entry."""

    key: Slug
    kind: ServiceKind
    name_en: Annotated[Line, Field(max_length=200)]
    name_zh: Annotated[Line, Field(max_length=160)] = ""
    place_code: PlaceCode | None = None
    serves_within: PlaceCode | None = None
    age_bands: Annotated[list[AgeBand], Field(max_length=10)] = []
    sexes: Annotated[list[Key], Field(max_length=10)] = []
    languages: Annotated[list[Key], Field(max_length=50)] = []
    conditions_en: Text = ""
    conditions_zh: Text = ""
    hours: Annotated[Line, Field(max_length=120)] = ""
    valid_from: Day | None = None
    valid_to: Day | None = None


@router.post("/service-offers", response=makes(Offer))
@change(Permission.DIRECTORY_EDIT)
def offer(request: Call, new: NewServiceOffer) -> HttpResponse:
    """Put a service into the directory, or change its entry."""
    values = new.dict(exclude={"key", "kind"})
    for name in ("place_code", "serves_within"):
        if values[name] is None:
            del values[name]
    made = acts.offer_service(**who(request), key=new.key, kind=new.kind, values=values)
    return reply(Offer, made, status=201, location="/api/v1/service-offers")


@router.post("/service-offers/{key}/end", response=changes(Offer))
@change(Permission.DIRECTORY_EDIT)
def end_offer(request: Call, key: KeyInPath) -> HttpResponse:
    """The service is offered no longer from today."""
    return reply(Offer, acts.end_service_offer(**who(request), key=key))
