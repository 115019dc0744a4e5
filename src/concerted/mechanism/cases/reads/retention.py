"""Which of an agency's records the schedule lets go, and when; it opens nobody's identity and erases nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer
from concerted.foundation.people.models import ErasureRequest, LegalHold, Person
from concerted.foundation.people.schedule import RetentionRule, rule_of

from ..models import Case, PersonLink

MOST = 500
_BANDS_OF_AGE = {Case.AgeBand.UNDER_14: 0, Case.AgeBand.FROM_14_TO_17: 14}


@dataclass(frozen=True)
class Line:
    """One record under its rule. latest_birth: the latest day of birth that the age band on the case allows, for a
    child. first_day: from which it may go. holds: how many stand on it. held: what else on its cases holds it back
    (legal_hold, review). is_asked: whether its erasure waits."""

    person: Person
    rule: RetentionRule
    event_on: date
    latest_birth: date | None
    first_day: date
    holds: int
    is_asked: bool
    held: Sequence[str] = ()

    def is_due(self, on: date) -> bool:
        """Whether it may be asked for on that day."""
        return self.first_day <= on and not self.holds and not self.held and not self.is_asked


@dataclass(frozen=True)
class DryRun:
    """What the schedule lets go on a day: the records that are due or held back, earliest first, MOST at most; how
    many records of persons who stand as suspects wait for somebody to name the day their sentence was served; and
    whether there are more lines than are shown."""

    lines: Sequence[Line]
    without_a_day: int
    has_more: bool

    def due(self, on: date) -> list[Line]:
        """Those that may be asked for on that day."""
        return [line for line in self.lines if line.is_due(on)]


def own_agency(*, officer: Officer, **_rest: object) -> SubjectFacts:
    """An agency's own records."""
    return SubjectFacts(owners=frozenset({officer.agency_id} if officer.agency_id else ()))


@look(Permission.ERASURE_REQUEST, subject=own_agency)
def schedule_dry_run(*, officer: Officer, at: datetime, persons: Sequence[int] | None = None) -> DryRun:
    """The agency's records whose day by the schedule has come; nothing is changed.

    A record counts under a closed case when every case it stands on is closed, from the last closing; where the age
    is unknown, the longer term of a child counts. One that stands on no case counts from the day it was written down.
    persons: only these records.
    """
    own = Person.objects.filter(agency=officer.agency_id, erased_at=None)
    if persons is not None:
        own = own.filter(pk__in=list(persons))
    on = timezone.localdate(at)
    found = [*_on_closed_cases(own, on), *_on_no_case(own, on)]
    found.sort(key=lambda each: (each[4], each[0]))
    chosen = found[:MOST]
    lines = _lines(chosen)
    links = PersonLink.objects.filter(person__in=own, ended_at=None, role=PersonLink.Role.SUSPECT)
    closed = links.exclude(person__in=_open_persons()).values("person").distinct().count()
    return DryRun(lines, closed, len(found) > MOST)


Found = tuple[int, RetentionRule, date, date | None, date]


def _open_persons() -> QuerySet[PersonLink, Any]:
    open_links = PersonLink.objects.filter(ended_at=None).exclude(case__stage=Case.Stage.CLOSED)
    return open_links.values("person")


def _on_closed_cases(own: QuerySet[Person], on: date) -> list[Found]:
    adult, child = rule_of("closed_case_adult"), rule_of("closed_case_child")
    victim = Q(role=PersonLink.Role.VICTIM)
    rows = (
        PersonLink.objects.filter(person__in=own, ended_at=None)
        .values("person_id")
        .annotate(
            last_closed=Max("case__closed_at"),
            opened=Max("case__opened_at", filter=victim & ~Q(case__age_band=Case.AgeBand.ADULT)),
            under_14=Count("pk", filter=victim & Q(case__age_band=Case.AgeBand.UNDER_14)),
            unknown=Count("pk", filter=victim & Q(case__age_band=Case.AgeBand.UNKNOWN)),
            still_open=Count("pk", filter=~Q(case__stage=Case.Stage.CLOSED)),
            suspect=Count("pk", filter=Q(role=PersonLink.Role.SUSPECT)),
        )
        .filter(still_open=0, suspect=0, last_closed__isnull=False)
    )
    found: list[Found] = []
    for row in rows:
        event = timezone.localdate(row["last_closed"])
        rule, birth = adult, None
        if row["opened"] is not None:
            opened = timezone.localdate(row["opened"])
            years = 0 if row["under_14"] or row["unknown"] else _BANDS_OF_AGE[Case.AgeBand.FROM_14_TO_17]
            rule, birth = child, _years_before(opened, years)
        first = rule.first_day(event, latest_birth=birth)
        if first <= on:
            found.append((row["person_id"], rule, event, birth, first))
    return found


def _on_no_case(own: QuerySet[Person], on: date) -> list[Found]:
    rule = rule_of("no_case")
    linked = PersonLink.objects.filter(person=OuterRef("pk"))
    rows = own.exclude(Exists(linked)).filter(kind=Person.Kind.PERSON)
    found: list[Found] = []
    for pk, created_at in rows.values_list("pk", "created_at"):
        event = timezone.localdate(created_at)
        first = rule.first_day(event)
        if first <= on:
            found.append((pk, rule, event, None, first))
    return found


def _lines(found: Sequence[Found]) -> list[Line]:
    ids = [each[0] for each in found]
    known: Mapping[int, Person] = Person.objects.select_related("agency").in_bulk(ids)
    held = Counter(
        LegalHold.objects.filter(person__in=ids, lifted_at=None).values_list("person_id", flat=True)
    )
    waiting = ErasureRequest.objects.filter(person__in=ids, state=ErasureRequest.State.REQUESTED)
    asked = set(waiting.values_list("person_id", flat=True))
    by_cases = held_back(ids)
    return [
        Line(known[pk], rule, event, birth, first, held[pk], pk in asked, by_cases.get(pk, ()))
        for pk, rule, event, birth, first in found
        if pk in known
    ]


def held_back(persons: Sequence[int]) -> dict[int, list[str]]:
    """What on their cases, open or closed and whoever leads them, keeps these records of the acting agency from being
    erased: legal_hold, the mark of a case; review, an emergency access to a case it leads that nobody reviewed yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, why FROM cases_held_back(%s)", [list(persons)])
        found: dict[int, list[str]] = {}
        for person_id, why in cursor.fetchall():
            found.setdefault(person_id, []).append(why)
    return found


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return date(day.year - years, 3, 1)
