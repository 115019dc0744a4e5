"""Decisions on whether the person is a victim, and their reviews; a screening is never one of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer

from .assistance import Entitlement
from .base import SealedSecret
from .case import Case, OfCase


class StatusDecision(OfCase, SealedSecret):
    """One decision on victim status: put forward by one officer, decided by another of the same agency.

    kind, basis: keys of reference/law/victim-status.yaml. reflection: the period of reflection it opened.
    replaces: the earlier decision that no longer holds because of it. Sealed: reasons, decision.
    """

    class Kind(models.TextChoices):
        PRESUMPTION = "presumption"
        RECOGNITION = "recognition"

    class Finding(models.TextChoices):
        VICTIM = "victim"
        NOT_VICTIM = "not_victim"

    class State(models.TextChoices):
        PROPOSED = "proposed"
        DECIDED = "decided"
        SENT_BACK = "sent_back"
        WITHDRAWN = "withdrawn"
        REPLACED = "replaced"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="status_decisions")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    finding = models.CharField(max_length=12, choices=Finding.choices)
    basis = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    reflection_until = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reflection = models.ForeignKey(
        Entitlement, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-proposed_at", "id"]
        indexes = [models.Index(fields=["case", "-proposed_at"]), models.Index(fields=["agency", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("officer")), name="status_decided_by_another"
            )
        ]

    def access_facts(self) -> SubjectFacts:
        """Whose decision it is, and who put it forward: the same officer must not decide."""
        return SubjectFacts(owners=frozenset({self.agency_id}), authors=frozenset({self.officer_id}))


class StatusReview(OfCase, SealedSecret):
    """A review of one decision, asked for the person by an agency on the case, answered by the deciding agency.

    decider: the agency that decided. changed_to: the decision that took its place. Sealed: grounds, answer.
    """

    class State(models.TextChoices):
        ASKED = "asked"
        UPHELD = "upheld"
        CHANGED = "changed"
        WITHDRAWN = "withdrawn"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(StatusDecision, on_delete=models.PROTECT, related_name="reviews")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    decider = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    asked_by = models.CharField(max_length=16)
    state = models.CharField(max_length=12, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_to = models.ForeignKey(
        StatusDecision, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-asked_at", "id"]
        indexes = [models.Index(fields=["case", "-asked_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["decision"], condition=Q(state="asked"), name="one_review_at_a_time"
            )
        ]

    def access_facts(self) -> SubjectFacts:
        """Whose decision is reviewed, and who took part in it or asked for the review."""
        took_part = {self.officer_id, self.decision.officer_id, self.decision.decided_by_id}
        return SubjectFacts(
            owners=frozenset({self.decider_id}), authors=frozenset(pk for pk in took_part if pk is not None)
        )
