"""Victim status over the API: put forward, decided by a second officer, reviewed; a screening decides nothing here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.cases import choices, codes, law
from concerted.mechanism.cases.acts import status as acts
from concerted.mechanism.cases.acts import status_reviews as review_acts
from concerted.mechanism.cases.reads import status as reads

from ..answers import In, of, versioned
from ..call import (
    Call,
    Day,
    InPath,
    Router,
    Text,
    answers,
    change,
    changes,
    expected_version,
    makes,
    operation,
)
from .common import OneOf, StepNote, With, on_case, who

router = Router(tags=["victim status"])

Basis = Annotated[str, OneOf(("", *law.status_bases()))]


class StatusKind(Schema):
    """A kind of decision, and which families of agencies make it."""

    key: str
    en: str
    zh: str
    deciders: list[str]
    source: str


class StatusBasis(Schema):
    """A rule a decision can name."""

    key: str
    en: str
    zh: str
    articles: list[str]
    kinds: list[str]


class StatusRules(Schema):
    """Who decides what on which rule, as the law was read."""

    kinds: list[StatusKind]
    bases: list[StatusBasis]


@router.get("/status-rules", response=answers(StatusRules))
@operation(Permission.CASE_READ)
def read_rules(request: Call) -> Any:
    """The kinds of decision on victim status and the rules they can name."""
    return {"kinds": list(law.status_kinds().values()), "bases": list(law.status_bases().values())}


class StatusDecision(Schema):
    """A decision on victim status without its reasons."""

    id: int = of("pk")
    agency: str = of("agency.key")
    officer: str = of("officer.username")
    kind: str
    finding: str
    basis: str
    state: str
    proposed_at: datetime
    reflection_until: date | None
    decided_at: datetime | None
    decided_by: str | None = of("decided_by.username", None)
    replaces: int | None = of("replaces_id")
    row_version: int


class StatusReview(Schema):
    """A review of a decision without its words."""

    id: int = of("pk")
    decision: int = of("decision_id")
    agency: str = of("agency.key")
    decider: str = of("decider.key")
    asked_by: str
    state: str
    asked_at: datetime
    answered_at: datetime | None
    row_version: int


class WholeReview(StatusReview):
    """A review with its grounds and the answer."""

    grounds: str
    answer: str


class WholeDecision(StatusDecision):
    """A decision with its reasons and reviews."""

    reasons: str
    note: str
    reviews: list[WholeReview]


class Status(Schema):
    """What was decided, newest first; holds: the decision that holds now; may_decide: the kinds open to the caller."""

    holds: int | None
    may_decide: list[str]
    decisions: list[WholeDecision]


def _told(view: reads.DecisionView) -> With:
    reviews = [
        With(row, grounds=str(words.get("grounds", "")), answer=str(words.get("answer", "")))
        for row, words in view.reviews
    ]
    return With(
        view.decision,
        reasons=str(view.words.get("reasons", "")),
        note=str(view.words.get("decision", "")),
        reviews=reviews,
    )


@router.get("/cases/{pk}/status", response=answers(Status))
@operation(Permission.CASE_READ)
def read_status(request: Call, pk: InPath) -> Any:
    """The decisions on victim status that are open to the caller's agency; recorded."""
    view = reads.status_of(**on_case(request, pk))
    return {
        "holds": view.holds.decision.pk if view.holds else None,
        "may_decide": [kind.key for kind in view.may_decide],
        "decisions": [_told(one) for one in view.decisions],
    }


class NewStatus(In):
    """What is put forward, on which rule, for which reasons; reflection_until: a period in which to reflect."""

    kind: Annotated[str, OneOf(law.status_kinds())]
    finding: Annotated[str, OneOf(choices.STATUS_FINDINGS)]
    reasons: Text
    basis: Basis = ""
    reflection_until: Day | None = None


def _where(pk: int) -> str:
    return f"/api/v1/cases/{pk}/status"


