"""Time to closing counts what is open as open, and agrees with a curve worked out by hand."""

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concerted.errors import Invalid
from concerted.methods.followup import time_to_close


def test_the_curve_is_the_one_worked_out_by_hand() -> None:
    found = time_to_close([3, 5, 5, 8, 12], [True, True, False, True, False])
    assert [(p.days, round(p.still_open, 6), p.at_risk) for p in found.points] == [
        (3, 0.8, 5),
        (5, 0.6, 4),
        (8, 0.3, 2),
    ]
    assert found.median == 8
    assert found.share_closed == 0.6
    assert found.still_open_after(4) == 0.8


def test_a_mean_of_finished_things_would_have_hidden_what_is_open() -> None:
    found = time_to_close([10, 20, 400, 400, 400], [True, True, False, False, False])
    assert found.median is None
    assert found.still_open_after(400) == pytest.approx(0.6)


def test_nothing_closed_gives_no_curve_and_no_median() -> None:
    found = time_to_close([4, 9], [False, False])
    assert (found.of, found.closed, found.points, found.median) == (2, 0, (), None)
    assert time_to_close([], []).share_closed is None


@pytest.mark.parametrize("days", [[-1.0], [float("nan")]])
def test_an_impossible_age_is_refused(days: list[float]) -> None:
    with pytest.raises(Invalid):
        time_to_close(days, [True])


AGES = st.lists(st.tuples(st.integers(0, 400), st.booleans()), min_size=1, max_size=60)


@given(AGES)
def test_the_curve_falls_and_its_bounds_hold_it(rows: list[tuple[int, bool]]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = time_to_close([age for age, _ in rows], [closed for _, closed in rows])
    shares = [1.0, *(point.still_open for point in found.points)]
    assert shares == sorted(shares, reverse=True)
    assert all(p.low - 1e-9 <= p.still_open <= p.high + 1e-9 for p in found.points)


@given(AGES)
def test_an_open_thing_growing_older_never_lowers_the_curve(rows: list[tuple[int, bool]]) -> None:
    older = [(age if closed else age + 500, closed) for age, closed in rows]
    before = time_to_close([age for age, _ in rows], [closed for _, closed in rows])
    after = time_to_close([age for age, _ in older], [closed for _, closed in older])
    for point in before.points:
        assert after.still_open_after(point.days) >= point.still_open - 1e-9
