"""Referrals over the API: written, sent, answered, served, closed; before acceptance a receiver reads the preview."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.acts import referrals as acts
from concerted.mechanism.cases.reads import queues
from concerted.mechanism.cases.reads import referrals as reads
from concerted.mechanism.cases.reads.machines import person_for_machine
from concerted.mechanism.cases.states import REFERRAL

from ..answers import In, Page, Paging, of, read_cursor, slice_of, versioned, write_cursor
from ..call import Call, Id, InPath, Key, Router, Text, answers, as_read, change, changes, makes, operation
from .common import (
    CaseMove,
    CasePreview,
    Declined,
    Moment,
    OneOf,
    Outside,
    Purpose,
    Sections,
    ServiceKind,
    Short,
    Step,
    StepNote,
    StepReason,
    Urgency,
    With,
    agency_of,
    in_order,
    move_of,
    on_case,
    preview_of,
    steps_of,
    who,
)
from .sharing import BasisKey, consent_of

router = Router(tags=["referrals"])

Outcome = Annotated[str, OneOf(codes.OUTCOMES)]


class Referral(Schema):
    """A referral without its words. to_agency is null for somebody outside; case is null until it is open to you."""

    id: int = of("pk")
    number: str
    case: int | None = of("case_told", None)
    agency: str = of("agency.key")
    to_agency: str | None = of("to_agency.key", None)
    service: str
    urgency: str
    preview: dict[str, Any]
    sections: list[str]
    purpose: str
    legal_basis: str
    until: datetime | None
    state: str
    written_at: datetime
    sent_at: datetime | None
    seen_at: datetime | None
    answered_at: datetime | None
    decline_code: str
    begun_at: datetime | None
    ended_at: datetime | None
    outcome: str
    answer_by: datetime | None
    act_by: datetime | None
    row_version: int


class ReferralClock(Schema):
    """A clock that runs or ran on the referral."""

    obligation: int = of("pk")
    kind: str
    owner: str = of("owner.key")
    due: str
    due_at: datetime | None
    state: str

    @staticmethod
    def resolve_due(thing: Any) -> str:
        """The day it is due."""
        return str(thing.due.isoformat())


class PackageMade(Schema):
    """A sealed package that went out, and whether its recipient gave the code back."""

    id: int = of("pk")
    sections: list[str]
    digest: str
    made_at: datetime
    expires_at: datetime
    acknowledged_at: datetime | None


class WholeReferral(Referral):
    """A referral with its words, clocks and log, and the steps possible now."""

    reason: str
    note: str
    relies_on: str
    withdrawn_at: datetime | None
    question: str
    information: str
    answer: str
    outcome_note: str
    outside: dict[str, Any]
    is_sender: bool
    clocks: list[ReferralClock]
    log: list[CaseMove]
    steps: list[Step]
    packages: list[PackageMade]


#: From these states on the agency asked knows the case.
_OPENED = ("accepted", "in_service", "completed", "not_completed", "feedback_seen", "closed")


def told(request: Call, row: Any, **more: Any) -> With:
    """The referral as its side may know it: an agency asked learns the case by accepting."""
    is_sender = row.agency_id == request.officer.agency_id
    knows = is_sender or (row.state in _OPENED and row.answered_at is not None and not row.decline_code)
    return With(row, case_told=row.case_id if knows else None, **more)


def _where(row: Any) -> str:
    return f"/api/v1/referrals/{row.pk}"


def referral_of(request: Call, pk: int) -> Any:
    """A referral the caller's agency sent or was asked. Raises NotThere."""
    return reads.referral_by_id(**who(request), pk=pk)


class WantedReferrals(Paging):
    """Whose referrals, and in which state; waiting, under_way and ended are groups of states."""

    direction: Literal["received", "sent"] = "received"
    state: Annotated[str, OneOf(("", *queues.GROUPS, *REFERRAL.states))] = ""


