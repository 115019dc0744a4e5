"""The agenda grows from evidence: explained, the same for the same inputs, and as it would have been on any day."""

from datetime import date, timedelta

import pytest
from tests.mechanism.meetings.meeting_world import FIRST, SECOND, MeetingWorld, noon

from concerted.foundation.access import acts as access
from concerted.foundation.agencies.models import Agency, Place, Post
from concerted.foundation.obligations import acts as obligation_acts
from concerted.foundation.obligations import marks
from concerted.foundation.obligations import reads as obligation_reads
from concerted.foundation.obligations.models import Obligation
from concerted.mechanism.meetings.acts import agenda, escalation
from concerted.mechanism.meetings.models import AgendaItem, Meeting
from concerted.mechanism.meetings.reads import assembly
from concerted.mechanism.meetings.reads.evidence import Pair, Proposed

DUE = date(2010, 6, 1)
JULY = date(2010, 7, 1)


def owe(joint: MeetingWorld, owner: Agency, *, number: int = 1, kind: str = "plan.return") -> Obligation:
    """The owner owes the office something due on the first of June 2010."""
    new = marks.NewObligation(
        owner_id=owner.pk,
        owed_to_id=joint.world.office.pk,
        subject_kind="tests.thing",
        subject_id=number,
        period_key="2010-Q1",
        label_en="Figures of the county",
        label_zh="县级数据",
        opens=date(2010, 4, 1),
        due=DUE,
    )
    at = noon(date(2010, 4, 1))
    [made] = marks.open_obligations(officer=joint.clerk, at=at, kind=kind, items=[new])
    return made


def of_source(joint: MeetingWorld, meeting: Meeting, on: date, source: str) -> list[Proposed]:
    """What one source proposes for the meeting on a day, looked at half a year later."""
    found = assembly.replay(officer=joint.clerk, at=noon(SECOND), meeting=meeting, on=on)
    return [one for one in found.items if one.source == source]


def test_overdue_obligations_are_proposed_with_figures_and_a_link(joint: MeetingWorld) -> None:
    owe(joint, joint.world.ministry)
    [item] = of_source(joint, joint.meeting(SECOND), JULY, "overdue")
    assert (item.address_kind, item.address_key) == ("agencies.agency", "mca")
    assert {figure.key: figure.value for figure in item.figures}["overdue"] == 1
    assert item.reason_en.startswith("1 obligations are overdue, the oldest by ")
    assert "逾期事项 1 项" in item.reason_zh
    assert item.links[0].label.zh == "民政部"


def test_a_replay_shows_what_would_have_been_proposed_on_the_day(joint: MeetingWorld) -> None:
    owed = owe(joint, joint.world.ministry)
    meeting = joint.meeting(SECOND)
    answered = noon(JULY + timedelta(days=10))
    marks.mark_met(officer=joint.clerk, at=answered, obligations=[owed])
    assert len(of_source(joint, meeting, JULY, "overdue")) == 1
    assert of_source(joint, meeting, DUE, "overdue") == [], "on the day it was due nothing was late"
    assert of_source(joint, meeting, answered.date(), "overdue") == []


def test_the_same_inputs_give_the_same_proposal(joint: MeetingWorld) -> None:
    for number, agency in enumerate((joint.world.ministry, joint.world.yunnan, joint.world.hunan)):
        owe(joint, agency, number=number)
    meeting = joint.meeting(SECOND)
    hashes = {
        agenda.assemble(officer=joint.clerk, at=noon(SECOND), meeting=meeting, on=JULY).content_hash
        for _ in range(3)
    }
    replayed = assembly.replay(officer=joint.clerk, at=noon(SECOND), meeting=meeting, on=JULY)
    assert hashes == {replayed.content_hash}
    with joint.world.seen_by(joint.clerk):
        assert AgendaItem.objects.filter(meeting=meeting, source="overdue").count() == 3


def test_assembling_again_leaves_what_the_office_settled_and_drops_what_no_longer_stands(
    joint: MeetingWorld,
) -> None:
    kept, gone = owe(joint, joint.world.ministry), owe(joint, joint.world.yunnan, number=2)
    meeting = joint.meeting(SECOND)
    agenda.assemble(officer=joint.clerk, at=noon(SECOND), meeting=meeting, on=JULY)
    with joint.world.seen_by(joint.clerk):
        items = {item.address_key: item for item in AgendaItem.objects.filter(source="overdue")}
    agenda.accept_item(officer=joint.clerk, at=noon(SECOND), item=items["mca"])
    marks.mark_met(officer=joint.clerk, at=noon(JULY), obligations=[kept, gone])
    agenda.assemble(officer=joint.clerk, at=noon(SECOND), meeting=meeting, on=JULY + timedelta(days=1))
    with joint.world.seen_by(joint.clerk):
        states = dict(AgendaItem.objects.filter(source="overdue").values_list("address_key", "state"))
        assert states == {"mca": "accepted", "530000": "dropped"}
        assert AgendaItem.objects.get(address_key="530000").reason


