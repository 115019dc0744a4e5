"""The hierarchical model of least BIC or AIC, chosen anew among all of them in every resample; nothing is cut off
unless asked.

Silverman, Chan & Vincent (2024). Bootstrapping multiple systems estimates to account for model selection. Statistics
and Computing 34, 44.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from concerted.methods.prevalence import _bootstrap as boot
from concerted.methods.prevalence import _kernel_search as kernel
from concerted.methods.prevalence._existence import Verdicts
from concerted.methods.prevalence._loglinear import fit, not_estimable
from concerted.methods.prevalence._models import Catalogue, catalogue
from concerted.methods.prevalence._normal import log_factorials
from concerted.methods.prevalence._result import Caution, Citation, Diagnostics, Estimate, Interval
from concerted.methods.prevalence._table import CaptureTable
from concerted.methods.prevalence._terms import hierarchical, interactions, model_text, term_name
from concerted.methods.prevalence._wording import Said

RANKED = 100
"""Models listed on the table itself, and the most that n_top can keep."""

FIT_ALL_UP_TO = 50_000
"""Catalogues up to this size are fitted whole on the table itself; larger ones only as far as they can matter."""

CLOSE_CRITERION = 2.0
"""Models whose criterion is within this of the best are hardly worse (Burnham & Anderson 2002, p. 70)."""

DISAGREE = 1.25
"""Estimates of such models further apart than this factor are told."""

SHOWN = 10
CHUNK = 4096
ROWS = 50

PAPER = Citation(
    "Silverman, B. W., Chan, L. & Vincent, K.",
    2024,
    "Bootstrapping multiple systems estimates to account for model selection",
    "Statistics and Computing 34, 44",
)

Progress = Callable[[float], None]
Tables = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ranked:
    """One model on the table itself."""

    index: int
    model: str
    estimate: float
    criterion: float


@dataclass(frozen=True)
class NTop:
    """BCa intervals when each resample chooses among the n_top models that were best on the table itself."""

    n_top: int
    interval: dict[float, Interval]
    refused: int


def bic(
    table: CaptureTable,
    *,
    max_order: int | None = None,
    bootstrap: int = boot.DEFAULT_RESAMPLES,
    n_top: int | None = None,
    seed: int = boot.DEFAULT_SEED,
    resamples: Tables | None = None,
    levels: Sequence[float] = boot.LEVELS,
    progress: Progress | None = None,
) -> Estimate:
    """The estimate of the hierarchical model of least BIC, with BCa intervals that choose anew in every resample.

    max_order: most lists in one term; all orders up to five lists and 2 for six and seven by default.
    n_top: choose only among that many models, the best on the table itself; all by default.
    bootstrap: resamples to draw; 0 gives the conditional interval of the one model instead, which is too narrow.
    resamples: stored ones, shape (B, 2**k), used instead.
    Raises NotEstimable when no model can be used or the models are too many.
    """
    return _Choice(table, "bic", max_order).estimate(bootstrap, n_top, seed, resamples, levels, progress)


def aic(
    table: CaptureTable,
    *,
    max_order: int | None = None,
    bootstrap: int = boot.DEFAULT_RESAMPLES,
    n_top: int | None = None,
    seed: int = boot.DEFAULT_SEED,
    resamples: Tables | None = None,
    levels: Sequence[float] = boot.LEVELS,
    progress: Progress | None = None,
) -> Estimate:
    """As bic, by Akaike's criterion."""
    return _Choice(table, "aic", max_order).estimate(bootstrap, n_top, seed, resamples, levels, progress)


def rank_models(
    table: CaptureTable, *, criterion: str = "bic", max_order: int | None = None
) -> tuple[Ranked, ...]:
    """The best usable models on the table itself, at most RANKED of them, best first."""
    return tuple(_Choice(table, criterion, max_order).ranked)


