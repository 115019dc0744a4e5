"""What copying a national measure into a place's draft and editing it there have in common; it reads no wording."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import F

from concerted.foundation.agencies.models import Place

from ... import models as rows
from ...models import Plan, PlanVersion

LEAD, SUPPORT = rows.Responsibility.Role.LEAD, rows.Responsibility.Role.SUPPORT
NO_LEAD_YET = "No local lead named yet / 尚未明确本地牵头部门"
"""Stands in the lead note of a copy whose national leads have no counterpart in the place."""

_BELOW = {
    Place.Level.PROVINCE: Place.Level.PREFECTURE,
    Place.Level.PREFECTURE: Place.Level.COUNTY,
    Place.Level.COUNTY: Place.Level.COUNTY,
}


def own_indicators(plan: Plan, nationals: Mapping[str, rows.Indicator]) -> dict[str, rows.Indicator]:
    """The plan's indicators of the same keys, made where it has none; one it has keeps its own definition."""
    own = {one.key: one for one in plan.indicators.filter(key__in=nationals)}
    definition = [
        f.name
        for f in rows.Indicator._meta.concrete_fields
        if f.name not in ("id", "plan", "reporting_level")
    ]
    level = _BELOW.get(Place.Level(plan.level), Place.Level.COUNTY)
    new = [
        rows.Indicator(plan=plan, reporting_level=level, **{name: getattr(one, name) for name in definition})
        for key, one in nationals.items()
        if key not in own
    ]
    rows.Indicator.objects.bulk_create(new)
    return own | {one.key: one for one in new}


def touch(version: PlanVersion) -> None:
    """Count one more edit of the draft."""
    rows.PlanVersion.objects.filter(pk=version.pk).update(row_version=F("row_version") + 1)
