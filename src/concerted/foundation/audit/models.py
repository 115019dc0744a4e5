"""The record of acts and looks, and its seals, as tables that only grow."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class AuditEntry(models.Model):
    """One act, look, refusal or write outside an act. Rows are inserted and read, never changed.

    `transaction` is the 64-bit id of the writing transaction (pg_current_xact_id), set by the database: a
    seal covers a range of finished transactions, so no writer ever waits for a common head row. `at` is the
    time the act was given; `recorded_at` is the database's clock.
    """

    class Kind(models.TextChoices):
        ACT = "act"
        LOOK = "look"
        SIGN_IN = "sign_in"
        OUTSIDE = "outside"

    id = models.BigAutoField(primary_key=True)
    transaction = models.BigIntegerField(editable=False)
    epoch = models.IntegerField(editable=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=8, choices=Kind.choices)
    act = models.CharField(max_length=80)
    officer_id = models.BigIntegerField(null=True)
    appointment_id = models.BigIntegerField(null=True)
    agency_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["epoch", "transaction", "id"]),
            models.Index(fields=["subject_kind", "subject_id"]),
            models.Index(fields=["officer_id", "id"]),
        ]


class AuditEpoch(models.Model):
    """One database cluster the record has lived in: transaction ids restart in a new cluster."""

    id = models.IntegerField(primary_key=True)
    system_identifier = models.CharField(max_length=40)
    started_at = models.DateTimeField(db_default=Now())


class AuditSegment(models.Model):
    """A sealed range of finished transactions: a Merkle root over its rows, chained to the seal before it.

    `leaves` holds each row's id and leaf hash (8 + 32 bytes), so that verifying can name a row that differs.
    """

    id = models.BigAutoField(primary_key=True)
    epoch = models.IntegerField()
    from_transaction = models.BigIntegerField()
    to_transaction = models.BigIntegerField()
    entries = models.IntegerField()
    first_entry = models.BigIntegerField(null=True)
    last_entry = models.BigIntegerField(null=True)
    root = models.BinaryField()
    previous = models.BinaryField()
    chained = models.BinaryField()
    leaves = models.BinaryField(default=bytes)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["epoch", "from_transaction"], name="segments_do_not_overlap")
        ]
