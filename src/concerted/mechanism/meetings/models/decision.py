"""Decisions, what members held against them, and who is to do what; lateness lives in obligations."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer
from concerted.mechanism.plan.models import Measure

from .agenda import AgendaItem
from .meeting import Meeting


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    model_name="DecisionHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    context_field=None,
)
class Decision(models.Model):
    """proposed -> adopted -> being_implemented -> implemented | partly_implemented | lapsed | rescinded; or struck.

    `number` is given when the minutes are adopted, and the wording stands from then on. A decision is rescinded only
    by a later one that names it in `rescinds`.
    """

    class Kind(models.TextChoices):
        TASK = "task"
        RULE = "rule"
        ENDORSEMENT = "endorsement"
        RECORD = "record"

    class State(models.TextChoices):
        PROPOSED = "proposed"
        STRUCK = "struck"
        ADOPTED = "adopted"
        BEING_IMPLEMENTED = "being_implemented"
        IMPLEMENTED = "implemented"
        PARTLY_IMPLEMENTED = "partly_implemented"
        LAPSED = "lapsed"
        RESCINDED = "rescinded"

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    position = models.PositiveIntegerField(default=0)
    number = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.TASK)
    state = models.CharField(max_length=20, choices=State.choices, default=State.PROPOSED)
    text_en = models.TextField(blank=True)
    text_zh = models.TextField(blank=True)
    legal_reference = models.TextField(blank=True)
    for_members_only = models.BooleanField(default=False)
    rescinds = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="rescinded_by"
    )
    measures = models.ManyToManyField(Measure, through="DecisionMeasure", related_name="decisions")
    written_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    adopted_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.TextField(blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["meeting_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="decision_number_once"),
            models.CheckConstraint(condition=~Q(rescinds=F("id")), name="no_decision_rescinds_itself"),
        ]
        indexes = [models.Index(fields=["state", "adopted_on"])]

    def __str__(self) -> str:
        return self.number or self.text_en[:60] or self.text_zh[:60]

    def access_facts(self) -> SubjectFacts:
        return self.meeting.access_facts()


class DecisionMeasure(models.Model):
    """A decision touches a measure of a plan, in the wording it had then."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="touches")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="touched_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "measure"], name="touched_once")]


class Dissent(models.Model):
    """A member's dissent from, or reservation on, a decision, in its own words."""

    class Kind(models.TextChoices):
        DISSENT = "dissent"
        RESERVATION = "reservation"

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="dissents")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="dissents")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.TextField()
    written_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["decision_id", "at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "agency"],
                condition=Q(withdrawn_at=None),
                name="one_standing_dissent_per_agency",
            )
        ]


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    model_name="ActionItemHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    context_field=None,
)
class ActionItem(models.Model):
    """draft -> open -> acknowledged -> in_progress -> done_claimed -> verified; or cancelled by a decision.

    Exactly one agency owns it; `verifier` is another one, which says whether it is done. It has a `due` date, or
    none and then a date to look at it again (`review_on`). Its age runs from `opened_on`, the day of the meeting.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        STRUCK = "struck"
        OPEN = "open"
        ACKNOWLEDGED = "acknowledged"
        IN_PROGRESS = "in_progress"
        DONE_CLAIMED = "done_claimed"
        VERIFIED = "verified"
        CANCELLED = "cancelled"

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="action_items")
    position = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=14, choices=State.choices, default=State.DRAFT)
    text_en = models.TextField(blank=True)
    text_zh = models.TextField(blank=True)
    owner = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="action_items"
    )
    verifier = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="action_items_to_verify"
    )
    assigned_by = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="action_items_assigned")
    due = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["decision_id", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "struck"]) | Q(owner__isnull=False),
                name="adopted_action_item_has_its_owner",
            ),
            models.CheckConstraint(
                condition=Q(verifier=None) | Q(owner=None) | ~Q(verifier=F("owner")),
                name="nobody_verifies_what_it_owns",
            ),
        ]
        indexes = [models.Index(fields=["owner", "state"]), models.Index(fields=["assigned_by", "state"])]

    def __str__(self) -> str:
        return self.text_en[:80] or self.text_zh[:80]

    def access_facts(self) -> SubjectFacts:
        """Owned by its owner; owed to who verifies it and to the office that keeps the minutes."""
        owed = {self.assigned_by_id, *([self.verifier_id] if self.verifier_id else [])} - {self.owner_id}
        return SubjectFacts(
            owners=frozenset({self.owner_id} if self.owner_id else ()), owed_to=frozenset(owed)
        )


class ActionMove(models.Model):
    """One move of an action item: who, when, in which words, with which evidence. Rows are added only."""

    action_item = models.ForeignKey(ActionItem, on_delete=models.PROTECT, related_name="moves")
    act = models.CharField(max_length=20)
    from_state = models.CharField(max_length=14)
    to_state = models.CharField(max_length=14)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(blank=True)
    evidence = models.JSONField(default=list, blank=True)
    review_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]
