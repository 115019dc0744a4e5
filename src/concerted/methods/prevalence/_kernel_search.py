"""Compiled search for the model of least information criterion, on many tables at once; where existence is unclear it
asks its caller.

A model is a bit set over `candidates`, the interaction terms it may hold beside the empty term and all main effects.
"""

from __future__ import annotations

import math

import numpy as np

from concerted.methods.prevalence._compiled import F8, I1, I8, U1, U8, compiled
from concerted.methods.prevalence._kernel_fit import (
    CONVERGED,
    fit_model,
    is_identifiable,
    keep_cells,
    null_space_verdict,
    superset_sums,
)

UNKNOWN = -1

CLOSE = 1e-7
"""Criteria closer than this are equal but for rounding."""


@compiled
def unfold(bits: np.uint64, candidates: I8, k: int, model: I8) -> int:
    """The terms of a model, the empty one and main effects first; returns how many."""
    model[0] = 0
    for i in range(k):
        model[1 + i] = 1 << i
    count = 1 + k
    for m in range(candidates.size):
        if (bits >> np.uint64(m)) & np.uint64(1):
            model[count] = candidates[m]
            count += 1
    return count


@compiled
def fit_bits(
    y: F8,
    stats: F8,
    bits: np.uint64,
    candidates: I8,
    k: int,
    model: I8,
    kept: U1,
    terms: I8,
    coefficients: F8,
    mu: F8,
    sums: F8,
    gram: F8,
    step: F8,
) -> tuple[int, float, bool, int, int]:
    """Fit one model from the data; returns (status, core, clear, terms left, parameters)."""
    count = unfold(bits, candidates, k, model)
    p = keep_cells(stats, model, count, kept, terms, k)
    status, core, clear = fit_model(y, stats, terms, p, kept, k, coefficients, mu, sums, gram, step, False)
    return status, core, clear, p, count


@compiled
def usable(
    y: F8, clear: bool, known: int, kept: U1, terms: I8, p: int, k: int, matrix: F8, where: I8, programmes: I8
) -> int:
    """1: exists and identifiable; 0: not; UNKNOWN: a linear programme must say. known: an earlier answer."""
    if known != UNKNOWN:
        return known
    if not is_identifiable(terms, p, kept, k):
        return 0
    if clear:
        return 1
    return null_space_verdict(y, terms, p, kept, k, matrix, where, programmes)


@compiled
def fit_all(
    y: F8, k: int, models: U8, candidates: I8, cores: F8, hidden: F8, verdicts: I1, programmes: I8
) -> None:
    """Fit every model to one table; fills cores, hidden and verdicts (1, 0 or UNKNOWN)."""
    size = 1 << k
    most = 1 + k + candidates.size
    stats = y.copy()
    superset_sums(stats, k)
    model = np.empty(most, dtype=np.int64)
    terms = np.empty(most, dtype=np.int64)
    where = np.empty(most, dtype=np.int64)
    kept = np.zeros(size, dtype=np.uint8)
    coefficients = np.zeros(most)
    step = np.empty(most)
    mu = np.zeros(size)
    sums = np.zeros(size)
    gram = np.empty((most, most))
    matrix = np.empty((size, most))
    for i in range(models.size):
        _, cores[i], clear, p, _ = fit_bits(
            y, stats, models[i], candidates, k, model, kept, terms, coefficients, mu, sums, gram, step
        )
        hidden[i] = math.exp(min(coefficients[0], 600.0))
        verdicts[i] = usable(y, clear, verdicts[i], kept, terms, p, k, matrix, where, programmes)


@compiled
def saturated_core(y: F8) -> float:
    """The core of the log-likelihood of a perfect fit: no model's is larger."""
    core = 0.0
    for w in range(1, y.size):
        if y[w] > 0:
            core += y[w] * math.log(y[w]) - y[w]
    return core


