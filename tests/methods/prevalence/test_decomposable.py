"""Exact averaging: every graph counted once, dga's numbers met, and what dga cannot do."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln, logsumexp
from tests.methods.prevalence.published import published, recorded, reordered, without_overlap

from concerted.methods.prevalence import CaptureTable, NotEstimable, decomposable
from concerted.methods.prevalence._decomposable import _levels, graph_text
from concerted.methods.prevalence._graphs import chordal_graphs, cliques, edge

MEASURED = ("UKdat_5", "Ned_5", "NewOrl_5", "Western")


@pytest.fixture(autouse=True)
def _listed_anew() -> None:
    """Graphs are kept after the first call; each test lists its own."""
    chordal_graphs.cache_clear()
    _levels.cache_clear()


@pytest.mark.parametrize(("vertices", "graphs"), [(1, 1), (2, 2), (3, 8), (4, 61), (5, 822), (6, 18154)])
def test_every_decomposable_graph_is_listed_once(vertices, graphs):
    codes = chordal_graphs(vertices).codes
    assert len(codes) == graphs == len(set(codes.tolist()))


@pytest.mark.parametrize("vertices", [2, 3, 4, 5])
def test_a_graph_without_its_first_vertex_is_its_parent_and_that_vertex_saw_a_clique(vertices):
    graphs, smaller = chordal_graphs(vertices), chordal_graphs(vertices - 1)
    for code, removed, mask, parent in zip(
        graphs.codes, graphs.removed, graphs.neighbours, graphs.parent, strict=True
    ):
        edges = [(a, b) for b in range(vertices) for a in range(b) if code >> edge(a, b) & 1]
        seen = {a + b - removed for a, b in edges if removed in (a, b)}
        assert mask == sum(1 << v for v in seen)
        assert all((min(a, b), max(a, b)) in edges for a in seen for b in seen if a != b)
        left = [(a - (a > removed), b - (b > removed)) for a, b in edges if removed not in (a, b)]
        assert smaller.codes[parent] == sum(1 << edge(a, b) for a, b in left)


@pytest.mark.parametrize("vertices", [0, 8])
def test_graphs_out_of_reach_are_refused(vertices):
    with pytest.raises(ValueError, match="1 to 7"):
        chordal_graphs(vertices)


def test_a_graph_left_out_has_a_ring_without_a_chord():
    codes = set(chordal_graphs(4).codes.tolist())
    rings = {
        sum(1 << edge(a, b) for a, b in ((0, i), (i, j), (j, k), (k, 0)))
        for i, j, k in ((1, 2, 3), (1, 3, 2), (2, 1, 3))
    }
    assert set(range(64)) - codes == rings


def test_graphs_are_told_by_their_cliques():
    path = sum(1 << edge(a, b) for a, b in ((0, 1), (1, 2)))
    assert cliques(path, 4) == [0b0011, 0b0110, 0b1000]
    assert graph_text(("LA", "NG", "PF", "GO"), path) == "[LA:NG, NG:PF, GO]"
    assert cliques((1 << 6) - 1, 4) == [0b1111]


def grid_of(name, which):
    n = published(name).n
    return (
        np.unique(np.round(np.linspace(1, 30 * n, 1000)))
        if which == "dga_grid1000"
        else np.arange(1, 30 * n + 1)
    )


@pytest.mark.parametrize(
    ("name", "which"), [*((name, "dga_grid1000") for name in MEASURED), ("NewOrl_5", "dga_full")]
)
def test_on_the_recorded_grid_mean_quantiles_mode_and_graphs_are_dgas(name, which):
    theirs = recorded()[name][which]
    ours = decomposable(published(name), hidden_grid=grid_of(name, which))
    more = ours.diagnostics.more
    assert ours.estimate == pytest.approx(theirs["mean"], rel=1e-8)
    assert more["quantiles"] == theirs["quantiles"]
    assert theirs["mode"] in {mode["estimate"] for mode in more["modes"]}
    assert more["tail_mass_last_1pct"] == pytest.approx(theirs["tail_mass_last_1pct"], rel=1e-6)
    assert [graph["probability"] for graph in more["top_graphs"]] == pytest.approx(
        [graph["posterior"] for graph in theirs["top_graphs"]], rel=1e-8
    )
    assert more["graphs"] == 822


@pytest.mark.parametrize("name", ["UKdat_5", "NewOrl_5"])
def test_its_own_grid_gives_what_every_whole_number_gives(name):
    ours = decomposable(published(name))
    reaches = int(ours.diagnostics.more["grid_reaches"]) - published(name).n
    every = decomposable(published(name), hidden_grid=range(reaches + 1))
    assert ours.estimate == pytest.approx(every.estimate, rel=1e-8)
    assert ours.interval == every.interval
    assert ours.diagnostics.more["median"] == every.diagnostics.more["median"]
    assert ours.diagnostics.more["tail_mass_last_1pct"] < 1e-6


def test_the_grid_grows_until_its_tail_is_negligible():
    netherlands = decomposable(published("Ned_5"))
    short = decomposable(published("Ned_5"), hidden_grid=grid_of("Ned_5", "dga_grid1000"))
    assert short.diagnostics.more["tail_mass_last_1pct"] > 1e-4
    assert "tail_not_negligible" in {caution.code for caution in short.warnings}
    assert netherlands.diagnostics.more["tail_mass_last_1pct"] < 1e-6
    assert netherlands.diagnostics.more["grid_reaches"] > 31 * 8234
    assert netherlands.estimate > short.estimate


def test_a_posterior_of_several_peaks_lists_them():
    uk = decomposable(published("UKdat_5"))
    assert [round(mode["estimate"], -2) for mode in uk.diagnostics.more["modes"]] == [24300, 11700]
    assert sum(mode["share"] for mode in uk.diagnostics.more["modes"]) == pytest.approx(1, abs=1e-3)
    assert "several_modes" in {caution.code for caution in uk.warnings}
    assert "several_modes" not in {caution.code for caution in decomposable(published("NewOrl_5")).warnings}


def by_hand(table, hidden, delta):
    """Log joint density of each graph on three lists and each hidden number, from the definition."""
    k, names = table.k, range(table.k)
    logs = []
    for code in range(1 << len(list(combinations(names, 2)))):
        held = [pair for pair in combinations(names, 2) if code >> edge(*pair) & 1]
        blocks = cliques(code, k)
        separators = [1 << (set(held[0]) & set(held[1])).pop()] if len(held) == 2 else []
        total = np.zeros(len(hidden))
        for sign, sets in ((1, blocks), (-1, separators)):
            for members in sets:
                d = delta * 2 ** (k - members.bit_count())
                cells = {}
                for history, count in enumerate(table.counts):
                    cells[history & members] = cells.get(history & members, 0) + np.asarray(float(count))
                cells[0] = cells[0] + hidden
                total = total + sign * (gammaln(8 * delta) - gammaln(table.n + hidden + 8 * delta))
                for count in cells.values():
                    total = total + sign * (gammaln(count + d) - gammaln(d))
        population = table.n + hidden
        logs.append(total + gammaln(population + 1) - gammaln(hidden + 1) - np.log(population))
    return np.array(logs)


@pytest.mark.parametrize("delta", [0.125, 1.0])
def test_three_lists_follow_the_formula(delta):
    table = CaptureTable.from_histories("ABC", {1: 9, 2: 7, 4: 12, 3: 3, 5: 2, 6: 1, 7: 1})
    hidden = np.arange(0.0, 800.0)
    joint = by_hand(table, hidden, delta)
    mass = np.exp(logsumexp(joint, axis=0) - logsumexp(joint))
    ours = decomposable(table, hidden_grid=hidden, delta=delta, top=8)
    assert ours.estimate == pytest.approx(float((hidden + table.n) @ mass), rel=1e-10)
    graphs = np.sort(np.exp(logsumexp(joint, axis=1) - logsumexp(joint)))[::-1]
    assert [graph["probability"] for graph in ours.diagnostics.more["top_graphs"]] == pytest.approx(
        graphs, rel=1e-8
    )
    default = decomposable(table, hidden_grid=hidden)
    assert (default.estimate == ours.estimate) == (delta == 0.125)


@settings(max_examples=8, deadline=None)
@given(st.permutations(range(5)))
def test_the_order_of_lists_does_not_matter(order):
    table = published("NewOrl_5")
    ours, moved = decomposable(table), decomposable(reordered(table, order))
    assert moved.estimate == pytest.approx(ours.estimate, rel=1e-9)
    assert moved.interval == ours.interval


def test_six_lists_are_averaged_and_agree_with_five_in_kind():
    uk = decomposable(published("UKdat"))
    assert uk.diagnostics.more["graphs"] == 18154
    assert 10_000 < uk.estimate < 25_000


@pytest.mark.thorough
def test_large_tables_take_points_that_stand_for_whole_numbers():
    big = CaptureTable.from_histories("ABC", {1: 3_000, 2: 2_500, 4: 2_000, 3: 15, 5: 12, 6: 9, 7: 1})
    ours = decomposable(big, levels=(0.95, 0.5))
    centre = ours.diagnostics.more["median"]
    every = decomposable(big, hidden_grid=range(int(ours.diagnostics.more["grid_reaches"]) - big.n + 1))
    assert ours.estimate == pytest.approx(every.estimate, rel=1e-6)
    for end, same in zip(ours.interval[0.95], every.interval[0.95], strict=True):
        assert end == pytest.approx(same, rel=1e-4)
    assert ours.interval[0.5][0] < centre < ours.interval[0.5][1]


@pytest.mark.parametrize(
    "table",
    [
        CaptureTable.from_histories("AB", {1: 5, 2: 5, 3: 5}),
        published("NewOrl"),
        without_overlap(),
        CaptureTable.from_histories("ABC", {1: 8, 2: 9, 3: 4}),
    ],
    ids=["two lists", "eight lists", "no overlap", "empty list"],
)
def test_tables_that_cannot_be_averaged_are_refused(table):
    with pytest.raises(NotEstimable) as refusal:
        decomposable(table)
    assert refusal.value.what.zh


@pytest.mark.parametrize("grid", [[], [-1, 3], [3, 3], [5, 4]])
def test_a_grid_that_does_not_ascend_from_nobody_is_an_error(grid):
    with pytest.raises(ValueError, match="ascends"):
        decomposable(published("NewOrl_5"), hidden_grid=grid)


def test_prior_counts_must_be_positive():
    with pytest.raises(ValueError, match="positive"):
        decomposable(published("NewOrl_5"), delta=0.0)


def test_the_answer_says_what_it_is():
    ours = decomposable(published("NewOrl_5"), levels=(0.95, 0.8), top=3)
    assert (ours.method, ours.n_seen, ours.interval_kind) == ("decomposable", 185, "posterior")
    assert ours.interval[0.95][0] < ours.interval[0.8][0] < ours.interval[0.8][1] < ours.interval[0.95][1]
    assert len(ours.diagnostics.more["top_graphs"]) == 3
    assert ours.to_json()["interval"]["0.95"] == list(ours.interval[0.95])
