"""Officers, posts and dated appointments; never says what a post allows (that is access/policy)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from .agency import Agency


class OfficerManager(BaseUserManager["Officer"]):
    def get_by_natural_key(self, username: str | None) -> Officer:
        return self.get(username=username)


class Officer(AbstractBaseUser):
    """A person who signs in. Rights never hang on the person, only on a live appointment."""

    username = models.CharField(max_length=80, unique=True)
    name_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=8, default="en")
    is_active = models.BooleanField(default=True)
    is_demonstration = models.BooleanField(default=False)
    is_machine = models.BooleanField(default=False)
    created_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[OfficerManager] = OfficerManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["username"]

    #: The appointment this officer acts under; set when a session or token is opened.
    acting: Appointment | None = None

    def __str__(self) -> str:
        return self.name_en or self.username

    @property
    def agency(self) -> Agency | None:
        """The agency of the appointment the officer acts under."""
        return self.acting.post.agency if self.acting else None

    @property
    def agency_id(self) -> int | None:
        return self.acting.post.agency_id if self.acting else None


class Post(models.Model):
    """A desk in an agency; its function says which row of the policy table applies to its holder."""

    class Function(models.TextChoices):
        SECRETARIAT = "secretariat"
        FOCAL_POINT = "focal_point"
        CLEARER = "clearer"
        PROVINCIAL_OFFICE = "provincial_office"
        PROVINCIAL_CLEARER = "provincial_clearer"
        LOCAL_OFFICER = "local_officer"
        STATISTICIAN = "statistician"
        EVALUATOR = "evaluator"
        ADMINISTRATOR = "administrator"
        OBSERVER = "observer"
        DUTY_OFFICER = "duty_officer"
        CASE_WORKER = "case_worker"
        CASE_SUPERVISOR = "case_supervisor"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="posts")
    function = models.CharField(max_length=24, choices=Function.choices)
    title_en = models.CharField(max_length=160)
    title_zh = models.CharField(max_length=80)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["agency_id", "function"]

    def __str__(self) -> str:
        return f"{self.title_en}, {self.agency}"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def live(self, on: date) -> AppointmentQuerySet:
        """Appointments that give rights on the day given."""
        return self.filter(
            Q(valid_from__lte=on),
            Q(valid_to=None) | Q(valid_to__gt=on),
            Q(post__valid_from=None) | Q(post__valid_from__lte=on),
            Q(post__valid_to=None) | Q(post__valid_to__gt=on),
            officer__is_active=True,
        )


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    model_name="AppointmentHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    context_field=None,
)
class Appointment(models.Model):
    """One officer in one post between two dates; history stays with the person."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    appointed_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True)
    ended_reason = models.TextField(blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["officer_id", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "post", "valid_from"], name="appointed_once_per_start"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="appointment_ends_after_it_starts",
            ),
        ]

    def is_live(self, on: date) -> bool:
        """Whether the appointment gives rights on the day given."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)
