"""The agenda of a meeting and the proposals it grew from; never computes a figure itself."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer

from .meeting import Meeting


class Proposal(models.Model):
    """What assembling proposed for a meeting on a day: the items as they were, with the hash of the whole."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="proposals")
    for_day = models.DateField()
    at = models.DateTimeField()
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    rules = models.CharField(max_length=24)
    items = models.JSONField(default=list)
    content_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-at", "-id"]

    def access_facts(self) -> SubjectFacts:
        return self.meeting.access_facts()


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    model_name="AgendaItemHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    context_field=None,
)
class AgendaItem(models.Model):
    """One item: proposed -> accepted, merged into another or dropped with a reason; then discussed or deferred.

    `source` is the code of the evidence it came from, '' where somebody wrote it. What stands behind it is the thing
    at `address_kind`/`address_key` (the first of `links`). `figures` are {"key", "value", "unit", "of"} as computed
    for `as_of`. `for_members_only` keeps it, its paper and its minutes from observers.
    `asked_by` is the member that asked for it.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed"
        ACCEPTED = "accepted"
        MERGED = "merged"
        DROPPED = "dropped"
        DISCUSSED = "discussed"
        DEFERRED = "deferred"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    position = models.PositiveIntegerField(default=0)
    title_en = models.CharField(max_length=300, blank=True)
    title_zh = models.CharField(max_length=200, blank=True)
    reason_en = models.TextField(blank=True)
    reason_zh = models.TextField(blank=True)
    body_en = models.TextField(blank=True)
    body_zh = models.TextField(blank=True)
    source = models.CharField(max_length=24, blank=True)
    address_kind = models.CharField(max_length=40, blank=True)
    address_key = models.CharField(max_length=120, blank=True)
    figures = models.JSONField(default=list, blank=True)
    links = models.JSONField(default=list, blank=True)
    weight = models.IntegerField(default=0)
    as_of = models.DateField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(default=0)
    presenter = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    for_members_only = models.BooleanField(default=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    reason = models.TextField(blank=True)
    settled_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["meeting_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "source", "address_kind", "address_key"],
                condition=~Q(source=""),
                name="one_item_per_evidence",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="no_item_merges_into_itself"),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(reason=""), name="dropped_item_has_its_reason"
            ),
        ]
        indexes = [models.Index(fields=["address_kind", "address_key"])]

    def __str__(self) -> str:
        return self.title_en or self.title_zh

    def access_facts(self) -> SubjectFacts:
        return self.meeting.access_facts()
