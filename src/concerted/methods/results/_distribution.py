"""How many reported and how their values or statuses spread; never a mean of statuses or of percents."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from concerted.methods.results._quotient import Number


@dataclass(frozen=True)
class Coverage:
    """So many of so many, and who is missing. Prints as "24 of 31, 7 missing"; pages word it in their own
    language.
    """

    count: int
    of: int
    missing: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.count} of {self.of}, {len(self.missing)} missing"


@dataclass(frozen=True)
class Spread:
    """Median and range of the values reported, None where nobody reported, with the coverage they rest on."""

    coverage: Coverage
    median: float | None
    lowest: float | None
    highest: float | None


@dataclass(frozen=True)
class StatusCounts:
    """How many units stand in each status, in the order declared, with the coverage; statuses are never
    averaged.
    """

    coverage: Coverage
    counts: Mapping[str, int]


def spread(values: Mapping[str, Number | None], expected: Sequence[str]) -> Spread:
    """Return median and range over the expected units that reported; zero counts as a report, None does
    not.
    """
    present = {unit: float(value) for unit in expected if (value := values.get(unit)) is not None}
    numbers = [number for number in present.values() if math.isfinite(number)]
    coverage = _coverage(present, expected)
    if not numbers:
        return Spread(coverage, None, None, None)
    return Spread(coverage, statistics.median(numbers), min(numbers), max(numbers))


def count_statuses(
    statuses: Mapping[str, str | None], expected: Sequence[str], order: Sequence[str] = ()
) -> StatusCounts:
    """Return the number of expected units in each status; `order` lists statuses to show first, also at
    zero.
    """
    present = {unit: status for unit in expected if (status := statuses.get(unit)) is not None}
    tally = Counter(present.values())
    shown = [*order, *sorted(set(tally) - set(order))]
    return StatusCounts(_coverage(present, expected), {status: tally[status] for status in shown})


def _coverage(present: Mapping[str, object], expected: Sequence[str]) -> Coverage:
    missing = tuple(unit for unit in expected if unit not in present)
    return Coverage(len(present), len(expected), missing)
