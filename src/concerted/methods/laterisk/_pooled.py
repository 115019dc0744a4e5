"""Pools rates of lateness over offices with a beta-binomial prior fitted to them; it never speaks of a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from concerted.deferred import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Counts = npt.NDArray[np.int64]
    Numbers = npt.NDArray[np.float64]

#: Obligations of the kind an office must have had before anything is said of it.
MINIMUM_HISTORY = 4
#: Offices with a history in the kind that must stand beside it.
MINIMUM_PEERS = 5
#: A prior never weighs more than this many obligations, so that an office's own past can always be heard.
MOST_WEIGHT = 200.0


@dataclass(frozen=True)
class History:
    """Past obligations of one kind, one entry per office: how many fell due, and how many of them were late."""

    due: Counts
    late: Counts

    def __post_init__(self) -> None:
        if self.due.shape != self.late.shape or (self.late > self.due).any() or (self.late < 0).any():
            raise ValueError("of those due, between none and all were late")


@dataclass(frozen=True)
class Prior:
    """A beta distribution of the rates of lateness among offices: mean alpha / (alpha + beta)."""

    alpha: float
    beta: float

    @property
    def mean(self) -> float:
        """The rate of an office of which nothing is known."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def weight(self) -> float:
        """How many obligations of an office's own past the prior weighs."""
        return self.alpha + self.beta


@dataclass(frozen=True)
class Forecast:
    """The chance of being late with the next one, one entry per office; NaN where the method abstains.

    low, high: the central 80 per cent of the posterior. prior: None where there are too few peers.
    """

    chance: Numbers
    low: Numbers
    high: Numbers
    prior: Prior | None


def fit(history: History) -> Prior | None:
    """The beta prior that makes the offices' counts most likely (empirical Bayes; Griffiths 1973, Casella 1985).

    None with fewer than MINIMUM_PEERS offices of any history. A prior heavier than MOST_WEIGHT is held there.
    """
    from scipy.optimize import minimize  # here, as everything of scipy, for it takes long to load
    from scipy.special import betaln

    seen = history.due > 0
    if int(seen.sum()) < MINIMUM_PEERS:
        return None
    due, late = history.due[seen].astype(np.float64), history.late[seen].astype(np.float64)
    rate = (late.sum() + 0.5) / (due.sum() + 1.0)

    def surprise(place: Numbers) -> float:
        mean, weight = _mean_and_weight(place)
        alpha, beta = mean * weight, (1 - mean) * weight
        return float(-(betaln(alpha + late, beta + due - late) - betaln(alpha, beta)).sum())

    start = np.array([np.log(rate / (1 - rate)), np.log(10.0)])
    bounds = [(-9.0, 9.0), (np.log(0.5), np.log(MOST_WEIGHT))]
    best = minimize(surprise, start, method="L-BFGS-B", bounds=bounds)
    mean, weight = _mean_and_weight(best.x)
    return Prior(mean * weight, (1 - mean) * weight)


def _mean_and_weight(place: Numbers) -> tuple[float, float]:
    return float(1.0 / (1.0 + np.exp(-place[0]))), float(np.exp(place[1]))


def forecast(history: History) -> Forecast:
    """The chance that each office is late with its next obligation of the kind.

    Abstains (NaN) for offices with fewer than MINIMUM_HISTORY obligations behind them, and for all where there
    are fewer than MINIMUM_PEERS offices with a history.
    """
    from scipy.stats import beta as beta_distribution

    prior = fit(history)
    nothing = np.full(history.due.shape, np.nan)
    if prior is None:
        return Forecast(nothing, nothing, nothing, None)
    alpha, beta = prior.alpha + history.late, prior.beta + history.due - history.late
    enough = history.due >= MINIMUM_HISTORY
    chance = np.where(enough, alpha / (alpha + beta), np.nan)
    low, high = (np.where(enough, beta_distribution.ppf(q, alpha, beta), np.nan) for q in (0.1, 0.9))
    return Forecast(chance, low, high, prior)


def brier(chance: npt.ArrayLike, was_late: npt.ArrayLike) -> float:
    """The mean squared distance of chances from what happened (Brier 1950): 0 is perfect, 0.25 is a coin.

    NaN where nothing was said.
    """
    said, happened = np.asarray(chance, dtype=np.float64), np.asarray(was_late, dtype=np.float64)
    return float(((said - happened) ** 2).mean()) if said.size else float("nan")
