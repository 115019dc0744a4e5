"""Linkage error: the interval of the perfectly linked table is found again, and each kind of error is undone alone."""

from itertools import combinations

import numpy as np
import pytest
from tests.methods.prevalence.published import drawn, published, without_overlap

from concerted.errors import Invalid
from concerted.methods.prevalence import (
    CaptureTable,
    Link,
    NotEstimable,
    main_effects,
    over_linkages,
    under_link_probabilities,
    under_linkage_error,
)
from concerted.methods.prevalence._linkage_draws import (
    ErrorRates,
    _Breaking,
    _longest_first,
    draw_from_links,
    draw_from_rates,
    draw_rates,
)

PEOPLE, RATES = 4000, (0.25, 0.2, 0.15, 0.3)


def independent(table):
    return main_effects(table, bootstrap=0, levels=(0.95,))


def badly_linked(table, missed, false, rng):
    """The table as a linkage with known errors would show it, and the share of wrong links it made by pair of lists."""
    clusters = []
    for person, history in enumerate(np.repeat(np.arange(len(table.counts)), table.counts)):
        records = [i for i in range(table.k) if history >> i & 1]
        piece = {i: i for i in records}
        for i, j in combinations(records, 2):
            if rng.random() >= missed:
                kept, gone = piece[i], piece[j]
                piece = {record: kept if held == gone else held for record, held in piece.items()}
        clusters += [{i: person for i in records if piece[i] == name} for name in set(piece.values())]
    for i, j in combinations(range(table.k), 2):
        links = sum(i in cluster and j in cluster for cluster in clusters)
        for _ in range(rng.poisson(false / (1 - false) * links)):
            a = rng.choice(
                [place for place, cluster in enumerate(clusters) if i in cluster and j not in cluster]
            )
            others = [c for c in clusters if j in c and not c.keys() & clusters[a].keys()]
            other = others[rng.integers(len(others))]
            clusters[a].update(other)
            clusters = [c for c in clusters if c is not other]
    histories = [sum(1 << i for i in cluster) for cluster in clusters]
    wrong = {
        (table.lists[i], table.lists[j]): np.mean([c[i] != c[j] for c in clusters if i in c and j in c])
        for i, j in combinations(range(table.k), 2)
    }
    return CaptureTable(table.lists, np.bincount(histories, minlength=len(table.counts))), wrong


@pytest.mark.parametrize("pool", ["mixture", "rubin"])
@pytest.mark.parametrize(("missed", "false"), [(0.1, 0.0), (0.0, 0.05), (0.15, 0.05)])
def test_the_interval_of_the_perfectly_linked_table_is_recovered(missed, false, pool):
    naive, pooled, perfect = [], [], []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        truth = drawn(rng, PEOPLE, RATES)
        linked, wrong = badly_linked(truth, missed, false, rng)
        answers = [
            independent(truth),
            independent(linked),
            under_linkage_error(
                linked, independent, missed=missed, false=wrong, seed=seed, draws=30, pool=pool
            ),
        ]
        ends = [np.array([answer.estimate, *answer.interval[0.95]]) for answer in answers]
        perfect.append(ends[0])
        naive.append(ends[1] / ends[0] - 1)
        pooled.append(ends[2] / ends[0] - 1)
        assert answers[2].n_seen == pytest.approx(truth.n, rel=0.02)
    assert np.abs(np.mean(naive, axis=0)).min() > 0.05
    assert np.abs(np.mean(pooled, axis=0)).max() < 0.02
    assert np.abs(pooled).max() < 0.05


def test_without_errors_nothing_changes():
    table = published("Western")
    pooled = under_linkage_error(table, independent, missed=0.0, false=0.0, draws=3)
    alone = independent(table)
    assert pooled.estimate == pytest.approx(alone.estimate)
    assert pooled.interval[0.95] == pytest.approx(alone.interval[0.95])
    assert pooled.diagnostics.more["between_variance_log"] == pytest.approx(0, abs=1e-20)
    assert pooled.seed == 0
    rubin = under_linkage_error(table, independent, missed=0.0, false=0.0, draws=3, pool="rubin")
    assert rubin.estimate == pytest.approx(alone.estimate)
    assert rubin.interval[0.95] == pytest.approx(alone.interval[0.95], rel=0.01)


def test_doubt_widens_the_interval():
    table = published("UKdat_5")
    sure = under_linkage_error(table, independent, missed=0.1, false=0.02, seed=1)
    unsure = under_linkage_error(table, independent, missed=(5, 50), false=(1, 50), seed=1)
    for answer in (sure, unsure):
        assert answer.diagnostics.resamples_used == 50
    assert unsure.diagnostics.more["between_variance_log"] > 3 * sure.diagnostics.more["between_variance_log"]
    low, high = unsure.interval[0.95]
    assert high / low > sure.interval[0.95][1] / sure.interval[0.95][0]


