"""Organisations of the mechanism and their dated membership; never says what an officer may do."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from .place import Place


class AgencyQuerySet(models.QuerySet["Agency"]):
    def standing(self, on: date) -> AgencyQuerySet:
        """Agencies that exist on the day given."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gt=on))


class Agency(models.Model):
    """A ministry, mass organisation, court, international organisation, NGO, or local body.

    `parent` is the tree of organisation; `place` is where it stands in the tree of areas; `line` is the
    national agency whose work a local body does (公安厅 -> 公安部).
    """

    class Kind(models.TextChoices):
        MINISTRY = "ministry"
        PARTY_ORGAN = "party_organ"
        LEGISLATURE = "legislature"
        COURT_PROCURATORATE = "court_procuratorate"
        MASS_ORGANISATION = "mass_organisation"
        STATE_ENTERPRISE = "state_enterprise"
        INTERNATIONAL_ORGANISATION = "international_organisation"
        DONOR = "donor"
        NGO = "ngo"
        CIVIL_SOCIETY = "civil_society"
        LOCAL_GOVERNMENT = "local_government"
        LOCAL_DEPARTMENT = "local_department"
        JOINT_MEETING_OFFICE = "joint_meeting_office"

    key = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=32, choices=Kind.choices)
    name_en = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=120, blank=True)
    aliases = models.JSONField(default=list, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    line = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="counterparts"
    )
    place_code = models.CharField(max_length=6, default="000000")
    tier = models.CharField(max_length=12, choices=Place.Level.choices, default=Place.Level.NATION)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    role = models.TextField(blank=True)
    note = models.TextField(blank=True)
    seen_in = models.JSONField(default=list, blank=True)
    years_observed = models.JSONField(default=list, blank=True)
    is_demonstration = models.BooleanField(default=False)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        verbose_name_plural = "agencies"
        indexes = [models.Index(fields=["place_code", "tier"]), models.Index(fields=["line"])]

    def __str__(self) -> str:
        return self.name_en


class Membership(models.Model):
    """One agency's dated seat in one body (the joint meeting of the nation or of a place)."""

    class Role(models.TextChoices):
        CONVENOR = "convenor"
        MEMBER = "member"
        OBSERVER = "observer"

    body = models.CharField(max_length=80, default="joint-meeting")
    place_code = models.CharField(max_length=6, default="000000")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.MEMBER)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.TextField()
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["body", "agency_id", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "place_code", "agency", "valid_from"], name="one_seat_per_start"
            )
        ]


class MembershipCount(models.Model):
    """What one source says of how many members the joint meeting has; sources are never reconciled here."""

    body = models.CharField(max_length=80, default="joint-meeting")
    as_of = models.CharField(max_length=40)
    count = models.PositiveIntegerField()
    what = models.TextField()
    source = models.TextField()

    class Meta:
        ordering = ["as_of"]
        constraints = [
            models.UniqueConstraint(fields=["body", "as_of", "source"], name="one_count_per_source")
        ]
