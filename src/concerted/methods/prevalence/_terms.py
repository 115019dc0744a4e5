"""Hierarchical log-linear models as tuples of bitmask terms, and their names; it fits nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

Terms = tuple[int, ...]
"""The terms of a model: the empty one, every single list, and the interactions, by size and then as numbers."""


def in_order(terms: Iterable[int]) -> Terms:
    """Each term once, smaller ones first."""
    return tuple(sorted(set(terms), key=lambda term: (term.bit_count(), term)))


def hierarchical(k: int, generators: Iterable[int] = ()) -> Terms:
    """The smallest hierarchical model of k lists that holds all main effects and the generators (bitmasks)."""
    held = {0, *(1 << i for i in range(k))}
    for generator in generators:
        below = generator
        while below:
            held.add(below)
            below = (below - 1) & generator
    return in_order(held)


def pairs(k: int) -> tuple[int, ...]:
    """All pairs of lists as bitmasks, in the order (1,2), (1,3), ..., (2,3), ..."""
    return tuple((1 << i) | (1 << j) for i, j in combinations(range(k), 2))


def with_pairs(k: int, chosen: int) -> Terms:
    """Main effects and the pairs whose bit is set in chosen, bit m standing for the m-th of pairs(k)."""
    return hierarchical(k, (pair for m, pair in enumerate(pairs(k)) if chosen >> m & 1))


def generators(terms: Iterable[int]) -> tuple[int, ...]:
    """The terms contained in no other term of the model, larger ones first, then by list numbers."""
    held = set(terms)
    largest = [t for t in held if t and not any(t != u and t & u == t for u in held)]
    return tuple(sorted(largest, key=lambda term: (-term.bit_count(), members(term))))


def members(term: int) -> tuple[int, ...]:
    """The lists of a term, numbered from 1."""
    return tuple(i + 1 for i in range(term.bit_length()) if term >> i & 1)


def model_text(terms: Iterable[int]) -> str:
    """The model by its generators with lists as digits, as in the literature: [12,13,5]."""
    return "[" + ",".join("".join(map(str, members(term))) for term in generators(terms)) + "]"


def term_name(term: int, lists: Sequence[str]) -> str:
    """A term by the names of its lists: LA:NG."""
    return ":".join(lists[i - 1] for i in members(term))


def interactions(terms: Iterable[int], lists: Sequence[str]) -> list[str]:
    """The interactions of a model by the names of their lists."""
    return [term_name(term, lists) for term in in_order(terms) if term.bit_count() > 1]
