"""Stepwise choice of two-list interactions by Poisson p-values, repeated in every resample; never a fixed model's
interval.

Chan, Silverman & Vincent (2021). Multiple systems estimation for sparse capture data. JASA 116, 1297-1306.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from concerted.methods.prevalence import _bootstrap as boot
from concerted.methods.prevalence import _kernel_stepwise as kernel
from concerted.methods.prevalence._existence import Verdicts
from concerted.methods.prevalence._loglinear import fit, not_estimable
from concerted.methods.prevalence._result import Caution, Citation, Diagnostics, Estimate
from concerted.methods.prevalence._table import CaptureTable
from concerted.methods.prevalence._terms import (
    hierarchical,
    interactions,
    model_text,
    pairs,
    term_name,
    with_pairs,
)

THRESHOLD = 0.02
"""Chosen in the paper from 28 scenarios of 1,000 simulated tables each."""

CHUNK = 200

PAPER = Citation(
    "Chan, L., Silverman, B. W. & Vincent, K.",
    2021,
    "Multiple systems estimation for sparse capture data: inferential challenges when there are nonoverlapping lists",
    "Journal of the American Statistical Association 116(535), 1297-1306",
)

Progress = Callable[[float], None]
"""Told the share done, from 0 to 1; it may raise to stop the work."""


@dataclass(frozen=True)
class Many:
    """Estimates of many tables: the whole population (NaN where refused) and the pairs chosen, as bits of pairs(k)."""

    estimates: npt.NDArray[np.float64]
    pairs_in: npt.NDArray[np.int64]


@dataclass(frozen=True)
class PathStep:
    """One model of the threshold path: the answer for every threshold above `above` and up to `until`.

    p_value: of the pair added last (0 for main effects, which no pair precedes).
    """

    above: float
    until: float
    pair: str
    p_value: float
    model: str
    estimate: float


def estimate_many(
    tables: npt.NDArray[np.int64],
    k: int,
    *,
    threshold: float = THRESHOLD,
    verdicts: Verdicts | None = None,
    progress: Progress | None = None,
) -> Many:
    """Stepwise estimates of tables, shape (rows, 2**k)."""
    verdicts = verdicts or Verdicts()
    rows = len(tables)
    y = np.ascontiguousarray(tables, dtype=np.float64)
    status, models = np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64)
    hidden = np.zeros(rows)
    for start in range(0, rows, CHUNK):
        part = slice(start, start + CHUNK)
        kernel.choose_pairs_of_many(
            y[part], k, threshold, status[part], hidden[part], models[part], verdicts.programmes
        )
        if progress:
            progress(min(1.0, (start + CHUNK) / rows))
    for row in np.flatnonzero(status == kernel.ASKS):
        path = _path(y[row], k, threshold, verdicts)
        status[row] = kernel.DONE if path else kernel.REFUSED
        hidden[row] = path[-1].hidden if path else math.nan
        models[row] = path[-1].pairs_in if path else 0
    return Many(y.sum(axis=1) + hidden, models)


def stepwise(
    table: CaptureTable,
    *,
    threshold: float = THRESHOLD,
    bootstrap: int = boot.DEFAULT_RESAMPLES,
    seed: int = boot.DEFAULT_SEED,
    resamples: npt.NDArray[np.int64] | None = None,
    levels: Sequence[float] = boot.LEVELS,
    progress: Progress | None = None,
) -> Estimate:
    """Stepwise estimate with BCa intervals, the choice of pairs repeated in every resample.

    threshold: a pair enters while the smallest p-value is below it (0: none; 1: all that can).
    bootstrap: resamples to draw; 0 gives the conditional interval instead, which is too narrow.
    resamples: stored ones, shape (B, 2**k), used instead.
    Raises NotEstimable when not even the main effects have an estimate.
    """
    return _estimate(table, "stepwise", threshold, bootstrap, seed, resamples, levels, progress)


def main_effects(
    table: CaptureTable,
    *,
    bootstrap: int = boot.DEFAULT_RESAMPLES,
    seed: int = boot.DEFAULT_SEED,
    resamples: npt.NDArray[np.int64] | None = None,
    levels: Sequence[float] = boot.LEVELS,
    progress: Progress | None = None,
) -> Estimate:
    """The estimate when all lists are taken as independent, with BCa intervals."""
    return _estimate(table, "main-effects", 0.0, bootstrap, seed, resamples, levels, progress)


def threshold_path(table: CaptureTable) -> tuple[PathStep, ...]:
    """The stepwise estimate at every threshold from 0 to 1.

    Raises NotEstimable when not even the main effects have an estimate.
    """
    path = _path(table.counts.astype(np.float64), table.k, 1.0, Verdicts())
    if not path:
        raise _refusal(table)
    steps = []
    above = 0.0
    for here, after in zip(path, [*path[1:], None], strict=True):
        until = max(above, after.p_value) if after else 1.0
        pair = term_name(pairs(table.k)[here.pair], table.lists) if here.pair >= 0 else ""
        if until > above or after is None:
            model = model_text(with_pairs(table.k, here.pairs_in))
            steps.append(PathStep(above, until, pair, here.p_value, model, table.n + here.hidden))
        above = until
    return tuple(steps)


@dataclass(frozen=True)
class _Model:
    pair: int
    p_value: float
    hidden: float
    pairs_in: int


def _path(y: npt.NDArray[np.float64], k: int, threshold: float, verdicts: Verdicts) -> list[_Model]:
    """The models from main effects on; empty when those have no estimate."""
    most = k * (k - 1) // 2 + 1
    added, p_values = np.empty(most, dtype=np.int64), np.empty(most)
    core, hidden = np.empty(most), np.empty(most)
    asked: list[int] = []
    answers: list[int] = []
    while True:
        status, length, model = kernel.choose_pairs(
            y,
            k,
            threshold,
            np.array(asked or [0], dtype=np.int64),
            np.array(answers or [0], dtype=np.int8),
            len(asked),
            added,
            p_values,
            core,
            hidden,
            verdicts.programmes,
        )
        if status != kernel.ASKS:
            break
        asked.append(int(model))
        answers.append(int(verdicts.code(y, with_pairs(k, int(model))) == 0))
    path = []
    pairs_in = 0
    for m in range(length):
        pairs_in |= 1 << int(added[m]) if added[m] >= 0 else 0
        path.append(_Model(int(added[m]), float(p_values[m]), float(hidden[m]), pairs_in))
    return path


def _estimate(
    table: CaptureTable,
    method: str,
    threshold: float,
    bootstrap: int,
    seed: int,
    resamples: npt.NDArray[np.int64] | None,
    levels: Sequence[float],
    progress: Progress | None,
) -> Estimate:
    began = time.perf_counter()
    verdicts = Verdicts()
    path = _path(table.counts.astype(np.float64), table.k, threshold, verdicts)
    if not path:
        raise _refusal(table)
    terms = with_pairs(table.k, path[-1].pairs_in)
    fitted = fit(table, terms, verdicts=verdicts)
    drawn = boot.resample(table, bootstrap, seed) if resamples is None else resamples
    more: dict[str, object] = {
        "terms": interactions(terms, table.lists),
        "empty_terms": [
            term_name(t, table.lists) for t, value in fitted.coefficients.items() if value == -math.inf
        ],
        "aic": fitted.aic,
        "bic": fitted.bic,
        "deviance": fitted.deviance,
        "conditional": {f"{level:g}": list(fitted.conditional_interval(level)) for level in levels},
    }
    if method == "stepwise":
        more["threshold"] = threshold
    used = refused = 0
    cautions: tuple[Caution, ...] = ()
    if len(drawn):
        many = estimate_many(drawn, table.k, threshold=threshold, verdicts=verdicts, progress=progress)
        left_out, weights = boot.jackknife_tables(table)
        jackknife = estimate_many(left_out, table.k, threshold=threshold, verdicts=verdicts).estimates
        spread = boot.spread(table.n + path[-1].hidden, many.estimates, jackknife, weights, levels)
        used, refused, cautions = spread.used, spread.refused, spread.cautions
        interval, kind = spread.bca, "bca"
        more |= spread.to_json()
    else:
        interval, kind = {level: fitted.conditional_interval(level) for level in levels}, "conditional"
    return Estimate(
        method=method,
        n_seen=table.n,
        estimate=table.n + path[-1].hidden,
        interval=interval,
        interval_kind=kind,
        model=model_text(terms),
        citation=PAPER,
        diagnostics=Diagnostics(True, 0, verdicts.lp_calls, used, refused, more),
        warnings=cautions,
        seed=seed if resamples is None and len(drawn) else None,
        seconds=time.perf_counter() - began,
    )


def _refusal(table: CaptureTable) -> Exception:
    terms = hierarchical(table.k)
    return not_estimable(Verdicts().code(table.counts, terms) or 1, terms)
