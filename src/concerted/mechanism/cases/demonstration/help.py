"""What is done for the woman of the demonstration: needs, plan, services, an entitlement with its letter; invented."""

from __future__ import annotations

from ..acts import assistance, entitlements, status, status_reviews
from ..models import Case
from ..reads.assistance import assistance_of
from . import texts
from .telling import Telling

_NEEDS = {
    "safety": "pressing",
    "health": "pressing",
    "family": "declined",
    "livelihood": "some",
    "papers": "not_asked",
}


def support(t: Telling, case: Case) -> None:
    """Assess needs, agree a plan, and begin one of its services."""
    relief = t.by("relief-station")
    relief(
        assistance.assess,
        29,
        case=case,
        kind="needs",
        level="medium",
        needs=_NEEDS,
        findings=texts.FINDINGS,
        wishes=texts.WISHES,
        next_due=t.ago(-14).date(),
    )
    goals = dict(enumerate(texts.GOALS, start=1))
    plan = relief(
        assistance.write_plan, 28, case=case, summary=texts.PLAN, goals=goals, review_on=t.ago(-7).date()
    )
    plan = relief(assistance.agree_plan, 27, plan=plan, agreed_how=texts.AGREED, row_version=plan.row_version)
    _goals(t, case)
    planned = {"case": case, "plan": plan}
    aid = relief(
        assistance.plan_service,
        26,
        **planned,
        kind="legal_aid",
        need=texts.LEGAL,
        planned_from=t.ago(12).date(),
    )
    relief(
        assistance.record_service,
        11,
        service=aid,
        row_version=aid.row_version,
        state="under_way",
        on=t.ago(11).date(),
    )
    relief(
        assistance.plan_service,
        26,
        **planned,
        kind="vocational_training",
        need=texts.TRAINING,
        planned_from=t.ago(-10).date(),
    )


def _goals(t: Telling, case: Case) -> None:
    """One goal is reached, another is changed at the person's wish."""
    relief = t.by("relief-station")
    first, _second, third = (goal for goal, _words in relief(assistance_of, 12, case=case).goals)
    relief(assistance.decide_goal, 12, goal=first, state="reached", note=texts.GOAL_REACHED)
    relief(assistance.change_goal, 5, goal=third, text=texts.GOAL_NOW, reason=texts.GOAL_CHANGED)


def recognised(t: Telling, case: Case) -> None:
    """Police presume the woman a victim at once and recognise her three weeks later, each time by two officers."""
    for days, kind, basis, reasons in (
        (33, "presumption", "six_triggers", texts.STATUS_PRESUMED),
        (12, "recognition", "criminal_code_241", texts.STATUS_RECOGNISED),
    ):
        put_forward = t.by("county-police")(
            status.propose_status,
            days,
            case=case,
            kind=kind,
            finding="victim",
            basis=basis,
            reasons=reasons,
            reflection_until=t.ago(-12).date() if kind == "presumption" else None,
        )
        t.supervisor("county-police")(
            status.decide_status, days - 0.4, decision=put_forward, row_version=put_forward.row_version
        )


def not_recognised(t: Telling, case: Case) -> None:
    """A man is not recognised, and a review of that waits for officers who took no part in it."""
    put_forward = t.by("county-police")(
        status.propose_status,
        9,
        case=case,
        kind="recognition",
        finding="not_victim",
        reasons=texts.STATUS_REFUSED,
    )
    decided = t.supervisor("county-police")(
        status.decide_status, 7, decision=put_forward, row_version=put_forward.row_version
    )
    t.by("county-police")(
        status_reviews.ask_status_review, 3, decision=decided, asked_by="person", grounds=texts.STATUS_GROUNDS
    )


def letter(t: Telling, case: Case) -> None:
    """Grant a reflection period by a second person and issue a letter on it."""
    supervisor = t.supervisor("relief-station")
    asked = t.by("relief-station")(
        entitlements.request_entitlement, 25, case=case, kind="reflection_period", note=texts.NOTE
    )
    days = {"since": t.ago(24).date(), "until": t.ago(-30).date()}
    granted = supervisor(entitlements.grant_entitlement, 24, entitlement=asked, **days)
    supervisor(entitlements.issue_letter, 24, entitlement=granted)
