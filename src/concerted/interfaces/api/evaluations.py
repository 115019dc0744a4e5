"""Evaluations, findings, supervised areas and load; it holds no rule of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts, allows
from concerted.foundation.agencies.reads import agency_by_key
from concerted.mechanism.evaluation.acts import evaluations as acts
from concerted.mechanism.evaluation.acts import findings as finding_acts
from concerted.mechanism.evaluation.acts import supervision as area_acts
from concerted.mechanism.evaluation.reads import evaluations as reads
from concerted.mechanism.evaluation.reads import forecast
from concerted.mechanism.evaluation.reads import supervision as area_reads
from concerted.mechanism.evaluation.reads import workload as load_reads
from concerted.mechanism.plan.reads.documents import plan_by_key

from .answers import In, Page, Paging, of, reply, slice_of, versioned
from .call import (
    Call,
    Day,
    InPath,
    Key,
    Line,
    PlaceCode,
    Router,
    Text,
    answers,
    change,
    changes,
    expected_version,
    given,
    makes,
    operation,
)

router = Router(tags=["evaluation"])
Measures = Annotated[list[Key], Field(max_length=100)]


class Finding(Schema):
    """What was found, and how it was answered."""

    id: int
    evaluation: int = of("evaluation_id")
    number: int
    text: str
    recommendation: str
    severity: str
    addressed_to: str = of("addressed_to.key")
    response_due: date
    state: str
    response_kind: str
    response: str
    action: str
    action_due: date | None
    evidence: str
    row_version: int


class Evaluation(Schema):
    """An evaluation of a plan, or of one agency's part of it."""

    id: int
    plan: str = of("plan.key")
    kind: str
    title: str
    evaluator: str = of("evaluator.key")
    evaluated: str | None = of("evaluated.key", None)
    period_from: date
    period_to: date
    due: date
    state: str
    summary: str
    finished_at: datetime | None
    content_hash: str
    row_version: int


@router.get("/evaluations", response=answers(Page[Evaluation]))
@operation(Permission.EVALUATION_READ)
def list_evaluations(request: Call, paging: Query[Paging]) -> Any:
    """Evaluations the officer may see, in order of entry."""
    lines = reads.evaluations(officer=request.officer, at=request.at, on=request.at.date())
    rows = sorted((line.evaluation for line in lines), key=lambda one: one.pk)
    return slice_of(rows, paging, key=lambda one: one.pk, kind=int)


class NewEvaluation(In):
    """An evaluation to be planned; a self-inspection is of the caller's own agency."""

    plan: Key
    kind: Literal["self_inspection", "inspection", "stage", "final"]
    title: Line
    period_from: Day
    period_to: Day
    due: Day


@router.post("/evaluations", response=makes(Evaluation))
@change(Permission.EVALUATION_PLAN)
def plan_evaluation(request: Call, new: NewEvaluation) -> HttpResponse:
    """Plan an evaluation; its evaluator owes it by the day."""
    made = acts.plan_evaluation(
        officer=request.officer,
        at=request.at,
        **{**new.dict(), "plan": plan_by_key(new.plan)},
        evaluated=request.officer.agency if new.kind == "self_inspection" else None,
    )
    return versioned(Evaluation, made, status=201, location=f"/api/v1/evaluations/{made.pk}")


@router.get("/evaluations/{pk}", response=answers(Evaluation))
@operation(Permission.EVALUATION_READ)
def read_evaluation(request: Call, pk: InPath) -> Any:
    """One evaluation, with its ETag."""
    return versioned(Evaluation, _evaluation(request, pk).evaluation)


@router.get("/evaluations/{pk}/findings", response=answers(list[Finding]))
@operation(Permission.EVALUATION_READ)
def list_findings_of(request: Call, pk: InPath) -> Any:
    """The findings of one evaluation."""
    return [line.finding for line in _evaluation(request, pk).findings]


class EvaluationSummary(In):
    """The summary as it shall stand."""

    summary: Text


@router.post("/evaluations/{pk}/summary", response=changes(Evaluation))
@change(Permission.EVALUATION_WRITE, conditional=True)
def write_summary(request: Call, pk: InPath, new: EvaluationSummary) -> HttpResponse:
    """Keep the summary as written so far."""
    found = _evaluation(request, pk).evaluation
    kept = acts.write_summary(
        officer=request.officer,
        at=request.at,
        evaluation=found,
        summary=new.summary,
        row_version=expected_version(request, found),
    )
    return versioned(Evaluation, kept)


class NewFinding(In):
    """A finding; without a day the addressee has 30 working days from the end."""

    text: Text
    severity: Literal["major", "moderate", "minor"]
    addressed_to: Key
    recommendation: Text = ""
    response_due: Day | None = None
    measures: Measures = []


