"""Who owes what to whom by when, what happened to it, and what was sent about it; no column says "late"."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pghistory
from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When
from django.utils import timezone

from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer


class State(models.TextChoices):
    """Where an obligation stands on a day; always computed from dates and events, never stored."""

    NOT_OPEN = "not_open"
    OPEN = "open"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    MET_ON_TIME = "met_on_time"
    MET_LATE = "met_late"
    EXCUSED = "excused"
    NOT_REPORTED = "not_reported"


DUE_SOON_DAYS = 7


class ObligationQuerySet(models.QuerySet["Obligation"]):
    def with_state(self, on: date, at: datetime | None = None) -> ObligationQuerySet:
        """Add `state` as it stood at the end of the day given, whatever happened later.

        at: a moment of that day; a clock that runs by hours is judged by it, and by the end of the day without it.
        What was closed without an answer stays missed, even when an answer comes afterwards.
        """
        after = _next_midnight(on)
        happened = {name: Q(**{f"{name}__lt": after}) for name in ("met_at", "excused_at", "closed_at")}
        missed = happened["closed_at"] & (Q(met_at=None) | Q(met_at__gte=F("closed_at")))
        return self.annotate(
            state=Case(
                When(happened["excused_at"], then=Value(State.EXCUSED)),
                When(missed, then=Value(State.NOT_REPORTED)),
                When(happened["met_at"] & _IN_TIME, then=Value(State.MET_ON_TIME)),
                When(happened["met_at"], then=Value(State.MET_LATE)),
                When(opens__gt=on, then=Value(State.NOT_OPEN)),
                When(_late(on, at), then=Value(State.OVERDUE)),
                When(due__lte=on + timedelta(days=DUE_SOON_DAYS), then=Value(State.DUE_SOON)),
                default=Value(State.OPEN),
                output_field=CharField(),
            )
        )

    def unanswered(self, on: date) -> ObligationQuerySet:
        """Opened by the day given and neither met, excused nor closed by then."""
        after = _next_midnight(on)
        return self.filter(
            Q(met_at=None) | Q(met_at__gte=after),
            Q(excused_at=None) | Q(excused_at__gte=after),
            Q(closed_at=None) | Q(closed_at__gte=after),
            opens__lte=on,
        )

    def still_owed(self, on: date) -> ObligationQuerySet:
        """Opened by the day given and not answered, excused or closed until now; for a desk that looks at today.

        It reads an index of what is still owed alone, so that it costs nothing that an agency has a long past.
        """
        return self.filter(met_at=None, excused_at=None, closed_at=None, opens__lte=on)

    def overdue(self, on: date, at: datetime | None = None) -> ObligationQuerySet:
        """Unanswered and past their grace on the day given, or past their hour at the moment `at` of it."""
        return self.unanswered(on).filter(_late(on, at), grace_until__lte=on)


#: Answered by the hour where the clock runs by hours, else within the last day of grace.
_IN_TIME = Q(due_at=None, met_at__date__lte=F("grace_until")) | Q(met_at__lte=F("due_at"))


def _late(on: date, at: datetime | None) -> Q:
    """Past the last day of grace; an hour that lies on the day itself is past once its moment is."""
    return Q(grace_until__lt=on) | Q(grace_until=on, due_at__lt=at or _next_midnight(on))


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    model_name="ObligationHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    context_field=None,
)
class Obligation(models.Model):
    """One thing owed. `met_at` is the first full answer, `accepted_at` its acceptance: two different dates.

    `began_at` tells that work on an answer has begun (a draft exists); it stops no clock. `due_at` is the moment
    of a clock that runs by hours: it is late from then on, and not from the end of the day `due` on which it lies.
    What is `confidential` exists only for those concerned (row-level security), and only inside the part that
    raised it.
    """

    kind = models.CharField(max_length=40)
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="obligations")
    owed_to = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="claims")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    period_key = models.CharField(max_length=24, blank=True)
    label_en = models.CharField(max_length=300)
    label_zh = models.CharField(max_length=200, blank=True)
    opens = models.DateField()
    due = models.DateField()
    grace_until = models.DateField()
    began_at = models.DateTimeField(null=True, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    excused_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    confidential = models.BooleanField(default=False, db_default=False)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        ordering = ["due", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "owner", "subject_kind", "subject_id", "period_key"],
                name="owed_once_per_period",
            ),
            models.CheckConstraint(condition=Q(due__gte=F("opens")), name="due_not_before_it_opens"),
            models.CheckConstraint(condition=Q(grace_until__gte=F("due")), name="grace_not_before_due"),
        ]
        indexes = [
            models.Index(fields=["owner", "due"]),
            models.Index(fields=["owed_to", "due"]),
            models.Index(fields=["subject_kind", "subject_id", "period_key"]),
            models.Index(fields=["due", "id"]),
            models.Index(fields=["period_key", "kind"]),
            models.Index(
                fields=["grace_until"],
                condition=Q(met_at=None, excused_at=None, closed_at=None),
                name="obligation_still_owed",
            ),
            models.Index(
                fields=["owner", "due", "id"],
                condition=Q(met_at=None, excused_at=None, closed_at=None),
                name="obligation_owed_by",
            ),
            models.Index(
                fields=["owed_to", "due", "id"],
                condition=Q(met_at=None, excused_at=None, closed_at=None),
                name="obligation_owed_to",
            ),
        ]

    def __str__(self) -> str:
        return self.label_en

    def state_on(self, day: date, at: datetime | None = None) -> State:
        """The state at the end of the day given, or at a moment of it, by the same rule as `with_state`."""
        if _by(self.excused_at, day):
            return State.EXCUSED
        if _by(self.closed_at, day) and not self._answered_before_closing:
            return State.NOT_REPORTED
        if self.met_at is not None and _by(self.met_at, day):
            return State.MET_ON_TIME if self._is_in_time(self.met_at) else State.MET_LATE
        if self.opens > day:
            return State.NOT_OPEN
        if self.grace_until < day or not self._is_in_time(at or _last_moment(day)):
            return State.OVERDUE
        return State.DUE_SOON if (self.due - day).days <= DUE_SOON_DAYS else State.OPEN

    def _is_in_time(self, moment: datetime) -> bool:
        return moment <= self.due_at if self.due_at else _day(moment) <= self.grace_until

    @property
    def _answered_before_closing(self) -> bool:
        return self.met_at is not None and self.closed_at is not None and self.met_at < self.closed_at

    def access_facts(self) -> SubjectFacts:
        return SubjectFacts(
            owners=frozenset({self.owner_id}),
            owed_to=frozenset({self.owed_to_id}),
            place_code=self.owner.place_code,
        )


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _next_midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _last_moment(day: date) -> datetime:
    return _next_midnight(day) - timedelta(microseconds=1)


def _by(moment: datetime | None, day: date) -> bool:
    return moment is not None and _day(moment) <= day


class ObligationEvent(models.Model):
    """What happened to an obligation, with who and why; rows are added only."""

    class What(models.TextChoices):
        OPENED = "opened"
        BEGAN = "began"
        MET = "met"
        RETURNED = "returned"
        ACCEPTED = "accepted"
        EXCUSED = "excused"
        CLOSED = "closed"
        ESCALATED = "escalated"
        REMINDED = "reminded"
        EXTENDED = "extended"

    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="events")
    what = models.CharField(max_length=12, choices=What.choices)
    at = models.DateTimeField()
    officer = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    step = models.PositiveSmallIntegerField(null=True, blank=True)
    level = models.CharField(max_length=12, blank=True, default="", db_default="")
    to_agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confidential = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "step"], condition=Q(what="escalated"), name="each_step_taken_once"
            )
        ]


class Ladder(models.Model):
    """How some kinds of obligation climb when they are late, from a day on; loaded, with the source of the rule."""

    code = models.SlugField(max_length=40)
    title_en = models.CharField(max_length=160)
    title_zh = models.CharField(max_length=80, blank=True)
    kinds = models.JSONField(default=list)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.TextField()

    class Meta:
        ordering = ["code", "valid_from"]
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="ladder_once_per_start")]

    def __str__(self) -> str:
        return self.title_en


class LadderStep(models.Model):
    """One rung for owners of one tier: after so many working days past the grace, this level is told."""

    ladder = models.ForeignKey(Ladder, on_delete=models.CASCADE, related_name="steps")
    tier = models.CharField(max_length=12)
    number = models.PositiveSmallIntegerField()
    after_working_days = models.PositiveSmallIntegerField()
    to = models.CharField(max_length=12)

    class Meta:
        ordering = ["ladder_id", "tier", "number"]
        constraints = [
            models.UniqueConstraint(fields=["ladder", "tier", "number"], name="rung_number_once_per_tier")
        ]


class ReminderBatch(models.Model):
    """One run of reminders for a day; a draft says how many it would be and waits for an officer's look."""

    at = models.DateTimeField()
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    for_day = models.DateField()
    is_draft = models.BooleanField(default=False)
    recipients = models.PositiveIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "for_day"], condition=Q(is_draft=True), name="one_draft_a_day"
            )
        ]


