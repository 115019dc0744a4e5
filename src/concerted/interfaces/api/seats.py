"""Seats of a meeting: who is called, who sits, who came; the rest of a meeting is in meetings."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.reads import agency_by_key
from concerted.mechanism.meetings.acts import calling as acts
from concerted.mechanism.meetings.acts import session as session_acts
from concerted.mechanism.meetings.reads import session as session_reads

from .answers import In, Page, Paging, of, slice_of, versioned
from .call import (
    Call,
    InPath,
    Key,
    KeyInPath,
    Line,
    Router,
    Text,
    answers,
    change,
    changes,
    edit,
    expected_version,
    given,
    makes,
    operation,
)
from .meetings import Meeting, on_meeting

router = Router(tags=["meetings"])


class MeetingSeat(Schema):
    """An agency's seat in one meeting and how it was taken."""

    id: int
    agency: str = of("agency.key")
    role: str
    person: str
    person_title: str
    substitute: str
    substitute_title: str
    attendance: str
    left_register: bool
    note: str
    row_version: int


@router.get("/meetings/{key}/seats", response=answers(Page[MeetingSeat]))
@operation(Permission.MEETING_READ)
def list_seats(request: Call, key: KeyInPath, paging: Query[Paging]) -> Any:
    """The seats of a meeting."""
    seats = session_reads.room(**on_meeting(request, key)).seats
    return slice_of(sorted(seats, key=lambda one: one.pk), paging, key=lambda one: one.pk, kind=int)


@router.post("/meetings/{key}/seats/refresh", response=changes(Meeting))
@change(Permission.MEETING_CALL)
def refresh_seats(request: Call, key: KeyInPath) -> HttpResponse:
    """Let the seats follow the register of the day of the meeting."""
    found = acts.refresh_seats(**on_meeting(request, key))
    return versioned(Meeting, found)


class Invitation(In):
    """An agency that is no member, and as what it comes."""

    agency: Key
    role: Literal["observer", "invited"] = "observer"


@router.post("/meetings/{key}/seats", response=makes(MeetingSeat))
@change(Permission.MEETING_CALL)
def invite(request: Call, key: KeyInPath, new: Invitation) -> HttpResponse:
    """Give an agency that is no member a seat."""
    made = acts.invite(
        **on_meeting(request, key),
        agency=given(agency_by_key(new.agency)),
        role=new.role,
    )
    return versioned(MeetingSeat, made, status=201, location=f"/api/v1/meeting-seats/{made.pk}")


def _seat(request: Call, pk: int) -> Any:
    return session_reads.seat_by_id(officer=request.officer, at=request.at, pk=pk)


@router.get("/meeting-seats/{pk}", response=answers(MeetingSeat))
@operation(Permission.MEETING_READ)
def read_seat(request: Call, pk: InPath) -> Any:
    """One seat."""
    return versioned(MeetingSeat, _seat(request, pk))


class Filling(In):
    """Who sits, and who instead."""

    person: Annotated[Line, Field(max_length=120)]
    person_title: Annotated[Line, Field(max_length=160)] = ""
    substitute: Annotated[Line, Field(max_length=120)] = ""
    substitute_title: Annotated[Line, Field(max_length=160)] = ""


@router.patch("/meeting-seats/{pk}", response=changes(MeetingSeat))
@edit(Permission.SEAT_FILL)
def fill_seat(request: Call, pk: InPath, new: Filling) -> HttpResponse:
    """Say who sits for an agency."""
    found = _seat(request, pk)
    filled = acts.fill_seat(
        officer=request.officer,
        at=request.at,
        seat=found,
        expected_row_version=expected_version(request, found),
        **new.dict(),
    )
    return versioned(MeetingSeat, filled)


class Came(In):
    """How a seat was taken, and by whom where it is somebody else than was named before."""

    attendance: Literal["expected", "present", "by_video", "substitute", "apologies", "absent"]
    person: Annotated[Line, Field(max_length=120)] = ""
    person_title: Annotated[Line, Field(max_length=160)] = ""
    note: Text = ""


@router.post("/meeting-seats/{pk}/attendance", response=changes(MeetingSeat))
@change(Permission.MEETING_RUN, conditional=True)
def take_attendance(request: Call, pk: InPath, came: Came) -> HttpResponse:
    """Record how a seat was taken."""
    found = _seat(request, pk)
    taken = session_acts.take_attendance(
        officer=request.officer,
        at=request.at,
        seat=found,
        expected_row_version=expected_version(request, found),
        **came.dict(),
    )
    return versioned(MeetingSeat, taken)