@compiled
def raise_ceilings(
    y: F8,
    stats: F8,
    k: int,
    candidates: I8,
    widest: U8,
    ceilings: F8,
    model: I8,
    kept: U1,
    terms: I8,
    coefficients: F8,
    mu: F8,
    sums: F8,
    gram: F8,
    step: F8,
) -> I8:
    """The core of each widest model into ceilings, or of a perfect fit where it has none; returns their order."""
    top = saturated_core(y)
    for s in range(widest.size):
        status, core, _, p, _ = fit_bits(
            y, stats, widest[s], candidates, k, model, kept, terms, coefficients, mu, sums, gram, step
        )
        settled = status == CONVERGED and is_identifiable(terms, p, kept, k)
        ceilings[s] = min(core, top) if settled else top
    return np.argsort(ceilings)


@compiled
def least_possible(
    bits: np.uint64, k: int, rate: float, top: float, without: U8, ceilings: F8, ranked: I8
) -> tuple[float, int]:
    """(the least criterion the model could have, its parameters)."""
    ceiling = top
    for s in range(ranked.size):
        if (without[ranked[s]] & bits) == 0:
            ceiling = ceilings[ranked[s]]
            break
    parameters = 1 + k
    left = bits
    while left:
        left &= left - np.uint64(1)
        parameters += 1
    return rate * parameters - 2.0 * ceiling, parameters


@compiled
def bound_all(
    y: F8, k: int, models: U8, candidates: I8, penalty: float, without: U8, widest: U8, bounds: F8
) -> None:
    """The least criterion each model could have on one table, into bounds."""
    size = 1 << k
    most = 1 + k + candidates.size
    stats = y.copy()
    superset_sums(stats, k)
    model = np.empty(most, dtype=np.int64)
    terms = np.empty(most, dtype=np.int64)
    kept = np.zeros(size, dtype=np.uint8)
    ceilings = np.empty(without.size)
    rate = penalty if penalty > 0.0 else math.log(stats[0])
    ranked = raise_ceilings(
        y, stats, k, candidates, widest, ceilings, model, kept, terms, np.zeros(most), np.zeros(size),
        np.zeros(size), np.empty((most, most)), np.empty(most),
    )  # fmt: skip
    top = saturated_core(y)
    for i in range(models.size):
        bounds[i], _ = least_possible(models[i], k, rate, top, without, ceilings, ranked)


@compiled
def search(
    y: F8,
    k: int,
    models: U8,
    order: I8,
    promising: int,
    candidates: I8,
    penalty: float,
    without: U8,
    widest: U8,
    verdicts: I1,
    ceilings: F8,
    programmes: I8,
) -> tuple[int, float, float, int, int]:
    """The usable model of least penalty * parameters - 2 core, found without fitting those that cannot be it.

    order: indices of models, first the promising ones, as many as said, then the others by ascending parameters.
    penalty: 0 stands for log n. without[s], widest[s]: a set of terms
    and the largest model that holds none of them; its core is a ceiling for every model that holds none of them,
    which with the penalty gives the least criterion the model could have. verdicts: per model 1, 0 or UNKNOWN,
    filled as answers are found. ceilings: room for one number per set.
    Returns (index or -1, criterion, hidden, fits, asked): when asked >= 0, the caller must say whether that model's
    estimate exists and search again.
    """
    size = 1 << k
    most = 1 + k + candidates.size
    stats = y.copy()
    superset_sums(stats, k)
    model = np.empty(most, dtype=np.int64)
    terms = np.empty(most, dtype=np.int64)
    where = np.empty(most, dtype=np.int64)
    kept = np.zeros(size, dtype=np.uint8)
    coefficients = np.zeros(most)
    step = np.empty(most)
    mu = np.zeros(size)
    sums = np.zeros(size)
    gram = np.empty((most, most))
    matrix = np.empty((size, most))
    rate = penalty if penalty > 0.0 else math.log(stats[0])
    ranked = raise_ceilings(
        y, stats, k, candidates, widest, ceilings, model, kept, terms, coefficients, mu, sums, gram, step
    )
    top = saturated_core(y)
    fits = widest.size
    best = -1
    least = math.inf
    best_hidden = math.nan
    for m in range(order.size):
        i = order[m]
        if verdicts[i] == 0:
            continue
        bound, parameters = least_possible(models[i], k, rate, top, without, ceilings, ranked)
        if m >= promising and rate * parameters - 2.0 * top > least + CLOSE:
            break
        if bound > least + CLOSE:
            continue
        _, core, clear, p, _ = fit_bits(
            y, stats, models[i], candidates, k, model, kept, terms, coefficients, mu, sums, gram, step
        )
        fits += 1
        criterion = rate * parameters - 2.0 * core
        if criterion > least + CLOSE or (criterion > least - CLOSE and i > best):
            continue
        verdict = usable(y, clear, verdicts[i], kept, terms, p, k, matrix, where, programmes)
        if verdict == UNKNOWN:
            return best, least, best_hidden, fits, i
        verdicts[i] = verdict
        if verdict == 1:
            best = i
            least = criterion
            best_hidden = math.exp(coefficients[0])
    return best, least, best_hidden, fits, -1


