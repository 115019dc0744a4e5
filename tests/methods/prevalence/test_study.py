"""The study simulates known truths, finds good coverage where the method's assumption holds and none where it fails."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.methods.prevalence.published import published

from concerted.errors import Invalid
from concerted.methods.prevalence import (
    CaptureTable,
    NotEstimable,
    Said,
    Truth,
    chao_lower_bound,
    fit,
    hierarchical,
    read_table,
    simulated,
    study,
    truths_like,
    two_kinds,
)


@pytest.fixture(scope="module")
def western() -> CaptureTable:
    return published("Western")


def test_the_truths_give_tables_like_the_one_given(western: CaptureTable) -> None:
    for truth in truths_like(western):
        assert truth.chances.sum() == pytest.approx(1.0)
        assert truth.people * (1 - truth.chances[0]) == pytest.approx(western.n, rel=1e-6)


def test_two_kinds_of_people_hide_more_than_independent_lists_would(western: CaptureTable) -> None:
    independent, _stepwise, kinds = truths_like(western)
    assert kinds.people > 1.5 * independent.people


def test_two_kinds_are_a_mixture_of_independent_lists_that_holds_what_each_list_holds(
    western: CaptureTable,
) -> None:
    kinds = two_kinds(western)
    histories = np.arange(1 << western.k)
    totals = np.array([western.counts[histories >> i & 1 == 1].sum() for i in range(western.k)])

    def independent(rates: np.ndarray) -> np.ndarray:
        on = [np.where(histories >> i & 1, rates[i], 1 - rates[i]) for i in range(western.k)]
        return np.prod(on, axis=0)

    rates = totals / kinds.people
    expected = 0.25 * independent(3.4 * rates) + 0.75 * independent(0.2 * rates)
    assert kinds.chances == pytest.approx(expected, rel=1e-9)
    held = [kinds.people * kinds.chances[histories >> i & 1 == 1].sum() for i in range(western.k)]
    assert held == pytest.approx(totals.tolist(), rel=1e-6)
    assert (kinds.name, kinds.label.zh != "") == ("two-kinds", True)


def test_the_first_truths_are_what_the_models_expect(western: CaptureTable) -> None:
    independent, dependent, _kinds = truths_like(western)
    for truth, model in (
        (independent, hierarchical(western.k)),
        (dependent, hierarchical(western.k, [0b10001])),  # A:E, the pair the stepwise model lets in
    ):
        expected = fit(western, model).expected
        assert truth.people == pytest.approx(expected.sum())
        assert truth.chances == pytest.approx(expected / expected.sum())
    assert (independent.name, dependent.name) == ("independent", "stepwise")
    assert truths_like(western, threshold=0.0)[1].people == pytest.approx(independent.people)


def test_a_row_counts_what_the_method_said_of_each_table(western: CaptureTable) -> None:
    truth = truths_like(western)[1]
    (row,) = study(western, methods=("chao",), truths=(truth,), tables=12, bootstrap=0, seed=3)
    answers = [chao_lower_bound(one, levels=(0.95, 0.8)) for one in simulated(truth, western.lists, 12, 3)]
    estimates = np.array([one.estimate for one in answers])
    assert row.median == pytest.approx(np.median(estimates))
    assert row.bias == pytest.approx(np.median(estimates) / truth.people - 1)
    assert row.rmse_log == pytest.approx(np.sqrt(np.mean(np.log(estimates / truth.people) ** 2)))
    for level in (0.95, 0.8):
        held = [low <= truth.people <= high for low, high in (one.interval[level] for one in answers)]
        assert row.coverage[level] == pytest.approx(np.mean(held))
    assert (row.truth, row.method, row.tables, row.refused) == ("stepwise", "chao", 12, 0)
    assert (row.people, row.interval_kind, row.label) == (truth.people, "log-normal", truth.label)
    assert row.seconds > 0
    told = row.to_json()
    assert told["label_zh"] == truth.label.zh and told["coverage"] == {
        "0.95": row.coverage[0.95],
        "0.8": row.coverage[0.8],
    }


def test_where_every_table_is_refused_there_is_nothing_but_the_refusals() -> None:
    apart = Truth("apart", Said("Lists apart", "互不重叠"), 30.0, np.array([0.0, 0.5, 0.5, 0.0]))
    table = read_table("a,b,count\n1,0,15\n0,1,15\n")
    (row,) = study(table, methods=("chapman",), truths=(apart,), tables=3, bootstrap=0)
    assert (row.refused, row.median, row.bias, row.rmse_log) == (3, None, None, None)
    assert row.coverage == {0.95: None, 0.8: None} and row.interval_kind == ""


def test_without_overlap_there_is_no_population_of_two_kinds() -> None:
    with pytest.raises(NotEstimable):
        two_kinds(read_table("a,b,count\n1,0,5\n0,1,5\n"))


def test_a_seed_gives_the_same_tables_and_another_gives_others(western: CaptureTable) -> None:
    truth = truths_like(western)[0]
    first, again, other = (simulated(truth, western.lists, 5, seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert np.mean([one.n for one in simulated(truth, western.lists, 200, 1)]) == pytest.approx(
        western.n, rel=0.02
    )


def test_the_interval_holds_the_truth_where_lists_are_independent_and_misses_it_where_people_differ(
    western: CaptureTable,
) -> None:
    rows = {row.truth: row for row in study(western, methods=("stepwise",), tables=40, bootstrap=100)}
    held = rows["independent"].coverage[0.95]
    missed = rows["two-kinds"].coverage[0.95]
    assert held is not None and held >= 0.85
    assert missed is not None and missed <= 0.4
    assert rows["two-kinds"].bias is not None and rows["two-kinds"].bias < -0.3


def test_refusals_are_counted_not_hidden() -> None:
    sparse = read_table("a,b,c,count\n1,0,0,9\n0,1,0,8\n0,0,1,7\n1,1,0,1\n1,0,1,1\n0,1,1,1\n")
    (row,) = study(sparse, methods=("stepwise",), truths=truths_like(sparse)[:1], tables=60, bootstrap=0)
    assert row.tables == 60
    assert 0 < row.refused < 60
    assert row.to_json()["refused"] == row.refused


def test_progress_counts_every_table(western: CaptureTable) -> None:
    said: list[tuple[int, int]] = []
    study(
        western,
        methods=("chao",),
        tables=5,
        bootstrap=0,
        progress=lambda done, total, what: said.append((done, total)),
    )
    assert said == [(n, 15) for n in range(1, 16)]


@pytest.mark.parametrize("bad", [{"tables": 0}, {"bootstrap": -1}, {"processes": 0}, {"methods": ("guess",)}])
def test_a_study_of_nothing_is_refused(western: CaptureTable, bad: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        study(western, **bad)  # type: ignore[arg-type]


def test_the_numbers_do_not_depend_on_how_many_work_side_by_side(western: CaptureTable) -> None:
    truths = truths_like(western)[:1]
    alone, together = (
        study(western, methods=("chao",), truths=truths, tables=12, bootstrap=0, processes=processes)[0]
        for processes in (1, 2)
    )
    assert replace(together, seconds=0.0) == replace(alone, seconds=0.0)
