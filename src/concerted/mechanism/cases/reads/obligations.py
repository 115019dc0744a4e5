"""What is owed about cases, as far as the acting agency is concerned; lateness is computed in obligations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from concerted.foundation.obligations.models import Obligation, ObligationQuerySet, State


def owed_about(subject: models.Model, *kinds: str) -> list[Obligation]:
    """What is still owed about the subject, of kinds that begin so (all where none is named)."""
    chosen = Q()
    for beginning in kinds:
        chosen |= Q(kind__startswith=beginning)
    return list(
        Obligation.objects.filter(
            chosen,
            subject_kind=subject._meta.label_lower,
            subject_id=subject.pk,
            met_at=None,
            excused_at=None,
            closed_at=None,
        )
    )


def confidential(*, at: datetime) -> ObligationQuerySet:
    """Every obligation about cases that the acting agency may know, with its state at the moment."""
    stated = Obligation.objects.with_state(timezone.localdate(at), at)
    return stated.filter(confidential=True).select_related("owner", "owed_to")


@dataclass(frozen=True)
class Lateness:
    """How late something is: in calendar days, and in hours where its clock runs by hours."""

    days: int
    hours: float | None = None


def lateness_of(obligation: Obligation, at: datetime) -> Lateness | None:
    """How late an unanswered obligation is at the moment; None while it is in time."""
    if obligation.state_on(timezone.localdate(at), at) != State.OVERDUE:
        return None
    days = (timezone.localdate(at) - obligation.grace_until).days
    hours = (at - obligation.due_at).total_seconds() / 3600 if obligation.due_at else None
    return Lateness(max(0, days), hours)
