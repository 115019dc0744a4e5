"""Reads what is owed, how it stands, who is to be told and who was; never changes a mark."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import connection
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone

from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Appointment, Officer, Place, significant_digits

from .calendar import WorkingDays
from .kinds import Level, ObligationKind, kind_of
from .ladders import Ladders
from .models import (
    Digest,
    Ladder,
    LastLook,
    Obligation,
    ObligationEvent,
    ObligationQuerySet,
    Reminder,
    ReminderBatch,
    State,
)
from .recipients import CLEARING, FOCAL, Directory, Recipient

K = TypeVar("K")

REPEAT_AFTER_LAST_DAYS = 30
#: A filter beside the states: whatever is still to be answered on the day.
STILL_OWED = "still_owed"


@dataclass(frozen=True)
class Filters:
    """Which obligations a list shows; empty fields do not narrow it. Keys and codes, not ids."""

    agency: str = ""
    owed_to: str = ""
    state: str = ""
    kind: str = ""
    place: str = ""
    period: str = ""


def obligations(*, on: date, filters: Filters = Filters()) -> ObligationQuerySet:
    """Obligations with their state on the day, soonest due first, narrowed by the filters."""
    found = Obligation.objects.with_state(on).select_related("owner", "owed_to")
    if filters.agency:
        found = found.filter(owner__key=filters.agency)
    if filters.owed_to:
        found = found.filter(owed_to__key=filters.owed_to)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.period:
        found = found.filter(period_key=filters.period)
    if filters.place:
        found = found.filter(owner__place_code__startswith=significant_digits(filters.place))
    if filters.state == STILL_OWED:
        found = found.unanswered(on)
    elif filters.state:
        found = found.filter(Q(state=filters.state))
    return found.order_by("due", "id")


def owed_by(agency: Agency, *, on: date) -> ObligationQuerySet:
    """What the agency still owes on the day, most overdue first."""
    return Obligation.objects.with_state(on).unanswered(on).filter(owner=agency).order_by("due", "id")


def owed_to(agency: Agency, *, on: date) -> ObligationQuerySet:
    """What others still owe the agency on the day, most overdue first."""
    return (
        Obligation.objects.with_state(on)
        .unanswered(on)
        .filter(owed_to=agency)
        .select_related("owner")
        .order_by("due", "id")
    )


@dataclass(frozen=True)
class Tally:
    """How many obligations stand in each state; `of` is their number, the denominator of every figure."""

    by_state: Mapping[str, int]

    @property
    def of(self) -> int:
        return sum(self.by_state.values())

    def __getitem__(self, state: str) -> int:
        return self.by_state.get(state, 0)


def tally(queryset: ObligationQuerySet) -> Tally:
    """Count a queryset that carries `state`, in one query."""
    rows = queryset.order_by().values_list(F("state")).annotate(n=Count("id"))
    return Tally(dict(rows))


def tally_by_owner(queryset: ObligationQuerySet) -> dict[int, Tally]:
    """Count a queryset that carries `state` per owner agency id, in one query."""
    return _tallies(queryset.order_by().values_list("owner_id", F("state")).annotate(n=Count("id")))


def tally_by_province(queryset: ObligationQuerySet) -> dict[str, Tally]:
    """Count a queryset that carries `state` per province code of the owner, in one query; 000000: the nation."""
    rows = (
        queryset.order_by()
        .annotate(province=Concat(Substr("owner__place_code", 1, 2), Value("0000")))
        .values_list(F("province"), F("state"))
        .annotate(n=Count("id"))
    )
    return _tallies(rows)


def _tallies(rows: Iterable[tuple[K, str, int]]) -> dict[K, Tally]:
    by: dict[K, dict[str, int]] = defaultdict(dict)
    for key, state, count in rows:
        by[key][state] = count
    return {key: Tally(states) for key, states in by.items()}


@dataclass(frozen=True)
class Punctuality:
    """How many obligations that fell due by the day were met on time, late, or not at all."""

    due: int
    on_time: int
    late: int
    silent: int
    excused: int

    @property
    def complete(self) -> int:
        return self.on_time + self.late


def punctuality(queryset: ObligationQuerySet, *, on: date) -> Punctuality:
    """Count the obligations whose grace has ended by the day; excused ones stand outside the denominator."""
    counts = tally(queryset.with_state(on).filter(grace_until__lt=on))
    silent = counts[State.OVERDUE] + counts[State.NOT_REPORTED]
    on_time, late = counts[State.MET_ON_TIME], counts[State.MET_LATE]
    return Punctuality(on_time + late + silent, on_time, late, silent, counts[State.EXCUSED])


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


def escalations_due(*, on: date, within: Agency) -> ObligationQuerySet:
    """Overdue obligations of the agency's area whose kind has a ladder; `last_step` is the last one taken."""
    laddered = Ladders(on).laddered_kinds()
    return (
        Obligation.objects.overdue(on)
        .filter(kind__in=laddered)
        .filter(Q(owed_to=within) | Q(owner__place_code__startswith=significant_digits(within.place_code)))
        .annotate(last_step=Max("events__step", filter=Q(events__what="escalated")))
        .order_by("id")
    )


