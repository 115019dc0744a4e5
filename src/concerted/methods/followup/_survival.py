"""The share of things still open after so many days, where some are open yet; no open thing is left out or guessed."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from concerted.deferred import numpy as np
from concerted.errors import Invalid


@dataclass(frozen=True)
class SurvivalPoint:
    """After `days`, the share still open, with its bounds, and how many were still looked at just before."""

    days: float
    still_open: float
    low: float
    high: float
    at_risk: int


@dataclass(frozen=True)
class Survival:
    """The product-limit curve of time to closing.

    of: things looked at; closed: how many of them closed. median: days by which half are closed, None while the
    curve has not come down to one half - then more than half of the time is not yet known, and no number is given.
    """

    of: int
    closed: int
    points: tuple[SurvivalPoint, ...]

    @property
    def share_closed(self) -> float | None:
        """Closed out of all, whatever their age; None where there is nothing."""
        return self.closed / self.of if self.of else None

    @property
    def median(self) -> float | None:
        return next((point.days for point in self.points if point.still_open <= 0.5), None)

    def still_open_after(self, days: float) -> float:
        """The share still open after so many days, by the curve."""
        passed = [point.still_open for point in self.points if point.days <= days]
        return passed[-1] if passed else 1.0


def time_to_close(days: Sequence[float], closed: Sequence[bool], *, confidence: float = 0.95) -> Survival:
    """Estimate how long things stay open, by Kaplan and Meier's product limit.

    days: age at closing, or age now of what is still open, not negative, shape (N,). closed: whether it closed, shape
    (N,); what is open counts as looked at until its age (right-censored). Bounds by the log-log transform of
    Greenwood's variance. Raises Invalid where the two differ in length or an age is negative or not finite.

    Kaplan, E. L., and Meier, P., "Nonparametric Estimation from Incomplete Observations", Journal of the American
    Statistical Association 53, 1958.
    """
    from scipy import stats  # here, for it takes long to load

    ages, ended = np.asarray(days, dtype=np.float64), np.asarray(closed, dtype=bool)
    if ages.shape != ended.shape or ages.ndim != 1:
        raise Invalid("there are not as many ages as marks of closing", where="days, closed")
    if len(ages) and (not np.isfinite(ages).all() or (ages < 0).any()):
        raise Invalid("an age is negative or not finite", where="days")
    if not ended.any():
        return Survival(len(ages), 0, ())
    curve = stats.ecdf(stats.CensoredData.right_censored(ages, ~ended)).sf
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # where a bound is not defined it is told as 0 or 1
        bounds = curve.confidence_interval(confidence_level=confidence, method="log-log")
    points = tuple(
        SurvivalPoint(float(at), float(share), _bound(low, 0.0), _bound(high, 1.0), int((ages >= at).sum()))
        for at, share, low, high in zip(
            curve.quantiles,
            curve.probabilities,
            bounds.low.probabilities,
            bounds.high.probabilities,
            strict=True,
        )
        if ended[ages == at].any()
    )
    return Survival(len(ages), int(ended.sum()), points)


def _bound(value: float, otherwise: float) -> float:
    return float(value) if np.isfinite(value) else otherwise