@router.post("/evaluations/{pk}/findings", response=makes(Finding))
@change(Permission.EVALUATION_WRITE)
def add_finding(request: Call, pk: InPath, new: NewFinding) -> HttpResponse:
    """Add a finding to an evaluation that is not final."""
    made = acts.add_finding(
        officer=request.officer,
        at=request.at,
        evaluation=_evaluation(request, pk).evaluation,
        finding=acts.NewFinding(**{**new.dict(), "addressed_to": given(agency_by_key(new.addressed_to))}),
    )
    return versioned(Finding, made, status=201, location=f"/api/v1/findings/{made.pk}")


@router.post("/evaluations/{pk}/finish", response=changes(Evaluation))
@change(Permission.EVALUATION_FINISH, conditional=True)
def finish(request: Call, pk: InPath) -> HttpResponse:
    """Make it final: frozen and hashed, a response owed for every finding."""
    found = _evaluation(request, pk).evaluation
    done = acts.finish_evaluation(
        officer=request.officer,
        at=request.at,
        evaluation=found,
        row_version=expected_version(request, found),
    )
    return versioned(Evaluation, done)


class EvaluationOutcome(Schema):
    """What follows from a final evaluation."""

    id: int
    evaluation: int = of("evaluation_id")
    kind: str
    agency: str = of("agency.key")
    on: date
    reason: str
    entered_by: str = of("entered_by.username")
    entered_at: datetime


@router.get("/evaluations/{pk}/outcomes", response=answers(list[EvaluationOutcome]))
@operation(Permission.EVALUATION_READ)
def list_outcomes(request: Call, pk: InPath) -> Any:
    """What follows from one evaluation, oldest first."""
    return list(_evaluation(request, pk).evaluation.outcomes.all())


class NewOutcome(In):
    """A consequence; its kind is a code of the list evaluation-outcomes."""

    kind: Key
    agency: Key
    on: Day
    reason: Text


@router.post("/evaluations/{pk}/outcomes", response=makes(EvaluationOutcome))
@change(Permission.EVALUATION_FINISH)
def enter_outcome(request: Call, pk: InPath, new: NewOutcome) -> HttpResponse:
    """Enter what follows from a final evaluation, with its reason."""
    made = acts.enter_outcome(
        officer=request.officer,
        at=request.at,
        evaluation=_evaluation(request, pk).evaluation,
        **{**new.dict(), "agency": given(agency_by_key(new.agency))},
    )
    return reply(
        EvaluationOutcome, made, status=201, location=f"/api/v1/evaluations/{made.evaluation_id}/outcomes"
    )


@router.get("/findings", response=answers(Page[Finding]))
@operation(Permission.EVALUATION_READ)
def list_findings(request: Call, paging: Query[Paging]) -> Any:
    """Findings that were sent, in order of entry."""
    lines = reads.findings(officer=request.officer, at=request.at, on=request.at.date())
    rows = sorted((line.finding for line in lines), key=lambda one: one.pk)
    return slice_of(rows, paging, key=lambda one: one.pk, kind=int)


@router.get("/findings/{pk}", response=answers(Finding))
@operation(Permission.EVALUATION_READ)
def read_finding(request: Call, pk: InPath) -> Any:
    """One finding, with its ETag."""
    return versioned(Finding, _finding(request, pk))


class FindingResponse(In):
    """The management response."""

    kind: Literal["accepted", "partly", "rejected"]
    text: Text
    action: Text = ""
    action_due: Day | None = None


@router.post("/findings/{pk}/response", response=changes(Finding))
@change(Permission.FINDING_RESPOND, conditional=True)
def respond(request: Call, pk: InPath, new: FindingResponse) -> HttpResponse:
    """Give the management response."""
    found = _finding(request, pk)
    said = finding_acts.respond(
        officer=request.officer,
        at=request.at,
        finding=found,
        row_version=expected_version(request, found),
        **new.dict(),
    )
    return versioned(Finding, said)


class FindingEvidence(In):
    """What proves that it is done."""

    evidence: Text


@router.post("/findings/{pk}/claim", response=changes(Finding))
@change(Permission.FINDING_RESPOND, conditional=True)
def claim(request: Call, pk: InPath, new: FindingEvidence) -> HttpResponse:
    """Claim the promised action as done."""
    return _moved(request, pk, finding_acts.claim_done, evidence=new.evidence)


@router.post("/findings/{pk}/verification", response=changes(Finding))
@change(Permission.FINDING_VERIFY, conditional=True)
def verify(request: Call, pk: InPath) -> HttpResponse:
    """Verify from outside the agency that it is done."""
    return _moved(request, pk, finding_acts.verify)