@dataclass(frozen=True)
class Rung:
    """One step of an obligation's ladder: whom it tells, on which day it falls due, and when it was taken.

    said: what the step recorded, such as that no agency of its level exists. Untaken rungs of an obligation that is
    answered never come.
    """

    number: int
    level: Level
    agency: Agency | None
    falls_on: date
    taken_at: datetime | None
    said: str


def rungs_of(obligation: Obligation, *, on: date) -> list[Rung]:
    """The whole ladder of an obligation, taken steps and those to come, as both sides see it."""
    return rungs_by_obligation([obligation], on=on)[obligation.pk]


def rungs_by_obligation(obligations: Sequence[Obligation], *, on: date) -> dict[int, list[Rung]]:
    """The ladders of some obligations, by their ids; a constant number of queries."""
    days, directory, ladders = WorkingDays(settings.COUNTRY), Directory(on), Ladders(on)
    taken: dict[int, dict[int | None, ObligationEvent]] = {one.pk: {} for one in obligations}
    steps = ObligationEvent.objects.filter(
        obligation__in=list(taken), what=ObligationEvent.What.ESCALATED, at__lt=_after_day(on)
    )
    for event in steps.select_related("to_agency"):
        taken[event.obligation_id][event.step] = event
    return {one.pk: _rungs(one, taken[one.pk], days, directory, ladders) for one in obligations}


def _rungs(
    obligation: Obligation,
    taken: Mapping[int | None, ObligationEvent],
    days: WorkingDays,
    directory: Directory,
    ladders: Ladders,
) -> list[Rung]:
    tier, found = directory.agency(obligation.owner_id).tier, []
    for number, step in enumerate(ladders.steps(obligation.kind, tier), start=1):
        event = taken.get(number)
        to = directory.level(step.to, obligation)
        found.append(
            Rung(
                number,
                step.to,
                event.to_agency if event else directory.agency(to) if to else None,
                days.add(obligation.grace_until, step.after_working_days),
                event.at if event else None,
                event.reason if event else "",
            )
        )
    return found


def _after_day(on: date) -> datetime:
    """The first moment after a day."""
    return timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))


def ladders_in_force(*, on: date) -> list[Ladder]:
    """The loaded ladders of a day with their rungs, for showing."""
    in_force = Ladder.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)
    return list(in_force.prefetch_related("steps"))


def changed_between(
    *, since: datetime, until: datetime, agency: Agency | None = None
) -> QuerySet[Obligation]:
    """Obligations that something happened to in the span, newest happening first."""
    found = Obligation.objects.filter(events__at__gt=since, events__at__lte=until)
    if agency is not None:
        found = found.filter(Q(owner=agency) | Q(owed_to=agency))
    return found.annotate(changed_at=Max("events__at")).select_related("owner").order_by("-changed_at")


def oldest_overdue(*, on: date, owed_to: Agency | None = None) -> ObligationQuerySet:
    """Overdue obligations, the oldest first."""
    found = Obligation.objects.with_state(on).overdue(on).select_related("owner", "owed_to")
    if owed_to is not None:
        found = found.filter(owed_to=owed_to)
    return found.order_by(F("grace_until").asc(), "id")


def due_within(*, on: date, days: int, agency: Agency) -> ObligationQuerySet:
    """What the agency owes and must answer within so many days from the day."""
    return owed_by(agency, on=on).filter(due__lte=on + timedelta(days=days))


@dataclass(frozen=True)
class Stuck:
    """The oldest obligation at one stage: who holds it, and since when."""

    stage: str
    obligation: Obligation
    holder: Agency
    since: date
    others: int


#: stage -> SQL condition, the moment it was reached and who holds the paper there
_STAGES = """
SELECT DISTINCT ON (stage) stage, id, since, count(*) OVER (PARTITION BY stage) FROM (
  SELECT o.id,
    CASE WHEN o.met_at IS NOT NULL AND o.met_at < %(after)s THEN 'waits_for_acceptance'
         WHEN o.began_at IS NOT NULL AND o.began_at < %(after)s THEN 'begun' ELSE 'not_begun' END AS stage,
    CASE WHEN o.met_at IS NOT NULL AND o.met_at < %(after)s THEN (o.met_at AT TIME ZONE %(zone)s)::date
         WHEN o.began_at IS NOT NULL AND o.began_at < %(after)s THEN (o.began_at AT TIME ZONE %(zone)s)::date
         ELSE o.due END AS since
  FROM obligations_obligation o
  WHERE o.owed_to_id = %(owed_to)s AND (%(period)s = '' OR o.period_key = %(period)s) AND o.opens <= %(on)s
    AND (o.excused_at IS NULL OR o.excused_at >= %(after)s)
    AND (o.closed_at IS NULL OR o.closed_at >= %(after)s)
    AND ((o.met_at IS NULL OR o.met_at >= %(after)s) AND o.due < %(on)s
      OR o.met_at < %(after)s AND (o.accepted_at IS NULL OR o.accepted_at >= %(after)s)
         AND o.kind = ANY(%(accepted_kinds)s))
) waiting ORDER BY stage, since, id
"""


