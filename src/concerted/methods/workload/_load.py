"""Weighs work in hand by its due week and compares offices at the mechanism's common pace; it blames nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from concerted.deferred import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]

#: An item overdue by this many weeks or more weighs three times one that is due now.
HEAVIEST_AFTER_WEEKS = 8
_HEAVIEST = 3.0


@dataclass(frozen=True)
class Offices:
    """What each office holds and what passed through it, one entry per office.

    load: weighted items in hand (see `weight_of`). arrived, left: items that came and that were done in the
    window. weeks: the length of the window in weeks.
    """

    load: Numbers
    arrived: Numbers
    left: Numbers
    weeks: float


@dataclass(frozen=True)
class Pile:
    """How much each office holds beyond the common pace, one entry per office.

    expected: the load an office of its arrivals would hold at the common pace of all others. excess: load minus
    expected, and growth: what came minus what was done in the window, both in units of the spread such counts
    have by chance (their square root). weeks_in_hand: weeks the load would take at the office's own pace of the
    window, smoothed. The order of offices by excess and growth together is the ranking: a pile that stands, and
    one that rises. It is an index, not a test, and its times are those of records, not of effort.
    """

    expected: Numbers
    excess: Numbers
    growth: Numbers
    weeks_in_hand: Numbers

    @property
    def index(self) -> Numbers:
        """What the ranking goes by; about 0 for an office at the common pace that keeps up."""
        return self.excess + self.growth

    def order(self) -> npt.NDArray[np.intp]:
        """The offices from the largest index to the smallest; equal ones keep their place."""
        return np.argsort(-self.index, kind="stable")


def weight_of(weeks_until_due: npt.ArrayLike) -> Numbers:
    """The weight of items by whole weeks until they are due; negative is overdue.

    Due this week weighs 1, in k weeks 1 / (1 + k); each week overdue adds a quarter, up to 3 after eight weeks.
    """
    weeks = np.asarray(weeks_until_due, dtype=np.float64)
    late = np.minimum(-np.minimum(weeks, 0.0), HEAVIEST_AFTER_WEEKS)
    ahead = np.maximum(weeks, 0.0)
    return np.where(weeks < 0, 1.0 + late * (_HEAVIEST - 1.0) / HEAVIEST_AFTER_WEEKS, 1.0 / (1.0 + ahead))


def pile_up(offices: Offices) -> Pile:
    """What each office holds beyond the common pace.

    By Little's law (Little 1961) the items in hand are the arrival rate times the time they stay; the common
    stay is that of all other offices taken together, so that one office cannot raise its own measure. Raises
    ValueError for a window of no length or for negative counts.
    """
    if offices.weeks <= 0 or any((part < 0).any() for part in (offices.load, offices.arrived, offices.left)):
        raise ValueError("counts are not negative and the window has a length")
    rate = offices.arrived / offices.weeks
    others_load = offices.load.sum() - offices.load
    others_rate = rate.sum() - rate
    stay = np.divide(others_load, others_rate, out=np.zeros_like(others_load), where=others_rate > 0)
    expected = stay * rate
    excess = (offices.load - expected) / np.sqrt(expected + 1.0)
    growth = (offices.arrived - offices.left) / np.sqrt(offices.arrived + 1.0)
    pace = (offices.left + 1.0) / (offices.weeks + 1.0 / np.maximum(rate, 1.0 / offices.weeks))
    return Pile(expected, excess, growth, offices.load / pace)


def concentration(load: npt.ArrayLike) -> float:
    """The Herfindahl-Hirschman index of the load: 1 / n when all hold alike, 1 when one office holds all.

    NaN where there is no load.
    """
    held = np.asarray(load, dtype=np.float64)
    total = held.sum()
    return float(((held / total) ** 2).sum()) if total > 0 else float("nan")
