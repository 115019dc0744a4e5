"""Reporting periods: calendar, opening, closing, snapshots, dated exceptions and the board; computes no lateness."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Field, Schema

from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.reads import agency_by_key
from concerted.mechanism.plan.acts import periods as acts
from concerted.mechanism.plan.reads import reporting as reads

from .answers import In, of, reply
from .call import (
    Call,
    Day,
    InPath,
    Key,
    KeyInPath,
    Router,
    Text,
    answers,
    change,
    changes,
    given,
    makes,
    operation,
)

router = Router(tags=["periods"])


class Period(Schema):
    """One span of a plan's reporting calendar."""

    id: int
    plan: str = of("plan.key")
    key: str
    kind: str
    starts: date
    ends: date
    opens: date
    due: date
    grace_until: date
    opened_at: datetime | None
    closed_at: datetime | None
    state: str

    @staticmethod
    def resolve_state(thing: Any) -> str:
        """Planned, open or closed."""
        return reads.period_state(thing)


@router.get("/plans/{key}/periods", response=answers(list[Period]))
@operation(Permission.PLAN_READ)
def list_periods(request: Call, key: KeyInPath) -> Any:
    """The plan's periods in the order of time."""
    return reads.periods_of(given(reads.plan_by_key(key)))


class NewCalendar(In):
    """Periods of one kind from a day to a day, both inclusive."""

    kind: Literal["quarter", "half_year", "year"]
    first: Day
    last: Day
    due_working_days: int = Field(15, ge=0, le=250)


@router.post("/plans/{key}/periods", response=makes(list[Period]))
@change(Permission.PERIOD_OPEN)
def make_calendar(request: Call, key: KeyInPath, new: NewCalendar) -> HttpResponse:
    """Lay out the plan's periods; those there are stay."""
    plan = given(reads.plan_by_key(key))
    acts.make_calendar(officer=request.officer, at=request.at, plan=plan, **new.dict())
    return reply(list[Period], reads.periods_of(plan), status=201)


@router.get("/periods/{pk}", response=answers(Period))
@operation(Permission.PLAN_READ)
def read_period(request: Call, pk: InPath) -> Any:
    """One period."""
    return given(reads.period_by_id(pk))


class Opened(Schema):
    """How many obligations opening the period raised."""

    period: int
    obligations: int


@router.post("/periods/{pk}/opening", response=changes(Opened))
@change(Permission.PERIOD_OPEN)
def open_period(request: Call, pk: InPath) -> HttpResponse:
    """Raise what is owed for the period; opening again raises only what is new."""
    raised = acts.open_period(officer=request.officer, at=request.at, period=given(reads.period_by_id(pk)))
    return reply(Opened, {"period": pk, "obligations": len(raised)})


class Snapshot(Schema):
    """What stood when a period was closed, under its SHA-256."""

    number: int
    taken_at: datetime
    content_hash: str
    silent: int
    expected: int


class WholeSnapshot(Snapshot):
    """A snapshot with its content."""

    content: dict[str, Any]


@router.post("/periods/{pk}/closing", response=makes(Snapshot))
@change(Permission.PERIOD_CLOSE)
def close_period(request: Call, pk: InPath) -> HttpResponse:
    """Freeze what stands and flag the silent; the period locks."""
    made = acts.close_period(officer=request.officer, at=request.at, period=given(reads.period_by_id(pk)))
    return reply(Snapshot, made, status=201, location=f"/api/v1/periods/{pk}/snapshots/{made.number}")


@router.get("/periods/{pk}/snapshots", response=answers(list[Snapshot]))
@operation(Permission.PLAN_READ)
def list_snapshots(request: Call, pk: InPath) -> Any:
    """The snapshots of the period in the order of their numbers."""
    return reads.snapshots_of(given(reads.period_by_id(pk)))


@router.get("/periods/{pk}/snapshots/{number}", response=answers(WholeSnapshot))
@operation(Permission.PLAN_READ)
def read_snapshot(request: Call, pk: InPath, number: InPath) -> Any:
    """One snapshot with everything it froze."""
    found = reads.snapshots_of(given(reads.period_by_id(pk)))
    return given(next((one for one in found if one.number == number), None))


class LockException(Schema):
    """A closed period stays open for one agency until the end of a day."""

    id: int
    period: int = of("period_id")
    agency: str = of("agency.key")
    until: date
    reason: str
    granted_at: datetime
    ended_at: datetime | None


@router.get("/periods/{pk}/lock-exceptions", response=answers(list[LockException]))
@operation(Permission.PLAN_READ)
def list_exceptions(request: Call, pk: InPath) -> Any:
    """The exceptions granted to the period, newest first."""
    period = given(reads.period_by_id(pk))
    return [one for one in reads.exceptions_of(period.plan) if one.period_id == pk]


class NewException(In):
    """For which agency, until which day, and why."""

    agency: Key
    until: Day
    reason: Text


@router.post("/periods/{pk}/lock-exceptions", response=makes(LockException))
@change(Permission.LOCK_EXCEPT)
def grant_exception(request: Call, pk: InPath, new: NewException) -> HttpResponse:
    """Let one agency write in a closed period until the end of a day."""
    made = acts.grant_lock_exception(
        officer=request.officer,
        at=request.at,
        period=given(reads.period_by_id(pk)),
        agency=given(agency_by_key(new.agency)),
        until=new.until,
        reason=new.reason,
    )
    return reply(LockException, made, status=201)


@router.post("/lock-exceptions/{pk}/end", response=changes(LockException))
@change(Permission.LOCK_EXCEPT)
def end_exception(request: Call, pk: InPath) -> HttpResponse:
    """End an exception before its day."""
    exception = given(reads.exception_by_id(pk))
    return reply(
        LockException,
        acts.end_lock_exception(officer=request.officer, at=request.at, exception=exception),
    )


class Claim(Schema):
    """One report owed for a period and what stands of it."""

    measure: int = of("measure.pk")
    measure_key: str = of("measure.key")
    agency: str = of("agency.key")
    obligation: int = of("obligation.pk")
    due: date = of("obligation.due")
    report: int | None = of("report.pk", None)
    state: str
    silent: bool


@router.get("/periods/{pk}/board", response=answers(list[Claim]))
@operation(Permission.OBLIGATION_READ)
def read_board(request: Call, pk: InPath) -> Any:
    """Every report owed for the period, in the order of the plan."""
    return reads.standing_by_claim(period=given(reads.period_by_id(pk)), on=request.at.date())
