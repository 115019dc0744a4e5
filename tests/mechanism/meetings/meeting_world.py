"""A series of the nation's plenary with its members, and meetings brought to where a test needs them, through acts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tests.builders import SHANGHAI, World

from concerted.foundation.access import acts as access
from concerted.foundation.agencies.models import Officer, Post
from concerted.mechanism.meetings.acts import calling, decisions, minutes, notes, session
from concerted.mechanism.meetings.acts import series as series_acts
from concerted.mechanism.meetings.models import ActionItem, Decision, Meeting, Minutes, Seat, Series

FIRST = date(2010, 4, 15)
SECOND = date(2010, 10, 14)
THIRD = date(2011, 4, 14)
F = Post.Function


def noon(day: date) -> datetime:
    """Twelve o'clock of the day."""
    return datetime(day.year, day.month, day.day, 12, 0, tzinfo=SHANGHAI)


@dataclass
class MeetingWorld:
    """The tests' nation with a plenary: mps convenes, mca and acwf are members, mps-cid keeps the office."""

    world: World
    series: Series
    _numbers: dict[str, int] = field(default_factory=dict)

    @property
    def clerk(self) -> Officer:
        return self.world.secretariat

    def meeting(self, day: date, **facts: Any) -> Meeting:
        """A planned meeting of the plenary."""
        return calling.plan_meeting(
            officer=self.clerk,
            at=noon(day - timedelta(days=60)),
            series=self.series,
            held_on=day,
            title_en=f"Plenary of {day.isoformat()}",
            title_zh=f"{day.isoformat()} 全体会议",
            **facts,
        )

    def called(self, day: date, **facts: Any) -> Meeting:
        """A called meeting, with a seat for every member."""
        planned = self.meeting(day, **facts)
        return calling.call_meeting(officer=self.clerk, at=noon(day - timedelta(days=30)), meeting=planned)

    def sitting(self, day: date, **facts: Any) -> Meeting:
        """A meeting in session at which everybody came."""
        called = self.called(day, **facts)
        opened = session.open_meeting(officer=self.clerk, at=noon(day), meeting=called)
        for seat in opened.seats.filter(left_register=False):
            session.take_attendance(
                officer=self.clerk,
                at=noon(day),
                seat=seat,
                expected_row_version=seat.row_version,
                attendance=Seat.Attendance.PRESENT,
                person="A. Member",
            )
        return opened

    def note(self, meeting: Meeting, text: str, key: str = "n1") -> None:
        """The clerk's note on the meeting."""
        notes.save_note(
            officer=self.clerk, at=noon(meeting.held_on), meeting=meeting, client_key=key, text=text
        )

    def decide(self, meeting: Meeting, text: str = "Open a hotline.", **facts: Any) -> Decision:
        """A task decided at the meeting."""
        facts.setdefault("kind", Decision.Kind.TASK)
        return decisions.write_decision(
            officer=self.clerk, at=noon(meeting.held_on), meeting=meeting, text_en=text, **facts
        )

    def assign(self, decision: Decision, **facts: Any) -> ActionItem:
        """An action item of the ministry's, due in three months unless said otherwise."""
        facts = {
            "owner": self.world.ministry,
            "due": decision.meeting.held_on + timedelta(days=90),
            "text_en": "Open the hotline.",
        } | facts
        return decisions.write_action(
            officer=self.clerk, at=noon(decision.meeting.held_on), decision=decision, **facts
        )

    def circulated(self, meeting: Meeting) -> Minutes:
        """The minutes of a sitting meeting, closed, drafted and circulated for a month."""
        at = noon(meeting.held_on)
        session.close_meeting(officer=self.clerk, at=at, meeting=meeting)
        kept = minutes_of(self.world, meeting)
        minutes.draft_minutes(officer=self.clerk, at=at, minutes=kept)
        return minutes.circulate(
            officer=self.clerk,
            at=at + timedelta(days=3),
            minutes=kept,
            amend_until=meeting.held_on + timedelta(days=33),
        )

    def adopted(self, kept: Minutes, day: date = SECOND) -> Minutes:
        """The minutes, adopted at a meeting of that day."""
        later = self.sitting(day)
        return minutes.adopt_minutes(officer=self.clerk, at=noon(day), minutes=kept, in_meeting=later)


def minutes_of(world: World, meeting: Meeting) -> Minutes:
    """The minutes of a meeting, as the office sees them."""
    with world.seen_by(world.secretariat):
        return Minutes.objects.get(meeting=meeting)


def build_meeting_world(world: World) -> MeetingWorld:
    """The plenary of the tests' nation with three members and an observer in the register."""
    records = [
        access.NewMembership(agency=key, valid_from=date(2008, 1, 1), source="the tests' world", role=role)
        for key, role in (("mps", "convenor"), ("mca", "member"), ("acwf", "member"))
    ]
    access.load_memberships(officer=world.machine, at=world.at, records=records)
    plenary = series_acts.open_series(
        officer=world.secretariat,
        at=world.at,
        key="tests-plenary",
        kind=Series.Kind.PLENARY,
        title_en="Plenary of the joint meeting",
        title_zh="联席会议全体会议",
        per_year=2,
    )
    return MeetingWorld(world, plenary)
