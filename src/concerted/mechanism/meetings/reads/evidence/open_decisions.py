"""Decisions of earlier meetings that are still open, with their age and how often they were carried over."""

from __future__ import annotations

from django.db import connection

from ...models import Decision
from .proposed import Figure, Link, Pair, Proposed, Scope, both

SOURCE = "open_decision"

#: Decisions adopted or circulated by the day and not ended by it, with their undone items and the agendas they were on.
_OPEN = """
SELECT d.id, (%(on)s - m.held_on) AS age,
  count(a.id) AS items,
  count(a.id) FILTER (WHERE a.ended_on IS NULL OR a.ended_on > %(on)s) AS undone,
  count(a.id) FILTER (WHERE (a.ended_on IS NULL OR a.ended_on > %(on)s) AND EXISTS (
    SELECT 1 FROM obligations_obligation o WHERE o.subject_kind = 'meetings.actionitem' AND o.subject_id = a.id
    AND o.kind IN ('meetings.action', 'meetings.again') AND o.grace_until < %(on)s
    AND (o.met_at IS NULL OR o.met_at >= %(after)s) AND (o.excused_at IS NULL OR o.excused_at >= %(after)s))) AS late,
  (SELECT count(DISTINCT i.meeting_id) FROM meetings_agendaitem i JOIN meetings_meeting c ON c.id = i.meeting_id
   WHERE i.address_kind = 'meetings.decision' AND i.address_key = d.id::text AND c.closed_at < %(after)s
   AND c.id <> %(meeting)s AND i.state IN ('discussed', 'deferred', 'merged')) AS carried
FROM meetings_decision d JOIN meetings_meeting m ON m.id = d.meeting_id
JOIN meetings_series s ON s.id = m.series_id
LEFT JOIN meetings_minutes mi ON mi.meeting_id = m.id
LEFT JOIN meetings_actionitem a ON a.decision_id = d.id AND a.state NOT IN ('struck', 'cancelled')
WHERE s.office_id = %(office)s AND s.place_code = %(place)s AND m.id <> %(meeting)s AND m.closed_at < %(after)s
  AND d.state <> 'struck' AND d.kind IN ('task', 'rule')
  AND (d.ended_on IS NULL OR d.ended_on > %(on)s)
  AND (d.adopted_on <= %(on)s OR mi.circulated_at < %(after)s)
GROUP BY d.id, m.held_on
HAVING count(a.id) FILTER (WHERE a.ended_on IS NULL OR a.ended_on > %(on)s) > 0 OR d.kind = 'task'
ORDER BY age DESC, d.id
"""


def decisions_still_open(scope: Scope) -> list[Proposed]:
    """One item per open decision of this office's earlier meetings, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN,
            {
                "on": scope.on,
                "after": scope.after,
                "meeting": scope.meeting.pk,
                "office": scope.office_id,
                "place": scope.place_code,
            },
        )
        rows = cursor.fetchall()
    found = (
        Decision.objects.select_related("meeting").prefetch_related("touches").in_bulk([r[0] for r in rows])
    )
    return [_item(found[pk], *rest) for pk, *rest in rows if pk in found]


def _item(decision: Decision, age: int, items: int, undone: int, late: int, carried: int) -> Proposed:
    text = Pair(decision.text_en or decision.text_zh, decision.text_zh or decision.text_en)
    number = decision.number or f"#{decision.pk}"
    values = {
        "number": number,
        "text": Pair(_short(text.en, 160), _short(text.zh, 80)),
        "age": age,
        "undone": undone,
        "items": items,
        "late": late,
        "carried": carried,
        "day": decision.meeting.held_on.isoformat(),
    }
    times = both("carried over {carried} times", "已顺延 {carried} 次", values)
    return Proposed(
        SOURCE,
        "meetings.decision",
        str(decision.pk),
        both("Still open: {text}", "尚未办结：{text}", values),
        both(
            "Decision {number} of {day} has been open for {age} days and {times}; {undone} of {items} action items are "
            "not verified, {late} of them overdue.",
            "{day} 第 {number} 号决定已 {age} 天未办结，{times}；"
            "{items} 项议定事项中 {undone} 项未核验，其中逾期 {late} 项。",
            values | {"times": times},
        ),
        (
            Figure("age", age, "days"),
            Figure("carried_over", carried, "meetings"),
            Figure("undone", undone, "action items", items),
            Figure("overdue", late, "action items", undone),
        ),
        (Link("meetings.decision", str(decision.pk), Pair(number, number)),),
        weight=age + 200 * late + 100 * carried,
        measures=tuple(sorted(touch.measure_id for touch in decision.touches.all())),
    )


def _short(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
