"""Meetings are planned, called and cancelled, and seats laid out of the dated register; nothing is discussed here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Membership, Officer
from concerted.foundation.agencies.reads import members_of_joint_meeting

from ..models import Meeting, Seat, Series
from ..states import MEETING
from .keeping import held, keep, needs, needs_text, refuse_if

S = Meeting.State


@act(Permission.MEETING_CALL, subject="series")
def plan_meeting(
    *,
    officer: Officer,
    at: datetime,
    series: Series,
    held_on: date,
    title_en: str,
    title_zh: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    venue: str = "",
    by_video: bool = False,
    relay_of: Meeting | None = None,
    on_call: bool = False,
    call_reason: str = "",
    partial: bool = False,
    is_demonstration: bool = False,
) -> Meeting:
    """Put a meeting into the calendar. Raises Invalid.

    on_call: beside the standing ones, with the reason. relay_of: the meeting whose pictures this one shows.
    """
    refuse_if(
        [
            needs_text(title_en, title_zh, "title"),
            needs(call_reason, "call_reason", _("Say why the meeting is called.")) if on_call else None,
            Problem(_("It ends before it begins."), field="ends_at")
            if starts_at is not None and ends_at is not None and ends_at <= starts_at
            else None,
            _relay_problem(series, held_on, relay_of),
        ],
        _("The meeting was not planned."),
    )
    return Meeting.objects.create(
        series=series,
        key=_free_key(series, held_on),
        title_en=title_en.strip(),
        title_zh=title_zh.strip(),
        held_on=held_on,
        starts_at=starts_at,
        ends_at=ends_at,
        venue=venue.strip(),
        by_video=by_video or relay_of is not None,
        relay_of=relay_of,
        on_call=on_call,
        call_reason=call_reason.strip(),
        partial=partial,
        is_demonstration=is_demonstration or series.is_demonstration,
    )


@act(Permission.MEETING_CALL, subject="meeting")
def change_meeting(
    *,
    officer: Officer,
    at: datetime,
    meeting: Meeting,
    expected_row_version: int,
    held_on: date,
    title_en: str,
    title_zh: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    venue: str = "",
    by_video: bool = False,
) -> Meeting:
    """Move or rename a meeting that has not opened; once called, its seats follow the register of the new day.

    Raises Stale, Conflict, Invalid.
    """
    refuse_if(
        [
            needs_text(title_en, title_zh, "title"),
            Problem(_("It ends before it begins."), field="ends_at")
            if starts_at is not None and ends_at is not None and ends_at <= starts_at
            else None,
        ],
        _("The meeting was not changed."),
    )
    fresh = held(meeting, expected_row_version)
    if fresh.state not in (S.PLANNED, S.CALLED):
        raise Conflict(
            _("A meeting that has opened is not moved any more."),
            remedy=_("Plan another meeting of the series."),
        )
    fresh.held_on, fresh.starts_at, fresh.ends_at = held_on, starts_at, ends_at
    fresh.title_en, fresh.title_zh = title_en.strip(), title_zh.strip()
    fresh.venue, fresh.by_video = venue.strip(), by_video or fresh.relay_of_id is not None
    keep(fresh, "held_on", "starts_at", "ends_at", "title_en", "title_zh", "venue", "by_video")
    if fresh.state == S.CALLED:
        lay_out_seats(fresh)
    return fresh


@act(Permission.MEETING_CALL, subject="meeting")
def call_meeting(
    *, officer: Officer, at: datetime, meeting: Meeting, only: Collection[Agency] | None = None
) -> Meeting:
    """Call a planned meeting: it gets its number, and every member of the register of its day a seat.

    only: the members of a partial meeting; all must stand in the register. Raises Conflict, Invalid.
    """
    fresh = held(meeting)
    fresh.state = MEETING.step(fresh.state, "call").target
    members = _members(fresh)
    wanted = None if only is None else {agency.pk for agency in only}
    _check_members(fresh, members, only)
    highest = fresh.series.meetings.aggregate(last=Max("number"))["last"] or 0
    fresh.number = highest + 1
    fresh.called_at = at
    fresh.partial = fresh.partial or wanted is not None
    keep(fresh, "state", "number", "called_at", "partial")
    Seat.objects.bulk_create(
        [
            Seat(meeting=fresh, agency_id=pk, role=membership.role)
            for pk, membership in members.items()
            if wanted is None or pk in wanted or membership.role == Membership.Role.CONVENOR
        ],
        ignore_conflicts=True,
    )
    return fresh


@act(Permission.MEETING_CALL, subject="meeting", record=("reason",))
def cancel_meeting(*, officer: Officer, at: datetime, meeting: Meeting, reason: str) -> Meeting:
    """Cancel a meeting that has not opened; its number is not used again. Raises Conflict, Invalid."""
    refuse_if([needs(reason, "reason", _("Say why it is cancelled."))], _("The meeting was not cancelled."))
    fresh = held(meeting)
    fresh.state = MEETING.step(fresh.state, "cancel").target
    fresh.cancel_reason = reason.strip()
    keep(fresh, "state", "cancel_reason")
    return fresh


@act(Permission.MEETING_CALL, subject="meeting")
def invite(
    *, officer: Officer, at: datetime, meeting: Meeting, agency: Agency, role: str = Seat.Role.OBSERVER
) -> Seat:
    """Give an agency that is no member a seat in this meeting, as observer or invited. Raises Conflict, Invalid."""
    if role not in (Seat.Role.OBSERVER, Seat.Role.INVITED):
        raise Invalid(
            _("Nobody was invited."),
            problems=[
                Problem(
                    _("Members come from the register; invite as observer or as invited."),
                    field="role",
                )
            ],
        )
    fresh = held(meeting)
    if fresh.state not in (S.CALLED, S.IN_SESSION):
        raise Conflict(_("Seats are given in a meeting that is called."), remedy=_("Call the meeting first."))
    seat, made = Seat.objects.get_or_create(meeting=fresh, agency=agency, defaults={"role": role})
    if not made:
        raise Conflict(_("This agency has a seat in the meeting already."), where=agency.name_en)
    return seat


@act(Permission.SEAT_FILL, subject="seat")
def fill_seat(
    *,
    officer: Officer,
    at: datetime,
    seat: Seat,
    expected_row_version: int,
    holder: Officer | None = None,
    person: str = "",
    person_title: str = "",
    substitute: str = "",
    substitute_title: str = "",
) -> Seat:
    """Say who sits for the agency, and who instead of that person. Raises Stale, Conflict, Invalid."""
    refuse_if(
        [
            None if holder or person.strip() else Problem(_("Name the person who sits."), field="person"),
        ],
        _("The seat was not filled."),
    )
    fresh = held(seat, expected_row_version)
    _check_seat(fresh)
    fresh.officer, fresh.person, fresh.person_title = holder, person.strip(), person_title.strip()
    fresh.substitute, fresh.substitute_title = substitute.strip(), substitute_title.strip()
    keep(fresh, "officer", "person", "person_title", "substitute", "substitute_title")
    return fresh


@act(Permission.MEETING_CALL, subject="meeting")
def refresh_seats(*, officer: Officer, at: datetime, meeting: Meeting) -> Meeting:
    """Let the seats of a called meeting follow the register of its day: members that left lose theirs, new ones
    get one."""
    fresh = held(meeting)
    if fresh.state not in (S.CALLED, S.IN_SESSION):
        raise Conflict(_("Seats follow the register while a meeting is called or sits."))
    lay_out_seats(fresh)
    return fresh


def lay_out_seats(meeting: Meeting) -> None:
    """Bring the seats in step with the register of the day of the meeting; nothing but the mark of leaving changes
    in a seat that stands."""
    members = _members(meeting)
    seats = {seat.agency_id: seat for seat in meeting.seats.select_for_update()}
    for pk, seat in seats.items():
        gone = seat.role in (Seat.Role.CONVENOR, Seat.Role.MEMBER) and pk not in members
        if seat.left_register != gone:
            seat.left_register = gone
            keep(seat, "left_register")
    if not meeting.partial:
        new = [
            Seat(meeting=meeting, agency_id=pk, role=m.role) for pk, m in members.items() if pk not in seats
        ]
        Seat.objects.bulk_create(new, ignore_conflicts=True)


def _members(meeting: Meeting) -> Mapping[int, Membership]:
    seated = members_of_joint_meeting(on=meeting.held_on, place_code=meeting.series.place_code)
    return {one.agency_id: one for one in seated if one.body == meeting.series.body}


def _check_members(
    meeting: Meeting, members: Mapping[int, Membership], only: Collection[Agency] | None
) -> None:
    if not members:
        raise Invalid(
            _("The meeting was not called."),
            problems=[
                Problem(
                    _("The register names no member of this joint meeting on %(day)s.")
                    % {"day": meeting.held_on.isoformat()},
                    remedy=_("Have the members entered in the register first."),
                )
            ],
        )
    strangers = [agency for agency in only or () if agency.pk not in members]
    refuse_if(
        [
            Problem(
                _("%(agency)s is no member on %(day)s.")
                % {"agency": agency.name_en, "day": meeting.held_on.isoformat()},
                field="only",
                remedy=_("Invite it instead."),
            )
            for agency in strangers
        ],
        _("The meeting was not called."),
    )


def _check_seat(seat: Seat) -> None:
    if seat.left_register:
        raise Conflict(
            _("%(agency)s left the register before the day of the meeting.")
            % {"agency": seat.agency.name_en},
            remedy=_("Its seat stays on record and counts for nothing; invite the agency if it is to speak."),
        )
    if seat.meeting.state not in (S.CALLED, S.IN_SESSION):
        raise Conflict(_("Seats are filled while a meeting is called or sits."))


def _relay_problem(series: Series, held_on: date, relay_of: Meeting | None) -> Problem | None:
    if relay_of is None:
        return None
    if relay_of.series_id == series.pk or relay_of.held_on != held_on:
        return Problem(_("A relay shows a meeting of another series on the same day."), field="relay_of")
    if relay_of.state == S.CANCELLED:
        return Problem(_("The meeting to be relayed is cancelled."), field="relay_of")
    return None


def _free_key(series: Series, held_on: date) -> str:
    wanted = f"{series.key}-{held_on.isoformat()}"
    taken = set(Meeting.objects.filter(key__startswith=wanted).values_list("key", flat=True))
    numbered = (wanted if n == 1 else f"{wanted}-{n}" for n in range(1, len(taken) + 2))
    return next(key for key in numbered if key not in taken)
