"""Excuses, escalates and reminds; the parts open and mark their own obligations through marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer

from . import marks
from .calendar import WorkingDays
from .kinds import Level, kind_of
from .models import Digest, Obligation, ObligationEvent, Reminder, ReminderBatch
from .reads import DigestPreview, ReminderPreview, escalations_due, preview_reminders

What = ObligationEvent.What


@act(Permission.OBLIGATION_EXCUSE, subject="obligation", record=("reason",))
def excuse(*, officer: Officer, at: datetime, obligation: Obligation, reason: str) -> Obligation:
    """Let the owner off, by who is owed, for a reason that stays on record.

    Raises Invalid without a reason, Conflict when it is already answered or excused.
    """
    if not reason.strip():
        raise Invalid(
            _("An obligation is excused only with a reason."),
            problems=[
                Problem(_("A reason is needed."), field="reason", remedy=_("Say why nothing is owed."))
            ],
        )
    fresh = Obligation.objects.select_for_update().get(pk=obligation.pk)
    if fresh.met_at is not None or fresh.excused_at is not None:
        raise Conflict(_("This obligation is already answered or excused."), remedy=_("Look at its history."))
    marks.mark_excused(officer=officer, at=at, obligations=[fresh], reason=reason.strip())
    fresh.refresh_from_db()
    return fresh


@dataclass(frozen=True)
class Escalated:
    """What one run of the ladder did."""

    steps: int

    def audit_detail(self) -> Mapping[str, Any]:
        return {"steps": self.steps}


def _own_area(**kwargs: Any) -> SubjectFacts:
    agency = kwargs["officer"].agency
    return SubjectFacts(owed_to=frozenset({agency.pk}), place_code=agency.place_code)


@act(Permission.OBLIGATION_ESCALATE, subject=_own_area)
def escalate_due(*, officer: Officer, at: datetime) -> Escalated:
    """Take every step of every ladder whose day has come, once each and none left out.

    Several steps that have come due since the last run are all written, in order. An answer stops the ladder.
    """
    days, on = WorkingDays(), at.date()
    steps: list[ObligationEvent] = []
    for obligation in escalations_due(on=on).iterator(chunk_size=2_000):
        passed = days.between(obligation.grace_until, on)
        for number, step in enumerate(kind_of(obligation.kind).ladder, start=1):
            if step.after_working_days > passed or number <= (getattr(obligation, "last_step", None) or 0):
                continue
            steps.append(
                ObligationEvent(
                    obligation=obligation,
                    what=What.ESCALATED,
                    at=at,
                    officer=officer,
                    step=number,
                    to_agency_id=_rung(obligation, step.to),
                    reason=f"{passed} working days past {obligation.grace_until:%Y-%m-%d}",
                )
            )
    taken = ObligationEvent.objects.bulk_create(steps, ignore_conflicts=True, batch_size=2_000)
    return Escalated(len(taken))


def _rung(obligation: Obligation, level: Level) -> int:
    if level is Level.SUPERIOR:
        return obligation.owner.parent_id or obligation.owner.line_id or obligation.owed_to_id
    return obligation.owed_to_id


@act(Permission.REMINDER_SEND, subject=_own_area)
def send_reminders(
    *, officer: Officer, at: datetime, preview: ReminderPreview | None = None
) -> ReminderBatch:
    """Write the sent-log and lay down one digest per recipient, then mail them when the act has committed.

    preview: what the officer saw; only lines that would still go out are sent, so running twice tells nobody
    twice. In-app notices are the log itself. Mail that could not be sent stays queued for `send_queued`.
    """
    now = preview_reminders(officer=officer, at=at)
    chosen = _still_due(now, preview)
    batch = ReminderBatch.objects.create(at=at, officer=officer, for_day=now.for_day)
    Reminder.objects.bulk_create(
        [
            Reminder(
                batch=batch,
                obligation=line.obligation,
                recipient=digest.recipient,
                rule=line.rule,
                for_day=now.for_day,
                sent_at=at,
            )
            for digest in chosen
            for line in digest.lines
        ],
        ignore_conflicts=True,
        batch_size=2_000,
    )
    Digest.objects.bulk_create(
        [
            Digest(
                batch=batch,
                recipient=digest.recipient,
                address=digest.recipient.email,
                lines=len(digest.lines),
                because=digest.because,
            )
            for digest in chosen
        ]
    )
    told = {line.obligation.pk: line.obligation for digest in chosen for line in digest.lines}
    ObligationEvent.objects.bulk_create(
        [ObligationEvent(obligation=o, what=What.REMINDED, at=at, officer=officer) for o in told.values()],
        batch_size=2_000,
    )
    transaction.on_commit(lambda: send_queued(batch_id=batch.pk))
    return batch


def _still_due(now: ReminderPreview, seen: ReminderPreview | None) -> Iterable[DigestPreview]:
    if seen is None:
        return now.digests
    shown = {(d.recipient.pk, line.obligation.pk, line.rule) for d in seen.digests for line in d.lines}
    kept = []
    for digest in now.digests:
        lines = tuple(x for x in digest.lines if (digest.recipient.pk, x.obligation.pk, x.rule) in shown)
        if lines:
            kept.append(DigestPreview(digest.recipient, digest.agency, digest.because, lines))
    return kept


def send_queued(*, batch_id: int | None = None) -> int:
    """Mail the digests not yet mailed; each is marked in a transaction of its own. Returns how many went out.

    A crash after the mail and before the mark may send one digest again; it never loses one.
    """
    queued = Digest.objects.filter(mailed_at=None).exclude(address="")
    if batch_id is not None:
        queued = queued.filter(batch_id=batch_id)
    sent = 0
    for pk in list(queued.values_list("pk", flat=True)):
        with transaction.atomic():
            digest = (
                Digest.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("recipient", "batch")
                .filter(pk=pk, mailed_at=None)
                .first()
            )
            if digest is None:
                continue
            _mail(digest).send()
            digest.mailed_at = timezone.now()
            digest.save(update_fields=["mailed_at"])
            sent += 1
    return sent


def _mail(digest: Digest) -> EmailMessage:
    """Labels and due days only, in the recipient's language, with the way to the notices page."""
    lines = Reminder.objects.filter(batch_id=digest.batch_id, recipient_id=digest.recipient_id)
    with translation.override(digest.recipient.language):
        rows = [_line(reminder, digest.recipient.language) for reminder in lines.select_related("obligation")]
        subject = _("Concerted: %(count)s due or overdue") % {"count": len(rows)}
        body = "\n".join([*rows, "", f"{settings.SITE_ADDRESS}/notices/"])
    return EmailMessage(subject=subject, body=body, to=[digest.address])


def _line(reminder: Reminder, language: str) -> str:
    obligation = reminder.obligation
    chinese = language.startswith("zh") and obligation.label_zh
    return f"{obligation.due:%Y-%m-%d}  {obligation.label_zh if chinese else obligation.label_en}"


@act(Permission.OBLIGATION_READ)
def mark_notices_seen(*, officer: Officer, at: datetime) -> int:
    """The officer has seen the notices so far; returns how many were new."""
    return Reminder.objects.filter(recipient=officer, seen_at=None).update(seen_at=at)