def test_the_same_seed_draws_the_same_linkages():
    answers = [
        under_linkage_error(published("Western"), independent, missed=0.1, false=0.02, seed=seed, draws=8)
        for seed in (3, 3, 4)
    ]
    assert answers[0] == answers[1]
    assert answers[0].estimate != answers[2].estimate


def test_chances_to_break_add_up_and_follow_the_paths_by_hand():
    missed = np.array([[0, 0.1, 0.2], [0.1, 0, 0.3], [0.2, 0.3, 0]])
    breaking = _Breaking(3, missed)
    assert breaking.connected[[0b011, 0b101, 0b110]] == pytest.approx([0.9, 0.8, 0.7])
    whole = 1 - 0.1 * 0.2 * 0.7 - 0.1 * 0.3 * 0.8 - 0.2 * 0.3 * 0.9 - 0.1 * 0.2 * 0.3
    assert breaking.connected[0b111] == pytest.approx(whole)
    pieces = breaking.pieces(0b111, 100_000, np.random.default_rng(1))
    broken = 1 - whole
    assert pieces[0b111] == 0
    assert pieces[0b011] / 100_000 == pytest.approx(0.2 * 0.3 * 0.9 / broken, rel=0.02)
    assert pieces[0b110] / 100_000 == pytest.approx(0.1 * 0.2 * 0.7 / broken, rel=0.02)
    records = sum(int(count) * history.bit_count() for history, count in enumerate(pieces))
    assert records == 300_000


@pytest.mark.parametrize(("missed", "false"), [(0.3, 0.0), (0.0, 0.3), (0.2, 0.2)])
def test_every_record_is_kept_whatever_is_drawn(missed, false):
    table = published("NewOrl")
    rng = np.random.default_rng(1)
    rates = draw_rates(table.lists, missed, false, rng)
    for _ in range(20):
        again = draw_from_rates(table, rates, rng)
        for i in range(table.k):
            on = (np.arange(256) >> i & 1).astype(bool)
            assert again.counts[on].sum() == table.counts[on].sum()
        assert again.counts.min() >= 0


def test_missed_links_shrink_the_people_and_false_links_hide_some():
    table, rng = published("UKdat_5"), np.random.default_rng(1)
    zero = np.zeros((5, 5))
    some = np.full((5, 5), 0.2)
    assert draw_from_rates(table, ErrorRates(some, zero), rng).n < table.n
    assert draw_from_rates(table, ErrorRates(zero, some), rng).n > table.n


def test_false_links_are_undone_in_their_share():
    table = CaptureTable.from_histories("AB", {1: 500, 2: 400, 3: 200})
    rng = np.random.default_rng(1)
    rates = draw_rates("AB", 0.0, {("B", "A"): 0.1}, rng)
    both = [draw_from_rates(table, rates, rng).counts[3] for _ in range(400)]
    assert np.mean(both) == pytest.approx(180, rel=0.01)
    assert np.var(both) == pytest.approx(200 * 0.1 * 0.9, rel=0.2)


def test_missed_links_are_undone_in_their_share():
    table = CaptureTable.from_histories("AB", {1: 500, 2: 400, 3: 90})
    rng = np.random.default_rng(1)
    rates = draw_rates("AB", 0.1, 0.0, rng)
    both = [draw_from_rates(table, rates, rng).counts[3] for _ in range(400)]
    assert np.mean(both) == pytest.approx(100, rel=0.01)


@pytest.mark.parametrize(
    "rate", [-0.1, 1.0, 1.5, (3, 2), (-1, 4), {("A", "X"): 0.1}, {("A", "A"): 0.1}], ids=str
)
def test_rates_that_are_none_are_errors(rate):
    with pytest.raises(Invalid):
        under_linkage_error(
            CaptureTable.from_histories("AB", {1: 5, 2: 4, 3: 3}), independent, missed=rate, false=0.0
        )


RECORDS = [0, 0, 1, 1, 2]


def test_sure_links_join_records_through_others():
    table = draw_from_links(
        "ABC", RECORDS, [Link(0, 2, 1.0), Link(2, 4, 1.0), Link(1, 3, 0.0)], np.random.default_rng(1)
    )
    assert table == CaptureTable.from_histories("ABC", {0b111: 1, 0b001: 1, 0b010: 1})


