"""The desks that take the public's reports of a place over the API: listed, named, handed over, ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from ninja import Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.cases.acts import desks as acts
from concerted.mechanism.cases.reads import desks as reads

from ..answers import In, Page, Paging, of, read_cursor, reply, write_cursor
from ..call import (
    Call,
    Key,
    PlaceCode,
    PlaceInPath,
    Router,
    answers,
    change,
    changes,
    given,
    makes,
    operation,
)
from .common import agency_of, who

router = Router(tags=["reports of cases"])


class Desk(Schema):
    """Which agency takes the public's reports for a place, and all below it that has no desk."""

    place_code: str
    agency: str = of("agency.key")
    set_at: datetime


class WantedDesks(Paging):
    """Within which place; the nation for all."""

    within: PlaceCode = "000000"


@router.get("/intake-desks", response=answers(Page[Desk]))
@operation(Permission.DIRECTORY_READ)
def list_desks(request: Call, wanted: Query[WantedDesks]) -> Any:
    """Every desk within a place, in order of its code."""
    after = read_cursor(wanted.cursor, str) or ""
    rows = reads.desks_after(**who(request), within=wanted.within, after=after, limit=wanted.limit + 1)
    items = rows[: wanted.limit]
    return {
        "items": items,
        "next": write_cursor(items[-1].place_code) if len(rows) > wanted.limit else None,
    }


@router.get("/intake-desks/{code}", response=answers(Desk))
@operation(Permission.DIRECTORY_READ)
def answering_desk(request: Call, code: PlaceInPath) -> Any:
    """The desk that would take a report of the place now: its own, else the nearest above; 404 where nobody would."""
    return given(reads.desk_of(**who(request), place_code=code))


class NewDesk(In):
    """For which place: within the agency's own, or one in which it lies."""

    place_code: PlaceCode


@router.post("/intake-desks", response=makes(Desk))
@change(Permission.DIRECTORY_EDIT)
def name_desk(request: Call, new: NewDesk) -> HttpResponse:
    """The caller's agency takes the public's reports for the place from now on; 409 while another agency does."""
    made = acts.name_intake_desk(**who(request), place_code=new.place_code)
    return reply(Desk, made, status=201)


class DeskHandedTo(In):
    """Which agency takes the reports from now on: one of the place, with somebody who takes reports."""

    to_agency: Key


@router.post("/intake-desks/{code}/hand-over", response=changes(Desk))
@change(Permission.DIRECTORY_EDIT)
def hand_over_desk(request: Call, code: PlaceInPath, new: DeskHandedTo) -> HttpResponse:
    """Let another agency take the reports of the place; what came in before stays with the caller's."""
    desk = reads.desk_at(**who(request), place_code=code)
    done = acts.hand_over_intake_desk(**who(request), desk=desk, to_agency=agency_of(new.to_agency))
    return reply(Desk, done.desk)


@router.post("/intake-desks/{code}/end", response=changes(Desk))
@change(Permission.DIRECTORY_EDIT)
def end_desk(request: Call, code: PlaceInPath) -> HttpResponse:
    """Take no new reports of the place; the desk nearest above does, and 409 where there is none."""
    desk = reads.desk_at(**who(request), place_code=code)
    return reply(Desk, acts.end_intake_desk(**who(request), desk=desk))
