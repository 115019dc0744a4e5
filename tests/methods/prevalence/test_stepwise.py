"""Stepwise choice: against the plainest means, along the whole threshold path, whatever the order of lists and rows."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.methods.prevalence import slow
from tests.methods.prevalence.published import drawn, published, reordered, without_overlap

from concerted.methods.prevalence import CaptureTable, NotEstimable
from concerted.methods.prevalence import _bootstrap as boot
from concerted.methods.prevalence._existence import Verdicts
from concerted.methods.prevalence._loglinear import fit
from concerted.methods.prevalence._stepwise import (
    _path,
    estimate_many,
    main_effects,
    stepwise,
    threshold_path,
)
from concerted.methods.prevalence._terms import hierarchical, pairs, with_pairs

LINKED = CaptureTable.from_histories("ABC", {1: 60, 2: 48, 4: 39, 3: 90, 5: 9, 6: 7, 7: 4})


def sparse_tables(seed, times, ks=(3, 4)):
    rng = np.random.default_rng(seed)
    for _ in range(times):
        k = int(rng.choice(ks))
        counts = rng.poisson(rng.gamma(rng.choice([0.1, 0.6]), 15, 1 << k))
        counts[0] = 0
        if counts.any():
            yield k, counts


@pytest.mark.parametrize("threshold", [0.0, 0.02, 0.3, 1.0])
def test_every_choice_is_the_one_the_plainest_means_make(threshold):
    fitted = refused = 0
    for k, counts in sparse_tables(11, 25):
        want = slow.stepwise(counts, threshold)
        many = estimate_many(counts[None, :], k, threshold=threshold)
        if want is None:
            refused += 1
            assert np.isnan(many.estimates[0])
            continue
        fitted += 1
        hidden, chosen, _ = want
        assert many.estimates[0] == pytest.approx(counts.sum() + hidden, rel=1e-6), counts
        assert with_pairs(k, int(many.pairs_in[0])) == hierarchical(k, chosen)
    assert fitted > 10
    assert refused > 0


def test_the_path_has_the_pairs_and_p_values_of_every_step():
    for k, counts in sparse_tables(12, 12):
        want = slow.stepwise(counts, 1.0)
        table = CaptureTable(tuple("ABCDE"[:k]), counts)
        if want is None:
            with pytest.raises(NotEstimable):
                threshold_path(table)
            continue
        path = threshold_path(table)
        _, _, values = want
        highest = np.maximum.accumulate([0.0, *values])
        assert [step.above for step in path] == pytest.approx(
            sorted({*highest[:-1], 0.0, highest[-1]} - {1.0}), abs=1e-9
        )
        assert path[-1].until == 1.0
        for step in path:
            middle = (step.above + step.until) / 2
            assert step.estimate == pytest.approx(counts.sum() + slow.stepwise(counts, middle)[0], rel=1e-6)


def test_the_path_covers_every_threshold_once_from_main_effects_on():
    path = threshold_path(published("Ned_5"))
    assert path[0].above == 0
    assert path[0].pair == ""
    assert path[0].p_value == 0
    assert path[0].model == "[1,2,3,4,5]"
    assert [step.until for step in path[:-1]] == [step.above for step in path[1:]]
    assert all(step.above < step.until for step in path)
    assert path[1].pair == "IO:Z" or ":" in path[1].pair
    at = {round(step.estimate): step for step in path}
    assert at[121522].above < 0.02 <= at[121522].until
    assert at[60064].above < 0.1 <= at[60064].until


def test_of_equal_p_values_the_first_pair_enters():
    even = CaptureTable.from_histories(
        "ABCD", {1: 40, 2: 40, 4: 40, 8: 40, 3: 30, 12: 30, 5: 4, 10: 4, 9: 4, 6: 4}
    )
    for table in (even, reordered(even, (2, 3, 0, 1)), reordered(even, (3, 2, 1, 0))):
        path = _path(table.counts.astype(float), 4, 0.05, Verdicts())
        assert [model.pair for model in path] == [-1, 0, 5]


def test_the_answer_tells_how_it_was_reached():
    answer = stepwise(LINKED, bootstrap=30, seed=4, levels=(0.9, 0.5))
    assert answer.method == "stepwise"
    assert answer.n_seen == LINKED.n
    assert answer.model == "[13,23]"
    assert answer.estimate == pytest.approx(fit(LINKED, hierarchical(3, [5, 6])).estimate)
    assert answer.interval_kind == "bca"
    assert list(answer.interval) == [0.9, 0.5]
    assert answer.seed == 4
    assert answer.seconds > 0
    found = answer.diagnostics
    assert (found.existence, found.identifiability, found.resamples_used, found.resamples_refused) == (
        True,
        0,
        30,
        0,
    )
    assert found.more["terms"] == ["A:C", "B:C"]
    assert found.more["empty_terms"] == []
    assert found.more["threshold"] == 0.02
    assert found.more["conditional"]["0.9"] == list(
        fit(LINKED, hierarchical(3, [5, 6])).conditional_interval(0.9)
    )
    assert found.more["bic"] == fit(LINKED, hierarchical(3, [5, 6])).bic
    assert [caution.code for caution in answer.warnings] == ["few_resamples"]


def test_the_interval_is_that_of_selections_repeated_in_each_resample():
    stored = boot.resample(LINKED, 40, 9)
    answer = stepwise(LINKED, resamples=stored, levels=(0.8,))
    assert answer.seed is None
    assert answer.diagnostics.resamples_used == 40
    replicates = [row.sum() + slow.stepwise(row, 0.02)[0] for row in stored]
    tables, weights = boot.jackknife_tables(LINKED)
    jackknife = np.array([row.sum() + slow.stepwise(row, 0.02)[0] for row in tables])
    want = slow.bca(answer.estimate, replicates, jackknife, weights, 0.8)
    assert answer.interval[0.8] == pytest.approx(want, rel=1e-6)
    drawn_here = stepwise(LINKED, bootstrap=40, seed=9, levels=(0.8,))
    assert drawn_here.interval == answer.interval


def test_without_resamples_the_interval_is_the_conditional_one():
    answer = stepwise(LINKED, bootstrap=0)
    assert answer.interval_kind == "conditional"
    assert answer.seed is None
    assert answer.interval[0.95] == fit(LINKED, hierarchical(3, [5, 6])).conditional_interval(0.95)
    assert answer.diagnostics.resamples_used == 0


def test_main_effects_never_choose_a_pair():
    answer = main_effects(LINKED, bootstrap=20)
    assert answer.method == "main-effects"
    assert answer.model == "[1,2,3]"
    assert answer.estimate == pytest.approx(LINKED.n + slow.fit(LINKED.counts, [0, 1, 2, 4])[0])
    assert "threshold" not in answer.diagnostics.more
    stored, told = boot.resample(LINKED, 20, 8), []
    by_seed = main_effects(LINKED, bootstrap=20, seed=8, levels=(0.7,), progress=told.append)
    assert main_effects(LINKED, resamples=stored, levels=(0.7,)).interval == by_seed.interval
    assert by_seed.seed == 8
    assert told == [1.0]
    assert list(by_seed.interval) == [0.7]


def test_lists_that_share_nobody_carry_no_number():
    for method in (stepwise, main_effects, threshold_path):
        with pytest.raises(NotEstimable, match="no maximum likelihood estimate"):
            method(without_overlap())
    assert np.isnan(estimate_many(without_overlap().counts[None, :], 3).estimates[0])


def test_work_tells_how_far_it_is_and_stops_when_asked():
    told = []
    estimate_many(boot.resample(LINKED, 450, 1), 3, progress=told.append)
    assert told[-1] == 1.0
    assert told == sorted(told)
    assert len(told) == 3

    def enough(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stepwise(LINKED, bootstrap=50, progress=enough)


@st.composite
def tables(draw, least=0):
    k = draw(st.integers(3, 4))
    cells = draw(st.lists(st.integers(least, 40), min_size=(1 << k) - 1, max_size=(1 << k) - 1))
    assume(sum(cells))
    return CaptureTable(tuple("ABCD"[:k]), np.array([0, *cells]))


def answer_of(table, threshold=0.05):
    return float(estimate_many(table.counts[None, :], table.k, threshold=threshold).estimates[0])


@settings(max_examples=25, deadline=None)
@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_lists_does_not_matter(table, random):
    order = list(range(table.k))
    random.shuffle(order)
    path = slow.stepwise(table.counts, 0.05)
    assume(path is None or len(set(np.round(path[2], 7))) == len(path[2]))
    again = answer_of(reordered(table, order))
    assume(not ties(table))
    assert again == pytest.approx(answer_of(table), rel=1e-6, nan_ok=True)


def ties(table):
    """Whether two pairs have the same p-value at some step, so that their order decides."""
    margins = [int(table.counts[(np.arange(1 << table.k) & pair) == pair].sum()) for pair in pairs(table.k)]
    singles = [int(table.counts[(np.arange(1 << table.k) >> i & 1) == 1].sum()) for i in range(table.k)]
    return len(set(singles)) < len(singles) or len(set(margins)) < len(margins)


@settings(max_examples=25, deadline=None)
@given(tables(), st.randoms(use_true_random=False))
def test_the_order_and_the_splitting_of_rows_do_not_matter(table, random):
    from concerted.methods.prevalence._read import read_table, to_csv

    header, *rows = to_csv(table).splitlines()
    random.shuffle(rows)
    assert read_table("\n".join([header, *rows])) == table
    tables_of_halves = [table.counts // 2, table.counts - table.counts // 2]
    assert answer_of(CaptureTable(table.lists, sum(tables_of_halves))) == pytest.approx(
        answer_of(table), nan_ok=True
    )


@settings(max_examples=25, deadline=None)
@given(tables(least=1), st.integers(2, 50))
def test_a_table_many_times_as_large_has_a_main_effects_estimate_as_many_times_as_large(table, times):
    larger = CaptureTable(table.lists, table.counts * times)
    assert answer_of(larger, 0.0) == pytest.approx(times * answer_of(table, 0.0), rel=1e-7)


def test_huge_counts_do_not_break_the_fit():
    table = CaptureTable(LINKED.lists, LINKED.counts * 4_000_000)
    assert answer_of(table, 0.0) == pytest.approx(4_000_000 * answer_of(LINKED, 0.0), rel=1e-7)
    assert np.isfinite(answer_of(table, 0.02))


@pytest.mark.parametrize("k", [6, 7, 8])
def test_many_lists_agree_with_the_plainest_means(k):
    table = drawn(np.random.default_rng(k), 600, [0.08 + 0.03 * i for i in range(k)])
    hidden, chosen, _ = slow.stepwise(table.counts, 0.02)
    many = estimate_many(table.counts[None, :], k)
    assert many.estimates[0] == pytest.approx(table.n + hidden, rel=1e-6)
    assert with_pairs(k, int(many.pairs_in[0])) == hierarchical(k, chosen)
