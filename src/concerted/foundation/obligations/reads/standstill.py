"""Reads where work stands still: how many answers wait in each stage, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

from concerted.foundation.agencies.models import Agency

from ..models import (
    Obligation,
)


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
