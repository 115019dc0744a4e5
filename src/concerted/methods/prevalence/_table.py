"""Capture tables: how many people were seen with each combination of lists; never who they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from concerted.deferred import numpy as np
from concerted.errors import Invalid

if TYPE_CHECKING:
    import numpy.typing as npt

MAX_LISTS = 8
"""More lists than this make tables of mostly empty cells that no method here can carry."""


@dataclass(frozen=True, eq=False)
class CaptureTable:
    """Counts per capture history.

    lists: names of the k lists, 1 <= k <= 8, in order.
    counts: shape (2**k,), whole numbers; entry w is the number of people whose history is the bitmask w
        (bit i set: seen on list i). Entry 0, people on no list, is unobservable and always 0.
    """

    lists: tuple[str, ...]
    counts: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        counts = np.ascontiguousarray(self.counts, dtype=np.int64)
        if counts.shape != (1 << len(self.lists),):
            raise Invalid("A capture table has one count per combination of its lists.")
        if counts[0] != 0:
            raise Invalid("Nobody can be counted who is on no list.")
        counts.setflags(write=False)
        object.__setattr__(self, "counts", counts)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CaptureTable):
            return NotImplemented
        return self.lists == other.lists and bool(np.array_equal(self.counts, other.counts))

    def __hash__(self) -> int:
        return hash((self.lists, self.counts.tobytes()))

    @property
    def k(self) -> int:
        """The number of lists."""
        return len(self.lists)

    @cached_property
    def n(self) -> int:
        """People seen on at least one list."""
        return int(self.counts.sum())

    @cached_property
    def observed(self) -> npt.NDArray[np.int64]:
        """Histories with a positive count, as bitmasks in ascending order; shape (rows,)."""
        return np.flatnonzero(self.counts)

    @classmethod
    def from_histories(cls, lists: Iterable[str], histories: Mapping[int, int]) -> CaptureTable:
        """A table from {history bitmask: count}; histories not named count nobody."""
        names = tuple(lists)
        counts = np.zeros(1 << len(names), dtype=np.int64)
        for history, count in histories.items():
            counts[history] = count
        return cls(names, counts)
