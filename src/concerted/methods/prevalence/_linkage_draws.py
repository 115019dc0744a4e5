"""Tables as they would stand had the links between records been drawn again; it estimates nobody and keeps no record.

Two sources of doubt: a probability for each pair of records, or error rates for each pair of lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from concerted.errors import Invalid
from concerted.methods.prevalence._table import CaptureTable

Pair = tuple[str, str]
Rate = float | tuple[int, int]
"""A known rate, or (errors found, comparisons audited): then drawn from its Beta posterior, prior Jeffreys'."""

Square = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
_ROUNDS = 30
_TRIES = 50


@dataclass(frozen=True)
class Link:
    """Two records, by their places, and the probability that they are of one person."""

    first: int
    second: int
    probability: float


@dataclass(frozen=True)
class ErrorRates:
    """missed: chance that a comparison of two records of one person fails, comparisons independent, links closed
    transitively. false: share of the links between two lists that join different people. (k, k), symmetric."""

    missed: Square
    false: Square


def draw_from_links(
    lists: Sequence[str], record_lists: Sequence[int], links: Sequence[Link], rng: np.random.Generator
) -> CaptureTable:
    """One linkage drawn from the probabilities of pairs, as a table.

    record_lists: the list each record stands on, as a place in `lists`; one list holds a person once. Each link is
    drawn by itself, drawn links are closed transitively from the most to the least probable, and a link that would put
    two records of one list into one person is left out. Raises Invalid for a link within one list or out of range.
    """
    _check_links(len(lists), record_lists, links)
    person = list(range(len(record_lists)))
    history = [1 << place for place in record_lists]

    def root(record: int) -> int:
        while person[record] != record:
            person[record] = person[person[record]]
            record = person[record]
        return record

    drawn = rng.random(len(links)) < np.array([link.probability for link in links])
    kept = [link for link, is_drawn in zip(links, drawn, strict=True) if is_drawn]
    for link in sorted(kept, key=lambda link: (-link.probability, link.first, link.second)):
        a, b = root(link.first), root(link.second)
        if a != b and history[a] & history[b] == 0:
            person[b] = a
            history[a] |= history[b]
    people = [history[record] for record in range(len(person)) if person[record] == record]
    return CaptureTable(tuple(lists), np.bincount(people, minlength=1 << len(lists)))


def _check_links(k: int, record_lists: Sequence[int], links: Sequence[Link]) -> None:
    if any(not 0 <= place < k for place in record_lists):
        raise Invalid("A record stands on a list that is not there.")
    for number, link in enumerate(links, start=1):
        if not (0 <= link.first < len(record_lists) and 0 <= link.second < len(record_lists)):
            raise Invalid(f"Link {number} names a record that is not there.")
        if record_lists[link.first] == record_lists[link.second]:
            raise Invalid(f"Link {number} joins two records of one list.")
        if not 0 <= link.probability <= 1:
            raise Invalid(f"Link {number} has a probability outside 0 to 1.")


def draw_rates(
    lists: Sequence[str],
    missed: Rate | Mapping[Pair, Rate],
    false: Rate | Mapping[Pair, Rate],
    rng: np.random.Generator,
) -> ErrorRates:
    """The rates as matrices, those known from an audit drawn once; a pair not named has no errors."""
    return ErrorRates(_square(lists, missed, rng), _square(lists, false, rng))


def _square(lists: Sequence[str], rates: Rate | Mapping[Pair, Rate], rng: np.random.Generator) -> Square:
    square = np.zeros((len(lists), len(lists)))
    if isinstance(rates, Mapping):
        for pair, rate in rates.items():
            if any(name not in lists for name in pair) or pair[0] == pair[1]:
                raise Invalid("Error rates are named for two lists of the table.", where=":".join(pair))
            i, j = (list(lists).index(name) for name in pair)
            square[i, j] = square[j, i] = _drawn(rate, rng)
        return square
    one = _drawn(rates, rng)
    for i, j in combinations(range(len(lists)), 2):
        square[i, j] = square[j, i] = one
    return square


def _drawn(rate: Rate, rng: np.random.Generator) -> float:
    if isinstance(rate, tuple):
        errors, compared = rate
        if not 0 <= errors <= compared:
            raise Invalid("More errors were found than comparisons made.")
        rate = float(rng.beta(errors + 0.5, compared - errors + 0.5))
    if not 0 <= rate < 1:
        raise Invalid("An error rate is 0 or more and below 1.")
    return rate


def draw_from_rates(table: CaptureTable, rates: ErrorRates, rng: np.random.Generator) -> CaptureTable:
    """One draw of the table as perfect linkage would have made it, given the linked table and its error rates.

    False links are undone first: a person seen as history w is two people of histories a and b, a + b = w, with odds
    in proportion to the pairs of such people there are. Missed links next, from the longest history down: of the
    people whose history w stayed whole a negative binomial number was broken, and their pieces are taken out.
    """
    counts = table.counts.astype(np.int64).copy()
    _undo_false_links(counts, table.k, rates.false, rng)
    _undo_missed_links(counts, table.k, rates.missed, rng)
    return CaptureTable(table.lists, counts)


