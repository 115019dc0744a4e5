"""Gaps between a national measure and a local one: every planted defect is found and none is invented."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concerted.methods.results import (
    AddUp,
    Answer,
    Direction,
    GapKind,
    IndicatorFacts,
    LocalAnswer,
    MeasureFacts,
    RollUp,
    find_all_gaps,
    find_gaps,
    targets_add_up,
)

TRAINED = IndicatorFacts(
    key="trained",
    unit="percent",
    direction=Direction.RISE,
    baseline=20,
    target=80,
    target_on=date(2012, 12, 31),
)
NATIONAL = MeasureFacts("1.2", leads=["ministry"], ends=date(2012, 12, 31), indicators=[TRAINED])
SHELTERS = IndicatorFacts("shelters", "places", Direction.RISE, 0, 300, roll_up=RollUp.SUM)


def gaps_of(local, national=NATIONAL):
    return find_gaps(national, LocalAnswer(Answer.ADAPTED, local))


def with_indicator(**changes):
    return replace(NATIONAL, indicators=[replace(TRAINED, **changes)])


def kinds(gaps):
    return {gap.kind for gap in gaps}


def test_a_faithful_copy_has_no_gap():
    assert gaps_of(NATIONAL) == frozenset()


def test_a_stronger_and_earlier_copy_has_no_gap():
    stronger = with_indicator(target=90, target_on=date(2011, 6, 30))
    assert gaps_of(replace(stronger, ends=date(2011, 6, 30))) == frozenset()


@pytest.mark.parametrize(
    ("local", "kind"),
    [
        (replace(NATIONAL, leads=()), GapKind.NO_LOCAL_LEAD),
        (replace(NATIONAL, ends=None), GapKind.NO_END_DATE),
        (replace(NATIONAL, ends=date(2013, 1, 1)), GapKind.LATER_DATE),
        (replace(NATIONAL, indicators=()), GapKind.NO_INDICATOR),
        (with_indicator(baseline=None), GapKind.NO_BASELINE),
        (with_indicator(target=None), GapKind.NO_TARGET),
        (with_indicator(target=79), GapKind.WEAKER_TARGET),
        (with_indicator(target=0), GapKind.WEAKER_TARGET),
        (with_indicator(target_on=date(2013, 6, 30)), GapKind.LATER_TARGET_DATE),
        (with_indicator(unit="persons", target=1), GapKind.UNIT_INCOMPARABLE),
        (with_indicator(direction=Direction.REACH), GapKind.DIRECTION_DIFFERS),
        (with_indicator(roll_up=RollUp.SUM, target=1), GapKind.ROLL_UP_DIFFERS),
    ],
)
def test_each_planted_defect_is_the_one_gap_found(local, kind):
    assert kinds(gaps_of(local)) == {kind}


def test_gaps_carry_their_figures():
    (late,) = gaps_of(replace(NATIONAL, ends=date(2013, 1, 31)))
    assert (late.national, late.local, late.difference) == (date(2012, 12, 31), date(2013, 1, 31), 31)
    (weak,) = gaps_of(with_indicator(target=65))
    assert (weak.indicator, weak.national, weak.local, weak.difference) == ("trained", 80, 65, 15)


def test_silence_and_refusal_are_different_gaps():
    assert kinds(find_gaps(NATIONAL, None)) == {GapKind.MISSING}
    assert kinds(find_gaps(NATIONAL, LocalAnswer(Answer.DECLINED))) == {GapKind.DECLINED}
    other = replace(NATIONAL, key="1.3")
    gaps = find_all_gaps([NATIONAL, other], {"1.2": LocalAnswer(Answer.ADOPTED, NATIONAL)})
    assert {key: kinds(found) for key, found in gaps.items()} == {"1.2": set(), "1.3": {GapKind.MISSING}}


@pytest.mark.parametrize(
    ("direction", "baseline", "local", "expected"),
    [
        (Direction.FALL, 100, 60, {GapKind.WEAKER_TARGET}),
        (Direction.FALL, 100, 40, set()),
        (Direction.REACH, 10, 40, {GapKind.WEAKER_TARGET}),
        (Direction.REACH, 90, 60, {GapKind.WEAKER_TARGET}),
        (Direction.REACH, 10, 60, {GapKind.TARGET_DIFFERS}),
        (Direction.KEEP, 50, 60, {GapKind.TARGET_DIFFERS}),
    ],
)
def test_weaker_is_judged_by_the_direction(direction, baseline, local, expected):
    national = replace(TRAINED, direction=direction, baseline=baseline, target=50)
    plan = replace(NATIONAL, indicators=[national])
    found = gaps_of(replace(plan, indicators=[replace(national, target=local)]), plan)
    assert kinds(found) == expected


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(-50, 50))
def test_falling_is_judged_as_rising_in_a_mirror(baseline, target, local):
    def found(sign, direction):
        national = replace(TRAINED, direction=direction, baseline=sign * baseline, target=sign * target)
        plan = replace(NATIONAL, indicators=[national])
        return {
            (gap.kind, gap.difference)
            for gap in gaps_of(replace(plan, indicators=[replace(national, target=sign * local)]), plan)
        }

    assert found(1, Direction.RISE) == found(-1, Direction.FALL)


def test_a_share_of_a_summed_target_is_not_weaker_than_the_whole():
    plan = replace(NATIONAL, indicators=[SHELTERS])
    assert gaps_of(replace(plan, indicators=[replace(SHELTERS, target=10)]), plan) == frozenset()
    allotted = replace(SHELTERS, target=10, allotted=12)
    (gap,) = gaps_of(replace(plan, indicators=[allotted]), plan)
    assert (gap.kind, gap.national, gap.difference) == (GapKind.WEAKER_TARGET, 12, 2)


def local_targets(*targets, direction=Direction.RISE):
    return {
        str(place): None if target is None else replace(SHELTERS, target=target, direction=direction)
        for place, target in enumerate(targets)
    }


@pytest.mark.parametrize(
    ("direction", "targets", "verdict", "surplus"),
    [
        (Direction.RISE, (100, 200), AddUp.ADDS_UP, 0),
        (Direction.RISE, (100, 150), AddUp.FALLS_SHORT, -50),
        (Direction.RISE, (100, None), AddUp.CANNOT_TELL, -200),
        (Direction.RISE, (310, None), AddUp.ADDS_UP, 10),
        (Direction.FALL, (100, 150), AddUp.ADDS_UP, 50),
        (Direction.FALL, (100, None), AddUp.CANNOT_TELL, 200),
        (Direction.FALL, (310, None), AddUp.FALLS_SHORT, -10),
        (Direction.REACH, (100, 200), AddUp.ADDS_UP, 0),
        (Direction.REACH, (200, 200), AddUp.FALLS_SHORT, 100),
    ],
)
def test_local_targets_add_up_or_are_told_not_to(direction, targets, verdict, surplus):
    summed = targets_add_up(
        replace(SHELTERS, direction=direction), local_targets(*targets, direction=direction)
    )
    assert (summed.verdict, summed.surplus) == (verdict, surplus)
    assert summed.stated + len(summed.missing) == summed.expected == 2


def test_targets_that_cannot_be_added_are_not_added():
    assert targets_add_up(TRAINED, {"a": TRAINED}).verdict is AddUp.NOT_SUMMED
    assert targets_add_up(replace(SHELTERS, target=None), {}).verdict is AddUp.NO_NATIONAL_TARGET
    mixed = targets_add_up(SHELTERS, {"a": SHELTERS, "b": replace(SHELTERS, unit="buildings")})
    assert (mixed.verdict, mixed.incomparable, mixed.total) == (AddUp.UNIT_INCOMPARABLE, ("b",), None)
