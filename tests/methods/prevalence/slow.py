"""The same answers by the plainest means: dense designs, a general optimiser, one linear programme per question."""

import math
from itertools import combinations

import numpy as np
from scipy.optimize import linprog
from scipy.special import ndtri
from scipy.stats import poisson


def cells_and_design(counts, model):
    """(kept cells, terms left, design) of the extended estimate."""
    counts = np.asarray(counts)
    histories = range(1, len(counts))
    total = {t: sum(counts[w] for w in histories if w & t == t) for t in model}
    gone = [t for t in model if total[t] == 0]
    kept = [w for w in histories if not any(w & t == t for t in gone)]
    left = [t for t in model if total[t] > 0]
    return (
        kept,
        left,
        np.array([[float(w & t == t) for t in left] for w in kept]).reshape(len(kept), len(left)),
    )


def code(counts, model):
    """0 fine, 1 no estimate, 2 not identifiable, 3 both; by the strict form of the programme and a numeric rank."""
    kept, left, design = cells_and_design(counts, model)
    if not kept:
        return 2
    y = np.array([counts[w] for w in kept], dtype=float)
    n_cells = len(kept)
    found = linprog(
        np.append(np.zeros(n_cells), -1.0),
        A_eq=np.hstack([design.T, np.zeros((len(left), 1))]),
        b_eq=design.T @ y / y.sum(),
        A_ub=np.hstack([-np.eye(n_cells), np.ones((n_cells, 1))]),
        b_ub=np.zeros(n_cells),
        bounds=[(0, None)] * n_cells + [(None, None)],
    )
    exists = found.status == 0 and -found.fun > 1e-9
    identifiable = np.linalg.matrix_rank(design) == len(left)
    return (0 if exists else 1) + (0 if identifiable else 2)


def fit(counts, model):
    """(hidden, log-likelihood, mu by history) by Newton's method with a line search on the dense design."""
    kept, left, design = cells_and_design(counts, model)
    y = np.array([counts[w] for w in kept], dtype=float)
    a = np.linalg.lstsq(design, np.log(y + 0.5), rcond=None)[0]

    def value(b):
        eta = design @ b
        return float(y @ eta - np.exp(np.minimum(eta, 500)).sum())

    for _ in range(300):
        mu = np.exp(design @ a)
        move = np.linalg.lstsq(design.T @ (mu[:, None] * design), design.T @ (y - mu), rcond=None)[0]
        scale = 1.0
        while value(a + scale * move) < value(a) - 1e-12 * abs(value(a)) and scale > 1e-9:
            scale /= 2
        a = a + scale * move
        if np.abs(scale * move).max() < 1e-13:
            break
    mu = np.exp(design @ a)
    log_likelihood = float(y @ np.log(mu) - mu.sum() - sum(math.lgamma(v + 1) for v in y))
    return math.exp(a[left.index(0)]), log_likelihood, dict(zip(kept, mu, strict=True))


def main_effects(k):
    return [0, *(1 << i for i in range(k))]


def stepwise(counts, threshold):
    """(hidden, pairs chosen in order, their p-values), or None when the main effects cannot be used."""
    k = len(counts).bit_length() - 1
    model = main_effects(k)
    if code(counts, model):
        return None
    hidden, _, mu = fit(counts, model)
    chosen, values = [], []
    while True:
        candidates = []
        for i, j in combinations(range(k), 2):
            pair = 1 << i | 1 << j
            if pair in model:
                continue
            mean = sum(m for w, m in mu.items() if w & pair == pair)
            seen = sum(counts[w] for w in range(1, len(counts)) if w & pair == pair)
            candidates.append((min(poisson.cdf(seen, mean), poisson.sf(seen - 1, mean)), pair))
        for p_value, pair in sorted(candidates):
            if p_value >= threshold and threshold < 1:
                return hidden, chosen, values
            if code(counts, [*model, pair]) == 0:
                break
        else:
            return hidden, chosen, values
        model.append(pair)
        chosen.append(pair)
        values.append(p_value)
        hidden, _, mu = fit(counts, model)


def hierarchical_models(k, max_order):
    """Every hierarchical model with all main effects but the saturated one, by trying all sets of terms upwards."""
    models = {frozenset(main_effects(k))}
    for size in range(2, max_order + 1):
        for members in combinations(range(k), size):
            term = sum(1 << i for i in members)
            faces = {term & ~(1 << i) for i in members}
            models |= {model | {term} for model in models if faces <= model}
    return {model for model in models if len(model) < 1 << k}


def best_model(counts, max_order, penalty):
    """(criterion, hidden, model) of least criterion among all usable models."""
    k = len(counts).bit_length() - 1
    found = []
    for model in hierarchical_models(k, max_order):
        terms = sorted(model)
        if code(counts, terms) == 0:
            hidden, log_likelihood, _ = fit(counts, terms)
            found.append((penalty * len(terms) - 2 * log_likelihood, hidden, terms))
    return min(found) if found else None


def bca(estimate, replicates, jackknife, weights, level):
    """The interval from the textbook, one person left out at a time."""
    one_by_one = np.repeat(jackknife, weights)
    d = one_by_one.mean() - one_by_one
    a = (d**3).sum() / (6 * (d**2).sum() ** 1.5)
    z0 = ndtri((np.asarray(replicates) < estimate).mean())
    ends = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        z = z0 + ndtri(tail)
        share = 0.5 * math.erfc(-(z0 + z / (1 - a * z)) / math.sqrt(2))
        ends.append(np.quantile(replicates, share, method="median_unbiased"))
    return tuple(ends)
