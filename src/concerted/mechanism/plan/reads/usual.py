"""Puts the plans an officer works with first, for a page that was asked for none; it hides no plan."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Max, Q
from django.utils import timezone

from concerted.foundation.agencies.models import Officer, Place

from ..models import Plan, ReportingPeriod


def usual_first(plans: Iterable[Plan], *, officer: Officer, on: date | None = None) -> list[Plan]:
    """The plans kept by the officer's own office, then those of its place, then the nation's, then the others.

    Among equals a plan with an open period comes before one without, then that whose newest period that was ever
    opened starts last; the given order decides what is left. on: as it stood at the end of the day. One query,
    none for a single plan.
    """
    given = list(plans)
    if len(given) < 2:
        return given
    agency = officer.agency
    office, place = (agency.pk, agency.place_code) if agency else (None, "")
    worked = _reporting_under(given, on)

    def far(plan: Plan) -> tuple[bool, bool, bool, bool, int]:
        running, latest = worked.get(plan.pk, (0, date.min))
        return (
            plan.office_id != office,
            plan.place_code != place,
            plan.level != Place.Level.NATION,
            not running,
            -latest.toordinal(),
        )

    return sorted(given, key=far)


def _reporting_under(plans: Iterable[Plan], on: date | None) -> dict[int, tuple[int, date]]:
    """How many open periods each plan has, and when the newest ever opened starts."""
    opened = ReportingPeriod.objects.filter(plan__in=[plan.pk for plan in plans], opened_at__isnull=False)
    still = Q(closed_at=None)
    if on is not None:
        opened = opened.filter(opened_at__lt=end_of(on))
        still |= Q(closed_at__gte=end_of(on))
    rows = (
        opened.order_by().values("plan_id").annotate(running=Count("pk", filter=still), latest=Max("starts"))
    )
    return {row["plan_id"]: (row["running"], row["latest"]) for row in rows}


def end_of(day: date) -> datetime:
    """The first moment after the day."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def usual_plan(plans: Iterable[Plan], *, officer: Officer, on: date | None = None) -> Plan | None:
    """The plan a page shows the officer who asked for none; None where there is no plan."""
    return next(iter(usual_first(plans, officer=officer, on=on)), None)
