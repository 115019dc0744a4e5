"""A meeting from its call to final minutes, and what its owners then owe."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from tests.mechanism.meetings.meeting_world import (
    FIRST,
    SECOND,
    THIRD,
    MeetingWorld,
    minutes_of,
    noon,
)

from concerted.errors import Conflict, Invalid, Refused
from concerted.foundation.access import acts as access
from concerted.foundation.agencies.models import Post
from concerted.foundation.obligations.models import Obligation, State
from concerted.mechanism.meetings.acts import agenda, calling, decisions, followup, minutes, session
from concerted.mechanism.meetings.models import ActionItem, AgendaItem, Decision, Meeting, Seat, Section
from concerted.mechanism.meetings.reads import actions, assembly, register, sealing, tracing

AFTER_SECOND = noon(SECOND + timedelta(days=2))


def owed_for(item: ActionItem, kind: str) -> Obligation:
    return Obligation.objects.get(subject_kind="meetings.actionitem", subject_id=item.pk, kind=kind)


def decided(joint: MeetingWorld, **facts: object) -> ActionItem:
    """An action item whose minutes were adopted at the second meeting."""
    first = joint.sitting(FIRST)
    action = joint.assign(joint.decide(first), **facts)
    joint.adopted(joint.circulated(first))
    with joint.world.seen_by(joint.clerk):
        return ActionItem.objects.get(pk=action.pk)


def test_an_undone_action_item_comes_back_with_its_age(joint: MeetingWorld) -> None:
    first = joint.sitting(FIRST)
    item = agenda.add_item(
        officer=joint.clerk, at=noon(FIRST), meeting=first, title_en="Hotline", title_zh="热线"
    )
    session.discuss_item(officer=joint.clerk, at=noon(FIRST), item=item)
    joint.note(first, "妇联说明热线情况。")
    action = joint.assign(joint.decide(first, item=item))
    assert joint.adopted(joint.circulated(first)).state == "adopted"
    owed = owed_for(action, "meetings.action")
    assert (owed.owner, owed.owed_to) == (joint.world.ministry, joint.world.office)
    assert owed.due == FIRST + timedelta(days=90)
    third, day = joint.called(THIRD), THIRD - timedelta(days=10)
    agenda.assemble(officer=joint.clerk, at=noon(day), meeting=third)
    with joint.world.seen_by(joint.clerk):
        [back] = AgendaItem.objects.filter(meeting=third, source="open_decision")
    figures = {figure["key"]: figure["value"] for figure in back.figures}
    assert figures == {"age": (day - FIRST).days, "carried_over": 0, "undone": 1, "overdue": 1}
    assert "尚未办结" in back.title_zh


def test_what_is_carried_from_agenda_to_agenda_is_counted_and_keeps_its_age(joint: MeetingWorld) -> None:
    action = decided(joint)
    third = joint.sitting(THIRD)
    agenda.assemble(officer=joint.clerk, at=noon(THIRD), meeting=third)
    with joint.world.seen_by(joint.clerk):
        [item] = AgendaItem.objects.filter(meeting=third, source="open_decision")
    agenda.accept_item(officer=joint.clerk, at=noon(THIRD), item=item)
    session.close_meeting(officer=joint.clerk, at=noon(THIRD), meeting=third)
    later = THIRD + timedelta(days=180)
    fourth = joint.called(later)
    found = assembly.replay(officer=joint.clerk, at=noon(later), meeting=fourth, on=later)
    [back] = [one for one in found.items if one.source == "open_decision"]
    figures = {figure.key: figure.value for figure in back.figures}
    assert (figures["carried_over"], figures["age"]) == (1, (later - FIRST).days)
    trace = tracing.trace(officer=joint.clerk, at=noon(later))
    assert [(chain.decision.pk, chain.length) for chain in trace.chains] == [(action.decision_id, 1)]


def test_seats_come_from_the_register_of_the_day_of_the_meeting(joint: MeetingWorld) -> None:
    called = joint.called(FIRST)
    assert {seat.agency.key: seat.role for seat in called.seats.select_related("agency")} == {
        "mps": "convenor",
        "mca": "member",
        "acwf": "member",
    }


def test_a_member_that_left_the_register_loses_its_seat_with_a_clear_answer(joint: MeetingWorld) -> None:
    called = joint.called(FIRST)
    access.load_memberships(
        officer=joint.world.machine,
        at=joint.world.at,
        records=[
            access.NewMembership(
                agency="acwf",
                valid_from=FIRST.replace(year=2008, month=1, day=1),
                valid_to=FIRST,
                source="the tests' world",
            )
        ],
    )
    opened = session.open_meeting(officer=joint.clerk, at=noon(FIRST), meeting=called)
    seat = opened.seats.get(agency__key="acwf")
    assert seat.left_register
    with pytest.raises(Conflict, match="left the register"):
        session.take_attendance(
            officer=joint.clerk,
            at=noon(FIRST),
            seat=seat,
            expected_row_version=seat.row_version,
            attendance="present",
        )


def test_a_meeting_is_closed_once(joint: MeetingWorld) -> None:
    first = joint.sitting(FIRST)
    session.close_meeting(officer=joint.clerk, at=noon(FIRST), meeting=first)
    with pytest.raises(Conflict, match="closed on 2010-04-15 already"):
        session.close_meeting(officer=joint.clerk, at=noon(FIRST), meeting=first)


def test_minutes_with_an_item_that_lacks_an_owner_are_not_adopted_and_nothing_of_them(
    joint: MeetingWorld,
) -> None:
    first = joint.sitting(FIRST)
    whole = joint.assign(joint.decide(first))
    joint.assign(joint.decide(first, "Train the police."), owner=None, due=None, text_en="Train them.")
    joint.decide(first, "Print the leaflet.")
    kept = joint.circulated(first)
    with pytest.raises(Invalid) as refused:
        joint.adopted(kept)
    said = {(problem.field, problem.row) for problem in refused.value.problems}
    assert said == {("owner", 2), ("due", 2), ("decision", 3)}
    assert "Train them." in str(refused.value.problems[1].what)
    with joint.world.seen_by(joint.clerk):
        assert ActionItem.objects.get(pk=whole.pk).state == "draft"
    assert not Obligation.objects.filter(subject_kind="meetings.actionitem").exists()


def test_minutes_are_adopted_at_a_later_meeting_of_the_series_only(joint: MeetingWorld) -> None:
    first = joint.sitting(FIRST)
    kept = joint.circulated(first)
    with pytest.raises(Conflict, match="later meeting"):
        minutes.adopt_minutes(officer=joint.clerk, at=noon(SECOND), minutes=kept, in_meeting=first)
    called = joint.called(SECOND)
    with pytest.raises(Conflict, match="does not sit"):
        minutes.adopt_minutes(officer=joint.clerk, at=noon(SECOND), minutes=kept, in_meeting=called)


def test_final_minutes_are_numbered_hashed_frozen_and_verifiable(joint: MeetingWorld) -> None:
    first = joint.sitting(FIRST)
    joint.assign(joint.decide(first))
    adopted = joint.adopted(joint.circulated(first))
    final = minutes.finish_minutes(
        officer=joint.clerk, at=noon(SECOND), minutes=adopted, number="联席〔2010〕1号"
    )
    with joint.world.seen_by(joint.clerk):
        assert sealing.verify(final).is_intact
        section = Section.objects.filter(minutes=final).first()
        for change in (
            lambda: Section.objects.filter(pk=section.pk).update(text_en="Other words."),
            lambda: type(final).objects.filter(pk=final.pk).update(number="2"),
            lambda: Decision.objects.filter(meeting=first).update(text_en="Other words."),
            lambda: ActionItem.objects.filter(decision__meeting=first).update(due=THIRD),
        ):
            with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
                change()


def test_a_text_changed_behind_the_triggers_is_named_by_the_verification(joint: MeetingWorld) -> None:
    first = joint.sitting(FIRST)
    joint.assign(joint.decide(first))
    adopted = joint.adopted(joint.circulated(first))
    final = minutes.finish_minutes(officer=joint.clerk, at=noon(SECOND), minutes=adopted, number="1")
    name = next(part for part in final.seal["parts"] if part.startswith("section/"))
    final.seal["parts"][name] = "0" * 64
    with joint.world.seen_by(joint.clerk):
        found = sealing.verify(final)
    assert (found.changed, found.hash_stands) == ((name,), False)


def test_the_owner_acknowledges_claims_with_evidence_and_somebody_outside_verifies(
    joint: MeetingWorld,
) -> None:
    item = decided(joint)
    owner = joint.world.focal_point
    followup.acknowledge(officer=owner, at=AFTER_SECOND, action_item=item)
    assert owed_for(item, "meetings.acknowledge").met_at == AFTER_SECOND
    followup.report_progress(officer=owner, at=AFTER_SECOND, action_item=item, text="Lines ordered.")
    with pytest.raises(Invalid, match="claim"):
        followup.claim_done(officer=owner, at=AFTER_SECOND, action_item=item, text="Done.", evidence=[" "])
    followup.claim_done(
        officer=owner, at=AFTER_SECOND, action_item=item, text="Done.", evidence=["民发〔2010〕9号"]
    )
    with pytest.raises(Refused):
        followup.verify(officer=owner, at=AFTER_SECOND, action_item=item)
    followup.verify(officer=joint.clerk, at=noon(THIRD), action_item=item)
    owed = owed_for(item, "meetings.action")
    assert (owed.met_at, owed.accepted_at) == (AFTER_SECOND, noon(THIRD))
    with joint.world.seen_by(joint.clerk):
        decision = Decision.objects.get(pk=item.decision_id)
    assert decision.state == "being_implemented"
    ended = decisions.conclude_decision(
        officer=joint.clerk, at=noon(THIRD), decision=decision, outcome="implemented", reason="All verified."
    )
    assert ended.state == "implemented"


def test_a_claim_sent_back_keeps_its_day_and_opens_a_clock_of_its_own(joint: MeetingWorld) -> None:
    item = decided(joint)
    owner = joint.world.focal_point
    followup.claim_done(officer=owner, at=AFTER_SECOND, action_item=item, text="Done.", evidence=["A"])
    back = followup.send_back(
        officer=joint.clerk, at=AFTER_SECOND, action_item=item, reason="No night shift."
    )
    assert back.state == "in_progress"
    assert owed_for(item, "meetings.action").met_at == AFTER_SECOND
    assert owed_for(item, "meetings.again").met_at is None


def test_an_item_without_a_date_ages_and_turns_red(joint: MeetingWorld) -> None:
    item = decided(joint, due=None, review_on=SECOND + timedelta(days=30))
    day = FIRST + timedelta(days=181)
    assert owed_for(item, "meetings.action").state_on(day) is State.OVERDUE
    followup.review(
        officer=joint.clerk, at=AFTER_SECOND, action_item=item, text="Half done.", next_review=THIRD
    )
    assert owed_for(item, "meetings.action").due == FIRST + timedelta(days=180), "a review moves no red day"
    board = actions.action_board(officer=joint.world.focal_point, at=noon(THIRD))
    assert [(line.item.pk, line.is_red, line.age) for line in board.mine] == [
        (item.pk, True, (THIRD - FIRST).days)
    ]


def test_a_decision_is_rescinded_by_a_later_decision_only_and_its_items_end_with_it(
    joint: MeetingWorld,
) -> None:
    item = decided(joint)
    with joint.world.seen_by(joint.clerk):
        second = Meeting.objects.get(held_on=SECOND)
        earlier = Decision.objects.get(pk=item.decision_id)
    joint.decide(second, "The hotline is not opened.", kind="rule", rescinds=earlier)
    kept = joint.circulated(second)
    joint.adopted(kept, THIRD)
    with joint.world.seen_by(joint.clerk):
        earlier.refresh_from_db()
        assert (earlier.state, ActionItem.objects.get(pk=item.pk).state) == ("rescinded", "cancelled")
    assert owed_for(item, "meetings.action").excused_at == noon(THIRD)


def test_a_decision_with_open_items_is_not_called_implemented(joint: MeetingWorld) -> None:
    item = decided(joint)
    with joint.world.seen_by(joint.clerk):
        decision = Decision.objects.get(pk=item.decision_id)
    with pytest.raises(Conflict, match="still open"):
        decisions.conclude_decision(
            officer=joint.clerk, at=AFTER_SECOND, decision=decision, outcome="implemented", reason="Enough."
        )
    lapsed = decisions.conclude_decision(
        officer=joint.clerk, at=AFTER_SECOND, decision=decision, outcome="lapsed", reason="The law changed."
    )
    assert lapsed.state == "lapsed"
    assert owed_for(item, "meetings.action").excused_at == AFTER_SECOND


def test_the_office_does_not_verify_what_it_owns_itself(joint: MeetingWorld) -> None:
    item = decided(joint, owner=joint.world.office)
    assert item.verifier == joint.world.agency("mps")
    followup.claim_done(officer=joint.clerk, at=AFTER_SECOND, action_item=item, text="Done.", evidence=["A"])
    with pytest.raises(Refused):
        followup.verify(officer=joint.clerk, at=AFTER_SECOND, action_item=item)
    outside = joint.world.officer_for(joint.world.agency("mps"), Post.Function.FOCAL_POINT)
    assert followup.verify(officer=outside, at=AFTER_SECOND, action_item=item).state == "verified"


def test_the_register_finds_a_decision_by_its_chinese_words(joint: MeetingWorld) -> None:
    first = joint.sitting(FIRST)
    joint.assign(joint.decide(first, "Open a hotline.", text_zh="开通反拐求助热线。"))
    joint.adopted(joint.circulated(first))
    for words, expected in (("求助热线", 1), ("hotline 反拐", 1), ("边境", 0)):
        found = register.decisions(
            officer=joint.world.focal_point, at=AFTER_SECOND, wanted=register.DecisionFilter(words=words)
        )
        assert found.total == expected, words


def test_a_quorum_rule_is_recorded_when_the_meeting_closes(joint: MeetingWorld) -> None:
    joint.series.quorum_part, joint.series.quorum_of, joint.series.quorum_rule = (
        2,
        3,
        "working rules, article 4",
    )
    joint.series.save()
    first = joint.called(FIRST)
    session.open_meeting(officer=joint.clerk, at=noon(FIRST), meeting=first)
    for key in ("mps", "mca"):
        seat = first.seats.get(agency__key=key)
        session.take_attendance(
            officer=joint.clerk,
            at=noon(FIRST),
            seat=seat,
            expected_row_version=seat.row_version,
            attendance=Seat.Attendance.BY_VIDEO,
        )
    assert session.close_meeting(officer=joint.clerk, at=noon(FIRST), meeting=first).quorum_met is True


def test_a_provincial_meeting_relays_the_nations_on_the_same_day(joint: MeetingWorld) -> None:
    from concerted.mechanism.meetings.acts import series as series_acts

    national = joint.called(FIRST)
    officer = joint.world.provincial
    own = series_acts.open_series(
        officer=officer,
        at=joint.world.at,
        key="yunnan-plenary",
        kind="plenary",
        title_en="Yunnan",
        above=joint.series,
    )
    plan = {"officer": officer, "at": joint.world.at, "series": own, "title_en": "Yunnan relays"}
    with pytest.raises(Invalid):
        calling.plan_meeting(**plan, held_on=SECOND, relay_of=national)
    relay = calling.plan_meeting(**plan, held_on=FIRST, relay_of=national)
    assert relay.by_video
    assert own.place_code == "530000"


def test_minutes_of_five_hundred_items_are_drafted_adopted_and_sealed(joint: MeetingWorld) -> None:
    first = joint.sitting(FIRST)
    with joint.world.seen_by(joint.clerk):
        AgendaItem.objects.bulk_create(
            AgendaItem(meeting=first, state="discussed", position=n, title_en=f"Item {n}")
            for n in range(1, 501)
        )
    joint.assign(joint.decide(first))
    kept = joint.circulated(first)
    with joint.world.seen_by(joint.clerk):
        assert Section.objects.filter(minutes=kept).count() == 502
    final = minutes.finish_minutes(
        officer=joint.clerk, at=noon(SECOND), minutes=joint.adopted(kept), number="500"
    )
    with joint.world.seen_by(joint.clerk):
        assert sealing.verify(minutes_of(joint.world, first)).is_intact
    assert len(final.seal["parts"]) > 502
