"""Interests and tokens as tables; the rules that read them are in policy and door."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from concerted.foundation.agencies.models import Agency, Appointment, Officer


class Interest(models.Model):
    """Why an agency may know of a subject: the one relationship behind "may I?" and "which may I see?".

    basis: author, addressee, consulted, lead, support ... `sections` empty means the whole subject, but for a
    person's case or record, where every section is named. `granted_by` is set for those: such an interest is
    itself a secret, seen by its agency and by who granted it. officer: of an emergency access, which is this one
    officer's and no colleague's.
    """

    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="interests")
    basis = models.CharField(max_length=24)
    sections = models.JSONField(default=list, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(
        Officer, null=True, blank=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(fields=["agency", "subject_kind", "subject_id"]),
            models.Index(fields=["subject_kind", "subject_id"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="interest_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=False)
                | ~Q(subject_kind__in=("cases.case", "people.person", "obligations.obligation")),
                name="secret_interest_names_who_granted_it",
            ),
        ]


class ApiToken(models.Model):
    """A hashed, scoped, expiring key for a machine under one appointment; the key itself is not kept."""

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="tokens")
    label = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.BinaryField()
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]


class IdempotentAnswer(models.Model):
    """The answer once given to an unsafe call with an Idempotency-Key, kept so that a retry gets it again."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64)
    status = models.IntegerField(default=0)
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["officer", "key"], name="one_answer_per_key")]


class ClockSetting(models.Model):
    """The demonstration's date: when set, the site's Monday is this one and not the calendar's.

    `not_before` is the moment it was set at; the day does not stand before it, for what happened until then
    would otherwise lie in the future every morning.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    demonstration_date = models.DateField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    seed = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_clock")]


class Remembered(models.Model):
    """A value that all processes of the site remember until a moment; `name` is the SHA-256 of its key, in hex."""

    name = models.CharField(max_length=64, primary_key=True)
    value = models.JSONField()
    until = models.DateTimeField(db_index=True)
