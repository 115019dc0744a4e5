"""Estimation runs and how far they are; a run's table, options and result are never rewritten."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Appointment, Officer
from concerted.methods import prevalence
from concerted.methods.prevalence import CaptureTable


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    fields=["id", "agency", "state", "shared_at", "cancelled_by", "ended_at"],
    model_name="EstimationRunHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    context_field=None,
)
class EstimationRun(models.Model):
    """One capture table put to every method, with what is needed to get the same numbers again.

    lists, counts: names of the lists and pairs [history bitmask, people]. strata_by, strata: what people are parted by,
    and [values, such pairs] of each stratum, where the table says of which they are. data_hash: SHA-256 of all these.
    options: the panel's options with its seed. version: of the software. result: the agreement panel as the methods
    give it, result_hash: SHA-256 of it without its clock times. fault: what, where, remedy of a run that could not end.
    year, place_code: what the table is about, for the page that sets reported beside estimated.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    class Origin(models.TextChoices):
        UPLOADED = "uploaded"
        PUBLISHED = "published"
        INVENTED = "invented"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="estimation_runs")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    origin = models.CharField(max_length=12, choices=Origin.choices)
    source = models.TextField(blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    place_code = models.CharField(max_length=6, default="000000")
    lists = models.JSONField()
    counts = models.JSONField()
    strata_by = models.JSONField(default=list, blank=True)
    strata = models.JSONField(default=list, blank=True)
    data_hash = models.CharField(max_length=64, db_index=True)
    options = models.JSONField(default=dict)
    seed = models.BigIntegerField()
    version = models.CharField(max_length=40)
    repeats = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="repetitions"
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    result = models.JSONField(null=True, blank=True)
    result_hash = models.CharField(max_length=64, blank=True)
    fault = models.JSONField(null=True, blank=True)
    shared_at = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="done", result__isnull=False) | (~Q(state="done") & Q(result=None)),
                name="only_a_run_that_is_done_has_a_result",
            ),
            models.CheckConstraint(
                condition=Q(shared_at=None) | Q(state="done"), name="only_a_run_that_is_done_is_shared"
            ),
        ]
        indexes = [models.Index(fields=["agency", "-id"])]

    def __str__(self) -> str:
        return self.title

    @property
    def table(self) -> CaptureTable:
        """The capture table of the run."""
        return CaptureTable.from_histories(self.lists, {int(w): int(n) for w, n in self.counts})

    @property
    def strata_tables(self) -> prevalence.StrataTables | None:
        """The capture tables of its strata; None where it has none."""
        if not self.strata:
            return None
        return prevalence.StrataTables.from_json({"by": self.strata_by, "tables": self.strata}, self.lists)

    def access_facts(self) -> SubjectFacts:
        return SubjectFacts(owners=frozenset({self.agency_id}), place_code=self.place_code)


class RunProgress(models.Model):
    """How far a run is, by the real clock; holds nothing of its table, so that any worker may read it."""

    run = models.OneToOneField(EstimationRun, on_delete=models.CASCADE, related_name="progress")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    what = models.CharField(max_length=60, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    cancel_asked = models.BooleanField(default=False)
    is_over = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(done__lte=models.F("total")), name="progress_within_total")
        ]
