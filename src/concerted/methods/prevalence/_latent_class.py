"""Non-parametric Bayes latent classes: lists independent within classes of people; never a number from chains that
disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from concerted.methods.prevalence import _kernel_latent as kernel
from concerted.methods.prevalence._convergence import (
    FEWEST_EFFECTIVE,
    MOST_R_HAT,
    ChainsDisagree,
    bulk_effective_size,
    r_hat,
)
from concerted.methods.prevalence._overlap import refuse_without_overlap
from concerted.methods.prevalence._result import Caution, Citation, Diagnostics, Estimate, NotEstimable
from concerted.methods.prevalence._table import CaptureTable
from concerted.methods.prevalence._wording import Said

MANRIQUE_VALLIER_2016 = Citation(
    "Manrique-Vallier, D.",
    2016,
    "Bayesian population size estimation using Dirichlet process mixtures",
    "Biometrics 72(4), 1246-1254",
)

FEWEST_CHAINS = 4
_GOOD_R_HAT, _PLENTY = 1.01, 1000.0
"""What ends the run before the budget is spent."""
_HOPELESS_R_HAT, _LATEST_HOPE = 1.5, 16_000
"""Chains this far apart after so many sweeps are not waited for."""
_ALPHA_PRIOR = np.array([0.25, 0.25])
_FIRST_ROUND = 4_000

Floats = npt.NDArray[np.float64]


def latent_class(
    table: CaptureTable,
    *,
    levels: Sequence[float] = (0.95,),
    seed: int | None = None,
    chains: int = 8,
    classes: int = 10,
    iterations: int = 64_000,
    progress: Callable[[float], None] | None = None,
) -> Estimate:
    """Posterior median of the whole population under a mixture of independence models with stick-breaking weights.

    table: three or more lists. classes: most classes of people; V ~ Beta(1, alpha), alpha ~ Gamma(1/4, 1/4), rates
    uniform, prior of N 1/N. chains: four or more, started far apart. iterations: the most each chain makes, fewer when
    they agree or are beyond hope; the first half is left out. The same seed gives the same number; None is 0.
    progress: told the share of the budget.
    Diagnostics: r_hat, effective_size, chain_means, mean, iterations. Returns persons.
    Raises ChainsDisagree when R-hat is above 1.05 or fewer than 400 draws are effective after the budget, and
    NotEstimable with fewer than three lists or when nobody is on two.
    """
    if chains < FEWEST_CHAINS:
        raise ValueError(f"{FEWEST_CHAINS} chains or more are needed to see whether they agree")
    _refuse_unfit(table)
    starts = np.random.SeedSequence(0 if seed is None else seed).spawn(chains)
    run = [_Chain(table, classes, start, place / (chains - 1)) for place, start in enumerate(starts)]
    done, goal = 0, min(_FIRST_ROUND, iterations)
    while True:
        for place, chain in enumerate(run):
            chain.advance(goal - done)
            if progress is not None:
                progress((done + (goal - done) * (place + 1) / chains) / iterations)
        done = goal
        kept = _Kept.of(table.n, run)
        if kept.is_plenty or done >= iterations or (done >= _LATEST_HOPE and kept.r_hat > _HOPELESS_R_HAT):
            break
        goal = min(2 * done, iterations)
    if not (kept.r_hat <= MOST_R_HAT and kept.effective_size >= FEWEST_EFFECTIVE):
        raise ChainsDisagree(kept.chain_means, kept.r_hat, kept.effective_size)
    return _answer(table, kept, levels, seed=0 if seed is None else seed, iterations=done, classes=classes)


def _refuse_unfit(table: CaptureTable) -> None:
    if table.k < 3:
        raise NotEstimable(
            Said(
                "Latent classes need three lists or more; the table has {}",
                "潜类别需要至少三个名单；表中有 {} 个",
            ).format(table.k),
            remedy=Said("Add a list, or use a two-list method", "请增加名单，或使用双名单方法"),
        )
    refuse_without_overlap(table)


class _Chain:
    """One chain's state and the hidden numbers it passed through."""

    def __init__(
        self, table: CaptureTable, classes: int, start: np.random.SeedSequence, place: float
    ) -> None:
        """place: 0 to 1, from a start with hardly anybody hidden to one with nearly everybody hidden."""
        self._rng = np.random.default_rng(start)
        self._histories = table.observed.astype(np.int64)
        self._counts = table.counts[table.observed]
        self._n, self._k = table.n, table.k
        self._rates = self._rng.uniform(0.0, 0.9, (classes, table.k)) * 0.03**place
        self._log_weights = np.log(self._rng.dirichlet(np.ones(classes)))
        self._alpha = 1.0
        self._scratch = (
            np.empty(classes),
            np.empty(classes, dtype=np.int64),
            np.empty(classes, dtype=np.int64),
            np.empty(classes, dtype=np.int64),
            np.empty((classes, table.k), dtype=np.int64),
        )
        self.hidden = np.empty(0)

    def advance(self, iterations: int) -> None:
        fresh = np.empty(iterations)
        self._alpha = kernel.sweeps(
            self._rng,
            self._histories,
            self._counts,
            self._n,
            self._k,
            self._log_weights,
            self._rates,
            self._alpha,
            _ALPHA_PRIOR,
            fresh,
            *self._scratch,
        )
        self.hidden = np.concatenate((self.hidden, fresh))


@dataclass(frozen=True)
class _Kept:
    """The second halves of the chains: population, shape (chains, draws), and what it is worth."""

    population: Floats
    chain_means: tuple[float, ...]
    r_hat: float
    effective_size: float

    @property
    def is_plenty(self) -> bool:
        return self.r_hat <= _GOOD_R_HAT and self.effective_size >= _PLENTY

    @classmethod
    def of(cls, n: int, run: Sequence[_Chain]) -> _Kept:
        hidden = np.stack([chain.hidden[len(chain.hidden) // 2 :] for chain in run])
        population = n + hidden
        means = tuple(float(mean) for mean in population.mean(axis=1))
        return cls(population, means, r_hat(hidden), bulk_effective_size(hidden))


def _answer(
    table: CaptureTable, kept: _Kept, levels: Sequence[float], *, seed: int, iterations: int, classes: int
) -> Estimate:
    population = kept.population.ravel()
    interval = {
        level: (
            float(np.quantile(population, (1 - level) / 2)),
            float(np.quantile(population, (1 + level) / 2)),
        )
        for level in levels
    }
    return Estimate(
        method="latent-class",
        n_seen=table.n,
        estimate=float(np.median(population)),
        interval=interval,
        interval_kind="posterior",
        model=f"at most {classes} latent classes",
        citation=MANRIQUE_VALLIER_2016,
        diagnostics=Diagnostics(
            more={
                "r_hat": kept.r_hat,
                "effective_size": kept.effective_size,
                "chain_means": list(kept.chain_means),
                "mean": float(population.mean()),
                "iterations": iterations,
                "chains": len(kept.chain_means),
            }
        ),
        warnings=_cautions(kept),
        seed=seed,
    )


def _cautions(kept: _Kept) -> tuple[Caution, ...]:
    if kept.r_hat <= _GOOD_R_HAT:
        return ()
    text = Said(
        "The chains agree only roughly (R-hat {:.3f}); a longer run may move the number",
        "各链仅大致一致（R-hat {:.3f}）；更长的运行可能改变该数",
    ).format(kept.r_hat)
    return (Caution("chains_nearly_agree", text, text.zh),)
