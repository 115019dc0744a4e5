"""Reads what each office holds and since when, by due week, and where it piles up; an office reads its own only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from concerted.deferred import numpy as np
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.obligations import reads as obligations
from concerted.methods.workload import Offices, concentration, pile_up, weight_of

from ..kinds import ACCEPTED_KINDS

#: Weeks of arrivals and completions that the comparison looks back on.
WINDOW_WEEKS = 12
#: Weeks in which an answer is expected to be accepted, for the weight of approvals.
APPROVAL_WEEKS = 2
#: Due weeks shown: overdue, this week, the next three, later.
LAST_WEEK_SHOWN = 4

_HELD = """
WITH held AS (
  SELECT o.owner_id AS office, o.due AS due,
    CASE WHEN o.began_at < %(after)s THEN 'begun' ELSE 'not_begun' END AS stage,
    CASE WHEN o.began_at < %(after)s THEN (o.began_at AT TIME ZONE %(zone)s)::date ELSE o.opens END AS since
  FROM obligations_obligation o
  WHERE o.opens <= %(on)s AND (o.met_at IS NULL OR o.met_at >= %(after)s)
    AND (o.excused_at IS NULL OR o.excused_at >= %(after)s)
    AND (o.closed_at IS NULL OR o.closed_at >= %(after)s)
  UNION ALL
  SELECT o.owed_to_id, (o.met_at AT TIME ZONE %(zone)s)::date + %(approval)s, 'waits_for_acceptance',
    (o.met_at AT TIME ZONE %(zone)s)::date
  FROM obligations_obligation o
  WHERE o.kind = ANY(%(accepted)s) AND o.met_at < %(after)s
    AND (o.accepted_at IS NULL OR o.accepted_at >= %(after)s)
    AND (o.excused_at IS NULL OR o.excused_at >= %(after)s)
    AND (o.closed_at IS NULL OR o.closed_at >= o.met_at)
)
SELECT office, stage, least(floor((due - %(on)s) / 7.0)::int, %(last)s) AS week, count(*),
  percentile_disc(0.5) WITHIN GROUP (ORDER BY %(on)s - since), max(%(on)s - since)
