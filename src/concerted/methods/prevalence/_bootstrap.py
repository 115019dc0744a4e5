"""Resamples of a capture table and intervals from them; it never drops a refused resample unreported.

Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 14.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from concerted.methods.prevalence._normal import normal_quantile, normal_share
from concerted.methods.prevalence._result import Caution, Interval, NotEstimable
from concerted.methods.prevalence._table import CaptureTable
from concerted.methods.prevalence._wording import Said

DEFAULT_SEED = 1
DEFAULT_RESAMPLES = 1000
LEVELS = (0.95, 0.8)
REFUSED_SHARE = 0.05
FEW = 200

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Spread:
    """Bootstrap intervals: BCa and percentile per level, bias correction z0, acceleration, and what to warn of."""

    bca: dict[float, Interval]
    percentile: dict[float, Interval]
    z0: float
    acceleration: float
    used: int
    refused: int
    cautions: tuple[Caution, ...]

    def to_json(self) -> dict[str, Any]:
        """What stands beside the BCa interval in the diagnostics."""
        return {
            "percentile": {f"{level:g}": list(ends) for level, ends in self.percentile.items()},
            "z0": self.z0,
            "acceleration": self.acceleration,
        }


def resample(table: CaptureTable, times: int, seed: int) -> Whole:
    """Multinomial resamples of the people seen, shape (times, 2**k)."""
    rng = np.random.default_rng(seed)
    observed = table.observed
    drawn = np.zeros((times, table.counts.size), dtype=np.int64)
    if times and table.n:
        drawn[:, observed] = rng.multinomial(table.n, table.counts[observed] / table.n, size=times)
    return drawn


def jackknife_tables(table: CaptureTable) -> tuple[Whole, Whole]:
    """The table with one person of each observed history left out, shape (rows, 2**k), and how many such there are."""
    observed = table.observed
    tables = np.repeat(table.counts[None, :], len(observed), axis=0)
    tables[np.arange(len(observed)), observed] -= 1
    return tables, table.counts[observed]


def spread(
    estimate: float, replicates: Floats, jackknife: Floats, weights: Whole, levels: Sequence[float]
) -> Spread:
    """BCa and percentile intervals around an estimate.

    replicates: estimates of the resamples, NaN where refused. jackknife: estimates with one person of each observed
    history left out, NaN where refused; weights: how many such persons there are.
    Raises NotEstimable when fewer than two resamples have an estimate.
    """
    used = replicates[np.isfinite(replicates)]
    refused = len(replicates) - len(used)
    if len(used) < 2:
        raise NotEstimable(
            Said("No resample of this table has an estimate.", "该表的任何重抽样都得不出估计值。"),
            remedy=Said("Merge lists or use a simpler model.", "请合并名单或使用更简单的模型。"),
            code="no_resamples",
        )
    cautions = _cautions_on(refused, len(replicates))
    z0, clamped = bias_correction(estimate, used)
    a, left_out = acceleration(jackknife, weights)
    if clamped:
        cautions.append(_ONE_SIDE)
    if left_out:
        cautions.append(_LEFT_OUT)
    ordered = np.sort(used)
    bca, percentile = {}, {}
    beyond = False
    for level in levels:
        ends = np.array([(1 - level) / 2, (1 + level) / 2])
        corrected = bca_levels(ends, z0, a)
        beyond |= bool(corrected.min() < 1 / len(used) or corrected.max() > 1 - 1 / len(used))
        bca[level] = _pair(np.quantile(ordered, corrected, method="median_unbiased"))
        percentile[level] = _pair(np.quantile(ordered, ends, method="median_unbiased"))
    if beyond and not clamped and len(used) >= FEW:
        cautions.append(_BEYOND)
    return Spread(bca, percentile, z0, a, len(used), refused, tuple(cautions))


def bias_correction(estimate: float, replicates: Floats) -> tuple[float, bool]:
    """z0 = Phi^-1(share of replicates below the estimate), and whether that share had to be moved off 0 or 1."""
    share = float(np.mean(replicates < estimate))
    least = 1 / (2 * len(replicates))
    clamped = min(max(share, least), 1 - least)
    return normal_quantile(clamped), clamped != share


def acceleration(jackknife: Floats, weights: Whole) -> tuple[float, bool]:
    """a = sum w d^3 / (6 (sum w d^2)^1.5) with d = weighted mean less estimate; whether some had no estimate."""
    there = np.isfinite(jackknife)
    if not there.any():
        return 0.0, True
    estimates, w = jackknife[there], weights[there].astype(np.float64)
    d = np.average(estimates, weights=w) - estimates
    squares = float(np.sum(w * d**2))
    skewed = float(np.sum(w * d**3) / (6 * squares**1.5)) if squares > 0 else 0.0
    return skewed, not bool(there.all())


def bca_levels(ends: Floats, z0: float, a: float) -> Floats:
    """The quantile levels that stand in for the nominal ones."""
    z = [z0 + normal_quantile(float(end)) for end in ends]
    return np.array([normal_share(z0 + one / (1 - a * one)) for one in z])


def _pair(ends: Floats) -> Interval:
    return float(ends[0]), float(ends[1])


def _cautions_on(refused: int, of: int) -> list[Caution]:
    cautions = []
    if refused > REFUSED_SHARE * of:
        said = Said(
            "{refused} of {of} resamples have no estimate; the interval leaves them out.",
            "{of} 次重抽样中有 {refused} 次得不出估计值，区间未计入这些重抽样。",
        ).format(refused=refused, of=of)
        cautions.append(Caution("resamples_refused", said, said.zh))
    if of - refused < FEW:
        said = Said(
            "Only {used} resamples carry the interval; its ends are rough.",
            "区间仅由 {used} 次重抽样得出，端点较粗略。",
        ).format(used=of - refused)
        cautions.append(Caution("few_resamples", said, said.zh))
    return cautions


_ONE_SIDE = Caution(
    "one_sided_resamples",
    "All resamples lie on one side of the estimate; the interval's correction was held at its limit.",
    "所有重抽样的估计都落在估计值的同一侧，区间修正取到极限。",
)
_BEYOND = Caution(
    "end_beyond_resamples",
    "A corrected end of an interval lies at the very last of the resamples; more resamples would move it outwards.",
    "修正后的区间端点已落在重抽样结果的最边缘；增加重抽样次数会使其继续外移。",
)
_LEFT_OUT = Caution(
    "jackknife_refused",
    "Without one of the people seen there is no estimate at all in some cases; the acceleration leaves them out.",
    "去掉某一个人后有时得不出估计值，加速度常数未计入这些情形。",
)
