"""Owners work on what was decided, and somebody outside verifies it; what is late is told by obligations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.obligations import marks
from concerted.foundation.obligations.calendar import WorkingDays
from concerted.foundation.obligations.models import Obligation

from ..kinds import ACKNOWLEDGE, ACTION, AGAIN, AGAIN_WORKING_DAYS, REVIEW
from ..models import ActionItem, ActionMove
from ..states import ACTION as MACHINE
from ..states import DECISION
from .ending import obligations_of
from .keeping import day_of, held, keep, needs, refuse_if
from .minutes import owed


@act(Permission.ACTION_WORK, subject="action_item")
def acknowledge(*, officer: Officer, at: datetime, action_item: ActionItem, text: str = "") -> ActionItem:
    """Take note of an action item. Raises Conflict."""
    fresh = _moved(officer, at, action_item, "acknowledge", text)
    _meet(officer, at, fresh, ACKNOWLEDGE.code)
    return fresh


@act(Permission.ACTION_WORK, subject="action_item")
def report_progress(*, officer: Officer, at: datetime, action_item: ActionItem, text: str) -> ActionItem:
    """Say how far it is; no clock stops but that of taking note. Raises Conflict, Invalid."""
    refuse_if([needs(text, "text", _("Write what was done."))], _("The progress was not recorded."))
    fresh = _moved(officer, at, action_item, "report_progress", text)
    _meet(officer, at, fresh, ACKNOWLEDGE.code)
    marks.mark_begun(officer=officer, at=at, obligations=_of(fresh, ACTION.code))
    return fresh


@act(Permission.ACTION_WORK, subject="action_item")
def claim_done(
    *, officer: Officer, at: datetime, action_item: ActionItem, text: str, evidence: Sequence[str]
) -> ActionItem:
    """Claim that it is done, with evidence: documents by number, addresses, registers. Raises Conflict, Invalid."""
    shown = [one.strip() for one in evidence if one.strip()]
    refuse_if(
        [
            needs(text, "text", _("Write what was done.")),
            None if shown else Problem(_("A claim names its evidence."), field="evidence"),
        ],
        _("The claim was not recorded."),
    )
    fresh = _moved(officer, at, action_item, "claim_done", text, evidence=shown)
    for kind in (ACKNOWLEDGE.code, ACTION.code, AGAIN.code, REVIEW.code):
        _meet(officer, at, fresh, kind)
    return fresh


@act(Permission.ACTION_VERIFY, subject="action_item")
def verify(*, officer: Officer, at: datetime, action_item: ActionItem, text: str = "") -> ActionItem:
    """Confirm, from outside the owner, that it is done. Raises Conflict."""
    fresh = _moved(officer, at, action_item, "verify", text)
    fresh.ended_on = day_of(at)
    keep(fresh, "ended_on")
    marks.mark_accepted(officer=officer, at=at, obligations=_of(fresh, ACTION.code, AGAIN.code))
    return fresh


@act(Permission.ACTION_VERIFY, subject="action_item")
def send_back(*, officer: Officer, at: datetime, action_item: ActionItem, reason: str) -> ActionItem:
    """Say what is not done; the owner has working days to finish it. Raises Conflict, Invalid."""
    refuse_if([needs(reason, "reason", _("Say what is not done."))], _("The claim was not sent back."))
    fresh = _moved(officer, at, action_item, "send_back", reason)
    marks.mark_returned(officer=officer, at=at, obligations=_of(fresh, ACTION.code), reason=reason.strip())
    today = day_of(at)
    due = WorkingDays(settings.COUNTRY).add(today, AGAIN_WORKING_DAYS)
    key = str(1 + len(_of(fresh, AGAIN.code)))
    marks.open_obligations(
        officer=officer, at=at, kind=AGAIN.code, items=[owed(fresh, opens=today, due=due, period_key=key)]
    )
    return fresh


@act(Permission.ACTION_VERIFY, subject="action_item")
def review(
    *, officer: Officer, at: datetime, action_item: ActionItem, text: str, next_review: date
) -> ActionItem:
    """Look at an item without a due date again and set the next look. Raises Conflict, Invalid.

    The item keeps its age and the day on which it turns red.
    """
    today = day_of(at)
    refuse_if(
        [
            needs(text, "text", _("Write how it stands.")),
            Problem(_("The next look lies ahead."), field="next_review") if next_review <= today else None,
        ],
        _("The review was not recorded."),
    )
    if action_item.due is not None:
        raise Conflict(_("This item has a due date; it is not reviewed but done."))
    fresh = _moved(officer, at, action_item, "review", text, review_on=next_review)
    fresh.review_on = next_review
    keep(fresh, "review_on")
    _meet(officer, at, fresh, REVIEW.code)
    key = str(1 + len(_of(fresh, REVIEW.code)))
    marks.open_obligations(
        officer=officer,
        at=at,
        kind=REVIEW.code,
        items=[owed(fresh, opens=today, due=next_review, period_key=key)],
    )
    return fresh


def _moved(
    officer: Officer,
    at: datetime,
    action_item: ActionItem,
    step: str,
    text: str,
    *,
    evidence: Sequence[str] = (),
    review_on: date | None = None,
) -> ActionItem:
    fresh = held(action_item)
    before = fresh.state
    fresh.state = MACHINE.step(before, step).target
    keep(fresh, "state")
    assert officer.agency is not None
    ActionMove.objects.create(
        action_item=fresh,
        act=step,
        from_state=before,
        to_state=fresh.state,
        officer=officer,
        agency=officer.agency,
        at=at,
        text=text.strip(),
        evidence=list(evidence),
        review_on=review_on,
    )
    _start(fresh)
    return fresh


def _start(item: ActionItem) -> None:
    decision = held(item.decision)
    if decision.state == "adopted":
        decision.state = DECISION.step(decision.state, "start").target
        keep(decision, "state")


def _of(item: ActionItem, *kinds: str) -> list[Obligation]:
    return [one for one in obligations_of(item) if one.kind in kinds]


def _meet(officer: Officer, at: datetime, item: ActionItem, kind: str) -> None:
    owed_still = [one for one in _of(item, kind) if one.met_at is None and one.excused_at is None]
    marks.mark_met(officer=officer, at=at, obligations=owed_still)
