"""Each step of the latent-class sampler is the conditional it is meant to be, by formula or by its moments."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import betaln, gammaln

from concerted.methods.prevalence import _kernel_latent as kernel

PRIOR = np.array([0.25, 0.25])


def whole(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def test_a_class_and_a_history_go_together_with_the_product_of_its_rates() -> None:
    weights, rates = np.array([0.7, 0.3]), np.array([[0.2, 0.5, 0.9], [0.6, 0.1, 0.4]])
    part = np.empty(2)
    kernel.class_probabilities(0b101, 3, np.log(weights), rates, part)
    assert part == pytest.approx([0.7 * 0.2 * 0.5 * 0.9, 0.3 * 0.6 * 0.9 * 0.4])
    kernel.class_probabilities(0, 3, np.log(weights), rates, part)
    assert part == pytest.approx([0.7 * 0.8 * 0.5 * 0.1, 0.3 * 0.4 * 0.9 * 0.6])


@pytest.mark.parametrize(
    ("shares", "certain"),
    [([0.0, 2.0, 0.0], [0, 9, 0]), ([3.0, 0.0, 0.0], [9, 0, 0]), ([0.0, 0.0, 0.0], [9, 0, 0])],
)
def test_nobody_goes_where_nothing_is_probable(shares: list[float], certain: list[int]) -> None:
    into = np.full(3, 7, dtype=np.int64)
    kernel.split(np.random.default_rng(1), 9, np.array(shares), into)
    assert into.tolist() == certain
    kernel.split(np.random.default_rng(1), 0, np.array([1.0, 1.0, 1.0]), into)
    assert into.tolist() == [0, 0, 0]


def test_people_are_split_in_proportion() -> None:
    rng, into, totals = np.random.default_rng(5), np.empty(4, dtype=np.int64), np.zeros(4)
    for _ in range(300):
        kernel.split(rng, 50, np.array([1.0, 0.0, 3.0, 2.0]), into)
        assert into.sum() == 50
        totals += into
    assert totals / totals.sum() == pytest.approx([1 / 6, 0, 1 / 2, 1 / 3], abs=0.015)


def test_seen_people_are_shared_out_with_their_lists() -> None:
    rng = np.random.default_rng(1)
    people, hits = np.full(2, 99, dtype=np.int64), np.full((2, 2), 99, dtype=np.int64)
    histories, counts = whole(1, 2, 3), whole(40, 30, 20)
    # the second class never stands on the first list, the first class always does
    rates = np.array([[1.0, 0.5], [0.0, 0.5]])
    kernel.share_seen(
        rng,
        histories,
        counts,
        2,
        np.log([0.5, 0.5]),
        rates,
        np.empty(2),
        np.empty(2, dtype=np.int64),
        people,
        hits,
    )
    assert people.tolist() == [60, 30]
    assert hits.tolist() == [[60, 20], [0, 30]]


def test_the_unseen_are_as_many_as_the_chance_to_be_missed_says() -> None:
    rng, unseen = np.random.default_rng(2), np.empty(2, dtype=np.int64)
    rates = np.array([[0.5, 0.4], [0.2, 0.1]])
    missed = np.array([0.6 * 0.5 * 0.6, 0.4 * 0.8 * 0.9])
    drawn = []
    for _ in range(4000):
        kernel.share_unseen(rng, 100, 2, np.log([0.6, 0.4]), rates, np.empty(2), unseen)
        drawn.append(unseen.copy())
    share = missed.sum()
    totals = np.sum(drawn, axis=1)
    # negative binomial with 100 successes
    assert totals.mean() == pytest.approx(100 * share / (1 - share), rel=0.02)
    assert totals.var() == pytest.approx(100 * share / (1 - share) ** 2, rel=0.1)
    assert np.sum(drawn, axis=0)[0] / totals.sum() == pytest.approx(missed[0] / share, abs=0.01)


def test_where_nobody_can_be_seen_the_unseen_stay_finite() -> None:
    unseen = np.empty(1, dtype=np.int64)
    kernel.share_unseen(
        np.random.default_rng(1), 10, 1, np.array([0.0]), np.array([[0.0]]), np.empty(1), unseen
    )
    assert 10**12 < unseen[0] <= kernel.MOST_HIDDEN * 1.1


def by_formula(seen: np.ndarray, unseen: np.ndarray, hits: np.ndarray, alpha: float) -> float:
    """Log density of everybody's classes and lists, rates, weights and N integrated out, in full."""
    people = seen + unseen
    total = people.sum()
    value = gammaln(total) - gammaln(unseen + 1).sum()
    value += sum(betaln(1 + hits[c, i], 1 + people[c] - hits[c, i]) for c, i in np.ndindex(hits.shape))
    value += sum(betaln(1 + people[c], alpha + people[c + 1 :].sum()) for c in range(len(people) - 1))
    return float(value)


