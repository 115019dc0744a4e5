"""What meetings ask of an agency next: the coming one, action items by age, and decisions that bind a place."""

from __future__ import annotations

from datetime import date, timedelta

from tests.mechanism.meetings.meeting_world import FIRST, SECOND, THIRD, MeetingWorld, noon

from concerted.mechanism.meetings.acts import agenda
from concerted.mechanism.meetings.models import Decision
from concerted.mechanism.meetings.reads import ahead

AFTER = SECOND + timedelta(days=10)


def held(joint: MeetingWorld) -> None:
    """One meeting that gave a task to the ministry, one to Yunnan, and set a rule; its minutes are adopted."""
    first = joint.sitting(FIRST)
    joint.assign(joint.decide(first, "Open a hotline."))
    joint.assign(
        joint.decide(first, "Watch the border."), owner=joint.world.yunnan, text_en="Name the desks."
    )
    joint.decide(first, "A missing child is searched for at once.", kind=Decision.Kind.RULE)
    joint.decide(first, "The report is noted.", kind=Decision.Kind.RECORD)
    joint.adopted(joint.circulated(first))


def test_what_is_to_be_done_is_told_apart_from_what_was_assigned(joint: MeetingWorld) -> None:
    held(joint)
    at = noon(AFTER)
    mine = ahead.actions_standing(officer=joint.world.focal_point, at=at, on=AFTER)
    assert [(line.item.text_en, line.age) for line in mine.mine] == [
        ("Open the hotline.", (AFTER - FIRST).days)
    ]
    assert mine.assigned == []
    office = ahead.actions_standing(officer=joint.clerk, at=at, on=AFTER)
    assert (len(office.mine), [line.item.owner for line in office.assigned]) == (
        0,
        [joint.world.ministry, joint.world.yunnan],
    )


def test_the_office_sees_the_next_meeting_with_its_agenda(joint: MeetingWorld) -> None:
    held(joint)
    on = THIRD - timedelta(days=10)
    third = joint.called(THIRD)
    joint.meeting(date(2011, 10, 13))
    agenda.add_item(officer=joint.clerk, at=noon(on), meeting=third, title_en="Hotline")
    found = ahead.ahead_of(officer=joint.clerk, at=noon(on), on=on)
    assert found.next is not None
    assert (found.next.meeting.pk, found.next.items) == (third.pk, 1)
    after = ahead.ahead_of(officer=joint.clerk, at=noon(on), on=date(2011, 12, 1))
    assert after.next is None


def test_a_place_sees_the_decisions_that_bind_it(joint: MeetingWorld) -> None:
    held(joint)
    at = noon(AFTER)
    told = {
        place: [
            (each.text_en, [item.text_en for item in each.action_items.all()])
            for each in ahead.binding_decisions(officer=officer, at=at, place=place)
        ]
        for place, officer in (
            ("530000", joint.world.provincial),
            ("430000", joint.world.officer_for(joint.world.hunan, "provincial_office")),
        )
    }
    rule: tuple[str, list[str]] = ("A missing child is searched for at once.", [])
    assert sorted(told["530000"]) == [rule, ("Watch the border.", ["Name the desks."])]
    assert told["430000"] == [rule]
