"""Excuses, escalates and reminds; the parts open and mark their own obligations through marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.acts import bootstrap_machine_officer
from concerted.foundation.access.door import act, acting
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.access.reads import mechanism_now
from concerted.foundation.agencies.models import Officer, Post
from concerted.foundation.agencies.reads import acting_as, live_appointments

from . import marks
from .calendar import WorkingDays
from .kinds import EscalationStep
from .ladders import Ladders
from .models import (
    Digest,
    Ladder,
    LadderStep,
    LastLook,
    Obligation,
    ObligationEvent,
    Reminder,
    ReminderBatch,
)
from .reads import DigestPreview, ReminderPreview, escalations_due, preview_reminders
from .recipients import Directory

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
    days, on = WorkingDays(settings.COUNTRY), timezone.localdate(at)
    directory, ladders = Directory(on), Ladders(on)
    steps: list[ObligationEvent] = []
    assert officer.agency is not None
    for obligation in escalations_due(on=on, within=officer.agency).iterator(chunk_size=2_000):
        passed = days.between(obligation.grace_until, on)
        taken_before = getattr(obligation, "last_step", None) or 0
        rungs = ladders.steps(obligation.kind, directory.agency(obligation.owner_id).tier)
        steps += [
            _step(officer, at, obligation, number, rungs, passed, directory)
            for number, step in enumerate(rungs, start=1)
            if taken_before < number and step.after_working_days <= passed
        ]
    before = ObligationEvent.objects.filter(what=What.ESCALATED).count()
    ObligationEvent.objects.bulk_create(steps, ignore_conflicts=True, batch_size=2_000)
    return Escalated(ObligationEvent.objects.filter(what=What.ESCALATED).count() - before)


def _step(
    officer: Officer,
    at: datetime,
    obligation: Obligation,
    number: int,
    rungs: Sequence[EscalationStep],
    passed: int,
    directory: Directory,
) -> ObligationEvent:
    """A step whose level does not exist goes to the next one that does, in the end to the office, and says so; it is
    never left out."""
    level = rungs[number - 1].to
    to = directory.level(level, obligation)
    said = f"{passed} working days past {obligation.grace_until:%Y-%m-%d}"
    higher = (directory.level(rung.to, obligation) for rung in rungs[number:])
    instead = next((agency for agency in higher if agency), None)
    return ObligationEvent(
        obligation=obligation,
        what=What.ESCALATED,
        at=at,
        officer=officer,
        step=number,
        level=level,
        to_agency_id=to or instead or directory.office() or obligation.owed_to_id,
        reason=said if to else f"{said}; there is no agency above of the level {level}",
    )


@dataclass(frozen=True)
class NewLadder:
    """A ladder as a file holds it: steps by tier of the owner, each after so many working days and to whom."""

    code: str
    title_en: str
    title_zh: str
    kinds: Sequence[str]
    valid_from: date
    source: str
    steps: Mapping[str, Sequence[EscalationStep]]
    valid_to: date | None = None


@act(Permission.REFERENCE_LOAD)
def load_ladders(*, officer: Officer, at: datetime, records: Iterable[NewLadder]) -> int:
    """Store ladders by code and first day; returns how many were written. Raises Invalid where rungs do not rise."""
    written = 0
    for record in records:
        _check_rungs(record)
        facts = {
            "title_en": record.title_en,
            "title_zh": record.title_zh,
            "kinds": list(record.kinds),
            "valid_to": record.valid_to,
            "source": record.source,
        }
        ladder, made = Ladder.objects.get_or_create(
            code=record.code, valid_from=record.valid_from, defaults=facts
        )
        wanted = [
            (tier, number, step.after_working_days, str(step.to))
            for tier, steps in record.steps.items()
            for number, step in enumerate(steps, start=1)
        ]
        stands = list(ladder.steps.values_list("tier", "number", "after_working_days", "to"))
        changed = any(getattr(ladder, name) != value for name, value in facts.items())
        if not made and not changed and sorted(stands) == sorted(wanted):
            continue
        Ladder.objects.filter(pk=ladder.pk).update(**facts)
        ladder.steps.all().delete()
        LadderStep.objects.bulk_create(
            LadderStep(ladder=ladder, tier=tier, number=number, after_working_days=after, to=to)
            for tier, number, after, to in wanted
        )
        written += 1
    return written


def _check_rungs(record: NewLadder) -> None:
    for tier, steps in record.steps.items():
        days = [step.after_working_days for step in steps]
        if days != sorted(set(days)):
            raise Invalid(
                _("The rungs of a ladder come one after the other."),
                problems=[Problem(_("A later rung is not later in days."), field=tier)],
                where=record.code,
            )


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
    batch = ReminderBatch.objects.create(
        at=at,
        officer=officer,
        for_day=now.for_day,
        recipients=len(chosen),
        lines=sum(len(digest.lines) for digest in chosen),
    )
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


def _still_due(now: ReminderPreview, seen: ReminderPreview | None) -> Sequence[DigestPreview]:
    if seen is None:
        return now.digests
    shown = {(d.recipient.pk, line.obligation.pk, line.rule) for d in seen.digests for line in d.lines}
    kept = []
    for digest in now.digests:
        lines = tuple(x for x in digest.lines if (digest.recipient.pk, x.obligation.pk, x.rule) in shown)
        if lines:
            kept.append(DigestPreview(digest.recipient, digest.agency, digest.because, lines))
    return kept


@act(Permission.REMINDER_PREVIEW, subject=_own_area)
def draft_reminders(*, officer: Officer, at: datetime) -> ReminderBatch:
    """Say how many reminders wait for a look on the day; nothing is sent. Drafting again updates it."""
    now = preview_reminders(officer=officer, at=at)
    batch, _made = ReminderBatch.objects.update_or_create(
        officer=officer,
        for_day=now.for_day,
        is_draft=True,
        defaults={"at": at, "recipients": len(now.digests), "lines": now.line_count},
    )
    return batch


def send_queued(*, batch_id: int | None = None) -> int:
    """Mail the digests laid down and not yet claimed; returns how many went out.

    Each is claimed in a transaction of its own before it leaves, so two senders, a second run or a crash
    never send one twice; what a sender claimed before it died stays in doubt (`digests_in_doubt`). A digest
    that the mail server refuses keeps the fault and waits for the next run. Whoever lost every post meanwhile is
    mailed nothing: the digest keeps that as its fault and its address no longer.
    """
    queued = Digest.objects.filter(claimed_at=None).exclude(address="")
    if batch_id is not None:
        queued = queued.filter(batch_id=batch_id)
    return sum(_sent(pk) for pk in list(queued.values_list("pk", flat=True)))


def _sent(pk: int) -> bool:
    with acting(None, timezone.now(), act="obligations.send_queued"):
        if not Digest.objects.filter(pk=pk, claimed_at=None).update(claimed_at=timezone.now()):
            return False
    digest = Digest.objects.select_related("recipient", "batch").get(pk=pk)
    outcome: dict[str, Any]
    try:
        if live_appointments(officer=digest.recipient, on=mechanism_now().date()):
            _mail(digest).send()
            outcome = {"mailed_at": timezone.now(), "fault": ""}
        else:
            outcome = {"claimed_at": None, "fault": "post_ended", "address": ""}
    except (OSError, SMTPException) as fault:
        outcome = {"claimed_at": None, "fault": type(fault).__name__}
    with acting(None, timezone.now(), act="obligations.send_queued"):
        Digest.objects.filter(pk=pk).update(**outcome)
    return "mailed_at" in outcome


def _mail(digest: Digest) -> EmailMessage:
    """Labels and due days only, in the recipient's language, with the way to the notices page."""
    lines = Reminder.objects.filter(batch_id=digest.batch_id, recipient_id=digest.recipient_id)
    with translation.override(digest.recipient.language):
        rows = [_line(reminder, digest.recipient.language) for reminder in lines.select_related("obligation")]
        subject = _("Concerted: %(count)s due or overdue") % {"count": len(rows)}
        body = "\n".join([*rows, "", settings.SITE_ADDRESS + reverse("home:notices")])
    return EmailMessage(subject=subject, body=body, to=[digest.address])


