"""Every labelled decomposable (chordal) graph on up to seven lists, ready for exact sums; never anything random.

A graph on v vertices is an integer, bit e set when edge e is in it, edges in the order (0,1), (0,2), (1,2), (0,3) ...
so that graphs on fewer vertices keep their integers. A graph is chordal exactly when its vertices can be taken away
one by one, each with neighbours that are all joined to each other (Fulkerson & Gross 1965, Pacific Journal of
Mathematics 15, 835-855). The numbers of such graphs are 1, 2, 8, 61, 822, 18154, 617675 for 1 to 7 vertices.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

MAX_VERTICES = 7
"""There are some 30 million decomposable graphs on eight vertices."""

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class ChordalGraphs:
    """The decomposable graphs on `vertices` vertices, ascending; all arrays have one entry per graph.

    removed: the vertex taken away first. neighbours: bitmask of the vertices it was joined to, all joined to each
    other. parent: position of what is left, vertices renumbered in order, among the graphs on one vertex less.
    """

    vertices: int
    codes: Ints
    removed: npt.NDArray[np.int8]
    neighbours: npt.NDArray[np.int16]
    parent: Ints

    def __len__(self) -> int:
        return len(self.codes)


def edge(i: int, j: int) -> int:
    """The position of the edge between vertices i != j."""
    low, high = min(i, j), max(i, j)
    return high * (high - 1) // 2 + low


@lru_cache(maxsize=MAX_VERTICES)
def chordal_graphs(vertices: int) -> ChordalGraphs:
    """All decomposable graphs on 1 to 7 labelled vertices, kept after the first call."""
    if not 1 <= vertices <= MAX_VERTICES:
        raise ValueError(f"1 to {MAX_VERTICES} vertices, not {vertices}")
    if vertices == 1:
        zero = np.zeros(1, dtype=np.int32)
        return ChordalGraphs(1, zero, zero.astype(np.int8), zero.astype(np.int16), zero)
    smaller = chordal_graphs(vertices - 1)
    position = np.full(1 << (vertices - 1) * (vertices - 2) // 2, -1, dtype=np.int32)
    position[smaller.codes] = np.arange(len(smaller), dtype=np.int32)
    complete = _complete_subgraphs(vertices)

    waiting = np.arange(1 << vertices * (vertices - 1) // 2, dtype=np.int32)
    parts: list[tuple[Ints, Ints, Ints, Ints]] = []
    for vertex in range(vertices):
        neighbours = _neighbours(waiting, vertex, vertices)
        parent = position[_without(waiting, vertex, vertices)]
        clique = complete[neighbours]
        found = ((waiting & clique) == clique) & (parent >= 0)
        taken = np.full(int(found.sum()), vertex, dtype=np.int32)
        parts.append((waiting[found], taken, neighbours[found], parent[found]))
        waiting = waiting[~found]
    codes, removed, neighbours, parent = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(codes)
    return ChordalGraphs(
        vertices,
        codes[order],
        removed[order].astype(np.int8),
        neighbours[order].astype(np.int16),
        parent[order],
    )


def cliques(code: int, vertices: int) -> list[int]:
    """The maximal cliques of a decomposable graph as bitmasks, ascending."""
    found: list[int] = []
    left, joined = (1 << vertices) - 1, _adjacency(code, vertices)
    while left:
        vertex = next(v for v in range(vertices) if left >> v & 1 and _is_clique(joined[v] & left, joined))
        clique = joined[vertex] & left | 1 << vertex
        if not any(clique & larger == clique for larger in found):
            found.append(clique)
        left &= ~(1 << vertex)
    return sorted(found)


def _adjacency(code: int, vertices: int) -> list[int]:
    return [
        sum(1 << j for j in range(vertices) if j != i and code >> edge(i, j) & 1) for i in range(vertices)
    ]


def _is_clique(members: int, joined: list[int]) -> bool:
    return all(members & ~(joined[v] | 1 << v) == 0 for v in range(len(joined)) if members >> v & 1)


def _complete_subgraphs(vertices: int) -> Ints:
    """Entry s: the edges among the vertices in bitmask s."""
    masks = np.zeros(1 << vertices, dtype=np.int32)
    for members in range(1 << vertices):
        inside = [v for v in range(vertices) if members >> v & 1]
        masks[members] = sum(1 << edge(i, j) for i in inside for j in inside if i < j)
    return masks


def _neighbours(codes: Ints, vertex: int, vertices: int) -> Ints:
    joined = np.zeros_like(codes)
    for other in range(vertices):
        if other != vertex:
            joined |= (codes >> edge(vertex, other) & 1) << other
    return joined


def _without(codes: Ints, vertex: int, vertices: int) -> Ints:
    """Each graph with one vertex and its edges left out, later vertices moved down by one."""
    below = (1 << edge(0, vertex)) - 1 if vertex else 0
    left = codes & below
    for high in range(vertex + 1, vertices):
        row = codes >> edge(0, high)
        low_part = row & ((1 << vertex) - 1)
        high_part = row >> vertex + 1 & ((1 << high - vertex - 1) - 1)
        left |= (low_part | high_part << vertex) << edge(0, high - 1) if high > 1 else 0
    return left
