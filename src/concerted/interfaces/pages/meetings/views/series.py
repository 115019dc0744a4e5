"""Series of meetings: who keeps and leads them, their rules, and the meetings put into the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds
from concerted.foundation.agencies.reads import members_of_joint_meeting
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.interfaces.pages.writing import write
from concerted.mechanism.meetings.acts import calling
from concerted.mechanism.meetings.acts import series as acts
from concerted.mechanism.meetings.reads import calendar as reads

from .. import forms
from .common import acting_facts, agency_choices, chosen_agency, may, moment_on, tabs_of, today_of

P = Permission


def _series(request: Request, key: str) -> Any:
    return reads.series_by_key(**acting_facts(request), key=key)


def _to(key: str) -> str:
    return reverse("meetings:series", args=[key])


@page(P.MEETING_READ)
def index(request: Request) -> HttpResponse:
    """Every series, the nation's first."""
    context = {
        "tabs": tabs_of("series_list"),
        "rows": reads.series_list(**acting_facts(request)),
        "may_open": holds(request.officer, P.SERIES_KEEP),
    }
    return render(request, "meetings/series_list.html", context)


@page(P.MEETING_READ)
def one(request: Request, key: str) -> HttpResponse:
    """One series: its office, who leads it, its members of today by the register, its meetings."""
    found = _series(request, key)
    facts = acting_facts(request)
    members = members_of_joint_meeting(on=today_of(request), place_code=found.place_code)
    context = {
        "tabs": tabs_of("series_list"),
        "series": found,
        "chairs": reads.chairs_of(**facts, series=found),
        "members": [member for member in members if member.body == found.body],
        "meetings": reads.meetings(**facts, wanted=reads.CalendarFilter(series=key)),
        "may_keep": may(request, P.SERIES_KEEP, found),
        "may_plan": may(request, P.MEETING_CALL, found),
    }
    return render(request, "meetings/series.html", context)


@page(P.SERIES_KEEP)
def open_series(request: Request) -> HttpResponse:
    """Open a series at the tier and place of the officer's agency."""
    facts = acting_facts(request)
    above = [("", ""), *((s.key, in_language(s, "title")) for s in reads.series_list(**facts))]
    form = forms.SeriesForm(request.POST or None, choices={"above": above}, initial={"kind": "plenary"})

    def make(given: Mapping[str, Any]) -> None:
        acts.open_series(
            **facts,
            **_rules(given),
            key=given["key"],
            kind=given["kind"],
            above=_series(request, given["above"]) if given["above"] else None,
        )

    return write(
        request,
        form,
        act=make,
        title=_("Open a series of meetings"),
        lede=_("Its members are not typed here: they come from the register on the day of each meeting."),
        button=_("Open the series"),
        done=_("The series is open."),
        to=reverse("meetings:series_list"),
    )


def _rules(given: Mapping[str, Any]) -> dict[str, Any]:
    part, of = given["quorum_part"], given["quorum_of"]
    return {
        "title_en": given["title_en"],
        "title_zh": given["title_zh"],
        "per_year": given["per_year"],
        "quorum": (part or 0, of or 0) if part or of else None,
        "quorum_rule": given["quorum_rule"],
    }


@page(P.SERIES_KEEP)
def edit(request: Request, key: str) -> HttpResponse:
    """Change how a series is called, how often it meets and its quorum."""
    found = _series(request, key)
    names = ("title_en", "title_zh", "per_year", "quorum_part", "quorum_of", "quorum_rule", "row_version")
    form = forms.EditSeriesForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    return write(
        request,
        form,
        act=lambda given: acts.edit_series(
            **acting_facts(request),
            **_rules(given),
            series=found,
            expected_row_version=given["row_version"] or 0,
        ),
        title=_("Change the series"),
        lede=in_language(found, "title"),
        button=_("Change it"),
        done=_("The series is changed."),
        to=_to(key),
        standing=lambda: in_language(_series(request, key), "title"),
    )


@page(P.SERIES_KEEP)
def set_chair(request: Request, key: str) -> HttpResponse:
    """Name a convenor, deputy or head of office from a day on."""
    found = _series(request, key)
    form = forms.ChairForm(
        request.POST or None,
        choices={"agency": agency_choices(request)},
        initial={"role": "convenor", "valid_from": today_of(request)},
    )
    return write(
        request,
        form,
        act=lambda given: acts.set_chair(
            **acting_facts(request),
            **{**given, "agency": chosen_agency(given["agency"])},
            series=found,
        ),
        title=_("Name who leads the series"),
        lede=_("A new convenor or head of office ends the one before."),
        button=_("Name"),
        done=_("It is in the register of the series."),
        to=_to(key),
    )


@page(P.SERIES_KEEP)
def end_chair(request: Request, key: str, pk: int) -> HttpResponse:
    """End somebody's time at the head of a series."""
    found = _series(request, key)
    chair = reads.chair_by_id(**acting_facts(request), pk=pk)
    form = forms.EndForm(request.POST or None, initial={"on": today_of(request)})
    return write(
        request,
        form,
        act=lambda given: acts.end_chair(**acting_facts(request), series=found, chair=chair, on=given["on"]),
        title=_("End the time at the head of the series"),
        lede=in_language(chair.agency),
        button=_("End it"),
        done=_("It is ended."),
        to=_to(key),
    )


@page(P.MEETING_CALL)
def plan(request: Request, key: str) -> HttpResponse:
    """Put a meeting of the series into the calendar."""
    found = _series(request, key)
    facts = acting_facts(request)
    ahead = reads.meetings(**facts, wanted=reads.CalendarFilter(since=today_of(request)))
    relays = [
        (meeting.key, f"{meeting.held_on.isoformat()} {in_language(meeting, 'title')}")
        for meeting in ahead
        if meeting.series_id != found.pk and meeting.state != "cancelled"
    ]
    form = forms.PlanForm(
        request.POST or None,
        choices={"relay_of": [("", ""), *relays]},
        initial={"title_en": found.title_en, "title_zh": found.title_zh},
    )

    def put(given: Mapping[str, Any]) -> None:
        shown = given["relay_of"]
        calling.plan_meeting(
            **facts,
            **when(given),
            series=found,
            relay_of=reads.meeting_by_key(**facts, key=shown) if shown else None,
            on_call=given["on_call"],
            call_reason=given["call_reason"],
        )

    return write(
        request,
        form,
        act=put,
        title=_("Plan a meeting"),
        lede=in_language(found, "title"),
        button=_("Put it into the calendar"),
        done=_("The meeting is in the calendar. Call it when its members are to come."),
        to=_to(key),
    )


def when(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a form says of a meeting's name, day, hours and place, as the acts take it."""
    return {
        "title_en": given["title_en"],
        "title_zh": given["title_zh"],
        "held_on": given["held_on"],
        "starts_at": moment_on(given["held_on"], given["starts"]),
        "ends_at": moment_on(given["held_on"], given["ends"]),
        "venue": given["venue"],
        "by_video": given["by_video"],
    }