def _line(reminder: Reminder, language: str) -> str:
    obligation = reminder.obligation
    chinese = language.startswith("zh") and obligation.label_zh
    return f"{obligation.due:%Y-%m-%d}  {obligation.label_zh if chinese else obligation.label_en}"


@act(Permission.OBLIGATION_READ)
def mark_notices_seen(*, officer: Officer, at: datetime) -> int:
    """The officer has seen the notices so far; returns how many were new."""
    return Reminder.objects.filter(recipient=officer, seen_at=None).update(seen_at=at)


LOOK_LASTS = timedelta(minutes=30)


@act(Permission.OBLIGATION_READ)
def mark_looked(*, officer: Officer, at: datetime) -> LastLook:
    """The officer opens the Monday page; within half an hour it is still the same look.

    `before` is the look before this one: what has changed since then is new to the officer.
    """
    look, made = LastLook.objects.get_or_create(officer=officer, defaults={"at": at})
    if not made and not look.at <= at < look.at + LOOK_LASTS:
        look.before, look.at = min(look.at, at), at
        look.save(update_fields=["before", "at"])
    return look


def office_machine(*, at: datetime) -> Officer:
    """The system's own officer, acting for the office of the joint meeting; for jobs and the command line."""
    machine = bootstrap_machine_officer(at=at)
    return acting_as(officer=machine, on=timezone.localdate(at), function=Post.Function.SECRETARIAT)
