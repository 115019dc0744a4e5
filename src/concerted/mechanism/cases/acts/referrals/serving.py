"""The service that an accepted referral stands for: planned, begun, ended; it opens nothing."""

from __future__ import annotations

from datetime import datetime

from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.vault.reads import opened

from ... import codes
from ...models import Case, Referral, Service
from ...states import REFERRAL
from ..common import checked, keep, keep_more, meet, my_agency, need_code
from .checks import locked_referral, standing_referral
from .clocks import start_own_clock
from .moves import moved


@act(Permission.REFERRAL_ANSWER, subject=standing_referral)
def begin_service(*, officer: Officer, at: datetime, referral: Referral, note: str = "") -> Referral:
    """The service has begun; the clock to act is met."""
    standing = locked_referral(referral)
    row = REFERRAL.step(standing.state, "begin")
    standing.begun_at = at
    meet(officer, at, standing, "cases.act")
    Service.objects.filter(referral=standing, provider_id=officer.agency_id, state="planned").update(
        state="under_way", begun_on=at.date()
    )
    moved(officer, at, standing, row, "referral_begun", note=note)
    return standing


@act(Permission.REFERRAL_ANSWER, subject=standing_referral, record=("outcome",))
def finish_service(
    *, officer: Officer, at: datetime, referral: Referral, outcome: str, note: str = ""
) -> Referral:
    """The service is completed, with its coded outcome and words for the sender."""
    return _ended(officer, at, referral, "finish", outcome, note, "referral_completed", "done")


@act(Permission.REFERRAL_ANSWER, subject=standing_referral, record=("outcome",))
def fail_service(
    *, officer: Officer, at: datetime, referral: Referral, outcome: str, note: str = ""
) -> Referral:
    """The service was not completed, with the coded reason and words for the sender."""
    return _ended(officer, at, referral, "fail", outcome, note, "referral_not_completed", "not_done")


def plan_service(officer: Officer, at: datetime, referral: Referral, case: Case) -> None:
    """An accepted referral is a planned service of the receiver, so the plan and the referral agree."""
    service = Service(
        subject=case.subject,
        case=case,
        referral=referral,
        kind=referral.service,
        agency=my_agency(officer),
        provider=my_agency(officer),
        officer=officer,
        written_at=at,
    )
    keep(service, {"need": opened(referral).get("reason", "")})


def _ended(
    officer: Officer,
    at: datetime,
    referral: Referral,
    step: str,
    outcome: str,
    note: str,
    news: str,
    service_state: str,
) -> Referral:
    """The service is over: the clock to act is met, and the service of the receiver's plan ends with it."""
    standing = locked_referral(referral)
    row = REFERRAL.step(standing.state, step)
    checked(need_code(outcome, "outcome", codes.OUTCOMES))
    standing.outcome, standing.ended_at = outcome, at
    keep_more(standing, outcome_note=note.strip())
    meet(officer, at, standing, "cases.act")
    if step == "fail":
        start_own_clock("referral_unfulfilled", officer, at, standing)
    Service.objects.filter(
        referral=standing, provider_id=officer.agency_id, state__in=("planned", "under_way")
    ).update(state=service_state, done_on=at.date(), outcome=outcome)
    moved(officer, at, standing, row, news, note=note)
    return standing
