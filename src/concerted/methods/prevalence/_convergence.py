"""Whether chains reached one answer, and how many independent draws they are worth; never which answer is right.

Vehtari, Gelman, Simpson, Carpenter & Buerkner (2021). Rank-normalization, folding, and localization: an improved
R-hat for assessing convergence of MCMC. Bayesian Analysis 16(2), 667-718.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from concerted.methods.prevalence._result import NotEstimable
from concerted.methods.prevalence._wording import Said

MOST_R_HAT, FEWEST_EFFECTIVE = 1.05, 400.0
"""What a number needs: Vehtari et al. ask for 100 effective draws from each of four chains."""

Floats = npt.NDArray[np.float64]


class ChainsDisagree(NotEstimable):
    """The chains did not reach one answer.

    chain_means: mean population by each chain, persons. r_hat, effective_size: as after the whole budget.
    """

    code = "chains_disagree"

    def __init__(self, chain_means: tuple[float, ...], r_hat: float, effective_size: float) -> None:
        shown = ", ".join(f"{mean:,.0f}" for mean in chain_means)
        super().__init__(
            Said(
                "The sampler did not settle on one answer: its chains have means {} (R-hat {:.2f}, {:.0f} effective "
                "draws)",
                "抽样器未收敛到同一答案：各链均值为 {}（R-hat {:.2f}，有效样本 {:.0f}）",
            ).format(shown, r_hat, effective_size),
            remedy=Said(
                "The table fits several answers; more iterations may help, another number from one chain would not",
                "该表与多个答案相容；增加迭代或有帮助，但取单链结果无意义",
            ),
        )
        self.chain_means = chain_means
        self.r_hat = r_hat
        self.effective_size = effective_size


def r_hat(draws: Floats) -> float:
    """The larger of the rank-normalised split R-hat and that of the folded draws; draws: shape (chains, draws).

    1 when all chains, and both halves of each, tell the same; above 1.05 they do not. NaN for constant draws.
    """
    split = _split(draws)
    folded = np.abs(split - np.median(split))
    return max(_plain_r_hat(_rank_normalised(split)), _plain_r_hat(_rank_normalised(folded)))


def bulk_effective_size(draws: Floats) -> float:
    """How many independent draws the chains are worth in the middle of the distribution; draws: (chains, draws).

    Geyer's initial monotone sequence over the rank-normalised split chains, at most draws * log10(draws) in all.
    """
    chains = _rank_normalised(_split(draws))
    count, length = chains.shape
    covariance = _autocovariance(chains)
    within = covariance[:, 0].mean() * length / (length - 1)
    variance = within * (length - 1) / length + chains.mean(axis=1).var(ddof=1)
    correlation = 1 - (within - covariance.mean(axis=0) * length / (length - 1)) / variance
    correlation[0] = 1.0
    pairs = correlation[: length // 2 * 2].reshape(-1, 2).sum(axis=1)
    negative = np.flatnonzero(pairs < 0)
    used = pairs[: negative[0]] if len(negative) else pairs
    time = -1 + 2 * float(np.minimum.accumulate(used).sum())
    total = count * length
    return float(total / max(time, 1 / np.log10(total)))


def _split(draws: Floats) -> Floats:
    half = draws.shape[1] // 2
    return np.concatenate((draws[:, :half], draws[:, -half:]))


def _rank_normalised(draws: Floats) -> Floats:
    _, place, times = np.unique(draws, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(times) - (times - 1) / 2)[place].reshape(draws.shape)
    return np.asarray(ndtri((ranks - 3 / 8) / (draws.size + 1 / 4)))


def _plain_r_hat(chains: Floats) -> float:
    length = chains.shape[1]
    within = chains.var(axis=1, ddof=1).mean()
    between = chains.mean(axis=1).var(ddof=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(np.sqrt((length - 1) / length + between / within))


def _autocovariance(chains: Floats) -> Floats:
    """Of each chain at every lag, divided by the chain's length; shape (chains, draws)."""
    length = chains.shape[1]
    centred = chains - chains.mean(axis=1, keepdims=True)
    padded = 1 << (2 * length - 1).bit_length()
    spectrum = np.fft.rfft(centred, padded, axis=1)
    return np.fft.irfft(np.abs(spectrum) ** 2, padded, axis=1)[:, :length] / length
