"""One model on one table: its fit, its two intervals, its criteria, and what is refused."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq, minimize
from tests.methods.prevalence import slow
from tests.methods.prevalence.published import published, recorded

from concerted.methods.prevalence import CaptureTable, NotEstimable
from concerted.methods.prevalence._loglinear import fit, profile_interval
from concerted.methods.prevalence._terms import (
    generators,
    hierarchical,
    in_order,
    interactions,
    members,
    model_text,
    pairs,
    term_name,
    with_pairs,
)

TABLE = CaptureTable.from_histories("ABC", {1: 60, 2: 48, 4: 39, 3: 14, 5: 9, 6: 7, 7: 4})


def of_text(k, text):
    return hierarchical(k, [sum(1 << (int(c) - 1) for c in term) for term in text[1:-1].split(",")])


def test_two_lists_give_lincoln_and_petersen():
    table = CaptureTable.from_histories("AB", {1: 40, 2: 30, 3: 12})
    fitted = fit(table, hierarchical(2))
    assert fitted.hidden == pytest.approx(40 * 30 / 12)
    assert fitted.estimate == pytest.approx(82 + 100)
    assert fitted.sd_log_hidden == pytest.approx(math.sqrt(1 / 40 + 1 / 30 + 1 / 12))
    low, high = fitted.conditional_interval(0.95)
    assert (low - 82) * (high - 82) == pytest.approx(100**2)
    assert math.log((high - 82) / 100) == pytest.approx(1.959964 * fitted.sd_log_hidden, rel=1e-6)


@pytest.mark.parametrize("chosen", [0, 1, 2, 5, 7])
def test_a_fit_has_the_likelihood_deviance_and_criteria_of_the_dense_one(chosen):
    terms = with_pairs(3, chosen)
    hidden, log_likelihood, mu = slow.fit(TABLE.counts, terms)
    fitted = fit(TABLE, terms)
    y = TABLE.counts[1:]
    assert fitted.hidden == pytest.approx(hidden, rel=1e-8)
    assert fitted.log_likelihood == pytest.approx(log_likelihood, rel=1e-10)
    assert fitted.deviance == pytest.approx(
        2 * sum(c * math.log(c / mu[w + 1]) - c + mu[w + 1] for w, c in enumerate(y)), abs=1e-8
    )
    assert fitted.aic == pytest.approx(2 * len(terms) - 2 * log_likelihood)
    assert fitted.bic == pytest.approx(math.log(TABLE.n) * len(terms) - 2 * log_likelihood)
    assert fitted.expected[1:] == pytest.approx([mu[w] for w in range(1, 8)], rel=1e-6)
    assert fitted.expected[0] == fitted.hidden


def test_an_empty_overlap_gets_minus_infinity_and_still_counts_as_a_parameter():
    table = CaptureTable.from_histories("ABC", {1: 60, 2: 48, 4: 39, 5: 9, 6: 7})
    fitted = fit(table, hierarchical(3, [3]))
    assert fitted.coefficients[3] == -math.inf
    assert fitted.expected[3] == fitted.expected[7] == 0
    assert fitted.aic + 2 * fitted.log_likelihood == pytest.approx(10)


@pytest.mark.parametrize("name", ["UKdat_5", "Ned_5", "NewOrl_5", "Western"])
def test_the_profile_interval_is_the_one_recorded(name):
    want = recorded()[name]["rc_ms2"]
    table = published(name)
    terms = of_text(table.k, want["best"])
    fitted = fit(table, terms)
    assert fitted.estimate == pytest.approx(want["best_row"]["abundance"], rel=1e-8)
    assert fitted.bic == pytest.approx(want["best_row"]["BIC"], abs=1e-6)
    assert fitted.aic == pytest.approx(want["best_row"]["AIC"], abs=1e-6)
    assert fitted.deviance == pytest.approx(want["best_row"]["deviance"], abs=1e-6)
    ends = profile_interval(table, terms, 0.95)
    told = want["profile_ci"]["ci"]
    assert ends == pytest.approx((told["infCL"], told["supCL"]), rel=4e-6)


def test_the_profile_interval_is_where_the_likelihood_has_fallen_by_half_a_chi_square():
    table = CaptureTable.from_histories("AB", {1: 40, 2: 30, 3: 12})

    def fall(hidden):
        def less(theta):
            a, b = 1 / (1 + np.exp(-theta))
            shares = np.array([(1 - a) * (1 - b), a * (1 - b), (1 - a) * b, a * b])
            return -float(np.array([hidden, 40, 30, 12]) @ np.log(shares))

        found = minimize(less, [0.0, 0.0], tol=1e-12)
        return -math.lgamma(hidden + 83) + math.lgamma(hidden + 1) + found.fun

    at = minimize(lambda x: fall(math.exp(x[0])), [math.log(100)], tol=1e-10)
    limit = at.fun + 1.6423744151498182 / 2
    low = brentq(lambda h: fall(h) - limit, 20, math.exp(at.x[0]))
    high = brentq(lambda h: fall(h) - limit, math.exp(at.x[0]), 1000)
    assert profile_interval(table, hierarchical(2), 0.8) == pytest.approx((82 + low, 82 + high), rel=1e-4)


def test_the_profile_grows_with_its_level_and_holds_the_estimate():
    inner, outer = (
        profile_interval(TABLE, hierarchical(3), 0.8),
        profile_interval(TABLE, hierarchical(3), 0.95),
    )
    assert TABLE.n <= outer[0] < inner[0] < fit(TABLE, hierarchical(3)).estimate < inner[1] < outer[1]


def test_what_cannot_be_fitted_is_refused_by_name():
    apart = CaptureTable.from_histories("AB", {1: 4, 2: 6})
    with pytest.raises(NotEstimable, match=r"\[1,2\] has no maximum likelihood estimate") as refusal:
        fit(apart, hierarchical(2))
    assert refusal.value.code == "no_estimate"
    with pytest.raises(NotEstimable, match=r"\[123\] leaves the hidden number open") as refusal:
        fit(TABLE, hierarchical(3, [7]))
    assert refusal.value.code == "not_identifiable"


def test_terms_have_their_names_in_the_order_of_the_literature():
    assert pairs(3) == (3, 5, 6)
    assert pairs(4) == (3, 5, 9, 6, 10, 12)
    assert hierarchical(3, [7]) == (0, 1, 2, 4, 3, 5, 6, 7)
    assert hierarchical(4, [7]) == (0, 1, 2, 4, 8, 3, 5, 6, 7)
    assert with_pairs(4, 0b001010) == (0, 1, 2, 4, 8, 5, 6)
    assert model_text(hierarchical(5, [7, 18, 12])) == "[123,25,34]"
    assert model_text(hierarchical(5, [21, 3, 10, 12])) == "[135,12,24,34]"
    assert model_text(hierarchical(3)) == "[1,2,3]"
    assert generators(hierarchical(3, [3])) == (3, 4)
    assert members(13) == (1, 3, 4)
    assert in_order([5, 1, 7, 2, 1]) == (1, 2, 5, 7)
    assert term_name(5, ["LA", "NG", "GP"]) == "LA:GP"
    assert interactions(hierarchical(3, [7]), ["x", "y", "z"]) == ["x:y", "x:z", "y:z", "x:y:z"]