@router.get("/referrals", response=answers(Page[Referral]))
@operation(Permission.REFERRAL_READ)
def list_referrals(request: Call, wanted: Query[WantedReferrals]) -> Any:
    """The referrals the caller's agency got or sent, in order of their number."""
    rows = queues.referrals_after(
        **who(request),
        is_sent=wanted.direction == "sent",
        state=wanted.state,
        after=read_cursor(wanted.cursor, int) or 0,
        limit=wanted.limit + 1,
    )
    items = rows[: wanted.limit]
    following = write_cursor(items[-1].pk) if len(rows) > wanted.limit else None
    return {"items": [told(request, row) for row in items], "next": following}


@router.get("/cases/{pk}/referrals", response=answers(Page[Referral]))
@operation(Permission.CASE_READ)
def list_of_case(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """The referrals of one case as far as the caller's agency may know them."""
    rows = in_order(reads.referrals_of_case(**on_case(request, pk)))
    page = slice_of(rows, paging, key=lambda row: row.pk, kind=int)
    page["items"] = [With(row, case_told=row.case_id) for row in page["items"]]
    return page


@router.get("/referrals/{pk}", response=answers(WholeReferral))
@operation(Permission.REFERRAL_READ)
def read_referral(request: Call, pk: InPath) -> HttpResponse:
    """One referral; before it is accepted its receiver reads the preview and the reason. The look is recorded."""
    view = reads.referral_view(**who(request), referral=referral_of(request, pk))
    words = {name: str(view.words.get(name) or "") for name in _WORDS}
    mine = [row for row in view.possible if holds(request.officer, row.permission)]
    whole = told(
        request,
        view.referral,
        **words,
        outside=view.words.get("outside") or {},
        is_sender=view.is_sender,
        withdrawn_at=view.withdrawn_at,
        clocks=list(view.clocks),
        log=[move_of(row, said) for row, said in view.log],
        steps=steps_of(mine),
        packages=list(view.packages),
    )
    return versioned(WholeReferral, whole)


_WORDS = ("reason", "note", "relies_on", "question", "information", "answer", "outcome_note")


class NewReferral(In):
    """An offer to one agency's queue, or to somebody outside; nobody else sees it before it is sent."""

    to_agency: Key | None = None
    outside: Outside | None = None
    service: ServiceKind
    reason: Text
    sections: Sections
    purpose: Purpose
    urgency: Urgency = "routine"
    preview: CasePreview | None = None
    consent: Id | None = None
    legal_basis: BasisKey = ""
    relies_on: Short = ""
    persons: Annotated[list[Id], Field(max_length=20)] = []
    until: Moment | None = None
    note: Text = ""


@router.post("/cases/{pk}/referrals", response=makes(Referral))
@change(Permission.REFERRAL_SEND)
def draft(request: Call, pk: InPath, new: NewReferral) -> HttpResponse:
    """Write a referral that is not sent yet."""
    made = acts.draft_referral(
        **on_case(request, pk),
        **new.dict(exclude={"to_agency", "outside", "preview", "consent", "persons"}),
        persons=[person_for_machine(**who(request), pk=person) for person in new.persons],
        to_agency=agency_of(new.to_agency) if new.to_agency else None,
        outside=new.outside.dict() if new.outside else None,
        preview=preview_of(new.preview),
        consent=consent_of(request, pk, new.consent),
    )
    return versioned(Referral, told(request, made), status=201, location=_where(made))


def _step(request: Call, pk: int, act: Any, **given: Any) -> HttpResponse:
    done = act(**who(request), referral=as_read(request, referral_of(request, pk)), **given)
    return versioned(Referral, told(request, done))


@router.post("/referrals/{pk}/sending", response=changes(Referral))
@change(Permission.REFERRAL_SEND, conditional=True)
def send(request: Call, pk: InPath) -> HttpResponse:
    """Put it into the receiver's queue: its clock to answer starts. 422 without a live basis."""
    return _step(request, pk, acts.send_referral)


@router.post("/referrals/{pk}/seeing", response=changes(Referral))
@change(Permission.REFERRAL_ANSWER, conditional=True)
def see(request: Call, pk: InPath) -> HttpResponse:
    """The agency asked has looked at it; no clock stops."""
    return _step(request, pk, acts.see_referral)


@router.post("/referrals/{pk}/acceptance", response=changes(Referral))
@change(Permission.REFERRAL_ANSWER, conditional=True)
def accept(request: Call, pk: InPath, new: StepNote) -> HttpResponse:
    """Take it on: the sections open, the receiver's file begins, its clock to act starts."""
    return _step(request, pk, acts.accept_referral, note=new.note)


@router.post("/referrals/{pk}/decline", response=changes(Referral))
@change(Permission.REFERRAL_ANSWER, conditional=True)
def decline(request: Call, pk: InPath, new: Declined) -> HttpResponse:
    """Decline with a coded reason; nothing was opened."""
    return _step(request, pk, acts.decline_referral, **new.dict())


class Question(In):
    """What the agency asked needs to know."""

    question: Text


@router.post("/referrals/{pk}/return", response=changes(Referral))
@change(Permission.REFERRAL_ANSWER, conditional=True)
def send_back(request: Call, pk: InPath, new: Question) -> HttpResponse:
    """Send it back for information; the sender's clock to complete it starts."""
    return _step(request, pk, acts.return_referral, question=new.question)


class Information(In):
    """The answer to the question, what the preview tells besides, and what carries it on where its basis has ended."""

    information: Text
    preview: CasePreview | None = None
    consent: Id | None = None
    legal_basis: BasisKey = ""
    relies_on: Short = ""


@router.post("/referrals/{pk}/information", response=changes(Referral))
@change(Permission.REFERRAL_SEND, conditional=True)
def inform(request: Call, pk: InPath, new: Information) -> HttpResponse:
    """Answer what the receiver asked; it is in the queue again."""
    return _step(
        request,
        pk,
        acts.complete_information,
        information=new.information,
        preview=preview_of(new.preview),
        consent=consent_of(request, referral_of(request, pk).case_id, new.consent),
        legal_basis=new.legal_basis,
        relies_on=new.relies_on,
    )


@router.post("/referrals/{pk}/withdrawal", response=changes(Referral))
@change(Permission.REFERRAL_SEND, conditional=True)
def withdraw(request: Call, pk: InPath, new: StepReason) -> HttpResponse:
    """Take it back before it is answered."""
    return _step(request, pk, acts.withdraw_referral, reason=new.reason)


@router.post("/referrals/{pk}/beginning", response=changes(Referral))
@change(Permission.REFERRAL_ANSWER, conditional=True)
def begin(request: Call, pk: InPath, new: StepNote) -> HttpResponse:
    """The service has begun; the clock to act is met."""
    return _step(request, pk, acts.begin_service, note=new.note)


class Ended(In):
    """How the service ended."""

    outcome: Outcome
    note: Text = ""


@router.post("/referrals/{pk}/completion", response=changes(Referral))
@change(Permission.REFERRAL_ANSWER, conditional=True)
def complete(request: Call, pk: InPath, new: Ended) -> HttpResponse:
    """The service is completed."""
    return _step(request, pk, acts.finish_service, **new.dict())


@router.post("/referrals/{pk}/failure", response=changes(Referral))
@change(Permission.REFERRAL_ANSWER, conditional=True)
def fail(request: Call, pk: InPath, new: Ended) -> HttpResponse:
    """The service was not completed."""
    return _step(request, pk, acts.fail_service, **new.dict())


class OutsideOutcome(Ended):
    """What somebody outside told of the service."""

    is_completed: bool


@router.post("/referrals/{pk}/outside-outcome", response=changes(Referral))
@change(Permission.REFERRAL_SEND, conditional=True)
def outside_outcome(request: Call, pk: InPath, new: OutsideOutcome) -> HttpResponse:
    """Write down how a referral outside the system ended; its sender keeps the book."""
    return _step(request, pk, acts.record_outside_outcome, **new.dict())


@router.post("/referrals/{pk}/feedback", response=changes(Referral))
@change(Permission.REFERRAL_SEND, conditional=True)
def see_feedback(request: Call, pk: InPath) -> HttpResponse:
    """The sender has read how it ended."""
    return _step(request, pk, acts.see_feedback)


@router.post("/referrals/{pk}/closing", response=changes(Referral))
@change(Permission.REFERRAL_SEND, conditional=True)
def close(request: Call, pk: InPath) -> HttpResponse:
    """Nothing more happens to it; both agencies keep their files."""
    return _step(request, pk, acts.close_referral)
