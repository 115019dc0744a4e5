"""Exact averaging over all decomposable graphs on three to seven lists; never a sampler, never a single best model.

For a decomposable graph g with hyper-Dirichlet prior of d counts per cell (Madigan & York 1997),
    log p(x | g) = sum over cliques of log f - sum over separators of log f,
    log f(A) = lgG(2^k d) - lgG(N + 2^k d) + sum over cells of A [lgG(x_A + d_A) - lgG(d_A)],   d_A = d 2^(k - |A|),
where N = n + hidden and only the all-zero cell depends on the hidden number. The prior of N is 1/N. Taking a graph
apart vertex by vertex, v with its neighbours B contributes log f(B + v) - log f(B): a graph costs one addition to
what is left of it, so all graphs of one size follow from all graphs on one list less.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline
from scipy.special import gammaln, logsumexp

from concerted.methods.prevalence._graphs import MAX_VERTICES, chordal_graphs, cliques
from concerted.methods.prevalence._overlap import refuse_without_overlap
from concerted.methods.prevalence._result import Caution, Citation, Diagnostics, Estimate, NotEstimable
from concerted.methods.prevalence._table import CaptureTable
from concerted.methods.prevalence._wording import Said

MADIGAN_YORK_1997 = Citation(
    "Madigan, D. and York, J. C.",
    1997,
    "Bayesian methods for estimation of the size of a closed population",
    "Biometrika 84(1), 19-31",
)

Floats = npt.NDArray[np.float64]

_BLOCK_BYTES = 24_000_000
_COARSE, _FINE = 250, 1000
_FIRST_REACH, _LAST_REACH, _STRETCH = 30, 30_720, 4
"""The grid's first and last upper end in people seen, and the step between."""
_NEGLIGIBLE = 1e-6
"""Posterior mass in the last hundredth of the grid that ends the search."""
_DROP = 45.0
_MOST_POINTS, _ALL_OF_THE_FIRST = 200_000, 2_000
_SHOWN_QUANTILES = (0.025, 0.1, 0.5, 0.9, 0.975)


def decomposable(
    table: CaptureTable,
    *,
    levels: Sequence[float] = (0.95,),
    delta: float | None = None,
    hidden_grid: Sequence[int] | None = None,
    top: int = 8,
) -> Estimate:
    """Posterior mean and quantiles of the whole population, averaged over every decomposable graph.

    table: three to seven lists. delta: prior counts per cell, default 2^-k. hidden_grid: numbers of hidden people to
    sum over, each counted once, ascending; by default all whole numbers from 0 to where the posterior's last
    hundredth holds less than 1e-6 of it, in exact arithmetic up to a spline's error (below 1e-8 of the mean). top:
    graphs listed.
    Diagnostics: median, quantiles, modes (estimate and the share of probability around each), top_graphs (model and
    probability), graphs, grid_reaches, tail_mass_last_1pct. Returns persons.
    Raises NotEstimable with fewer than three lists or more than seven, an empty list, or nobody on two lists. A tail
    that has not ended at 30,720 times the people seen is a warning.
    """
    _refuse_unfit(table)
    averaging = _Averaging(table, 2.0**-table.k if delta is None else delta)
    if hidden_grid is None:
        posterior = _posterior_to_negligible_tail(averaging)
    else:
        posterior = _posterior_on(averaging, np.asarray(hidden_grid, dtype=np.float64))
    return _answer(table, posterior, levels, top)


def _refuse_unfit(table: CaptureTable) -> None:
    if not 3 <= table.k <= MAX_VERTICES:
        raise NotEstimable(
            Said(
                "Averaging over decomposable graphs takes three to seven lists; the table has {}",
                "可分解图平均适用于三至七个名单；表中有 {} 个",
            ).format(table.k),
            remedy=Said(
                "Merge the smallest lists, or use another method", "请合并最小的名单，或改用其他方法"
            ),
        )
    refuse_without_overlap(table)


@dataclass(frozen=True)
class _Posterior:
    """hidden and mass: the grid of hidden numbers and its probabilities (sum 1). graphs: probability of each."""

    hidden: Floats
    mass: Floats
    density: Floats
    graphs: Floats
    tail: float