@pytest.mark.parametrize("c", [0, 1, 2])
def test_the_target_of_unseen_people_is_the_joint_density(c: int) -> None:
    seen, unseen, hits = whole(20, 5, 3), whole(4, 7, 1), np.array([[12, 9], [3, 4], [1, 2]])
    logs, expected = [], []
    for number in (0, 1, 5, 40, 1000):
        logs.append(kernel.unseen_log_target(c, number, 2, 0.7, seen, unseen, hits))
        other = unseen.copy()
        other[c] = number
        expected.append(by_formula(seen, other, hits, 0.7))
    assert np.diff(logs) == pytest.approx(np.diff(expected), rel=1e-9)
    assert unseen.tolist() == [4, 7, 1]


def test_the_likelihood_of_the_stick_is_a_product_of_beta_functions() -> None:
    people = whole(9, 4, 0, 2)
    later = [6, 2, 2]
    expected = 3 * math.log(1.3) + sum(betaln(1 + people[c], 1.3 + later[c]) for c in range(3))
    assert kernel.stick_log_likelihood(1.3, people) == pytest.approx(float(expected))
    target = kernel.alpha_log_target(1.3, PRIOR, people)
    assert target == pytest.approx(float(expected) + 0.25 * math.log(1.3) - 0.25 * 1.3)


def test_log_beta_and_a_log_gamma_draw() -> None:
    assert kernel.log_beta(2.5, 7.0) == pytest.approx(float(betaln(2.5, 7.0)))
    rng = np.random.default_rng(3)
    for shape, mean in ((0.3, -3.502524), (4.0, 1.256118)):  # digamma
        draws = [kernel.log_gamma_draw(rng, shape) for _ in range(6000)]
        assert np.mean(draws) == pytest.approx(mean, abs=0.2)
    assert math.isfinite(kernel.log_gamma_draw(rng, 1e-6))


def frequencies(move: object, state: np.ndarray, times: int) -> np.ndarray:
    """How often the first class holds each number of people when a move is repeated."""
    counted = np.zeros(int(state.sum()) + 1)
    for _ in range(times):
        move()
        counted[state[0]] += 1
    return counted / times


def stick(people: np.ndarray, alpha: float) -> float:
    return float(sum(betaln(1 + people[c], alpha + people[c + 1 :].sum()) for c in range(len(people) - 1)))


def test_neighbours_on_the_stick_are_swapped_as_often_as_their_weights_say() -> None:
    rng, people, hits = np.random.default_rng(4), whole(3, 2, 0), np.array([[3], [2], [0]])
    found = frequencies(lambda: kernel.swap_places(rng, 1, 0.6, people, hits), people, 12_000)
    orders = [(3, 2, 0), (3, 0, 2), (2, 3, 0), (2, 0, 3), (0, 3, 2), (0, 2, 3)]
    density = np.array([math.exp(stick(np.array(order), 0.6)) for order in orders])
    density /= density.sum()
    for size in (3, 2, 0):
        expected = sum(d for order, d in zip(orders, density, strict=True) if order[0] == size)
        assert found[size] == pytest.approx(expected, abs=0.025)
    assert hits[:, 0].tolist() == people.tolist()


def test_far_swaps_with_a_fresh_concentration_leave_the_joint_density_alone() -> None:
    rng, people, hits = np.random.default_rng(6), whole(3, 1, 0), np.array([[3], [1], [0]])
    prior = np.array([2.0, 1.5])
    state = {"alpha": 1.0}
    alphas = []

    def move() -> None:
        state["alpha"] = kernel.swap_far(rng, 1, state["alpha"], prior, people, hits)
        alphas.append(state["alpha"])

    found = frequencies(move, people, 20_000)
    grid = np.linspace(0.005, 12, 2400)
    weight = grid ** (prior[0] - 1) * np.exp(-prior[1] * grid)
    orders = [(3, 1, 0), (3, 0, 1), (1, 3, 0), (1, 0, 3), (0, 3, 1), (0, 1, 3)]
    logs = np.array([[2 * math.log(a) + stick(np.array(order), a) for a in grid] for order in orders])
    joint = np.exp(logs) * weight
    joint /= joint.sum()
    for size in (3, 1, 0):
        expected = sum(joint[i].sum() for i, order in enumerate(orders) if order[0] == size)
        assert found[size] == pytest.approx(expected, abs=0.025)
    assert np.mean(alphas) == pytest.approx(float((joint.sum(axis=0) * grid).sum()), rel=0.06)
    assert hits[:, 0].tolist() == people.tolist()


