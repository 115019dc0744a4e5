"""What is done for the woman of the demonstration: needs, plan, services, an entitlement with its letter; invented."""

from __future__ import annotations

from ..acts import assistance, entitlements
from ..models import Case
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


def letter(t: Telling, case: Case) -> None:
    """Grant a reflection period by a second person and issue a letter on it."""
    supervisor = t.supervisor("relief-station")
    asked = t.by("relief-station")(
        entitlements.request_entitlement, 25, case=case, kind="reflection_period", note=texts.NOTE
    )
    days = {"since": t.ago(24).date(), "until": t.ago(-30).date()}
    granted = supervisor(entitlements.grant_entitlement, 24, entitlement=asked, **days)
    supervisor(entitlements.issue_letter, 24, entitlement=granted)
