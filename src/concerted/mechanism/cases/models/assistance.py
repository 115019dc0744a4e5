"""Assistance: needs, plan, goals, services, shelter beds, entitlements and letters, and who offers what."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer

from .base import SealedSecret, Secret
from .case import Case, OfCase


class Assessment(OfCase, SealedSecret):
    """An assessment of needs or risk on a day. Sealed: needs {need: level}, findings, wishes."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assessments")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    level = models.CharField(max_length=12, choices=Case.Risk.choices, default=Case.Risk.UNKNOWN)
    next_due = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "id"]
        indexes = [models.Index(fields=["case", "-at"]), models.Index(fields=["agency", "next_due"])]


class SupportPlan(OfCase, SealedSecret):
    """The plan of support, agreed with the person; a revision replaces it when it is agreed. Sealed: summary,
    agreed_how."""

    class State(models.TextChoices):
        DRAFT = "draft"
        AGREED = "agreed"
        ENDED = "ended"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plans")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    written_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-written_at", "id"]


class Goal(OfCase, SealedSecret):
    """One goal of a plan, and what was decided on it; a changed one lives on in the goal that replaces it. Sealed:
    text, decision."""

    class State(models.TextChoices):
        OPEN = "open"
        REACHED = "reached"
        PARTLY_REACHED = "partly_reached"
        NOT_REACHED = "not_reached"
        CHANGED = "changed"
        DROPPED = "dropped"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(SupportPlan, on_delete=models.PROTECT, related_name="goals")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["plan_id", "position"]


class Service(OfCase, SealedSecret):
    """One service to the person: kind (states.SERVICES), provider, planned, done, outcome. Sealed: need, note."""

    class State(models.TextChoices):
        PLANNED = "planned"
        UNDER_WAY = "under_way"
        DONE = "done"
        NOT_DONE = "not_done"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="services")
    plan = models.ForeignKey(
        SupportPlan, null=True, blank=True, on_delete=models.PROTECT, related_name="services"
    )
    goal = models.ForeignKey(Goal, null=True, blank=True, on_delete=models.PROTECT, related_name="services")
    referral = models.ForeignKey(
        "cases.Referral", null=True, blank=True, on_delete=models.PROTECT, related_name="services"
    )
    kind = models.CharField(max_length=32)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.PLANNED)
    written_at = models.DateTimeField()
    planned_from = models.DateField(null=True, blank=True)
    planned_until = models.DateField(null=True, blank=True)
    begun_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=32, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["planned_from", "id"]
        indexes = [models.Index(fields=["case"]), models.Index(fields=["provider", "state"])]


class Shelter(models.Model):
    """A shelter with so many beds; where it stands is never here (section shelter_address)."""

    key = models.SlugField(max_length=80, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name_en = models.CharField(max_length=160)
    name_zh = models.CharField(max_length=120, blank=True)
    province_code = models.CharField(max_length=6)
    beds = models.PositiveSmallIntegerField()
    takes = models.JSONField(default=dict, blank=True)
    is_open = models.BooleanField(default=True)
    is_demonstration = models.BooleanField(default=False)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["key"]


class Placement(OfCase, SealedSecret):
    """A person's stay, asked for, offered, lived through. bed: which one is kept for it. Sealed: reason, note."""

    class State(models.TextChoices):
        REQUESTED = "requested"
        OFFERED = "offered"
        IN = "in"
        OUT = "out"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="placements")
    shelter = models.ForeignKey(Shelter, on_delete=models.PROTECT, related_name="placements")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    host = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    preview = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State.choices, default=State.REQUESTED)
    bed = models.PositiveSmallIntegerField(null=True, blank=True)
    requested_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    in_at = models.DateTimeField(null=True, blank=True)
    out_at = models.DateTimeField(null=True, blank=True)
    out_as = models.CharField(max_length=16, blank=True)
    decline_code = models.CharField(max_length=32, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-requested_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["shelter", "bed"], condition=Q(state__in=("offered", "in")), name="one_person_per_bed"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("offered", "in")) | Q(bed__isnull=False), name="kept_beds_are_named"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="in"), name="in_one_shelter_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["shelter", "state"]), models.Index(fields=["case"])]

    def access_facts(self) -> SubjectFacts:
        """Who asks for the bed, and whose beds they are."""
        return SubjectFacts(owners=frozenset({self.agency_id}), owed_to=frozenset({self.host_id}))


class Entitlement(OfCase, SealedSecret):
    """What the person is entitled to from a day to a day: reflection period, stay, benefit. Sealed: note."""

    class State(models.TextChoices):
        REQUESTED = "requested"
        GRANTED = "granted"
        REFUSED = "refused"
        REVOKED = "revoked"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entitlements")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)
    state = models.CharField(max_length=12, choices=State.choices, default=State.REQUESTED)
    requested_at = models.DateTimeField()
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    renews = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-requested_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")),
                name="entitlement_ends_after_it_starts",
            )
        ]
        indexes = [models.Index(fields=["agency", "state"])]


class Letter(OfCase, Secret):
    """A numbered letter on an entitlement. check_digest: keyed hash of number and code, by which anybody who
    holds the letter asks whether it is valid and learns nothing else."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="letters")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=24, unique=True)
    check_digest = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=8)
    issued_at = models.DateTimeField()
    valid_until = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-issued_at", "id"]


class ServiceOffer(models.Model):
    """An entry of the service directory: who offers what, where, for whom, in which languages."""

    key = models.SlugField(max_length=100, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)
    name_en = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=160, blank=True)
    place_code = models.CharField(max_length=6)
    serves_within = models.CharField(max_length=6)
    age_bands = models.JSONField(default=list, blank=True)
    sexes = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)
    conditions_en = models.TextField(blank=True)
    conditions_zh = models.TextField(blank=True)
    hours = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField()
    is_demonstration = models.BooleanField(default=False)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["kind", "place_code", "key"]
        indexes = [models.Index(fields=["kind", "serves_within"])]

    def access_facts(self) -> SubjectFacts:
        """Whose service it is."""
        return SubjectFacts(owners=frozenset({self.agency_id}))
