"""Carries doubt about who is the same person into the estimate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from concerted.methods.prevalence._result import Estimate
from concerted.methods.prevalence._table import CaptureTable

Method = Callable[[CaptureTable], Estimate]
Pair = tuple[str, str]


def under_linkage_error(
    table: CaptureTable,
    method: Method,
    *,
    missed: float | Mapping[Pair, float],
    false: float | Mapping[Pair, float],
    draws: int = 50,
    seed: int | None = None,
    pool: Literal["mixture", "rubin"] = "mixture",
    levels: Sequence[float] = (0.95,),
) -> Estimate:
    """missed: chance that two records of one person are not linked; false: share of links that are wrong."""
    raise NotImplementedError
