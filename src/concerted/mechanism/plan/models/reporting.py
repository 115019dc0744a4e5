"""Reports on measures, what supporting agencies add, locks and snapshots; lateness lives in obligations."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer

from .indicator import ReportingPeriod
from .plan import Measure


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    model_name="ReportHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    context_field=None,
)
class Report(models.Model):
    """One lead agency's report on one measure for one period, in one version.

    draft -> submitted -> (returned -> submitted)* -> cleared -> accepted -> published -> corrected by a new version.
    Author, submitter, clearer and accepter are separate facts. A draft is the agency's own.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        SUBMITTED = "submitted"
        RETURNED = "returned"
        CLEARED = "cleared"
        ACCEPTED = "accepted"
        PUBLISHED = "published"
        CORRECTED = "corrected"

    class Claimed(models.TextChoices):
        NOT_STARTED = "not_started"
        PREPARING = "preparing"
        UNDER_WAY = "under_way"
        MOSTLY_DONE = "mostly_done"
        DONE = "done"
        ON_HOLD = "on_hold"
        PARTLY_ACHIEVED = "partly_achieved"
        NOT_ACHIEVED = "not_achieved"

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="reports")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="reports")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    claimed_status = models.CharField(max_length=20, choices=Claimed.choices, blank=True)
    narrative = models.TextField(blank=True)
    obstacles = models.TextField(blank=True)
    help_requested = models.TextField(blank=True)
    evidence = models.JSONField(default=list, blank=True)
    values = models.JSONField(default=dict, blank=True)
    author = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    first_submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cleared_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    correction_reason = models.TextField(blank=True)
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-changed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "period", "agency", "number"], name="one_report_per_version"
            )
        ]
        indexes = [
            models.Index(fields=["period", "agency", "state"]),
            models.Index(fields=["state", "changed_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.period_id} {self.agency_id} v{self.number}"

    def access_facts(self) -> SubjectFacts:
        plan = self.measure.version.plan
        writers = {self.author_id} | ({self.submitted_by_id} if self.submitted_by_id else set())
        return SubjectFacts(
            owners=frozenset({self.agency_id}),
            owed_to=frozenset({plan.office_id}),
            place_code=self.agency.place_code,
            authors=frozenset(writers),
        )


class ReportMove(models.Model):
    """One move of a report through its states, with who, when, and - for a return - which field and why."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="moves")
    from_state = models.CharField(max_length=12)
    to_state = models.CharField(max_length=12)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    field = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]


class SupportRequest(models.Model):
    """A lead asks a supporting agency for its part of a report; the answer belongs to the lead's report."""

    class State(models.TextChoices):
        ASKED = "asked"
        ANSWERED = "answered"
        WITHDRAWN = "withdrawn"

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="support_requests")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="support_requests")
    lead = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="support_asked")
    asked = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="support_owed")
    question = models.TextField()
    due = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    answer = models.TextField(blank=True)
    asked_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "period", "lead", "asked"],
                condition=~Q(state="withdrawn"),
                name="one_open_request_per_supporter",
            )
        ]

    def access_facts(self) -> SubjectFacts:
        return SubjectFacts(
            owners=frozenset({self.lead_id}),
            owed_to=frozenset({self.asked_id}),
            authors=frozenset({self.asked_by_id}),
        )


class LockException(models.Model):
    """A closed period stays open for one agency until a date, with the reason."""

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="lock_exceptions")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="lock_exceptions")
    until = models.DateField()
    reason = models.TextField()
    granted_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)


class PeriodSnapshot(models.Model):
    """What stood when a period was closed: every measure's report and the silent ones, frozen with its hash."""

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="snapshots")
    number = models.PositiveSmallIntegerField(default=1)
    taken_at = models.DateTimeField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    silent = models.IntegerField()
    expected = models.IntegerField()

    class Meta:
        ordering = ["period_id", "number"]
        constraints = [models.UniqueConstraint(fields=["period", "number"], name="snapshot_number_once")]