def test_a_link_that_would_hold_one_list_twice_gives_way_to_the_more_probable():
    links = [Link(1, 2, 0.999999), Link(0, 2, 1.0)]
    table = draw_from_links("ABC", RECORDS, links, np.random.default_rng(1))
    assert table == CaptureTable.from_histories("ABC", {0b011: 1, 0b001: 1, 0b010: 1, 0b100: 1})


def test_links_are_drawn_as_often_as_they_are_probable():
    rng = np.random.default_rng(1)
    joined = [draw_from_links("AB", [0, 1], [Link(0, 1, 0.3)], rng).counts[3] for _ in range(3000)]
    assert np.mean(joined) == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize(
    ("records", "link"),
    [
        ([0, 1], Link(0, 2, 0.5)),
        ([0, 1], Link(-1, 1, 0.5)),
        ([0, 0], Link(0, 1, 0.5)),
        ([0, 1], Link(0, 1, 1.5)),
        ([0, 2], Link(0, 1, 0.5)),
    ],
    ids=["no such record", "negative record", "one list", "no probability", "no such list"],
)
def test_links_that_cannot_be_are_errors(records, link):
    with pytest.raises(Invalid):
        draw_from_links("AB", records, [link], np.random.default_rng(1))


def test_estimates_over_link_probabilities_lie_around_the_truth():
    rng = np.random.default_rng(5)
    on = rng.random((1500, 3)) < (0.4, 0.35, 0.3)
    records = [(person, i) for person, lists in enumerate(on) for i in range(3) if lists[i]]
    place = {record: number for number, record in enumerate(records)}
    links = [
        Link(place[person, i], place[person, j], 0.95)
        for person, lists in enumerate(on)
        for i, j in combinations(range(3), 2)
        if lists[i] and lists[j]
    ]
    answer = under_link_probabilities("ABC", [i for _, i in records], links, independent, draws=20, seed=1)
    assert answer.interval[0.95][0] < 1500 * 1.05
    assert answer.interval[0.95][1] > 1500
    assert answer.model == "main-effects over 20 linkages"


def test_refused_linkages_are_counted_and_too_many_refuse_the_answer():
    good, bad = published("Western"), without_overlap()
    answer = over_linkages([good, good, bad], independent)
    assert (answer.diagnostics.resamples_used, answer.diagnostics.resamples_refused) == (2, 1)
    assert {caution.code for caution in answer.warnings} == {"linkages_refused"}
    with pytest.raises(NotEstimable, match="2 of 4"):
        over_linkages([good, good, bad, bad], independent)


def test_rubins_rules_by_hand():
    tables = [published("Western"), published("NewOrl_5"), published("UKdat_5")]
    told = []
    answer = over_linkages(tables, independent, pool="rubin", progress=told.append)
    fits = [independent(table) for table in tables]
    logs = np.log([fit.hidden for fit in fits])
    assert answer.diagnostics.more["between_variance_log"] == pytest.approx(np.var(logs, ddof=1))
    seen = np.mean([fit.n_seen for fit in fits])
    assert answer.estimate == pytest.approx(seen + np.exp(logs.mean()))
    within = answer.diagnostics.more["within_variance_log"]
    added = 4 / 3 * np.var(logs, ddof=1)
    from scipy.stats import t

    reach = t.ppf(0.975, 2 * (1 + within / added) ** 2) * np.sqrt(within + added)
    assert answer.interval[0.95] == pytest.approx(
        (seen + np.exp(logs.mean() - reach), seen + np.exp(logs.mean() + reach))
    )
    assert told == pytest.approx([1 / 3, 2 / 3, 1])
    assert answer.diagnostics.more["lowest_estimate"] == pytest.approx(min(fit.estimate for fit in fits))
    assert answer.diagnostics.more["highest_estimate"] == pytest.approx(max(fit.estimate for fit in fits))


def test_a_method_without_an_interval_cannot_be_pooled():
    with pytest.raises(ValueError, match="interval"):
        over_linkages([published("Western")] * 2, lambda table: main_effects(table, bootstrap=0, levels=()))


def test_link_probabilities_are_drawn_by_their_seed_and_progress_is_told():
    records, links = [0, 1] * 40, [Link(2 * i, 2 * i + 1, 0.5) for i in range(40)]
    told = []
    first, again, other, none, zero = (
        under_link_probabilities("AB", records, links, independent, draws=4, seed=seed, progress=told.append)
        for seed in (3, 3, 4, None, 0)
    )
    assert first == again and first.seed == 3
    assert other.estimate != first.estimate
    assert none == zero and none.seed == 0
    assert told[:4] == [0.25, 0.5, 0.75, 1.0]


def test_histories_are_undone_from_the_longest_down():
    assert _longest_first(3) == [7, 3, 5, 6]
    assert _longest_first(2) == [3]