class FindingReason(In):
    """Why."""

    reason: Text


@router.post("/findings/{pk}/return", response=changes(Finding))
@change(Permission.FINDING_VERIFY, conditional=True)
def send_back(request: Call, pk: InPath, why: FindingReason) -> HttpResponse:
    """Send a claim back with what is missing."""
    return _moved(request, pk, finding_acts.send_back, reason=why.reason)


@router.post("/findings/{pk}/closure", response=changes(Finding))
@change(Permission.FINDING_VERIFY, conditional=True)
def close_rejected(request: Call, pk: InPath, why: FindingReason) -> HttpResponse:
    """Leave a rejected finding at that, with the reason; it stays visible."""
    return _moved(request, pk, finding_acts.close_rejected, reason=why.reason)


class SupervisedArea(Schema):
    """One stay of one place on an office's supervised list."""

    id: int
    place_code: str
    listed_by: str = of("listed_by.key")
    state: str
    since: date
    until: date | None
    review_on: date


@router.get("/supervised-areas", response=answers(list[SupervisedArea]))
@operation(Permission.SUPERVISION_READ)
def list_areas(request: Call, on: Day | None = None) -> Any:
    """Areas on a list on the day (today), warned ones first."""
    lines = area_reads.supervised_areas(officer=request.officer, at=request.at, on=on or request.at.date())
    return [line.area for line in lines]


class AreaListing(In):
    """A place to be put on the list."""

    place_code: PlaceCode
    reason: Text
    basis: Line
    review_on: Day | None = None


@router.post("/supervised-areas", response=makes(SupervisedArea))
@change(Permission.SUPERVISION_LIST)
def list_area(request: Call, new: AreaListing) -> HttpResponse:
    """Put a place on the caller's office's list."""
    made = area_acts.list_area(officer=request.officer, at=request.at, **new.dict())
    return reply(SupervisedArea, made, status=201, location=f"/api/v1/supervised-areas/{made.pk}")


class AreaStep(In):
    """A step on the list."""

    step: Literal["warn", "lift", "keep", "remove"]
    reason: Text
    basis: Line
    review_on: Day | None = None


@router.post("/supervised-areas/{pk}/steps", response=changes(SupervisedArea))
@change(Permission.SUPERVISION_CHANGE)
def change_area(request: Call, pk: InPath, new: AreaStep) -> HttpResponse:
    """Warn, lift, keep or remove."""
    line = area_reads.area_by_id(officer=request.officer, at=request.at, pk=pk, on=request.at.date())
    return reply(
        SupervisedArea,
        area_acts.change_area(officer=request.officer, at=request.at, area=line.area, **new.dict()),
    )


class OfficeLoad(Schema):
    """What one office holds on the day."""

    office: str = of("agency.key")
    held: int
    overdue: int
    load: float
    arrived: int
    left: int
    weeks_in_hand: float
    index: float
    rank: int | None
    alone: bool
    vacant: bool


@router.get("/workload", response=answers(list[OfficeLoad]))
@operation(Permission.WORKLOAD_READ)
def workload(request: Call) -> Any:
    """Every office for the office of the joint meeting, its own row for any other office."""
    found = load_reads.workload(
        officer=request.officer, at=request.at, on=request.at.date(), agency=_whose(request)
    )
    return found.rows


class OfficeLateRisk(Schema):
    """The chance that an office's next answer of a kind is late; null where nothing is said."""

    office: str = of("agency.key")
    kind: str = of("kind.code")
    due: int
    late: int
    open: int
    chance: float | None
    low: float | None
    high: float | None


@router.get("/late-risk", response=answers(list[OfficeLateRisk]))
@operation(Permission.WORKLOAD_READ)
def late_risk(request: Call) -> Any:
    """Every office for the office of the joint meeting, its own rows for any other office."""
    return forecast.late_risks(
        officer=request.officer, at=request.at, on=request.at.date(), agency=_whose(request)
    )


def _whose(request: Call) -> Any:
    sees_all = allows(request.officer, Permission.WORKLOAD_READ, SubjectFacts())
    return None if sees_all else request.officer.agency


def _evaluation(request: Call, pk: int) -> reads.EvaluationPage:
    return reads.evaluation_page(officer=request.officer, at=request.at, pk=pk, on=request.at.date())


def _moved(request: Call, pk: int, act: Callable[..., Any], **said: Any) -> HttpResponse:
    found = _finding(request, pk)
    expected_version(request, found)
    return versioned(Finding, act(officer=request.officer, at=request.at, finding=found, **said))


def _finding(request: Call, pk: int) -> Any:
    return reads.finding_by_id(officer=request.officer, at=request.at, pk=pk, on=request.at.date()).finding
