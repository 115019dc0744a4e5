"""One hierarchical log-linear model fitted to one table, with its intervals; it chooses no model.

Extended maximum likelihood: Chan, Silverman & Vincent (2021, JASA 116, 1297-1306). Profile interval: Cormack (1992,
Biometrics 48, 567-576).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from concerted.methods.prevalence import _kernel_fit as kernel
from concerted.methods.prevalence._existence import Verdicts, remaining
from concerted.methods.prevalence._normal import log_factorials, normal_quantile
from concerted.methods.prevalence._result import Interval, NotEstimable
from concerted.methods.prevalence._table import CaptureTable
from concerted.methods.prevalence._terms import Terms, model_text
from concerted.methods.prevalence._wording import Said

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """A fitted model.

    coefficients: per term, -inf where the extended estimate is. expected: fitted counts per history, shape (2**k,);
    entry 0 is the hidden number. sd_log_hidden: standard error of its logarithm. parameters count the -inf ones.
    """

    n: int
    terms: Terms
    coefficients: Mapping[int, float]
    expected: Floats
    log_likelihood: float
    deviance: float
    sd_log_hidden: float

    @property
    def hidden(self) -> float:
        """People on no list."""
        return float(self.expected[0])

    @property
    def estimate(self) -> float:
        """The whole population."""
        return self.n + self.hidden

    @property
    def aic(self) -> float:
        """2 p - 2 log-likelihood."""
        return 2 * len(self.terms) - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        """p log n - 2 log-likelihood, n being the people seen."""
        return math.log(self.n) * len(self.terms) - 2 * self.log_likelihood

    def conditional_interval(self, level: float = 0.95) -> Interval:
        """n + exp(log hidden +- z sd): as if the model had been known beforehand, which makes it too narrow."""
        reach = normal_quantile((1 + level) / 2) * self.sd_log_hidden
        return self.n + self.hidden * math.exp(-reach), self.n + self.hidden * math.exp(reach)


def fit(table: CaptureTable, terms: Sequence[int], *, verdicts: Verdicts | None = None) -> Fit:
    """Fit one hierarchical model by extended maximum likelihood.

    terms: bitmasks, the empty one and all single lists among them (`hierarchical` makes them).
    Raises NotEstimable when the estimate does not exist or the hidden number is not identifiable.
    """
    model = tuple(terms)
    code = (verdicts or Verdicts()).code(table.counts, model)
    if code:
        raise not_estimable(code, model)
    y = table.counts.astype(np.float64)
    kept, left = remaining(y, model)
    run = _run(y, kept, left, table.k)
    coefficients = dict.fromkeys(model, -math.inf) | dict(
        zip(left.tolist(), run.coefficients.tolist(), strict=True)
    )
    expected = run.mu.copy()
    expected[0] = math.exp(run.coefficients[0])
    seen = expected[1:]
    positive = y[1:] > 0
    logs = np.log(seen[positive]) * y[1:][positive]
    log_likelihood = float(logs.sum() - seen.sum() - log_factorials(y[1:]))
    fitted_perfectly = np.log(y[1:][positive]) * y[1:][positive]
    deviance = float(2 * (fitted_perfectly.sum() - logs.sum() - y.sum() + seen.sum()))
    return Fit(table.n, model, coefficients, expected, log_likelihood, deviance, run.sd_intercept)


def profile_interval(table: CaptureTable, terms: Sequence[int], level: float = 0.95) -> Interval:
    """The whole population's interval by the multinomial profile likelihood of the hidden number (Cormack 1992).

    Its upper end is infinite where the likelihood stays above the limit however many are hidden.
    """
    from scipy.optimize import minimize_scalar  # here, for it takes long to load

    centre = fit(table, terms)
    y = table.counts.astype(np.float64)
    kept, left = remaining(y, tuple(terms))
    kept[0] = 1

    def fall(log_hidden: float) -> float:
        """Minus the profile log-likelihood, without its constant."""
        hidden = math.exp(log_hidden)
        cells = y.copy()
        cells[0] = hidden
        mu = _run(cells, kept, left, table.k).mu
        total = centre.n + hidden
        there = cells > 0
        within = float(np.sum(cells[there] * np.log(mu[there] / total)))
        return -(math.lgamma(total + 1) - math.lgamma(hidden + 1)) - within

    start = math.log(max(centre.hidden, 1e-3))
    found = minimize_scalar(fall, bracket=(start - 0.1, start), tol=1e-10)
    best, least = float(found.x), float(found.fun)
    limit = least + normal_quantile((1 + level) / 2) ** 2 / 2

    def over(log_hidden: float) -> float:
        return fall(log_hidden) - limit

    return (
        centre.n + _crossing(over, best, -max(centre.sd_log_hidden, 0.05)),
        centre.n + _crossing(over, best, max(centre.sd_log_hidden, 0.05)),
    )


def not_estimable(code: int, terms: Sequence[int]) -> NotEstimable:
    """The refusal that an existence code asks for."""
    remedy = Said("Use a simpler model, or merge lists.", "请使用更简单的模型，或合并名单。")
    if code == 1:
        said = Said(
            "The model {model} has no maximum likelihood estimate on this table.",
            "模型 {model} 在该表上没有最大似然估计。",
        )
    else:
        said = Said(
            "The model {model} leaves the hidden number open: any number fits this table as well.",
            "模型 {model} 无法确定隐藏人数：任何数都同样符合该表。",
        )
    name = "no_estimate" if code == 1 else "not_identifiable"
    return NotEstimable(said.format(model=model_text(terms)), remedy=remedy, code=name)


@dataclass(frozen=True)
class _Run:
    coefficients: Floats
    mu: Floats
    sd_intercept: float


def _run(y: Floats, kept: npt.NDArray[np.uint8], terms: npt.NDArray[np.int64], k: int) -> _Run:
    p = len(terms)
    stats = y.copy()
    kernel.superset_sums(stats, k)
    coefficients, step, gram = np.zeros(p), np.empty(p), np.empty((p, p))
    mu, sums = np.zeros(y.size), np.zeros(y.size)
    status, _, _ = kernel.fit_model(y, stats, terms, p, kept, k, coefficients, mu, sums, gram, step, False)
    if status != kernel.CONVERGED:
        raise NotEstimable(
            Said("The fit did not settle.", "拟合未能收敛。"),
            remedy=Said("Use a simpler model, or merge lists.", "请使用更简单的模型，或合并名单。"),
            code="not_converged",
        )
    kernel.fill_gram(gram, sums, terms, p)
    first = np.zeros(p)
    first[0] = 1.0
    kernel.cholesky_solve(gram, first, p)
    return _Run(coefficients, mu, math.sqrt(first[0]))


def _crossing(over: Callable[[float], float], best: float, reach: float) -> float:
    """Where the profile crosses its limit, by steps of growing reach from the best; 0 or inf where it never does."""
    from scipy.optimize import brentq

    inner, outer = best, best + reach
    while over(outer) < 0:
        inner, outer = outer, best + 2 * (outer - best)
        if outer > 40:
            return math.inf
        if outer < -40:
            return 0.0
    low, high = sorted((inner, outer))
    return math.exp(brentq(over, low, high, xtol=1e-10))
