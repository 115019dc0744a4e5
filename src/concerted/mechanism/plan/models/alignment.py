"""How a place answers each national measure; a national revision never changes a row here."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer

from .plan import Measure


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    model_name="AlignmentHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    context_field=None,
)
class Alignment(models.Model):
    """One place's standing answer to one national measure, pinned to the national wording it answered.

    No row means not yet considered. `differs` maps a field to {"why": text} for an adapted measure; the values
    themselves are read from the two measures. `national` is the pinned measure of the pinned version; when the
    national plan has a newer version whose measure is carried from it, a three-way comparison is due.
    """

    class Kind(models.TextChoices):
        ADOPTED = "adopted"
        ADAPTED = "adapted"
        DECLINED = "declined"

    national = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="answers")
    place_code = models.CharField(max_length=6)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="alignments")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    local = models.ForeignKey(
        Measure, null=True, blank=True, on_delete=models.PROTECT, related_name="answering"
    )
    differs = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True)
    source = models.TextField(blank=True)
    decided_by = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    kept_against = models.ForeignKey(
        Measure, null=True, blank=True, on_delete=models.PROTECT, related_name="divergences_kept"
    )
    replaced_at = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["national_id", "place_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["national", "place_code"], condition=Q(replaced_at=None), name="one_standing_answer"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["declined", "adapted"]) | ~Q(reason=""),
                name="divergence_has_its_reason",
            ),
        ]
        indexes = [models.Index(fields=["place_code"])]

    def access_facts(self) -> SubjectFacts:
        return SubjectFacts(owners=frozenset({self.agency_id}), place_code=self.place_code)
