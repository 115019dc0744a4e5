"""The calendar of meetings, its feed for calendar programs, and the rules by which things move."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from concerted.deferred import icalendar
from concerted.errors import NotThere
from concerted.foundation.access.acts import issue_token
from concerted.foundation.access.door import acting
from concerted.foundation.access.keys import open_key
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.access.reads import mechanism_now
from concerted.interfaces.exchange.tables import Column, Kind, Table
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.route import Request, page, public
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.mechanism.meetings.reads import actions, calendar
from concerted.mechanism.meetings.reads import minutes as minutes_reads
from concerted.mechanism.meetings.states import MACHINES

from .. import words
from .common import acting_facts, tabs_of, today_of

P = Permission
#: The only scope of a key whose text stands in an address.
FEED_SCOPE = str(P.CALENDAR_FEED)
FEED_LIFE = timedelta(days=366)
#: What a calendar program may wait before it asks again.
REFRESH = timedelta(hours=6)


@page(P.MEETING_READ)
def index(request: Request) -> HttpResponse:
    """Meetings to come and past, narrowed by series, tier and whether the officer's agency sits in them."""
    wanted = calendar.CalendarFilter(
        series=request.GET.get("series", ""),
        level=request.GET.get("level", ""),
        sits=request.GET.get("sits") == "1",
    )
    facts = acting_facts(request)
    rows = calendar.meetings(**facts, wanted=wanted)
    kind = wanted_format(request)
    if kind:
        return send_table(request, _table(rows), kind)
    today = today_of(request)
    coming = [row for row in rows if row.held_on >= today and row.state not in ("recorded", "cancelled")]
    sitting = [row for row in rows if row.state == "in_session" and row.held_on < today]
    shown = {row.pk for row in (*coming, *sitting)}
    board = actions.action_board(**facts)
    context = {
        "tabs": tabs_of("calendar"),
        "coming": [*sitting, *sorted(coming, key=lambda row: (row.held_on, row.pk))],
        "past": _by_year([row for row in rows if row.pk not in shown]),
        "wanted": wanted,
        "all_series": calendar.series_list(**facts),
        "levels": [
            (key, said) for key, said in words.LEVELS.items() if any(row.series.level == key for row in rows)
        ],
        "may_plan": holds(request.officer, P.MEETING_CALL),
        "to_amend": minutes_reads.minutes_that_wait(**facts),
        "mine": len(board.mine),
        "red": sum(line.is_red for line in board.mine),
        "today": today,
        "files": file_links(request),
    }
    return render(request, "meetings/calendar.html", context)


def _by_year(rows: Iterable[Any]) -> list[tuple[int, list[Any]]]:
    years: dict[int, list[Any]] = {}
    for row in rows:
        years.setdefault(row.held_on.year, []).append(row)
    return list(years.items())


def _table(rows: Iterable[Any]) -> Table:
    return Table(
        "meetings",
        [
            Column("key", _("Key")),
            Column("series", _("Series")),
            Column("title", _("Title")),
            Column("day", _("Day"), Kind.DATE),
            Column("precision", _("Day known to the")),
            Column("state", _("State")),
            Column("venue", _("Place")),
            Column("source", _("Source")),
        ],
        [
            (
                row.key,
                in_language(row.series, "title"),
                in_language(row, "title"),
                row.held_on,
                row.date_precision,
                str(words.MEETING_STATES[row.state]),
                row.venue,
                row.source,
            )
            for row in rows
        ],
    )


@page(P.MEETING_READ)
def rules(request: Request) -> HttpResponse:
    """Who may move what from which state, with the rule behind each row."""
    context = {"tabs": tabs_of(""), "machines": list(MACHINES.items())}
    return render(request, "meetings/rules.html", context)


@page(P.MEETING_READ)
def own_feed(request: Request) -> HttpResponse:
    """The calendar of the officer's agency as a file, for whoever is signed in."""
    return _ics(_entries(request.officer, request.at), request.at, translation.get_language() or "en")


@page(P.TOKEN_ISSUE)
def subscribe(request: Request) -> HttpResponse:
    """Issue an address under which a calendar program reads the calendar and nothing else; it is shown once."""
    address = ""
    if request.method == "POST":
        now = timezone.now()
        _token, key = issue_token(
            **acting_facts(request),
            label=_("Calendar of meetings"),
            scopes=[FEED_SCOPE],
            issued_at=now,
            expires_at=now + FEED_LIFE,
        )
        language = translation.get_language() or "en"
        address = request.build_absolute_uri(reverse("meetings:feed", args=[key])) + f"?lang={language}"
    context = {"tabs": tabs_of("calendar"), "address": address, "days": FEED_LIFE.days}
    return render(request, "meetings/subscribe.html", context)


@public
def feed(request: Request, key: str) -> HttpResponse:
    """The calendar for the holder of a key that opens the calendar alone; every other key opens nothing here."""
    at = mechanism_now()
    opened = open_key(key, real=timezone.now(), at=at)
    if opened is None or opened.scopes != {FEED_SCOPE} or not holds(opened.officer, P.CALENDAR_FEED):
        raise NotThere(_("There is no such page."))
    language = request.GET.get("lang", "")
    with acting(opened.officer, at):
        shown = language if language in words.LANGUAGES else "zh-hans"
        return _ics(_entries(opened.officer, at), at, shown)


def _entries(officer: Any, at: datetime) -> list[calendar.CalendarEntry]:
    return calendar.feed(officer=officer, at=at, wanted=calendar.CalendarFilter(sits=True))


def _ics(entries: Iterable[calendar.CalendarEntry], at: datetime, language: str) -> HttpResponse:
    with translation.override(language):
        found = icalendar.Calendar()
        found.add("prodid", "-//Concerted//Joint meetings//EN")
        found.add("version", "2.0")
        found.add("x-wr-calname", _("Joint meetings"))
        found.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        for entry in entries:
            found.add_component(_event(entry, at, language))
    answer = HttpResponse(found.to_ical(), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="meetings.ics"'
    return answer


def _event(entry: calendar.CalendarEntry, at: datetime, language: str) -> icalendar.Event:
    wanted, other = (
        (entry.title_zh, entry.title_en) if language.startswith("zh") else (entry.title_en, entry.title_zh)
    )
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("summary", wanted or other)
    event.add("dtstamp", _utc(at))
    event.add("dtstart", _utc(entry.starts))
    event.add("dtend", _utc(entry.ends))
    event.add("status", {"cancelled": "CANCELLED", "planned": "TENTATIVE"}.get(entry.state, "CONFIRMED"))
    if entry.venue:
        event.add("location", entry.venue)
    return event


def _utc(moment: datetime | date) -> datetime | date:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment
