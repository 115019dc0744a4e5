"""Officers asked for and lent from agency to agency for named cases; the cases stand apart, for the host alone."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Appointment, Officer, Post

from .base import Secret
from .case import Case, OfCase
from .report import Urgency


class Secondment(Secret):
    """An officer of one agency asked for, and lent, to work named cases of another until a day (states.SECONDMENT).

    need, urgency, case_count, until: all that the home agency is told before it answers; which cases they are
    stands in SecondedCase, which only the host meets. since, appointment: from the agreement on. widens: the running
    secondment within which further cases or a longer time (case_count 0) are asked for; its day, post and appointment
    hold, and they end together. taken_back: of how many cases the host has said that the officer works them no more.
    """

    class State(models.TextChoices):
        ASKED = "asked"
        AGREED = "agreed"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"
        ENDED = "ended"

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    home = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    home_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    host = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    need = models.CharField(max_length=32)
    urgency = models.CharField(max_length=12, choices=Urgency.choices, default=Urgency.ROUTINE)
    case_count = models.PositiveIntegerField()
    until = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    answer_by = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decline_code = models.CharField(max_length=32, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    widens = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="widened_by"
    )
    appointment = models.ForeignKey(
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_back = models.PositiveIntegerField(default=0)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-asked_at", "id"]
        indexes = [models.Index(fields=["officer", "host"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(appointment=None, since=None)
                | Q(state__in=("agreed", "ended"), appointment__isnull=False, since__isnull=False),
                name="lent_only_when_home_agreed",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None)
                | (~Q(answered_by=F("officer")) & ~Q(answered_by=F("asked_by"))),
                name="nobody_lends_himself",
            ),
            models.UniqueConstraint(
                fields=["officer", "host"], condition=Q(state="asked"), name="one_request_for_an_officer"
            ),
        ]

    @property
    def prolongs(self) -> bool:
        """Whether it asks for nothing but a longer time of the secondment it widens."""
        return self.widens_id is not None and self.case_count == 0

    def access_facts(self) -> SubjectFacts:
        """Who asks for the officer, and whose officer it is."""
        return SubjectFacts(owners=frozenset({self.host_id}), owed_to=frozenset({self.home_id}))


class SecondedCase(OfCase, Secret):
    """One case an officer is asked for or lent to; the host's alone, the home agency never learns which it is.

    ended_at: the host took it back, and the officer meets it no more; only `cases_case_taken_back` writes it.
    """

    secondment = models.ForeignKey(Secondment, on_delete=models.PROTECT, related_name="named")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    host = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["secondment", "case"], name="a_case_once_per_secondment")
        ]
