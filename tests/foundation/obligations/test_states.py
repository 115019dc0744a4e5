"""The state on a day is one rule, written twice: in SQL for lists and in Python for one obligation."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders import SHANGHAI, World, build_world
from tests.foundation.obligations.world import owe

from concerted.foundation.obligations.models import Obligation, State

pytestmark = pytest.mark.django_db
FIRST = date(2010, 1, 1)
DAYS = st.integers(0, 60).map(lambda n: FIRST + timedelta(days=n))
MOMENTS = st.none() | st.builds(
    lambda day, hour, minute: datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI),
    DAYS,
    st.sampled_from([0, 7, 8, 12, 23]),
    st.sampled_from([0, 59]),
)


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def one(world: World) -> Obligation:
    return owe(world, world.ministry)[0]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    dates=st.lists(DAYS, min_size=3, max_size=3).map(sorted),
    met=MOMENTS,
    excused=MOMENTS,
    closed=MOMENTS,
    day=DAYS,
)
def test_the_list_and_the_single_obligation_tell_the_same_state(
    one: Obligation,
    dates: list[date],
    met: datetime | None,
    excused: datetime | None,
    closed: datetime | None,
    day: date,
) -> None:
    one.opens, one.due, one.grace_until = dates
    one.met_at, one.excused_at, one.closed_at = met, excused, closed
    one.save()
    [listed] = Obligation.objects.with_state(day).filter(pk=one.pk)
    assert listed.state == one.state_on(day)
    unanswered = one.state_on(day) in {State.OPEN, State.DUE_SOON, State.OVERDUE}
    assert Obligation.objects.unanswered(day).filter(pk=one.pk).exists() == unanswered
    overdue = one.state_on(day) == State.OVERDUE
    assert Obligation.objects.overdue(day).filter(pk=one.pk).exists() == overdue


NOON = datetime(2010, 4, 16, 12, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("minutes", "state"),
    [(-1, State.DUE_SOON), (0, State.DUE_SOON), (1, State.OVERDUE), (600, State.OVERDUE)],
)
def test_a_clock_by_hours_is_late_from_its_moment_and_not_from_midnight(
    one: Obligation, minutes: int, state: State
) -> None:
    one.opens = one.due = one.grace_until = NOON.date()
    one.due_at = NOON
    one.save()
    at = NOON + timedelta(minutes=minutes)
    [listed] = Obligation.objects.with_state(NOON.date(), at).filter(pk=one.pk)
    assert listed.state == one.state_on(NOON.date(), at) == state
    late = Obligation.objects.overdue(NOON.date(), at).filter(pk=one.pk).exists()
    assert late == (state == State.OVERDUE)


@pytest.mark.parametrize(("minutes", "state"), [(0, State.MET_ON_TIME), (1, State.MET_LATE)])
def test_an_answer_after_its_hour_is_late_on_the_same_day(
    one: Obligation, minutes: int, state: State
) -> None:
    one.opens = one.due = one.grace_until = NOON.date()
    one.due_at, one.met_at = NOON, NOON + timedelta(minutes=minutes)
    one.save()
    [listed] = Obligation.objects.with_state(NOON.date()).filter(pk=one.pk)
    assert listed.state == one.state_on(NOON.date()) == state


def test_the_end_of_the_day_judges_a_clock_by_hours_where_no_moment_is_given(one: Obligation) -> None:
    one.opens = one.due = one.grace_until = NOON.date()
    one.due_at = NOON
    one.save()
    assert Obligation.objects.with_state(NOON.date()).get(pk=one.pk).state == State.OVERDUE
    assert one.state_on(NOON.date()) == State.OVERDUE
    assert one.state_on(NOON.date() - timedelta(days=1)) == State.NOT_OPEN


def test_the_day_ends_at_local_midnight_not_at_that_of_greenwich(one: Obligation) -> None:
    one.grace_until = date(2010, 4, 16)
    one.met_at = datetime(2010, 4, 16, 23, 59, tzinfo=SHANGHAI)
    assert one.state_on(date(2010, 4, 16)) == State.MET_ON_TIME
    one.met_at = datetime(2010, 4, 17, 0, 1, tzinfo=SHANGHAI)  # still the 16th in Greenwich
    assert one.state_on(date(2010, 4, 17)) == State.MET_LATE


def test_the_past_is_told_as_it_stood(one: Obligation) -> None:
    one.met_at = datetime(2010, 4, 20, 9, 0, tzinfo=SHANGHAI)
    assert one.state_on(date(2010, 4, 19)) == State.OVERDUE
    assert one.state_on(date(2010, 4, 20)) == State.MET_LATE


def test_the_excused_is_not_late(one: Obligation) -> None:
    one.excused_at = datetime(2010, 4, 30, 9, 0, tzinfo=SHANGHAI)
    assert one.state_on(date(2010, 5, 30)) == State.EXCUSED
