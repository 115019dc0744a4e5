"""Obligations that climbed every step of their ladder: each stands on the next agenda until it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Max, Q
from django.utils import timezone

from concerted.foundation.obligations.models import Obligation, ObligationEvent

from .proposed import Figure, Link, Pair, Proposed, Scope, both, named

SOURCE = "escalated"


def climbed_to_the_agenda(scope: Scope) -> list[Proposed]:
    """One item per obligation that reached the agenda of this office and is still unanswered on the day."""
    reached = (
        ObligationEvent.objects.filter(
            what=ObligationEvent.What.ESCALATED, level="agenda", at__lt=scope.after, to_agency=scope.office_id
        )
        .values("obligation_id")
        .annotate(step=Max("step"), since=Max("at"))
    )
    steps = {row["obligation_id"]: row for row in reached}
    waiting = (
        Obligation.objects.overdue(scope.on)
        .filter(Q(pk__in=steps))
        .select_related("owner", "owed_to")
        .order_by(F("grace_until").asc(), "id")
    )
    return [_item(scope, one, steps[one.pk]) for one in waiting]


def _item(scope: Scope, one: Obligation, row: Mapping[str, Any]) -> Proposed:
    days = (scope.on - one.grace_until).days
    label = Pair(one.label_en, one.label_zh or one.label_en)
    since = timezone.localtime(row["since"]).date()
    values = {
        "label": label,
        "owner": named(one.owner),
        "to": named(one.owed_to),
        "days": days,
        "steps": row["step"],
        "since": since.isoformat(),
    }
    return Proposed(
        SOURCE,
        "obligations.obligation",
        str(one.pk),
        both("Escalated to the meeting: {label}", "提请会议督办：{label}", values),
        both(
            "{owner} owes {to} an answer {days} days past its grace; {steps} steps of escalation brought none, the "
            "last on {since}.",
            "{owner}应向{to}办理的事项已超过宽限期 {days} 天；逐级督办 {steps} 步仍未办结，最近一步为 {since}。",
            values,
        ),
        (Figure("days_late", days, "days"), Figure("steps", row["step"], "steps")),
        (
            Link("obligations.obligation", str(one.pk), label),
            Link("agencies.agency", one.owner.key, named(one.owner)),
        ),
        weight=days,
    )
