"""Carries doubt about who is the same person into an estimate: link again, estimate again, pool; never one linkage."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri, stdtrit

from concerted.methods.prevalence._linkage_draws import (
    Link,
    Pair,
    Rate,
    draw_from_links,
    draw_from_rates,
    draw_rates,
)
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

SADINLE_2018 = Citation(
    "Sadinle, M.",
    2018,
    "Bayesian propagation of record linkage uncertainty into population size estimation of human rights violations",
    "Annals of Applied Statistics 12(2), 1013-1038",
)
RUBIN_1987 = Citation(
    "Rubin, D. B.", 1987, "Multiple imputation for nonresponse in surveys", "Wiley, New York"
)

Method = Callable[[CaptureTable], Estimate]
Pooling = Literal["mixture", "rubin"]
_TINY = 1e-9


def under_linkage_error(
    table: CaptureTable,
    method: Method,
    *,
    missed: Rate | Mapping[Pair, Rate],
    false: Rate | Mapping[Pair, Rate],
    draws: int = 50,
    seed: int | None = None,
    pool: Pooling = "mixture",
    levels: Sequence[float] = (0.95,),
    progress: Callable[[float], None] | None = None,
) -> Estimate:
    """One method's answer over tables drawn as perfect linkage would have made them.

    table: as it was linked. missed: chance that the comparison of two records of one person fails, for all pairs of
    lists or by pair. false: share of links that join different people. Either may be (errors, comparisons audited).
    Everything else as in `over_linkages`. Raises Invalid for rates that are none.
    """
    rng = np.random.default_rng(0 if seed is None else seed)
    tables = [draw_from_rates(table, draw_rates(table.lists, missed, false, rng), rng) for _ in range(draws)]
    return over_linkages(
        tables,
        method,
        pool=pool,
        levels=levels,
        seed=0 if seed is None else seed,
        linked=table.n,
        progress=progress,
    )


def under_link_probabilities(
    lists: Sequence[str],
    record_lists: Sequence[int],
    links: Sequence[Link],
    method: Method,
    *,
    draws: int = 50,
    seed: int | None = None,
    pool: Pooling = "mixture",
    levels: Sequence[float] = (0.95,),
    progress: Callable[[float], None] | None = None,
) -> Estimate:
    """One method's answer over linkages drawn from the probabilities of record pairs; see `draw_from_links`."""
    rng = np.random.default_rng(0 if seed is None else seed)
    tables = [draw_from_links(lists, record_lists, links, rng) for _ in range(draws)]
    return over_linkages(
        tables, method, pool=pool, levels=levels, seed=0 if seed is None else seed, progress=progress
    )


