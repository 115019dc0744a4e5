"""The compiled arithmetic against dense matrices and a general solver, on tables with every kind of hole."""

import math

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.stats import poisson
from tests.methods.prevalence import slow

from concerted.methods.prevalence import _kernel_fit as kernel
from concerted.methods.prevalence._existence import Verdicts, exists_by_programme, remaining
from concerted.methods.prevalence._models import catalogue
from concerted.methods.prevalence._terms import hierarchical


def holed_tables(seed, times, ks=(3, 4)):
    """Tables of small counts in which a random share of the cells is empty, with a random model each."""
    rng = np.random.default_rng(seed)
    for _ in range(times):
        k = int(rng.choice(ks))
        counts = rng.integers(1, 30, 1 << k) * (rng.random(1 << k) < rng.uniform(0.2, 1))
        counts[0] = 0
        models = catalogue(k)
        if counts.any():
            yield k, counts, models.terms(int(rng.integers(len(models.models))))


@pytest.mark.parametrize("k", [1, 3, 4])
def test_superset_and_subset_sums_are_what_they_say(k):
    x = np.random.default_rng(k).normal(size=1 << k)
    above, below = x.copy(), x.copy()
    kernel.superset_sums(above, k)
    kernel.subset_sums(below, k)
    for t in range(1 << k):
        assert above[t] == pytest.approx(sum(x[w] for w in range(1 << k) if w & t == t))
        assert below[t] == pytest.approx(sum(x[w] for w in range(1 << k) if w & t == w))


def test_cholesky_solves_and_refuses_what_is_not_positive_definite():
    rng = np.random.default_rng(1)
    for p in (1, 2, 5):
        root = rng.normal(size=(p, p + 3))
        gram, right = root @ root.T, rng.normal(size=p)
        answer = right.copy()
        assert kernel.cholesky_solve(gram.copy(), answer, p)
        assert answer == pytest.approx(np.linalg.solve(gram, right))
    assert not kernel.cholesky_solve(np.array([[1.0, 1.0], [1.0, 1.0]]), np.ones(2), 2)
    assert not kernel.cholesky_solve(np.array([[-1.0]]), np.ones(1), 1)
    assert not kernel.cholesky_solve(np.zeros((1, 1)), np.ones(1), 1)
    nearly = np.array([[1.0, 1.0], [1.0, 1.0 + 1e-10]])
    assert kernel.cholesky_solve(nearly, np.ones(2), 2)


@pytest.mark.parametrize("mean", [1e-3, 0.4, 1.0, 3.7, 12.0, 250.0])
def test_the_tail_is_the_smaller_of_both(mean):
    for x in sorted({0, 1, 2, 3, int(mean), int(mean) + 1, int(2 * mean) + 3, int(mean / 3)}):
        both = min(poisson.cdf(x, mean), poisson.sf(x - 1, mean))
        assert kernel.poisson_tail(float(x), mean) == pytest.approx(both, rel=1e-10)


def test_the_tail_of_an_impossible_overlap():
    assert kernel.poisson_tail(0.0, 0.0) == 1.0
    assert kernel.poisson_tail(1.0, 0.0) == 0.0


def test_a_fit_is_the_dense_fit_wherever_the_estimate_exists():
    seen = 0
    for _, counts, model in holed_tables(2, 60):
        if slow.code(counts, model):
            continue
        seen += 1
        hidden, _, mu = slow.fit(counts, model)
        coefficients, fitted, clear = fitted_by_kernel(counts, model)
        assert math.exp(coefficients[0]) == pytest.approx(hidden, rel=1e-6)
        assert {w: fitted[w] for w in mu} == pytest.approx(mu, rel=1e-6, abs=1e-6)
        assert fitted[0] == 0.0
        assert clear in (True, False)
    assert seen > 20


def fitted_by_kernel(counts, model, warm=None):
    y = np.asarray(counts, dtype=float)
    k = len(y).bit_length() - 1
    stats = y.copy()
    kernel.superset_sums(stats, k)
    kept, terms = remaining(y, model)
    p = len(terms)
    coefficients = np.zeros(p) if warm is None else np.array(warm, dtype=float)
    mu, sums = np.zeros(len(y)), np.zeros(len(y))
    status, core, clear = kernel.fit_model(
        y, stats, terms, p, kept, k, coefficients, mu, sums, np.empty((p, p)), np.empty(p), warm is not None
    )
    if status == kernel.CONVERGED:
        assert core == pytest.approx(float(np.sum(y[mu > 0] * np.log(mu[mu > 0])) - mu.sum()), rel=1e-9)
        assert sums[0] == pytest.approx(mu.sum())
    return coefficients, mu, clear


def test_a_fit_does_not_depend_on_where_it_starts():
    counts = np.array([0, 30, 20, 9, 25, 6, 5, 3])
    cold, _, clear = fitted_by_kernel(counts, hierarchical(3, [3]))
    assert clear
    for start in ([0, 0, 0, 0, 0], [9, 2, 2, 2, 2], [-4, 3, -3, 3, 5], cold):
        warm, _, _ = fitted_by_kernel(counts, hierarchical(3, [3]), start)
        assert warm == pytest.approx(cold, abs=1e-8)


