"""Reads counts of obligations by state, and how punctual they were answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Count, F, Value
from django.db.models.functions import Concat, Substr

from ..models import (
    ObligationQuerySet,
    State,
)

K = TypeVar("K")


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
