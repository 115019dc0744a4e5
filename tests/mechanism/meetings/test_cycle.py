"""A meeting from its call to final minutes, and what its owners then owe."""

from datetime import timedelta

import pytest
from django.db import InternalError, connection, transaction
from tests.builders import World, build_world
from tests.mechanism.meetings.meeting_world import (
    FIRST,
    SECOND,
    THIRD,
    MeetingWorld,
    build_meeting_world,
    minutes_of,
    noon,
)

from concerted.errors import Conflict, Invalid, Refused, Stale
from concerted.foundation.obligations.models import Obligation, State
from concerted.mechanism.meetings.acts import agenda, calling, followup, minutes, session
from concerted.mechanism.meetings.models import ActionItem, AgendaItem, Decision, Meeting, Seat
from concerted.mechanism.meetings.reads import assembly, sealing

pytestmark = pytest.mark.django_db


@pytest.fixture
def joint() -> MeetingWorld:
    return build_meeting_world(build_world())


def owed_for(item: ActionItem, kind: str) -> Obligation:
    return Obligation.objects.get(subject_kind="meetings.actionitem", subject_id=item.pk, kind=kind)


def test_an_undone_action_item_comes_back_with_its_age(joint: MeetingWorld) -> None:
    first = joint.sitting(FIRST)
    item = agenda.add_item(
        officer=joint.clerk, at=noon(FIRST), meeting=first, title_en="Hotline", title_zh="热线"
    )
    session.discuss_item(officer=joint.clerk, at=noon(FIRST), item=item)
    joint.note(first, "妇联说明热线情况。")
    decision = joint.decide(first, item=item)
    action = joint.assign(decision)
    kept = joint.circulated(first)
    adopted = joint.adopted(kept)
    assert adopted.state == "adopted"
    owed = owed_for(action, "meetings.action")
    assert (owed.owner, owed.owed_to, owed.due) == (
        joint.world.ministry,
        joint.world.office,
        FIRST + timedelta(days=90),
    )
    third = joint.called(THIRD)
    agenda.assemble(officer=joint.clerk, at=noon(THIRD - timedelta(days=10)), meeting=third)
    with joint.world.seen_by(joint.clerk):
        [back] = AgendaItem.objects.filter(meeting=third, source="open_decision")
    figures = {figure["key"]: figure["value"] for figure in back.figures}
    assert figures["age"] == (THIRD - timedelta(days=10) - FIRST).days
    assert (figures["undone"], figures["overdue"]) == (1, 1)
    assert "尚未办结" in back.title_zh
