"""Small counts are hidden, and nobody who subtracts finds them again."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.methods.prevalence.published import FILES, published

from concerted.errors import Invalid
from concerted.methods.prevalence import CaptureTable, Total, public_strata, public_table, suppress


def found_out(counts, totals, hidden, limit=60):
    """By trying all: the values each hidden count may have, for a reader who knows that none of them is 0."""
    places = [place for place, hide in enumerate(hidden) if hide]
    tops = {total.place for total in totals}
    free = [place for place in places if place not in tops]
    possible = {place: set() for place in places}
    for values in product(range(1, limit), repeat=len(free)):
        trial = list(counts)
        for place, value in zip(free, values, strict=True):
            trial[place] = value
        for total in totals:
            if hidden[total.place]:
                trial[total.place] = sum(trial[part] for part in total.parts)
        if all(trial[total.place] == sum(trial[part] for part in total.parts) for total in totals):
            for place in places:
                possible[place].add(trial[place])
    return possible


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([0, 5, 6, 11], [0, 0, 0, 0]),
        ([4, 5, 9, 18], [1, 1, 0, 0]),
        ([1, 1, 9, 20, 31], [1, 1, 1, 0, 0]),
        ([3, 30, 0, 33], [1, 1, 0, 0]),
        ([2, 0, 0, 2], [1, 0, 0, 1]),
        ([4, 4, 12, 20], [1, 1, 0, 0]),
    ],
    ids=["none small", "one small", "two ones", "zero is nobody", "only one", "two fours"],
)
def test_counts_with_their_sum(counts, hidden):
    totals = [Total(len(counts) - 1, tuple(range(len(counts) - 1)))]
    assert suppress(counts, totals).tolist() == [bool(h) for h in hidden]


def test_without_a_total_only_small_counts_are_hidden():
    assert suppress([1, 4, 5, 0]).tolist() == [True, True, False, False]
    assert suppress([1, 4, 5, 9], smallest_shown=10).tolist() == [True] * 4


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 8), min_size=4, max_size=4))
def test_whoever_subtracts_can_take_a_small_count_for_any_other(cells):
    a, b, c, d = cells
    counts = [a, b, c, d, a + b, c + d, a + c, b + d, a + b + c + d]
    totals = [
        Total(4, (0, 1)),
        Total(5, (2, 3)),
        Total(6, (0, 2)),
        Total(7, (1, 3)),
        Total(8, (4, 5)),
        Total(8, (6, 7)),
    ]
    hidden = suppress(counts, totals)
    possible = found_out(counts, totals, hidden, limit=12)
    for place, count in enumerate(counts):
        if count == 0:
            assert not hidden[place]
        if 0 < count < 5:
            assert hidden[place]
            assert (possible[place] >= {1, 4}) if place < 4 else (4 in possible[place])


@pytest.mark.parametrize("name", FILES)
def test_published_tables_show_no_small_count(name):
    table = published(name)
    shown = public_table(table)
    counts = {cell.label: cell.shown for cell in shown.cells}
    assert all(count is None or count == 0 or count >= 5 for count in counts.values())
    small = sum(0 < count < 5 for count in table.counts)
    assert shown.primary >= small > 0
    assert sum(count is None for count in counts.values()) == shown.primary + shown.complementary
    assert counts["all"] == table.n


def test_a_table_of_large_counts_is_shown_whole():
    shown = public_table(CaptureTable.from_histories("AB", {1: 10, 2: 20, 3: 5}))
    assert {cell.label: cell.shown for cell in shown.cells} == {
        "A": 10,
        "B": 20,
        "A:B": 5,
        "A (all)": 15,
        "B (all)": 25,
        "all": 35,
    }
    assert (shown.primary, shown.complementary) == (0, 0)


def test_two_breakdowns_hide_along_both_margins():
    shown = public_strata(
        {"2012": {"women": 3, "men": 40}, "2013": {"women": 50, "men": 60}, "2014": {"men": 70}}
    )
    assert shown["2012"]["women"] is None
    assert shown["2014"]["women"] == 0
    assert shown["all"]["all"] == 223
    for line in (shown["2012"], {year: shown[year]["women"] for year in (*shown,)}):
        assert sum(value is None for value in line.values()) >= 2
    assert public_strata({"a": {"x": 7}, "b": {"y": 8}}) == {
        "a": {"x": 7, "y": 0, "all": 7},
        "b": {"x": 0, "y": 8, "all": 8},
        "all": {"x": 7, "y": 8, "all": 15},
    }


@pytest.mark.parametrize(("counts", "total"), [([3, 4, 8], 2), ([-1, 4, 3], 2)], ids=["no sum", "negative"])
def test_counts_that_do_not_add_up_are_an_error(counts, total):
    with pytest.raises(Invalid):
        suppress(counts, [Total(total, (0, 1))])


def test_hidden_counts_stay_hidden_in_a_larger_table():
    rng = np.random.default_rng(1)
    grid = rng.integers(0, 20, (4, 3))
    shown = public_strata({str(r): {str(c): int(v) for c, v in enumerate(row)} for r, row in enumerate(grid)})
    for r, row in enumerate(grid):
        for c, value in enumerate(row):
            assert shown[str(r)][str(c)] in ({None} if 0 < value < 5 else {None, int(value)})


def test_what_is_hidden_with_a_small_count_shares_a_sum_with_it():
    """The smaller count of another sum would not keep anything open."""
    counts = [3, 50, 60, 113, 6, 70, 76]
    totals = [Total(3, (0, 1, 2)), Total(6, (4, 5))]
    assert suppress(counts, totals).tolist() == [True, True, False, False, False, False, False]
