"""The normal distribution and log factorials without scipy, which takes longer to load than most answers take; it holds
nothing else.

Wichura (1988), Algorithm AS 241, Applied Statistics 37(3), 477-484, as the standard library has it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import NormalDist

_STANDARD = NormalDist()
_ROOT2 = math.sqrt(2.0)


def normal_quantile(share: float) -> float:
    """Phi^-1(share); minus and plus infinity at 0 and 1."""
    if share <= 0.0:
        return -math.inf
    return math.inf if share >= 1.0 else _STANDARD.inv_cdf(share)


def normal_share(z: float) -> float:
    """Phi(z), exact in the lower tail too."""
    return math.erfc(-z / _ROOT2) / 2


def log_factorials(counts: Iterable[float]) -> float:
    """Sum of log n! over the counts."""
    return math.fsum(math.lgamma(count + 1) for count in counts)
