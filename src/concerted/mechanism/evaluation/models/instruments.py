"""Treaties and other instruments, their review cycles, deadlines and recommendations; never a lateness."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer
from concerted.mechanism.plan.models import Plan


class Instrument(models.Model):
    """One instrument as its sources give it: dates that were not read are empty and named in `not_read`.

    adopted_on: by the body that made it; in_force_on: in general. signed_on, bound_on (ratified, acceded or
    accepted: `bound_by`) and in_force_here_on: for the nation. `conflicts`: what sources disagree about.
    """

    key = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=24)
    title_en = models.CharField(max_length=300)
    title_zh = models.CharField(max_length=200)
    body_en = models.CharField(max_length=200)
    body_zh = models.CharField(max_length=120)
    adopted_on = models.DateField(null=True, blank=True)
    in_force_on = models.DateField(null=True, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    bound_on = models.DateField(null=True, blank=True)
    bound_by = models.CharField(max_length=16, blank=True)
    in_force_here_on = models.DateField(null=True, blank=True)
    reporting = models.TextField(blank=True)
    conflicts = models.JSONField(default=list, blank=True)
    not_read = models.JSONField(default=list, blank=True)
    sources = models.JSONField(default=list)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["adopted_on", "key"]

    def __str__(self) -> str:
        return self.title_en


class ReviewCycle(models.Model):
    """One round in which a body looks at how an instrument is carried out."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="cycles")
    key = models.SlugField(max_length=60)
    title_en = models.CharField(max_length=300)
    title_zh = models.CharField(max_length=200, blank=True)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    source = models.TextField()
    opened_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["-starts", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "key"], name="cycle_key_once"),
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gte=F("starts")), name="cycle_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return self.title_en


class TreatyDeadline(models.Model):
    """One paper owed in a cycle: who prepares it and by when; its obligation tells how it stands."""

    class Kind(models.TextChoices):
        REPORT = "report"
        ANSWERS = "answers"
        FOLLOW_UP = "follow_up"
        RESPONSE = "response"

    cycle = models.ForeignKey(ReviewCycle, on_delete=models.PROTECT, related_name="deadlines")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    title_en = models.CharField(max_length=200)
    title_zh = models.CharField(max_length=120, blank=True)
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="treaty_deadlines")
    opens = models.DateField()
    due = models.DateField()
    sent_on = models.DateField(null=True, blank=True)
    sent_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["due", "id"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "kind", "due"], name="one_deadline_of_a_kind_a_day"),
            models.CheckConstraint(condition=Q(due__gte=F("opens")), name="deadline_not_before_it_opens"),
        ]

    def __str__(self) -> str:
        return self.title_en

    def access_facts(self) -> SubjectFacts:
        return SubjectFacts(owners=frozenset({self.owner_id}))


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    model_name="RecommendationHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    context_field=None,
)
class Recommendation(models.Model):
    """What a body recommends in a cycle, and the nation's response to it.

    received -> response prepared -> answered (supported, partly, noted) -> implementing -> reported -> closed;
    one that is only noted stays in the list (see recommendation_states).
    """

    class State(models.TextChoices):
        RECEIVED = "received"
        PREPARED = "prepared"
        ANSWERED = "answered"
        IMPLEMENTING = "implementing"
        REPORTED = "reported"
        CLOSED = "closed"

    class Level(models.TextChoices):
        SUPPORTED = "supported"
        PARTLY = "partly"
        NOTED = "noted"

    cycle = models.ForeignKey(ReviewCycle, on_delete=models.PROTECT, related_name="recommendations")
    reference = models.CharField(max_length=60)
    text_en = models.TextField()
    text_zh = models.TextField(blank=True)
    cluster = models.CharField(max_length=80, blank=True)
    received_on = models.DateField()
    lead = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="recommendations"
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    level = models.CharField(max_length=10, choices=Level.choices, blank=True)
    response = models.TextField(blank=True)
    answered_on = models.DateField(null=True, blank=True)
    author = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["cycle_id", "reference"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "reference"], name="recommendation_reference_once")
        ]

    def __str__(self) -> str:
        return self.reference

    def access_facts(self) -> SubjectFacts:
        return SubjectFacts(owners=frozenset({self.lead_id} if self.lead_id else ()))


class RecommendationMeasure(models.Model):
    """A measure that answers a recommendation, by plan and key so that it survives a revision of the plan."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="measures")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="recommendations")
    measure_key = models.CharField(max_length=40)

    class Meta:
        ordering = ["plan_id", "measure_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["recommendation", "plan", "measure_key"], name="recommendation_measure_once"
            )
        ]


class RecommendationMove(models.Model):
    """One move of a recommendation through its states; rows are added only."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=12)
    to_state = models.CharField(max_length=12)
    level = models.CharField(max_length=10, blank=True)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]
