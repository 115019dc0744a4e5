"""What the other parts mark: opening is repeatable and bulk, and the first answer's day never moves."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.builders import World, build_world

from concerted.foundation.obligations import marks
from concerted.foundation.obligations.kinds import ObligationKind, register
from concerted.foundation.obligations.models import Obligation, ObligationEvent, State

pytestmark = pytest.mark.django_db
KIND = register(ObligationKind(code="tests.marked", name_en="Test", name_zh="测试", grace_working_days=5))


@pytest.fixture
def world() -> World:
    return build_world()


def new(world: World, number: int = 1) -> marks.NewObligation:
    return marks.NewObligation(
        owner_id=world.ministry.pk,
        owed_to_id=world.office.pk,
        subject_kind="tests.thing",
        subject_id=number,
        period_key="2010-Q1",
        label_en=f"Report on measure {number}",
        label_zh="报告",
        opens=date(2010, 4, 1),
        due=date(2010, 4, 30),
    )


def test_a_whole_nation_is_opened_in_one_statement_and_once(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = new(world)
    items = [replace(first, subject_id=number) for number in range(5_700)]
    officer = world.secretariat
    with world.seen_by(officer):
        with django_assert_num_queries(1):
            opened = marks.open_obligations(officer=officer, at=world.at, kind=KIND.code, items=items)
        again = marks.open_obligations(officer=officer, at=world.at, kind=KIND.code, items=items)
    assert [o.subject_id for o in opened] == list(range(5_700))
    assert again == []
    assert ObligationEvent.objects.filter(what="opened", obligation__kind=KIND.code).count() == 5_700


def test_the_grace_counts_working_days_and_not_the_may_holiday(world: World) -> None:
    [owed] = open_one(world)
    # 1 to 3 May 2010 were free; the five working days after Friday 30 April are 4 to 10 May without the weekend.
    assert owed.grace_until == date(2010, 5, 10)
    assert Obligation.objects.get(pk=owed.pk).grace_until == date(2010, 5, 10)


def test_the_first_answer_is_kept_for_ever(world: World) -> None:
    owed = open_one(world)
    later = world.at + timedelta(days=40)
    with world.seen_by(world.focal_point):
        assert marks.mark_met(officer=world.focal_point, at=world.at, obligations=owed) == owed
        marks.mark_returned(officer=world.secretariat, at=world.at, obligations=owed, reason="no figures")
        assert marks.mark_met(officer=world.focal_point, at=later, obligations=owed) == []
    kept = Obligation.objects.get(pk=owed[0].pk)
    assert kept.met_at == world.at
    assert [e.what for e in kept.events.order_by("id")] == ["opened", "met", "returned"]


def test_a_missed_period_stays_missed_when_the_answer_comes_afterwards(world: World) -> None:
    owed = open_one(world)
    with world.seen_by(world.secretariat):
        marks.mark_closed(officer=world.secretariat, at=world.at + timedelta(days=40), obligations=owed)
        marks.mark_met(officer=world.focal_point, at=world.at + timedelta(days=41), obligations=owed)
    day = date(2010, 7, 1)
    assert owed[0].state_on(day) == State.NOT_REPORTED
    assert Obligation.objects.with_state(day).get(pk=owed[0].pk).state == State.NOT_REPORTED


def test_a_draft_stops_no_clock(world: World) -> None:
    owed = open_one(world)
    with world.seen_by(world.focal_point):
        marks.mark_begun(officer=world.focal_point, at=world.at, obligations=owed)
    assert owed[0].state_on(date(2010, 5, 11)) == State.OVERDUE


def open_one(world: World) -> list[Obligation]:
    with world.seen_by(world.secretariat):
        return marks.open_obligations(
            officer=world.secretariat, at=world.at, kind=KIND.code, items=[new(world)]
        )
