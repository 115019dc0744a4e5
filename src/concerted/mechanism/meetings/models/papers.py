"""Papers made for a meeting: the notice, the briefing book, the minutes as a document; never how they are laid out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer

from .meeting import Meeting


class Paper(models.Model):
    """asked -> preparing -> ready | failed. `content` is the file; asking again for a failed one starts it anew.

    `options` says what the maker needs (red head, document number ...). Observers get only papers made for them.
    """

    class State(models.TextChoices):
        ASKED = "asked"
        PREPARING = "preparing"
        READY = "ready"
        FAILED = "failed"

    class Kind(models.TextChoices):
        NOTICE = "notice"
        BOOK = "book"
        MINUTES = "minutes"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    language = models.CharField(max_length=8)
    form = models.CharField(max_length=8)
    for_observers = models.BooleanField(default=False)
    options = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    fault = models.TextField(blank=True)
    content = models.BinaryField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    asked_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="ready") | (Q(content__isnull=False) & ~Q(sha256="")),
                name="ready_paper_has_its_content",
            )
        ]

    def access_facts(self) -> SubjectFacts:
        return self.meeting.access_facts()
