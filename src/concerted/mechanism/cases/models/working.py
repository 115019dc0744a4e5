"""What officers work with: messages on a case, news to an agency's desk, drafts, saved filters, lists to import."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from concerted.foundation.agencies.models import Agency, Officer

from .base import SealedSecret, Secret
from .case import Case, OfCase


class Message(OfCase, SealedSecret):
    """A message on a case from one participating agency to others. Sealed: text."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    answers = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["case", "at"])]


class MessageCopy(OfCase, Secret):
    """One agency's copy of a message."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="copies")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    sender = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "agency"], name="one_copy_per_agency")]
        indexes = [models.Index(fields=["agency"], condition=Q(seen_at=None), name="messages_not_seen")]


class Notice(OfCase, Secret):
    """News for an agency's desk: an answer, a withdrawal, an emergency access. It names no person.

    case None: news of a secondment, whose cases its host alone knows, or of a desk that takes in reports.
    case_number: set by my_work where the case is open to whoever asks; no column.
    """

    case_number: str = ""

    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    sender = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)
    thing = models.CharField(max_length=20, blank=True)
    thing_id = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at", "id"]
        indexes = [models.Index(fields=["agency", "-at"], condition=Q(seen_at=None), name="news_not_seen")]


class Draft(SealedSecret):
    """What an officer typed and has not sent; it is his own. Sealed: values."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=40)
    about = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField()
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "officer", "form", "about"], name="one_draft_per_form")
        ]


class SavedFilter(Secret):
    """A list an officer asks for again and again."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    query = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "officer", "name"], name="one_filter_of_a_name")
        ]


class AgencyMapping(SealedSecret):
    """Where the columns of a list go, kept for every officer of the agency. Sealed: mapping."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "name"], name="one_agency_mapping_of_a_name")
        ]


class ImportBatch(SealedSecret):
    """A list an officer handed in, held until it is imported or a day has passed. Sealed: filename, content, mapping.

    imported: how many cases came of it; the content is let go of with the import.
    """

    class State(models.TextChoices):
        HELD = "held"
        IMPORTED = "imported"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=8)
    state = models.CharField(max_length=8, choices=State.choices, default=State.HELD)
    held_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True, blank=True)
    imported = models.PositiveIntegerField(default=0)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-held_at", "id"]
        indexes = [models.Index(fields=["officer", "-held_at"])]
