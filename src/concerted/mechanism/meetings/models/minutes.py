"""The minutes of a meeting, section by section, and the amendments proposed to them; a final text never changes."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer

from .agenda import AgendaItem
from .decision import ActionItem, Decision
from .meeting import Meeting


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    model_name="MinutesHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    context_field=None,
)
class Minutes(models.Model):
    """draft -> circulated -> adopted at a later meeting of the series -> final, with its number.

    `seal` names every part with its SHA-256; `content_hash` is the hash of the seal, so that a reader who may see
    some parts only can verify those.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        CIRCULATED = "circulated"
        ADOPTED = "adopted"
        FINAL = "final"

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="minutes_of")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    number = models.CharField(max_length=80, blank=True)
    amend_until = models.DateField(null=True, blank=True)
    circulated_at = models.DateTimeField(null=True, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)
    adopted_in = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="minutes_adopted"
    )
    final_at = models.DateTimeField(null=True, blank=True)
    seal = models.JSONField(default=dict, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-meeting_id"]
        verbose_name_plural = "minutes"
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="minutes_number_once")
        ]

    def access_facts(self) -> SubjectFacts:
        return self.meeting.access_facts()


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    model_name="SectionHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    context_field=None,
)
class Section(models.Model):
    """One section of the minutes: the opening, one item, or the close."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="sections")
    item = models.ForeignKey(AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    title_en = models.CharField(max_length=300, blank=True)
    title_zh = models.CharField(max_length=200, blank=True)
    text_en = models.TextField(blank=True)
    text_zh = models.TextField(blank=True)
    for_members_only = models.BooleanField(default=True)
    changed_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["minutes_id", "position"]
        constraints = [models.UniqueConstraint(fields=["minutes", "position"], name="section_position_once")]

    def access_facts(self) -> SubjectFacts:
        return self.minutes.access_facts()


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    model_name="AmendmentHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    context_field=None,
)
class Amendment(models.Model):
    """A member's proposal to word a section, decision or action item otherwise; accepted or refused with a reason.

    Exactly one of `section`, `decision`, `action_item` is named. `field` is the text it changes, `before` what stood
    there when it was proposed. `upon`: it is meant for the text as another amendment would leave it.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="amendments")
    section = models.ForeignKey(
        Section, null=True, blank=True, on_delete=models.PROTECT, related_name="amendments"
    )
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="amendments"
    )
    action_item = models.ForeignKey(
        ActionItem, null=True, blank=True, on_delete=models.PROTECT, related_name="amendments"
    )
    field = models.CharField(max_length=12)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    upon = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="amendments")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answered_by = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["minutes_id", "at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(answer=""), name="refused_amendment_has_its_reason"
            ),
            models.CheckConstraint(condition=~Q(upon=F("id")), name="no_amendment_stands_upon_itself"),
        ]

    def access_facts(self) -> SubjectFacts:
        """Owned by the member that proposed it; owed to the office that answers."""
        return SubjectFacts(
            owners=frozenset({self.agency_id}),
            owed_to=frozenset({self.minutes.meeting.series.office_id}),
            authors=frozenset({self.officer_id}),
        )
