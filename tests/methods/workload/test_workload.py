"""The ranking finds the office others wait for, which counts of overdue obligations do not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concerted.methods.workload import Offices, Queue, concentration, pile_up, simulate, weight_of

RUNS = 12


def test_an_item_weighs_by_its_due_week_and_more_when_it_is_late() -> None:
    assert weight_of([0, 1, 3, -4, -8, -52]).tolist() == [1.0, 0.5, 0.25, 2.0, 3.0, 3.0]


def test_a_planted_bottleneck_is_ranked_first_where_counting_overdue_obligations_is_not_enough() -> None:
    ours = counted = 0
    for seed in range(RUNS):
        seen = simulate(Queue(weeks=12), seed=seed)
        ours += int(pile_up(seen.offices).order()[0] == 0)
        counted += int(np.argmax(seen.overdue) == 0)
    assert ours >= 0.95 * RUNS
    assert counted <= 0.6 * RUNS


def test_the_simulation_repeats_itself_by_its_seed() -> None:
    one, other = (simulate(Queue(weeks=4), seed=7) for _ in range(2))
    assert np.array_equal(one.offices.load, other.offices.load)
    assert np.array_equal(one.overdue, other.overdue)


def test_an_office_at_the_common_pace_that_keeps_up_has_an_index_of_nought() -> None:
    came = np.array([12.0, 24.0, 48.0])
    pile = pile_up(Offices(load=came / 6, arrived=came, left=came, weeks=12.0))
    assert np.allclose(pile.index, 0.0)
    assert np.allclose(pile.expected, came / 6)


def test_a_large_office_is_not_first_for_being_large() -> None:
    came = np.array([100.0, 10.0, 10.0])
    pile = pile_up(Offices(load=np.array([20.0, 2.0, 8.0]), arrived=came, left=came, weeks=12.0))
    assert pile.order()[0] == 2


def test_a_rising_pile_counts_beside_a_standing_one() -> None:
    came = np.array([24.0, 24.0, 24.0])
    pile = pile_up(
        Offices(load=np.array([6.0, 6.0, 6.0]), arrived=came, left=np.array([24.0, 10.0, 24.0]), weeks=12.0)
    )
    assert pile.order()[0] == 1
    assert pile.weeks_in_hand[1] > pile.weeks_in_hand[0]


@given(st.lists(st.integers(0, 50), min_size=2, max_size=12), st.integers(1, 52))
def test_the_order_of_offices_does_not_matter(loads: list[int], weeks: int) -> None:
    load = np.array(loads, dtype=np.float64)
    came = np.arange(1.0, len(loads) + 1)
    pile = pile_up(Offices(load, came, came, float(weeks)))
    turned = pile_up(Offices(load[::-1], came[::-1], came[::-1], float(weeks)))
    assert np.allclose(pile.index, turned.index[::-1])
    assert np.isfinite(pile.index).all()


def test_nothing_at_all_is_no_pile() -> None:
    nothing = np.zeros(3)
    assert pile_up(Offices(nothing, nothing, nothing, 12.0)).index.tolist() == [0.0, 0.0, 0.0]


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        pile_up(Offices(np.array([-1.0]), np.array([0.0]), np.array([0.0]), 12.0))


def test_concentration_goes_from_even_to_one_office() -> None:
    assert concentration([1, 1, 1, 1]) == pytest.approx(0.25)
    assert concentration([4, 0, 0, 0]) == 1.0
    assert np.isnan(concentration([0, 0]))
