"""Members amend circulated minutes; each amendment is answered, and none goes in a circle."""

from datetime import timedelta

import pytest
from tests.mechanism.meetings.meeting_world import FIRST, SECOND, MeetingWorld, noon

from concerted.errors import Conflict, Invalid, Refused
from concerted.foundation.agencies.models import Officer, Post
from concerted.mechanism.meetings.acts import amendments, decisions, minutes
from concerted.mechanism.meetings.models import Amendment, Decision, Minutes
from concerted.mechanism.meetings.reads import minutes as reads

LATER = noon(FIRST + timedelta(days=5))


@pytest.fixture
def decision(joint: MeetingWorld) -> Decision:
    """A decision whose minutes are circulated."""
    first = joint.sitting(FIRST)
    made = joint.decide(first, "Open a hotline.")
    joint.assign(made)
    joint.circulated(first)
    return made


def propose(
    joint: MeetingWorld,
    decision: Decision,
    after: str,
    *,
    upon: Amendment | None = None,
    by: Officer | None = None,
) -> Amendment:
    officer = by or joint.world.focal_point
    return amendments.propose_amendment(
        officer=officer,
        at=LATER,
        minutes=reads.minutes_of(officer=officer, at=LATER, meeting=decision.meeting),
        part=decision,
        field="text_en",
        after=after,
        reason="It was said so.",
        upon=upon,
    )


def accept(joint: MeetingWorld, amendment: Amendment) -> Amendment:
    return amendments.accept_amendment(
        officer=joint.clerk, at=LATER, amendment=amendment, expected_row_version=amendment.row_version
    )


def test_an_accepted_amendment_changes_the_words_and_shows_both(
    joint: MeetingWorld, decision: Decision
) -> None:
    asked = propose(joint, decision, "Open a hotline in Kunming.")
    page = reads.minutes_page(officer=joint.clerk, at=LATER, meeting=decision.meeting)
    assert [(c.kind, c.text.strip()) for c in page.amendments[0].changes if c.kind != "kept"] == [
        ("removed", "hotline."),
        ("added", "hotline in Kunming."),
    ]
    accept(joint, asked)
    with joint.world.seen_by(joint.clerk):
        decision.refresh_from_db()
    assert decision.text_en == "Open a hotline in Kunming."


def test_minutes_wait_until_every_amendment_is_answered(joint: MeetingWorld, decision: Decision) -> None:
    asked = propose(joint, decision, "Open two hotlines.")
    second = joint.sitting(SECOND)
    with joint.world.seen_by(joint.clerk):
        kept = Minutes.objects.get(meeting=decision.meeting)
    with pytest.raises(Conflict, match="wait for an answer"):
        minutes.adopt_minutes(officer=joint.clerk, at=noon(SECOND), minutes=kept, in_meeting=second)
    with pytest.raises(Invalid):
        amendments.refuse_amendment(
            officer=joint.clerk, at=LATER, amendment=asked, expected_row_version=1, answer=" "
        )
    amendments.refuse_amendment(
        officer=joint.clerk, at=LATER, amendment=asked, expected_row_version=1, answer="One was agreed."
    )
    adopted = minutes.adopt_minutes(officer=joint.clerk, at=noon(SECOND), minutes=kept, in_meeting=second)
    assert adopted.state == "adopted"


def test_amendments_standing_upon_each_other_in_a_circle_are_refused(
    joint: MeetingWorld, decision: Decision
) -> None:
    first = propose(joint, decision, "Open a hotline by May.")
    second = propose(joint, decision, "Open a hotline by May, day and night.", upon=first)
    with pytest.raises(Conflict, match="circle"):
        amendments.revise_amendment(
            officer=joint.world.focal_point,
            at=LATER,
            amendment=first,
            expected_row_version=1,
            after="Open a hotline by June.",
            reason="June.",
            upon=second,
        )


def test_an_amendment_that_brings_back_what_another_replaced_is_refused(
    joint: MeetingWorld, decision: Decision
) -> None:
    accept(joint, propose(joint, decision, "Open a hotline by May."))
    with joint.world.seen_by(joint.clerk):
        decision.refresh_from_db()
    other = joint.world.officer_for(joint.world.other_ministry, Post.Function.FOCAL_POINT)
    back = propose(joint, decision, "Open a hotline.", by=other)
    with pytest.raises(Conflict, match="circle"):
        accept(joint, back)


def test_the_second_of_two_amendments_of_one_text_does_not_write_over_the_first(
    joint: MeetingWorld, decision: Decision
) -> None:
    one, two = (
        propose(joint, decision, "Open a hotline by May."),
        propose(joint, decision, "Open two hotlines."),
    )
    accept(joint, one)
    with pytest.raises(Conflict, match="changed since"):
        accept(joint, two)


def test_only_members_that_sit_amend_and_only_until_the_day(joint: MeetingWorld, decision: Decision) -> None:
    stranger = joint.world.provincial
    with joint.world.seen_by(joint.clerk):
        kept = Minutes.objects.get(meeting=decision.meeting)
    said = {"minutes": kept, "part": decision, "field": "text_en", "after": "Other.", "reason": "So."}
    with pytest.raises(Refused):
        amendments.propose_amendment(officer=stranger, at=LATER, **said)
    with pytest.raises(Conflict, match="until"):
        amendments.propose_amendment(
            officer=joint.world.focal_point, at=noon(FIRST + timedelta(days=40)), **said
        )


def test_circulated_wording_changes_by_amendment_only(joint: MeetingWorld, decision: Decision) -> None:
    with pytest.raises(Conflict, match="by amendment only"):
        decisions.edit_decision(
            officer=joint.clerk,
            at=LATER,
            decision=decision,
            expected_row_version=1,
            kind="task",
            text_en="Other.",
        )


def test_an_owner_and_a_day_can_be_amended(joint: MeetingWorld, decision: Decision) -> None:
    with joint.world.seen_by(joint.clerk):
        item = decision.action_items.get()
        kept = Minutes.objects.get(meeting=decision.meeting)
    for field, after in (("owner", "acwf"), ("due", "2010-09-01")):
        asked = amendments.propose_amendment(
            officer=joint.world.focal_point,
            at=LATER,
            minutes=kept,
            part=item,
            field=field,
            after=after,
            reason="So.",
        )
        accept(joint, asked)
    with joint.world.seen_by(joint.clerk):
        item.refresh_from_db()
    assert (item.owner, item.due.isoformat()) == (joint.world.other_ministry, "2010-09-01")
    with pytest.raises(Invalid):
        amendments.propose_amendment(
            officer=joint.world.focal_point,
            at=LATER,
            minutes=kept,
            part=item,
            field="owner",
            after="none",
            reason="x",
        )
