"""One meeting and the seats in it, by organisation and person; never its agenda or what was said."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer

from .series import Series


class Meeting(models.Model):
    """planned -> called -> in_session -> closed, or cancelled. `recorded`: known from a source only, never held here.

    `number` counts the meetings of the series once they are called. `relay_of` is the meeting whose pictures this
    one shows by video. A recorded meeting carries its `source`, its `reading_level`, how precise its date is, and
    in `told` what the source says of it; nothing else is filled in.
    """

    class State(models.TextChoices):
        PLANNED = "planned"
        CALLED = "called"
        IN_SESSION = "in_session"
        CLOSED = "closed"
        CANCELLED = "cancelled"
        RECORDED = "recorded"

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="meetings")
    key = models.SlugField(max_length=120, unique=True)
    number = models.PositiveIntegerField(null=True, blank=True)
    title_en = models.CharField(max_length=300)
    title_zh = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PLANNED)
    held_on = models.DateField()
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    date_precision = models.CharField(max_length=8, default="day")
    venue = models.CharField(max_length=200, blank=True)
    by_video = models.BooleanField(default=False)
    relay_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="relays"
    )
    on_call = models.BooleanField(default=False)
    call_reason = models.TextField(blank=True)
    partial = models.BooleanField(default=False)
    called_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.TextField(blank=True)
    quorum_met = models.BooleanField(null=True, blank=True)
    source = models.TextField(blank=True)
    reading_level = models.CharField(max_length=24, blank=True)
    told = models.JSONField(default=dict, blank=True)
    row_version = models.PositiveIntegerField(default=1)
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["-held_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="meeting_number_once"),
            models.CheckConstraint(
                condition=~Q(state="recorded") | ~Q(source=""), name="recorded_meeting_names_its_source"
            ),
        ]
        indexes = [models.Index(fields=["series", "held_on"]), models.Index(fields=["held_on"])]

    def __str__(self) -> str:
        return self.title_en

    def access_facts(self) -> SubjectFacts:
        """Owned by the office of the series; owed to the agencies that sit in it, observers left out."""
        sitting = self.seats.exclude(role=Seat.Role.OBSERVER).filter(left_register=False)
        return SubjectFacts(
            owners=frozenset({self.series.office_id}),
            owed_to=frozenset(sitting.values_list("agency_id", flat=True)),
            place_code=self.series.place_code,
        )


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    model_name="SeatHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    context_field=None,
)
class Seat(models.Model):
    """An agency's seat in one meeting, who takes it, and whether it was taken.

    Laid out of the register when the meeting is called; `left_register`: the membership ended before the meeting,
    so that the seat counts for nothing. `person` is the name where the holder is no officer of the register.
    """

    class Role(models.TextChoices):
        CONVENOR = "convenor"
        MEMBER = "member"
        OBSERVER = "observer"
        INVITED = "invited"

    class Attendance(models.TextChoices):
        EXPECTED = "expected"
        PRESENT = "present"
        BY_VIDEO = "by_video"
        SUBSTITUTE = "substitute"
        APOLOGIES = "apologies"
        ABSENT = "absent"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="seats")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="seats")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.MEMBER)
    officer = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.CharField(max_length=120, blank=True)
    person_title = models.CharField(max_length=160, blank=True)
    substitute = models.CharField(max_length=120, blank=True)
    substitute_title = models.CharField(max_length=160, blank=True)
    attendance = models.CharField(max_length=12, choices=Attendance.choices, default=Attendance.EXPECTED)
    left_register = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["meeting_id", "role", "agency_id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "agency"], name="one_seat_per_agency")]
        indexes = [models.Index(fields=["agency", "meeting"])]

    def access_facts(self) -> SubjectFacts:
        """Owned by the agency that sits; owed to the office that keeps the meeting."""
        office = self.meeting.series.office_id
        return SubjectFacts(owners=frozenset({self.agency_id, office}), owed_to=frozenset({office}))
