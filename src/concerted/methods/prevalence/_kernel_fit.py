"""Compiled arithmetic of log-linear fits on 2**k cells; it decides nothing about what a fit may be used for.

Every array is indexed by capture history as a bitmask. With superset sums S(x)[t] = sum of x_w over w containing t,
the sufficient statistics of a hierarchical model are S(y), its score is S(y) - S(mu) and its information matrix is
S(mu)[t | u] for terms t, u; no design matrix is ever formed.
"""

from __future__ import annotations

import math

import numpy as np

from concerted.methods.prevalence._compiled import F8, I8, U1, compiled

CONVERGED = 0
FAILED = 1

DECREMENT = 1e-10
"""Newton stops after the step whose squared decrement is below this; what is left is of that order."""

MAX_STEPS = 200
PIVOT = 1e-13
MU_FLOOR = 1e-6
SCORE_SHARE = 0.01
TINY = 1e-9
MAX_PIVOTS = 500


@compiled
def superset_sums(x: F8, k: int) -> None:
    """Replace x[w] by the sum of x over all supersets of w."""
    size = 1 << k
    for i in range(k):
        bit = 1 << i
        for base in range(0, size, 2 * bit):
            for w in range(base, base + bit):
                x[w] += x[w + bit]


@compiled
def subset_sums(x: F8, k: int) -> None:
    """Replace x[w] by the sum of x over all subsets of w."""
    size = 1 << k
    for i in range(k):
        bit = 1 << i
        for base in range(0, size, 2 * bit):
            for w in range(base, base + bit):
                x[w + bit] += x[w]


@compiled
def cholesky_solve(gram: F8, right: F8, p: int) -> bool:
    """Overwrite gram[:p, :p] by its Cholesky factor and right[:p] by the solution; False when not positive definite."""
    for j in range(p):
        diagonal = gram[j, j]
        pivot = diagonal
        for m in range(j):
            pivot -= gram[j, m] * gram[j, m]
        if not pivot > PIVOT * diagonal:
            return False
        root = math.sqrt(pivot)
        gram[j, j] = root
        inverse = 1.0 / root
        for i in range(j + 1, p):
            s = gram[i, j]
            for m in range(j):
                s -= gram[i, m] * gram[j, m]
            gram[i, j] = s * inverse
    for i in range(p):
        s = right[i]
        for m in range(i):
            s -= gram[i, m] * right[m]
        right[i] = s / gram[i, i]
    for i in range(p - 1, -1, -1):
        s = right[i]
        for m in range(i + 1, p):
            s -= gram[m, i] * right[m]
        right[i] = s / gram[i, i]
    return True


@compiled
def fill_gram(gram: F8, sums: F8, terms: I8, p: int) -> None:
    """The lower half of the information matrix from the superset sums of the fitted cells."""
    for i in range(p):
        t = terms[i]
        for j in range(i + 1):
            gram[i, j] = sums[t | terms[j]]


@compiled
def expected(coefficients: F8, terms: I8, p: int, kept: U1, k: int, mu: F8, sums: F8) -> None:
    """Fitted cells into mu, their superset sums into sums."""
    size = 1 << k
    for w in range(size):
        sums[w] = 0.0
    for i in range(p):
        sums[terms[i]] = coefficients[i]
    subset_sums(sums, k)
    for w in range(size):
        value = math.exp(min(sums[w], 600.0)) if kept[w] else 0.0
        mu[w] = value
        sums[w] = value
    superset_sums(sums, k)


@compiled
def start_from_data(
    y: F8, terms: I8, p: int, kept: U1, k: int, coefficients: F8, mu: F8, sums: F8, gram: F8
) -> bool:
    """The first weighted regression, with the cells' own counts plus 0.1 as first means."""
    size = 1 << k
    for w in range(size):
        if kept[w]:
            first = y[w] + 0.1
            sums[w] = first
            mu[w] = first * math.log(first) + y[w] - first
        else:
            sums[w] = 0.0
            mu[w] = 0.0
    superset_sums(sums, k)
    superset_sums(mu, k)
    fill_gram(gram, sums, terms, p)
    for i in range(p):
        coefficients[i] = mu[terms[i]]
    return cholesky_solve(gram, coefficients, p)


