"""How far an indicator has come from its baseline to its target, and at what pace; never clips, guesses or
blends.

Sources: OECD-DAC, Glossary of Key Terms in Evaluation and Results Based Management (2002; 2nd ed. 2023):
indicator, baseline, target; IATI Standard 2.03, result/indicator/{baseline, period/target, period/actual}.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from concerted.methods.results._quotient import Number, Quotient, Why, known, ratio, undefined


class Direction(StrEnum):
    """What is wanted of an indicator.

    RISE and FALL: towards a higher or lower target, and past it is better still. REACH: come to the target
    from whichever side the baseline lies; the number is the same, and past 1 it says how far it overshot.
    KEEP: hold a level (the target, else the baseline).
    """

    RISE = "rise"
    FALL = "fall"
    REACH = "reach"
    KEEP = "keep"


class KeepSide(StrEnum):
    """Which departures from a level to be kept count against it: any, only below, only above."""

    WITHIN = "within"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


def achievement(
    baseline: Number | None,
    target: Number | None,
    actual: Number | None,
    direction: Direction,
    *,
    tolerance: Number = 0,
    keep_side: KeepSide = KeepSide.WITHIN,
) -> Quotient:
    """Return (actual - baseline) / (target - baseline), unclipped: 0 at the baseline, 1 at the target,
    below 0 regress.

    One formula serves RISE, FALL and REACH, so a falling indicator that falls is positive. Undefined, with
    its reason: no baseline, target or actual; target equal to baseline; target on the wrong side of the
    baseline.

    KEEP: 1 while the actual is within `tolerance` (in the indicator's unit) of the level on the sides that
    count; beyond it 1 - (departure - tolerance) / |level|, so that at-least 100 with actual 80 is 0.8. The
    level is the target, or the baseline where no target is stated. Where the level is 0 the tolerance is
    the scale, and with no tolerance either a departure is undefined.
    """
    if direction is Direction.KEEP:
        return _kept(target if target is not None else baseline, actual, float(tolerance), keep_side)
    if baseline is None:
        return undefined(Why.NO_BASELINE)
    if target is None:
        return undefined(Why.NO_TARGET)
    if actual is None:
        return undefined(Why.NO_ACTUAL)
    start, goal, now = float(baseline), float(target), float(actual)
    if goal == start:
        return undefined(Why.TARGET_EQUALS_BASELINE)
    if (direction is Direction.RISE and goal < start) or (direction is Direction.FALL and goal > start):
        return undefined(Why.TARGET_AGAINST_DIRECTION)
    return known((now - start) / (goal - start))


def is_met(
    baseline: Number | None,
    target: Number | None,
    actual: Number | None,
    direction: Direction,
    *,
    tolerance: Number = 0,
    keep_side: KeepSide = KeepSide.WITHIN,
) -> bool | None:
    """Return whether the target is met, or None where that cannot be said.

    RISE and FALL need no baseline. REACH is met at the target within the tolerance, or past it as seen from
    the baseline. KEEP is met while the level is held.
    """
    if direction is Direction.KEEP:
        level = target if target is not None else baseline
        if level is None or actual is None:
            return None
        return _departure(float(level), float(actual), keep_side) <= float(tolerance)
    if target is None or actual is None:
        return None
    ahead = float(actual) - float(target)
    if direction is Direction.RISE:
        return ahead >= -float(tolerance)
    if direction is Direction.FALL:
        return ahead <= float(tolerance)
    if abs(ahead) <= float(tolerance):
        return True
    return None if baseline is None else ahead * (float(target) - float(baseline)) > 0


class Standing(StrEnum):
    """Where an indicator stands against the pace expected of it."""

    BEHIND = "behind"
    ON = "on"
    AHEAD = "ahead"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Pace:
    """Time used and the standing it implies.

    elapsed: share of the time from baseline to target, unclipped (above 1 once the target date has passed).
    expected: achievement a straight line would have by now, in [0, 1]. gap: achieved - expected.
    """

    elapsed: Quotient
    expected: Quotient
    gap: Quotient
    standing: Standing
    tolerance: float


def expected_pace(
    baseline_on: date | None,
    target_on: date | None,
    at: date,
    achieved: Quotient,
    *,
    direction: Direction = Direction.RISE,
    tolerance: float = 0.1,
) -> Pace:
    """Return how an achievement stands at a date against a straight line from baseline date to target date.

    tolerance: in shares of the way (0.1 = ten points): within it the indicator is on pace. Of KEEP the
    whole is expected on every day. Where a date or the achievement is missing the standing is unknown,
    never behind.
    """
    elapsed = _elapsed(baseline_on, target_on, at)
    expected = known(1) if direction is Direction.KEEP else _on_the_line(elapsed)
    if achieved.value is None or expected.value is None:
        why = achieved.why or expected.why or Why.NO_ACTUAL
        return Pace(elapsed, expected, undefined(why), Standing.UNKNOWN, tolerance)
    gap = achieved.value - expected.value
    return Pace(elapsed, expected, known(gap), _standing(gap, tolerance), tolerance)


def _kept(level: Number | None, actual: Number | None, tolerance: float, side: KeepSide) -> Quotient:
    if level is None:
        return undefined(Why.NO_BASELINE)
    if actual is None:
        return undefined(Why.NO_ACTUAL)
    if not (math.isfinite(float(level)) and math.isfinite(float(actual))):
        return undefined(Why.NOT_A_NUMBER)
    beyond = _departure(float(level), float(actual), side) - tolerance
    if beyond <= 0:
        return known(1)
    scale = abs(float(level)) or tolerance
    return known(1 - beyond / scale) if scale else undefined(Why.LEVEL_IS_ZERO)


def _departure(level: float, actual: float, side: KeepSide) -> float:
    if side is KeepSide.AT_LEAST:
        return max(level - actual, 0.0)
    if side is KeepSide.AT_MOST:
        return max(actual - level, 0.0)
    return abs(actual - level)


def _elapsed(baseline_on: date | None, target_on: date | None, at: date) -> Quotient:
    if baseline_on is None or target_on is None:
        return undefined(Why.NO_DATES)
    if target_on <= baseline_on:
        return undefined(Why.NO_TIME_SPAN)
    return ratio((at - baseline_on).days, (target_on - baseline_on).days)


def _on_the_line(elapsed: Quotient) -> Quotient:
    share = elapsed.clipped()
    return elapsed if share is None else known(share)


def _standing(gap: float, tolerance: float) -> Standing:
    if math.isclose(abs(gap), tolerance, abs_tol=1e-12) or abs(gap) < tolerance:
        return Standing.ON
    return Standing.AHEAD if gap > 0 else Standing.BEHIND
