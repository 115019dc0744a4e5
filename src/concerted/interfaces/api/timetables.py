"""A version in time: which measure waits for which, the critical path and the slack; it changes nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.plan.reads import dependencies as timed
from concerted.mechanism.plan.reads import documents as reads

from .answers import of
from .call import (
    Call,
    InPath,
    Router,
    answers,
    given,
    operation,
)

router = Router(tags=["plans"])


class TimedMeasure(Schema):
    """A measure in time: dates as written, as its dependencies allow, and its slack.

    slack_days: the days its beginning can slip before its own deadline, or that of a measure that waits for it,
    cannot be kept; negative where one cannot be kept already; null where it waits for nothing and nothing for it.
    """

    measure: int = of("measure.pk")
    key: str = of("measure.key")
    starts: date
    ends: date
    is_dated: bool
    earliest_start: date
    earliest_end: date
    latest_end: date
    slack_days: int | None
    is_critical: bool
    is_squeezed: bool


class Link(Schema):
    """`measure` starts only `lag_days` after `needs` has finished."""

    measure: str
    needs: str
    lag_days: int


class Timetable(Schema):
    """Every measure of a version in time; `chain` are the keys of the critical path."""

    starts: date
    ends: date
    rows: list[TimedMeasure]
    chain: list[str]


@router.get("/versions/{pk}/timetable", response=answers(Timetable))
@operation(Permission.PLAN_READ)
def read_timetable(request: Call, pk: InPath) -> Any:
    """The critical path and the slack; absent where the version's period was not read."""
    return given(timed.timetable(reads.version_by_id(pk)))


@router.get("/versions/{pk}/dependencies", response=answers(list[Link]))
@operation(Permission.PLAN_READ)
def list_dependencies(request: Call, pk: InPath) -> Any:
    """Which measure of the version waits for which."""
    return [
        {"measure": one.measure.key, "needs": one.needs.key, "lag_days": one.lag_days}
        for one in timed.dependencies_of(reads.version_by_id(pk))
    ]
