"""Rates of lateness are pooled over offices, nothing is said without a history, and chances are scored honestly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concerted.methods.laterisk import (
    MINIMUM_HISTORY,
    MINIMUM_PEERS,
    History,
    brier,
    fit,
    forecast,
)


def drawn(seed: int, *, offices: int = 60, due: int = 12, alpha: float = 2.0, beta: float = 6.0) -> History:
    chance = np.random.default_rng(seed)
    rates = chance.beta(alpha, beta, offices)
    return History(np.full(offices, due), chance.binomial(due, rates))


def test_the_prior_comes_near_to_the_one_the_rates_were_drawn_from() -> None:
    priors = [fit(drawn(seed, offices=400)) for seed in range(5)]
    assert all(prior is not None for prior in priors)
    assert np.mean([prior.mean for prior in priors if prior]) == pytest.approx(0.25, abs=0.02)
    assert np.mean([prior.weight for prior in priors if prior]) == pytest.approx(8.0, rel=0.25)


def test_an_office_is_drawn_towards_its_peers_by_less_the_more_is_known_of_it() -> None:
    due = np.array([4, 40, 20, 20, 20, 20, 20])
    late = np.array([4, 40, 2, 3, 2, 1, 4])
    said = forecast(History(due, late))
    assert 0.4 < said.chance[0] < said.chance[1] < 1.0
    assert said.high[0] - said.low[0] > said.high[1] - said.low[1]


def test_it_abstains_for_an_office_of_short_history_and_says_so_for_no_other() -> None:
    due = np.array([MINIMUM_HISTORY - 1, *[MINIMUM_HISTORY] * MINIMUM_PEERS])
    said = forecast(History(due, np.zeros_like(due)))
    assert np.isnan(said.chance).tolist() == [True, *[False] * MINIMUM_PEERS]


def test_it_abstains_for_all_where_there_are_too_few_peers() -> None:
    due = np.full(MINIMUM_PEERS - 1, 50)
    said = forecast(History(due, due // 2))
    assert said.prior is None
    assert np.isnan(said.chance).all()


def test_pooled_rates_score_better_than_late_last_time_and_the_base_rate_where_offices_differ() -> None:
    scores = np.zeros(3)
    for seed in range(20):
        chance = np.random.default_rng(seed)
        rates = chance.beta(1.5, 4.5, 80)
        past = (chance.random((80, 8)) < rates[:, None]).astype(np.int64)
        happened = chance.random(80) < rates
        said = forecast(History(np.full(80, 8), past.sum(axis=1)))
        base = np.full(80, past.mean())
        scores += [brier(said.chance, happened), brier(past[:, -1], happened), brier(base, happened)]
    assert scores[0] < scores[2] < scores[1]


def test_where_all_offices_are_alike_it_says_what_the_base_rate_says() -> None:
    said = forecast(drawn(3, offices=200, alpha=300.0, beta=700.0))
    assert said.prior is not None
    assert np.nanstd(said.chance) < 0.03


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=20))
def test_chances_are_chances(pairs: list[tuple[int, int]]) -> None:
    due = np.array([max(a, b) for a, b in pairs])
    late = np.array([min(a, b) for a, b in pairs])
    said = forecast(History(due, late))
    told = said.chance[~np.isnan(said.chance)]
    assert ((told > 0) & (told < 1)).all()
    assert (said.low[~np.isnan(said.low)] <= told).all()


def test_more_late_than_due_is_refused() -> None:
    with pytest.raises(ValueError, match="between none and all"):
        History(np.array([3]), np.array([4]))


def test_the_score_is_nought_for_a_seer_and_a_quarter_for_a_coin() -> None:
    assert brier([1.0, 0.0], [1, 0]) == 0.0
    assert brier([0.5, 0.5], [1, 0]) == 0.25
    assert np.isnan(brier([], []))
