"""Reads whom a reminder would reach, what was sent, and what an officer has not seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Appointment, Officer, significant_digits

from ..kinds import ObligationKind, kind_of
from ..models import (
    Digest,
    LastLook,
    Obligation,
    Reminder,
    ReminderBatch,
)
from ..recipients import CLEARING, FOCAL, Directory, Recipient

REPEAT_AFTER_LAST_DAYS = 30


def vacancies(*, on: date) -> QuerySet[Agency]:
    """Agencies that owe something on the day while nobody who answers holds a live appointment there."""
    answering = Appointment.objects.live(on).filter(post__agency=OuterRef("pk"), post__function__in=FOCAL)
    owing = Obligation.objects.unanswered(on).filter(owner=OuterRef("pk"))
    return Agency.objects.filter(Exists(owing), ~Exists(answering)).order_by("key")


def single_handed(*, on: date) -> QuerySet[Agency]:
    """Agencies that owe something on the day and have somebody who answers but nobody else who clears: no
    report of theirs gets a second pair of eyes."""
    live = Appointment.objects.live(on).filter(post__agency=OuterRef("pk"))
    answering = live.filter(post__function__in=FOCAL)
    other = Appointment.objects.live(on).filter(
        post__agency=OuterRef("post__agency"), post__function__in=CLEARING
    )
    alone = answering.filter(~Exists(other.exclude(officer=OuterRef("officer"))))
    owing = Obligation.objects.unanswered(on).filter(owner=OuterRef("pk"))
    return Agency.objects.filter(Exists(owing), Exists(alone)).order_by("key")


def notices(*, officer: Officer, unseen_only: bool = False) -> QuerySet[Reminder]:
    """The reminders the officer got, newest first."""
    found = Reminder.objects.filter(recipient=officer).select_related("obligation__owed_to")
    if unseen_only:
        found = found.filter(seen_at=None)
    return found.order_by("-sent_at", "id")


@dataclass(frozen=True)
class ReminderLine:
    """One obligation a recipient is to be told of, by which rule (days after the due day, minus before)."""

    obligation: Obligation
    rule: str


@dataclass(frozen=True)
class DigestPreview:
    """Everything one recipient would get; `because` is empty for the owner's own answering officer."""

    recipient: Officer
    agency: Agency
    because: str
    lines: tuple[ReminderLine, ...]


@dataclass(frozen=True)
class ReminderPreview:
    """Who would get what on a day, and what would not be sent and why."""

    for_day: date
    digests: tuple[DigestPreview, ...]
    held_back: int
    unreachable: tuple[ReminderLine, ...]

    @property
    def line_count(self) -> int:
        return sum(len(digest.lines) for digest in self.digests)


def _of_own_area(*, officer: Officer, at: datetime) -> SubjectFacts:
    agency = officer.agency
    return SubjectFacts(
        owed_to=frozenset({agency.pk} if agency else ()), place_code=agency.place_code if agency else None
    )


@look(Permission.REMINDER_PREVIEW, subject=_of_own_area)
def preview_reminders(*, officer: Officer, at: datetime) -> ReminderPreview:
    """Who would be reminded of what is owed to the officer's agency, if reminders went out now.

    A rule fires once per obligation when its day has come; within the kind's minimum gap nothing is repeated.
    After the last rule it repeats every 30 days. Recipients: see `Directory.recipients`.
    """
    on = timezone.localdate(at)
    agency = officer.agency
    assert agency is not None
    due = list(
        Obligation.objects.with_state(on)
        .unanswered(on)
        .filter(in_charge_of(agency))
        .select_related("owner", "owed_to")
        .order_by("due", "id")
    )
    told = _told_before([o.pk for o in due])
    lines: list[ReminderLine] = []
    held_back = 0
    for obligation in due:
        rule = rule_on(kind_of(obligation.kind), obligation.due, on)
        if rule is None:
            continue
        rules, last = told.get(obligation.pk, (frozenset(), None))
        if rule in rules:
            continue
        if last is not None and (on - last).days < kind_of(obligation.kind).minimum_gap_days:
            held_back += 1
            continue
        lines.append(ReminderLine(obligation, rule))
    return _addressed(lines, on, held_back)


