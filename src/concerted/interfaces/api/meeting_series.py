"""Series of meetings and who leads them; a series changes only on the version that was read."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.reads import agency_by_key
from concerted.mechanism.meetings.acts import series as series_acts
from concerted.mechanism.meetings.reads import calendar as reads

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
    change,
    changes,
    edit,
    expected_version,
    given,
    makes,
    operation,
)

router = Router(tags=["meetings"])


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


def series_of(request: Call, key: str) -> Any:
    return reads.series_by_key(officer=request.officer, at=request.at, key=key)


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
    return versioned(Series, series_of(request, key))


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
        above=series_of(request, new.above) if new.above else None,
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
    found = series_of(request, key)
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
    rows = reads.chairs_of(officer=request.officer, at=request.at, series=series_of(request, key))
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
        series=series_of(request, key),
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
    series = series_of(request, key)
    chair = reads.chair_by_id(officer=request.officer, at=request.at, pk=pk)
    given(chair if chair.series_id == series.pk else None)
    ended = series_acts.end_chair(
        officer=request.officer, at=request.at, series=series, chair=chair, on=end.on
    )
    return reply(Chair, ended)
