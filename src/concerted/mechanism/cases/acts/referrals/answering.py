"""What the agency asked does with an offer in its queue: sees, accepts, declines or returns it; the sender is told."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.vault.reads import opened

from ... import codes
from ...models import Referral
from ...states import REFERRAL
from ..bases import refuse_objected
from ..common import checked, keep_more, locked_open_case, meet, my_agency, need_code, need_text, open_file
from ..disclosures import give, open_interests
from .checks import check_still_covered, locked_referral, standing_referral
from .clocks import start_act_clock, start_information_clock, start_own_clock
from .moves import answered, moved, tag_of
from .serving import plan_service


@act(Permission.REFERRAL_ANSWER, subject=standing_referral)
def see_referral(*, officer: Officer, at: datetime, referral: Referral) -> Referral:
    """A duty officer of the agency asked has looked at it; the sender learns that. No clock stops."""
    standing = locked_referral(referral)
    if standing.state != Referral.State.SENT:
        return standing
    standing.seen_at = standing.seen_at or at
    moved(officer, at, standing, REFERRAL.step(standing.state, "see"), "referral_seen")
    return standing


@act(Permission.REFERRAL_ANSWER, subject=standing_referral)
def accept_referral(*, officer: Officer, at: datetime, referral: Referral, note: str = "") -> Referral:
    """Take the referral on: the sections open at once, this agency's file and interest begin, and its clock to
    act starts. Raises Invalid where consent ended meanwhile, Conflict."""
    standing = locked_referral(referral)
    row = REFERRAL.step(standing.state, "accept")
    sender, receiver = standing.agency, my_agency(officer)
    assert standing.until is not None
    open_interests(at, sender.pk, receiver.pk, tag_of(standing), standing.until)
    case = locked_open_case(standing.case)
    refuse_objected(case, receiver)
    check_still_covered(at, standing)
    if standing.sections:
        give(
            officer=officer,
            at=at,
            case=case,
            recipient=receiver,
            sections=standing.sections,
            purpose=standing.purpose,
            until=standing.until,
            consent=standing.consent,
            legal_basis=standing.legal_basis,
            relies_on=str(opened(standing).get("relies_on", "")),
            persons=standing.persons,
            referral=standing,
            giver=sender,
            tag=tag_of(standing),
        )
    open_file(officer=officer, at=at, case_id=case.pk, because="referral")
    answered(officer, at, standing, note)
    start_act_clock(officer, at, standing)
    plan_service(officer, at, standing, case)
    moved(officer, at, standing, row, "referral_accepted", note=note)
    return standing


@act(Permission.REFERRAL_ANSWER, subject=standing_referral, record=("code",))
def decline_referral(
    *, officer: Officer, at: datetime, referral: Referral, code: str, note: str = ""
) -> Referral:
    """Decline with a coded reason; nothing was opened, nothing stays with the receiver but the answer."""
    standing = locked_referral(referral)
    row = REFERRAL.step(standing.state, "decline")
    checked(need_code(code, "code", codes.DECLINE_REASONS))
    standing.decline_code = code
    answered(officer, at, standing, note)
    start_own_clock("referral_unfulfilled", officer, at, standing)
    moved(officer, at, standing, row, "referral_declined", note=note)
    return standing


@act(Permission.REFERRAL_ANSWER, subject=standing_referral)
def return_referral(*, officer: Officer, at: datetime, referral: Referral, question: str) -> Referral:
    """Send it back for information; the clock to answer is met, one to complete starts for the sender."""
    standing = locked_referral(referral)
    row = REFERRAL.step(standing.state, "return")
    checked(need_text(question, "question", _("Say what you need to know.")))
    keep_more(standing, question=question.strip())
    meet(officer, at, standing, "cases.answer")
    start_information_clock(officer, at, standing)
    moved(officer, at, standing, row, "referral_returned", note=question)
    return standing
