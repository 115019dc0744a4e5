"""Subjects' keys, sealed rows and stored files as tables; nothing in them is readable without a master key."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import models

from .numbers import secret_number
from .sealing import Place


class SubjectKey(models.Model):
    """The data key of one subject, wrapped by a master key. Without it nothing about the subject opens."""

    subject = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField()
    master_version = models.IntegerField()
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["master_version"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(destroyed_at=None) | models.Q(wrapped=b""),
                name="a_destroyed_key_is_gone",
            )
        ]


class SealedRow(models.Model):
    """A row whose values are sealed together under its subject's key, bound to this table, row and column.

    Write it by `vault.acts.keep`, read it by `vault.reads.opened`; its number is drawn before it is sealed.
    """

    subject = models.UUIDField(editable=False, db_index=True)
    sealed = models.BinaryField(editable=False)

    class Meta:
        abstract = True

    def place(self, column: str = "sealed") -> Place:
        """Where the sealed value of that column stands."""
        return Place(self._meta.db_table, str(self.pk), column, UUID(str(self.subject)))


class StoredFile(SealedRow):
    """A file kept encrypted below var/files; its name is sealed, its own key wrapped by its subject's.

    keeper: the agency it belongs to. holder_kind, holder_id, section: the subject of interests, and the
    section of it, whose recipients may know of the file. digest: SHA-256 of the encrypted file, 32 bytes.
    """

    class Scan(models.TextChoices):
        CLEAN = "clean"
        NOT_SCANNED = "not_scanned"

    id = models.BigIntegerField(primary_key=True, default=secret_number, editable=False)
    token = models.UUIDField(default=uuid4, unique=True, editable=False)
    file_key = models.BinaryField(editable=False)
    keeper = models.BigIntegerField()
    holder_kind = models.CharField(max_length=40)
    holder_id = models.BigIntegerField(null=True)
    section = models.CharField(max_length=40)
    content_type = models.CharField(max_length=120)
    size = models.BigIntegerField()
    sealed_size = models.BigIntegerField()
    digest = models.BinaryField(editable=False)
    scan = models.CharField(max_length=12, choices=Scan.choices)
    stored_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["holder_kind", "holder_id"])]
