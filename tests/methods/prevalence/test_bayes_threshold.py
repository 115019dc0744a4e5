"""Bayesian thresholding: other software's numbers within its Monte-Carlo error, and honest about close choices."""

import numpy as np
import pytest
from tests.methods.prevalence.published import drawn, published, recorded, reordered, without_overlap

from concerted.methods.prevalence import CaptureTable, ChainsDisagree, NotEstimable, bayes_threshold
from concerted.methods.prevalence._bayes_threshold import _answer, _posterior, _sample, _Settled
from concerted.methods.prevalence._terms import hierarchical

PUBLISHED_LIMITS = {"2.5%": (0.95, 0), "97.5%": (0.95, 1), "10%": (0.8, 0), "90%": (0.8, 1)}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", ["UKdat_5", "UKdat", "Ned_5", "NewOrl_5", "Western"])
def test_estimates_and_quantiles_are_those_of_other_software(name, seed):
    theirs = recorded()[name]["mse_bayesthresh"]
    ours = bayes_threshold(published(name), seed=seed, levels=(0.95, 0.8))
    assert ours.estimate == pytest.approx(theirs["estimate"], rel=0.02)
    for share, (level, end) in PUBLISHED_LIMITS.items():
        assert ours.interval[level][end] == pytest.approx(theirs["quantiles"][share], rel=0.04)


def test_a_choice_at_the_threshold_tells_the_other_answer():
    theirs = recorded()["Ned"]["mse_bayesthresh"]["estimate"]
    ours = bayes_threshold(published("Ned"), seed=1)
    otherwise = ours.diagnostics.more["if_chosen_otherwise"]
    assert set(otherwise) == {"P:R"}
    assert min(abs(answer / theirs - 1) for answer in (ours.estimate, *otherwise.values())) < 0.03
    close = next(caution for caution in ours.warnings if caution.code == "close_to_threshold")
    assert "P:R" in close.text
    assert "P:R" in close.text_zh


def test_the_same_seed_gives_the_same_number_and_none_is_zero():
    table = published("Western")
    first, again, other = (bayes_threshold(table, seed=seed) for seed in (0, None, 4))
    assert first == again
    assert other.estimate != first.estimate
    assert other.estimate == pytest.approx(first.estimate, rel=0.02)


def test_what_is_kept_is_what_stands_out():
    ours = bayes_threshold(published("Western"), seed=1)
    statistics = ours.diagnostics.more["threshold_statistics"]
    assert len(statistics) == 10
    assert {name for name, ratio in statistics.items() if abs(ratio) >= 2} == {"A:E"}
    assert ours.diagnostics.more["retained"] == ["A:E"]
    assert ours.model == "[15,2,3,4]"
    none = bayes_threshold(published("Western"), seed=1, threshold=100.0)
    everything = bayes_threshold(published("Western"), seed=1, threshold=0.0)
    assert none.diagnostics.more["retained"] == []
    assert len(everything.diagnostics.more["retained"]) == 10


def test_the_order_of_lists_matters_only_by_chance():
    table = published("NewOrl_5")
    moved = bayes_threshold(reordered(table, (4, 2, 0, 1, 3)), seed=1)
    assert moved.estimate == pytest.approx(bayes_threshold(table, seed=1).estimate, rel=0.02)


def test_interactions_of_three_lists_can_be_weighed_and_keep_their_pairs():
    ours = bayes_threshold(published("UKdat_5"), seed=1, order=3, threshold=1.0)
    assert len(ours.diagnostics.more["threshold_statistics"]) == 20
    kept = {frozenset(name.split(":")) for name in ours.diagnostics.more["retained"]}
    assert any(len(name) == 3 for name in kept)
    assert all(
        frozenset((a, b)) in kept for name in kept if len(name) == 3 for a in name for b in name if a != b
    )
    with pytest.raises(ValueError, match="interactions"):
        bayes_threshold(published("UKdat_5"), order=6)


def test_the_posterior_stands_at_its_mode_and_the_slope_is_that_of_the_value():
    posterior = _posterior(published("UKdat_5"), hierarchical(5, (3, 5, 12)), 1.0)
    value, slope = posterior.value_and_slope(np.zeros((1, 9)))
    assert slope == pytest.approx(np.zeros((1, 9)), abs=1e-6)
    away = np.full((1, 9), 0.3)
    here, at = posterior.value_and_slope(away)
    assert here < value
    for place in range(9):
        step = np.zeros((1, 9))
        step[0, place] = 1e-5
        rise = (posterior.value_and_slope(away + step)[0] - posterior.value_and_slope(away - step)[0]) / 2e-5
        assert at[0, place] == pytest.approx(rise[0], rel=1e-4, abs=1e-4)