@compiled
def fit_model(
    y: F8,
    stats: F8,
    terms: I8,
    p: int,
    kept: U1,
    k: int,
    coefficients: F8,
    mu: F8,
    sums: F8,
    gram: F8,
    step: F8,
    warm: bool,
) -> tuple[int, float, bool]:
    """Maximise the likelihood; returns (status, core, clear).

    y, stats: counts and their superset sums. terms[:p]: the model's terms with positive statistics, the empty
    one first. kept: cells that are fitted. coefficients: the start when warm, the result always. core: log-likelihood
    without its constant, sum of coefficients times statistics less sum of mu. clear: the estimate certainly exists,
    because the score is as good as zero where every fitted cell is well above it.
    """
    if not warm and not start_from_data(y, terms, p, kept, k, coefficients, mu, sums, gram):
        return FAILED, -math.inf, False
    size = 1 << k
    last = -math.inf
    halvings = 0
    status = FAILED
    for _ in range(MAX_STEPS):
        expected(coefficients, terms, p, kept, k, mu, sums)
        core = -sums[0]
        for i in range(p):
            core += coefficients[i] * stats[terms[i]]
        if not core >= last - 1e-9 * (1.0 + abs(last)) and halvings < 30:
            halvings += 1
            for i in range(p):
                step[i] *= 0.5
                coefficients[i] -= step[i]
            continue
        halvings = 0
        last = core
        fill_gram(gram, sums, terms, p)
        for i in range(p):
            step[i] = stats[terms[i]] - sums[terms[i]]
        score = step[:p].copy()
        if not cholesky_solve(gram, step, p):
            break
        decrement = 0.0
        for i in range(p):
            decrement += score[i] * step[i]
            coefficients[i] += step[i]
        if decrement < DECREMENT:
            status = CONVERGED
            break
    expected(coefficients, terms, p, kept, k, mu, sums)
    core = -sums[0]
    worst = 0.0
    for i in range(p):
        core += coefficients[i] * stats[terms[i]]
        worst = max(worst, abs(stats[terms[i]] - sums[terms[i]]))
    least = math.inf
    for w in range(size):
        if kept[w] and mu[w] < least:
            least = mu[w]
    clear = status == CONVERGED and least > MU_FLOOR and worst < SCORE_SHARE * least
    return status, core, clear


@compiled
def poisson_tail(x: float, mean: float) -> float:
    """min(P(X <= x), P(X >= x)) for X Poisson with this mean; x a whole number."""
    if mean <= 0.0:
        return 1.0 if x <= 0.0 else 0.0
    at = math.exp(x * math.log(mean) - mean - math.lgamma(x + 1.0))
    lower = math.inf
    upper = math.inf
    if x < mean + 1.0:
        lower = 1.0
        part = 1.0
        m = x
        while m > 0.0:
            part *= m / mean
            lower += part
            m -= 1.0
            if part < 1e-17 * lower:
                break
        lower *= at
    if x > mean - 1.0:
        upper = 1.0
        part = 1.0
        m = x
        while True:
            m += 1.0
            part *= mean / m
            upper += part
            if part < 1e-17 * upper:
                break
        upper *= at
    return min(1.0, lower, upper)


@compiled
def reduce_rows(matrix: F8, rows: int, p: int, where: I8) -> int:
    """Bring matrix[:rows, :p] to reduced echelon form, where[j] the row of column j's pivot or -1; the rank."""
    rank = 0
    for j in range(p):
        where[j] = -1
        best = rank
        for i in range(rank + 1, rows):
            if abs(matrix[i, j]) > abs(matrix[best, j]):
                best = i
        if rank >= rows or abs(matrix[best, j]) < TINY:
            continue
        pivot = matrix[best, j]
        for m in range(p):
            value = matrix[best, m] / pivot
            matrix[best, m] = matrix[rank, m]
            matrix[rank, m] = value
        for i in range(rows):
            factor = matrix[i, j]
            if i != rank and factor != 0.0:
                for m in range(p):
                    matrix[i, m] -= factor * matrix[rank, m]
        where[j] = rank
        rank += 1
    return rank


@compiled
def rest_on_rows(z: F8, rows: int, d: int, taken: U1) -> int:
    """Change z's column basis so that as many rows as can become unit vectors; marks them and returns how many."""
    found = 0
    for i in range(rows):
        taken[i] = 0
        if found >= d:
            continue
        best = found
        for j in range(found + 1, d):
            if abs(z[i, j]) > abs(z[i, best]):
                best = j
        if abs(z[i, best]) < TINY:
            continue
        pivot = z[i, best]
        for r in range(rows):
            value = z[r, best] / pivot
            z[r, best] = z[r, found]
            z[r, found] = value
        for j in range(d):
            factor = z[i, j]
            if j != found and factor != 0.0:
                for r in range(rows):
                    z[r, j] -= factor * z[r, found]
        taken[i] = 1
        found += 1
    return found