def intervals_by_n_top(
    table: CaptureTable,
    *,
    n_top: int = RANKED,
    criterion: str = "bic",
    max_order: int | None = None,
    bootstrap: int = boot.DEFAULT_RESAMPLES,
    seed: int = boot.DEFAULT_SEED,
    resamples: Tables | None = None,
    levels: Sequence[float] = boot.LEVELS,
) -> tuple[NTop, ...]:
    """What cutting off would do: the interval for every number of models kept, from 1 to n_top."""
    choice = _Choice(table, criterion, max_order)
    drawn = boot.resample(table, bootstrap, seed) if resamples is None else resamples
    left_out, weights = boot.jackknife_tables(table)
    replicates, jackknife = choice.among_top(drawn, n_top), choice.among_top(left_out, n_top)
    rows = []
    for m in range(replicates.shape[1]):
        spread = boot.spread(choice.ranked[0].estimate, replicates[:, m], jackknife[:, m], weights, levels)
        rows.append(NTop(m + 1, spread.bca, spread.refused))
    return tuple(rows)


def compile_for_large_catalogues(table: CaptureTable) -> None:
    """Have the part compiled that only tables of six and more lists reach."""
    _Choice(table, "bic", None)._fit_promising(table.counts.astype(np.float64))


@dataclass
class _Choice:
    """One table, one criterion, one catalogue; counts the work done on the way."""

    table: CaptureTable
    criterion: str
    max_order: int | None
    verdicts: Verdicts = field(default_factory=Verdicts)
    fits: int = 0

    def __post_init__(self) -> None:
        self.catalogue: Catalogue = catalogue(self.table.k, self.max_order)
        self.without, self.widest = self.catalogue.largest_without(_sets(self.catalogue))
        self.order, self.promising, self.ranked = self._rank()

    def estimate(
        self,
        bootstrap: int,
        n_top: int | None,
        seed: int,
        resamples: Tables | None,
        levels: Sequence[float],
        progress: Progress | None,
    ) -> Estimate:
        began = time.perf_counter()
        table, best = self.table, self.ranked[0]
        terms = self.catalogue.terms(best.index)
        fitted = fit(table, terms, verdicts=self.verdicts)
        drawn = boot.resample(table, bootstrap, seed) if resamples is None else resamples
        more = self._more(n_top) | {
            "terms": interactions(terms, table.lists),
            "empty_terms": [
                term_name(t, table.lists) for t, a in fitted.coefficients.items() if a == -math.inf
            ],
            "aic": fitted.aic,
            "bic": fitted.bic,
            "deviance": fitted.deviance,
            "conditional": {f"{level:g}": list(fitted.conditional_interval(level)) for level in levels},
        }
        cautions = list(self._cautions())
        used = refused = 0
        interval = {level: fitted.conditional_interval(level) for level in levels}
        if len(drawn):
            left_out, weights = boot.jackknife_tables(table)
            if n_top is None:
                replicates = self.among_all(drawn, progress)
                jackknife = self.among_all(left_out, None)
            else:
                replicates = self.among_top(drawn, n_top, progress)[:, -1]
                jackknife = self.among_top(left_out, n_top)[:, -1]
            spread = boot.spread(best.estimate, replicates, jackknife, weights, levels)
            used, refused, interval = spread.used, spread.refused, spread.bca
            cautions.extend(spread.cautions)
            more |= spread.to_json()
        more["fits"] = self.fits
        return Estimate(
            method=self.criterion,
            n_seen=table.n,
            estimate=best.estimate,
            interval=interval,
            interval_kind="bca" if len(drawn) else "conditional",
            model=best.model,
            citation=PAPER,
            diagnostics=Diagnostics(True, 0, self.verdicts.lp_calls, used, refused, more),
            warnings=tuple(cautions),
            seed=seed if resamples is None and len(drawn) else None,
            seconds=time.perf_counter() - began,
        )

    def among_all(self, tables: Tables, progress: Progress | None = None) -> Floats:
        """The estimate of each table by its own best model among all; NaN where none is usable."""
        c = self.catalogue
        hidden = np.full(len(tables), math.nan)
        for rows, y in _by_pattern(tables, progress):
            answers = np.full(len(c.models), kernel.UNKNOWN, dtype=np.int8)
            left = np.arange(len(rows))
            while len(left):
                found, value, asked = _room(len(left))
                self.fits += kernel.search_many(
                    y[left], c.k, c.models, self.order, self.promising, c.candidates, self._penalty,
                    self.without, self.widest, answers, found, value, asked, self.verdicts.programmes,
                )  # fmt: skip
                hidden[rows[left]] = value
                self._answer(y[0], asked, answers)
                left = left[asked >= 0]
        estimates: Floats = tables.sum(axis=1) + hidden
        return estimates

    def among_top(self, tables: Tables, n_top: int, progress: Progress | None = None) -> Floats:
        """Estimates, shape (tables, n_top): column m by the best of the m + 1 models ranked first."""
        c = self.catalogue
        top = np.array([ranked.index for ranked in self.ranked[: max(1, n_top)]], dtype=np.int64)
        hidden = np.full((len(tables), len(top)), math.nan)
        for rows, y in _by_pattern(tables, progress):
            answers = np.full(len(top), kernel.UNKNOWN, dtype=np.int8)
            left = np.arange(len(rows))
            while len(left):
                value, asked = np.full((len(left), len(top)), math.nan), np.empty(len(left), dtype=np.int64)
                kernel.running_best(
                    y[left],
                    c.k,
                    c.models[top],
                    c.candidates,
                    self._penalty,
                    answers,
                    value,
                    asked,
                    self.verdicts.programmes,
                )
                self.fits += len(left) * len(top)
                hidden[rows[left]] = value
                self._answer(y[0], asked, answers, top)
                left = left[asked >= 0]
        estimates: Floats = tables.sum(axis=1)[:, None] + hidden
        return estimates

    @property
    def _penalty(self) -> float:
        """As the kernel takes it, 0 standing for log n."""
        return 2.0 if self.criterion == "aic" else 0.0

    def _answer(
        self, y: Floats, asked: Tables, answers: npt.NDArray[np.int8], of: Tables | None = None
    ) -> None:
        """Have the existence of the models asked for decided."""
        for m in np.unique(asked[asked >= 0]):
            index = int(m if of is None else of[m])
            answers[m] = self.verdicts.code(y, self.catalogue.terms(index)) == 0

    def _rank(self) -> tuple[Tables, int, list[Ranked]]:
        """All models, the promising ones first, how many those are, and the best usable ones on the table itself."""
        c, y = self.catalogue, self.table.counts.astype(np.float64)
        if len(c.models) <= FIT_ALL_UP_TO:
            looked_at = np.arange(len(c.models))
            criteria, hidden, answers = self._fit(y, looked_at)
        else:
            looked_at, criteria, hidden, answers = self._fit_promising(y)
        by_criterion = np.lexsort((looked_at, np.round(criteria, 6)))
        ranked: list[Ranked] = []
        for m in by_criterion:
            index = int(looked_at[m])
            if answers[m] == kernel.UNKNOWN:
                answers[m] = self.verdicts.code(y, c.terms(index)) == 0
            if answers[m]:
                ranked.append(
                    Ranked(
                        index, model_text(c.terms(index)), self.table.n + float(hidden[m]), float(criteria[m])
                    )
                )
            if len(ranked) == RANKED:
                break
        if not ranked:
            terms = hierarchical(self.table.k)
            raise not_estimable(self.verdicts.code(y, terms) or 1, terms)
        promising = looked_at[by_criterion[answers[by_criterion] != 0]]
        others = np.ones(len(c.models), dtype=bool)
        others[promising] = False
        return np.concatenate([promising, np.flatnonzero(others)]), len(promising), ranked

    def _fit(self, y: Floats, which: Tables) -> tuple[Floats, Floats, npt.NDArray[np.int8]]:
        """(criteria, hidden numbers, answers) of the models."""
        c = self.catalogue
        cores, hidden = np.empty(len(which)), np.empty(len(which))
        answers = np.full(len(which), kernel.UNKNOWN, dtype=np.int8)
        kernel.fit_all(
            y, c.k, c.models[which], c.candidates, cores, hidden, answers, self.verdicts.programmes
        )
        self.fits += len(which)
        rate = self._penalty or math.log(self.table.n)
        return rate * c.parameters[which] - 2 * (cores - log_factorials(y)), hidden, answers

    def _fit_promising(self, y: Floats) -> tuple[Tables, Floats, Floats, npt.NDArray[np.int8]]:
        """(models, criteria, hidden numbers, answers) of all models that can be among the RANKED best."""
        c = self.catalogue
        bounds = np.empty(len(c.models))
        kernel.bound_all(y, c.k, c.models, c.candidates, self._penalty, self.without, self.widest, bounds)
        bounds += 2 * log_factorials(y)
        order = np.argsort(bounds, kind="stable")
        parts: list[tuple[Floats, Floats, npt.NDArray[np.int8]]] = []
        limit = math.inf
        done = 0
        while done < len(order) and bounds[order[done]] <= limit:
            parts.append(self._fit(y, order[done : done + CHUNK]))
            done = min(done + CHUNK, len(order))
            good = np.concatenate([criteria[answers == 1] for criteria, _, answers in parts])
            limit = float(np.partition(good, RANKED - 1)[RANKED - 1]) if len(good) >= RANKED else math.inf
        criteria, hidden, answers = (np.concatenate(part) for part in zip(*parts, strict=True))
        return order[:done], criteria, hidden, answers

    def _more(self, n_top: int | None) -> dict[str, Any]:
        best = self.ranked[0].criterion
        return {
            "max_order": self.catalogue.max_order,
            "models": len(self.catalogue.models),
            "n_top": n_top,
            "top": [
                {
                    "model": r.model,
                    "estimate": r.estimate,
                    self.criterion: r.criterion,
                    "behind": r.criterion - best,
                }
                for r in self.ranked[:SHOWN]
            ],
        }

    def _cautions(self) -> Iterator[Caution]:
        """Models hardly worse than the best that give another answer."""
        best = self.ranked[0]
        near = [r.estimate for r in self.ranked if r.criterion <= best.criterion + CLOSE_CRITERION]
        low, high = min(near), max(near)
        if high > DISAGREE * low:
            said = Said(
                "{n} models fit almost as well as the best; their estimates go from {low:,.0f} to {high:,.0f}.",
                "有 {n} 个模型与最佳模型几乎同样合适，其估计值从 {low:,.0f} 到 {high:,.0f}。",
            ).format(n=len(near), low=low, high=high)
            yield Caution("models_disagree", said, said.zh)


def _sets(c: Catalogue) -> list[tuple[int, ...]]:
    """Sets of terms whose common absence bounds what a model can reach: each term, and two pairs together."""
    pairs = [m for m, term in enumerate(c.candidates) if int(term).bit_count() == 2]
    return [*((m,) for m in range(len(c.candidates))), *combinations(pairs, 2)]


def _by_pattern(tables: Tables, progress: Progress | None) -> Iterator[tuple[Tables, Floats]]:
    """(row numbers, counts) of the tables that share a pattern of zeros."""
    patterns, which = np.unique(tables > 0, axis=0, return_inverse=True)
    which = which.ravel()
    done = 0
    for pattern in range(len(patterns)):
        same = np.flatnonzero(which == pattern)
        for start in range(0, len(same), ROWS):
            rows = same[start : start + ROWS]
            yield rows, np.ascontiguousarray(tables[rows], dtype=np.float64)
            done += len(rows)
            if progress:
                progress(done / len(tables))


def _room(rows: int) -> tuple[Tables, Floats, Tables]:
    return np.empty(rows, dtype=np.int64), np.empty(rows), np.empty(rows, dtype=np.int64)
