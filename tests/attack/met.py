"""One thing of every kind of the meetings part, built through acts for the whole nation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.mechanism.meetings.meeting_world import MeetingWorld, build_meeting_world, minutes_of, noon
from tests.mechanism.plan.reporting_world import MONDAY, Reporting

from concerted.foundation.access.door import acting
from concerted.mechanism.meetings.acts import agenda, calling, decisions, minutes, notes, papers, session
from concerted.mechanism.meetings.acts import series as series_acts
from concerted.mechanism.meetings.acts.amendments import propose_amendment
from concerted.mechanism.meetings.models import ActionItem, Decision

TODAY = MONDAY.date()
PAST, RECENT, COMING = TODAY - timedelta(days=60), TODAY - timedelta(days=20), TODAY + timedelta(days=30)


@dataclass(frozen=True)
class Met:
    """Keys and ids: a meeting whose minutes are adopted, one whose minutes are circulated, one that sits, one to come;
    an item proposed, accepted and dropped, and what hangs on them."""

    series: str
    chair: int
    adopted: str
    circulated: str
    drafted: str
    sitting: str
    coming: str
    proposed: int
    accepted: int
    heard: int
    dropped: int
    seat: int
    note: int
    decision: int
    worded: int
    dissent: int
    action: int
    worded_action: int
    section: int
    amendment: int
    paper: int


def build_met(nation: Reporting, *, words: str = "The hotline stays silent at night.") -> Met:
    """words: what a clerk noted and a decision says while the meeting sat; nobody outside the office reads it."""
    joint = build_meeting_world(nation.world)
    office: dict[str, Any] = {"officer": joint.clerk, "at": MONDAY}
    chair = series_acts.set_chair(
        **office,
        series=joint.series,
        role="convenor",
        agency=nation.world.ministry,
        valid_from=date(2009, 1, 1),
    )
    first = joint.sitting(PAST)
    action = joint.assign(joint.decide(first), due=TODAY + timedelta(days=30))
    adopted = joint.adopted(joint.circulated(first), RECENT)
    second = _second(joint)
    third, worded, worded_action, note = _third(joint, words)
    fourth = joint.called(COMING)
    accepted = agenda.add_item(**office, meeting=fourth, title_en="Accepted")
    dropped = agenda.add_item(**office, meeting=fourth, title_en="Dropped")
    agenda.drop_item(**office, item=dropped, reason="Not now.")
    asked = agenda.ask_for_item(
        officer=nation.world.focal_point,
        at=MONDAY,
        meeting=fourth,
        title_en="Shelters",
        reason="Two are full.",
    )
    heard = agenda.add_item(**office, meeting=third, title_en="Hotline")
    dissent = decisions.record_dissent(
        **office, decision=worded, agency=nation.world.ministry, kind="dissent", text="Too soon."
    )
    paper = papers.ask_paper(**office, meeting=fourth, kind="book", language="en", form="pdf")
    papers.begin_paper(**office, paper=paper, of=1)
    papers.keep_paper(**office, paper=paper, content=b"%PDF-1.7")
    with acting(joint.clerk, MONDAY):
        section = second.sections.order_by("position").first()
        seat = fourth.seats.get(agency=nation.world.ministry)
    assert section is not None
    amendment = propose_amendment(
        officer=nation.world.focal_point,
        at=MONDAY,
        minutes=second,
        part=section,
        field="text_en",
        after="Three members came.",
        reason="They were three.",
    )
    return Met(
        series=joint.series.key,
        chair=chair.pk,
        adopted=adopted.meeting.key,
        circulated=second.meeting.key,
        drafted=third.key,
        sitting=third.key,
        coming=fourth.key,
        proposed=asked.pk,
        accepted=accepted.pk,
        heard=heard.pk,
        dropped=dropped.pk,
        seat=seat.pk,
        note=note,
        decision=action.decision_id,
        worded=worded.pk,
        dissent=dissent.pk,
        action=action.pk,
        worded_action=worded_action.pk,
        section=section.pk,
        amendment=amendment.pk,
        paper=paper.pk,
    )


def _second(joint: MeetingWorld) -> Any:
    """The minutes of the meeting that adopted the first ones, circulated."""
    with acting(joint.clerk, MONDAY):
        meeting = joint.series.meetings.get(held_on=RECENT)
    session.close_meeting(officer=joint.clerk, at=noon(RECENT), meeting=meeting)
    kept = minutes_of(joint.world, meeting)
    minutes.draft_minutes(officer=joint.clerk, at=noon(RECENT), minutes=kept)
    return minutes.circulate(
        officer=joint.clerk, at=noon(RECENT), minutes=kept, amend_until=TODAY + timedelta(days=10)
    )


def _third(joint: MeetingWorld, words: str) -> tuple[Any, Decision, ActionItem, int]:
    """The meeting that sits today, with a note, a decision and its action item."""
    meeting = joint.meeting(TODAY)
    office: dict[str, Any] = {"officer": joint.clerk, "at": MONDAY}
    called = calling.call_meeting(**office, meeting=meeting)
    sitting = session.open_meeting(**office, meeting=called)
    saved = notes.save_note(**office, meeting=sitting, client_key="n1", text=words)
    decision = decisions.write_decision(**office, meeting=sitting, kind="task", text_en=words)
    action = decisions.write_action(
        **office, decision=decision, text_en="Answer it.", owner=joint.world.ministry, due=COMING
    )
    kept = minutes_of(joint.world, sitting)
    minutes.draft_minutes(**office, minutes=kept)
    return sitting, decision, action, saved.note.pk
