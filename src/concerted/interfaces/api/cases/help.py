"""Help for a person over the API: assessments, plans of support with goals, services."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.cases import choices, codes
from concerted.mechanism.cases.acts import assistance as acts
from concerted.mechanism.cases.reads.assistance import AssistanceView, assistance_of

from ..answers import In, Page, Paging, of, reply, slice_of, versioned
from ..call import (
    Call,
    Day,
    Id,
    InPath,
    Router,
    Text,
    answers,
    change,
    changes,
    edit,
    expected_version,
    makes,
    operation,
)
from .common import OneOf, Risk, ServiceKind, With, in_order, on_case, row_of, who

router = Router(tags=["assistance"])

Needs = Annotated[
    dict[Annotated[str, OneOf(codes.NEEDS)], Annotated[str, OneOf(codes.NEED_LEVELS)]],
    Field(max_length=40, description="need to level; none has to be answered"),
]


def help_on(request: Call, pk: int) -> AssistanceView:
    """The assistance on a case as far as the caller's agency may see; recorded. Raises NotThere."""
    found: AssistanceView = assistance_of(**on_case(request, pk))
    return found


def page_of_words(rows: Any, paging: Paging, *names: str) -> Any:
    """A cursor page of rows, each with its words under these names (empty where there are none)."""
    told = [With(row, **{name: words.get(name) or "" for name in names}) for row, words in rows]
    return slice_of(in_order(told), paging, key=lambda row: row.pk, kind=int)


class Assessment(Schema):
    """An assessment without its words."""

    id: int = of("pk")
    agency: str = of("agency.key")
    officer: str = of("officer.username")
    kind: str
    at: datetime
    level: str
    next_due: date | None


class WholeAssessment(Assessment):
    """An assessment with what it found."""

    needs: dict[str, str]
    findings: str
    wishes: str


