"""How far an estimate moves when what nobody can test is varied: lists left out or merged, dependence assumed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from concerted.errors import Invalid
from concerted.methods.prevalence._result import Citation, Estimate, NotEstimable
from concerted.methods.prevalence._table import CaptureTable
from concerted.methods.prevalence._wording import Said

Estimator = Callable[[CaptureTable], Estimate]

ODDS_FACTORS: tuple[float, ...] = (0.25, 1 / 3, 0.5, 2 / 3, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)
"""By how much the odds ratio that no table holds may differ from the one a model takes for granted."""

ODDS_CITATION = Citation(
    "Aleshin-Guendel S, Sadinle M, Wakefield J",
    2024,
    "The central role of the identifying assumption in population size estimation",
    "Biometrics 80(1); arXiv:2101.09304",
)
CONSISTENCY_CITATION = Citation(
    "Binette O, Steorts RC",
    2022,
    "On the reliability of multiple systems estimation for the quantification of modern slavery",
    "Journal of the Royal Statistical Society A 185(2), 640-676",
)
DROPPING_CITATION = Citation(
    "Sharifi Far S et al",
    2021,
    "Multiple systems estimation for modern slavery: robustness of list omission and combination",
    "Crime & Delinquency 67(13-14); doi:10.1177/0011128720951429",
)


@dataclass(frozen=True)
class Changed:
    """The estimate from a table with one list left out or two merged.

    lists: the list left out, or the two merged. n_seen: people the changed table still holds. answer: the estimate,
    or None where `refused` says why there is none.
    """

    lists: tuple[str, ...]
    n_seen: int
    answer: Estimate | None
    refused: NotEstimable | None = None


@dataclass(frozen=True)
class OddsPoint:
    """One point of the curve: the whole population if the k-way odds ratio were `factor` times the one assumed."""

    factor: float
    estimate: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Foretold:
    """Whether a method foretells a list that is known: people on `list` whom no other list holds.

    known: people on the list, all of them known. held_elsewhere: those of them some other list holds too, all that
    the method was shown. answer: its estimate of `known`, or None where `refused` says why not.
    """

    list: str
    known: int
    held_elsewhere: int
    answer: Estimate | None
    refused: NotEstimable | None = None

    def within(self, level: float = 0.95) -> bool | None:
        """Whether the interval at this level holds the truth; None where there is no answer."""
        if self.answer is None or level not in self.answer.interval:
            return None
        low, high = self.answer.interval[level]
        return low <= self.known <= high


def without_list(table: CaptureTable, name: str) -> CaptureTable:
    """The table had this list never been kept: people only on it vanish. Raises Invalid for a list it has not."""
    position = _position(table, name)
    return _collapsed(table, [i for i in range(table.k) if i != position], {})


def with_merged(table: CaptureTable, first: str, second: str) -> CaptureTable:
    """The table with two lists as one that holds whoever is on either. Raises Invalid for lists it has not."""
    one, other = sorted((_position(table, first), _position(table, second)))
    if one == other:
        raise Invalid(Said("A list cannot be merged with itself.", "名单不能与自身合并。"), where=first)
    return _collapsed(table, [i for i in range(table.k) if i != other], {one: other})


def only_on(table: CaptureTable, name: str) -> tuple[CaptureTable, int]:
    """The people of one list as the other lists hold them, and how many the list holds in all."""
    position = _position(table, name)
    histories = np.arange(1 << table.k)
    inside = np.where(histories >> position & 1, table.counts, 0)
    kept = [i for i in range(table.k) if i != position]
    counts = np.zeros(1 << len(kept), dtype=np.int64)
    np.add.at(counts, _squeezed(histories, kept, {}), inside)
    known = int(counts.sum())
    counts[0] = 0
    return CaptureTable(tuple(table.lists[i] for i in kept), counts), known


def leave_one_out(table: CaptureTable, estimator: Estimator) -> tuple[Changed, ...]:
    """The estimate without each list in turn, of the same population. Sharifi Far et al. (2021)."""
    return tuple(_changed((name,), without_list(table, name), estimator) for name in table.lists)


def merge_pairs(table: CaptureTable, estimator: Estimator) -> tuple[Changed, ...]:
    """The estimate with each pair of lists merged, of the same population. Sharifi Far et al. (2021)."""
    return tuple(
        _changed(pair, with_merged(table, *pair), estimator) for pair in combinations(table.lists, 2)
    )


def odds_ratio_curve(
    answer: Estimate, factors: Sequence[float] = ODDS_FACTORS, *, level: float = 0.95
) -> tuple[OddsPoint, ...]:
    """The estimate were the k-way odds ratio not the one the model takes for granted but `factor` times it.

    Every point fits the observed counts equally well: mu_w of the observed histories stay and only the hidden cell
    moves, mu_0(factor) = factor * mu_0, since log mu_0 = sum over w of (-1)^(|w|+1) log mu_w + log(k-way odds
    ratio). Aleshin-Guendel, Sadinle & Wakefield (2024). Raises Invalid for a factor that is not positive.
    """
    if any(not factor > 0 for factor in factors):
        raise Invalid(
            Said("An odds ratio is a positive number.", "优势比必须为正数。"),
            remedy=Said("Give factors above 0, such as 0.5 and 2.", "请给出大于 0 的倍数，如 0.5 和 2。"),
        )
    low, high = answer.interval.get(level, (None, None))
    return tuple(
        OddsPoint(
            factor,
            _moved(answer.n_seen, answer.estimate, factor),
            None if low is None else _moved(answer.n_seen, low, factor),
            None if high is None else _moved(answer.n_seen, high, factor),
        )
        for factor in factors
    )


def internal_consistency(table: CaptureTable, estimator: Estimator) -> tuple[Foretold, ...]:
    """For each list: its people as the others hold them, estimated, beside how many it truly holds.

    Binette & Steorts (2022). A method that fails here fails on a question whose answer is known; one that
    passes is not thereby right about the people on no list.
    """
    return tuple(_foretold(table, name, estimator) for name in table.lists)


def _foretold(table: CaptureTable, name: str, estimator: Estimator) -> Foretold:
    inside, known = only_on(table, name)
    if inside.n == known:
        # everybody on the list is on another too: nothing is hidden, so nothing can be foretold
        return Foretold(name, known, inside.n, None, _nothing_hidden(name))
    try:
        return Foretold(name, known, inside.n, estimator(inside))
    except NotEstimable as refused:
        return Foretold(name, known, inside.n, None, refused)


def _nothing_hidden(name: str) -> NotEstimable:
    return NotEstimable(
        Said(
            "Everybody on {name} is on another list too, so nothing is left to foretell.",
            "名单 {name} 上的人都在其他名单上，没有可预测的部分。",
        ).format(name=name),
        code="nothing_hidden",
    )


def _changed(lists: tuple[str, ...], table: CaptureTable, estimator: Estimator) -> Changed:
    try:
        return Changed(lists, table.n, estimator(table))
    except NotEstimable as refused:
        return Changed(lists, table.n, None, refused)


def _moved(n_seen: int, value: float, factor: float) -> float:
    return n_seen + factor * (value - n_seen)


def _position(table: CaptureTable, name: str) -> int:
    if name not in table.lists:
        raise Invalid(
            Said("The table has no list {name!r}.", "表中没有名单 {name!r}。").format(name=name),
            remedy=Said("Its lists are: {lists}", "表中的名单为：{lists}").format(
                lists=", ".join(table.lists)
            ),
        )
    return table.lists.index(name)


def _squeezed(
    histories: np.ndarray[tuple[int], np.dtype[np.int64]], kept: Sequence[int], joined: dict[int, int]
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Each history over the kept lists only; a list that was joined takes the other's bit too."""
    found = np.zeros_like(histories)
    for place, i in enumerate(kept):
        bit = histories >> i & 1
        if i in joined:
            bit = bit | (histories >> joined[i] & 1)
        found |= bit << place
    return found


def _collapsed(table: CaptureTable, kept: Sequence[int], joined: dict[int, int]) -> CaptureTable:
    counts = np.zeros(1 << len(kept), dtype=np.int64)
    np.add.at(counts, _squeezed(np.arange(1 << table.k), kept, joined), table.counts)
    counts[0] = 0
    names = tuple(
        f"{table.lists[i]}+{table.lists[joined[i]]}" if i in joined else table.lists[i] for i in kept
    )
    return CaptureTable(names, counts)