def _posterior_on(averaging: _Averaging, hidden: Floats) -> _Posterior:
    if len(hidden) == 0 or hidden[0] < 0 or np.any(np.diff(hidden) <= 0):
        raise ValueError("a grid of hidden numbers ascends from 0 or more")
    joint, graphs = averaging.sums(hidden, np.ones_like(hidden))
    mass = np.exp(joint - logsumexp(joint))
    return _Posterior(hidden, mass, mass, _shares(graphs), _tail(hidden, mass))


def _posterior_to_negligible_tail(averaging: _Averaging) -> _Posterior:
    for reach in _reaches(averaging):
        posterior = _refined(averaging, float(reach * averaging.n))
        if posterior.tail < _NEGLIGIBLE:
            break
    return posterior


def _reaches(averaging: _Averaging) -> Iterator[int]:
    """Upper ends worth trying, in people seen: where a coarse look finds a negligible tail, then the last."""
    nodes = np.geomspace(1, _LAST_REACH * averaging.n, _COARSE)
    joint, _ = averaging.sums(nodes, np.ones_like(nodes))
    density = np.exp(joint - joint.max())
    total = float(density @ _trapezoid(nodes))
    reach = _FIRST_REACH
    while reach < _LAST_REACH:
        upper = reach * averaging.n
        if 0.01 * upper * float(np.interp(upper, nodes, density)) < 2 * _NEGLIGIBLE * total:
            yield reach
        reach *= _STRETCH
    yield _LAST_REACH


def _refined(averaging: _Averaging, upper: float) -> _Posterior:
    """The posterior over all whole numbers from 0 to upper, by a spline through exact values where it matters."""
    offset = 1.0
    low, high = _region_that_matters(averaging, offset, upper)
    steps = np.linspace(np.log(low + offset), np.log(high + offset), _FINE)
    nodes = np.clip(np.exp(steps) - offset, low, high)
    joint, graphs = averaging.sums(nodes, _trapezoid(nodes))
    spline = CubicSpline(steps, joint)
    hidden, weights = _whole_numbers(low, high, offset)
    logs = spline(np.log(hidden + offset))
    mass = np.exp(logs - logs.max()) * weights
    total = mass.sum()
    tail = float(_tail(hidden, mass) / total) if high == upper else 0.0
    return _Posterior(hidden, mass / total, mass / weights, _shares(graphs), tail)


def _region_that_matters(averaging: _Averaging, offset: float, upper: float) -> tuple[float, float]:
    """Ends outside which the posterior is e^-45 below its height; found by looking ever closer."""
    low, high = 0.0, upper
    while True:
        steps = np.linspace(np.log(low + offset), np.log(high + offset), _COARSE)
        nodes = np.clip(np.exp(steps) - offset, low, high)
        joint, _ = averaging.sums(nodes, np.ones_like(nodes))
        bend = float(max(0.0, -np.diff(joint, 2).min()))
        near = np.flatnonzero(joint >= joint.max() - _DROP - bend)
        first, last = max(0, near[0] - 1), min(_COARSE - 1, near[-1] + 1)
        shrunk = last - first < _COARSE // 2
        low, high = max(0.0, np.floor(nodes[first])), min(upper, np.ceil(nodes[last]))
        if not shrunk or high - low < _COARSE:
            return low, high


def _whole_numbers(low: float, high: float, offset: float) -> tuple[Floats, Floats]:
    """Every whole number from low to high, or many points standing for them, and how many each stands for."""
    if high - low < _MOST_POINTS:
        hidden = np.arange(low, high + 1)
        return hidden, np.ones_like(hidden)
    near = np.arange(low, low + _ALL_OF_THE_FIRST)
    steps = np.linspace(np.log(near[-1] + offset), np.log(high + offset), _MOST_POINTS)[1:]
    hidden = np.concatenate((near, np.minimum(np.exp(steps) - offset, high)))
    weights = _trapezoid(hidden)
    weights[[0, -1]] += 0.5
    return hidden, weights


def _trapezoid(points: Floats) -> Floats:
    gaps = np.diff(points)
    return np.concatenate(([gaps[0]], gaps[:-1] + gaps[1:], [gaps[-1]])) / 2


def _tail(hidden: Floats, mass: Floats) -> float:
    return float(mass[hidden >= 0.99 * hidden[-1]].sum())