class Reminder(models.Model):
    """The sent-log: one line per obligation and recipient; one digest per recipient and batch."""

    batch = models.ForeignKey(ReminderBatch, on_delete=models.PROTECT, related_name="reminders")
    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="reminders")
    recipient = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="reminders")
    rule = models.CharField(max_length=24)
    for_day = models.DateField()
    sent_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-sent_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "recipient", "rule", "for_day"], name="reminded_once_a_day"
            )
        ]
        indexes = [
            models.Index(fields=["recipient", "seen_at"]),
            models.Index(fields=["obligation", "for_day"]),
        ]


class Digest(models.Model):
    """The one mail a recipient gets of a batch: laid down with the log, claimed, then sent.

    Claimed and not mailed after a crash means in doubt: it may have left, so it is shown, not sent again.
    """

    batch = models.ForeignKey(ReminderBatch, on_delete=models.PROTECT, related_name="digests")
    recipient = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="digests")
    address = models.EmailField(blank=True)
    lines = models.PositiveIntegerField()
    because = models.CharField(max_length=24, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["batch_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "recipient"], name="one_digest_per_recipient")
        ]
        indexes = [models.Index(fields=["id"], condition=Q(claimed_at=None), name="digest_still_queued")]


class LastLook(models.Model):
    """When an officer last opened the Monday page, and the time before that."""

    officer = models.OneToOneField(Officer, on_delete=models.CASCADE, related_name="last_look")
    at = models.DateTimeField()
    before = models.DateTimeField(null=True, blank=True)