def rule_on(kind: ObligationKind, due: date, on: date) -> str | None:
    """The latest reminder rule of the kind whose day has come, as days relative to the due day, or None."""
    passed = (on - due).days
    come = [offset for offset in kind.remind_on if offset <= passed]
    if not come:
        return None
    latest = max(come)
    if latest == max(kind.remind_on) and latest > 0:
        latest += (passed - latest) // REPEAT_AFTER_LAST_DAYS * REPEAT_AFTER_LAST_DAYS
    return f"{latest:+d}"


def _told_before(ids: Sequence[int]) -> dict[int, tuple[frozenset[str], date | None]]:
    rows = Reminder.objects.filter(obligation_id__in=ids).values_list("obligation_id", "rule", "for_day")
    rules: dict[int, set[str]] = defaultdict(set)
    last: dict[int, date] = {}
    for pk, rule, day in rows:
        rules[pk].add(rule)
        last[pk] = max(last.get(pk, day), day)
    return {pk: (frozenset(found), last[pk]) for pk, found in rules.items()}


def _addressed(lines: Sequence[ReminderLine], on: date, held_back: int) -> ReminderPreview:
    """Give every line to its recipients; one digest per recipient."""
    directory = Directory(on) if lines else None
    found: dict[int, tuple[Recipient, list[ReminderLine]]] = {}
    unreachable: list[ReminderLine] = []
    for line in lines:
        assert directory is not None
        recipients = directory.recipients(line.obligation.owner_id, line.obligation.owed_to_id)
        if not recipients:
            unreachable.append(line)
        for recipient in recipients:
            found.setdefault(recipient.officer.pk, (recipient, []))[1].append(line)
    digests = [DigestPreview(r.officer, r.agency, r.because, tuple(own)) for r, own in found.values()]
    digests.sort(key=lambda d: (d.agency.key, d.recipient.username))
    return ReminderPreview(on, tuple(digests), held_back, tuple(unreachable))


def in_charge_of(agency: Agency) -> Q:
    """The obligations an office watches over: the nation's office those owed to national bodies, another
    office those owed to or by the agencies of its area."""
    within = significant_digits(agency.place_code)
    if not within:
        return Q(owed_to=agency) | Q(owed_to__place_code=agency.place_code)
    lies_within = Q(owed_to__place_code__startswith=within) | Q(owner__place_code__startswith=within)
    return Q(owed_to=agency) | lies_within


def unseen_notices(officer: Officer) -> int:
    """How many notices the officer has not seen."""
    return Reminder.objects.filter(recipient=officer, seen_at=None).count()


def last_look(officer: Officer) -> LastLook | None:
    """When the officer last opened the Monday page, or None before the first time."""
    return LastLook.objects.filter(officer=officer).first()


def batches(*, limit: int = 20) -> list[ReminderBatch]:
    """The newest runs of reminders, with how many mails went out, wait, or are in doubt."""
    return list(
        ReminderBatch.objects.select_related("officer")
        .annotate(
            mailed=Count("digests", filter=Q(digests__mailed_at__isnull=False)),
            queued=Count("digests", filter=Q(digests__claimed_at=None) & ~Q(digests__address="")),
            in_doubt=Count("digests", filter=Q(digests__claimed_at__isnull=False, digests__mailed_at=None)),
            without_address=Count("digests", filter=Q(digests__address="")),
        )
        .order_by("-at", "-id")[:limit]
    )


def digests_in_doubt() -> QuerySet[Digest]:
    """Mails claimed by a sender that never said they left."""
    return Digest.objects.filter(claimed_at__isnull=False, mailed_at=None).select_related(
        "recipient", "batch"
    )