@router.post("/cases/{pk}/status-decisions", response=makes(StatusDecision))
@change(Permission.STATUS_PROPOSE)
def propose(request: Call, pk: InPath, new: NewStatus) -> HttpResponse:
    """Put a decision forward; a supervisor of the deciding agency other than the officer decides."""
    made = acts.propose_status(**on_case(request, pk), **new.dict())
    return versioned(StatusDecision, made, status=201, location=_where(pk))


def _decision(request: Call, pk: int, part: int) -> dict[str, Any]:
    found = reads.decision_by_id(**on_case(request, pk), pk=part)
    return {**who(request), "decision": found, "row_version": expected_version(request, found)}


@router.post("/cases/{pk}/status-decisions/{part}/decision", response=changes(StatusDecision))
@change(Permission.STATUS_DECIDE, conditional=True)
def decide(request: Call, pk: InPath, part: InPath, new: StepNote) -> HttpResponse:
    """Decide as it was put forward, as a second officer; an earlier decision of the agency no longer holds."""
    return versioned(StatusDecision, acts.decide_status(**_decision(request, pk, part), note=new.note))


@router.post("/cases/{pk}/status-decisions/{part}/return", response=changes(StatusDecision))
@change(Permission.STATUS_DECIDE, conditional=True)
def send_back(request: Call, pk: InPath, part: InPath, new: StepNote) -> HttpResponse:
    """Do not decide so; the note is the reason."""
    return versioned(StatusDecision, acts.send_status_back(**_decision(request, pk, part), note=new.note))


@router.post("/cases/{pk}/status-decisions/{part}/withdrawal", response=changes(StatusDecision))
@change(Permission.STATUS_PROPOSE, conditional=True)
def withdraw(request: Call, pk: InPath, part: InPath) -> HttpResponse:
    """Take back what was put forward and not decided."""
    return versioned(StatusDecision, acts.withdraw_status(**_decision(request, pk, part)))


class NewReview(In):
    """Who asks that a decision be looked at again, and why."""

    asked_by: Annotated[str, OneOf(codes.REVIEW_ASKERS)]
    grounds: Text


@router.post("/cases/{pk}/status-decisions/{part}/reviews", response=makes(StatusReview))
@change(Permission.STATUS_PROPOSE)
def ask_review(request: Call, pk: InPath, part: InPath, new: NewReview) -> HttpResponse:
    """Ask for a review; the decision holds meanwhile and the clock to answer starts."""
    found = reads.decision_by_id(**on_case(request, pk), pk=part)
    made = review_acts.ask_status_review(**who(request), decision=found, **new.dict())
    return versioned(StatusReview, made, status=201, location=_where(pk))


def _review(request: Call, pk: int, part: int, act: Callable[..., Any], **given: Any) -> HttpResponse:
    found = reads.review_by_id(**on_case(request, pk), pk=part)
    version = expected_version(request, found)
    return versioned(StatusReview, act(**who(request), review=found, row_version=version, **given))


class Upheld(In):
    """Why the decision stays as it is."""

    answer: Text


@router.post("/cases/{pk}/status-reviews/{part}/upholding", response=changes(StatusReview))
@change(Permission.STATUS_DECIDE, conditional=True)
def uphold(request: Call, pk: InPath, part: InPath, new: Upheld) -> HttpResponse:
    """Leave the decision as it is, by somebody who took no part in it."""
    return _review(request, pk, part, review_acts.uphold_status, answer=new.answer)


class Changed(In):
    """Why it is decided the other way, and on which rule."""

    answer: Text
    basis: Basis = ""


@router.post("/cases/{pk}/status-reviews/{part}/change", response=changes(StatusReview))
@change(Permission.STATUS_DECIDE, conditional=True)
def overturn(request: Call, pk: InPath, part: InPath, new: Changed) -> HttpResponse:
    """Decide the other way: a new decision takes the place of the one reviewed."""
    return _review(request, pk, part, review_acts.change_status, **new.dict())


@router.post("/cases/{pk}/status-reviews/{part}/withdrawal", response=changes(StatusReview))
@change(Permission.STATUS_PROPOSE, conditional=True)
def withdraw_review(request: Call, pk: InPath, part: InPath) -> HttpResponse:
    """Take the request for a review back."""
    return _review(request, pk, part, review_acts.withdraw_status_review)
