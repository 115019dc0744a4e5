"""The schedule of retention over the API: whose day has come, and requests for those; it erases nothing."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.cases.acts.retention import ask_by_schedule
from concerted.mechanism.cases.reads.retention import schedule_dry_run

from ..answers import In, of, reply
from ..call import Call, Id, Router, answers, change, makes, operation
from .common import who

router = Router(tags=["retention and erasure"])


class DueLine(Schema):
    """One record under its rule: from which day it may go, how many holds stand, what else on its cases holds it back
    (legal_hold, review), whether it was asked for."""

    person: int = of("person.pk")
    rule: str = of("rule.key")
    event_on: date
    first_day: date
    holds: int
    held: list[str]
    is_asked: bool


class Schedule(Schema):
    """What the schedule lets go today; without_a_day: records that wait for the day a sentence was served."""

    lines: list[DueLine]
    without_a_day: int
    has_more: bool


@router.get("/retention-schedule", response=answers(Schedule))
@operation(Permission.ERASURE_REQUEST)
def read_schedule(request: Call) -> Any:
    """The records of the caller's agency whose day has come; a dry run, nothing is changed."""
    return schedule_dry_run(**who(request))


class Chosen(In):
    """Which records."""

    persons: Annotated[list[Id], Field(min_length=1, max_length=200)]


class AskedFor(Schema):
    """The requests made, and how many of the records were left out: not due, held, or asked for before."""

    requests: list[int]
    left_out: int


@router.post("/retention-schedule/requests", response=makes(AskedFor))
@change(Permission.ERASURE_REQUEST)
def ask_scheduled(request: Call, new: Chosen) -> HttpResponse:
    """Ask for the erasure of those that the schedule lets go today; a second officer decides on each."""
    asked = ask_by_schedule(**who(request), persons=new.persons)
    told = {"requests": [one.pk for one in asked.requests], "left_out": asked.left_out}
    return reply(AskedFor, told, status=201)