def _shares(logs: Floats) -> Floats:
    return np.exp(logs - logsumexp(logs))


class _Averaging:
    """The joint posterior of graph and hidden number, up to one constant."""

    def __init__(self, table: CaptureTable, delta: float) -> None:
        if not delta > 0:
            raise ValueError("prior counts per cell are positive")
        self.k, self.n = table.k, table.n
        self._prior_total = delta * (1 << table.k)
        self._clique_prior = np.array([delta * 2.0 ** (table.k - a.bit_count()) for a in range(1 << table.k)])
        self._zero_seen = np.zeros(1 << table.k)
        self._known = np.zeros(1 << table.k)
        histories = np.arange(1 << table.k)
        for a in range(1 << table.k):
            marginal = np.bincount(histories & a, weights=table.counts, minlength=1 << table.k)
            self._zero_seen[a] = marginal[0]
            d = self._clique_prior[a]
            positive = marginal[1:][marginal[1:] > 0]
            self._known[a] = (
                gammaln(self._prior_total) - gammaln(d) + np.sum(gammaln(positive + d) - gammaln(d))
            )

    def sums(self, hidden: Floats, weights: Floats) -> tuple[Floats, Floats]:
        """log p(x, hidden) summed over graphs, per hidden number; log p(x, g) summed over hidden x weights."""
        levels = _levels(self.k)
        width = max(4, _BLOCK_BYTES // (8 * len(levels[-2].parent)))
        rows = max(64, _BLOCK_BYTES // (8 * width))
        joint = np.empty(len(hidden))
        graphs = np.full(len(levels[-1].parent), -np.inf)
        for start in range(0, len(hidden), width):
            chunk = slice(start, start + width)
            joint[chunk] = self._chunk(hidden[chunk], np.log(weights[chunk]), graphs, rows)
        return joint, graphs

    def _chunk(self, hidden: Floats, log_weights: Floats, graphs: Floats, rows: int) -> Floats:
        levels = _levels(self.k)
        gains = self._gains(hidden)
        score = np.zeros((1, len(hidden)))
        for level in levels[:-1]:
            score = score[level.parent] + gains[level.gain]
        base = gammaln(self.n + hidden + 1) - gammaln(hidden + 1) - np.log(self.n + hidden)
        joint = np.full(len(hidden), -np.inf)
        last = levels[-1]
        for start in range(0, len(last.parent), rows):
            block = slice(start, start + rows)
            logs = score[last.parent[block]]
            logs += gains[last.gain[block]]
            height = logs.max(axis=0)
            logs -= height
            relative = np.exp(logs, out=logs)
            joint = np.logaddexp(joint, height + np.log(relative.sum(axis=0)))
            outer = height + base + log_weights
            reference = outer.max()
            with np.errstate(divide="ignore"):
                here = np.log(relative @ np.exp(outer - reference)) + reference
            graphs[block] = np.logaddexp(graphs[block], here)
        return joint + base

    def _gains(self, hidden: Floats) -> Floats:
        """Entry v 2^k + B: log f(B + v) - log f(B), shape (k 2^k, hidden numbers)."""
        size = 1 << self.k
        factor = gammaln((self._zero_seen + self._clique_prior)[:, None] + hidden)
        factor += self._known[:, None]
        gains = np.zeros((self.k * size, len(hidden)))
        sets = np.arange(size)
        for v in range(self.k):
            gains[v * size : (v + 1) * size] = factor[sets | 1 << v] - factor
        return gains


@dataclass(frozen=True)
class _Level:
    """Graphs on every set of one size, sets ascending: where the rest of each stands a level below; what it gains."""

    parent: npt.NDArray[np.int32]
    gain: npt.NDArray[np.int32]


@lru_cache(maxsize=MAX_VERTICES)
def _levels(k: int) -> tuple[_Level, ...]:
    by_size = [[s for s in range(1 << k) if s.bit_count() == size] for size in range(k + 1)]
    levels = []
    for size in range(1, k + 1):
        graphs = chordal_graphs(size)
        below = {s: i for i, s in enumerate(by_size[size - 1])}
        smaller = 1 if size == 1 else len(chordal_graphs(size - 1))
        parents, gains = [], []
        for members in by_size[size]:
            lists = np.array([v for v in range(k) if members >> v & 1])
            start = np.array([below[members & ~(1 << v)] * smaller for v in lists], dtype=np.int32)
            spread = np.array(
                [sum(1 << int(lists[b]) for b in range(size) if s >> b & 1) for s in range(1 << size)],
                dtype=np.int32,
            )
            parents.append(start[graphs.removed] + graphs.parent)
            gains.append((lists.astype(np.int32) << k)[graphs.removed] + spread[graphs.neighbours])
        levels.append(_Level(np.concatenate(parents), np.concatenate(gains)))
    return tuple(levels)


def _answer(table: CaptureTable, posterior: _Posterior, levels: Sequence[float], top: int) -> Estimate:
    population = posterior.hidden + table.n
    reached = np.cumsum(posterior.mass)

    def quantile(share: float) -> float:
        return float(np.rint(population[min(int(np.searchsorted(reached, share)), len(population) - 1)]))

    best = np.argsort(-posterior.graphs, kind="stable")[:top]
    codes = chordal_graphs(table.k).codes
    graphs = [
        {"model": graph_text(table.lists, int(codes[g])), "probability": float(posterior.graphs[g])}
        for g in best
    ]
    modes = _modes(population, posterior)
    return Estimate(
        method="decomposable",
        n_seen=table.n,
        estimate=float(population @ posterior.mass),
        interval={level: (quantile((1 - level) / 2), quantile((1 + level) / 2)) for level in levels},
        interval_kind="posterior",
        model=f"average of {len(codes)} decomposable graphs",
        citation=MADIGAN_YORK_1997,
        diagnostics=Diagnostics(
            more={
                "median": quantile(0.5),
                "quantiles": {f"{share:g}": quantile(share) for share in _SHOWN_QUANTILES},
                "modes": modes,
                "top_graphs": graphs,
                "graphs": len(codes),
                "grid_reaches": float(population[-1]),
                "tail_mass_last_1pct": posterior.tail,
            }
        ),
        warnings=_cautions(modes, posterior.tail),
    )


def graph_text(lists: Sequence[str], code: int) -> str:
    """A graph by its cliques, such as "[LA:NG, GO]"."""
    shown = [[v for v in range(len(lists)) if clique >> v & 1] for clique in cliques(code, len(lists))]
    return "[" + ", ".join(":".join(lists[v] for v in clique) for clique in sorted(shown)) + "]"


def _modes(population: Floats, posterior: _Posterior) -> list[dict[str, float]]:
    """Peaks that hold at least a hundredth of the probability between their valleys, most probable first."""
    slope = np.sign(np.diff(posterior.density))
    walk = slope[slope != 0]
    places = np.flatnonzero(slope != 0)
    valleys = places[1:][(walk[:-1] < 0) & (walk[1:] > 0)]
    edges = [0, *valleys.tolist(), len(population)]
    found = []
    for start, end in pairwise(edges):
        part = slice(start, end)
        share = float(posterior.mass[part].sum())
        if share >= 0.01:
            peak = start + int(np.argmax(posterior.density[part]))
            found.append({"estimate": float(np.rint(population[peak])), "share": share})
    return sorted(found, key=lambda mode: -mode["share"])


def _cautions(modes: list[dict[str, float]], tail: float) -> tuple[Caution, ...]:
    cautions = []
    if len(modes) > 1 and modes[1]["share"] >= 0.05:
        shown = ", ".join(f"{mode['estimate']:,.0f} ({mode['share']:.0%})" for mode in modes)
        text = Said(
            "Different graphs give different answers: the posterior has several peaks, at {}; its mean lies between "
            "them and describes none",
            "不同的图给出不同答案：后验分布有多个峰，位于 {}；均值落在峰之间，不代表任何一个",
        ).format(shown)
        cautions.append(Caution("several_modes", text, text.zh))
    if tail > _NEGLIGIBLE:
        text = Said(
            "The last hundredth of the grid still holds {:.1e} of the probability: the mean depends on where it ends",
            "网格最后百分之一仍含 {:.1e} 的概率：均值取决于网格终点",
        ).format(tail)
        cautions.append(Caution("tail_not_negligible", text, text.zh))
    return tuple(cautions)
