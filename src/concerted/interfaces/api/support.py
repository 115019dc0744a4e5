"""Requests for support: the lead asks, the supporting agency answers; no rule of them is here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from ninja import Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.reads import agency_by_key
from concerted.mechanism.plan.acts import support as acts
from concerted.mechanism.plan.reads import reporting as reads

from .answers import In, Page, Paging, of, page_of, reply
from .call import Call, Day, Id, InPath, Key, Router, Text, answers, change, changes, given, makes, operation

router = Router(tags=["support requests"])


class SupportRequest(Schema):
    """A lead asks a supporting agency for its part of a report."""

    id: int
    measure: int = of("measure_id")
    period: int = of("period_id")
    lead: str = of("lead.key")
    asked: str = of("asked.key")
    question: str
    due: date
    state: str
    answer: str
    asked_at: datetime
    answered_at: datetime | None


@router.get("/support-requests", response=answers(Page[SupportRequest]))
@operation(Permission.REPORT_READ)
def list_requests(request: Call, paging: Query[Paging]) -> Any:
    """The requests the agency asked or was asked."""
    return page_of(reads.support_requests(agency_id=request.officer.agency_id), paging)


@router.get("/support-requests/{pk}", response=answers(SupportRequest))
@operation(Permission.REPORT_READ)
def read_request(request: Call, pk: InPath) -> Any:
    """One request the agency asked or was asked."""
    return _request(request, pk)


class NewRequest(In):
    """Whom to ask for what, on which measure and period; without a day, in time for the lead's own report."""

    measure: Id
    period: Id
    asked: Key
    question: Text
    due: Day | None = None


@router.post("/support-requests", response=makes(SupportRequest))
@change(Permission.SUPPORT_REQUEST)
def ask(request: Call, new: NewRequest) -> HttpResponse:
    """Ask one supporting agency for its part."""
    made = acts.ask_support(
        officer=request.officer,
        at=request.at,
        measure=given(reads.measure_by_id(new.measure)),
        period=given(reads.period_by_id(new.period)),
        asked=given(agency_by_key(new.asked)),
        question=new.question,
        due=new.due,
    )
    return reply(SupportRequest, made, status=201, location=f"/api/v1/support-requests/{made.pk}")


class Answer(In):
    """What the supporting agency says."""

    answer: Text


@router.post("/support-requests/{pk}/answer", response=changes(SupportRequest))
@change(Permission.SUPPORT_ANSWER)
def answer(request: Call, pk: InPath, given_answer: Answer) -> HttpResponse:
    """Answer the lead's request."""
    acts.answer_support(
        officer=request.officer,
        at=request.at,
        request=given(reads.support_by_id(pk)),
        answer=given_answer.answer,
    )
    return reply(SupportRequest, _request(request, pk))


class Withdrawal(In):
    """Why a request is taken back."""

    reason: Text


@router.post("/support-requests/{pk}/withdrawal", response=changes(SupportRequest))
@change(Permission.SUPPORT_REQUEST)
def withdraw(request: Call, pk: InPath, why: Withdrawal) -> HttpResponse:
    """Take an unanswered request back."""
    acts.withdraw_support(
        officer=request.officer, at=request.at, request=given(reads.support_by_id(pk)), reason=why.reason
    )
    return reply(SupportRequest, _request(request, pk))


def _request(request: Call, pk: int) -> Any:
    found = reads.support_requests(agency_id=request.officer.agency_id)
    return given(found.filter(pk=pk).first())
