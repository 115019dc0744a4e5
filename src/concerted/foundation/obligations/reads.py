"""Reads what is owed, how it stands, who is to be told and who was; never changes a mark."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet

from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Appointment, Officer, Post, significant_digits

from .kinds import ObligationKind, kind_of, kinds
from .models import Obligation, ObligationQuerySet, Reminder, State

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


def obligations(*, on: date, filters: Filters = Filters()) -> ObligationQuerySet:  # noqa: B008
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
    """How many obligations stand in each state; `of` is their number, so that no figure lacks its denominator."""

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
    """Count a queryset that carries `state` per province code of the owner, in one query; the nation is 00."""
    from django.db.models.functions import Concat, Substr
    from django.db.models import Value

    rows = (
        queryset.order_by()
        .annotate(province=Concat(Substr("owner__place_code", 1, 2), Value("0000")))
        .values_list("province", "state")
        .annotate(n=Count("id"))
    )
    return _tallies(rows)


def _tallies[K](rows: Iterable[tuple[K, str, int]]) -> dict[K, Tally]:
    by: dict[K, dict[str, int]] = defaultdict(dict)
    for key, state, count in rows:
        by[key][state] = count
    return {key: Tally(states) for key, states in by.items()}
