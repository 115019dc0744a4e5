"""Overdue and escalated obligations by office: one item per agency of the meeting's own tier, one per area below it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from concerted.foundation.agencies.models import Agency, Place

from .proposed import Figure, Link, Pair, Proposed, Scope, both, named

SOURCE = "overdue"

#: Overdue on the day and by whom, with how many steps of a ladder were taken; set-based, whatever the size.
_OVERDUE = """
WITH climbed AS (
  SELECT obligation_id, max(step) AS steps, bool_or(level = 'agenda') AS at_agenda
  FROM obligations_obligationevent WHERE what = 'escalated' AND at < %(after)s GROUP BY obligation_id
), late AS (
  SELECT o.id, o.owner_id, o.grace_until, c.steps, coalesce(c.at_agenda, false) AS at_agenda
  FROM obligations_obligation o LEFT JOIN climbed c ON c.obligation_id = o.id
  WHERE o.grace_until < %(on)s AND o.opens <= %(on)s
    AND (o.met_at IS NULL OR o.met_at >= %(after)s)
    AND (o.excused_at IS NULL OR o.excused_at >= %(after)s)
    AND (o.closed_at IS NULL OR o.closed_at >= %(after)s)
), by_owner AS (
  SELECT owner_id, count(*) AS overdue, count(steps) AS escalated,
         count(*) FILTER (WHERE at_agenda) AS at_agenda, max(%(on)s - grace_until) AS oldest
  FROM late GROUP BY owner_id
)
SELECT CASE WHEN a.place_code = %(place)s THEN a.id END AS agency,
       CASE WHEN a.place_code = %(place)s THEN '' ELSE rpad(left(a.place_code, %(digits)s), 6, '0') END AS area,
       sum(b.overdue)::int, sum(b.escalated)::int, sum(b.at_agenda)::int, max(b.oldest)::int, count(*)::int
FROM by_owner b JOIN agencies_agency a ON a.id = b.owner_id
WHERE left(a.place_code, %(length)s) = %(prefix)s
GROUP BY 1, 2
"""


@dataclass(frozen=True)
class _Late:
    agency: int | None
    area: str
    overdue: int
    escalated: int
    at_agenda: int
    oldest: int
    offices: int


def overdue_by_office(scope: Scope) -> list[Proposed]:
    """One item per agency at the meeting's own place and per area directly below that has something overdue."""
    late = _read(scope)
    agencies = Agency.objects.in_bulk([one.agency for one in late if one.agency is not None])
    areas = _areas([one.area for one in late if one.area], scope)
    return [
        _agency_item(one, agencies[one.agency]) if one.agency is not None else _area_item(one, areas)
        for one in late
    ]


def _read(scope: Scope) -> list[_Late]:
    with connection.cursor() as cursor:
        cursor.execute(
            _OVERDUE,
            {
                "on": scope.on,
                "after": scope.after,
                "place": scope.place_code,
                "prefix": scope.prefix,
                "length": len(scope.prefix),
                "digits": min(len(scope.prefix) + 2, 6),
            },
        )
        return [_Late(*row) for row in cursor.fetchall()]


def _areas(codes: list[str], scope: Scope) -> dict[str, Place]:
    found = Place.objects.standing(scope.on).filter(code__in=codes).order_by("code", "valid_from")
    return {place.code: place for place in found}


def _agency_item(one: _Late, agency: Agency) -> Proposed:
    return _item(one, "agencies.agency", agency.key, named(agency))


def _area_item(one: _Late, areas: dict[str, Place]) -> Proposed:
    place = areas.get(one.area)
    return _item(one, "agencies.place", one.area, named(place) if place else Pair(one.area, one.area))


def _item(one: _Late, kind: str, key: str, name: Pair) -> Proposed:
    values = {"name": name, "n": one.overdue, "e": one.escalated, "days": one.oldest, "offices": one.offices}
    whose = both(" of {offices} offices", "（涉及 {offices} 个单位）", values) if one.area else Pair("", "")
    reason = both(
        "{n} obligations{whose} are overdue, the oldest by {days} days past its grace; {e} have been escalated.",
        "逾期事项 {n} 项{whose}，最长已超过宽限期 {days} 天；其中 {e} 项已逐级督办。",
        values | {"whose": whose},
    )
    return Proposed(
        SOURCE,
        kind,
        key,
        both("Overdue obligations: {name}", "逾期事项：{name}", values),
        reason,
        (
            Figure("overdue", one.overdue, "obligations"),
            Figure("escalated", one.escalated, "obligations", one.overdue),
            Figure("oldest", one.oldest, "days"),
            Figure("offices", one.offices, "offices"),
        ),
        (Link(kind, key, name),),
        weight=one.overdue + 3 * one.escalated + 10 * one.at_agenda + one.oldest // 10,
    )
