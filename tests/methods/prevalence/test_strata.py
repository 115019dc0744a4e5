"""Strata: totals that add up, small strata that borrow, refusals that are not hidden in a total."""

import math
from dataclasses import replace

import numpy as np
import pytest
from tests.methods.prevalence.published import drawn, without_overlap

from concerted.methods.prevalence import (
    CaptureTable,
    Estimate,
    NotEstimable,
    by_strata,
    main_effects,
    split_rows,
)
from concerted.methods.prevalence._strata import between_variance

SIZES = {"women": 2000, "men": 800, "girls": 400, "boys": 90}


def independent(table):
    return main_effects(table, bootstrap=0, levels=(0.95,))


def tables(seed=0, rate=0.25, **sizes):
    rng = np.random.default_rng(seed)
    return {name: drawn(rng, people, (rate,) * 3) for name, people in (sizes or SIZES).items()}


@pytest.mark.parametrize("pooling", ["none", "partial"])
def test_the_total_is_the_sum_of_its_strata(pooling):
    answer = by_strata(tables(), independent, pooling=pooling, levels=(0.95, 0.8))
    assert answer.total.estimate == math.fsum(stratum.estimate for stratum in answer.strata)
    assert answer.total.n_seen == sum(stratum.n_seen for stratum in answer.strata)
    assert [stratum.name for stratum in answer.strata] == list(SIZES)
    assert answer.total.hidden == pytest.approx(sum(stratum.hidden for stratum in answer.strata))
    low, high = answer.total.interval[0.95]
    assert low < answer.total.estimate < high
    assert sum(s.interval[0.95][0] for s in answer.strata) < low * (1 + (pooling == "partial") / 1000)
    assert high < sum(s.interval[0.95][1] for s in answer.strata) * (1 + (pooling == "partial") / 1000)
    assert low < answer.total.interval[0.8][0] < answer.total.interval[0.8][1] < high


def test_without_pooling_each_stratum_is_its_own_fit():
    given = tables()
    answer = by_strata(given, independent)
    for stratum in answer.strata:
        alone = independent(given[stratum.name])
        assert stratum.estimate == alone.estimate
        assert stratum.interval[0.95] == alone.interval[0.95]
        assert not stratum.borrowed
    assert answer.total.warnings == ()


def test_partial_pooling_draws_small_strata_most_and_follows_the_formula():
    rng = np.random.default_rng(4)
    rates = {"women": 0.3, "men": 0.15, "girls": 0.4, "boys": 0.3}
    given = {name: drawn(rng, people, (rates[name],) * 3) for name, people in SIZES.items()}
    apart, together = (by_strata(given, independent, pooling=pooling) for pooling in ("none", "partial"))
    odds, spread = [], []
    for stratum in apart.strata:
        low, high = stratum.interval[0.95]
        n, z = stratum.n_seen, 1.959963984540054
        odds.append(math.log(stratum.hidden / n))
        below, above = math.log(stratum.hidden / (low - n)) / z, math.log((high - n) / stratum.hidden) / z
        spread.append(math.sqrt((below**2 + above**2) / 2))
    theta, deviation = np.array(odds), np.array(spread)
    tau2 = between_variance(theta, deviation)
    weights = 1 / (deviation**2 + tau2)
    mean = weights @ theta / weights.sum()
    kept = deviation**2 / (deviation**2 + tau2)
    shrunk = kept * mean + (1 - kept) * theta
    for stratum, centre, k, v in zip(together.strata, shrunk, kept, deviation**2, strict=True):
        assert stratum.estimate == pytest.approx(stratum.n_seen * (1 + math.exp(centre)))
        sd = math.sqrt(v * tau2 / (v + tau2) + k**2 / weights.sum())
        assert stratum.interval[0.95][1] == pytest.approx(
            stratum.n_seen * (1 + math.exp(centre + 1.959963984540054 * sd))
        )
        assert stratum.interval[0.95][0] == pytest.approx(
            stratum.n_seen * (1 + math.exp(centre - 1.959963984540054 * sd))
        )
    more = together.total.diagnostics.more
    assert more["between_variance"] == pytest.approx(tau2)
    assert more["common_log_odds"] == pytest.approx(mean)
    assert kept.argmax() == 3
    assert {caution.code for caution in together.total.warnings} == {"strata_shrunk"}


