"""The study simulates known truths, finds good coverage where the method's assumption holds and none where it fails."""

from __future__ import annotations

import numpy as np
import pytest
from tests.methods.prevalence.published import published

from concerted.errors import Invalid
from concerted.methods.prevalence import (
    CaptureTable,
    NotEstimable,
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
