"""Compiled stepwise choice of pairs for many tables at once; where existence is unclear it asks its caller."""

from __future__ import annotations

import math

import numpy as np

from concerted.methods.prevalence._compiled import F8, I1, I8, U1, compiled
from concerted.methods.prevalence._kernel_fit import (
    fit_model,
    is_identifiable,
    keep_cells,
    null_space_verdict,
    poisson_tail,
    superset_sums,
)

DONE = 0
REFUSED = 1
ASKS = 2

SAME = 1.0 - 1e-9
"""p-values closer than this are equal but for rounding: the pair first in order is taken."""


@compiled
def verdict_on(
    y: F8,
    stats: F8,
    model: I8,
    count: int,
    k: int,
    pairs_in: int,
    clear: bool,
    asked: I8,
    answers: I1,
    n_asked: int,
    kept: U1,
    terms: I8,
    p: int,
    matrix: F8,
    where: I8,
    programmes: I8,
) -> int:
    """1: the model may be used; 0: it may not; -1: the caller must say whether its estimate exists."""
    if not is_identifiable(terms, p, kept, k):
        return 0
    if clear:
        return 1
    for i in range(n_asked):
        if asked[i] == pairs_in:
            return answers[i]
    return null_space_verdict(y, terms, p, kept, k, matrix, where, programmes)


@compiled
def choose_pairs(
    y: F8,
    k: int,
    threshold: float,
    asked: I8,
    answers: I1,
    n_asked: int,
    path_pair: I8,
    path_p: F8,
    path_core: F8,
    path_hidden: F8,
    programmes: I8,
) -> tuple[int, int, int]:
    """Stepwise choice on one table.

    y: counts per history, float. asked[:n_asked], answers: models (bit i set: pair i is in) and whether their
    estimate exists. path_*: filled per model from main effects on: the pair added (-1 first), its p-value, the
    core of the log-likelihood and the hidden number.
    Returns (DONE, models in the path, pairs in), (REFUSED, 0, 0) when the main effects cannot be fitted, or
    (ASKS, 0, model) when the caller must say whether that model's estimate exists.
    """
    size = 1 << k
    n_pairs = k * (k - 1) // 2
    most = 1 + k + n_pairs
    stats = y.copy()
    superset_sums(stats, k)
    pairs = np.empty(n_pairs, dtype=np.int64)
    m = 0
    for i in range(k):
        for j in range(i + 1, k):
            pairs[m] = (1 << i) | (1 << j)
            m += 1
    model = np.zeros(most, dtype=np.int64)
    for i in range(k):
        model[1 + i] = 1 << i
    count = 1 + k
    kept = np.zeros(size, dtype=np.uint8)
    terms = np.empty(most, dtype=np.int64)
    coefficients = np.zeros(most)
    trial = np.zeros(most)
    mu = np.zeros(size)
    trial_mu = np.zeros(size)
    sums = np.zeros(size)
    gram = np.empty((most, most))
    step = np.empty(most)
    matrix = np.empty((size, most))
    where = np.empty(most, dtype=np.int64)
    p_values = np.empty(n_pairs)
    is_in = np.zeros(n_pairs, dtype=np.uint8)

    p = keep_cells(stats, model, count, kept, terms, k)
    _, core, clear = fit_model(y, stats, terms, p, kept, k, coefficients, mu, sums, gram, step, False)
    verdict = verdict_on(
        y,
        stats,
        model,
        count,
        k,
        0,
        clear,
        asked,
        answers,
        n_asked,
        kept,
        terms,
        p,
        matrix,
        where,
        programmes,
    )
    if verdict < 0:
        return ASKS, 0, 0
    if verdict == 0:
        return REFUSED, 0, 0
    path_pair[0] = -1
    path_p[0] = 0.0
    path_core[0] = core
    path_hidden[0] = math.exp(coefficients[0])
    length = 1
    pairs_in = 0
    while length <= n_pairs:
        for w in range(size):
            sums[w] = mu[w]
        superset_sums(sums, k)
        for i in range(n_pairs):
            p_values[i] = 2.0 if is_in[i] else poisson_tail(stats[pairs[i]], sums[pairs[i]])
        added = False
        while True:
            best = -1
            for i in range(n_pairs):
                if p_values[i] < 2.0 and (best < 0 or p_values[i] < p_values[best] * SAME):
                    best = i
            if best < 0 or not (p_values[best] < threshold or threshold >= 1.0):
                break
            p_value = p_values[best]
            p_values[best] = 2.0
            t = pairs[best]
            model[count] = t
            before = p
            expected_here = sums[t]
            p = keep_cells(stats, model, count + 1, kept, terms, k)
            for i in range(before):
                trial[i] = coefficients[i]
            if p > before:
                trial[before] = math.log(stats[t] / expected_here)
            _, core, clear = fit_model(y, stats, terms, p, kept, k, trial, trial_mu, sums, gram, step, True)
            tried = pairs_in | (1 << best)
            verdict = verdict_on(
                y,
                stats,
                model,
                count + 1,
                k,
                tried,
                clear,
                asked,
                answers,
                n_asked,
                kept,
                terms,
                p,
                matrix,
                where,
                programmes,
            )
            if verdict < 0:
                return ASKS, 0, tried
            if verdict == 0:
                p = keep_cells(stats, model, count, kept, terms, k)
                for w in range(size):
                    sums[w] = mu[w]
                superset_sums(sums, k)
                continue
            count += 1
            pairs_in = tried
            is_in[best] = 1
            for i in range(p):
                coefficients[i] = trial[i]
            for w in range(size):
                mu[w] = trial_mu[w]
            path_pair[length] = best
            path_p[length] = p_value
            path_core[length] = core
            path_hidden[length] = math.exp(coefficients[0])
            length += 1
            added = True
            break
        if not added:
            break
    return DONE, length, pairs_in


@compiled
def choose_pairs_of_many(
    tables: F8, k: int, threshold: float, status: I8, hidden: F8, models: I8, programmes: I8
) -> None:
    """choose_pairs on each row of tables, shape (rows, 2**k); fills status, hidden and models (pairs in, or asked)."""
    asked = np.zeros(1, dtype=np.int64)
    answers = np.zeros(1, dtype=np.int8)
    n_pairs = k * (k - 1) // 2
    path_pair = np.empty(n_pairs + 1, dtype=np.int64)
    path_p = np.empty(n_pairs + 1)
    path_core = np.empty(n_pairs + 1)
    path_hidden = np.empty(n_pairs + 1)
    for row in range(tables.shape[0]):
        status[row], length, models[row] = choose_pairs(
            tables[row],
            k,
            threshold,
            asked,
            answers,
            0,
            path_pair,
            path_p,
            path_core,
            path_hidden,
            programmes,
        )
        hidden[row] = path_hidden[length - 1] if status[row] == DONE else math.nan
