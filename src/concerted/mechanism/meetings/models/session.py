"""What clerks write down while a meeting sits; never the wording of a decision."""

from __future__ import annotations

import pghistory
from django.db import models

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer

from .agenda import AgendaItem
from .meeting import Meeting


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    model_name="NoteHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    context_field=None,
)
class Note(models.Model):
    """A fragment of notes on an item; the notes of an item are its fragments in order. The office's own.

    `client_key` names the fragment where it is written, so that saving twice is saving once. When two clerks save
    the same fragment, the second text becomes a fragment of its own with `beside` the first: both stay, until an
    officer joins them. `joined_into` fragments are read through the one they were joined into.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="notes")
    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="notes"
    )
    client_key = models.CharField(max_length=64)
    text = models.TextField(blank=True)
    author = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    beside = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="conflicting"
    )
    joined_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="joined"
    )
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "client_key"], name="one_fragment_per_client_key")
        ]
        indexes = [models.Index(fields=["meeting", "item"])]

    def access_facts(self) -> SubjectFacts:
        return self.meeting.access_facts()
