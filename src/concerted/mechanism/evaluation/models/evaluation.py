"""Evaluations of plans, what they found and what was answered; never how late an answer is."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer
from concerted.mechanism.plan.models import Plan


class EvaluationRule(models.Model):
    """What a plan says of how it is inspected, evaluated and what follows; read from its text, with source."""

    plan_key = models.CharField(max_length=80)
    key = models.SlugField(max_length=60)
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=24)
    who_en = models.CharField(max_length=300)
    who_zh = models.CharField(max_length=200)
    text_en = models.TextField()
    text_zh = models.TextField()
    frequency = models.CharField(max_length=24, blank=True)
    read = models.CharField(max_length=24)
    source = models.TextField()

    class Meta:
        ordering = ["plan_key", "position"]
        constraints = [models.UniqueConstraint(fields=["plan_key", "key"], name="rule_key_once_per_plan")]

    def __str__(self) -> str:
        return f"{self.plan_key} {self.key}"


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    model_name="EvaluationHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    context_field=None,
)
class Evaluation(models.Model):
    """One evaluation of a plan: of the whole of it, or of one agency's part of it.

    planned -> under way -> final; once final, it and its findings' wording are frozen by the database and
    `content_hash` is the SHA-256 of their canonical form. `evaluated` empty: the whole plan.
    """

    class Kind(models.TextChoices):
        SELF_INSPECTION = "self_inspection"
        INSPECTION = "inspection"
        STAGE = "stage"
        FINAL = "final"

    class State(models.TextChoices):
        PLANNED = "planned"
        UNDER_WAY = "under_way"
        FINAL = "final"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="evaluations")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    title = models.CharField(max_length=300)
    evaluator = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="evaluations_made")
    evaluated = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="evaluations_of"
    )
    period_from = models.DateField()
    period_to = models.DateField()
    due = models.DateField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.PLANNED)
    summary = models.TextField(blank=True)
    planned_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    finished_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    is_demonstration = models.BooleanField(default=False)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-due", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")), name="evaluated_period_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["plan", "kind", "evaluated", "period_from", "period_to"],
                nulls_distinct=False,
                name="evaluated_once_per_period",
            ),
        ]
        indexes = [models.Index(fields=["plan", "state"]), models.Index(fields=["evaluated", "due"])]

    def __str__(self) -> str:
        return self.title

    def access_facts(self) -> SubjectFacts:
        return SubjectFacts(owners=frozenset({self.evaluator_id}), owed_to=frozenset({self.plan.office_id}))


class EvaluationOutcome(models.Model):
    """One consequence of a final evaluation: where its result was sent, a commendation, a liability, a veto."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="outcomes")
    kind = models.CharField(max_length=40)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    reason = models.TextField()
    entered_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "kind", "agency", "on"], name="outcome_once_a_day")
        ]


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    model_name="FindingHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    context_field=None,
)
class Finding(models.Model):
    """What an evaluation found, to whom it is addressed, and the management response.

    draft -> response due -> accepted | partly | rejected -> done claimed -> closed (see finding_states).
    `response_due` and `action_due` open obligations; whether they are late is told there.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        RESPONSE_DUE = "response_due"
        ACCEPTED = "accepted"
        PARTLY = "partly"
        REJECTED = "rejected"
        DONE_CLAIMED = "done_claimed"
        CLOSED = "closed"

    class Severity(models.TextChoices):
        MAJOR = "major"
        MODERATE = "moderate"
        MINOR = "minor"

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="findings")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    recommendation = models.TextField(blank=True)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    addressed_to = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="findings")
    response_due = models.DateField()
    state = models.CharField(max_length=14, choices=State.choices, default=State.DRAFT)
    author = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    response = models.TextField(blank=True)
    response_kind = models.CharField(max_length=14, blank=True)
    action = models.TextField(blank=True)
    action_due = models.DateField(null=True, blank=True)
    responded_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    responded_at = models.DateTimeField(null=True, blank=True)
    evidence = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["evaluation_id", "number"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "number"], name="finding_number_once")]
        indexes = [models.Index(fields=["addressed_to", "state"])]

    def __str__(self) -> str:
        return f"{self.evaluation_id}.{self.number}"

    def access_facts(self) -> SubjectFacts:
        return SubjectFacts(
            owners=frozenset({self.addressed_to_id}),
            owed_to=frozenset({self.evaluation.evaluator_id, self.evaluation.plan.office_id})
            - {self.addressed_to_id},
            place_code=self.addressed_to.place_code,
        )


class FindingMeasure(models.Model):
    """A measure that a finding speaks of, by plan and key so that it survives a revision of the plan."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="measures")
    measure_key = models.CharField(max_length=40)

    class Meta:
        ordering = ["measure_key"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "measure_key"], name="finding_measure_once")
        ]


class FindingMove(models.Model):
    """One move of a finding through its states; rows are added only."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=14)
    to_state = models.CharField(max_length=14)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]