def test_what_goes_beyond_the_most_is_told_and_never_left_out() -> None:
    found = [
        Proposed("overdue", "agencies.agency", f"a{n:02}", Pair("A", "甲"), Pair("R", "理由"), weight=n)
        for n in range(20)
    ]
    source = next(one for one in assembly.SOURCES if one.code == "overdue")
    shown = assembly.capped(source, found)
    assert [one.address_key for one in shown[:2]] == ["a19", "a18"]
    assert len(shown) == source.most + 1
    assert {link.key for link in shown[-1].links} | {one.address_key for one in shown[:-1]} == {
        one.address_key for one in found
    }


@pytest.fixture
def county(joint: MeetingWorld) -> Agency:
    """A county office of Yunnan whose prefecture has no office of its own."""
    machine, at = joint.world.machine, joint.world.at
    access.load_agencies(
        officer=machine,
        at=at,
        records=[
            access.NewAgency(
                key="ps-test-county",
                kind=Agency.Kind.LOCAL_DEPARTMENT,
                name_en="A county's police",
                line="mps",
                place_code="530122",
                tier=Place.Level.COUNTY,
            )
        ],
    )
    joint.world.provincial  # noqa: B018 - Yunnan's office has its officer
    joint.world.officer_for(joint.world.agency("ps-test-county"), Post.Function.LOCAL_OFFICER)
    return joint.world.agency("ps-test-county")


def climb(joint: MeetingWorld, on: date) -> int:
    return obligation_acts.escalate_due(officer=joint.clerk, at=noon(on)).steps


def test_a_county_climbs_every_rung_to_the_agenda_and_none_is_skipped_silently(
    joint: MeetingWorld, county: Agency
) -> None:
    owed = owe(joint, county)
    meeting = joint.called(SECOND)
    assert climb(joint, date(2010, 9, 20)) == 5
    rungs = obligation_reads.rungs_of(owed, on=date(2010, 9, 20))
    assert [(str(r.level), r.agency.key if r.agency else "") for r in rungs] == [
        ("prefecture", "ps-yunnan"),
        ("province", "ps-yunnan"),
        ("liaison", "mps"),
        ("office", "mps-cid"),
        ("agenda", "mps-cid"),
    ]
    assert "no agency above of the level prefecture" in rungs[0].said
    assert [rung.falls_on for rung in rungs] == sorted(rung.falls_on for rung in rungs)
    for side in (county, joint.world.office, joint.world.yunnan):
        assert obligation_reads.escalations_concerning(side, on=date(2010, 9, 20)).exists()
    placed = escalation.place_escalated(officer=joint.clerk, at=noon(date(2010, 9, 21)))
    assert (placed.items, placed.meeting) == (1, meeting.key)
    assert escalation.place_escalated(officer=joint.clerk, at=noon(date(2010, 9, 22))).items == 0
    with joint.world.seen_by(joint.clerk):
        [item] = AgendaItem.objects.filter(meeting=meeting, source="escalated")
    assert (item.address_kind, item.address_key, item.state) == (
        "obligations.obligation",
        str(owed.pk),
        "proposed",
    )


def test_an_answer_stops_the_climb_and_takes_the_thing_off_the_proposal(
    joint: MeetingWorld, county: Agency
) -> None:
    owed = owe(joint, county)
    climb(joint, date(2010, 6, 25))
    marks.mark_met(officer=joint.clerk, at=noon(date(2010, 6, 26)), obligations=[owed])
    assert climb(joint, date(2010, 9, 20)) == 0
    rungs = obligation_reads.rungs_of(owed, on=date(2010, 9, 20))
    assert [rung.taken_at is not None for rung in rungs] == [True, True, False, False, False]
    assert of_source(joint, joint.meeting(SECOND), date(2010, 9, 20), "escalated") == []


def test_minutes_that_wait_for_adoption_are_proposed_first(joint: MeetingWorld) -> None:
    first = joint.sitting(FIRST)
    joint.assign(joint.decide(first))
    joint.circulated(first)
    second = joint.called(SECOND)
    found = assembly.replay(officer=joint.clerk, at=noon(SECOND), meeting=second, on=SECOND)
    assert [one.source for one in found.items[:2]] == ["minutes", "open_decision"]
    assert "未办结" in found.items[1].reason_zh
