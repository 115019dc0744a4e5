"""Assesses needs, writes the plan of support with its goals, and the services done for the person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import F, Max
from django.utils.translation import gettext as _

from concerted.errors import Conflict
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.vault.reads import opened

from .. import codes
from ..models import Assessment, Case, Goal, Service, SupportPlan
from .common import (
    bump,
    checked,
    keep,
    keep_more,
    locked,
    locked_open_case,
    my_agency,
    need_code,
    need_text,
    not_there,
    tell,
)


@act(Permission.ASSISTANCE_EDIT, subject=None, record=("kind", "level"))
def assess(
    *,
    officer: Officer,
    at: datetime,
    case: Case,
    kind: str,
    level: str = Case.Risk.UNKNOWN,
    needs: Mapping[str, str] | None = None,
    findings: str = "",
    wishes: str = "",
    next_due: date | None = None,
) -> Assessment:
    """Write down an assessment; no need has to be answered. needs: {need: level} by codes. Raises Invalid."""
    standing = locked_open_case(case)
    checked(
        need_code(kind, "kind", codes.ASSESSMENTS),
        need_code(level, "level", Case.Risk.values),
        *(need_code(need, "needs", codes.NEEDS) for need in needs or {}),
        *(need_code(value, need, codes.NEED_LEVELS) for need, value in (needs or {}).items()),
    )
    assessment = Assessment(
        subject=standing.subject,
        case=standing,
        agency=my_agency(officer),
        officer=officer,
        kind=kind,
        at=at,
        level=level,
        next_due=next_due,
    )
    return keep(
        assessment,
        {"needs": dict(needs or {}), "findings": findings.strip(), "wishes": wishes.strip()},
    )


@act(Permission.ASSISTANCE_EDIT, subject=None)
def write_plan(
    *,
    officer: Officer,
    at: datetime,
    case: Case,
    summary: str,
    goals: Mapping[int, str] | None = None,
    review_on: date | None = None,
    plan: SupportPlan | None = None,
    row_version: int | None = None,
) -> SupportPlan:
    """Write a plan of support, or change one that is not agreed yet. goals: {position: text}. Raises Stale,
    Conflict for an agreed plan, Invalid."""
    standing_case = locked_open_case(case)
    checked(need_text(summary, "summary", _("Say what the plan is about.")))
    if plan is None:
        standing = SupportPlan(
            subject=standing_case.subject,
            case=standing_case,
            agency=my_agency(officer),
            officer=officer,
            written_at=at,
        )
    else:
        standing = _own_plan(officer, plan, row_version)
        if standing.state != SupportPlan.State.DRAFT:
            raise Conflict(_("An agreed plan is not rewritten."), remedy=_("Revise it."))
        bump(standing)
    standing.review_on = review_on
    keep_more(standing, summary=summary.strip())
    standing.save()
    for position, text in sorted((goals or {}).items()):
        _set_goal(standing, position, text)
    if goals is not None:
        Goal.objects.filter(plan=standing, state=Goal.State.OPEN).exclude(position__in=goals).update(
            state=Goal.State.DROPPED, decided_at=at, decided_by=officer
        )
    return standing


@act(Permission.ASSISTANCE_EDIT)
def agree_plan(
    *, officer: Officer, at: datetime, plan: SupportPlan, agreed_how: str, row_version: int
) -> SupportPlan:
    """The person agrees to the plan; how is written down. Raises Stale, Conflict, Invalid."""
    standing = _own_plan(officer, plan, row_version)
    if standing.state != SupportPlan.State.DRAFT:
        raise Conflict(_("The plan is agreed or ended."))
    checked(need_text(agreed_how, "agreed_how", _("Say how the person agreed.")))
    keep_more(standing, agreed_how=agreed_how.strip())
    standing.state, standing.agreed_at = SupportPlan.State.AGREED, at
    bump(standing)
    standing.save()
    if standing.replaces_id is not None:
        SupportPlan.objects.filter(pk=standing.replaces_id, state=SupportPlan.State.AGREED).update(
            state=SupportPlan.State.ENDED, row_version=F("row_version") + 1
        )
    return standing


@act(Permission.ASSISTANCE_EDIT)
def end_plan(*, officer: Officer, at: datetime, plan: SupportPlan, row_version: int) -> SupportPlan:
    """The plan does not hold any more; it stays readable."""
    standing = _own_plan(officer, plan, row_version)
    standing.state = SupportPlan.State.ENDED
    bump(standing)
    standing.save()
    return standing


@act(Permission.ASSISTANCE_EDIT)
def revise_plan(*, officer: Officer, at: datetime, plan: SupportPlan, row_version: int) -> SupportPlan:
    """Begin a revision of an agreed plan: a draft with its summary and the goals still open; the agreed plan holds
    until the person agrees to the revision. Raises Stale, Conflict, NotThere."""
    standing = _own_plan(officer, plan, row_version)
    locked_open_case(standing.case)
    if standing.state != SupportPlan.State.AGREED:
        raise Conflict(_("Only an agreed plan is revised."), remedy=_("Change the draft itself."))
    if SupportPlan.objects.filter(replaces=standing, state=SupportPlan.State.DRAFT).exists():
        raise Conflict(_("A revision is under way already."))
    revision = SupportPlan(
        subject=standing.subject,
        case_id=standing.case_id,
        agency=my_agency(officer),
        officer=officer,
        written_at=at,
        review_on=standing.review_on,
        replaces=standing,
    )
    keep(revision, {"summary": opened(standing).get("summary", "")})
    open_goals = Goal.objects.filter(plan=standing, state=Goal.State.OPEN)
    for position, goal in enumerate(open_goals.order_by("position"), start=1):
        _set_goal(revision, position, str(opened(goal).get("text", "")))
    return revision


DECISIONS = tuple(state for state in Goal.State.values if state not in (Goal.State.OPEN, Goal.State.CHANGED))


@act(Permission.ASSISTANCE_EDIT, record=("state",))
def decide_goal(*, officer: Officer, at: datetime, goal: Goal, state: str, note: str = "") -> Goal:
    """Say whether a goal is reached, partly reached, not reached or dropped, and why; who said it is kept.

    Raises Conflict for a goal that was decided on before, Invalid, NotThere.
    """
    checked(need_code(state, "state", DECISIONS))
    standing = _own_open_goal(officer, goal)
    keep_more(standing, decision=note.strip())
    standing.state, standing.decided_at, standing.decided_by = state, at, officer
    standing.save()
    return standing


@act(Permission.ASSISTANCE_EDIT)
def change_goal(*, officer: Officer, at: datetime, goal: Goal, text: str, reason: str) -> Goal:
    """Put another goal in the place of one that does not fit any more; the old one is kept with the reason.

    Returns the new goal. Raises Conflict, Invalid, NotThere.
    """
    checked(
        need_text(text, "text", _("Say what the goal is now.")),
        need_text(reason, "reason", _("Give the reason.")),
    )
    standing = _own_open_goal(officer, goal)
    keep_more(standing, decision=reason.strip())
    standing.state, standing.decided_at, standing.decided_by = Goal.State.CHANGED, at, officer
    standing.save()
    last = Goal.objects.filter(plan=standing.plan_id).aggregate(last=Max("position"))["last"]
    changed = Goal(
        subject=standing.subject,
        case_id=standing.case_id,
        plan_id=standing.plan_id,
        agency_id=standing.agency_id,
        position=last + 1,
        replaces=standing,
    )
    return keep(changed, {"text": text.strip()})


def _own_open_goal(officer: Officer, goal: Goal) -> Goal:
    standing = locked(Goal, goal.pk)
    if standing.agency_id != officer.agency_id:
        raise not_there()
    if standing.state != Goal.State.OPEN:
        raise Conflict(_("The goal was decided on."), remedy=_("Write a new goal in a revision of the plan."))
    return standing


@act(Permission.ASSISTANCE_EDIT, subject=None, record=("kind",))
def plan_service(
    *,
    officer: Officer,
    at: datetime,
    case: Case,
    kind: str,
    provider: Agency | None = None,
    need: str = "",
    planned_from: date | None = None,
    planned_until: date | None = None,
    plan: SupportPlan | None = None,
    goal: Goal | None = None,
) -> Service:
    """Plan a service: legal aid, medical care, schooling, training and so on, by the agency itself.

    Another agency is asked by a referral, for it must be told and must agree. Raises Invalid, Conflict.
    """
    standing = locked_open_case(case)
    checked(need_code(kind, "kind", codes.SERVICES))
    mine = my_agency(officer)
    if provider is not None and provider.pk != mine.pk:
        raise Conflict(_("Another agency provides only what it was asked for."), remedy=_("Refer the case."))
    service = Service(
        subject=standing.subject,
        case=standing,
        plan=plan,
        goal=goal,
        kind=kind,
        agency=mine,
        provider=mine,
        officer=officer,
        written_at=at,
        planned_from=planned_from,
        planned_until=planned_until,
    )
    return keep(service, {"need": need.strip()})


@act(Permission.ASSISTANCE_EDIT, record=("outcome", "state"))
def record_service(
    *,
    officer: Officer,
    at: datetime,
    service: Service,
    row_version: int,
    state: str,
    on: date,
    outcome: str = "",
    note: str = "",
) -> Service:
    """The provider says that it has begun, done or not done the service, on which day, with which outcome.

    Raises Stale, Invalid, NotThere for another agency's service.
    """
    standing = locked(Service, service.pk, row_version=row_version)
    if standing.provider_id != officer.agency_id:
        raise not_there()
    ended = state in (Service.State.DONE, Service.State.NOT_DONE)
    checked(
        need_code(state, "state", Service.State.values),
        need_code(outcome, "outcome", codes.OUTCOMES) if ended else None,
    )
    standing.state = state
    if ended:
        standing.done_on, standing.outcome = on, outcome
    elif state == Service.State.UNDER_WAY:
        standing.begun_on = on
    keep_more(standing, note=note.strip())
    bump(standing)
    standing.save()
    tell(
        officer=officer,
        at=at,
        case=standing.case_id,
        to=standing.agency_id,
        kind="referral_completed" if state == Service.State.DONE else "referral_begun",
        thing=standing,
    )
    return standing


def _own_plan(officer: Officer, plan: SupportPlan, row_version: int | None) -> SupportPlan:
    standing = locked(SupportPlan, plan.pk, row_version=row_version)
    if standing.agency_id != officer.agency_id:
        raise not_there()
    return standing


def _set_goal(plan: SupportPlan, position: int, text: str) -> None:
    goal = Goal.objects.filter(plan=plan, position=position).first() or Goal(
        subject=plan.subject, case_id=plan.case_id, plan=plan, agency_id=plan.agency_id, position=position
    )
    goal.state, goal.decided_at, goal.decided_by = Goal.State.OPEN, None, None
    values: dict[str, Any] = {"text": text.strip()}
    keep(goal, values)
