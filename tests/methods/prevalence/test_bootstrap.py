"""Resamples and intervals: against the textbook, and honest when resamples are refused."""

import numpy as np
import pytest
from tests.methods.prevalence import slow

from concerted.methods.prevalence import CaptureTable, NotEstimable
from concerted.methods.prevalence import _bootstrap as boot

TABLE = CaptureTable.from_histories("ABC", {1: 60, 2: 48, 4: 39, 3: 14, 5: 9, 7: 1})


def test_resamples_keep_the_people_and_only_observed_histories():
    drawn = boot.resample(TABLE, 200, 5)
    assert drawn.shape == (200, 8)
    assert (drawn.sum(axis=1) == TABLE.n).all()
    assert not drawn[:, [0, 6]].any()
    assert drawn.mean(axis=0) == pytest.approx(TABLE.counts, abs=3)
    assert drawn[:, 1].std() == pytest.approx(np.sqrt(60 * (1 - 60 / 171)), rel=0.2)


def test_a_seed_gives_the_same_resamples_and_another_seed_others():
    assert (boot.resample(TABLE, 20, 5) == boot.resample(TABLE, 20, 5)).all()
    assert (boot.resample(TABLE, 20, 5) != boot.resample(TABLE, 20, 6)).any()


def test_the_jackknife_leaves_out_one_of_each_history():
    tables, weights = boot.jackknife_tables(TABLE)
    assert weights.tolist() == [60, 48, 14, 39, 9, 1]
    assert (tables.sum(axis=1) == TABLE.n - 1).all()
    assert (TABLE.counts - tables == np.eye(8, dtype=int)[TABLE.observed]).all()


def test_bca_and_percentile_are_the_textbook_ones():
    rng = np.random.default_rng(3)
    replicates = np.exp(rng.normal(5, 0.4, 999))
    jackknife, weights = np.array([140.0, 150, 151, 149, 149.5, 160]), np.array([60, 48, 14, 39, 9, 1])
    found = boot.spread(150.0, replicates, jackknife, weights, (0.95, 0.8))
    for level in (0.95, 0.8):
        assert found.bca[level] == pytest.approx(
            slow.bca(150.0, replicates, jackknife, weights, level), rel=1e-12
        )
    assert found.percentile[0.8] == pytest.approx(
        np.quantile(replicates, [0.1, 0.9], method="median_unbiased")
    )
    assert (found.used, found.refused, found.cautions) == (999, 0, ())
    assert found.to_json()["percentile"]["0.95"] == list(found.percentile[0.95])
    assert found.to_json()["z0"] == found.z0
    assert found.to_json()["acceleration"] == found.acceleration


def test_resamples_all_on_one_side_are_held_at_the_limit_and_told():
    above, below = np.linspace(200, 300, 400), np.linspace(20, 30, 400)
    z0, clamped = boot.bias_correction(100.0, above)
    assert clamped
    assert z0 == pytest.approx(-3.0233414397391534)
    assert boot.bias_correction(100.0, below) == (pytest.approx(3.0233414397391534), True)
    assert boot.bias_correction(250.0, above) == (pytest.approx(0), False)
    found = boot.spread(100.0, above, np.array([99.0, 101]), np.array([5, 5]), (0.95,))
    assert [caution.code for caution in found.cautions] == ["one_sided_resamples"]


def test_refused_resamples_are_left_out_counted_and_told_beyond_a_twentieth():
    replicates = np.linspace(90, 120, 300)
    replicates[:15] = np.nan
    quiet = boot.spread(105.0, replicates, np.array([99.0, 101]), np.array([5, 5]), (0.95,))
    assert (quiet.used, quiet.refused, quiet.cautions) == (285, 15, ())
    replicates[15] = np.inf
    told = boot.spread(105.0, replicates, np.array([99.0, 101]), np.array([5, 5]), (0.95,))
    assert (told.used, told.refused) == (284, 16)
    assert [caution.code for caution in told.cautions] == ["resamples_refused"]
    assert told.cautions[0].text.startswith("16 of 300 resamples")
    assert "16" in told.cautions[0].text_zh


def test_few_resamples_are_told():
    found = boot.spread(105.0, np.linspace(90, 120, 199), np.array([99.0, 101]), np.array([5, 5]), (0.95,))
    assert [caution.code for caution in found.cautions] == ["few_resamples"]
    assert not boot.spread(
        105.0, np.linspace(90, 120, 200), np.array([99.0, 101]), np.array([5, 5]), (0.95,)
    ).cautions


def test_a_refused_jackknife_is_left_out_and_told():
    jackknife, weights = np.array([99.0, np.nan, 103]), np.array([5, 1, 2])
    assert boot.acceleration(jackknife, weights) == (
        pytest.approx(boot.acceleration(np.array([99.0, 103]), np.array([5, 2]))[0]),
        True,
    )
    found = boot.spread(105.0, np.linspace(90, 120, 300), jackknife, weights, (0.95,))
    assert [caution.code for caution in found.cautions] == ["jackknife_refused"]
    assert boot.acceleration(np.array([np.nan]), np.array([1])) == (0.0, True)
    assert boot.acceleration(np.array([7.0, 7.0]), np.array([1, 3])) == (0.0, False)


def test_acceleration_by_hand():
    a, _ = boot.acceleration(np.array([1.0, 4.0]), np.array([3, 1]))
    d = np.array([0.75, 0.75, 0.75, -2.25])
    assert a == pytest.approx((d**3).sum() / (6 * (d**2).sum() ** 1.5))


def test_nothing_is_given_from_fewer_than_two_resamples():
    for replicates in (np.full(50, np.nan), np.append(np.full(50, np.nan), 100.0)):
        with pytest.raises(NotEstimable, match="No resample") as refusal:
            boot.spread(100.0, replicates, np.array([99.0]), np.array([5]), (0.95,))
        assert refusal.value.code == "no_resamples"
    two = boot.spread(100.0, np.array([99.0, 101.0]), np.array([99.0, 101]), np.array([5, 5]), (0.95,))
    assert two.used == 2


def test_an_end_at_the_last_of_the_resamples_is_told_for_more_of_them_would_move_it():
    """The upper level is beyond 1 - 1/1000: the interval ends at the largest resample there happens to be."""
    replicates = np.exp(np.random.default_rng(5).normal(5, 0.4, 1000))
    jackknife, weights = np.array([140.0, 150, 151, 149, 149.5, 190]), np.array([60, 48, 14, 39, 9, 1])
    estimate = float(np.quantile(replicates, 0.8))
    found = boot.spread(estimate, replicates, jackknife, weights, (0.95,))
    assert boot.bca_levels(np.array([0.025, 0.975]), found.z0, found.acceleration)[1] > 0.999
    assert [caution.code for caution in found.cautions] == ["end_beyond_resamples"]
    assert found.bca[0.95][1] == pytest.approx(replicates.max(), rel=0.05)
    inside = boot.spread(estimate, replicates, jackknife, weights, (0.5,))
    assert inside.cautions == ()
