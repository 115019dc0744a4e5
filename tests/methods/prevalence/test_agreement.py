"""The same numbers as SparseMSE, MultipleSystemsEstimation and Rcapture on every table and resample recorded."""

from functools import cache

import numpy as np
import pytest
from tests.methods.prevalence.published import FILES, FOLDER, published, recorded

from concerted.methods.prevalence._checks import check_all_models
from concerted.methods.prevalence._information import bic, intervals_by_n_top, rank_models
from concerted.methods.prevalence._read import read_rows
from concerted.methods.prevalence._read_resamples import read_resamples
from concerted.methods.prevalence._stepwise import estimate_many, stepwise, threshold_path

BOOTSTRAPPED = [name for name in FILES if "sparse_boot" in recorded()[name]]
LEVELS = {0.95: ("0.025", "0.975"), 0.9: ("0.05", "0.95"), 0.8: ("0.1", "0.9"), 0.68: ("0.16", "0.84")}


@cache
def stored(name):
    """The recorded resamples, shape (B, 2**k)."""
    import json

    by_row = recorded()[name]["sparse_boot"]["resample_counts_by_row_of_table"]
    matrix = np.array(by_row).T.tolist()
    return read_resamples(json.dumps(matrix).encode(), read_rows(FOLDER / f"{FILES[name]}.csv"))


@pytest.mark.parametrize("name", FILES)
def test_every_recorded_threshold_has_its_estimate(name):
    for threshold, want in recorded()[name]["sparse_point"]["by_pthresh"].items():
        answer = stepwise(published(name), threshold=float(threshold), bootstrap=0)
        assert answer.estimate == pytest.approx(want["estimate"]["point est."], rel=1e-6)
        assert answer.diagnostics.more["aic"] == pytest.approx(want["aic"], abs=1e-6)
        assert answer.diagnostics.more["deviance"] == pytest.approx(want["deviance"], abs=1e-6)
        assert answer.interval[0.95] == pytest.approx(
            (want["estimate"]["2.5%"], want["estimate"]["97.5%"]), rel=1e-4
        ), "R takes the weights of the step before the last"
        terms = {term for term in want["terms"] if ":" in term}
        assert terms <= set(answer.diagnostics.more["terms"])


@pytest.mark.parametrize("name", FILES)
def test_the_threshold_path_passes_through_the_recorded_estimates(name):
    path = threshold_path(published(name))
    for threshold, want in recorded()[name]["sparse_point"]["by_pthresh"].items():
        at = next(
            step
            for step in path
            if step.above < float(threshold) <= step.until or step.above == float(threshold)
        )
        assert at.estimate == pytest.approx(want["estimate"]["point est."], rel=1e-6)


@pytest.mark.parametrize("name", BOOTSTRAPPED)
def test_every_stored_resample_has_its_estimate(name):
    want = np.array(recorded()[name]["sparse_boot"]["bootreps"], dtype=float)
    many = estimate_many(stored(name), published(name).k)
    assert many.estimates == pytest.approx(want, rel=1e-6)


@pytest.mark.parametrize("name", BOOTSTRAPPED)
def test_bca_limits_on_stored_resamples_agree_to_six_digits(name):
    want = recorded()[name]["sparse_boot"]
    answer = stepwise(published(name), resamples=stored(name), levels=tuple(LEVELS))
    assert answer.estimate == pytest.approx(want["estimate"], rel=1e-8)
    assert answer.diagnostics.more["z0"] == pytest.approx(want["z0"], abs=1e-9)
    assert answer.diagnostics.more["acceleration"] == pytest.approx(want["ahat"], abs=1e-7)
    for level, (low, high) in LEVELS.items():
        assert answer.interval[level] == pytest.approx((want["bca"][low], want["bca"][high]), rel=5e-7)


@pytest.mark.parametrize("name", ["UKdat_5", "Ned_5", "NewOrl_5", "Western"])
def test_the_hundred_models_of_least_bic_are_the_recorded_ones(name):
    want = recorded()[name]["mse_bic_point"]
    ranked = rank_models(published(name), max_order=3)
    assert [model.model for model in ranked[: len(want["top"])]] == [model["model"] for model in want["top"]]
    for here, there in zip(ranked, want["top"], strict=False):
        assert here.estimate == pytest.approx(there["abundance"], rel=1e-6)
        assert here.criterion == pytest.approx(there["bic"], abs=1e-6)


@pytest.mark.parametrize(
    ("name", "key", "times"),
    [
        ("UKdat_5", "mse_bic_boot_100", 100),
        ("NewOrl_5", "mse_bic_boot", 100),
        ("Western", "mse_bic_boot", 100),
    ],
)
def test_bca_limits_for_every_number_of_models_kept_agree_to_six_digits(name, key, times):
    rows = intervals_by_n_top(
        published(name), max_order=3, resamples=stored(name)[:times], levels=(0.95, 0.8)
    )
    want = recorded()[name][key]["bca_all_rows"]
    assert len(rows) == len(want)
    for row, (low, inner_low, inner_high, high) in zip(rows, want, strict=True):
        assert row.interval[0.95] == pytest.approx((low, high), rel=5e-7)
        assert row.interval[0.8] == pytest.approx((inner_low, inner_high), rel=5e-7)


def test_nothing_cut_off_gives_the_published_interval_of_the_united_kingdom():
    answer = bic(published("UKdat_5"), resamples=stored("UKdat_5"), levels=(0.95,))
    assert [round(end) for end in answer.interval[0.95]] == [11168, 56052]
    assert answer.diagnostics.more["models"] == 6893


@pytest.mark.parametrize("name", FILES)
def test_the_count_of_pair_models_that_fail_is_the_recorded_one(name):
    found = check_all_models(published(name))
    assert found.complete
    want = recorded()[name].get("sparse_check")
    if want:
        assert found.pairs == want["pairs"]
        assert found.empty_pairs == want["empty_pairs"]
        assert found.models == want["models"]
        assert found.failing == want["models_without_extended_mle"]
        assert found.full_pair_model_code == want["full_pair_model_code"]
