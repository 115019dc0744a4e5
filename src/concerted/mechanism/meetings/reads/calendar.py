"""The calendar of meetings at every tier, past and to come; it opens no agenda."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer, significant_digits

from ..models import Chair, Meeting, Series


@dataclass(frozen=True)
class CalendarFilter:
    """Which meetings are shown; what is empty does not narrow. series: key; state: of a meeting; place: a code."""

    series: str = ""
    level: str = ""
    place: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None
    sits: bool = False


@look(Permission.MEETING_READ)
def series_list(*, officer: Officer, at: datetime) -> list[Series]:
    """Every series with its office and how many meetings it has, the nation's first."""
    found = Series.objects.select_related("office", "above").annotate(held=Count("meetings"))
    order = ("nation", "province", "prefecture", "county")
    return sorted(found, key=lambda one: (order.index(one.level), one.place_code, one.key))


@look(Permission.MEETING_READ)
def series_by_key(*, officer: Officer, at: datetime, key: str) -> Series:
    """The series with this key. Raises NotThere."""
    found = Series.objects.select_related("office", "above").filter(key=key).first()
    if found is None:
        raise NotThere(_("There is no such series of meetings."), where=key)
    return found


@look(Permission.MEETING_READ)
def chairs_of(*, officer: Officer, at: datetime, series: Series, on: date | None = None) -> list[Chair]:
    """Who leads the series, on a day or at any time: convenor, deputies, head of office."""
    found = series.chairs.select_related("agency", "officer")
    if on is not None:
        found = found.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)
    order = ("convenor", "deputy", "office_head")
    return sorted(found, key=lambda one: (order.index(one.role), one.valid_from))


@look(Permission.MEETING_READ)
def chair_by_id(*, officer: Officer, at: datetime, pk: int) -> Chair:
    """One entry of who leads a series. Raises NotThere."""
    found = Chair.objects.select_related("series", "agency", "officer").filter(pk=pk).first()
    if found is None:
        raise NotThere(_("There is no such entry."), where=str(pk))
    return found


@look(Permission.MEETING_READ)
def meetings(
    *, officer: Officer, at: datetime, wanted: CalendarFilter = CalendarFilter(), limit: int = 500
) -> list[Meeting]:
    """Meetings by day, newest first, with series and office; `sits` narrows to those the agency has a seat in."""
    return list(_narrowed(officer, wanted)[:limit])


def _narrowed(officer: Officer, wanted: CalendarFilter) -> QuerySet[Meeting]:
    found = Meeting.objects.select_related("series__office", "relay_of").order_by("-held_on", "-pk")
    if wanted.series:
        found = found.filter(series__key=wanted.series)
    if wanted.level:
        found = found.filter(series__level=wanted.level)
    if wanted.place:
        found = found.filter(series__place_code__startswith=significant_digits(wanted.place))
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.since is not None:
        found = found.filter(held_on__gte=wanted.since)
    if wanted.until is not None:
        found = found.filter(held_on__lte=wanted.until)
    if wanted.sits:
        own = Q(seats__agency=officer.agency_id) | Q(series__office=officer.agency_id)
        found = found.filter(own).distinct()
    return found


@look(Permission.MEETING_READ)
def meeting_by_key(*, officer: Officer, at: datetime, key: str) -> Meeting:
    """The meeting with this key. Raises NotThere."""
    found = Meeting.objects.select_related("series__office", "relay_of").filter(key=key).first()
    if found is None:
        raise NotThere(_("There is no such meeting."), where=key)
    return found


@look(Permission.MEETING_READ)
def next_meeting(*, officer: Officer, at: datetime, series: Series, on: date) -> Meeting | None:
    """The next meeting of the series that is planned or called, from the day on."""
    return (
        series.meetings.filter(held_on__gte=on, state__in=(Meeting.State.PLANNED, Meeting.State.CALLED))
        .order_by("held_on", "pk")
        .first()
    )


@dataclass(frozen=True)
class CalendarEntry:
    """One entry of a calendar feed: what a calendar program needs and nothing of the agenda.

    uid: stays the same when the meeting moves; sequence counts its edits. ends is exclusive for whole days.
    """

    uid: str
    sequence: int
    title_en: str
    title_zh: str
    starts: datetime | date
    ends: datetime | date
    venue: str
    state: str
    meeting_key: str


@look(Permission.MEETING_READ)
def feed(*, officer: Officer, at: datetime, wanted: CalendarFilter = CalendarFilter()) -> list[CalendarEntry]:
    """The meetings with a known day as entries of a calendar feed, oldest first; cancelled ones are named so."""
    found = _narrowed(officer, wanted).filter(date_precision="day").order_by("held_on", "pk")
    return [_entry(meeting) for meeting in found]


def _entry(meeting: Meeting) -> CalendarEntry:
    starts = meeting.starts_at or meeting.held_on
    ends: datetime | date
    if meeting.starts_at is not None:
        ends = meeting.ends_at or meeting.starts_at + timedelta(hours=2)
    else:
        ends = meeting.held_on + timedelta(days=1)
    return CalendarEntry(
        f"{meeting.key}@concerted",
        meeting.row_version,
        meeting.title_en,
        meeting.title_zh,
        starts,
        ends,
        meeting.venue,
        meeting.state,
        meeting.key,
    )


def series_of(meetings_: Sequence[Meeting]) -> list[Series]:
    """The series of these meetings, each once, in the order they first occur."""
    return list({meeting.series_id: meeting.series for meeting in meetings_}.values())
