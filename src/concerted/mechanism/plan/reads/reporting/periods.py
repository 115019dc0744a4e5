"""Reads the plans that are reported on, their periods, exceptions and snapshots."""

from __future__ import annotations

from datetime import date

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    When,
)

from concerted.foundation.access.policy import OFFICES
from concerted.foundation.agencies.models import Officer, Place

from ...models import (
    LockException,
    Measure,
    PeriodSnapshot,
    Plan,
    PlanVersion,
    ReportingPeriod,
)

#: An id no agency has: nothing is found for an officer who acts for none.
NO_AGENCY = 0


def version_for(plan: Plan) -> PlanVersion | None:
    """The version of the plan in force, or None."""
    return plan.versions.filter(state=PlanVersion.State.ADOPTED).first()


def plans_with_reporting() -> list[Plan]:
    """Plans with a version in force, national first."""
    return list(
        Plan.objects.filter(
            Exists(PlanVersion.objects.filter(plan=OuterRef("pk"), state=PlanVersion.State.ADOPTED))
        )
        .select_related("office")
        .order_by(
            Case(When(level=Place.Level.NATION, then=0), default=1, output_field=IntegerField()),
            "place_code",
            "key",
        )
    )


def plan_by_key(key: str) -> Plan | None:
    """The plan with this key, or None."""
    return Plan.objects.select_related("office").filter(key=key).first()


def measure_by_id(pk: int) -> Measure | None:
    """The measure with its version, plan and strand, or None."""
    return Measure.objects.select_related("version__plan__office", "strand").filter(pk=pk).first()


def period_by_id(pk: int) -> ReportingPeriod | None:
    """The period with its plan and office, or None."""
    return ReportingPeriod.objects.select_related("plan__office").filter(pk=pk).first()


def period_by_key(*, plan_key: str, key: str) -> ReportingPeriod | None:
    """The period of the plan with this key, or None."""
    return ReportingPeriod.objects.select_related("plan__office").filter(plan__key=plan_key, key=key).first()


def periods_of(plan: Plan) -> list[ReportingPeriod]:
    """The plan's periods in the order of time, each with its number of snapshots."""
    return list(
        plan.periods.select_related("plan__office")
        .annotate(snapshot_count=Count("snapshots"))
        .order_by("starts")
    )


def current_period(plan: Plan, *, on: date) -> ReportingPeriod | None:
    """The period reports are written for on the day: the newest open one that takes reports by then, else the
    newest open one that has begun, else the newest that has ended, else the first.
    """
    periods = periods_of(plan)
    begun = [p for p in periods if p.opened_at and not p.closed_at and p.starts <= on]
    opened = [p for p in begun if p.opens <= on] or begun
    ended = [p for p in periods if p.ends < on]
    return opened[-1] if opened else ended[-1] if ended else periods[0] if periods else None


def period_state(period: ReportingPeriod) -> str:
    """planned, open or closed."""
    if period.closed_at:
        return "closed"
    return "open" if period.opened_at else "planned"


def previous_period(period: ReportingPeriod) -> ReportingPeriod | None:
    """The period of the same plan and kind that ended last before this one began."""
    return (
        ReportingPeriod.objects.filter(plan_id=period.plan_id, kind=period.kind, ends__lt=period.starts)
        .order_by("-ends")
        .first()
    )


def exceptions_of(plan: Plan) -> list[LockException]:
    """Exceptions granted to closed periods of the plan, newest first."""
    return list(
        LockException.objects.filter(period__plan=plan)
        .select_related("period", "agency", "granted_by")
        .order_by("-granted_at")
    )


def exception_by_id(pk: int) -> LockException | None:
    """The exception with its period and plan, or None."""
    return LockException.objects.select_related("period__plan__office", "agency").filter(pk=pk).first()


def snapshots_of(period: ReportingPeriod) -> list[PeriodSnapshot]:
    """The snapshots of the period in the order of their numbers."""
    return list(period.snapshots.order_by("number"))


def is_locked(*, period: ReportingPeriod, agency_id: int | None, on: date) -> bool:
    """Whether the agency cannot write in the period on the day: not opened, or closed and not excepted."""
    if period.opened_at is None:
        return True
    excepted = period.lock_exceptions.filter(agency_id=agency_id or NO_AGENCY, until__gte=on, ended_at=None)
    return period.closed_at is not None and not excepted.exists()


def keeps_plans(officer: Officer) -> list[Plan]:
    """The plans whose office is the officer's agency, if the officer's post is an office's."""
    if officer.acting is None or officer.acting.post.function not in OFFICES:
        return []
    return list(
        Plan.objects.filter(office_id=officer.agency_id).select_related("office").order_by("level", "key")
    )
