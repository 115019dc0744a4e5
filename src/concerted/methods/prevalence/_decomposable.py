"""Exact averaging over decomposable graphs; never a sampler."""

from __future__ import annotations

from collections.abc import Sequence

from concerted.methods.prevalence._result import Estimate
from concerted.methods.prevalence._table import CaptureTable


def decomposable(
    table: CaptureTable,
    *,
    levels: Sequence[float] = (0.95,),
    delta: float | None = None,
    hidden_grid: Sequence[int] | None = None,
    top: int = 8,
) -> Estimate:
    """Posterior of the whole population; more = {median, modes[{estimate, share}], top_graphs[{model, probability}],
    graphs, tail_mass_last_1pct, quantiles}."""
    raise NotImplementedError
