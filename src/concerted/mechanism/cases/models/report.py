"""What came in, from whom, and what was decided on it; the words are sealed."""

from __future__ import annotations

from django.db import models

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer

from .base import SealedSecret, report_number


class Urgency(models.TextChoices):
    ROUTINE = "routine"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class Report(SealedSecret):
    """One report by one channel. received -> triaged -> merged, no concern, or opened as a case.

    Sealed: narrative, reporter {name, contact, relation}, safe_contact {how, when, never, code_word}, reason,
    place_told {words, is_read}: where it is as it was told; is_read: place_code was read from those words.
    facts: what the six triggers are computed from (reference/law/criminal-case-triggers.yaml); no identity.
    follow_up: the keyed hash of the code by which the reporter asks how it stands, without any detail.
    """

    class Channel(models.TextChoices):
        HOTLINE = "hotline"
        POLICE = "police"
        FAMILY = "family"
        HOSPITAL = "hospital"
        SCHOOL = "school"
        CONSULATE = "consulate"
        NGO = "ngo"
        RELIEF_STATION = "relief_station"
        PUBLIC_FORM = "public_form"
        SELF = "self"
        OTHER = "other"

    class State(models.TextChoices):
        RECEIVED = "received"
        TRIAGED = "triaged"
        MERGED = "merged"
        NO_CONCERN = "no_concern"
        OPENED = "opened"

    number = models.CharField(max_length=20, unique=True, default=report_number)
    channel = models.CharField(max_length=16, choices=Channel.choices)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    urgency = models.CharField(max_length=12, choices=Urgency.choices, default=Urgency.ROUTINE)
    place_code = models.CharField(max_length=6, default="000000")
    is_anonymous = models.BooleanField(default=False)
    facts = models.JSONField(default=dict, blank=True)
    triggers = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    triaged_at = models.DateTimeField(null=True, blank=True)
    triaged_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    case = models.ForeignKey(
        "cases.Case", null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    follow_up = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - NULL is no code
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["agency", "state", "-received_at"]), models.Index(fields=["case"])]

    def access_facts(self) -> SubjectFacts:
        """Whose report it is."""
        return SubjectFacts(owners=frozenset({self.agency_id}))


class IntakeDesk(models.Model):
    """Which agency takes reports from the public for a place and all below it, since when and until when."""

    place_code = models.CharField(max_length=6)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["place_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["place_code"], condition=models.Q(ended_at=None), name="one_desk_for_a_place"
            )
        ]

    def access_facts(self) -> SubjectFacts:
        """Whose desk it is."""
        return SubjectFacts(owners=frozenset({self.agency_id}))
