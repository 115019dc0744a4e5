"""The spine of a case, what each agency holds on it, and every move; no column tells who the person is."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer

from .base import SealedSecret, Secret, case_number
from .report import Urgency


class OfCase(models.Model):
    """A row about a case; the record of acts names the case, so that `who saw this file` finds it."""

    class Meta:
        abstract = True

    def audit_subject(self) -> tuple[str, int]:
        case_id: Any = getattr(self, "case_id", None)
        return ("cases.case", case_id) if case_id else (self._meta.label_lower, self.pk)


class Case(Secret):
    """The non-identifying spine that agencies share about one person's situation.

    `subject`: the key under which every sealed word on the case stands. `handling`: flags that travel with it
    (states.HANDLING). `province_code` is the finest place the spine tells.
    """

    class Stage(models.TextChoices):
        REPORTED = "reported"
        SCREENED = "screened"
        PRESUMED_VICTIM = "presumed_victim"
        IN_PROTECTION = "in_protection"
        RECOVERY = "recovery"
        RETURNED = "returned"
        SETTLED = "settled"
        FOLLOW_UP = "follow_up"
        CLOSED = "closed"

    class Risk(models.TextChoices):
        UNKNOWN = "unknown"
        LOW = "low"
        MEDIUM = "medium"
        HIGH = "high"
        CRITICAL = "critical"

    class AgeBand(models.TextChoices):
        UNKNOWN = "unknown"
        UNDER_14 = "under_14"
        FROM_14_TO_17 = "14_to_17"
        ADULT = "adult"

    number = models.CharField(max_length=20, unique=True, default=case_number)
    subject = models.UUIDField(default=uuid4, unique=True, editable=False)
    stage = models.CharField(max_length=20, choices=Stage.choices, default=Stage.REPORTED)
    lead = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    joint_leads = models.JSONField(default=list, blank=True)
    province_code = models.CharField(max_length=6, default="000000")
    urgency = models.CharField(max_length=12, choices=Urgency.choices, default=Urgency.ROUTINE)
    risk = models.CharField(max_length=12, choices=Risk.choices, default=Risk.UNKNOWN)
    age_band = models.CharField(max_length=12, choices=AgeBand.choices, default=AgeBand.UNKNOWN)
    handling = models.JSONField(default=list, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    closing_as = models.CharField(max_length=24, blank=True)
    closing_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_as = models.CharField(max_length=24, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    row_version = models.PositiveIntegerField(default=1)
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["-opened_at", "id"]
        indexes = [
            models.Index(
                fields=["lead"], condition=~Q(closing_as="") & Q(closed_at=None), name="closings_waiting"
            ),
            models.Index(fields=["id"], condition=~Q(stage="closed"), name="case_still_open"),
        ]

    @property
    def lead_ids(self) -> frozenset[int]:
        """The agencies that lead the case now, jointly or alone."""
        return frozenset({self.lead_id, *self.joint_leads})

    @property
    def is_closed(self) -> bool:
        return self.stage == self.Stage.CLOSED

    def audit_subject(self) -> tuple[str, int]:
        return "cases.case", self.pk

    def access_facts(self) -> SubjectFacts:
        """Who leads it, and who proposed to close it: the same officer must not approve."""
        proposed = {self.closing_by_id} if self.closing_by_id else set()
        return SubjectFacts(owners=self.lead_ids, authors=frozenset(proposed))


class CaseLead(OfCase, Secret):
    """One agency's dated lead of a case, alone or jointly."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="leads")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    is_joint = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["since", "id"]
        indexes = [models.Index(fields=["case", "since"])]


class AgencyFile(OfCase, Secret):
    """What one agency holds on a case; private to it. `assigned_to`: the officer who works it."""

    class State(models.TextChoices):
        OPENED = "opened"
        ACTIVE = "active"
        DORMANT = "dormant"
        CLOSED = "closed"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="files")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    local_number = models.CharField(max_length=40, blank=True)
    because = models.CharField(max_length=16)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPENED)
    assigned_to = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "agency"], name="one_file_per_agency")]
        indexes = [
            models.Index(fields=["agency", "-changed_at", "id"]),
            models.Index(fields=["agency", "state", "-changed_at"]),
            models.Index(fields=["agency", "assigned_to", "-changed_at"]),
        ]

    def access_facts(self) -> SubjectFacts:
        """Whose file it is."""
        return SubjectFacts(owners=frozenset({self.agency_id}))


class FileNote(OfCase, SealedSecret):
    """An internal note in an agency's own file; never disclosed. Sealed: text."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(AgencyFile, on_delete=models.PROTECT, related_name="notes")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "id"]


class Move(OfCase, SealedSecret):
    """One step of one state machine on a case. Sealed: reason, note.

    thing: what moved (case, referral, transfer, placement ...). other: the agency on the far side of it.
    is_shared: everybody with a live interest in the case sees it (moves of the spine).
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="moves")
    thing = models.CharField(max_length=20)
    thing_id = models.BigIntegerField()
    act = models.CharField(max_length=32)
    source = models.CharField(max_length=24)
    target = models.CharField(max_length=24)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_shared = models.BooleanField(default=False)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["case", "at"]), models.Index(fields=["thing", "thing_id", "at"])]
