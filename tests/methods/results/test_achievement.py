"""Achievement, pace and ratios: worked examples by hand and what must hold whatever the figures."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from concerted.methods.results import (
    Direction,
    KeepSide,
    Quotient,
    Standing,
    Why,
    achievement,
    expected_pace,
    is_met,
    known,
    ratio,
    ratio_of_sums,
    undefined,
)

figures = st.integers(-10_000, 10_000)


@pytest.mark.parametrize(
    ("baseline", "target", "actual", "direction", "expected"),
    [
        (0, 100, 25, Direction.RISE, 0.25),
        (40, 60, 45, Direction.RISE, 0.25),
        (40, 60, 40, Direction.RISE, 0.0),
        (40, 60, 0, Direction.RISE, -2.0),
        (40, 60, 70, Direction.RISE, 1.5),
        (200, 100, 150, Direction.FALL, 0.5),
        (200, 100, 230, Direction.FALL, -0.3),
        (200, 0, 0, Direction.FALL, 1.0),
        (10, 30, 35, Direction.REACH, 1.25),
        (50, 30, 45, Direction.REACH, 0.25),
        (Decimal("0.1"), Decimal("0.3"), Decimal("0.2"), Direction.RISE, 0.5),
    ],
)
def test_achievement_is_the_share_of_the_way_from_baseline_to_target(
    baseline, target, actual, direction, expected
):
    assert achievement(baseline, target, actual, direction).value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("baseline", "target", "actual", "direction", "why"),
    [
        (None, 100, 25, Direction.RISE, Why.NO_BASELINE),
        (0, None, 25, Direction.RISE, Why.NO_TARGET),
        (0, 100, None, Direction.RISE, Why.NO_ACTUAL),
        (7, 7, 7, Direction.RISE, Why.TARGET_EQUALS_BASELINE),
        (100, 50, 60, Direction.RISE, Why.TARGET_AGAINST_DIRECTION),
        (50, 100, 60, Direction.FALL, Why.TARGET_AGAINST_DIRECTION),
        (0, 1, float("nan"), Direction.RISE, Why.NOT_A_NUMBER),
        (None, None, 3, Direction.KEEP, Why.NO_BASELINE),
        (0, 0, 3, Direction.KEEP, Why.LEVEL_IS_ZERO),
        (5, 5, float("nan"), Direction.KEEP, Why.NOT_A_NUMBER),
    ],
)
def test_what_cannot_be_said_is_undefined_with_its_reason(baseline, target, actual, direction, why):
    assert achievement(baseline, target, actual, direction) == undefined(why)


@pytest.mark.parametrize(
    ("actual", "tolerance", "side", "expected"),
    [
        (100, 0, KeepSide.WITHIN, 1.0),
        (95, 5, KeepSide.WITHIN, 1.0),
        (85, 5, KeepSide.WITHIN, 0.9),
        (130, 0, KeepSide.WITHIN, 0.7),
        (130, 0, KeepSide.AT_LEAST, 1.0),
        (80, 0, KeepSide.AT_LEAST, 0.8),
        (80, 0, KeepSide.AT_MOST, 1.0),
        (0, 0, KeepSide.AT_LEAST, 0.0),
    ],
)
def test_keeping_a_level_loses_only_what_lies_beyond_the_tolerance(actual, tolerance, side, expected):
    kept = achievement(100, None, actual, Direction.KEEP, tolerance=tolerance, keep_side=side)
    assert kept.value == pytest.approx(expected)


def test_a_number_and_a_reason_exclude_each_other():
    with pytest.raises(ValueError, match="never both"):
        Quotient()
    with pytest.raises(ValueError, match="never both"):
        Quotient(1.0, Why.NO_TARGET)


def test_clipping_is_for_drawing_and_leaves_the_number_alone():
    regress = achievement(40, 60, 30, Direction.RISE)
    assert (regress.clipped(), regress.value) == (0.0, -0.5)


@given(figures, figures, figures, st.integers(1, 1000), figures)
def test_the_unit_and_the_zero_of_the_scale_do_not_matter(baseline, target, actual, scale, shift):
    assume(baseline != target)
    plain = achievement(baseline, target, actual, Direction.REACH)
    moved = achievement(*(n * scale + shift for n in (baseline, target, actual)), Direction.REACH)
    assert moved.value == pytest.approx(plain.value)


@given(figures, figures, figures)
def test_falling_is_rising_seen_in_a_mirror(baseline, target, actual):
    assume(target > baseline)
    rise = achievement(baseline, target, actual, Direction.RISE)
    assert achievement(-baseline, -target, -actual, Direction.FALL) == rise


@given(figures, figures, figures)
def test_a_target_is_met_exactly_when_achievement_is_at_least_one(baseline, target, actual):
    assume(baseline != target)
    for direction in (Direction.RISE, Direction.FALL, Direction.REACH):
        achieved = achievement(baseline, target, actual, direction).value
        if achieved is not None:
            assert is_met(baseline, target, actual, direction) is (achieved >= 1)


def test_meeting_a_target_needs_a_baseline_only_where_the_side_matters():
    assert is_met(None, 10, 12, Direction.RISE) is True
    assert is_met(None, 10, 12, Direction.FALL) is False
    assert is_met(None, 10, 12, Direction.REACH) is None
    assert is_met(None, 10, 12, Direction.REACH, tolerance=2) is True
    assert is_met(100, None, 90, Direction.KEEP, tolerance=10) is True
    assert is_met(1, 2, None, Direction.RISE) is None


START, END = date(2008, 1, 1), date(2012, 12, 31)


def pace(achieved, at=date(2010, 7, 2), **options):
    return expected_pace(START, END, at, achieved, **options)


def test_half_of_the_time_expects_half_of_the_way():
    assert pace(known(0.5)).expected.value == pytest.approx(0.5, abs=0.001)
    standings = [pace(known(share)).standing for share in (-0.2, 0.3, 0.45, 0.55, 0.9)]
    assert standings == [Standing.BEHIND, Standing.BEHIND, Standing.ON, Standing.ON, Standing.AHEAD]


def test_nothing_is_expected_before_the_start_and_no_more_than_all_after_the_end():
    early, late = pace(known(0), date(2007, 1, 1)), pace(known(1), date(2014, 1, 1))
    assert (early.expected.value, late.expected.value) == (0.0, 1.0)
    assert early.elapsed.value < 0 and late.elapsed.value > 1
    assert (early.standing, late.standing) == (Standing.ON, Standing.ON)


def test_silence_is_of_unknown_standing_and_not_behind():
    assert pace(undefined(Why.NO_ACTUAL)).standing is Standing.UNKNOWN
    assert expected_pace(None, END, END, known(1)).elapsed.why is Why.NO_DATES
    assert expected_pace(END, END, END, known(1)).elapsed.why is Why.NO_TIME_SPAN


def test_a_level_is_to_be_kept_on_every_day():
    assert pace(known(0.5), START, direction=Direction.KEEP).standing is Standing.BEHIND


def test_a_ratio_without_a_denominator_is_no_ratio():
    assert ratio(0, 5).value == 0
    assert ratio(3, 0).why is Why.ZERO_DENOMINATOR
    assert ratio(None, 5).why is Why.NO_NUMERATOR
    assert ratio(3, None).why is Why.NO_DENOMINATOR
    assert ratio_of_sums([]).why is Why.NOTHING_REPORTED
    assert ratio_of_sums([(0, 0)]).why is Why.ZERO_DENOMINATOR


def test_ratios_come_together_by_their_sums_and_not_by_their_mean():
    assert ratio_of_sums([(9, 10), (100, 1000)]).value == pytest.approx(109 / 1010)