def stuck(*, on: date, owed_to: Agency, period: str = "", accepted_kinds: Sequence[str] = ()) -> list[Stuck]:
    """The oldest at each stage on the day: not begun and begun past the due day, and waiting for acceptance.

    accepted_kinds: the kinds whose answers are accepted by whoever is owed. Two queries.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _STAGES,
            {
                "on": on,
                "after": timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min)),
                "zone": timezone.get_current_timezone_name(),
                "owed_to": owed_to.pk,
                "period": period,
                "accepted_kinds": list(accepted_kinds),
            },
        )
        rows = cursor.fetchall()
    found = Obligation.objects.with_state(on).select_related("owner", "owed_to").in_bulk([r[1] for r in rows])
    return [
        Stuck(
            stage=stage,
            obligation=found[pk],
            holder=found[pk].owed_to if stage == "waits_for_acceptance" else found[pk].owner,
            since=since,
            others=count - 1,
        )
        for stage, pk, since, count in rows
    ]


@dataclass(frozen=True)
class Page:
    """A slice of a list in the order of due day and id; `next` is the cursor of what follows, or empty."""

    rows: Sequence[Obligation]
    next: str
    total: int


def page_of(queryset: ObligationQuerySet, *, cursor: str = "", size: int = 50) -> Page:
    """A slice after the cursor, by key and not by offset. An unreadable cursor starts from the top."""
    rows = _after(queryset.order_by("due", "id"), cursor)[: size + 1]
    listed = list(rows)
    last = listed[size - 1] if len(listed) > size else None
    following = f"{last.due.isoformat()}.{last.pk}" if last else ""
    return Page(listed[:size], following, queryset.order_by().count())


def _after(queryset: ObligationQuerySet, cursor: str) -> ObligationQuerySet:
    day, _dot, number = cursor.partition(".")
    try:
        due, pk = date.fromisoformat(day), int(number)
    except ValueError:
        return queryset
    return queryset.filter(Q(due__gt=due) | Q(due=due, pk__gt=pk))


def history(obligation_id: int, *, on: date) -> QuerySet[ObligationEvent]:
    """What happened to an obligation by the end of the day, oldest first."""
    after = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    return (
        ObligationEvent.objects.filter(obligation=obligation_id, at__lt=after)
        .select_related("officer", "to_agency")
        .order_by("at", "id")
    )


def escalations_concerning(agency: Agency, *, on: date) -> QuerySet[ObligationEvent]:
    """Steps of ladders where this agency owes, is owed or was told, newest first; both sides see the same."""
    return (
        ObligationEvent.objects.filter(
            Q(obligation__owner=agency) | Q(obligation__owed_to=agency) | Q(to_agency=agency),
            what=ObligationEvent.What.ESCALATED,
            at__lt=timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min)),
        )
        .select_related("obligation__owner", "obligation__owed_to", "to_agency")
        .order_by("-at", "-id")
    )


def climbing(agency: Agency, *, on: date, answered: bool = False, most: int = 30) -> list[Obligation]:
    """Obligations whose ladder concerns the agency, newest step first: those no answer has stopped yet, or those one
    did."""
    stopped = Q(obligation__met_at__isnull=False) | Q(obligation__excused_at__isnull=False)
    steps = escalations_concerning(agency, on=on).filter(stopped if answered else ~stopped)
    rows = (
        steps.order_by().values("obligation_id").annotate(last=Max("at")).order_by("-last", "obligation_id")
    )
    ids = [row["obligation_id"] for row in rows[:most]]
    found = Obligation.objects.with_state(on).filter(pk__in=ids).select_related("owner", "owed_to")
    return sorted(found, key=lambda one: ids.index(one.pk))


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


def obligation_by_id(pk: int, *, on: date) -> Obligation | None:
    """The obligation with its state on the day, or None."""
    return Obligation.objects.with_state(on).select_related("owner", "owed_to").filter(pk=pk).first()


def period_keys() -> list[str]:
    """The periods anything was ever owed for, newest first; a loose scan over the index, not over the rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE seen AS ("
            " (SELECT period_key FROM obligations_obligation ORDER BY period_key DESC LIMIT 1)"
            " UNION ALL SELECT (SELECT period_key FROM obligations_obligation o"
            " WHERE o.period_key < seen.period_key ORDER BY period_key DESC LIMIT 1)"
            " FROM seen WHERE seen.period_key IS NOT NULL) SELECT period_key FROM seen WHERE period_key <> ''"
        )
        return [key for (key,) in cursor.fetchall() if "/" not in key]


def agencies_by_id(ids: Iterable[int]) -> dict[int, Agency]:
    """The agencies with these ids."""
    return Agency.objects.in_bulk(list(ids))


def national_agencies() -> list[Agency]:
    """The agencies of the nation, by name."""
    return list(Agency.objects.filter(tier=Place.Level.NATION).order_by("name_en"))
