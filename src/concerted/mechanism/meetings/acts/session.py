"""A meeting opens, attendance is taken, items are discussed or deferred, and it closes once; nothing is worded here."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from concerted.errors import Conflict, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer

from ..models import AgendaItem, Meeting, Minutes, Seat
from ..reads.attendance import quorum_of
from ..states import ITEM, MEETING
from .calling import lay_out_seats
from .keeping import day_of, held, keep, needs, refuse_if

A = Seat.Attendance
TAKEN = (A.PRESENT, A.BY_VIDEO, A.SUBSTITUTE)
NOT_TAKEN_UP = "not put on the agenda before the close / 闭会前未列入议程"


@act(Permission.MEETING_RUN, subject="meeting")
def open_meeting(*, officer: Officer, at: datetime, meeting: Meeting) -> Meeting:
    """Open a called meeting on its day or later; its seats follow the register once more, and its minutes begin as a
    draft. Raises Conflict."""
    fresh = held(meeting)
    fresh.state = MEETING.step(fresh.state, "open").target
    if day_of(at) < fresh.held_on:
        raise Conflict(
            _("The meeting is called for %(day)s.") % {"day": fresh.held_on.isoformat()},
            remedy=_("Move the meeting if it is held earlier."),
        )
    fresh.opened_at = at
    keep(fresh, "state", "opened_at")
    lay_out_seats(fresh)
    Minutes.objects.get_or_create(meeting=fresh)
    return fresh


@act(Permission.MEETING_RUN, subject="seat")
def take_attendance(
    *,
    officer: Officer,
    at: datetime,
    seat: Seat,
    expected_row_version: int,
    attendance: str,
    person: str = "",
    person_title: str = "",
    note: str = "",
) -> Seat:
    """Record who came, by video or as substitute, or did not. Raises Stale, Conflict, Invalid.

    person: whoever sits, where it is somebody else than was named before.
    """
    refuse_if(
        [
            None
            if attendance in A.values
            else Problem(_("There is no such attendance."), field="attendance"),
            needs(person or seat.substitute, "person", _("Name the substitute."))
            if attendance == A.SUBSTITUTE
            else None,
        ],
        _("The attendance was not recorded."),
    )
    fresh = held(seat, expected_row_version)
    if fresh.meeting.state not in (Meeting.State.CALLED, Meeting.State.IN_SESSION):
        raise Conflict(_("Attendance is taken while a meeting is called or sits."))
    if fresh.left_register and attendance in TAKEN:
        raise Conflict(
            _("%(agency)s left the register before the day of the meeting.")
            % {"agency": fresh.agency.name_en},
            remedy=_("Its seat counts for nothing; invite the agency if it is to speak."),
        )
    fresh.attendance, fresh.note = attendance, note.strip()
    if person.strip():
        if attendance == A.SUBSTITUTE:
            fresh.substitute, fresh.substitute_title = person.strip(), person_title.strip()
        else:
            fresh.person, fresh.person_title = person.strip(), person_title.strip()
    keep(fresh, "attendance", "note", "substitute", "substitute_title", "person", "person_title")
    return fresh


@act(Permission.MEETING_RUN, subject="item")
def discuss_item(*, officer: Officer, at: datetime, item: AgendaItem) -> AgendaItem:
    """Mark an accepted or deferred item as discussed. Raises Conflict."""
    return _heard(officer, at, item, "discuss")


@act(Permission.MEETING_RUN, subject="item", record=("reason",))
def defer_item(*, officer: Officer, at: datetime, item: AgendaItem, reason: str = "") -> AgendaItem:
    """Leave an accepted item to a later meeting. Raises Conflict."""
    return _heard(officer, at, item, "defer", reason.strip())


def _heard(officer: Officer, at: datetime, item: AgendaItem, step: str, reason: str = "") -> AgendaItem:
    fresh = held(item)
    if fresh.meeting.state != Meeting.State.IN_SESSION:
        raise Conflict(_("Items are heard while the meeting sits."), remedy=_("Open the meeting first."))
    fresh.state = ITEM.step(fresh.state, step).target
    fresh.settled_by, fresh.settled_at, fresh.reason = officer, at, reason
    keep(fresh, "state", "settled_by", "settled_at", "reason")
    return fresh


@act(Permission.MEETING_RUN, subject="meeting")
def close_meeting(*, officer: Officer, at: datetime, meeting: Meeting) -> Meeting:
    """Close the meeting: seats not taken are absent, items not discussed are deferred, and where a rule sets a quorum
    it is recorded whether it was met. Raises Conflict, also where it is closed already."""
    fresh = held(meeting)
    if fresh.state == Meeting.State.CLOSED and fresh.closed_at is not None:
        raise Conflict(
            _("The meeting was closed on %(day)s already.") % {"day": day_of(fresh.closed_at).isoformat()},
            where=str(fresh),
            remedy=_("Its minutes can still be drafted and amended."),
        )
    fresh.state = MEETING.step(fresh.state, "close").target
    for seat in fresh.seats.select_for_update().filter(attendance=A.EXPECTED):
        seat.attendance = A.ABSENT
        keep(seat, "attendance")
    left = fresh.items.select_for_update().filter(state__in=("accepted", "proposed"))
    for item in left:
        if item.state == AgendaItem.State.ACCEPTED:
            item.state = AgendaItem.State.DEFERRED
        else:
            item.state, item.reason = AgendaItem.State.DROPPED, NOT_TAKEN_UP
        item.settled_by, item.settled_at = officer, at
        keep(item, "state", "reason", "settled_by", "settled_at")
    quorum = quorum_of(fresh)
    fresh.quorum_met = quorum.met if quorum else None
    fresh.closed_at = at
    keep(fresh, "state", "closed_at", "quorum_met")
    return fresh
