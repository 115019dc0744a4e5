"""The service directory over the API: what is offered where, for whom, in which languages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.cases import choices, codes
from concerted.mechanism.cases.acts import directory as acts
from concerted.mechanism.cases.reads.assistance import OfferFilter, own_offers, service_directory

from ..answers import In, Page, Paging, of, slice_of, versioned
from ..call import (
    Call,
    Day,
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
from .common import AgeBand, OneOf, ServiceKind, Word, already_there, who

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
    row_version: int
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


class OfferFacts(In):
    """A service of the caller's agency; an empty list means everybody."""

    kind: ServiceKind
    name_en: Annotated[Line, Field(max_length=200)]
    name_zh: Annotated[Line, Field(max_length=160)] = ""
    place_code: PlaceCode | None = None
    serves_within: PlaceCode | None = None
    age_bands: Annotated[list[AgeBand], Field(max_length=10)] = []
    sexes: Annotated[list[Annotated[str, OneOf(codes.SERVED_SEXES)]], Field(max_length=10)] = []
    languages: Annotated[list[Word], Field(max_length=40)] = []
    conditions_en: Annotated[Text, Field(max_length=4_000)] = ""
    conditions_zh: Annotated[Text, Field(max_length=4_000)] = ""
    hours: Annotated[Line, Field(max_length=120)] = ""
    valid_from: Day | None = None
    valid_to: Day | None = None


class NewServiceOffer(OfferFacts):
    """A service under a key of its own."""

    key: Slug


def _own_offer(request: Call, key: str) -> Any:
    return next((one for one in own_offers(**who(request)) if one.key == key), None)


def _values(facts: OfferFacts) -> dict[str, Any]:
    found = facts.dict(exclude={"key", "kind"})
    places = ("place_code", "serves_within")
    return {name: value for name, value in found.items() if value is not None or name not in places}


@router.post("/service-offers", response=makes(Offer))
@change(Permission.DIRECTORY_EDIT)
def offer(request: Call, new: NewServiceOffer) -> HttpResponse:
    """Put a service into the directory; 409 for one that is there."""
    if _own_offer(request, new.key) is not None:
        raise already_there()
    made = acts.offer_service(**who(request), key=new.key, kind=new.kind, values=_values(new))
    return versioned(Offer, made, status=201, location="/api/v1/service-offers")


@router.patch("/service-offers/{key}", response=changes(Offer))
@edit(Permission.DIRECTORY_EDIT)
def change_offer(request: Call, key: KeyInPath, new: OfferFacts) -> HttpResponse:
    """Change an entry of the caller's agency."""
    found = given(_own_offer(request, key))
    version = expected_version(request, found)
    changed = acts.offer_service(
        **who(request), key=key, kind=new.kind, values=_values(new), row_version=version
    )
    return versioned(Offer, changed)


@router.post("/service-offers/{key}/end", response=changes(Offer))
@change(Permission.DIRECTORY_EDIT, conditional=True)
def end_offer(request: Call, key: KeyInPath) -> HttpResponse:
    """The service is offered no longer from today."""
    as_read(request, given(_own_offer(request, key)))
    return versioned(Offer, acts.end_service_offer(**who(request), key=key))
