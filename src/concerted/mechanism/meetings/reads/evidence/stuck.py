"""Reports that stand still in review: how many each office holds, and for how many days the oldest."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from concerted.foundation.agencies.models import Agency

from .proposed import Figure, Link, Pair, Proposed, Scope, both, named

SOURCE = "stuck_review"
#: Calendar days in one state after which a review stands still.
STILL_DAYS = 14

#: The state of every report of this office's plans on the day, by its last move; whoever has to act holds it.
_STUCK = """
SELECT CASE WHEN last.to_state = 'cleared' THEN p.office_id ELSE r.agency_id END AS holder, last.to_state,
       count(*)::int, max(%(on)s - last.since)::int, min(last.since)
FROM plan_plan p JOIN plan_planversion v ON v.plan_id = p.id JOIN plan_measure me ON me.version_id = v.id
JOIN plan_report r ON r.measure_id = me.id
CROSS JOIN LATERAL (
  SELECT m.to_state, (m.at AT TIME ZONE %(zone)s)::date AS since
  FROM plan_reportmove m WHERE m.report_id = r.id AND m.at < %(after)s ORDER BY m.at DESC, m.id DESC LIMIT 1
) last
WHERE p.office_id = %(office)s AND last.to_state IN ('submitted', 'cleared', 'returned')
  AND last.since <= %(on)s - %(still)s
GROUP BY 1, 2 ORDER BY 1, 2
"""
_STATES = {
    "submitted": Pair("wait for clearance inside the agency", "待本单位审核"),
    "cleared": Pair("wait for acceptance by the office", "待办公室验收"),
    "returned": Pair("were returned and not handed in again", "已退回未重报"),
}


def reviews_that_stand_still(scope: Scope) -> list[Proposed]:
    """One item per office and state in which reports have stood for a fortnight or longer."""
    with connection.cursor() as cursor:
        cursor.execute(
            _STUCK,
            {
                "on": scope.on,
                "after": scope.after,
                "office": scope.office_id,
                "still": STILL_DAYS,
                "zone": timezone.get_current_timezone_name(),
            },
        )
        rows = cursor.fetchall()
    holders = Agency.objects.in_bulk({row[0] for row in rows})
    return [_item(holders[holder], state, count, days) for holder, state, count, days, _since in rows]


def _item(holder: Agency, state: str, count: int, days: int) -> Proposed:
    values = {"name": named(holder), "n": count, "days": days, "state": _STATES[state]}
    return Proposed(
        SOURCE,
        "agencies.agency",
        f"{holder.key}:{state}",
        both("Reviews standing still: {name}", "报告审核停滞：{name}", values),
        both(
            "{n} reports {state}; the oldest has stood with {name} for {days} days.",
            "{n} 份报告{state}；在{name}停留最久的已 {days} 天。",
            values,
        ),
        (Figure("reports", count, "reports"), Figure("days_in_hand", days, "days")),
        (Link("agencies.agency", holder.key, named(holder)),),
        weight=days + count,
    )