@router.get("/cases/{pk}/assessments", response=answers(Page[WholeAssessment]))
@operation(Permission.CASE_READ)
def list_assessments(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """The assessments open to the caller's agency; the look is recorded."""
    found = help_on(request, pk).assessments
    told = [
        With(
            row,
            needs=dict(words.get("needs") or {}),
            findings=str(words.get("findings", "")),
            wishes=str(words.get("wishes", "")),
        )
        for row, words in found
    ]
    return slice_of(in_order(told), paging, key=lambda row: row.pk, kind=int)


class NewAssessment(In):
    """What was assessed; nothing but its kind is compulsory."""

    kind: Annotated[str, OneOf(codes.ASSESSMENTS)]
    level: Risk = "unknown"
    needs: Needs = {}
    findings: Text = ""
    wishes: Text = ""
    next_due: Day | None = None


@router.post("/cases/{pk}/assessments", response=makes(Assessment))
@change(Permission.ASSISTANCE_EDIT)
def assess(request: Call, pk: InPath, new: NewAssessment) -> HttpResponse:
    """Write down an assessment."""
    made = acts.assess(**on_case(request, pk), **new.dict())
    return reply(Assessment, made, status=201, location=f"/api/v1/cases/{pk}/assessments")


class SupportPlan(Schema):
    """A plan of support without its words."""

    id: int = of("pk")
    agency: str = of("agency.key")
    state: str
    written_at: datetime
    agreed_at: datetime | None
    review_on: date | None
    row_version: int


class WholePlan(SupportPlan):
    """A plan of support with its words."""

    summary: str
    agreed_how: str


@router.get("/cases/{pk}/support-plans", response=answers(Page[WholePlan]))
@operation(Permission.CASE_READ)
def list_plans(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """The plans of support open to the caller's agency; the look is recorded."""
    return page_of_words(help_on(request, pk).plans, paging, "summary", "agreed_how")


class NewSupportPlan(In):
    """What the plan is about, and its goals in order."""

    summary: Text
    goals: Annotated[list[Text], Field(max_length=50)] = []
    review_on: Day | None = None


def _plan(new: NewSupportPlan) -> dict[str, Any]:
    return {**new.dict(exclude={"goals"}), "goals": dict(enumerate(new.goals, start=1))}


@router.post("/cases/{pk}/support-plans", response=makes(SupportPlan))
@change(Permission.ASSISTANCE_EDIT)
def write_plan(request: Call, pk: InPath, new: NewSupportPlan) -> HttpResponse:
    """Write a plan of support, a draft until the person agrees."""
    made = acts.write_plan(**on_case(request, pk), **_plan(new))
    return versioned(SupportPlan, made, status=201, location=f"/api/v1/cases/{pk}/support-plans")


def _own_plan(request: Call, pk: int, part: int) -> dict[str, Any]:
    found = row_of(help_on(request, pk).plans, part)
    return {**who(request), "plan": found, "row_version": expected_version(request, found)}


@router.patch("/cases/{pk}/support-plans/{part}", response=changes(SupportPlan))
@edit(Permission.ASSISTANCE_EDIT)
def change_plan(request: Call, pk: InPath, part: InPath, new: NewSupportPlan) -> HttpResponse:
    """Change a plan that is not agreed yet."""
    changed = acts.write_plan(**{**on_case(request, pk), **_own_plan(request, pk, part)}, **_plan(new))
    return versioned(SupportPlan, changed)


class Agreed(In):
    """How the person agreed: in which language, with whose help."""

    agreed_how: Text


@router.post("/cases/{pk}/support-plans/{part}/agreement", response=changes(SupportPlan))
@change(Permission.ASSISTANCE_EDIT, conditional=True)
def agree_plan(request: Call, pk: InPath, part: InPath, new: Agreed) -> HttpResponse:
    """The person agrees to the plan."""
    return versioned(SupportPlan, acts.agree_plan(**_own_plan(request, pk, part), agreed_how=new.agreed_how))


@router.post("/cases/{pk}/support-plans/{part}/revision", response=makes(SupportPlan))
@change(Permission.ASSISTANCE_EDIT, conditional=True)
def revise_plan(request: Call, pk: InPath, part: InPath) -> HttpResponse:
    """Begin a revision of an agreed plan, which holds until the person agrees to the revision."""
    made = acts.revise_plan(**_own_plan(request, pk, part))
    return versioned(SupportPlan, made, status=201, location=f"/api/v1/cases/{pk}/support-plans")


@router.post("/cases/{pk}/support-plans/{part}/end", response=changes(SupportPlan))
@change(Permission.ASSISTANCE_EDIT, conditional=True)
def end_plan(request: Call, pk: InPath, part: InPath) -> HttpResponse:
    """The plan does not hold any more; it stays readable."""
    return versioned(SupportPlan, acts.end_plan(**_own_plan(request, pk, part)))


class Goal(Schema):
    """A goal of a plan without its words."""

    id: int = of("pk")
    plan: int = of("plan_id")
    agency: str = of("agency.key")
    position: int
    state: str
    decided_at: datetime | None


class WholeGoal(Goal):
    """A goal with its words."""

    text: str


@router.get("/cases/{pk}/goals", response=answers(Page[WholeGoal]))
@operation(Permission.CASE_READ)
def list_goals(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """The goals of the plans open to the caller's agency; the look is recorded."""
    return page_of_words(help_on(request, pk).goals, paging, "text")


class GoalDecision(In):
    """How the goal ended, and why."""

    state: Annotated[str, OneOf(choices.GOAL_DECISIONS)]
    note: Text = ""


def _goal(request: Call, pk: int, part: int) -> dict[str, Any]:
    return {**who(request), "goal": row_of(help_on(request, pk).goals, part)}


@router.post("/cases/{pk}/goals/{part}/decision", response=changes(Goal))
@change(Permission.ASSISTANCE_EDIT)
def decide_goal(request: Call, pk: InPath, part: InPath, new: GoalDecision) -> HttpResponse:
    """Say whether a goal is reached, partly reached, not reached or dropped."""
    return reply(Goal, acts.decide_goal(**_goal(request, pk, part), **new.dict()))


class GoalChange(In):
    """What the goal is now, and why it changed."""

    text: Text
    reason: Text


@router.post("/cases/{pk}/goals/{part}/change", response=makes(Goal))
@change(Permission.ASSISTANCE_EDIT)
def change_goal(request: Call, pk: InPath, part: InPath, new: GoalChange) -> HttpResponse:
    """Put another goal in the place of one that does not fit any more; the old one is kept."""
    made = acts.change_goal(**_goal(request, pk, part), **new.dict())
    return reply(Goal, made, status=201, location=f"/api/v1/cases/{pk}/goals")


class Service(Schema):
    """A service without its words."""

    id: int = of("pk")
    kind: str
    agency: str = of("agency.key")
    provider: str = of("provider.key")
    plan: int | None = of("plan_id")
    goal: int | None = of("goal_id")
    referral: int | None = of("referral_id")
    state: str
    written_at: datetime
    planned_from: date | None
    planned_until: date | None
    begun_on: date | None
    done_on: date | None
    outcome: str
    row_version: int


class WholeService(Service):
    """A service with its words."""

    need: str
    note: str


@router.get("/cases/{pk}/services", response=answers(Page[WholeService]))
@operation(Permission.CASE_READ)
def list_services(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """The services open to the caller's agency; the look is recorded."""
    return page_of_words(help_on(request, pk).services, paging, "need", "note")


class NewService(In):
    """A service by the caller's own agency; another one is asked by a referral."""

    kind: ServiceKind
    need: Text = ""
    planned_from: Day | None = None
    planned_until: Day | None = None
    plan: Id | None = None
    goal: Id | None = None


@router.post("/cases/{pk}/services", response=makes(Service))
@change(Permission.ASSISTANCE_EDIT)
def plan_service(request: Call, pk: InPath, new: NewService) -> HttpResponse:
    """Plan a service."""
    view = help_on(request, pk) if new.plan is not None or new.goal is not None else None
    made = acts.plan_service(
        **on_case(request, pk),
        **new.dict(exclude={"plan", "goal"}),
        plan=row_of(view.plans, new.plan) if view and new.plan is not None else None,
        goal=row_of(view.goals, new.goal) if view and new.goal is not None else None,
    )
    return versioned(Service, made, status=201, location=f"/api/v1/cases/{pk}/services")


class Served(In):
    """How far a service is, since which day, and with which outcome where it ended."""

    state: Annotated[str, OneOf(choices.SERVICE_STATES)]
    on: Day
    outcome: Annotated[str, OneOf(("", *codes.OUTCOMES))] = ""
    note: Text = ""


@router.post("/cases/{pk}/services/{part}/record", response=changes(Service))
@change(Permission.ASSISTANCE_EDIT, conditional=True)
def record_service(request: Call, pk: InPath, part: InPath, new: Served) -> HttpResponse:
    """The provider says that the service has begun, was done or not done."""
    found = row_of(help_on(request, pk).services, part)
    done = acts.record_service(
        **who(request), service=found, row_version=expected_version(request, found), **new.dict()
    )
    return versioned(Service, done)
