"""R-hat and effective size: chains that agree, chains that do not, and what theory says of correlated ones."""

import numpy as np
import pytest
from scipy.special import ndtri

from concerted.methods.prevalence._convergence import ChainsDisagree, bulk_effective_size, r_hat


def correlated(rng, chains, length, rho):
    noise = rng.normal(size=(chains, length)) * np.sqrt(1 - rho**2)
    draws = np.empty_like(noise)
    draws[:, 0] = rng.normal(size=chains)
    for step in range(1, length):
        draws[:, step] = rho * draws[:, step - 1] + noise[:, step]
    return draws


def test_independent_draws_agree_and_count_fully():
    draws = np.random.default_rng(1).normal(size=(4, 5000))
    assert r_hat(draws) == pytest.approx(1.0, abs=0.002)
    assert bulk_effective_size(draws) == pytest.approx(20_000, rel=0.1)


@pytest.mark.parametrize("rho", [0.5, 0.9])
def test_correlated_draws_count_as_theory_says(rho):
    draws = correlated(np.random.default_rng(2), 8, 20_000, rho)
    assert bulk_effective_size(draws) == pytest.approx(160_000 * (1 - rho) / (1 + rho), rel=0.1)


def test_draws_that_alternate_count_more_than_their_number_but_not_without_end():
    draws = correlated(np.random.default_rng(3), 4, 5000, -0.9)
    assert 20_000 < bulk_effective_size(draws) <= 20_000 * np.log10(20_000) + 1


def test_one_chain_elsewhere_is_seen():
    draws = np.random.default_rng(4).normal(size=(4, 1000))
    draws[2] += 3
    assert r_hat(draws) > 1.2
    assert bulk_effective_size(draws) < 100


def test_chains_that_differ_only_in_spread_are_seen():
    draws = np.random.default_rng(5).normal(size=(4, 1000))
    draws[0] *= 10
    assert r_hat(draws) > 1.1


def test_a_chain_that_drifts_is_seen():
    draws = np.random.default_rng(6).normal(size=(4, 1000)) + np.linspace(0, 4, 1000)
    assert r_hat(draws) > 1.3


def test_only_order_matters():
    draws = np.random.default_rng(7).normal(size=(4, 999))
    assert r_hat(np.exp(3 * draws)) == pytest.approx(r_hat(draws), abs=0.01)
    assert bulk_effective_size(np.exp(3 * draws)) == pytest.approx(bulk_effective_size(draws))


def test_published_formula_by_hand():
    draws = np.array([[1.0, 2.0, 3.0, 4.0], [2.0, 2.0, 5.0, 7.0]])
    from scipy.stats import norm, rankdata

    def plain(chains):
        z = norm.ppf((rankdata(chains).reshape(chains.shape) - 0.375) / (chains.size + 0.25))
        within, between = z.var(axis=1, ddof=1).mean(), z.mean(axis=1).var(ddof=1)
        return np.sqrt(0.5 + between / within)

    split = np.array([[1.0, 2.0], [2.0, 2.0], [3.0, 4.0], [5.0, 7.0]])
    folded = np.abs(split - np.median(split))
    assert r_hat(draws) == pytest.approx(max(plain(split), plain(folded)))


def test_disagreement_names_every_chain_in_both_languages():
    said = ChainsDisagree((1200.4, 56602.0), 1.9, 12.0)
    for text in (str(said.what), said.what.zh):
        assert "1,200" in text
        assert "56,602" in text
        assert "1.90" in text
    assert (said.code, said.chain_means, said.r_hat, said.effective_size) == (
        "chains_disagree",
        (1200.4, 56602.0),
        1.9,
        12.0,
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_effective_size_is_geyers_sum_over_ranks_by_hand(seed):
    """Lag by lag, without a transform: Vehtari et al. (2021), equations 10 to 13."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(size=(3, 24))
    draws = np.array([np.convolve(row, [1, 0.6, 0.3])[:24] for row in steps])
    halves = np.concatenate((draws[:, :12], draws[:, 12:]))
    order = halves.ravel().argsort().argsort().reshape(halves.shape) + 1
    z = ndtri((order - 3 / 8) / (halves.size + 1 / 4))
    n = z.shape[1]
    within = z.var(axis=1, ddof=1).mean()
    variance = within * (n - 1) / n + z.mean(axis=1).var(ddof=1)
    rho = [1.0]
    for lag in range(1, n):
        centred = z - z.mean(axis=1, keepdims=True)
        covariance = np.mean([row[: n - lag] @ row[lag:] / n for row in centred]) * n / (n - 1)
        rho.append(1 - (within - covariance) / variance)
    pairs, least = 0.0, np.inf
    for first, second in zip(rho[::2], rho[1::2], strict=False):
        if first + second < 0:
            break
        least = min(least, first + second)
        pairs += least
    expected = z.size / max(-1 + 2 * pairs, 1 / np.log10(z.size))
    assert bulk_effective_size(draws) == pytest.approx(expected, rel=1e-10)