def test_clear_is_never_said_of_an_estimate_that_does_not_exist():
    told = 0
    for _, counts, model in holed_tables(3, 120):
        _, _, clear = (
            fitted_by_kernel(counts, model) if slow.cells_and_design(counts, model)[1] else (0, 0, False)
        )
        if clear:
            assert slow.code(counts, model) in (0, 2)
            told += 1
    assert told > 30


def test_existence_and_identifiability_agree_with_the_strict_programme_and_the_rank():
    codes = []
    for _, counts, model in holed_tables(4, 250, ks=(3, 4, 5)):
        codes.append(slow.code(counts, model))
        assert Verdicts().code(counts, model) == codes[-1], (counts, model)
    assert set(codes) == {0, 1, 2, 3}


def test_the_small_simplex_agrees_with_the_general_solver():
    answers = []
    for k, counts, model in holed_tables(5, 250, ks=(4, 5)):
        y = counts.astype(float)
        kept, terms = remaining(y, model)
        p = len(terms)
        programmes = np.zeros(1, dtype=np.int64)
        matrix, where = np.empty((len(y), p)), np.empty(p, dtype=np.int64)
        verdict = kernel.null_space_verdict(y, terms, p, kept, k, matrix, where, programmes)
        assert verdict == exists_by_programme(y, kept, terms), (counts, model)
        answers.append((verdict, int(programmes[0])))
    assert {(0, 1), (1, 0), (1, 1)} <= set(answers)


def test_rays_of_small_cones():
    rng = np.random.default_rng(6)
    found = []
    for _ in range(150):
        rows, d = int(rng.integers(1, 8)), int(rng.integers(1, 5))
        z = rng.integers(-2, 3, size=(rows, d)).astype(float)
        taken = (rng.random(rows) < 0.2).astype(np.uint8)
        there = z[taken == 0]
        best = linprog(
            -np.ones(d),
            A_ub=np.vstack([-there, np.ones((1, d))]),
            b_ub=np.append(np.zeros(len(there)), 1.0),
            bounds=[(0, None)] * d,
        )
        found.append(kernel.has_ray(z.copy(), rows, d, taken))
        assert found[-1] == round(-best.fun)
    assert {0, 1} == set(found)


def test_reduction_keeps_the_row_space_and_finds_the_rank():
    rng = np.random.default_rng(7)
    for _ in range(60):
        rows, p = int(rng.integers(1, 8)), int(rng.integers(1, 7))
        matrix = rng.integers(0, 2, size=(rows, p)).astype(float)
        reduced, where = matrix.copy(), np.zeros(p, dtype=np.int64)
        rank = kernel.reduce_rows(reduced, rows, p, where)
        assert rank == np.linalg.matrix_rank(matrix)
        assert np.linalg.matrix_rank(np.vstack([matrix, reduced])) == rank
        pivots = [j for j in range(p) if where[j] >= 0]
        assert len(pivots) == rank
        assert reduced[:rank][:, pivots] == pytest.approx(np.eye(rank), abs=1e-9)
        assert [where[j] for j in pivots] == list(range(rank))
        assert reduced[rank:] == pytest.approx(0, abs=1e-9)


def test_a_basis_resting_on_rows_spans_the_same_columns():
    rng = np.random.default_rng(8)
    for _ in range(60):
        rows, d = int(rng.integers(1, 7)), int(rng.integers(1, 5))
        z = rng.integers(-1, 2, size=(rows, d)).astype(float)
        changed, taken = z.copy(), np.ones(rows, dtype=np.uint8)
        found = kernel.rest_on_rows(changed, rows, d, taken)
        assert found == np.linalg.matrix_rank(z) == taken.sum()
        assert np.linalg.matrix_rank(np.hstack([z, changed])) == found
        assert changed[taken == 1][:, :found] == pytest.approx(np.eye(found), abs=1e-9)
        assert changed[:, found:] == pytest.approx(0, abs=1e-9)


def test_empty_terms_take_their_cells_away():
    counts = np.array([0, 5, 7, 0, 9, 3, 2, 0])
    kept, terms = remaining(counts, hierarchical(3, [3, 5]))
    assert kept.tolist() == [0, 1, 1, 0, 1, 1, 1, 0]
    assert terms.tolist() == [0, 1, 2, 4, 5]


def test_a_model_is_identifiable_when_a_cell_is_left_that_is_no_term():
    full = np.array([0, 5, 7, 2, 9, 3, 2, 1])
    assert Verdicts().code(full, hierarchical(3, [3, 5, 6])) == 0
    assert Verdicts().code(full, hierarchical(3, [7])) == 2
    assert Verdicts().code(np.array([0, 4, 6, 2]), hierarchical(2)) == 0
    assert Verdicts().code(np.array([0, 4, 6, 2]), hierarchical(2, [3])) == 2
    assert Verdicts().code(np.array([0, 4, 6, 0]), hierarchical(2)) == 1


def test_programmes_are_solved_once_per_pattern_of_zeros():
    verdicts = Verdicts()
    lonely = np.array([0, 4, 6, 0])
    assert verdicts.code(lonely, hierarchical(2)) == 1
    solved = verdicts.lp_calls
    assert solved >= 1
    assert verdicts.code(lonely * 3, hierarchical(2)) == 1
    assert verdicts.lp_calls == solved
