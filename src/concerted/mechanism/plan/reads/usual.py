"""Puts the plans an officer works with first, for a page that was asked for none; it hides no plan."""

from __future__ import annotations

from collections.abc import Iterable

from concerted.foundation.agencies.models import Officer, Place

from ..models import Plan, ReportingPeriod


def usual_first(plans: Iterable[Plan], *, officer: Officer) -> list[Plan]:
    """The plans kept by the officer's own office, then those of its place, then the nation's, then the others.

    Among equals a plan with an open period comes before one without, and the given order is kept. One query.
    """
    agency = officer.agency
    office, place = (agency.pk, agency.place_code) if agency else (None, "")
    running = set(
        ReportingPeriod.objects.filter(opened_at__isnull=False, closed_at=None).values_list(
            "plan_id", flat=True
        )
    )

    def far(plan: Plan) -> tuple[bool, bool, bool, bool]:
        return (
            plan.office_id != office,
            plan.place_code != place,
            plan.level != Place.Level.NATION,
            plan.pk not in running,
        )

    return sorted(plans, key=far)


def usual_plan(plans: Iterable[Plan], *, officer: Officer) -> Plan | None:
    """The plan a page shows the officer who asked for none; None where there is no plan."""
    return next(iter(usual_first(plans, officer=officer)), None)
