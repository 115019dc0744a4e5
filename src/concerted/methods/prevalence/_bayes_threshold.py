"""Bayesian thresholding of interactions between lists: fit all, keep those that stand out, fit again; never a model
chosen without saying how close the choice was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from concerted.methods.prevalence._checks import main_effects_code
from concerted.methods.prevalence._convergence import (
    FEWEST_EFFECTIVE,
    MOST_R_HAT,
    ChainsDisagree,
    bulk_effective_size,
    r_hat,
)
from concerted.methods.prevalence._result import Caution, Citation, Diagnostics, Estimate, NotEstimable
from concerted.methods.prevalence._table import CaptureTable
from concerted.methods.prevalence._terms import Terms, hierarchical, interactions, model_text, term_name
from concerted.methods.prevalence._wording import Said

SILVERMAN_2020 = Citation(
    "Silverman, B. W.",
    2020,
    "Multiple-systems analysis for the quantification of modern slavery: classical and Bayesian approaches",
    "Journal of the Royal Statistical Society A 183(3), 691-736",
)

_WARM_UP = 200
_LEAPS, _STEP = 7, 0.3
_CLOSE = 0.1
_MOST_NEWTON = 200

Floats = npt.NDArray[np.float64]


def bayes_threshold(
    table: CaptureTable,
    *,
    levels: Sequence[float] = (0.95,),
    seed: int | None = None,
    threshold: float = 2.0,
    prior_sd: float = 1.0,
    order: int = 2,
    chains: int = 16,
    draws: int = 1000,
    progress: Callable[[float], None] | None = None,
) -> Estimate:
    """Posterior median and quantiles of the whole population after dropping interactions that do not stand out.

    table: three or more lists. All interactions of up to `order` lists have normal priors with mean 0 and deviation
    prior_sd; the intercept and the lists' own effects have flat ones. Interactions whose posterior mean is less than
    `threshold` deviations from 0 are dropped (unless a larger one that is kept contains them) and the rest is fitted
    again under the same priors. Posteriors by Hamiltonian Monte Carlo around the mode, `draws` from each chain.
    The same seed gives the same number; None is 0.
    Diagnostics: retained, threshold_statistics (mean / deviation of each interaction), if_chosen_otherwise (estimate
    with one interaction within 0.1 of the threshold chosen the other way), r_hat, effective_size, mean.
    Returns persons. Raises NotEstimable with fewer than three lists or when even independent lists have no estimate,
    ChainsDisagree when R-hat is above 1.05 or fewer than 400 draws are effective.
    """
    _refuse_unfit(table)
    if not 2 <= order <= table.k:
        raise ValueError("interactions join two lists or more, at most all")
    rng = np.random.default_rng(0 if seed is None else seed)
    full = hierarchical(table.k, (t for t in range(1 << table.k) if t.bit_count() == order))
    tell = progress or (lambda share: None)
    first = _sample(table, full, prior_sd, rng, chains, draws)
    tell(0.6)
    statistics = {
        term: float(first[:, :, place].mean() / first[:, :, place].std(ddof=1))
        for place, term in enumerate(full)
        if term.bit_count() > 1
    }
    retained = {term for term, ratio in statistics.items() if abs(ratio) >= threshold}
    kept = hierarchical(table.k, retained)
    settled = _Settled.of(table.n, _sample(table, kept, prior_sd, rng, chains, draws)[:, :, 0])
    close = [term for term, ratio in statistics.items() if abs(abs(ratio) - threshold) < _CLOSE]
    otherwise = {
        term_name(term, table.lists): table.n + float(np.exp(np.median(log_hidden)))
        for term in close
        for log_hidden in [
            _sample(table, hierarchical(table.k, retained ^ {term}), prior_sd, rng, chains, draws)[:, :, 0]
        ]
    }
    tell(1.0)
    return _answer(table, kept, statistics, otherwise, settled, levels, 0 if seed is None else seed)


def _refuse_unfit(table: CaptureTable) -> None:
    if table.k < 3:
        raise NotEstimable(
            Said(
                "Bayesian thresholding needs three lists or more; the table has {}",
                "贝叶斯阈值法需要至少三个名单；表中有 {} 个",
            ).format(table.k),
            remedy=Said("Add a list, or use a two-list method", "请增加名单，或使用双名单方法"),
        )
    if main_effects_code(table):
        raise NotEstimable(
            Said(
                "Even with independent lists the hidden number has no estimate: the overlaps are too few",
                "即使假定名单相互独立，隐藏人数也无法估计：重叠太少",
            ),
            remedy=Said(
                "Drop empty lists, merge small ones, or add a list that overlaps",
                "请去除空名单、合并小名单，或增加有重叠的名单",
            ),
        )


@dataclass(frozen=True)
class _Posterior:
    """Log density of the coefficients around its mode, in coordinates where it is nearly standard normal.

    design: (cells, terms). precision: prior precision of each term, 0 where flat. to_terms: (terms, terms).
    """

    counts: Floats
    design: Floats
    precision: Floats
    mode: Floats
    to_terms: Floats

    def value_and_slope(self, z: Floats) -> tuple[Floats, Floats]:
        """z: (chains, terms); returns (chains,) and (chains, terms); minus infinity where the means overflow."""
        terms = self.mode + z @ self.to_terms.T
        eta = terms @ self.design.T
        with np.errstate(over="ignore", invalid="ignore"):
            mean = np.exp(eta)
            value = eta @ self.counts - mean.sum(axis=1) - 0.5 * (terms**2 @ self.precision)
            slope = ((self.counts - mean) @ self.design - terms * self.precision) @ self.to_terms
        return value, slope


def _posterior(table: CaptureTable, terms: Terms, prior_sd: float) -> _Posterior:
    cells = np.arange(1, 1 << table.k)
    columns = np.array(terms)
    design = ((cells[:, None] & columns) == columns).astype(np.float64)
    precision = np.array([1 / prior_sd**2 if term.bit_count() > 1 else 0.0 for term in terms])
    counts = table.counts[1:].astype(np.float64)
    mode = np.zeros(len(terms))
    mode[0] = np.log(table.n / len(cells))
    value = -np.inf
    for _ in range(_MOST_NEWTON):
        mean = np.exp(design @ mode)
        slope = design.T @ (counts - mean) - precision * mode
        information = (design.T * mean) @ design + np.diag(precision)
        step = np.linalg.solve(information, slope)
        shrink = 1.0
        while shrink > 1e-10:
            trial = mode + shrink * step
            with np.errstate(over="ignore"):
                reached = (
                    counts @ (design @ trial) - np.exp(design @ trial).sum() - 0.5 * precision @ trial**2
                )
            if reached >= value:
                break
            shrink /= 2
        mode, value = trial, reached
        if slope @ step < 1e-12:
            break
    factor = np.linalg.cholesky(
        np.linalg.inv((design.T * np.exp(design @ mode)) @ design + np.diag(precision))
    )
    return _Posterior(counts, design, precision, mode, factor)


def _sample(
    table: CaptureTable, terms: Terms, prior_sd: float, rng: np.random.Generator, chains: int, draws: int
) -> Floats:
    """Coefficients, shape (chains, draws, terms), by Hamiltonian Monte Carlo (Neal 2011) started around the mode."""
    posterior = _posterior(table, terms, prior_sd)
    z = rng.normal(0.0, 1.5, (chains, len(terms)))
    value, slope = posterior.value_and_slope(z)
    kept = np.empty((chains, draws, len(terms)))
    for step in range(_WARM_UP + draws):
        push = rng.normal(size=z.shape)
        size = _STEP * rng.uniform(0.5, 1.2)
        new, momentum = z, push + 0.5 * size * slope
        for leap in range(_LEAPS):
            new = new + size * momentum
            new_value, new_slope = posterior.value_and_slope(new)
            momentum = momentum + (size if leap < _LEAPS - 1 else 0.5 * size) * new_slope
        with np.errstate(invalid="ignore", over="ignore"):
            gain = new_value - value - 0.5 * (momentum**2).sum(axis=1) + 0.5 * (push**2).sum(axis=1)
        accepted = np.log(1.0 - rng.random(chains)) < np.where(np.isnan(gain), -np.inf, gain)
        z = np.where(accepted[:, None], new, z)
        value = np.where(accepted, new_value, value)
        slope = np.where(accepted[:, None], new_slope, slope)
        if step >= _WARM_UP:
            kept[:, step - _WARM_UP] = z
    return np.asarray(posterior.mode + kept @ posterior.to_terms.T)


@dataclass(frozen=True)
class _Settled:
    """Draws of the whole population from chains that agree."""

    population: Floats
    r_hat: float
    effective_size: float

    @classmethod
    def of(cls, n: int, log_hidden: Floats) -> _Settled:
        population = n + np.exp(log_hidden)
        apart, effective = r_hat(log_hidden), bulk_effective_size(log_hidden)
        if not (apart <= MOST_R_HAT and effective >= FEWEST_EFFECTIVE):
            means = tuple(float(mean) for mean in population.mean(axis=1))
            raise ChainsDisagree(means, apart, effective)
        return cls(population.ravel(), apart, effective)


def _answer(
    table: CaptureTable,
    kept: Terms,
    statistics: dict[int, float],
    otherwise: dict[str, float],
    settled: _Settled,
    levels: Sequence[float],
    seed: int,
) -> Estimate:
    def quantile(share: float) -> float:
        return float(np.quantile(settled.population, share))

    return Estimate(
        method="bayes-threshold",
        n_seen=table.n,
        estimate=quantile(0.5),
        interval={level: (quantile((1 - level) / 2), quantile((1 + level) / 2)) for level in levels},
        interval_kind="posterior",
        model=model_text(kept),
        citation=SILVERMAN_2020,
        diagnostics=Diagnostics(
            more={
                "retained": interactions(kept, table.lists),
                "threshold_statistics": {
                    term_name(term, table.lists): ratio for term, ratio in statistics.items()
                },
                "if_chosen_otherwise": otherwise,
                "r_hat": settled.r_hat,
                "effective_size": settled.effective_size,
                "mean": float(settled.population.mean()),
            }
        ),
        warnings=_cautions(otherwise),
        seed=seed,
    )


def _cautions(otherwise: dict[str, float]) -> tuple[Caution, ...]:
    chosen = Said(
        "The interval takes the retained interactions as given: it is too narrow by what choosing them adds",
        "区间以保留的交互项为给定条件：未计入选择带来的不确定性，因而偏窄",
    )
    cautions = [Caution("selection_ignored", chosen, chosen.zh)]
    if otherwise:
        shown = ", ".join(f"{name} ({estimate:,.0f})" for name, estimate in otherwise.items())
        text = Said(
            "These interactions stand so close to the threshold that another seed may choose otherwise; the estimate "
            "would then be: {}",
            "以下交互项非常接近阈值，换一个种子可能得出不同选择；届时估计为：{}",
        ).format(shown)
        cautions.append(Caution("close_to_threshold", text, text.zh))
    return tuple(cautions)