@compiled
def search_many(
    tables: F8,
    k: int,
    models: U8,
    order: I8,
    promising: int,
    candidates: I8,
    penalty: float,
    without: U8,
    widest: U8,
    verdicts: I1,
    found: I8,
    hidden: F8,
    asked: I8,
    programmes: I8,
) -> int:
    """search on each row of tables, which share one pattern of zeros and so their verdicts; returns the fits made."""
    ceilings = np.empty(without.size)
    fits = 0
    for row in range(tables.shape[0]):
        found[row], _, hidden[row], made, asked[row] = search(
            tables[row],
            k,
            models,
            order,
            promising,
            candidates,
            penalty,
            without,
            widest,
            verdicts,
            ceilings,
            programmes,
        )
        fits += made
    return fits


@compiled
def running_best(
    tables: F8,
    k: int,
    models: U8,
    candidates: I8,
    penalty: float,
    verdicts: I1,
    hidden: F8,
    asked: I8,
    programmes: I8,
) -> None:
    """For each table and each m, the hidden number of the best usable model among the first m + 1; NaN when none is.

    The tables share one pattern of zeros and so one set of verdicts.

    hidden: shape (rows, models). asked[row]: a model whose existence the caller must say, or -1.
    """
    size = 1 << k
    most = 1 + k + candidates.size
    model = np.empty(most, dtype=np.int64)
    terms = np.empty(most, dtype=np.int64)
    where = np.empty(most, dtype=np.int64)
    kept = np.zeros(size, dtype=np.uint8)
    coefficients = np.zeros(most)
    step = np.empty(most)
    mu = np.zeros(size)
    sums = np.zeros(size)
    gram = np.empty((most, most))
    matrix = np.empty((size, most))
    for row in range(tables.shape[0]):
        y = tables[row]
        stats = y.copy()
        superset_sums(stats, k)
        rate = penalty if penalty > 0.0 else math.log(stats[0])
        least = math.inf
        value = math.nan
        asked[row] = -1
        for m in range(models.size):
            if verdicts[m] != 0:
                _, core, clear, p, count = fit_bits(
                    y, stats, models[m], candidates, k, model, kept, terms, coefficients, mu, sums, gram, step
                )
                criterion = rate * count - 2.0 * core
                if criterion < least - CLOSE:
                    verdict = usable(y, clear, verdicts[m], kept, terms, p, k, matrix, where, programmes)
                    if verdict == UNKNOWN:
                        asked[row] = m
                        break
                    verdicts[m] = verdict
                    if verdict == 1:
                        least = criterion
                        value = math.exp(coefficients[0])
            hidden[row, m] = value
