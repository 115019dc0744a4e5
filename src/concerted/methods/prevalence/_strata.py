"""Estimates by strata with a total that adds up, each stratum alone or drawing on the others; never a stratum left out
of the total without saying so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import ndtri

from concerted.methods.prevalence._result import (
    Caution,
    Citation,
    Diagnostics,
    Estimate,
    Interval,
    NotEstimable,
)
from concerted.methods.prevalence._table import CaptureTable
from concerted.methods.prevalence._wording import Said

PAULE_MANDEL_1982 = Citation(
    "Paule, R. C. and Mandel, J.",
    1982,
    "Consensus values and weighting factors",
    "Journal of Research of the National Bureau of Standards 87(5), 377-385",
)
MORRIS_1983 = Citation(
    "Morris, C. N.",
    1983,
    "Parametric empirical Bayes inference: theory and applications",
    "Journal of the American Statistical Association 78(381), 47-55",
)

Method = Callable[[CaptureTable], Estimate]
Pooling = Literal["none", "partial"]
Floats = npt.NDArray[np.float64]
_DRAWS = 40_000
_TINY = 1e-9


@dataclass(frozen=True)
class Stratum:
    """One stratum's answer; persons.

    alone: its own fit, or why it was refused. estimate and interval: as reported. borrowed: reported from the other
    strata only, because its own fit was refused.
    """

    name: str
    n_seen: int
    estimate: float
    interval: Mapping[float, Interval]
    alone: Estimate | NotEstimable
    borrowed: bool = False

    @property
    def hidden(self) -> float:
        """People of the stratum on no list, estimated."""
        return self.estimate - self.n_seen


@dataclass(frozen=True)
class ByStrata:
    """strata: in the order given. total: the sum of their estimates, with an interval of its own."""

    strata: tuple[Stratum, ...]
    total: Estimate


def by_strata(
    tables: Mapping[str, CaptureTable],
    method: Method,
    *,
    pooling: Pooling = "none",
    levels: Sequence[float] = (0.95,),
    seed: int | None = None,
) -> ByStrata:
    """Each stratum (a sex, age group, form, province, year) estimated by one method, and their total.

    method must give an interval. pooling "none": each stands alone and any refusal refuses the total. "partial":
    the log odds of being hidden, theta_s = log(hidden_s / n_s), are taken as normal around a common mean with variance
    tau^2 (Paule & Mandel 1982) and shrunk towards it (Morris 1983), theta_s observed with the deviation its own
    interval gives; a refused stratum with people seen takes the common mean. Strata without people add nothing.
    The total's estimate is the exact sum; its interval comes from seeded draws of all strata together, strata
    independent given the common mean. Returns persons.
    Raises NotEstimable without any stratum seen, for a refusal without pooling, and with fewer than two fits under it.
    """
    fits = {name: _try(method, table) for name, table in tables.items()}
    seen = {name: table.n for name, table in tables.items()}
    if not any(seen.values()):
        raise NotEstimable(Said("No stratum holds anybody", "各分层均无人员"))
    fitted = {name: fit for name, fit in fits.items() if isinstance(fit, Estimate)}
    spread = _alone(fits, seen) if pooling == "none" else _shrunk(fitted, seen)
    rng = np.random.default_rng(0 if seed is None else seed)
    return _answer(fits, seen, spread, pooling, levels, rng, 0 if seed is None else seed)


def _try(method: Method, table: CaptureTable) -> Estimate | NotEstimable:
    if table.n == 0:
        return NotEstimable(Said("Nobody is seen in this stratum", "该分层无人被见到"))
    try:
        return method(table)
    except NotEstimable as refusal:
        return refusal


@dataclass(frozen=True)
class _LogOdds:
    """theta_s of the strata with people: centre and deviation of each, and how the common mean moves them together.

    weight: how much of the common mean is in each centre. mean_deviation: how surely it is known. tau2, mean: as
    estimated (0 and NaN without pooling).
    """

    names: tuple[str, ...]
    centre: Floats
    deviation: Floats
    weight: Floats
    mean_deviation: float
    tau2: float
    mean: float

    def total_deviation(self) -> Floats:
        return np.hypot(self.deviation, self.weight * self.mean_deviation)

    def draws(self, rng: np.random.Generator) -> Floats:
        """theta, shape (draws, strata)."""
        common = rng.normal(size=(_DRAWS, 1)) * self.mean_deviation
        return (
            self.centre + common * self.weight + rng.normal(size=(_DRAWS, len(self.centre))) * self.deviation
        )


def _observed(fit: Estimate, seen: int) -> tuple[float, float]:
    """theta and its deviation from an estimate and the interval nearest to 95 per cent."""
    if not fit.interval:
        raise ValueError("strata need a method that gives an interval")
    level, (low, high) = min(fit.interval.items(), key=lambda item: abs(item[0] - 0.95))
    hidden = max(fit.hidden, _TINY)
    z = float(ndtri((1 + level) / 2))
    below = math.log(hidden / min(hidden, max(low - fit.n_seen, hidden * 1e-3))) / z
    above = math.log(max(hidden, high - fit.n_seen) / hidden) / z
    return math.log(hidden / seen), max(math.sqrt((below**2 + above**2) / 2), _TINY)


def _alone(fits: Mapping[str, Estimate | NotEstimable], seen: Mapping[str, int]) -> _LogOdds:
    names = tuple(name for name in fits if seen[name] > 0)
    observed = []
    for name in names:
        fit = fits[name]
        if isinstance(fit, NotEstimable):
            raise NotEstimable(
                Said("Stratum {} has no estimate of its own", "分层 {} 无法单独估计").format(name),
                where=str(fit.what),
                remedy=Said(
                    "Merge it with another stratum, or pool partially", "请与其他分层合并，或使用部分合并"
                ),
            )
        observed.append(_observed(fit, seen[name]))
    centre, deviation = np.array(observed).T
    return _LogOdds(names, centre, deviation, np.zeros(len(names)), 0.0, 0.0, math.nan)


def _shrunk(fitted: Mapping[str, Estimate], seen: Mapping[str, int]) -> _LogOdds:
    if len(fitted) < 2:
        raise NotEstimable(
            Said(
                "Partial pooling needs two strata that can be estimated alone",
                "部分合并至少需要两个可单独估计的分层",
            ),
            remedy=Said("Merge strata", "请合并分层"),
        )
    theta, deviation = np.array([_observed(fit, seen[name]) for name, fit in fitted.items()]).T
    tau2 = between_variance(theta, deviation)
    precision = 1 / (deviation**2 + tau2)
    mean = float(precision @ theta / precision.sum())
    place = {name: i for i, name in enumerate(fitted)}
    names = tuple(name for name, people in seen.items() if people > 0)
    kept = np.array(
        [deviation[place[n]] ** 2 / (deviation[place[n]] ** 2 + tau2) if n in place else 1.0 for n in names]
    )
    own = np.array([theta[place[n]] if n in place else mean for n in names])
    variance = np.array([deviation[place[n]] ** 2 if n in place else math.inf for n in names])
    within = np.array([v * tau2 / (v + tau2) if math.isfinite(v) else tau2 for v in variance])
    return _LogOdds(
        names,
        kept * mean + (1 - kept) * own,
        np.sqrt(within),
        kept,
        float(precision.sum() ** -0.5),
        tau2,
        mean,
    )


def between_variance(theta: Floats, deviation: Floats) -> float:
    """tau^2 by Paule & Mandel (1982): where the weighted sum of squares equals its degrees of freedom; 0 if below."""

    def excess(tau2: float) -> float:
        precision = 1 / (deviation**2 + tau2)
        centred = theta - precision @ theta / precision.sum()
        return float(precision @ centred**2) - (len(theta) - 1)

    if excess(0.0) <= 0:
        return 0.0
    upper = float(np.var(theta, ddof=1)) + 1.0
    while excess(upper) > 0:
        upper *= 2
    return float(brentq(excess, 0.0, upper, xtol=1e-14, rtol=1e-12))


def _answer(
    fits: Mapping[str, Estimate | NotEstimable],
    seen: Mapping[str, int],
    spread: _LogOdds,
    pooling: Pooling,
    levels: Sequence[float],
    rng: np.random.Generator,
    seed: int,
) -> ByStrata:
    place = {name: i for i, name in enumerate(spread.names)}
    deviations = spread.total_deviation()
    strata = []
    for name, fit in fits.items():
        if name not in place:
            strata.append(Stratum(name, 0, 0.0, dict.fromkeys(levels, (0.0, 0.0)), fit))
            continue
        n, centre, deviation = seen[name], float(spread.centre[place[name]]), float(deviations[place[name]])
        known: Mapping[float, Interval] = {}
        estimate = n + n * math.exp(centre)
        if pooling == "none" and isinstance(fit, Estimate):
            estimate, known = fit.estimate, fit.interval
        interval = {level: known.get(level) or _limits(n, centre, deviation, level) for level in levels}
        strata.append(Stratum(name, n, estimate, interval, fit, isinstance(fit, NotEstimable)))
    numbers = np.array([seen[name] for name in spread.names], dtype=np.float64)
    totals = (numbers * (1 + np.exp(spread.draws(rng)))).sum(axis=1)
    return ByStrata(tuple(strata), _total(strata, totals, spread, pooling, levels, seed))


def _limits(n: int, centre: float, deviation: float, level: float) -> Interval:
    """Limits of n (1 + odds), log odds normal."""
    reach = float(ndtri((1 + level) / 2)) * deviation
    return n * (1 + math.exp(centre - reach)), n * (1 + math.exp(centre + reach))


def _total(
    strata: Sequence[Stratum],
    totals: Floats,
    spread: _LogOdds,
    pooling: Pooling,
    levels: Sequence[float],
    seed: int,
) -> Estimate:
    interval = {
        level: (float(np.quantile(totals, (1 - level) / 2)), float(np.quantile(totals, (1 + level) / 2)))
        for level in levels
    }
    method = next((s.alone.method for s in strata if isinstance(s.alone, Estimate)), "")
    return Estimate(
        method=f"strata:{pooling}",
        n_seen=sum(stratum.n_seen for stratum in strata),
        estimate=math.fsum(stratum.estimate for stratum in strata),
        interval=interval,
        interval_kind="simulated sum",
        model=f"{method} in {len(strata)} strata",
        citation=MORRIS_1983 if pooling == "partial" else PAULE_MANDEL_1982,
        diagnostics=Diagnostics(
            more={
                "strata": len(strata),
                "between_variance": spread.tau2,
                "common_log_odds": None if math.isnan(spread.mean) else spread.mean,
                "borrowed": [stratum.name for stratum in strata if stratum.borrowed and stratum.n_seen],
            }
        ),
        warnings=_cautions(strata, pooling),
        seed=seed,
    )


def _cautions(strata: Sequence[Stratum], pooling: Pooling) -> tuple[Caution, ...]:
    cautions = []
    borrowed = [stratum.name for stratum in strata if stratum.borrowed and stratum.n_seen]
    if borrowed:
        text = Said(
            "These strata have no estimate of their own and were given the others' mean: {}",
            "以下分层无法单独估计，采用其他分层的均值：{}",
        ).format(", ".join(borrowed))
        cautions.append(Caution("strata_borrowed", text, text.zh))
    if pooling == "partial":
        text = Said(
            "Strata were drawn towards each other: a stratum unlike the others is understated",
            "各分层相互靠拢：与其他分层差异大的分层会被低估其差异",
        )
        cautions.append(Caution("strata_shrunk", text, text.zh))
    return tuple(cautions)


def split_rows(
    lists: Sequence[str], histories: Sequence[int], counts: Sequence[int], strata: Sequence[str]
) -> dict[str, CaptureTable]:
    """One table per stratum from rows of (history, count, stratum name), strata in the order they first appear."""
    tables: dict[str, npt.NDArray[np.int64]] = {}
    for history, count, name in zip(histories, counts, strata, strict=True):
        tables.setdefault(name, np.zeros(1 << len(lists), dtype=np.int64))[history] += count
    return {name: CaptureTable(tuple(lists), held) for name, held in tables.items()}
