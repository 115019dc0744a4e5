"""Emergency accesses over the API: told and reviewed; none begins here, for a key cannot give a second factor again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Schema

from concerted.errors import Conflict
from concerted.foundation.access.permissions import Permission
from concerted.mechanism.cases import choices
from concerted.mechanism.cases.acts import glass as acts
from concerted.mechanism.cases.reads import sharing as reads

from ..answers import In, Page, Paging, of, reply, slice_of
from ..call import Call, InPath, Router, Text, answers, change, changes, makes, operation
from .common import OneOf, Sections, With, in_order, who

router = Router(tags=["emergency access"])


class Access(Schema):
    """One emergency access: three hours, one case, these sections, and how its review ended."""

    id: int = of("pk")
    case: int = of("case_id")
    agency: str = of("agency.key")
    officer: str = of("officer.username")
    owner: str = of("owner.key")
    sections: list[str]
    opened_at: datetime
    until: datetime
    reviewed_at: datetime | None
    verdict: str


class WholeAccess(Access):
    """An emergency access with its reason and what its review found."""

    reason: str
    review: str
    is_mine: bool


class WantedAccesses(Paging):
    """Which accesses; waiting_only: those not reviewed yet."""

    waiting_only: bool = True


@router.get("/emergency-accesses", response=answers(Page[Access]))
@operation(Permission.INTAKE_READ)
def list_accesses(request: Call, wanted: Query[WantedAccesses]) -> Any:
    """Emergency accesses by the caller's agency, or to cases it leads."""
    rows = in_order(reads.emergency_accesses(**who(request), waiting_only=wanted.waiting_only))
    return slice_of(rows, wanted, key=lambda row: row.pk, kind=int)


@router.get("/emergency-accesses/{pk}", response=answers(WholeAccess))
@operation(Permission.INTAKE_READ)
def read_access(request: Call, pk: InPath) -> Any:
    """One emergency access; the look is recorded."""
    view = reads.glass_view(**who(request), glass=pk)
    return With(
        view.glass,
        reason=str(view.words.get("reason", "")),
        review=str(view.words.get("review", "")),
        is_mine=view.is_mine,
    )


class Emergency(In):
    """What the page of emergency access asks for."""

    number: Annotated[str, Field(pattern=r"^[A-Za-z0-9\-]{1,20}$")]
    reason: Text
    sections: Sections


@router.post("/emergency-accesses", response=makes(Access))
@change(Permission.GLASS_BREAK)
def refuse(request: Call, new: Emergency) -> HttpResponse:
    """Always 409: an emergency access needs the officer's second factor at that moment, and a key has none."""
    raise Conflict(
        _("No machine opens a case in an emergency: the officer gives the second factor again for it."),
        remedy=_("Sign in and open the page of emergency access."),
    )


class Review(In):
    """What the review found."""

    verdict: Annotated[str, OneOf(choices.VERDICTS)]
    review: Text


@router.post("/emergency-accesses/{pk}/review", response=changes(Access))
@change(Permission.GLASS_REVIEW)
def review(request: Call, pk: InPath, new: Review) -> HttpResponse:
    """The owner of the case says whether it was justified; its user never can."""
    view: Any = reads.glass_view(**who(request), glass=pk)
    return reply(Access, acts.review_glass(**who(request), glass=view.glass, **new.dict()))
