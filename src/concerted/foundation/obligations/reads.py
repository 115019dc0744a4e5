"""Reads what is owed, how it stands, who is to be told and who was; never changes a mark."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar, cast

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat, Substr

from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Appointment, Officer, Post, significant_digits

from .kinds import ObligationKind, kind_of, kinds
from .models import Obligation, ObligationQuerySet, Reminder, State

K = TypeVar("K")

ANSWERING = (Post.Function.FOCAL_POINT, Post.Function.PROVINCIAL_OFFICE, Post.Function.LOCAL_OFFICER)
REPEAT_AFTER_LAST_DAYS = 30


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
    if filters.state:
        found = found.filter(state=filters.state)
    return cast(ObligationQuerySet, found.order_by("due", "id"))


def owed_by(agency: Agency, *, on: date) -> ObligationQuerySet:
    """What the agency still owes on the day, most overdue first."""
    return cast(
        ObligationQuerySet,
        Obligation.objects.with_state(on).unanswered(on).filter(owner=agency).order_by("due", "id"),
    )


def owed_to(agency: Agency, *, on: date) -> ObligationQuerySet:
    """What others still owe the agency on the day, most overdue first."""
    return cast(
        ObligationQuerySet,
        Obligation.objects.with_state(on)
        .unanswered(on)
        .filter(owed_to=agency)
        .select_related("owner")
        .order_by("due", "id"),
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
    rows = queryset.order_by().values_list("state").annotate(n=Count("id"))
    return Tally(dict(rows))


def tally_by_owner(queryset: ObligationQuerySet) -> dict[int, Tally]:
    """Count a queryset that carries `state` per owner agency id, in one query."""
    return _tallies(queryset.order_by().values_list("owner_id", "state").annotate(n=Count("id")))


def tally_by_province(queryset: ObligationQuerySet) -> dict[str, Tally]:
    """Count a queryset that carries `state` per province code of the owner in one query; 000000 is the nation."""
    rows = (
        queryset.order_by()
        .annotate(province=Concat(Substr("owner__place_code", 1, 2), Value("0000")))
        .values_list("province", "state")
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
    counts = tally(cast(ObligationQuerySet, queryset.with_state(on).filter(grace_until__lt=on)))
    silent = counts[State.OVERDUE] + counts[State.NOT_REPORTED]
    on_time, late = counts[State.MET_ON_TIME], counts[State.MET_LATE]
    return Punctuality(on_time + late + silent, on_time, late, silent, counts[State.EXCUSED])


def vacancies(*, on: date) -> QuerySet[Agency]:
    """Agencies that owe something on the day while nobody who answers holds a live appointment there."""
    answering = Appointment.objects.live(on).filter(post__agency=OuterRef("pk"), post__function__in=ANSWERING)
    owing = Obligation.objects.unanswered(on).filter(owner=OuterRef("pk"))
    return Agency.objects.filter(Exists(owing), ~Exists(answering)).order_by("key")


def single_handed(*, on: date) -> QuerySet[Agency]:
    """Agencies that owe something on the day and have exactly one live officer: nobody can clear for him."""
    owing = Obligation.objects.unanswered(on).filter(owner=OuterRef("pk"))
    live = (
        Appointment.objects.live(on)
        .values("post__agency")
        .annotate(officers=Count("officer", distinct=True))
        .filter(officers=1)
        .values("post__agency")
    )
    return Agency.objects.filter(Exists(owing), pk__in=live).order_by("key")


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
    After the last rule it repeats every 30 days. Recipients: the owner's answering officers; else anybody
    there; else the agency above it; else the office itself.
    """
    on = at.date()
    agency = officer.agency
    assert agency is not None
    due = list(
        Obligation.objects.with_state(on)
        .unanswered(on)
        .filter(owed_to=agency)
        .select_related("owner__parent", "owner__line", "owed_to")
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
    desks = _desks(lines, on)
    by_recipient: dict[int, tuple[Officer, Agency, str, list[ReminderLine]]] = {}
    unreachable: list[ReminderLine] = []
    for line in lines:
        recipients = _recipients(line.obligation, desks)
        if not recipients:
            unreachable.append(line)
        for recipient, because in recipients:
            entry = by_recipient.setdefault(
                recipient.officer_id, (recipient.officer, recipient.post.agency, because, [])
            )
            entry[3].append(line)
    digests = tuple(
        DigestPreview(recipient, agency, because, tuple(found))
        for recipient, agency, because, found in sorted(
            by_recipient.values(), key=lambda e: (e[1].key, e[0].username)
        )
    )
    return ReminderPreview(on, digests, held_back, tuple(unreachable))


def _desks(lines: Sequence[ReminderLine], on: date) -> dict[int, list[Appointment]]:
    wanted: set[int] = set()
    for line in lines:
        owner = line.obligation.owner
        wanted |= {pk for pk in (owner.pk, owner.parent_id, owner.line_id, line.obligation.owed_to_id) if pk}
    desks: dict[int, list[Appointment]] = defaultdict(list)
    live = (
        Appointment.objects.live(on)
        .filter(post__agency_id__in=wanted, officer__is_machine=False)
        .select_related("officer", "post__agency")
        .order_by("id")
    )
    for appointment in live:
        desks[appointment.post.agency_id].append(appointment)
    return desks


def _recipients(
    obligation: Obligation, desks: Mapping[int, Sequence[Appointment]]
) -> list[tuple[Appointment, str]]:
    owner = obligation.owner
    own = desks.get(owner.pk, ())
    answering = [a for a in own if a.post.function in ANSWERING]
    if answering:
        return [(a, "") for a in answering]
    ways: tuple[tuple[int | None, str], ...] = (
        (owner.pk, "no_focal_point"),
        (owner.parent_id, "agency_above"),
        (owner.line_id, "agency_above"),
        (obligation.owed_to_id, "office_itself"),
    )
    for agency_id, because in ways:
        found = desks.get(agency_id, ()) if agency_id else ()
        if found:
            return [(found[0], because)]
    return []


def escalations_due(*, on: date) -> ObligationQuerySet:
    """Overdue obligations of kinds with a ladder, with the last step already taken as `last_step`."""
    laddered = [kind.code for kind in kinds() if kind.ladder]
    return cast(
        ObligationQuerySet,
        Obligation.objects.overdue(on)
        .filter(kind__in=laddered)
        .annotate(last_step=Max("events__step", filter=Q(events__what="escalated")))
        .select_related("owner", "owed_to")
        .order_by("id"),
    )


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
    return cast(ObligationQuerySet, found.order_by(F("grace_until").asc(), "id"))


def due_within(*, on: date, days: int, agency: Agency) -> ObligationQuerySet:
    """What the agency owes and must answer within so many days from the day."""
    return cast(ObligationQuerySet, owed_by(agency, on=on).filter(due__lte=on + timedelta(days=days)))