def test_between_variance_solves_its_equation_and_is_zero_where_strata_agree():
    theta, deviation = np.array([0.1, 1.0, -0.4, 2.0]), np.array([0.2, 0.3, 0.1, 0.5])
    tau2 = between_variance(theta, deviation)
    weights = 1 / (deviation**2 + tau2)
    mean = weights @ theta / weights.sum()
    assert weights @ (theta - mean) ** 2 == pytest.approx(3)
    assert between_variance(np.array([0.1, 0.12, 0.09]), np.full(3, 0.5)) == 0
    assert between_variance(np.array([0.0, 40.0]), np.array([0.1, 0.1])) == pytest.approx(800 - 0.01)


def test_a_stratum_that_cannot_stand_alone_refuses_the_total_or_borrows():
    given = tables() | {"unknown": CaptureTable(("A", "B", "C"), without_overlap().counts)}
    with pytest.raises(NotEstimable, match="unknown"):
        by_strata(given, independent)
    answer = by_strata(given, independent, pooling="partial")
    borrowed = answer.strata[-1]
    assert borrowed.borrowed
    assert isinstance(borrowed.alone, NotEstimable)
    common = math.exp(answer.total.diagnostics.more["common_log_odds"])
    assert borrowed.estimate == pytest.approx(60 * (1 + common))
    assert answer.total.diagnostics.more["borrowed"] == ["unknown"]
    caution = next(c for c in answer.total.warnings if c.code == "strata_borrowed")
    assert "unknown" in caution.text
    assert "unknown" in caution.text_zh


def test_a_stratum_without_people_adds_nobody():
    empty = CaptureTable(("A", "B", "C"), np.zeros(8, dtype=np.int64))
    for pooling in ("none", "partial"):
        answer = by_strata({"nobody": empty} | tables(), independent, pooling=pooling)
        assert answer.strata[0].estimate == 0
        assert (answer.strata[0].name, answer.strata[0].n_seen) == ("nobody", 0)
        assert answer.strata[0].interval[0.95] == (0, 0)
        assert answer.total.diagnostics.more["borrowed"] == []
    with pytest.raises(NotEstimable):
        by_strata({"nobody": empty}, independent)


def test_partial_pooling_needs_two_fits():
    with pytest.raises(NotEstimable, match="two strata"):
        by_strata({"all": tables()["women"]}, independent, pooling="partial")


def test_the_same_seed_gives_the_same_total():
    first, again, other = (by_strata(tables(), independent, seed=seed).total for seed in (0, None, 5))
    assert first == again
    assert first.interval != other.interval
    assert other.interval[0.95] == pytest.approx(first.interval[0.95], rel=0.02)


def test_totals_cover_the_truth_and_pooling_is_nearer_for_small_strata():
    hits, apart, together = 0, [], []
    for seed in range(30):
        given = tables(seed=seed, rate=0.3, a=150, b=150, c=150, d=1500)
        alone = by_strata(given, independent)
        pooled = by_strata(given, independent, pooling="partial")
        hits += alone.total.interval[0.95][0] < 1950 < alone.total.interval[0.95][1]
        apart += [abs(math.log(s.estimate / 150)) for s in alone.strata[:3]]
        together += [abs(math.log(s.estimate / 150)) for s in pooled.strata[:3]]
    assert hits >= 24
    assert np.mean(together) < np.mean(apart)


def test_rows_are_split_into_one_table_each():
    split = split_rows("AB", [1, 3, 1, 2], [5, 2, 4, 7], ["men", "women", "women", "men"])
    assert split == {
        "men": CaptureTable.from_histories("AB", {1: 5, 2: 7}),
        "women": CaptureTable.from_histories("AB", {3: 2, 1: 4}),
    }


def test_a_method_without_an_interval_is_an_error():
    def without(table) -> Estimate:
        return main_effects(table, bootstrap=0, levels=())

    with pytest.raises(ValueError, match="interval"):
        by_strata(tables(), without)


def test_of_several_intervals_the_one_nearest_to_95_per_cent_says_how_sure_a_stratum_is():
    def several(table):
        answer = independent(table)
        low, high = answer.interval[0.95]
        wide, narrow = (low * 0.9, high * 2.0), (answer.estimate * 0.99, answer.estimate * 1.01)
        return replace(answer, interval={0.5: narrow, 0.95: (low, high), 0.999: wide})

    one, many = (by_strata(tables(), method, pooling="partial", seed=2) for method in (independent, several))
    assert [stratum.estimate for stratum in many.strata] == [stratum.estimate for stratum in one.strata]
    assert many.total.interval == one.total.interval
