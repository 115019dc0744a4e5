"""One meeting: what it is, who sits in it, its papers, and the steps up to its opening."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.reads import members_of_joint_meeting
from concerted.interfaces.exchange.tables import Column, Table
from concerted.interfaces.pages.files import file_links, send_table, wanted_format
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.interfaces.pages.writing import take, write
from concerted.mechanism.meetings.acts import agenda as agenda_acts
from concerted.mechanism.meetings.acts import calling as acts
from concerted.mechanism.meetings.reads import agenda as agenda_reads
from concerted.mechanism.meetings.reads import minutes as minutes_reads
from concerted.mechanism.meetings.reads import papers as papers_reads
from concerted.mechanism.meetings.reads import session as reads
from concerted.mechanism.meetings.states import MEETING

from .. import forms, words
from .common import acting_facts, agency_choices, chosen_agency, may, meeting_of, own_tabs
from .series import when

P = Permission


def _to(key: str) -> str:
    return reverse("meetings:meeting", args=[key])


@page(P.MEETING_READ)
def meeting(request: Request, key: str) -> HttpResponse:
    """The meeting as the officer may see it."""
    found = meeting_of(request, key)
    facts = acting_facts(request)
    room = reads.room(**facts, meeting=found)
    kind = wanted_format(request)
    if kind:
        return send_table(request, _seats(room.seats), kind)
    agenda = agenda_reads.agenda_of(**facts, meeting=found)
    keeps = may(request, P.MEETING_CALL, found)
    acts_now = {row.act for row in MEETING.acts_from(found.state)} if keeps else set()
    context = {
        "tabs": own_tabs(request, found, "meeting"),
        "meeting": found,
        "room": room,
        "agenda": agenda,
        "asked": [item for item in agenda.proposed if item.asked_by_id == request.officer.agency_id],
        "papers": papers_reads.papers_of(**facts, meeting=found),
        "minutes": _minutes(request, found),
        "decisions": [d for group in room.decisions.values() for d in group if d.state != "proposed"],
        "keeps": keeps,
        "acts": acts_now,
        "may_change": keeps and found.state in ("planned", "called"),
        "may_invite": keeps and found.state in ("called", "in_session"),
        "may_ask": found.state in ("planned", "called") and may(request, P.AGENDA_ASK, found),
        "fillable": {
            seat.pk
            for seat in room.seats
            if found.state in ("called", "in_session")
            and not seat.left_register
            and may(request, P.SEAT_FILL, seat)
        },
        "told": list(found.told.items()) if found.state == "recorded" else [],
        "files": file_links(request),
    }
    return render(request, "meetings/meeting.html", context)


def _minutes(request: Request, meeting: Any) -> Any:
    """The minutes the officer may see, None for none."""
    try:
        return minutes_reads.minutes_of(**acting_facts(request), meeting=meeting)
    except NotThere:
        return None


def _seats(seats: Iterable[Any]) -> Table:
    return Table(
        "seats",
        [
            Column("agency", _("Agency")),
            Column("role", _("Role")),
            Column("person", _("Who sits")),
            Column("title", _("Office held")),
            Column("substitute", _("Substitute")),
            Column("attendance", _("Attendance")),
        ],
        [
            (
                in_language(seat.agency),
                str(words.SEATS[seat.role]),
                seat.officer.name_en if seat.officer else seat.person,
                seat.person_title,
                seat.substitute,
                str(words.ATTENDANCE[seat.attendance]),
            )
            for seat in seats
        ],
    )


@page(P.MEETING_CALL)
def change(request: Request, key: str) -> HttpResponse:
    """Move or rename a meeting that has not opened."""
    found = meeting_of(request, key)
    form = forms.MeetingForm(
        request.POST or None,
        initial={
            "title_en": found.title_en,
            "title_zh": found.title_zh,
            "held_on": found.held_on,
            "starts": timezone.localtime(found.starts_at).time() if found.starts_at else None,
            "ends": timezone.localtime(found.ends_at).time() if found.ends_at else None,
            "venue": found.venue,
            "by_video": found.by_video,
            "row_version": found.row_version,
        },
    )
    return write(
        request,
        form,
        act=lambda given: acts.change_meeting(
            **acting_facts(request),
            **when(given),
            meeting=found,
            expected_row_version=given["row_version"] or 0,
        ),
        title=_("Move or rename the meeting"),
        lede=_("Once called, its seats follow the register of the new day."),
        button=_("Change it"),
        done=_("The meeting is changed."),
        to=_to(key),
        standing=lambda: f"{found.held_on.isoformat()} {in_language(found, 'title')} {found.venue}",
    )


@page(P.MEETING_CALL)
def call(request: Request, key: str) -> HttpResponse:
    """Call the members of the register, or some of them."""
    found = meeting_of(request, key)
    members = [
        one
        for one in members_of_joint_meeting(on=found.held_on, place_code=found.series.place_code)
        if one.body == found.series.body
    ]
    choices = [(one.agency.key, in_language(one.agency)) for one in members]
    form = forms.CallForm(request.POST or None, choices={"only": choices})

    def do(given: Mapping[str, Any]) -> None:
        only = [chosen_agency(one) for one in given["only"]]
        acts.call_meeting(**acting_facts(request), meeting=found, only=only or None)

    return write(
        request,
        form,
        act=do,
        title=_("Call the meeting"),
        lede=_("It gets its number, and every member of the register of %(day)s gets a seat.")
        % {"day": found.held_on.isoformat()},
        button=_("Call it"),
        done=_("The meeting is called."),
        to=_to(key),
    )


@page(P.MEETING_CALL)
def cancel(request: Request, key: str) -> HttpResponse:
    """Cancel a meeting that has not opened."""
    found = meeting_of(request, key)
    return write(
        request,
        forms.ReasonForm(request.POST or None),
        act=lambda given: acts.cancel_meeting(**acting_facts(request), meeting=found, **given),
        title=_("Cancel the meeting"),
        lede=_("Everybody sees the reason; the number is not used again."),
        button=_("Cancel the meeting"),
        done=_("The meeting is cancelled."),
        to=_to(key),
    )


@page(P.MEETING_CALL)
def invite(request: Request, key: str) -> HttpResponse:
    """Give an agency that is no member a seat."""
    found = meeting_of(request, key)
    form = forms.InviteForm(
        request.POST or None, choices={"agency": agency_choices(request)}, initial={"role": "observer"}
    )
    return write(
        request,
        form,
        act=lambda given: acts.invite(
            **acting_facts(request),
            meeting=found,
            agency=chosen_agency(given["agency"]),
            role=given["role"],
        ),
        title=_("Invite an agency that is no member"),
        button=_("Invite"),
        done=_("It has a seat in this meeting."),
        to=_to(key),
    )


@page(P.MEETING_CALL)
def refresh(request: Request, key: str) -> HttpResponse:
    """Let the seats follow the register of the day of the meeting."""
    found = meeting_of(request, key)
    return take(
        request,
        lambda: acts.refresh_seats(**acting_facts(request), meeting=found),
        done=_("The seats follow the register."),
        to=_to(key),
    )


@page(P.SEAT_FILL)
def seat(request: Request, pk: int) -> HttpResponse:
    """Say who sits for an agency, and who instead."""
    found = reads.seat_by_id(**acting_facts(request), pk=pk)
    names = ("person", "person_title", "substitute", "substitute_title", "row_version")
    form = forms.SeatForm(request.POST or None, initial={name: getattr(found, name) for name in names})

    def fill(given: Mapping[str, Any]) -> None:
        said = {name: value for name, value in given.items() if name != "row_version"}
        acts.fill_seat(
            **acting_facts(request), seat=found, expected_row_version=given["row_version"] or 0, **said
        )

    return write(
        request,
        form,
        act=fill,
        title=_("Who sits for %(agency)s") % {"agency": in_language(found.agency)},
        lede=in_language(found.meeting, "title"),
        button=_("Keep"),
        done=_("The seat is filled."),
        to=_to(found.meeting.key),
        standing=lambda: f"{found.person} {found.substitute}",
    )


@page(P.AGENDA_ASK)
def ask(request: Request, key: str) -> HttpResponse:
    """A member asks for an item."""
    found = meeting_of(request, key)
    return write(
        request,
        forms.AskForm(request.POST or None),
        act=lambda given: agenda_acts.ask_for_item(**acting_facts(request), meeting=found, **given),
        title=_("Ask for an item"),
        lede=_("The office settles it like every other proposal; you see what came of it and why."),
        button=_("Ask for it"),
        done=_("The office has your item among its proposals."),
        to=_to(key),
    )
