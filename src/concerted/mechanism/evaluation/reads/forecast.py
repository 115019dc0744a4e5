"""Reads how often offices were late by kind, and what that says of what they owe next; an office reads its own only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from concerted.deferred import numpy as np
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.obligations.kinds import ObligationKind, kinds
from concerted.methods.laterisk import History, forecast

_RECORD = """
SELECT o.kind, o.owner_id,
  count(*) FILTER (WHERE o.grace_until < %(on)s AND {counted}) AS due,
  count(*) FILTER (WHERE o.grace_until < %(on)s AND {counted}
    AND (o.met_at IS NULL OR o.met_at >= %(after)s OR (o.met_at AT TIME ZONE %(zone)s)::date > o.grace_until
      OR o.closed_at < o.met_at)) AS late,
  count(*) FILTER (WHERE o.grace_until >= %(on)s AND o.opens <= %(on)s
    AND (o.met_at IS NULL OR o.met_at >= %(after)s) AND {counted}
    AND (o.closed_at IS NULL OR o.closed_at >= %(after)s)) AS open
FROM obligations_obligation o WHERE o.opens <= %(on)s GROUP BY o.kind, o.owner_id
""".replace("{counted}", "(o.excused_at IS NULL OR o.excused_at >= %(after)s)")
_OUTCOMES = """
SELECT o.kind, o.owner_id, o.due,
  coalesce(o.met_at IS NULL OR (o.met_at AT TIME ZONE %(zone)s)::date > o.grace_until
    OR o.closed_at < o.met_at, false) AS late
FROM obligations_obligation o
WHERE o.grace_until < %(on)s AND o.excused_at IS NULL ORDER BY o.due, o.id
"""


@dataclass(frozen=True)
class LateRisk:
    """What the past says of one office and kind.

    due, late: obligations whose grace had ended by the day. open: those still to come that the chance speaks of.
    chance: that the next one is late, with its central 80 per cent; None where the method abstains.
    """

    agency: Agency
    kind: ObligationKind
    due: int
    late: int
    open: int
    chance: float | None
    low: float | None
    high: float | None


def _of_agency(*, agency: Agency | None = None, **_rest: Any) -> SubjectFacts:
    return SubjectFacts(owners=frozenset({agency.pk} if agency is not None else ()))


@look(Permission.WORKLOAD_READ, subject=_of_agency)
def late_risks(
    *, officer: Officer, at: datetime, on: date, agency: Agency | None = None, limit: int = 500
) -> list[LateRisk]:
    """The chance of lateness by office and kind, the highest first, those it abstains from last.

    Without an agency: every office that owes something ahead, for the office of the joint meeting alone; with
    one: that office's own rows. An office is compared with all others of its kind of obligation. Two queries.
    """
    rows = _record(on)
    named = {kind.code: kind for kind in kinds()}
    wanted = {owner for _kind, owner, *_counts in rows if agency is None or owner == agency.pk}
    agencies = Agency.objects.filter(pk__in=wanted).in_bulk()
    found = [
        risk
        for kind, of_kind in _by_kind(rows).items()
        if kind in named
        for risk in _risks(named[kind], of_kind, agencies)
        if agency is not None or risk.open
    ]
    found.sort(key=lambda r: (r.chance is None, -(r.chance or 0.0), r.agency.key, r.kind.code))
    return found[:limit]


_Row = tuple[str, int, int, int, int]


def _record(on: date) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, _asked(on))
        return cursor.fetchall()


def _asked(on: date) -> dict[str, Any]:
    after = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    return {"on": on, "after": after, "zone": timezone.get_current_timezone_name()}


def _by_kind(rows: Iterable[_Row]) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def _risks(kind: ObligationKind, rows: Sequence[_Row], agencies: dict[int, Agency]) -> Iterable[LateRisk]:
    due, late = (np.array([row[column] for row in rows], dtype=np.int64) for column in (2, 3))
    said = forecast(History(due, late))
    for number, (_kind, owner, fell_due, were_late, ahead) in enumerate(rows):
        if owner in agencies:
            numbers = (float(part[number]) for part in (said.chance, said.low, said.high))
            chance, low, high = (None if np.isnan(x) else x for x in numbers)
            yield LateRisk(agencies[owner], kind, fell_due, were_late, ahead, chance, low, high)


@look(Permission.WORKLOAD_READ, subject=_of_agency)
def outcomes(*, officer: Officer, at: datetime, on: date) -> list[tuple[str, int, date, bool]]:
    """Every obligation whose grace had ended by the day, as (kind, owner id, due day, late), in order of due day;
    for judging the forecast by what came, by the office of the joint meeting alone. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_OUTCOMES, _asked(on))
        return cursor.fetchall()
