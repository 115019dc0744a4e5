"""What a person asks about the use of what is kept, over the API: restrict it, a copy, a correction; and the answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.cases import law
from concerted.mechanism.cases.acts import rights as acts
from concerted.mechanism.cases.reads import rights as reads

from ..answers import In, Page, Paging, of, slice_of, versioned
from ..call import (
    Call,
    InPath,
    Router,
    Text,
    answers,
    as_read,
    change,
    changes,
    expected_version,
    makes,
    operation,
)
from .common import MaybeReason, OneOf, StepReason, With, in_order, on_case, who

router = Router(tags=["rights of the person"])


class Right(Schema):
    """A right of the person, with its article, who may ask, and where it does not hold."""

    key: str
    name_en: str
    name_zh: str
    article: str
    restricts: bool
    asked_by: list[str]
    but_en: str
    but_zh: str


@router.get("/person-rights", response=answers(list[Right]))
@operation(Permission.CASE_READ)
def list_rights(request: Call) -> Any:
    """Every right of the person, in the order of the law."""
    return list(law.rights())


class RightsRequest(Schema):
    """What was asked of an agency on a case, without its words."""

    id: int = of("pk")
    agency: str = of("agency.key")
    kind: str
    asked_by: str
    state: str
    asked_at: datetime
    decided_at: datetime | None
    ended_at: datetime | None
    row_version: int


class WholeRequest(RightsRequest):
    """What was asked, as it was said, and the reason of the answer."""

    words: str
    reason: str
    is_own: bool


@router.get("/cases/{pk}/rights-requests", response=answers(Page[WholeRequest]))
@operation(Permission.CASE_READ)
def list_requests(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """What the person asked of the caller's agency, and for a lead of every agency; recorded."""
    rows = [
        With(
            view.request,
            words=str(view.words.get("words", "")),
            reason=str(view.words.get("reason", "")),
            is_own=view.is_own,
        )
        for view in reads.requests_of(**on_case(request, pk))
    ]
    return slice_of(in_order(rows), paging, key=lambda row: row.pk, kind=int)


class NewRightsRequest(In):
    """Which right, and who asks; words: as they were said, sealed."""

    kind: Annotated[str, OneOf([right.key for right in law.rights()])]
    asked_by: Annotated[str, OneOf(acts.ASKERS)] = "self"
    words: Text = ""


@router.post("/cases/{pk}/rights-requests", response=makes(RightsRequest))
@change(Permission.CONSENT_TAKE)
def record(request: Call, pk: InPath, new: NewRightsRequest) -> HttpResponse:
    """Write down what is asked of the caller's agency; closed cases too."""
    made = acts.record_request(**on_case(request, pk), **new.dict())
    return versioned(RightsRequest, made, status=201, location=f"/api/v1/cases/{pk}/rights-requests")


def _found(request: Call, pk: int, part: int) -> Any:
    return reads.request_by_id(**on_case(request, pk), pk=part).request


def _answer(request: Call, pk: int, part: int, act: Any, reason: str) -> HttpResponse:
    found = _found(request, pk, part)
    version = expected_version(request, found)
    done = act(**who(request), request=found, row_version=version, reason=reason)
    return versioned(RightsRequest, done)


@router.post("/cases/{pk}/rights-requests/{part}/grant", response=changes(RightsRequest))
@change(Permission.CONSENT_TAKE, conditional=True)
def grant(request: Call, pk: InPath, part: InPath, new: MaybeReason) -> HttpResponse:
    """Do what is asked; a restriction holds from now on, and those who hold something are told."""
    return _answer(request, pk, part, acts.grant_request, new.reason)


@router.post("/cases/{pk}/rights-requests/{part}/refusal", response=changes(RightsRequest))
@change(Permission.CONSENT_TAKE, conditional=True)
def refuse(request: Call, pk: InPath, part: InPath, new: StepReason) -> HttpResponse:
    """Do not do it, for a reason the person is told."""
    return _answer(request, pk, part, acts.refuse_request, new.reason)


@router.post("/cases/{pk}/rights-requests/{part}/end", response=changes(RightsRequest))
@change(Permission.CONSENT_TAKE, conditional=True)
def end_restriction(request: Call, pk: InPath, part: InPath, new: StepReason) -> HttpResponse:
    """The person wishes the restriction no longer."""
    found = as_read(request, _found(request, pk, part))
    return versioned(RightsRequest, acts.end_restriction(**who(request), request=found, reason=new.reason))
