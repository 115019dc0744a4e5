"""What is owed about cases, as far as the acting agency is concerned; lateness is computed in obligations."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from concerted.foundation.obligations.models import Obligation, ObligationQuerySet


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


def confidential(*, on: date) -> ObligationQuerySet:
    """Every obligation about cases that the acting agency may know, with its state on the day."""
    return Obligation.objects.with_state(on).filter(confidential=True).select_related("owner", "owed_to")
