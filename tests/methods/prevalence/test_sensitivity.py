"""An estimate moves with what nobody can test, and the library shows by how much."""

from __future__ import annotations

import numpy as np
import pytest

from concerted.errors import Invalid
from concerted.methods.prevalence import (
    CaptureTable,
    Estimate,
    NotEstimable,
    chao_lower_bound,
    internal_consistency,
    leave_one_out,
    merge_pairs,
    odds_ratio_curve,
    only_on,
    read_table,
    stepwise,
    with_merged,
    without_list,
)

CSV = "a,b,c,count\n1,0,0,120\n0,1,0,90\n0,0,1,60\n1,1,0,14\n1,0,1,9\n0,1,1,7\n1,1,1,3\n"


@pytest.fixture
def table() -> CaptureTable:
    return read_table(CSV)


def _quick(table: CaptureTable) -> Estimate:
    return stepwise(table, bootstrap=0)


def test_without_a_list_people_only_on_it_vanish(table: CaptureTable) -> None:
    left = without_list(table, "c")
    assert left.lists == ("a", "b")
    assert left.counts.tolist() == [0, 129, 97, 17]
    assert left.n == table.n - 60


def test_merged_lists_hold_whoever_is_on_either(table: CaptureTable) -> None:
    merged = with_merged(table, "c", "a")
    assert merged.lists == ("a+c", "b")
    assert merged.counts.tolist() == [0, 189, 90, 24]
    assert merged.n == table.n


def test_the_people_of_one_list_are_seen_as_the_others_hold_them(table: CaptureTable) -> None:
    inside, known = only_on(table, "a")
    assert (known, inside.lists) == (146, ("b", "c"))
    assert inside.counts.tolist() == [0, 14, 9, 3]


def test_each_list_is_left_out_once_and_each_pair_merged_once(table: CaptureTable) -> None:
    assert [one.lists for one in leave_one_out(table, _quick)] == [("a",), ("b",), ("c",)]
    assert [one.lists for one in merge_pairs(table, _quick)] == [("a", "b"), ("a", "c"), ("b", "c")]


def test_a_refusal_stands_with_its_reason() -> None:
    apart = read_table("a,b,c,count\n1,0,0,5\n0,1,0,5\n0,0,1,5\n1,0,1,2\n")
    found = {one.lists: one for one in leave_one_out(apart, chao_lower_bound)}
    assert found[("a",)].answer is None
    assert isinstance(found[("a",)].refused, NotEstimable)


def test_every_point_of_the_odds_curve_scales_the_hidden_people_alone(table: CaptureTable) -> None:
    answer = _quick(table)
    points = {one.factor: one for one in odds_ratio_curve(answer, (0.5, 1.0, 2.0))}
    assert points[1.0].estimate == pytest.approx(answer.estimate)
    assert points[2.0].estimate - table.n == pytest.approx(2 * answer.hidden)
    low, high = answer.interval[0.95]
    assert (points[0.5].low, points[0.5].high) == pytest.approx(
        (table.n + (low - table.n) / 2, table.n + (high - table.n) / 2)
    )


def test_the_factor_of_the_curve_is_the_odds_ratio_among_all_lists() -> None:
    """On a table a model fits exactly, multiplying the hidden cell multiplies the k-way odds ratio by as much."""
    means = np.array([80.0, 40.0, 20.0, 10.0, 16.0, 8.0, 4.0, 2.0])
    signs = np.array([(-1) ** bin(w).count("1") for w in range(8)])

    def odds(hidden: float) -> float:
        return float(np.exp(np.sum(signs * np.log(np.array([hidden, *means[1:]])))))

    assert odds(means[0]) == pytest.approx(1.0)
    assert odds(3 * means[0]) == pytest.approx(3.0)


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan")])
def test_an_odds_ratio_that_cannot_be_is_refused(table: CaptureTable, factor: float) -> None:
    with pytest.raises(Invalid):
        odds_ratio_curve(_quick(table), (factor,))


def test_lists_of_independent_people_are_foretold() -> None:
    rates, people = (0.3, 0.4, 0.5, 0.35), 4000
    counts = np.zeros(16, dtype=np.int64)
    for history in range(1, 16):
        chance = np.prod([rate if history >> i & 1 else 1 - rate for i, rate in enumerate(rates)])
        counts[history] = round(people * float(chance))
    foretold = internal_consistency(CaptureTable(("a", "b", "c", "d"), counts), _quick)
    assert [one.within() for one in foretold] == [True] * 4
    assert foretold[0].answer is not None
    assert foretold[0].answer.estimate == pytest.approx(foretold[0].known, rel=0.02)


def test_a_list_that_others_hold_wholly_leaves_nothing_to_foretell() -> None:
    table = read_table("a,b,c,count\n1,1,0,5\n1,0,1,6\n0,1,0,9\n0,0,1,9\n1,1,1,4\n")
    first = internal_consistency(table, _quick)[0]
    assert first.answer is None and first.refused is not None
    assert first.refused.code == "nothing_hidden"
    assert first.within() is None


@pytest.mark.parametrize("call", [lambda t: without_list(t, "z"), lambda t: with_merged(t, "a", "a")])
def test_a_list_that_is_not_there_is_named(table: CaptureTable, call: object) -> None:
    with pytest.raises(Invalid):
        call(table)  # type: ignore[operator]


def test_a_list_that_cannot_be_foretold_still_says_how_many_others_hold() -> None:
    apart = read_table("a,b,c,count\n1,0,0,5\n0,1,0,5\n0,0,1,5\n1,0,1,2\n1,1,0,3\n")
    found = {one.list: one for one in internal_consistency(apart, chao_lower_bound)}
    assert found["a"].answer is None and found["a"].refused is not None
    assert (found["a"].known, found["a"].held_elsewhere) == (10, 5)
