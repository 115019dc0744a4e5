"""Bayesian thresholding of pair interactions (Silverman 2020)."""

from __future__ import annotations

from collections.abc import Sequence

from concerted.methods.prevalence._result import Estimate
from concerted.methods.prevalence._table import CaptureTable


def bayes_threshold(
    table: CaptureTable,
    *,
    levels: Sequence[float] = (0.95,),
    seed: int | None = None,
    threshold: float = 2.0,
    prior_sd: float = 1.0,
    chains: int = 16,
    draws: int = 1000,
) -> Estimate:
    """Posterior median and quantiles of the refitted model."""
    raise NotImplementedError