def _undo_false_links(counts: Counts, k: int, false: Square, rng: np.random.Generator) -> None:
    if not false.any():
        return
    weights = _false_joins(counts, k, false)
    for whole in _longest_first(k):
        splits = list(_two_parts(whole))
        means = np.array([weights.get(split, 0.0) for split in splits])
        expected = float(means.sum())
        if counts[whole] == 0 or expected == 0:
            continue
        wrong = rng.binomial(counts[whole], min(1.0, expected / float(counts[whole])))
        for (a, b), number in zip(splits, rng.multinomial(wrong, means / expected), strict=True):
            counts[whole] -= number
            counts[a] += number
            counts[b] += number


def _false_joins(counts: Counts, k: int, false: Square) -> dict[tuple[int, int], float]:
    """Expected number of false joins of each two disjoint histories, such that each pair of lists has its share."""
    histories = np.arange(1 << k)
    on = [(histories >> i & 1).astype(bool) for i in range(k)]
    goal = np.zeros((k, k))
    for i, j in combinations(range(k), 2):
        goal[i, j] = goal[j, i] = false[i, j] * counts[on[i] & on[j]].sum()
    splits = [split for whole in _longest_first(k) for split in _two_parts(whole) if counts[whole] > 0]
    size = np.array([float(counts[a]) * float(counts[b]) for a, b in splits])
    crossing = np.array(
        [[_crosses(a, b, i, j) for i, j in combinations(range(k), 2)] for a, b in splits], dtype=float
    )
    wanted = np.array([goal[i, j] for i, j in combinations(range(k), 2)])
    strength = np.ones(len(wanted))
    for _ in range(_ROUNDS):
        joins = size * (crossing @ strength)
        made = joins @ crossing
        strength *= np.divide(wanted, made, out=np.zeros_like(wanted), where=made > 0)
    return dict(zip(splits, size * (crossing @ strength), strict=True)) if splits else {}


def _crosses(a: int, b: int, i: int, j: int) -> bool:
    return bool((a >> i & b >> j | a >> j & b >> i) & 1)


def _two_parts(whole: int) -> Iterator[tuple[int, int]]:
    """Both parts of every way to part a history in two, each way once."""
    lowest = whole & -whole
    part = (whole - 1) & whole
    while part:
        if part & lowest:
            yield part, whole ^ part
        part = (part - 1) & whole


def _undo_missed_links(counts: Counts, k: int, missed: Square, rng: np.random.Generator) -> None:
    if not missed.any():
        return
    breaking = _Breaking(k, missed)
    for whole in _longest_first(k):
        stays = breaking.connected[whole]
        if counts[whole] == 0 or stays >= 1:
            continue
        broken = int(rng.negative_binomial(counts[whole], stays))
        for _ in range(_TRIES):
            pieces = breaking.pieces(whole, broken, rng)
            if np.all(pieces <= counts):
                break
            broken -= -(-broken // 10)
        counts -= pieces
        counts[whole] += broken


class _Breaking:
    """Into which pieces a history falls when comparisons fail independently and links are closed transitively.

    connected[w]: chance that w stays whole.
    """

    def __init__(self, k: int, missed: Square) -> None:
        self._missed = missed
        self.connected = np.ones(1 << k)
        for whole in range(1, 1 << k):
            if whole.bit_count() > 1:
                self.connected[whole] = 1 - sum(chance for _, chance in self._first_pieces(whole))

    def _first_pieces(self, whole: int) -> list[tuple[int, float]]:
        """Proper parts that hold the lowest list, and the chance that each is the piece that holds it."""
        return [
            (part, float(self.connected[part]) * self._all_missed(part, rest))
            for part, rest in _two_parts(whole)
        ]

    def _all_missed(self, a: int, b: int) -> float:
        on_a = [i for i in range(len(self._missed)) if a >> i & 1]
        on_b = [j for j in range(len(self._missed)) if b >> j & 1]
        return float(np.prod(self._missed[np.ix_(on_a, on_b)]))

    def pieces(self, whole: int, people: int, rng: np.random.Generator) -> Counts:
        """Counts of the pieces of so many people of one history, none of whom stayed whole."""
        found = np.zeros(len(self.connected), dtype=np.int64)
        self._break(whole, people, False, found, rng)
        return found

    def _break(
        self, whole: int, people: int, may_stay: bool, found: Counts, rng: np.random.Generator
    ) -> None:
        if people == 0:
            return
        if whole.bit_count() == 1:
            found[whole] += people
            return
        pieces = self._first_pieces(whole)
        if may_stay:
            pieces.append((whole, float(self.connected[whole])))
        chances = np.array([chance for _, chance in pieces])
        for (piece, _), number in zip(pieces, rng.multinomial(people, chances / chances.sum()), strict=True):
            found[piece] += number
            if piece != whole:
                self._break(whole ^ piece, int(number), True, found, rng)


def _longest_first(k: int) -> list[int]:
    return sorted((w for w in range(1 << k) if w.bit_count() > 1), key=lambda w: (-w.bit_count(), w))