def test_draws_have_the_moments_of_a_posterior_that_is_nearly_normal():
    table = CaptureTable.from_histories("ABC", {w: 40_000 + 100 * w for w in range(1, 8)})
    terms = hierarchical(3)
    posterior = _posterior(table, terms, 1.0)
    draws = _sample(table, terms, 1.0, np.random.default_rng(1), 8, 2000).reshape(-1, len(terms))
    covariance = posterior.to_terms @ posterior.to_terms.T
    assert draws.mean(axis=0) == pytest.approx(posterior.mode, abs=5e-4)
    assert np.cov(draws.T) == pytest.approx(covariance, rel=0.1, abs=1e-7)


def test_too_few_draws_are_refused_with_what_each_chain_said():
    with pytest.raises(ChainsDisagree) as refusal:
        bayes_threshold(published("Western"), seed=1, chains=4, draws=20)
    assert len(refusal.value.chain_means) == 4


def test_independent_lists_are_recovered():
    answer = bayes_threshold(drawn(np.random.default_rng(2), 1500, (0.3, 0.3, 0.25, 0.2)), seed=1)
    assert answer.interval[0.95][0] < 1500 < answer.interval[0.95][1]


@pytest.mark.parametrize(
    "table",
    [CaptureTable.from_histories("AB", {1: 9, 2: 8, 3: 4}), without_overlap()],
    ids=["two lists", "no overlap"],
)
def test_tables_that_say_nothing_are_refused(table):
    with pytest.raises(NotEstimable) as refusal:
        bayes_threshold(table)
    assert refusal.value.what.zh


def test_it_says_that_choosing_is_left_out_of_the_interval():
    told = []
    answer = bayes_threshold(published("Western"), seed=1, progress=told.append)
    assert "selection_ignored" in {caution.code for caution in answer.warnings}
    assert told[-1] == 1.0


def test_the_mode_weighs_the_prior_by_its_deviation_and_only_interactions_have_one():
    table = published("Western")
    terms = hierarchical(5, (3, 17))
    wide, narrow = _posterior(table, terms, 100.0), _posterior(table, terms, 0.01)
    places = [i for i, term in enumerate(terms) if term.bit_count() > 1]
    assert wide.precision.tolist() == [1e-4 if i in places else 0.0 for i in range(len(terms))]
    assert np.abs(narrow.mode[places]).max() < 0.05 < np.abs(wide.mode[places]).max()
    expected = np.exp(wide.design @ wide.mode)
    assert wide.design.T @ expected == pytest.approx(wide.design.T @ table.counts[1:], rel=1e-3, abs=2e-3)
    information = (wide.design.T * expected) @ wide.design + np.diag(wide.precision)
    assert wide.to_terms @ wide.to_terms.T == pytest.approx(np.linalg.inv(information))


def test_chains_that_settle_are_laid_together_and_others_are_refused():
    rng = np.random.default_rng(2)
    draws = rng.normal(3, 0.1, (4, 400))
    settled = _Settled.of(10, draws)
    assert settled.population == pytest.approx(10 + np.exp(draws).ravel())
    assert settled.r_hat < 1.05 and settled.effective_size > 400
    apart = draws + np.array([[0.0], [1.0], [0.0], [0.0]])
    with pytest.raises(ChainsDisagree) as refusal:
        _Settled.of(10, apart)
    assert refusal.value.chain_means == pytest.approx(tuple(10 + np.exp(apart).mean(axis=1)))
    with pytest.raises(ChainsDisagree):
        _Settled.of(10, draws[:, :60])


def test_the_answer_is_the_median_with_quantiles_and_all_statistics_by_name():
    table = published("Western")
    settled = _Settled(np.arange(1000.0, 1201.0), 1.001, 900.0)
    answer = _answer(
        table, hierarchical(5, (17,)), {3: 0.5, 17: 2.4}, {"A:B": 1234.4}, settled, (0.95, 0.8), 9
    )
    assert (answer.estimate, answer.n_seen, answer.seed) == (1100.0, 345, 9)
    assert answer.interval == {0.95: (1005.0, 1195.0), 0.8: (1020.0, 1180.0)}
    assert (answer.method, answer.interval_kind, answer.model) == (
        "bayes-threshold",
        "posterior",
        "[15,2,3,4]",
    )
    assert answer.diagnostics.more == {
        "retained": ["A:E"],
        "threshold_statistics": {"A:B": 0.5, "A:E": 2.4},
        "if_chosen_otherwise": {"A:B": 1234.4},
        "r_hat": 1.001,
        "effective_size": 900.0,
        "mean": 1100.0,
    }
    assert [one.code for one in answer.warnings] == ["selection_ignored", "close_to_threshold"]
    assert "A:B (1,234)" in answer.warnings[1].text and "A:B (1,234)" in answer.warnings[1].text_zh
