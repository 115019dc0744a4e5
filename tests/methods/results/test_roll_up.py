"""Roll-up over areas and time: by hand, by what must not matter, and against the array version."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concerted.errors import Invalid
from concerted.methods.results import (
    SHARE,
    Cell,
    Interval,
    RollUp,
    SeriesKind,
    Why,
    find_falls,
    group_by_prefix,
    roll_up,
    roll_up_arrays,
    roll_up_series,
)

A_TO_D = ("A", "B", "C", "D")
UNORDERED = [method for method in RollUp if method is not RollUp.LATEST]
WHOLE_FORMED = [method for method in RollUp if method is not RollUp.NONE]

numbers = st.integers(0, 100)
maybe = st.none() | numbers


@st.composite
def nations(draw):
    """Up to seven areas, some silent, some with a part of their figures."""
    cells = []
    for place in range(draw(st.integers(1, 7))):
        denominator = draw(maybe)
        numerator = draw(st.none() | st.integers(0, 100 if denominator is None else denominator))
        cells.append(Cell(f"{place:02d}", draw(maybe), numerator, denominator, draw(maybe)))
    return cells


def values(**reported):
    return [Cell(unit, value) for unit, value in reported.items()]


def test_a_sum_over_the_reporting_says_how_many_are_missing():
    total = roll_up(RollUp.SUM, values(A=10, B=0, C=None), A_TO_D)
    assert (total.value.value, total.reported, total.expected, total.missing) == (10, 2, 4, ("C", "D"))
    assert total.share.value == 0.5
    assert total.bounds == Interval(10, None)


def test_a_reported_zero_is_a_report_and_silence_is_not_zero():
    zero = roll_up(RollUp.SUM, values(A=0), ["A"])
    silent = roll_up(RollUp.SUM, values(A=None), ["A"])
    assert (zero.value.value, zero.bounds) == (0, Interval(0, 0))
    assert (silent.value.why, silent.bounds) == (Why.NOTHING_REPORTED, Interval(0, None))


def test_declared_ranges_close_the_bounds():
    total = roll_up(
        RollUp.SUM, values(A=10, B=5), A_TO_D, plausible={"C": Interval(1, 4)}, default=Interval(0, 20)
    )
    assert total.bounds == Interval(16, 39)


@pytest.mark.parametrize(
    ("method", "value", "bounds"),
    [
        (RollUp.SUM, 12, Interval(12, 32)),
        (RollUp.MAX, 8, Interval(8, 10)),
        (RollUp.MIN, 4, Interval(0, 4)),
        (RollUp.MEAN, 6, Interval(3, 8)),
        (RollUp.COUNT_REPORTING, 2, Interval(2, 4)),
        (RollUp.LATEST, 8, Interval(0, 10)),
    ],
)
def test_each_method_by_hand(method, value, bounds):
    rolled = roll_up(method, values(A=4, B=8), A_TO_D, default=Interval(0, 10))
    assert (rolled.value.value, rolled.bounds) == (value, bounds)


def test_what_is_not_rolled_up_has_coverage_and_no_value():
    rolled = roll_up(RollUp.NONE, values(A=4, B=8), A_TO_D)
    assert (rolled.value.why, rolled.bounds, rolled.reported) == (Why.NOT_ROLLED_UP, None, 2)


def test_ratios_are_summed_before_they_are_divided():
    cells = [Cell("A", numerator=9, denominator=10), Cell("B", numerator=100, denominator=1000)]
    assert roll_up(RollUp.RATIO_OF_SUMS, cells, ["A", "B"]).value.value == pytest.approx(109 / 1010)


def test_a_silent_area_of_known_size_moves_a_ratio_no_further_than_its_size():
    cells = [Cell("A", numerator=30, denominator=60), Cell("B", denominator=40)]
    assert roll_up(RollUp.RATIO_OF_SUMS, cells, ["A", "B"], default=SHARE).bounds == Interval(0.3, 0.7)
    assert roll_up(RollUp.RATIO_OF_SUMS, cells, ["A", "B", "C"], default=SHARE).bounds == Interval(0, 1)


def test_a_ratio_of_unlike_things_has_no_upper_limit_unless_one_is_said():
    """Days waited by persons rescued: a silent area may wait for longer than any that reported."""
    cells = [Cell("A", numerator=603, denominator=37), Cell("B", numerator=35, denominator=3)]
    assert roll_up(RollUp.RATIO_OF_SUMS, cells, ["A", "B", "C"]).bounds == Interval(0, None)
    assert roll_up(RollUp.RATIO_OF_SUMS, cells, ["A", "B", "C"], default=Interval(5, 30)).bounds == Interval(
        5, 30
    )
    arrays = roll_up_arrays(
        RollUp.RATIO_OF_SUMS, [1, 1, 1], numerator=[603, 35, math.nan], denominator=[37, 3, math.nan]
    )
    assert (arrays.lower.tolist(), arrays.upper.tolist()) == ([0.0], [math.inf])


def test_a_ratio_of_nothing_is_undefined():
    cells = [Cell("A", numerator=0, denominator=0)]
    rolled = roll_up(RollUp.RATIO_OF_SUMS, cells, ["A"])
    assert (rolled.value.why, rolled.bounds, rolled.reported) == (Why.ZERO_DENOMINATOR, None, 1)


def test_a_percent_without_its_parts_is_unusable_and_told():
    cells = [Cell("A", numerator=1, denominator=2), Cell("B", value=0.9), Cell("C", numerator=3)]
    rolled = roll_up(RollUp.RATIO_OF_SUMS, cells, A_TO_D)
    assert (rolled.reported, rolled.unusable, rolled.missing) == (1, ("B", "C"), ("D",))


def test_a_weighted_mean_weighs_and_says_how_much_weight_reported():
    cells = [Cell("A", 10, weight=1), Cell("B", 20, weight=3), Cell("C", weight=4)]
    rolled = roll_up(RollUp.WEIGHTED_MEAN, cells, ["A", "B", "C"], default=Interval(0, 100))
    assert rolled.value.value == 17.5
    assert (rolled.share.value, rolled.weighted_share.value) == (pytest.approx(2 / 3), 0.5)
    assert rolled.bounds == Interval(8.75, 58.75)
    assert roll_up(RollUp.WEIGHTED_MEAN, cells, A_TO_D).weighted_share.why is Why.WEIGHTS_UNKNOWN


def test_two_reports_of_one_cell_are_refused_and_not_added():
    with pytest.raises(Invalid, match="twice"):
        roll_up(RollUp.SUM, [Cell("A", 5), Cell("A", 5)], ["A"])
    with pytest.raises(Invalid, match="negative"):
        roll_up(RollUp.RATIO_OF_SUMS, [Cell("A", numerator=1, denominator=-1)], ["A"])


def test_strangers_and_values_out_of_range_are_told():
    rolled = roll_up(RollUp.SUM, values(A=500, Z=1), ["A"], default=Interval(0, 100))
    assert (rolled.value.value, rolled.unexpected, rolled.implausible) == (500, ("Z",), ("A",))


def test_nothing_expected_is_not_a_total_of_zero():
    rolled = roll_up(RollUp.SUM, [], [])
    assert (rolled.value.why, rolled.share.why) == (Why.NOTHING_EXPECTED, Why.NOTHING_EXPECTED)


@given(nations(), st.sampled_from(UNORDERED), st.randoms(use_true_random=False))
def test_the_order_of_the_areas_does_not_matter(cells, method, random):
    units = [cell.unit for cell in cells]
    shuffled, other_units = random.sample(cells, len(cells)), random.sample(units, len(units))
    one, other = roll_up(method, cells, units), roll_up(method, shuffled, other_units)
    assert one.value == other.value
    assert close(one.bounds, other.bounds)


@given(st.lists(st.tuples(numbers, numbers, numbers, numbers), min_size=1, max_size=6))
def test_splitting_an_area_leaves_the_whole_alone(areas):
    """Each area is (cases, further persons) in its one half, and the same in its other."""
    halves, wholes = [], []
    for place, (cases, others, more_cases, more_others) in enumerate(areas):
        halves.append(Cell(f"{place}a", cases, cases, cases + others))
        halves.append(Cell(f"{place}b", more_cases, more_cases, more_cases + more_others))
        both = cases + more_cases
        wholes.append(Cell(str(place), both, both, both + others + more_others))
    for method in (RollUp.SUM, RollUp.RATIO_OF_SUMS):
        split = roll_up(method, halves, [cell.unit for cell in halves])
        assert split.value == roll_up(method, wholes, [cell.unit for cell in wholes]).value


@given(nations(), st.sampled_from([RollUp.SUM, RollUp.MEAN, RollUp.WEIGHTED_MEAN, RollUp.MAX, RollUp.MIN]))
def test_a_change_of_unit_changes_nothing_but_the_unit(cells, method):
    units = [cell.unit for cell in cells]
    dozens = [Cell(c.unit, None if c.value is None else c.value * 12, weight=c.weight) for c in cells]
    one = roll_up(method, cells, units, default=Interval(0, 100))
    other = roll_up(method, dozens, units, default=Interval(0, 1200))
    assert one.value.why == other.value.why
    if one.value.value is not None:
        assert other.value.value == pytest.approx(one.value.value * 12)
    if one.bounds is None:
        assert other.bounds is None
    else:
        assert close(other.bounds, Interval(one.bounds.lower * 12, one.bounds.upper * 12))


@given(nations(), st.sampled_from(WHOLE_FORMED), st.data())
def test_every_completion_lies_within_the_bounds_and_each_report_tightens_them(cells, method, data):
    """Fill the gaps one by one with plausible figures: bounds only narrow, and end on the whole itself."""
    units = [cell.unit for cell in cells]
    limits = {
        "default": Interval(0, 1 if method is RollUp.RATIO_OF_SUMS else 100),
        "plausible_denominator": {unit: Interval(0, 100) for unit in units},
    }
    now = list(cells)
    before = roll_up(method, now, units, **limits).bounds
    for place, cell in enumerate(cells):
        denominator = data.draw(numbers) if cell.denominator is None else cell.denominator
        numerator = cell.numerator
        if numerator is None or numerator > denominator:
            numerator = data.draw(st.integers(0, denominator))
        now[place] = Cell(
            cell.unit,
            data.draw(numbers) if cell.value is None else cell.value,
            numerator,
            denominator,
            data.draw(numbers) if cell.weight is None else cell.weight,
        )
        after = roll_up(method, now, units, **limits).bounds
        assert before is None or after is None or within(after, before)
        before = after
    whole = roll_up(method, now, units, **limits)
    assert whole.reported == whole.expected
    if whole.value.value is not None:
        assert close(whole.bounds, Interval(whole.value.value, whole.value.value))


@given(
    st.lists(st.tuples(numbers, numbers, st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=4),
    numbers,
    st.integers(1, 9),
)
def test_bounds_of_a_weighted_mean_are_the_extremes_over_every_corner(silent, level, weight):
    """Independent check: try every corner of levels and weights."""
    cells = [Cell("known", level, weight=weight)]
    units = ["known", *(str(place) for place in range(len(silent)))]
    ranges = {str(i): Interval(min(a, b), max(a, b)) for i, (a, b, _, _) in enumerate(silent)}
    weights = {str(i): Interval(min(c, d), max(c, d)) for i, (_, _, c, d) in enumerate(silent)}
    corners = itertools.product(*(itertools.product((a, b), (c, d)) for a, b, c, d in silent))
    means = [
        (level * weight + sum(v * w for v, w in corner)) / (weight + sum(w for _, w in corner))
        for corner in corners
    ]
    bounds = roll_up(
        RollUp.WEIGHTED_MEAN, cells, units, plausible=ranges, plausible_denominator=weights
    ).bounds
    assert close(bounds, Interval(min(means), max(means)))


def test_increments_are_summed_and_running_totals_are_not():
    quarters = ("Q1", "Q2", "Q3")
    series = values(Q1=10, Q2=25, Q3=40)
    assert roll_up_series(SeriesKind.INCREMENT, series, quarters).whole.value.value == 75
    assert roll_up_series(SeriesKind.TOTAL, series, quarters).whole.value.value == 40


def test_a_missing_newest_total_is_at_least_the_last_one_known():
    rolled = roll_up_series(SeriesKind.TOTAL, values(Q1=10, Q2=25), ("Q1", "Q2", "Q3"))
    assert (rolled.whole.value.value, rolled.whole.as_of) == (25, "Q2")
    assert rolled.whole.bounds == Interval(25, None)


def test_a_running_total_that_fell_is_told_and_promises_nothing():
    quarters = ("Q1", "Q2", "Q3", "Q4")
    rolled = roll_up_series(SeriesKind.TOTAL, values(Q1=10, Q2=None, Q3=7), quarters)
    assert [(fall.earlier, fall.later, fall.before, fall.after) for fall in rolled.falls] == [
        ("Q1", "Q3", 10, 7)
    ]
    assert rolled.whole.bounds == Interval(0, None)
    assert find_falls(values(Q1=0, Q2=0, Q3=1), quarters) == ()


@given(st.lists(maybe, min_size=1, max_size=8))
def test_increments_and_their_running_totals_agree(increments):
    periods = [f"Q{place}" for place in range(len(increments))]
    added = [value or 0 for value in increments]
    totals = list(itertools.accumulate(added))
    by_increment = roll_up_series(
        SeriesKind.INCREMENT, [Cell(*pair) for pair in zip(periods, added, strict=True)], periods
    )
    by_total = roll_up_series(
        SeriesKind.TOTAL, [Cell(*pair) for pair in zip(periods, totals, strict=True)], periods
    )
    assert by_increment.whole.value == by_total.whole.value
    assert by_total.falls == ()


@given(st.lists(nations(), min_size=1, max_size=4), st.sampled_from(list(RollUp)), st.booleans())
def test_arrays_give_each_group_what_the_cells_give(groups, method, closed):
    """Rows of several provinces, interleaved, by the prefix of their codes."""
    rows = [
        (f"{11 + province}{cell.unit}00", cell) for province, cells in enumerate(groups) for cell in cells
    ]
    rows.sort(key=lambda row: row[0][2:])
    ceiling = (1 if method is RollUp.RATIO_OF_SUMS else 100) if closed else None
    top = (1.0 if method is RollUp.RATIO_OF_SUMS else math.inf) if ceiling is None else ceiling
    weights = Interval(0, 50) if closed else Interval(0, None)
    arrays = roll_up_arrays(
        method,
        group_by_prefix([code for code, _ in rows], 2),
        column(rows, "value"),
        numerator=column(rows, "numerator"),
        denominator=column(rows, "denominator"),
        weight=column(rows, "weight"),
        upper=top,
        most_weight=weights.ceiling,
    )
    assert list(arrays.groups) == [str(11 + province) for province in range(len(groups))]
    for place, cells in enumerate(groups):
        units = [cell.unit for cell in cells]
        scalar = roll_up(
            method,
            cells,
            units,
            default=Interval(0, top if math.isfinite(top) else None),
            plausible_denominator=dict.fromkeys(units, weights),
        )
        assert (arrays.reported[place], arrays.expected[place]) == (scalar.reported, scalar.expected)
        assert same(arrays.value[place], scalar.value.value)
        if scalar.bounds is None:
            assert math.isnan(arrays.lower[place]) and math.isnan(arrays.upper[place])
        else:
            assert same(arrays.lower[place], scalar.bounds.floor)
            assert same(arrays.upper[place], scalar.bounds.ceiling)


def test_codes_group_by_province_and_prefecture_as_numbers_and_as_text():
    assert list(group_by_prefix([110105, 530102], 2)) == [11, 53]
    assert list(group_by_prefix(["110105", "530102"], 4)) == ["1101", "5301"]


def test_arrays_of_no_rows_have_no_groups():
    assert len(roll_up_arrays(RollUp.SUM, np.zeros(0, dtype=int), np.zeros(0)).value) == 0
    assert len(roll_up_arrays(RollUp.MEAN, np.zeros(0, dtype=int), np.zeros(0)).value) == 0


def test_arrays_refuse_an_infinite_value_and_name_the_row():
    with pytest.raises(Invalid, match="row 2"):
        roll_up_arrays(RollUp.SUM, [1, 1], [1.0, math.inf])


def column(rows, name):
    return [math.nan if (cell := getattr(row, name)) is None else cell for _, row in rows]


def same(one, other):
    if other is None:
        return math.isnan(one)
    return one == other or math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def close(one, other):
    if one is None or other is None:
        return one is other
    return same(one.floor, other.floor) and same(one.ceiling, other.ceiling)


def within(inner, outer):
    return outer.floor - 1e-9 <= inner.floor and inner.ceiling <= outer.ceiling + 1e-9