def over_linkages(
    tables: Sequence[CaptureTable],
    method: Method,
    *,
    pool: Pooling = "mixture",
    levels: Sequence[float] = (0.95,),
    seed: int | None = None,
    linked: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Estimate:
    """One method's answers on several drawn linkages, pooled; persons.

    method must give an interval. pool: "mixture" takes the median and quantiles of the answers laid over each other,
    each as a log-normal hidden number with its own interval (Sadinle 2018); "rubin" pools log hidden numbers by Rubin's
    (1987) rules, within plus between variance, t limits. n_seen is the mean number of distinct people over draws.
    Raises NotEstimable when the method refuses more than half of the draws.
    """
    answers: list[_Answer] = []
    refused: list[NotEstimable] = []
    model = ""
    for number, table in enumerate(tables, start=1):
        try:
            estimate = method(table)
            answers.append(_Answer.of(estimate))
            model = f"{estimate.method} over {len(tables)} linkages"
        except NotEstimable as refusal:
            refused.append(refusal)
        if progress is not None:
            progress(number / len(tables))
    if len(answers) <= len(tables) / 2 or len(answers) < 2:
        raise NotEstimable(
            Said("The method refuses {} of {} drawn linkages", "该方法拒绝了 {} / {} 次抽取的链接").format(
                len(refused), len(tables)
            ),
            where=str(refused[0].what) if refused else "",
            remedy=Said(
                "Use a method that needs less overlap, or link with fewer errors",
                "请使用对重叠要求较低的方法，或减少链接错误",
            ),
        )
    pooled = _mixture(answers, levels) if pool == "mixture" else _rubin(answers, levels)
    seen = sum(answer.n for answer in answers) / len(answers)
    return Estimate(
        method=f"linkage-error:{pool}",
        n_seen=round(seen),
        estimate=pooled.estimate,
        interval=pooled.interval,
        interval_kind=pool,
        model=model,
        citation=SADINLE_2018 if pool == "mixture" else RUBIN_1987,
        diagnostics=Diagnostics(
            resamples_used=len(answers),
            resamples_refused=len(refused),
            more={
                "n_as_linked": linked,
                "within_variance_log": pooled.within,
                "between_variance_log": pooled.between,
                "lowest_estimate": min(answer.n + answer.hidden for answer in answers),
                "highest_estimate": max(answer.n + answer.hidden for answer in answers),
            },
        ),
        warnings=_cautions(len(refused), len(tables)),
        seed=seed,
    )


def _cautions(refused: int, draws: int) -> tuple[Caution, ...]:
    if not refused:
        return ()
    text = Said(
        "The method refused {} of {} drawn linkages; they are left out",
        "该方法拒绝了 {} / {} 次抽取的链接，未计入结果",
    ).format(refused, draws)
    return (Caution("linkages_refused", text, text.zh),)


@dataclass(frozen=True)
class _Answer:
    """A drawn linkage's answer: log hidden normal with one deviation below its centre and another above."""

    n: int
    hidden: float
    below: float
    above: float

    @classmethod
    def of(cls, estimate: Estimate) -> _Answer:
        if not estimate.interval:
            raise ValueError("pooling needs a method that gives an interval")
        level, (low, high) = min(estimate.interval.items(), key=lambda item: abs(item[0] - 0.95))
        z = float(ndtri((1 + level) / 2))
        hidden = max(estimate.hidden, _TINY)
        below = math.log(hidden / min(hidden, max(low - estimate.n_seen, hidden * _TINY))) / z
        above = math.log(max(hidden, high - estimate.n_seen) / hidden) / z
        return cls(estimate.n_seen, hidden, max(below, _TINY), max(above, _TINY))

    def share_below(self, population: float) -> float:
        """Probability that the whole population is at most this."""
        if population <= self.n:
            return 0.0
        distance = math.log((population - self.n) / self.hidden)
        return float(ndtr(distance / (self.below if distance < 0 else self.above)))

    @property
    def variance(self) -> float:
        return (self.below**2 + self.above**2) / 2


@dataclass(frozen=True)
class _Pooled:
    estimate: float
    interval: dict[float, Interval]
    within: float
    between: float


def _variances(answers: Sequence[_Answer]) -> tuple[float, float]:
    within = float(np.mean([answer.variance for answer in answers]))
    between = float(np.var([math.log(answer.hidden) for answer in answers], ddof=1))
    return within, between


def _mixture(answers: Sequence[_Answer], levels: Sequence[float]) -> _Pooled:
    furthest = 12.0
    low = min(answer.n + answer.hidden * math.exp(-furthest * answer.below) for answer in answers)
    high = max(answer.n + answer.hidden * math.exp(furthest * answer.above) for answer in answers)

    def quantile(share: float) -> float:
        def over(population: float) -> float:
            return sum(answer.share_below(population) for answer in answers) / len(answers) - share

        return float(brentq(over, low, high, xtol=1e-9, rtol=1e-12))

    interval = {level: (quantile((1 - level) / 2), quantile((1 + level) / 2)) for level in levels}
    return _Pooled(quantile(0.5), interval, *_variances(answers))


def _rubin(answers: Sequence[_Answer], levels: Sequence[float]) -> _Pooled:
    within, between = _variances(answers)
    count = len(answers)
    added = (1 + 1 / count) * between
    centre = float(np.mean([math.log(answer.hidden) for answer in answers]))
    seen = float(np.mean([answer.n for answer in answers]))
    freedom = (count - 1) * (1 + within / added) ** 2 if added > 0 else math.inf
    spread = math.sqrt(within + added)
    interval = {}
    for level in levels:
        share = (1 + level) / 2
        reach = float(stdtrit(freedom, share) if math.isfinite(freedom) else ndtri(share)) * spread
        interval[level] = (seen + math.exp(centre - reach), seen + math.exp(centre + reach))
    return _Pooled(seen + math.exp(centre), interval, within, between)
