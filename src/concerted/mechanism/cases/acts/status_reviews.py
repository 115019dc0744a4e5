"""Reviews a decision on victim status: asked for by any agency on the case, answered by who took no part in it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from concerted.errors import Conflict
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer

from .. import codes
from ..models import Case, StatusDecision, StatusReview
from ..states import STATUS_REVIEW, Transition
from .common import (
    bump,
    checked,
    keep,
    keep_more,
    locked,
    my_agency,
    need_code,
    need_text,
    not_there,
    record_move,
    tell,
)
from .status import (
    Finding,
    excuse_status_clocks,
    meet_status_clocks,
    replace_decision,
    start_status_clocks,
    tell_leads,
)


def standing_review(*, review: StatusReview, **_rest: object) -> SubjectFacts:
    """Whose decision is reviewed and who took part in it, as it stands now."""
    standing = StatusReview.objects.select_related("decision").filter(pk=review.pk).first()
    return standing.access_facts() if standing else SubjectFacts()


@act(Permission.STATUS_PROPOSE, subject=None, record=("asked_by",))
def ask_status_review(
    *, officer: Officer, at: datetime, decision: StatusDecision, asked_by: str, grounds: str
) -> StatusReview:
    """Ask that a decision be looked at again, for the person or on one's own account; the clock to answer starts.

    asked_by: codes.REVIEW_ASKERS. The decision holds meanwhile. Raises Conflict where one is under way, Invalid,
    NotThere.
    """
    standing = StatusDecision.objects.select_related("case").filter(pk=decision.pk).first()
    if standing is None:
        raise not_there()
    if standing.state != StatusDecision.State.DECIDED:
        raise Conflict(_("Only a decision that holds is reviewed."))
    checked(
        need_code(asked_by, "asked_by", codes.REVIEW_ASKERS),
        need_text(grounds, "grounds", _("Say why it should be looked at again.")),
    )
    if StatusReview.objects.filter(decision=standing, state="asked").exists():
        raise Conflict(_("A review is under way already."))
    review = StatusReview(
        subject=standing.subject,
        case_id=standing.case_id,
        decision=standing,
        agency=my_agency(officer),
        officer=officer,
        decider_id=standing.agency_id,
        asked_by=asked_by,
        asked_at=at,
    )
    keep(review, {"grounds": grounds.strip()})
    start_status_clocks("status_review_asked", officer, at, standing, owed_to=my_agency(officer).pk)
    tell(officer=officer, at=at, case=standing.case_id, to=standing.agency_id, kind="status_review_asked")
    return review


@act(Permission.STATUS_DECIDE, subject=standing_review)
def uphold_status(
    *, officer: Officer, at: datetime, review: StatusReview, row_version: int, answer: str
) -> StatusReview:
    """Leave the decision as it is, with the reason. Raises Stale, Conflict, Invalid."""
    standing = _to_answer(officer, review, row_version, answer)
    return _answered(officer, at, standing, STATUS_REVIEW.step(standing.state, "uphold"), answer)


@act(Permission.STATUS_DECIDE, subject=standing_review)
def change_status(
    *, officer: Officer, at: datetime, review: StatusReview, row_version: int, answer: str, basis: str = ""
) -> StatusReview:
    """Decide the other way: a new decision takes the place of the one reviewed. Raises Stale, Conflict, Invalid."""
    standing = _to_answer(officer, review, row_version, answer)
    row = STATUS_REVIEW.step(standing.state, "change")
    earlier = locked(StatusDecision, standing.decision_id)
    to_victim = earlier.finding == Finding.NOT_VICTIM
    changed = StatusDecision(
        subject=earlier.subject,
        case_id=earlier.case_id,
        agency_id=earlier.agency_id,
        officer_id=standing.officer_id,
        kind=earlier.kind,
        finding=Finding.VICTIM if to_victim else Finding.NOT_VICTIM,
        basis=basis,
        state=StatusDecision.State.DECIDED,
        proposed_at=standing.asked_at,
        decided_at=at,
        decided_by=officer,
        replaces=earlier,
    )
    keep(changed, {"reasons": answer.strip(), "decision": ""})
    replace_decision(officer, at, earlier)
    standing.changed_to = changed
    return _answered(officer, at, standing, row, answer)


@act(Permission.STATUS_PROPOSE)
def withdraw_status_review(
    *, officer: Officer, at: datetime, review: StatusReview, row_version: int
) -> StatusReview:
    """Take back the request for a review. Raises Stale, Conflict, NotThere for another agency's."""
    standing = locked(StatusReview, review.pk, row_version=row_version)
    if standing.agency_id != officer.agency_id:
        raise not_there()
    row = STATUS_REVIEW.step(standing.state, "withdraw")
    standing.state = row.target
    bump(standing)
    standing.save()
    excuse_status_clocks(officer, at, _case_of(standing), standing.decision_id, "review_status")
    record_move(
        officer=officer, at=at, machine=STATUS_REVIEW, thing=standing, row=row, other=standing.decider_id
    )
    tell(
        officer=officer, at=at, case=standing.case_id, to=standing.decider_id, kind="status_review_withdrawn"
    )
    return standing


def _case_of(review: StatusReview) -> Case:
    """The case, which may be shut to the agency since it asked."""
    found = Case.objects.filter(pk=review.case_id).first()
    if found is None:
        raise not_there()
    return found


def _to_answer(officer: Officer, review: StatusReview, row_version: int, answer: str) -> StatusReview:
    standing = locked(StatusReview, review.pk, row_version=row_version)
    _case_of(standing)
    if officer.pk in standing.access_facts().authors:
        raise Conflict(_("Whoever took part in the decision does not review it."))
    checked(need_text(answer, "answer", _("Give the reason.")))
    return standing


def _answered(
    officer: Officer, at: datetime, review: StatusReview, row: Transition, answer: str
) -> StatusReview:
    review.state, review.answered_at, review.answered_by = row.target, at, officer
    bump(review)
    keep_more(review, answer=answer.strip())
    review.save()
    meet_status_clocks(officer, at, review.decision, "review_status")
    record_move(officer=officer, at=at, machine=STATUS_REVIEW, thing=review, row=row, other=review.agency_id)
    tell(officer=officer, at=at, case=review.case_id, to=review.agency_id, kind="status_reviewed")
    tell_leads(officer, at, review.decision, "status_decided")
    return review
