"""The supervised list of key areas: who listed which, warned it, took it off, when and why; it judges nothing."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer


class SupervisedArea(models.Model):
    """One stay of one place on the list of one office; a place listed again is a new row.

    `state` is where its last step left it; the steps are the record.
    """

    class State(models.TextChoices):
        LISTED = "listed"
        WARNED = "warned"
        REMOVED = "removed"

    place_code = models.CharField(max_length=6)
    listed_by = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="areas_listed")
    state = models.CharField(max_length=8, choices=State.choices, default=State.LISTED)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    review_on = models.DateField()
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["place_code", "listed_by"],
                condition=~Q(state="removed"),
                name="an_area_is_listed_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=(Q(state="removed") & Q(until__isnull=False))
                | (~Q(state="removed") & Q(until=None)),
                name="an_area_off_the_list_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_code} since {self.since}"

    def access_facts(self) -> SubjectFacts:
        return SubjectFacts(owners=frozenset({self.listed_by_id}), place_code=self.place_code)


class SupervisionStep(models.Model):
    """One step: listed, warned, warning lifted, kept at a review, removed; rows are added only."""

    area = models.ForeignKey(SupervisedArea, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=16)
    on = models.DateField()
    reason = models.TextField()
    basis = models.CharField(max_length=300)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