@compiled
def has_ray(z: F8, rows: int, d: int, taken: U1) -> int:
    """1 when some u >= 0, not 0, has z u >= 0 on the rows not taken; 0 when none has; -1 when the pivots do not end.

    Maximises the sum of u, held to at most 1, by the simplex method with Bland's rule; 0 is the start, and the
    maximum is 1 or 0. z[:rows, :d] is used up.
    """
    m = 0
    for i in range(rows):
        if not taken[i]:
            for j in range(d):
                z[m, j] = z[i, j]
            m += 1
    table = np.empty((m + 2, d + 1))
    basic = np.empty(m + 1, dtype=np.int64)
    free = np.empty(d, dtype=np.int64)
    for j in range(d):
        free[j] = j
        for i in range(m):
            table[i, j] = z[i, j]
        table[m, j] = -1.0
        table[m + 1, j] = 1.0
    for i in range(m + 1):
        basic[i] = d + i
        table[i, d] = 0.0
    table[m, d] = 1.0
    table[m + 1, d] = 0.0
    for _ in range(MAX_PIVOTS):
        if table[m + 1, d] > 0.5:
            return 1
        enter = -1
        for j in range(d):
            if table[m + 1, j] > TINY and (enter < 0 or free[j] < free[enter]):
                enter = j
        if enter < 0:
            return 0
        leave = -1
        least = math.inf
        for i in range(m + 1):
            if table[i, enter] < -TINY:
                ratio = table[i, d] / -table[i, enter]
                if ratio < least - TINY or (ratio <= least + TINY and basic[i] < basic[leave]):
                    least = min(ratio, least)
                    leave = i
        if leave < 0:
            return -1
        pivot = -table[leave, enter]
        for j in range(d + 1):
            table[leave, j] /= pivot
        table[leave, enter] = -1.0 / pivot
        for i in range(m + 2):
            if i != leave:
                factor = table[i, enter]
                if factor != 0.0:
                    for j in range(d + 1):
                        if j != enter:
                            table[i, j] += factor * table[leave, j]
                    table[i, enter] = factor * table[leave, enter]
        basic[leave], free[enter] = free[enter], basic[leave]
    return -1


@compiled
def null_space_verdict(
    y: F8, terms: I8, p: int, kept: U1, k: int, matrix: F8, where: I8, programmes: I8
) -> int:
    """Whether the estimate exists: 1 yes, 0 no, -1 when this did not settle it.

    It does not exist when some b has (A b)_w = 0 on all kept cells with people and (A b)_w >= 0, not all 0, on the
    kept cells without. The vectors with the first property are the null space of an integer matrix, mostly of no
    dimension; on what is left a small linear programme decides, counted in programmes[0].
    """
    size = 1 << k
    rows = 0
    for w in range(1, size):
        if kept[w] and y[w] > 0:
            for j in range(p):
                matrix[rows, j] = 1.0 if (w & terms[j]) == terms[j] else 0.0
            rows += 1
    d = p - reduce_rows(matrix, rows, p, where)
    if d == 0:
        return 1
    z = np.empty((size, d))
    taken = np.empty(size, dtype=np.uint8)
    rows = 0
    for w in range(1, size):
        if kept[w] and y[w] == 0:
            column = 0
            for f in range(p):
                if where[f] < 0:
                    value = 1.0 if (w & terms[f]) == terms[f] else 0.0
                    for j in range(p):
                        if where[j] >= 0 and (w & terms[j]) == terms[j]:
                            value -= matrix[where[j], f]
                    z[rows, column] = value
                    column += 1
            rows += 1
    found = rest_on_rows(z, rows, d, taken)
    if found == 0:
        return 1
    programmes[0] += 1
    ray = has_ray(z, rows, found, taken)
    return -1 if ray < 0 else 1 - ray


@compiled
def keep_cells(stats: F8, model: I8, count: int, kept: U1, terms: I8, k: int) -> int:
    """Mark the cells left after empty terms delete theirs, and list the terms left; returns how many.

    model[:count]: the model's terms, the empty one first.
    """
    size = 1 << k
    kept[0] = 0
    for w in range(1, size):
        kept[w] = 1
    p = 0
    for i in range(count):
        t = model[i]
        if stats[t] > 0:
            terms[p] = t
            p += 1
        else:
            for w in range(1, size):
                if (w & t) == t:
                    kept[w] = 0
    return p


@compiled
def is_identifiable(terms: I8, p: int, kept: U1, k: int) -> bool:
    """Whether some kept cell is no term of the model; if all are, the hidden cell can be anything."""
    cells = 0
    for w in range(1 << k):
        cells += kept[w]
    own = 0
    for i in range(p):
        if kept[terms[i]]:
            own += 1
    return cells > own
