"""Who may see which part of a meeting, held by the database itself."""

from tests.mechanism.meetings.meeting_world import FIRST, SECOND, THIRD, MeetingWorld, noon

from concerted.foundation.access.door import acting
from concerted.foundation.agencies.models import Agency, Officer, Post
from concerted.mechanism.meetings.acts import agenda, calling, minutes, papers, session
from concerted.mechanism.meetings.models import (
    ActionItem,
    AgendaItem,
    Decision,
    Meeting,
    Minutes,
    Note,
    Paper,
    Proposal,
    Section,
)


def counts(joint: MeetingWorld, officer: Officer, meeting: Meeting) -> dict[str, int]:
    """How many rows of each kind the officer's agency can see of a meeting."""
    with acting(officer, noon(THIRD)):
        return {
            "items": AgendaItem.objects.filter(meeting=meeting).count(),
            "proposals": Proposal.objects.filter(meeting=meeting).count(),
            "notes": Note.objects.filter(meeting=meeting).count(),
            "decisions": Decision.objects.filter(meeting=meeting).count(),
            "actions": ActionItem.objects.filter(decision__meeting=meeting).count(),
            "minutes": Minutes.objects.filter(meeting=meeting).count(),
            "sections": Section.objects.filter(minutes__meeting=meeting).count(),
            "papers": Paper.objects.filter(meeting=meeting).count(),
        }


def held(joint: MeetingWorld) -> tuple[Meeting, Officer]:
    """A meeting with an open and a members' item, an observer in it, and its minutes still a draft."""
    clerk = joint.clerk
    watcher = joint.world.officer_for(observer(), Post.Function.OBSERVER)
    called = joint.called(FIRST)
    calling.invite(officer=clerk, at=noon(FIRST), meeting=called, agency=observer())
    for title, closed in (("Open", False), ("Members only", True)):
        agenda.add_item(
            officer=clerk, at=noon(FIRST), meeting=called, title_en=title, for_members_only=closed
        )
    agenda.assemble(officer=clerk, at=noon(FIRST), meeting=called)
    meeting = session.open_meeting(officer=clerk, at=noon(FIRST), meeting=called)
    joint.note(meeting, "In confidence.")
    joint.assign(joint.decide(meeting))
    joint.decide(meeting, "Kept among members.", kind="rule", for_members_only=True)
    for open_one in (False, True):
        paper = papers.ask_paper(
            officer=clerk,
            at=noon(FIRST),
            meeting=meeting,
            kind="book",
            language="en",
            form="pdf",
            for_observers=open_one,
        )
        papers.begin_paper(officer=clerk, at=noon(FIRST), paper=paper, of=1)
        papers.keep_paper(officer=clerk, at=noon(FIRST), paper=paper, content=b"%PDF")
    return meeting, watcher


def observer() -> Agency:
    """An agency that is no member."""
    return Agency.objects.get_or_create(
        key="tests-ngo", defaults={"kind": "ngo", "name_en": "A listening organisation"}
    )[0]


def test_a_draft_is_the_offices_own(joint: MeetingWorld) -> None:
    meeting, watcher = held(joint)
    office = counts(joint, joint.clerk, meeting)
    assert office["notes"] == office["minutes"] == 1
    assert (office["decisions"], office["papers"]) == (2, 2)
    member = counts(joint, joint.world.focal_point, meeting)
    assert (member["items"], member["papers"]) == (2, 2)
    assert [member[x] for x in ("proposals", "notes", "decisions", "actions", "minutes", "sections")] == [
        0
    ] * 6
    seen = counts(joint, watcher, meeting)
    assert (seen["items"], seen["papers"], seen["decisions"], seen["minutes"]) == (1, 1, 0, 0)


def test_circulated_minutes_are_the_members_and_final_ones_open_but_for_their_closed_parts(
    joint: MeetingWorld,
) -> None:
    meeting, watcher = held(joint)
    with joint.world.seen_by(joint.clerk):
        for item in meeting.items.filter(state="accepted"):
            session.discuss_item(officer=joint.clerk, at=noon(FIRST), item=item)
    kept = joint.circulated(meeting)
    member = counts(joint, joint.world.focal_point, meeting)
    assert (member["minutes"], member["decisions"], member["sections"], member["notes"]) == (1, 2, 4, 0)
    assert counts(joint, watcher, meeting)["minutes"] == 0
    final = minutes.finish_minutes(
        officer=joint.clerk, at=noon(SECOND), minutes=joint.adopted(kept), number="1"
    )
    assert final.state == "final"
    seen = counts(joint, watcher, meeting)
    assert (seen["minutes"], seen["sections"], seen["decisions"]) == (1, 3, 1)


def test_an_owner_without_a_seat_sees_what_it_owes(joint: MeetingWorld) -> None:
    first = joint.sitting(FIRST)
    decision = joint.decide(first, for_members_only=True)
    joint.assign(decision, owner=joint.world.yunnan)
    assert counts(joint, joint.world.provincial, first)["actions"] == 0
    joint.adopted(joint.circulated(first))
    seen = counts(joint, joint.world.provincial, first)
    assert (seen["actions"], seen["decisions"], seen["notes"]) == (1, 1, 0)
