"""Chao's bound and two lists: equal to what is published, refused where the lists cannot carry a number."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.methods.prevalence.published import FILES, drawn, published, recorded, reordered, without_overlap

from concerted.methods.prevalence import (
    CaptureTable,
    NotEstimable,
    chao_lower_bound,
    chapman,
    chapman_pairs,
    lincoln_petersen,
)


@pytest.mark.parametrize("name", FILES)
def test_chaos_bound_equals_rcaptures_on_every_published_table(name):
    theirs = recorded()[name]["rc_closedp"]["bc_Mh_Chao"]
    ours = chao_lower_bound(published(name))
    assert ours.estimate == pytest.approx(theirs["abundance"], rel=1e-9)
    assert ours.diagnostics.more["standard_error"] == pytest.approx(theirs["stderr"], rel=0.01)


def test_chaos_bound_and_its_interval_by_hand():
    table = CaptureTable.from_histories("ABC", {1: 10, 2: 8, 4: 2, 3: 4, 7: 1})
    answer = chao_lower_bound(table, levels=(0.95, 0.5))
    hidden = 2 / 3 * 20 * 19 / 10
    variance = hidden + (2 / 3) ** 2 * 20 * 39**2 / (4 * 25) + (2 / 3) ** 2 * 400 * 4 * 19**2 / (4 * 5**4)
    factor = math.exp(1.959963984540054 * math.sqrt(math.log(1 + variance / hidden**2)))
    assert answer.n_seen == 25
    assert answer.estimate == pytest.approx(25 + hidden)
    assert answer.interval[0.95] == pytest.approx((25 + hidden / factor, 25 + hidden * factor))
    assert (
        answer.interval[0.95][0]
        < answer.interval[0.5][0]
        < answer.interval[0.5][1]
        < answer.interval[0.95][1]
    )
    assert answer.diagnostics.more == {
        "f1": 20,
        "f2": 4,
        "standard_error": pytest.approx(math.sqrt(variance)),
    }
    assert (answer.method, answer.interval_kind) == ("chao", "log-normal")
    assert [caution.code for caution in answer.warnings] == ["lower_bound"]
    assert all(caution.text_zh for caution in answer.warnings)


def test_one_person_seen_once_adds_nobody_and_says_so():
    answer = chao_lower_bound(CaptureTable.from_histories("ABC", {1: 1, 3: 4, 6: 3, 5: 2}))
    assert answer.estimate == 10
    assert answer.interval[0.95] == (10, 10)
    assert "bound_is_seen" in {caution.code for caution in answer.warnings}


def test_a_bound_without_anybody_on_exactly_two_lists_warns():
    answer = chao_lower_bound(CaptureTable.from_histories("ABC", {1: 9, 2: 3, 7: 2}))
    assert answer.estimate == pytest.approx(14 + 2 / 3 * 12 * 11 / 2)
    assert "no_pairs_seen" in {caution.code for caution in answer.warnings}


@pytest.mark.parametrize(
    "table",
    [
        CaptureTable.from_histories("A", {1: 30}),
        CaptureTable.from_histories("AB", {3: 30}),
        without_overlap(),
        CaptureTable.from_histories("ABC", {1: 5, 3: 4, 5: 2}),
        CaptureTable.from_histories("ABC", {3: 5, 4: 4, 7: 2}),
        CaptureTable.from_histories("ABC", {1: 5, 2: 4, 3: 2}),
    ],
    ids=["one list", "copies", "no overlap", "everybody on one", "two alike", "an empty one"],
)
def test_chaos_bound_is_refused_where_lists_say_nothing(table):
    with pytest.raises(NotEstimable) as refusal:
        chao_lower_bound(table)
    assert refusal.value.what.zh
    assert refusal.value.remedy.zh


@given(st.permutations(range(5)))
def test_the_order_of_lists_does_not_matter_to_the_bound(order):
    table = published("Western")
    assert chao_lower_bound(reordered(table, order)).estimate == chao_lower_bound(table).estimate


TWO = CaptureTable.from_histories("AB", {1: 60, 2: 30, 3: 20})


def test_chapman_and_lincoln_petersen_by_hand():
    answer = chapman(TWO)
    variance = 81 * 51 * 60 * 30 / (21**2 * 22)
    factor = math.exp(1.959963984540054 * math.sqrt(math.log(1 + variance / (81 * 51 / 21 - 1 - 110) ** 2)))
    hidden = 81 * 51 / 21 - 1 - 110
    assert answer.estimate == pytest.approx(81 * 51 / 21 - 1)
    assert answer.diagnostics.more["standard_error"] == pytest.approx(math.sqrt(variance))
    assert answer.interval[0.95] == pytest.approx((110 + hidden / factor, 110 + hidden * factor))
    assert {key: answer.diagnostics.more[key] for key in ("first", "second", "both")} == {
        "first": 80,
        "second": 50,
        "both": 20,
    }
    assert lincoln_petersen(TWO).estimate == pytest.approx(80 * 50 / 20)
    assert (answer.method, lincoln_petersen(TWO).method) == ("chapman", "lincoln-petersen")
    assert [caution.code for caution in answer.warnings] == ["independence_untestable"]


def test_a_named_pair_leaves_the_other_lists_out_and_says_so():
    table = published("UKdat_5")
    answer = chapman(table, pair=("PFNCA", "GO"))
    i, j = table.lists.index("PFNCA"), table.lists.index("GO")
    on = np.arange(32)
    first, second = (on >> i & 1) == 1, (on >> j & 1) == 1
    n1, n2, m = (int(table.counts[mask].sum()) for mask in (first, second, first & second))
    assert answer.estimate == pytest.approx((n1 + 1) * (n2 + 1) / (m + 1) - 1)
    assert answer.n_seen == table.n
    assert answer.model == "[PFNCA, GO]"
    assert "lists_left_out" in {caution.code for caution in answer.warnings}


def test_few_people_on_both_lists_is_said():
    few = chapman(CaptureTable.from_histories("AB", {1: 40, 2: 30, 3: 6}))
    enough = chapman(CaptureTable.from_histories("AB", {1: 40, 2: 30, 3: 7}))
    assert "small_overlap" in {caution.code for caution in few.warnings}
    assert "small_overlap" not in {caution.code for caution in enough.warnings}


@pytest.mark.parametrize("method", [chapman, lincoln_petersen])
@pytest.mark.parametrize(
    ("table", "pair"),
    [
        (CaptureTable.from_histories("AB", {1: 5, 2: 5}), None),
        (CaptureTable.from_histories("AB", {1: 5, 3: 5}), None),
        (CaptureTable.from_histories("AB", {2: 5, 3: 5}), None),
        (published("UKdat_5"), None),
        (published("UKdat_5"), ("LA", "XX")),
        (published("UKdat_5"), ("LA", "LA")),
        (CaptureTable.from_histories("ABC", {1: 1, 2: 1, 3: 50, 4: 400}), ("A", "B")),
    ],
    ids=[
        "no overlap",
        "second within first",
        "first within second",
        "no pair",
        "unknown",
        "same",
        "below seen",
    ],
)
def test_two_lists_that_cannot_carry_a_number_are_refused(method, table, pair):
    with pytest.raises(NotEstimable):
        method(table, pair=pair)


def test_every_pair_answers_or_refuses():
    answers = chapman_pairs(published("Western"))
    assert len(answers) == 10
    assert any(isinstance(answer, NotEstimable) for answer in answers.values())
    assert any(not isinstance(answer, NotEstimable) for answer in answers.values())


def test_chapman_covers_the_truth_of_independent_lists():
    rng = np.random.default_rng(7)
    answers = [chapman(drawn(rng, 1000, (0.3, 0.2))) for _ in range(200)]
    covered = sum(answer.interval[0.95][0] <= 1000 <= answer.interval[0.95][1] for answer in answers)
    assert 180 <= covered <= 198
    assert np.mean([answer.estimate for answer in answers]) == pytest.approx(1000, rel=0.03)
