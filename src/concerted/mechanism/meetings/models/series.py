"""Series of meetings of one body at one tier, and who leads them when; never what a meeting decided."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer, Place


class Series(models.Model):
    """Meetings of one kind of the joint meeting of the nation or of a place.

    Members are not stored here: they are the seats of the dated register for `body` and `place_code` on the day
    of the meeting. `office` calls the meetings and keeps agenda, notes and minutes. A quorum of
    `quorum_part`/`quorum_of` of the members' seats holds only where a rule names one (`quorum_rule`); null: none.
    `per_year` is how often a standing series meets; null: on call only. `above` is the series that what stays
    open here climbs to.
    """

    class Kind(models.TextChoices):
        PLENARY = "plenary"
        OFFICE = "office"
        LIAISON = "liaison"

    key = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.PLENARY)
    level = models.CharField(max_length=12, choices=Place.Level.choices, default=Place.Level.NATION)
    place_code = models.CharField(max_length=6, default="000000")
    body = models.CharField(max_length=80, default="joint-meeting")
    title_en = models.CharField(max_length=200)
    title_zh = models.CharField(max_length=120, blank=True)
    office = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="meeting_series")
    above = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="below")
    per_year = models.PositiveSmallIntegerField(null=True, blank=True)
    quorum_part = models.PositiveSmallIntegerField(null=True, blank=True)
    quorum_of = models.PositiveSmallIntegerField(null=True, blank=True)
    quorum_rule = models.TextField(blank=True)
    source = models.TextField(blank=True)
    row_version = models.PositiveIntegerField(default=1)
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["level", "place_code", "key"]
        verbose_name_plural = "series"
        constraints = [
            models.CheckConstraint(
                condition=(Q(quorum_part=None) & Q(quorum_of=None))
                | (Q(quorum_part__gte=1) & Q(quorum_of__gte=F("quorum_part"))),
                name="quorum_is_a_share_of_the_members",
            )
        ]

    def __str__(self) -> str:
        return self.title_en

    def access_facts(self) -> SubjectFacts:
        return SubjectFacts(owners=frozenset({self.office_id}), place_code=self.place_code)


class Chair(models.Model):
    """Who leads a series between two dates: the convenor, a deputy, or the head of the office.

    The agency and the title are known from the rule; the person only where an officer of the register holds it.
    """

    class Role(models.TextChoices):
        CONVENOR = "convenor"
        DEPUTY = "deputy"
        OFFICE_HEAD = "office_head"

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="chairs")
    role = models.CharField(max_length=12, choices=Role.choices)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="chairs")
    officer = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title_en = models.CharField(max_length=160, blank=True)
    title_zh = models.CharField(max_length=80, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.TextField(blank=True)

    class Meta:
        ordering = ["series_id", "role", "valid_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "role", "agency", "valid_from"], name="one_chair_per_start"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="chair_ends_after_it_starts",
            ),
        ]
