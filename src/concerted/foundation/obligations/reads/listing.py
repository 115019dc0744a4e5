"""Reads lists of obligations, page by page, and one of them with its history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from concerted.foundation.agencies.models import Agency, Place, significant_digits

from ..models import (
    Obligation,
    ObligationEvent,
    ObligationQuerySet,
)

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
