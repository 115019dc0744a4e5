"""Series of meetings, meetings and their seats; the agenda, the session and the minutes have routers of their own."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.reads import agency_by_key
from concerted.mechanism.meetings.acts import calling as acts
from concerted.mechanism.meetings.acts import series as series_acts
from concerted.mechanism.meetings.acts import session as session_acts
from concerted.mechanism.meetings.reads import calendar as reads
from concerted.mechanism.meetings.reads import session as session_reads

from .answers import In, Page, Paging, of, reply, slice_of, versioned
from .call import (
    Call,
    Day,
    InPath,
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

router = Router(tags=["meetings"])
Hour = Annotated[datetime, Field(ge=datetime.fromisoformat("1900-01-01T00:00:00+00:00"))]
Quorum = Annotated[list[Annotated[int, Field(ge=1, le=1000)]], Field(min_length=2, max_length=2)]


class Series(Schema):
    """Meetings of one body at one tier and place; members come from the register on the day of each."""

    key: str
    kind: str
    level: str
    place_code: str
    title_en: str
    title_zh: str
    office: str = of("office.key")
    above: str | None = of("above.key", None)
    per_year: int | None
    quorum_part: int | None
    quorum_of: int | None
    quorum_rule: str
    source: str
    row_version: int
    is_demonstration: bool


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


def meeting_of(request: Call, key: str) -> Any:
    """The meeting with this key. Raises NotThere."""
    return reads.meeting_by_key(officer=request.officer, at=request.at, key=key)


def _series(request: Call, key: str) -> Any:
    return reads.series_by_key(officer=request.officer, at=request.at, key=key)


def where(meeting: Any) -> str:
    """The address of a meeting."""
    return f"/api/v1/meetings/{meeting.key}"


@router.get("/meeting-series", response=answers(Page[Series]))
@operation(Permission.MEETING_READ)
def list_series(request: Call, paging: Query[Paging]) -> Any:
    """Every series, in order of key."""
    rows = sorted(reads.series_list(officer=request.officer, at=request.at), key=lambda one: one.key)
    return slice_of(rows, paging, key=lambda one: one.key, kind=str)


@router.get("/meeting-series/{key}", response=answers(Series))
@operation(Permission.MEETING_READ)
def read_series(request: Call, key: KeyInPath) -> Any:
    """One series."""
    return versioned(Series, _series(request, key))


class NewSeries(In):
    """A series to be opened at the tier and place of the caller's agency. quorum: so many of so many."""

    key: Key
    kind: Literal["plenary", "office", "liaison"]
    title_en: Line
    title_zh: Line = ""
    above: Key | None = None
    per_year: Annotated[int, Field(ge=1, le=366)] | None = None
    quorum: Quorum | None = None
    quorum_rule: Text = ""


@router.post("/meeting-series", response=makes(Series))
@change(Permission.SERIES_KEEP)
def open_series(request: Call, new: NewSeries) -> HttpResponse:
    """Open a series."""
    made = series_acts.open_series(
        officer=request.officer,
        at=request.at,
        **new.dict(exclude={"above", "quorum"}),
        above=_series(request, new.above) if new.above else None,
        quorum=(new.quorum[0], new.quorum[1]) if new.quorum else None,
    )
    return versioned(Series, made, status=201, location=f"/api/v1/meeting-series/{made.key}")


class SeriesChange(In):
    """How a series is called, how often it meets, and its quorum."""

    title_en: Line
    title_zh: Line = ""
    per_year: Annotated[int, Field(ge=1, le=366)] | None = None
    quorum: Quorum | None = None
    quorum_rule: Text = ""


@router.patch("/meeting-series/{key}", response=changes(Series))
@edit(Permission.SERIES_KEEP)
def change_series(request: Call, key: KeyInPath, new: SeriesChange) -> HttpResponse:
    """Change a series."""
    found = _series(request, key)
    changed = series_acts.edit_series(
        officer=request.officer,
        at=request.at,
        series=found,
        expected_row_version=expected_version(request, found),
        **new.dict(exclude={"quorum"}),
        quorum=(new.quorum[0], new.quorum[1]) if new.quorum else None,
    )
    return versioned(Series, changed)


class Chair(Schema):
    """Who leads a series between two days."""

    id: int
    role: str
    agency: str = of("agency.key")
    title_en: str
    title_zh: str
    valid_from: date
    valid_to: date | None
    source: str


@router.get("/meeting-series/{key}/chairs", response=answers(Page[Chair]))
@operation(Permission.MEETING_READ)
def list_chairs(request: Call, key: KeyInPath, paging: Query[Paging]) -> Any:
    """Convenors, deputies and heads of office, of every time."""
    rows = reads.chairs_of(officer=request.officer, at=request.at, series=_series(request, key))
    return slice_of(sorted(rows, key=lambda one: one.pk), paging, key=lambda one: one.pk, kind=int)


class NewChair(In):
    """Who leads from a day on; a new convenor or head of office ends the one before."""

    role: Literal["convenor", "deputy", "office_head"]
    agency: Key
    valid_from: Day
    title_en: Line = ""
    title_zh: Annotated[Line, Field(max_length=80)] = ""
    source: Text = ""


@router.post("/meeting-series/{key}/chairs", response=makes(Chair))
@change(Permission.SERIES_KEEP)
def name_chair(request: Call, key: KeyInPath, new: NewChair) -> HttpResponse:
    """Name who leads a series."""
    made = series_acts.set_chair(
        officer=request.officer,
        at=request.at,
        series=_series(request, key),
        **{**new.dict(), "agency": given(agency_by_key(new.agency)), "title_en": new.title_en[:160]},
    )
    return reply(Chair, made, status=201, location=f"/api/v1/meeting-series/{key}/chairs")


class End(In):
    """The day on which it ends."""

    on: Day


@router.post("/meeting-series/{key}/chairs/{pk}/end", response=changes(Chair))
@change(Permission.SERIES_KEEP)
def end_chair(request: Call, key: KeyInPath, pk: InPath, end: End) -> HttpResponse:
    """End somebody's time at the head of a series."""
    series = _series(request, key)
    chair = reads.chair_by_id(officer=request.officer, at=request.at, pk=pk)
    given(chair if chair.series_id == series.pk else None)
    ended = series_acts.end_chair(
        officer=request.officer, at=request.at, series=series, chair=chair, on=end.on
    )
    return reply(Chair, ended)


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
        series=_series(request, new.series),
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


@router.get("/meetings/{key}/seats", response=answers(Page[MeetingSeat]))
@operation(Permission.MEETING_READ)
def list_seats(request: Call, key: KeyInPath, paging: Query[Paging]) -> Any:
    """The seats of a meeting."""
    seats = session_reads.room(officer=request.officer, at=request.at, meeting=meeting_of(request, key)).seats
    return slice_of(sorted(seats, key=lambda one: one.pk), paging, key=lambda one: one.pk, kind=int)


@router.post("/meetings/{key}/seats/refresh", response=changes(Meeting))
@change(Permission.MEETING_CALL)
def refresh_seats(request: Call, key: KeyInPath) -> HttpResponse:
    """Let the seats follow the register of the day of the meeting."""
    found = acts.refresh_seats(officer=request.officer, at=request.at, meeting=meeting_of(request, key))
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
        officer=request.officer,
        at=request.at,
        meeting=meeting_of(request, key),
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