FROM held GROUP BY GROUPING SETS ((office, stage, week), (office, stage))
"""
_MOVED = """
SELECT office, sum(came), sum(done) FROM (
  SELECT o.owner_id AS office, count(*) FILTER (WHERE o.opens > %(from)s AND o.opens <= %(on)s) AS came,
    count(*) FILTER (WHERE coalesce(least(o.met_at, o.excused_at), o.met_at, o.excused_at) >= %(start)s
      AND coalesce(least(o.met_at, o.excused_at), o.met_at, o.excused_at) < %(after)s) AS done
  FROM obligations_obligation o
  WHERE o.opens > %(from)s OR o.met_at >= %(start)s OR o.excused_at >= %(start)s GROUP BY o.owner_id
  UNION ALL
  SELECT o.owed_to_id, count(*) FILTER (WHERE o.met_at >= %(start)s AND o.met_at < %(after)s),
    count(*) FILTER (WHERE o.accepted_at >= %(start)s AND o.accepted_at < %(after)s)
  FROM obligations_obligation o
  WHERE o.kind = ANY(%(accepted)s) AND (o.met_at >= %(start)s OR o.accepted_at >= %(start)s)
  GROUP BY o.owed_to_id
) moved GROUP BY office
"""


@dataclass(frozen=True)
class StageTime:
    """How many items stand in one stage at an office, and for how many days: the median and the longest."""

    stage: str
    count: int
    median_days: int
    longest_days: int


@dataclass(frozen=True)
class OfficeLoad:
    """What one office holds on the day.

    by_week: items by whole weeks until due, -1 for overdue, LAST_WEEK_SHOWN for later. load: the same, weighted.
    index: how far it stands out among offices of its tier, about 0 at the common pace (methods.workload);
    rank: its place in its tier, 1 first, None where only the office itself is shown. alone, vacant: nobody else clears;
    nobody answers at all.
    """

    agency: Agency
    by_week: Mapping[int, int]
    stages: Sequence[StageTime]
    load: float
    arrived: int
    left: int
    weeks_in_hand: float
    index: float
    rank: int | None
    alone: bool
    vacant: bool

    @property
    def held(self) -> int:
        return sum(self.by_week.values())

    @property
    def overdue(self) -> int:
        return self.by_week.get(-1, 0)


@dataclass(frozen=True)
class Workload:
    """The offices of the tiers asked for, the one that stands out most first.

    concentration: Herfindahl-Hirschman index of the load over all offices of those tiers, NaN without any.
    """

    on: date
    rows: Sequence[OfficeLoad]
    offices: int
    concentration: float


def _of_agency(*, agency: Agency | None = None, **_rest: Any) -> SubjectFacts:
    return SubjectFacts(owners=frozenset({agency.pk} if agency is not None else ()))


@look(Permission.WORKLOAD_READ, subject=_of_agency)
def workload(
    *,
    officer: Officer,
    at: datetime,
    on: date,
    agency: Agency | None = None,
    tier: str = "",
    limit: int = 200,
) -> Workload:
    """Who holds what on the day. Without an agency: every office, for the office of the joint meeting alone;
    with one: that office's own row, without a place among others.

    tier: narrows to one tier of offices. Five queries whatever the size of the nation.
    """
    raw = _read(on)
    agencies = Agency.objects.filter(pk__in=raw).in_bulk()
    rows = _rows(raw, agencies, on)
    shown = [row for row in rows if not tier or row.agency.tier == tier]
    spread = concentration([row.load for row in shown])
    if agency is not None:
        own = [_unranked(row) for row in rows if row.agency.pk == agency.pk]
        return Workload(on, own or [_idle(agency)], 1, float("nan"))
    return Workload(on, shown[:limit], len(shown), spread)


@dataclass
class _Raw:
    by_week: dict[int, int] = field(default_factory=dict)
    weights: float = 0.0
    stages: list[StageTime] = field(default_factory=list)
    came: int = 0
    done: int = 0


def _read(on: date) -> dict[int, _Raw]:
    start = on - timedelta(weeks=WINDOW_WEEKS)
    asked: dict[str, Any] = {
        "on": on,
        "from": start,
        "start": _after(start),
        "after": _after(on),
        "zone": timezone.get_current_timezone_name(),
        "accepted": list(ACCEPTED_KINDS),
        "approval": APPROVAL_WEEKS * 7,
        "last": LAST_WEEK_SHOWN,
    }
    found: dict[int, _Raw] = {}
    with connection.cursor() as cursor:
        cursor.execute(_HELD, asked)
        for office, stage, week, count, median, longest in cursor.fetchall():
            raw = found.setdefault(office, _Raw())
            if week is None:
                raw.stages.append(StageTime(stage, count, median, longest))
                continue
            shown = max(week, -1)
            raw.by_week[shown] = raw.by_week.get(shown, 0) + count
            raw.weights += float(weight_of([week])[0]) * count
        cursor.execute(_MOVED, asked)
        for office, came, done in cursor.fetchall():
            raw = found.setdefault(office, _Raw())
            raw.came, raw.done = int(came), int(done)
    return found


def _after(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _rows(raw: Mapping[int, _Raw], agencies: Mapping[int, Agency], on: date) -> list[OfficeLoad]:
    alone = set(obligations.single_handed(on=on).values_list("pk", flat=True))
    vacant = set(obligations.vacancies(on=on).values_list("pk", flat=True))
    rows: list[OfficeLoad] = []
    for tier in sorted({agency.tier for agency in agencies.values()}):
        offices = [pk for pk in sorted(raw) if pk in agencies and agencies[pk].tier == tier]
        pile = pile_up(
            Offices(
                load=np.array([raw[pk].weights for pk in offices]),
                arrived=np.array([float(raw[pk].came) for pk in offices]),
                left=np.array([float(raw[pk].done) for pk in offices]),
                weeks=float(WINDOW_WEEKS),
            )
        )
        for number, pk in enumerate(offices):
            one = raw[pk]
            rows.append(
                OfficeLoad(
                    agency=agencies[pk],
                    by_week=one.by_week,
                    stages=sorted(one.stages, key=lambda stage: -stage.longest_days),
                    load=one.weights,
                    arrived=one.came,
                    left=one.done,
                    weeks_in_hand=float(pile.weeks_in_hand[number]),
                    index=float(pile.index[number]),
                    rank=None,
                    alone=pk in alone,
                    vacant=pk in vacant,
                )
            )
    rows.sort(key=lambda row: (-row.index, row.agency.key))
    places: dict[str, int] = {}
    ranked = []
    for row in rows:
        places[row.agency.tier] = places.get(row.agency.tier, 0) + 1
        ranked.append(_ranked(row, places[row.agency.tier]))
    return ranked


def _ranked(row: OfficeLoad, rank: int | None) -> OfficeLoad:
    return OfficeLoad(**{**vars(row), "rank": rank})


def _unranked(row: OfficeLoad) -> OfficeLoad:
    return _ranked(row, None)


def _idle(agency: Agency) -> OfficeLoad:
    return OfficeLoad(agency, {}, [], 0.0, 0, 0, 0.0, 0.0, None, False, False)
