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
from concerted.methods.prevalence import _latent_class as parts
from concerted.methods.prevalence._convergence import bulk_effective_size, r_hat

TRUTH = 8000


@pytest.fixture(scope="module")
def heterogeneous() -> CaptureTable:
    """A quarter of the people are easily seen, three quarters hardly."""
    rng = np.random.default_rng(3)
    kinds = [(2000, (0.5, 0.45, 0.4, 0.5, 0.45)), (6000, (0.05, 0.06, 0.04, 0.05, 0.05))]
    return two_kinds_of_people(rng, kinds)


@pytest.mark.thorough
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


def chains_of(*hidden):
    """Chains that passed through these hidden numbers."""
    made = []
    for numbers in hidden:
        chain = parts._Chain.__new__(parts._Chain)
        chain.hidden = np.asarray(numbers, dtype=float)
        made.append(chain)
    return made


def test_what_is_kept_are_the_second_halves_of_the_chains():
    rng = np.random.default_rng(1)
    run = chains_of(*(np.concatenate((np.full(400, 9e9), rng.normal(50, 5, 400))) for _ in range(4)))
    kept = parts._Kept.of(100, run)
    late = np.stack([chain.hidden[400:] for chain in run])
    assert (kept.population == 100 + late).all()
    assert kept.chain_means == pytest.approx(tuple(100 + late.mean(axis=1)))
    assert (kept.r_hat, kept.effective_size) == (r_hat(late), bulk_effective_size(late))
    assert kept.is_plenty


@pytest.mark.parametrize(
    ("apart", "effective", "plenty"),
    [(1.01, 1000.0, True), (1.011, 1000.0, False), (1.01, 999.0, False), (1.0, 5000.0, True)],
)
def test_a_run_ends_early_only_when_chains_agree_closely_and_draws_are_many(apart, effective, plenty):
    assert parts._Kept(np.zeros((4, 2)), (0.0,), apart, effective).is_plenty is plenty


def test_the_answer_is_the_median_with_quantiles_of_all_kept_draws():
    table = CaptureTable.from_histories("ABC", {1: 5, 2: 4, 7: 3})
    population = np.arange(100.0, 200.0).reshape(4, 25)
    kept = parts._Kept(population, (1.0, 2.0, 3.0, 4.0), 1.02, 800.0)
    answer = parts._answer(table, kept, (0.95, 0.8), seed=6, iterations=123, classes=7)
    assert (answer.estimate, answer.n_seen, answer.seed) == (149.5, 12, 6)
    for level in (0.95, 0.8):
        ends = np.quantile(population, [(1 - level) / 2, (1 + level) / 2])
        assert answer.interval[level] == pytest.approx(tuple(ends))
    assert (answer.method, answer.interval_kind) == ("latent-class", "posterior")
    assert answer.model == "at most 7 latent classes"
    assert answer.diagnostics.more == {
        "r_hat": 1.02,
        "effective_size": 800.0,
        "chain_means": [1.0, 2.0, 3.0, 4.0],
        "mean": 149.5,
        "iterations": 123,
        "chains": 4,
    }
    assert [one.code for one in answer.warnings] == ["chains_nearly_agree"]
    assert "1.020" in answer.warnings[0].text and "1.020" in answer.warnings[0].text_zh
    settled = parts._Kept(population, (1.0,), 1.01, 800.0)
    assert parts._answer(table, settled, (0.95,), seed=0, iterations=1, classes=1).warnings == ()


def test_chains_start_from_hardly_anybody_to_nearly_everybody_hidden():
    table = CaptureTable.from_histories("ABC", {1: 50, 2: 40, 4: 30, 3: 9, 5: 8, 6: 7, 7: 3})
    first, last = (parts._Chain(table, 10, np.random.SeedSequence(5), place) for place in (0.0, 1.0))
    assert first._rates.shape == (10, 3) and first._rates.max() > 0.5 and first._rates.max() <= 0.9
    assert last._rates == pytest.approx(first._rates * 0.03)
    assert np.exp(first._log_weights).sum() == pytest.approx(1.0)
    assert first.hidden.size == 0
    first.advance(3)
    first.advance(2)
    assert first.hidden.size == 5 and (first.hidden >= 0).all()
    assert first._alpha != 1.0


def test_chains_go_on_in_doubling_rounds_until_the_budget_and_tell_their_share():
    told = []
    with pytest.raises(ChainsDisagree):
        latent_class(
            published("Ned_5"),
            seed=1,
            chains=4,
            classes=3,
            iterations=6000,
            progress=lambda s: told.append(s),
        )
    shares = [4000 * (c + 1) / 4 for c in range(4)] + [4000 + 2000 * (c + 1) / 4 for c in range(4)]
    assert told == pytest.approx([share / 6000 for share in shares])
