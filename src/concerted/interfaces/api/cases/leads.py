"""The lead of a case over the API: offered, taken over, declined, shared; the old lead keeps its file."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.acts import transfers as acts
from concerted.mechanism.cases.reads import queues
from concerted.mechanism.cases.reads import referrals as reads
from concerted.mechanism.cases.reads.machines import person_for_machine
from concerted.mechanism.cases.states import TRANSFER

from ..answers import In, Page, Paging, of, read_cursor, versioned, write_cursor
from ..call import Call, Id, InPath, Key, Router, Text, answers, as_read, change, changes, makes, operation
from .common import (
    CasePreview,
    Declined,
    MaybeReason,
    Moment,
    OneOf,
    Sections,
    Step,
    StepNote,
    With,
    agency_of,
    case_of,
    on_case,
    preview_of,
    steps_of,
    who,
)
from .sharing import BasisKey, consent_of
from .spine import Case

router = Router(tags=["lead of a case"])


class LeadOffer(Schema):
    """An offer of the lead. case is null until it is open to you."""

    id: int = of("pk")
    case: int | None = of("case_told", None)
    agency: str = of("agency.key")
    to_agency: str = of("to_agency.key")
    is_joint: bool
    preview: dict[str, Any]
    state: str
    offered_at: datetime
    answered_at: datetime | None
    decline_code: str
    row_version: int


class WholeOffer(LeadOffer):
    """An offer with its words, what opens with it at acceptance, and the steps possible now."""

    reason: str
    answer: str
    urgency: str
    sections: list[str]
    purpose: str
    until: datetime | None
    is_asked: bool
    steps: list[Step]


def _told(request: Call, row: Any, **more: Any) -> With:
    knows = row.agency_id == request.officer.agency_id or row.state == "accepted"
    return With(row, case_told=row.case_id if knows else None, **more)


def _view(request: Call, pk: int) -> Any:
    return reads.transfer_view(**who(request), transfer=pk)


class WantedLeadOffers(Paging):
    """In which state."""

    state: Annotated[str, OneOf(("", *TRANSFER.states))] = ""


@router.get("/lead-offers", response=answers(Page[LeadOffer]))
@operation(Permission.REFERRAL_READ)
def list_offers(request: Call, wanted: Query[WantedLeadOffers]) -> Any:
    """The offers of a lead that the caller's agency made or got."""
    rows = queues.transfers_after(
        **who(request),
        state=wanted.state,
        after=read_cursor(wanted.cursor, int) or 0,
        limit=wanted.limit + 1,
    )
    items = rows[: wanted.limit]
    following = write_cursor(items[-1].pk) if len(rows) > wanted.limit else None
    return {"items": [_told(request, row) for row in items], "next": following}


@router.get("/lead-offers/{pk}", response=answers(WholeOffer))
@operation(Permission.REFERRAL_READ)
def read_offer(request: Call, pk: InPath) -> HttpResponse:
    """One offer; the look is recorded."""
    view = _view(request, pk)
    theirs = Permission.REFERRAL_ANSWER if view.is_asked else Permission.CASE_LEAD
    mine = [row for row in view.possible if row.permission is theirs and holds(request.officer, theirs)]
    whole = _told(
        request,
        view.transfer,
        reason=str(view.words.get("reason", "")),
        answer=str(view.words.get("answer", "")),
        urgency=str(view.words.get("urgency", "")),
        sections=list(view.goods),
        purpose=str((view.words.get("goods") or {}).get("purpose", "")),
        until=view.until,
        is_asked=view.is_asked,
        steps=steps_of(mine),
    )
    return versioned(WholeOffer, whole)


class NewLeadOffer(In):
    """To whom the lead is offered, and why; is_joint: the caller goes on leading beside it.

    sections: what opens at acceptance, on a consent or a legal basis (`relies_on`: law and order; `persons`: whose
    names); empty, the other agency leads a case of which it reads nothing.
    """

    to_agency: Key
    reason: Text
    is_joint: bool = False
    preview: CasePreview | None = None
    sections: Sections = []
    purpose: Annotated[str, OneOf(("", *codes.PURPOSES))] = ""
    until: Moment | None = None
    consent: Id | None = None
    legal_basis: BasisKey = ""
    relies_on: Text = ""
    persons: Annotated[list[Id], Field(max_length=20)] = []


@router.post("/cases/{pk}/lead-offers", response=makes(LeadOffer))
@change(Permission.CASE_LEAD)
def offer(request: Call, pk: InPath, new: NewLeadOffer) -> HttpResponse:
    """Offer the lead; by itself it opens the spine only."""
    made = acts.offer_lead(
        **on_case(request, pk),
        **new.dict(exclude={"to_agency", "preview", "consent", "persons"}),
        to_agency=agency_of(new.to_agency),
        preview=preview_of(new.preview),
        consent=consent_of(request, pk, new.consent),
        persons=[person_for_machine(**who(request), pk=person) for person in new.persons],
    )
    return versioned(LeadOffer, _told(request, made), status=201, location=f"/api/v1/lead-offers/{made.pk}")


@router.post("/lead-offers/{pk}/acceptance", response=changes(LeadOffer))
@change(Permission.REFERRAL_ANSWER, conditional=True)
def accept(request: Call, pk: InPath, new: StepNote) -> HttpResponse:
    """Take the lead over, or join in it."""
    done = acts.accept_lead(
        **who(request), transfer=as_read(request, _view(request, pk).transfer), note=new.note
    )
    return versioned(LeadOffer, _told(request, done))


@router.post("/lead-offers/{pk}/decline", response=changes(LeadOffer))
@change(Permission.REFERRAL_ANSWER, conditional=True)
def decline(request: Call, pk: InPath, new: Declined) -> HttpResponse:
    """Do not take the lead, with a coded reason."""
    done = acts.decline_lead(
        **who(request), transfer=as_read(request, _view(request, pk).transfer), **new.dict()
    )
    return versioned(LeadOffer, _told(request, done))


@router.post("/lead-offers/{pk}/withdrawal", response=changes(LeadOffer))
@change(Permission.CASE_LEAD, conditional=True)
def withdraw(request: Call, pk: InPath, new: MaybeReason) -> HttpResponse:
    """Take the offer back before it is answered."""
    done = acts.withdraw_lead_offer(
        **who(request), transfer=as_read(request, _view(request, pk).transfer), reason=new.reason
    )
    return versioned(LeadOffer, _told(request, done))


@router.post("/cases/{pk}/joint-lead/end", response=changes(Case))
@change(Permission.CASE_LEAD, conditional=True)
def leave(request: Call, pk: InPath) -> HttpResponse:
    """Lead jointly no longer; not for the only lead."""
    found = as_read(request, case_of(request, pk))
    return versioned(Case, acts.leave_joint_lead(**who(request), case=found))
