"""Latent classes: near the truth where people differ, equal to other software where chains meet, silent where not."""

import numpy as np
import pytest
from tests.methods.prevalence.published import (
    drawn,
    published,
    recorded,
    two_kinds_of_people,
    without_overlap,
)

from concerted.methods.prevalence import (
    CaptureTable,
    ChainsDisagree,
    NotEstimable,
    chao_lower_bound,
    decomposable,
    latent_class,
    stepwise,
)
from concerted.methods.prevalence import _kernel_latent as kernel

TRUTH = 8000


@pytest.fixture(scope="module")
def heterogeneous() -> CaptureTable:
    """A quarter of the people are easily seen, three quarters hardly."""
    rng = np.random.default_rng(3)
    kinds = [(2000, (0.5, 0.45, 0.4, 0.5, 0.45)), (6000, (0.05, 0.06, 0.04, 0.05, 0.05))]
    return two_kinds_of_people(rng, kinds)


def test_where_people_are_of_two_kinds_only_latent_classes_come_near(heterogeneous):
    near = latent_class(heterogeneous, seed=1, iterations=32_000)
    assert near.estimate == pytest.approx(TRUTH, rel=0.2)
    assert near.interval[0.95][0] < TRUTH < near.interval[0.95][1]
    for far in (
        stepwise(heterogeneous, bootstrap=0),
        decomposable(heterogeneous),
        chao_lower_bound(heterogeneous),
    ):
        assert far.estimate < 0.8 * TRUTH
        assert abs(far.estimate - TRUTH) > 2 * abs(near.estimate - TRUTH)
    assert stepwise(heterogeneous, bootstrap=0).interval[0.95][1] < TRUTH
    assert chao_lower_bound(heterogeneous).interval[0.95][1] < TRUTH


@pytest.mark.parametrize("name", ["NewOrl_5", "NewOrl"])
def test_where_chains_meet_the_mean_is_that_of_other_software(name):
    ours = latent_class(published(name), seed=5)
    theirs = np.mean([run["mean"] for run in recorded()[name]["lcmcr"]["runs"]])
    assert ours.diagnostics.more["mean"] == pytest.approx(theirs, rel=0.05)
    assert ours.diagnostics.more["r_hat"] <= 1.05
    assert ours.diagnostics.more["effective_size"] >= 400
    assert len(ours.diagnostics.more["chain_means"]) == 8


def test_where_they_do_not_meet_their_means_stand_in_place_of_a_number():
    with pytest.raises(ChainsDisagree) as refusal:
        latent_class(published("Ned_5"), seed=1, iterations=2000, chains=4)
    assert len(refusal.value.chain_means) == 4
    assert refusal.value.r_hat > 1.05 or refusal.value.effective_size < 400
    assert f"{refusal.value.chain_means[0]:,.0f}" in str(refusal.value)
    assert isinstance(refusal.value, NotEstimable)


def test_the_same_seed_gives_the_same_number_and_none_is_zero():
    table = published("NewOrl_5")
    first, again, other = (latent_class(table, seed=seed) for seed in (0, None, 9))
    assert first.estimate == again.estimate
    assert first.interval == again.interval
    assert first.seed == again.seed == 0
    assert other.diagnostics.more["mean"] != first.diagnostics.more["mean"]
    assert other.estimate == pytest.approx(first.estimate, rel=0.1)


def test_independent_lists_are_recovered():
    answer = latent_class(drawn(np.random.default_rng(2), 1500, (0.3, 0.3, 0.25, 0.2)), seed=1)
    assert answer.interval[0.95][0] < 1500 < answer.interval[0.95][1]


def test_progress_is_told_and_ends_within_the_budget():
    told = []
    latent_class(published("NewOrl_5"), seed=1, progress=told.append)
    assert told == sorted(told)
    assert told[0] > 0
    assert told[-1] <= 1


def test_fewer_than_four_chains_are_an_error():
    with pytest.raises(ValueError, match="4 chains"):
        latent_class(published("NewOrl_5"), chains=3)


@pytest.mark.parametrize(
    "table",
    [CaptureTable.from_histories("AB", {1: 9, 2: 8, 3: 4}), without_overlap()],
    ids=["two lists", "no overlap"],
)
def test_tables_that_say_nothing_are_refused(table):
    with pytest.raises(NotEstimable) as refusal:
        latent_class(table)
    assert not isinstance(refusal.value, ChainsDisagree)
    assert refusal.value.what.zh


def test_people_are_shared_out_in_proportion_and_nobody_is_lost():
    rng = np.random.default_rng(1)
    into, shares = np.empty(4, dtype=np.int64), np.array([0.1, 0.0, 0.3, 0.2])
    totals = np.zeros(4)
    for _ in range(2000):
        kernel.split(rng, 60, shares, into)
        assert into.sum() == 60
        totals += into
    assert totals / totals.sum() == pytest.approx([1 / 6, 0, 1 / 2, 1 / 3], abs=0.01)


def test_moves_without_weights_leave_their_own_distribution_alone():
    """Two classes of fixed seen people: the unseen of the first, moved many times, follow their density."""
    rng = np.random.default_rng(1)
    seen, hits = np.array([20, 5]), np.array([[12, 9], [3, 4]])
    unseen = np.array([4, 7])
    visits = np.zeros(4000)
    for _ in range(60_000):
        kernel.move_unseen(rng, 25, 2, 0.7, seen, unseen, hits)
        visits[min(unseen[0], 3999)] += 1
        unseen[1] = 7
    logs = np.array(
        [kernel.unseen_log_target(0, number, 2, 0.7, seen, np.array([0, 7]), hits) for number in range(4000)]
    )
    expected = np.exp(logs - logs.max())
    expected /= expected.sum()
    assert visits[:60].cumsum() / visits.sum() == pytest.approx(expected[:60].cumsum(), abs=0.02)
