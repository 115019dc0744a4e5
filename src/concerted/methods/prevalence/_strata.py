"""Estimates by strata and totals that add up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from concerted.methods.prevalence._result import Estimate, Interval, NotEstimable
from concerted.methods.prevalence._table import CaptureTable


@dataclass(frozen=True)
class Stratum:
    """One stratum's answer. alone: its own fit or refusal; estimate and interval: as reported (pooled or not)."""

    name: str
    n_seen: int
    estimate: float
    interval: Mapping[float, Interval]
    alone: Estimate | NotEstimable
    borrowed: bool = False


@dataclass(frozen=True)
class ByStrata:
    """strata in the given order; total = their sum, with its own interval."""

    strata: tuple[Stratum, ...]
    total: Estimate


def by_strata(
    tables: Mapping[str, CaptureTable],
    method: Callable[[CaptureTable], Estimate],
    *,
    pooling: Literal["none", "partial"] = "none",
    levels: Sequence[float] = (0.95,),
    seed: int | None = None,
) -> ByStrata:
    """Each stratum estimated, and a total that adds up."""
    raise NotImplementedError
