"""Figures as known at a moment: nothing entered, corrected or ruled later counts, and nothing is forgotten."""

from datetime import timedelta

import pytest
from tests.mechanism.plan.figures import Nation, build_nation

from concerted.mechanism.plan.acts import observations as acts
from concerted.mechanism.plan.models import Observation
from concerted.mechanism.plan.reads.indicators import progress_of
from concerted.mechanism.plan.reads.known import conflicting_cells

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def nation() -> Nation:
    return build_nation()


def value_at(nation: Nation, days: int) -> float | None:
    """The nation's figure of the first quarter as known so many days after the tests' Monday, at its dawn."""
    indicator = nation.indicators["trained"]
    [found] = progress_of(
        version=None,
        indicators=[indicator],
        place_code="000000",
        period=nation.periods[0],
        on=nation.world.at.date(),
        known=nation.world.at + days * DAY - timedelta(hours=9),
    )
    return found.now.value


def test_the_nations_figure_is_the_one_of_that_day(nation: Nation) -> None:
    nation.enter("trained", "530000", 10)
    later = {"officer": nation.world.secretariat, "indicator": nation.indicators["trained"]}
    acts.enter_observation(
        **later, at=nation.world.at + 5 * DAY, place_code="430000", period=nation.periods[0], value=7
    )
    yunnan = Observation.objects.get(place_code="530000")
    acts.correct_observation(
        officer=nation.world.provincial,
        at=nation.world.at + 9 * DAY,
        observation=yunnan,
        reason="counted again",
        value=12,
    )
    assert [value_at(nation, days) for days in (0, 1, 6, 10)] == [None, 10, 17, 19]


def test_a_conflict_is_there_until_it_is_ruled(nation: Nation) -> None:
    nation.enter("trained", "530000", 10)
    second = acts.enter_observation(
        officer=nation.world.secretariat,
        at=nation.world.at + 2 * DAY,
        indicator=nation.indicators["trained"],
        place_code="530000",
        period=nation.periods[0],
        value=14,
    )
    acts.rule(
        officer=nation.world.secretariat,
        at=nation.world.at + 8 * DAY,
        observation=second,
        reason="on the spot",
    )

    def conflicting(days: int) -> int:
        return len(
            conflicting_cells(
                indicators=[nation.indicators["trained"].pk],
                periods=[nation.periods[0].pk],
                place_code="000000",
                known=nation.world.at + days * DAY,
            )
        )

    assert [conflicting(days) for days in (1, 5, 9)] == [0, 1, 0]
