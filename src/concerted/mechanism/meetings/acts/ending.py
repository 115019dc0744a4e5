"""Ends action items undone, with what their owners owed for them; only acts that hold a decision call it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from concerted.foundation.agencies.models import Officer
from concerted.foundation.obligations import marks
from concerted.foundation.obligations.models import Obligation

from ..models import ActionItem, ActionMove
from ..states import ACTION
from .keeping import day_of, keep

SUBJECT = "meetings.actionitem"


def obligations_of(item: ActionItem) -> list[Obligation]:
    """Everything that was ever owed for an action item."""
    return list(Obligation.objects.filter(subject_kind=SUBJECT, subject_id=item.pk).order_by("id"))


def cancel_items(*, officer: Officer, at: datetime, items: Iterable[ActionItem], reason: str) -> None:
    """Cancel open action items and excuse what is still owed for them, for a reason that stays."""
    assert officer.agency is not None
    for item in items:
        before = item.state
        item.state = ACTION.step(before, "cancel").target
        item.ended_on = day_of(at)
        keep(item, "state", "ended_on")
        ActionMove.objects.create(
            action_item=item,
            act="cancel",
            from_state=before,
            to_state=item.state,
            officer=officer,
            agency=officer.agency,
            at=at,
            text=reason,
        )
        owed = [one for one in obligations_of(item) if one.met_at is None and one.excused_at is None]
        marks.mark_excused(officer=officer, at=at, obligations=owed, reason=reason)
