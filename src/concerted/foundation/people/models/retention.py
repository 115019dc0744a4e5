"""What must not go, and requests to erase with the two officers who decide; erases nothing itself."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.vault.models import SealedRow
from concerted.foundation.vault.numbers import secret_number

from .person import Person


class LegalHold(SealedRow):
    """Why a person's record must not be erased for now; while one stands, nothing about them goes.

    owner: the agency of the person's record, which must know of every hold on it. Sealed under the person's key:
    reason, and lift_reason once lifting was asked for. Two officers lift: one asks, another agrees.
    """

    class Ground(models.TextChoices):
        INVESTIGATION = "investigation"
        TRIAL = "trial"
        COMPENSATION = "compensation"
        COMPLAINT = "complaint"
        TRACING = "tracing"
        INQUIRY = "inquiry"

    id = models.BigIntegerField(primary_key=True, default=secret_number, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="holds")
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=16, choices=Ground.choices)
    reference = models.CharField(max_length=80, blank=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    lift_asked_at = models.DateTimeField(null=True, blank=True)
    lift_asked_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["person"], condition=Q(lifted_at=None), name="standing_holds")]
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_by=None) | ~Q(lifted_by=F("lift_asked_by")), name="two_officers_lift"
            )
        ]

    def access_facts(self) -> SubjectFacts:
        """Whose hold it is, and who asked to lift it: the same officer must not agree to it."""
        asked = {self.lift_asked_by_id} - {None}
        return SubjectFacts(owners=frozenset({self.agency_id}), authors=frozenset(asked))  # type: ignore[arg-type]


class ErasureRequest(models.Model):
    """One officer's request to erase a person, another's answer, and the proof of what was done.

    listed: what the dry run found, counts by kind and nothing readable. proof: the ledger's line.
    """

    class State(models.TextChoices):
        REQUESTED = "requested"
        REFUSED = "refused"
        DONE = "done"

    class Ground(models.TextChoices):
        SCHEDULE = "schedule"
        ASKED = "asked"
        COURT = "court"
        MISTAKE = "mistake"

    id = models.BigIntegerField(primary_key=True, default=secret_number, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="erasures")
    subject = models.UUIDField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=12, choices=Ground.choices)
    rule = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.REQUESTED)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    listed = models.JSONField(default=dict)
    proof = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="requested"), name="one_open_erasure_per_person"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")),
                name="two_officers_erase",
            ),
        ]

    def access_facts(self) -> SubjectFacts:
        """Whose request it is, and who asked: the same officer must not answer it."""
        return SubjectFacts(owners=frozenset({self.agency_id}), authors=frozenset({self.requested_by_id}))