def test_the_concentration_follows_its_density() -> None:
    rng, people = np.random.default_rng(7), whole(9, 4, 1)
    alpha, drawn = 1.0, []
    for _ in range(8000):
        alpha = kernel.move_alpha(rng, alpha, np.array([2.0, 1.0]), people)
        drawn.append(alpha)
    grid = np.linspace(0.002, 20, 6000)
    logs = np.array([kernel.alpha_log_target(a, np.array([2.0, 1.0]), people) - math.log(a) for a in grid])
    density = np.exp(logs - logs.max())
    density /= density.sum()
    assert np.mean(drawn) == pytest.approx(float(density @ grid), rel=0.06)
    assert np.mean(np.array(drawn) < 1) == pytest.approx(float(density[grid < 1].sum()), abs=0.03)


def test_the_stick_is_broken_by_beta_draws() -> None:
    rng, people, logs = np.random.default_rng(8), whole(6, 3, 1), np.empty(3)
    weights = []
    for _ in range(3000):
        kernel.break_stick(rng, 0.8, people, logs)
        weights.append(np.exp(logs))
    assert np.sum(weights, axis=1) == pytest.approx(np.ones(3000))
    first = (1 + 6) / (1 + 6 + 0.8 + 4)
    second = (1 - first) * (1 + 3) / (1 + 3 + 0.8 + 1)
    assert np.mean(weights, axis=0) == pytest.approx([first, second, 1 - first - second], abs=0.012)
    # the variance of a Beta(7, 4.8)
    assert np.var(np.array(weights)[:, 0]) == pytest.approx(7 * 4.8 / (11.8**2 * 12.8), rel=0.12)


def test_unseen_people_are_moved_only_where_seen_ones_are_and_follow_their_density() -> None:
    rng = np.random.default_rng(9)
    seen, unseen, hits = whole(20, 0), whole(4, 7), np.array([[12, 9], [0, 0]])
    drawn = []
    for _ in range(6000):
        kernel.move_unseen(rng, 20, 2, 0.7, seen, unseen, hits)
        drawn.append(int(unseen[0]))
    assert unseen[1] == 7 and min(drawn) >= 0
    logs = np.array(
        [kernel.unseen_log_target(0, number, 2, 0.7, seen, whole(0, 7), hits) for number in range(3000)]
    )
    density = np.exp(logs - logs.max())
    density /= density.sum()
    for limit in (2, 5, 10, 20):
        assert np.mean(np.array(drawn) <= limit) == pytest.approx(density[: limit + 1].sum(), abs=0.035)


def test_swapped_classes_take_their_lists_along() -> None:
    hits = np.array([[1, 2], [3, 4], [5, 6]])
    kernel.swap_hits(2, 0, 2, hits)
    assert hits.tolist() == [[5, 6], [3, 4], [1, 2]]


def test_one_class_of_independent_lists_gives_their_posterior() -> None:
    """With one class the whole sampler is the independence model, whose hidden number has a known mean."""
    rng = np.random.default_rng(10)
    histories, counts = whole(1, 2, 3), whole(60, 40, 30)
    hidden = np.empty(4000)
    kernel.sweeps(
        rng,
        histories,
        counts,
        130,
        2,
        np.zeros(1),
        np.full((1, 2), 0.5),
        1.0,
        PRIOR,
        hidden,
        np.empty(1),
        np.empty(1, dtype=np.int64),
        np.empty(1, dtype=np.int64),
        np.empty(1, dtype=np.int64),
        np.empty((1, 2), dtype=np.int64),
    )
    numbers = np.arange(2000)
    n = 130 + numbers
    logs = gammaln(n) - gammaln(numbers + 1) + betaln(1 + 90, 1 + n - 90) + betaln(1 + 70, 1 + n - 70)
    density = np.exp(logs - logs.max())
    density /= density.sum()
    assert hidden.mean() == pytest.approx(float(density @ numbers), rel=0.03)
    assert hidden.var() == pytest.approx(float(density @ numbers**2 - (density @ numbers) ** 2), rel=0.15)


def test_sweeps_over_several_classes_fill_every_step_and_leave_a_state_that_is_one() -> None:
    rng = np.random.default_rng(11)
    logs, rates, hidden = np.log([0.5, 0.3, 0.2]), np.full((3, 2), 0.4), np.full(60, -1.0)
    people, unseen, hits = whole(0, 0, 0), whole(0, 0, 0), np.zeros((3, 2), dtype=np.int64)
    alpha = kernel.sweeps(
        rng, whole(1, 2, 3), whole(60, 40, 30), 130, 2, logs, rates, 1.0, PRIOR, hidden, np.empty(3), whole(0, 0, 0),
        people, unseen, hits,
    )  # fmt: skip
    assert (hidden >= 0).all() and hidden.std() > 0 and hidden[-1] == unseen.sum()
    assert people.sum() == 130 + hidden[-1] and hits.sum(axis=0).tolist() == [90, 70]
    assert np.exp(logs).sum() == pytest.approx(1.0) and ((rates > 0) & (rates < 1)).all()
    assert alpha > 0 and alpha != 1.0
