"""Series of meetings, meetings and their seats; the agenda, the session and the minutes have routers of their own."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.reads import agency_by_key
from concerted.mechanism.meetings.acts import calling as acts
from concerted.mechanism.meetings.acts import session as session_acts
from concerted.mechanism.meetings.reads import calendar as reads

from .answers import In, Page, Paging, of, slice_of, versioned
from .call import (
    Call,
    Day,
    Key,
    KeyInPath,
    Line,
    Router,
    Text,
    answers,
    as_read,
    change,
    changes,
    edit,
    expected_version,
    given,
    makes,
    operation,
)
from .meeting_series import series_of

router = Router(tags=["meetings"])
Hour = Annotated[datetime, Field(ge=datetime.fromisoformat("1900-01-01T00:00:00+00:00"))]
Quorum = Annotated[list[Annotated[int, Field(ge=1, le=1000)]], Field(min_length=2, max_length=2)]


class Meeting(Schema):
    """One meeting; a recorded one is known from its source only."""

    key: str
    series: str = of("series.key")
    number: int | None
    title_en: str
    title_zh: str
    state: str
    held_on: date
    date_precision: str
    starts_at: datetime | None
    ends_at: datetime | None
    venue: str
    by_video: bool
    relay_of: str | None = of("relay_of.key", None)
    on_call: bool
    call_reason: str
    partial: bool
    cancel_reason: str
    quorum_met: bool | None
    source: str
    told: dict[str, Any]
    row_version: int
    is_demonstration: bool


def meeting_of(request: Call, key: str) -> Any:
    """The meeting with this key. Raises NotThere."""
    return reads.meeting_by_key(officer=request.officer, at=request.at, key=key)


def on_meeting(request: Call, key: str) -> dict[str, Any]:
    """The officer, the time and the meeting that acts and looks on a meeting take. Raises NotThere."""
    return {"officer": request.officer, "at": request.at, "meeting": meeting_of(request, key)}


def where(meeting: Any) -> str:
    """The address of a meeting."""
    return f"/api/v1/meetings/{meeting.key}"


class MeetingFilter(Paging):
    """What narrows the calendar; empty fields do not. sits: only where the caller's agency sits."""

    series: Key | None = None
    state: Key | None = None
    since: Day | None = None
    until: Day | None = None
    sits: bool = False


@router.get("/meetings", response=answers(Page[Meeting]))
@operation(Permission.MEETING_READ)
def list_meetings(request: Call, wanted: Query[MeetingFilter]) -> Any:
    """Meetings, in order of key."""
    rows = reads.meetings(
        officer=request.officer,
        at=request.at,
        wanted=reads.CalendarFilter(
            series=wanted.series or "",
            state=wanted.state or "",
            since=wanted.since,
            until=wanted.until,
            sits=wanted.sits,
        ),
        limit=5_000,
    )
    return slice_of(sorted(rows, key=lambda one: one.key), wanted, key=lambda one: one.key, kind=str)


@router.get("/meetings/{key}", response=answers(Meeting))
@operation(Permission.MEETING_READ)
def read_meeting(request: Call, key: KeyInPath) -> Any:
    """One meeting."""
    return versioned(Meeting, meeting_of(request, key))


class MeetingFacts(In):
    """Name, day, hours and place of a meeting."""

    held_on: Day
    title_en: Line
    title_zh: Annotated[Line, Field(max_length=200)] = ""
    starts_at: Hour | None = None
    ends_at: Hour | None = None
    venue: Annotated[Line, Field(max_length=200)] = ""
    by_video: bool = False


class NewMeeting(MeetingFacts):
    """A meeting to be put into the calendar. relay_of: the meeting of another series that it shows by video."""

    series: Key
    relay_of: Key | None = None
    on_call: bool = False
    call_reason: Text = ""


@router.post("/meetings", response=makes(Meeting))
@change(Permission.MEETING_CALL)
def plan_meeting(request: Call, new: NewMeeting) -> HttpResponse:
    """Put a meeting into the calendar."""
    made = acts.plan_meeting(
        officer=request.officer,
        at=request.at,
        **new.dict(exclude={"series", "relay_of"}),
        series=series_of(request, new.series),
        relay_of=meeting_of(request, new.relay_of) if new.relay_of else None,
    )
    return versioned(Meeting, made, status=201, location=where(made))


@router.patch("/meetings/{key}", response=changes(Meeting))
@edit(Permission.MEETING_CALL)
def change_meeting(request: Call, key: KeyInPath, new: MeetingFacts) -> HttpResponse:
    """Move or rename a meeting that has not opened."""
    found = meeting_of(request, key)
    changed = acts.change_meeting(
        officer=request.officer,
        at=request.at,
        meeting=found,
        expected_row_version=expected_version(request, found),
        **new.dict(),
    )
    return versioned(Meeting, changed)


class CallOf(In):
    """Which members to call; null calls every member of the register of the day."""

    only: Annotated[list[Key], Field(max_length=200)] | None = None


@router.post("/meetings/{key}/call", response=changes(Meeting))
@change(Permission.MEETING_CALL, conditional=True)
def call_meeting(request: Call, key: KeyInPath, call: CallOf) -> HttpResponse:
    """Call the members."""
    only = [given(agency_by_key(one)) for one in call.only] if call.only else None
    called = acts.call_meeting(
        officer=request.officer, at=request.at, meeting=as_read(request, meeting_of(request, key)), only=only
    )
    return versioned(Meeting, called)


class Why(In):
    """The reason of a step."""

    reason: Text


@router.post("/meetings/{key}/cancellation", response=changes(Meeting))
@change(Permission.MEETING_CALL, conditional=True)
def cancel_meeting(request: Call, key: KeyInPath, why: Why) -> HttpResponse:
    """Cancel a meeting that has not opened."""
    cancelled = acts.cancel_meeting(
        officer=request.officer,
        at=request.at,
        meeting=as_read(request, meeting_of(request, key)),
        reason=why.reason,
    )
    return versioned(Meeting, cancelled)


@router.post("/meetings/{key}/opening", response=changes(Meeting))
@change(Permission.MEETING_RUN, conditional=True)
def open_meeting(request: Call, key: KeyInPath) -> HttpResponse:
    """Open a called meeting on its day or later."""
    opened = session_acts.open_meeting(
        officer=request.officer, at=request.at, meeting=as_read(request, meeting_of(request, key))
    )
    return versioned(Meeting, opened)


@router.post("/meetings/{key}/closing", response=changes(Meeting))
@change(Permission.MEETING_RUN, conditional=True)
def close_meeting(request: Call, key: KeyInPath) -> HttpResponse:
    """Close the meeting; it is closed once."""
    closed = session_acts.close_meeting(
        officer=request.officer, at=request.at, meeting=as_read(request, meeting_of(request, key))
    )
    return versioned(Meeting, closed)
