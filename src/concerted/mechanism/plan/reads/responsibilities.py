"""Reads which measures an agency answers for; never who reported what."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from concerted.foundation.agencies.models import Agency

from ..models import PlanVersion, Responsibility


def responsibilities_of(*, agency: Agency, on: date) -> list[Responsibility]:
    """The agency's parts in measures of plans in force, leads first; one query, with measure and plan."""
    return list(
        Responsibility.objects.filter(agency=agency, measure__version__state=PlanVersion.State.ADOPTED)
        .filter(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gt=on))
        .select_related("measure__version__plan")
        .order_by("role", "measure__version_id", "measure__position")
    )
