"""The normal distribution and log factorials agree with scipy's to the last digits, tails included."""

from __future__ import annotations

import math

import pytest
from scipy.special import gammaln, ndtr, ndtri

from concerted.methods.prevalence._normal import log_factorials, normal_quantile, normal_share


@pytest.mark.parametrize("share", [1e-300, 1e-12, 0.001, 0.025, 0.3, 0.5, 0.8, 0.975, 1 - 1e-9])
def test_quantiles_are_scipys(share: float) -> None:
    assert normal_quantile(share) == pytest.approx(float(ndtri(share)), rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("z", [-37.0, -8.0, -1.96, -0.1, 0.0, 0.7, 3.0, 9.0])
def test_shares_are_scipys_far_into_the_lower_tail(z: float) -> None:
    assert normal_share(z) == pytest.approx(float(ndtr(z)), rel=1e-13)


def test_nothing_and_everything_have_no_quantile() -> None:
    assert (normal_quantile(0.0), normal_quantile(1.0)) == (-math.inf, math.inf)
    assert (normal_quantile(-0.1), normal_quantile(1.1)) == (-math.inf, math.inf)


def test_log_factorials_add_up() -> None:
    counts = [0, 1, 2, 5, 1000, 10**9]
    assert log_factorials(counts) == pytest.approx(sum(float(gammaln(n + 1)) for n in counts), rel=1e-14)
    assert log_factorials([3]) == pytest.approx(math.log(6))
    assert log_factorials([]) == 0
