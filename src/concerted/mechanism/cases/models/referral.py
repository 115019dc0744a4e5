"""Offers of a case from agency to agency: referrals to a queue, and transfers of the lead."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer

from .base import SealedSecret, referral_number
from .case import Case, OfCase
from .report import Urgency


class Referral(OfCase, SealedSecret):
    """An offer to an agency's queue, with a clock to answer and a clock to act (states.REFERRAL).

    preview: all the receiver sees before accepting (age band, sex, languages, province, needs); no identity.
    sections, persons, purpose, consent or legal_basis: what accepting discloses, of whom. to_agency None: somebody
    outside, named in the sealed part. Sealed: reason, note, relies_on, question, information, outcome_note, outside.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        SENT = "sent"
        SEEN = "seen"
        RETURNED = "returned"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"
        IN_SERVICE = "in_service"
        COMPLETED = "completed"
        NOT_COMPLETED = "not_completed"
        FEEDBACK_SEEN = "feedback_seen"
        CLOSED = "closed"

    number = models.CharField(max_length=20, unique=True, default=referral_number)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=32)
    urgency = models.CharField(max_length=12, choices=Urgency.choices, default=Urgency.ROUTINE)
    preview = models.JSONField(default=dict)
    sections = models.JSONField(default=list)
    purpose = models.CharField(max_length=32)
    consent = models.ForeignKey(
        "cases.Consent", null=True, blank=True, on_delete=models.PROTECT, related_name="referrals"
    )
    persons = models.JSONField(null=True, blank=True)
    legal_basis = models.CharField(max_length=40, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decline_code = models.CharField(max_length=32, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=32, blank=True)
    answer_by = models.DateTimeField(null=True, blank=True)
    act_by = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["answer_by", "id"]
        indexes = [
            models.Index(fields=["to_agency", "state", "answer_by"]),
            models.Index(fields=["agency", "state", "-written_at"]),
            models.Index(fields=["case", "-written_at"]),
        ]

    def access_facts(self) -> SubjectFacts:
        """Who sent it, and who is asked."""
        asked = frozenset({self.to_agency_id} if self.to_agency_id else ())
        return SubjectFacts(owners=frozenset({self.agency_id}), owed_to=asked)


class OutsidePackage(OfCase, SealedSecret):
    """A sealed package for somebody outside: its file, its one-time code by another channel, its receipt.

    code: keyed hash of the acknowledgement code the recipient gives back. Sealed: recipient, channel, contents.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="packages")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    sections = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["code"])]


class Transfer(OfCase, SealedSecret):
    """An offer of the lead of a case to another agency. Sealed: reason, answer."""

    class State(models.TextChoices):
        OFFERED = "offered"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="transfers")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    is_joint = models.BooleanField(default=False)
    consent = models.ForeignKey(
        "cases.Consent", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    legal_basis = models.CharField(max_length=40, blank=True)
    preview = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OFFERED)
    offered_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decline_code = models.CharField(max_length=32, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-offered_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "to_agency"], condition=Q(state="offered"), name="one_open_transfer_each"
            )
        ]
        indexes = [models.Index(fields=["to_agency", "state"])]

    def access_facts(self) -> SubjectFacts:
        """Who offers the lead, and who is asked to take it."""
        return SubjectFacts(owners=frozenset({self.agency_id}), owed_to=frozenset({self.to_agency_id}))
