"""Where a local plan falls short of the national one, by rule and with the figures; never by guess or
likeness of words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from concerted.methods.results._achievement import Direction
from concerted.methods.results._quotient import Number
from concerted.methods.results._rollup import RollUp

_ADDED_UP = frozenset({RollUp.SUM, RollUp.COUNT_REPORTING})


class Answer(StrEnum):
    """How a locality answered a national measure."""

    ADOPTED = "adopted"
    ADAPTED = "adapted"
    DECLINED = "declined"


class GapKind(StrEnum):
    """What is short. The last four say that a comparison was not possible, and why."""

    MISSING = "missing"
    DECLINED = "declined"
    NO_LOCAL_LEAD = "no_local_lead"
    NO_END_DATE = "no_end_date"
    LATER_DATE = "later_date"
    NO_INDICATOR = "no_indicator"
    NO_BASELINE = "no_baseline"
    NO_TARGET = "no_target"
    WEAKER_TARGET = "weaker_target"
    LATER_TARGET_DATE = "later_target_date"
    TARGET_DIFFERS = "target_differs"
    DIRECTION_DIFFERS = "direction_differs"
    UNIT_INCOMPARABLE = "unit_incomparable"
    ROLL_UP_DIFFERS = "roll_up_differs"


@dataclass(frozen=True)
class IndicatorFacts:
    """What a plan says of one indicator. key is shared by the national indicator and the local ones that
    answer it.

    allotted: on a local indicator, the part of a summed national target given to this place; None if none
    was given.
    """

    key: str
    unit: str
    direction: Direction
    baseline: Number | None = None
    target: Number | None = None
    target_on: date | None = None
    roll_up: RollUp = RollUp.NONE
    allotted: Number | None = None


@dataclass(frozen=True)
class MeasureFacts:
    """What a plan says of one measure. leads: the agencies that answer for it; ends: the day it is to be
    done by.
    """

    key: str
    leads: Sequence[str] = ()
    ends: date | None = None
    indicators: Sequence[IndicatorFacts] = ()


@dataclass(frozen=True)
class LocalAnswer:
    """One locality's answer to a national measure: `measure` holds the local facts, none where it was
    declined.
    """

    answer: Answer
    measure: MeasureFacts | None = None


@dataclass(frozen=True)
class Gap:
    """One shortfall. difference: days later for dates; shortfall in the indicator's unit (above 0) for
    targets.
    """

    measure: str
    kind: GapKind
    indicator: str = ""
    national: object = None
    local: object = None
    difference: float | None = None


def find_gaps(national: MeasureFacts, answer: LocalAnswer | None) -> frozenset[Gap]:
    """Return every gap between a national measure and one locality's answer; None is not yet considered
    (missing).

    A measure declined is one gap: nothing further is held against it.
    """
    if answer is not None and answer.answer is Answer.DECLINED:
        return frozenset({Gap(national.key, GapKind.DECLINED)})
    if answer is None or answer.measure is None:
        return frozenset({Gap(national.key, GapKind.MISSING)})
    local = answer.measure
    gaps = set(_measure_gaps(national, local))
    own: dict[str, IndicatorFacts] = {indicator.key: indicator for indicator in local.indicators}
    for wanted in national.indicators:
        gaps |= set(_indicator_gaps(national.key, wanted, own.get(wanted.key)))
    return frozenset(gaps)


def find_all_gaps(
    national: Iterable[MeasureFacts], answers: Mapping[str, LocalAnswer]
) -> dict[str, frozenset[Gap]]:
    """Return the gaps of each national measure by its key, for one locality whose answers are keyed by it."""
    return {measure.key: find_gaps(measure, answers.get(measure.key)) for measure in national}


class AddUp(StrEnum):
    """Whether local targets make up the national one."""

    ADDS_UP = "adds_up"
    FALLS_SHORT = "falls_short"
    CANNOT_TELL = "cannot_tell"
    UNIT_INCOMPARABLE = "unit_incomparable"
    NOT_SUMMED = "not_summed"
    NO_NATIONAL_TARGET = "no_national_target"


@dataclass(frozen=True)
class TargetSum:
    """Local targets beside the national one, in its unit.

    total: of the targets stated, None where they are not to be added. surplus: total - national for a rising
    indicator, national - total for a falling one, below 0 where short. missing: places with no target.
    """

    verdict: AddUp
    national: float | None
    total: float | None
    surplus: float | None
    stated: int
    expected: int
    missing: tuple[str, ...] = ()
    incomparable: tuple[str, ...] = ()


def targets_add_up(
    national: IndicatorFacts, local: Mapping[str, IndicatorFacts | None], *, tolerance: Number = 0
) -> TargetSum:
    """Return whether local targets, none of them negative, add up to the national target of a SUM
    indicator.

    local: one entry per expected place, None where it has no such indicator. With places missing the
    verdict stands only where no further target could change it: a rising total already reached, a falling
    one already exceeded. Reaching or keeping a total asks that the sum equal it within the tolerance.
    """
    expected = len(local)
    if national.roll_up not in _ADDED_UP:
        return TargetSum(AddUp.NOT_SUMMED, _plain(national.target), None, None, 0, expected)
    if national.target is None:
        return TargetSum(AddUp.NO_NATIONAL_TARGET, None, None, None, 0, expected)
    goal = float(national.target)
    missing = tuple(place for place, facts in local.items() if facts is None or facts.target is None)
    strange = tuple(
        place for place, facts in local.items() if facts is not None and facts.unit != national.unit
    )
    stated = [
        float(facts.target) for facts in local.values() if facts is not None and facts.target is not None
    ]
    if strange:
        verdict = AddUp.UNIT_INCOMPARABLE
        return TargetSum(verdict, goal, None, None, len(stated), expected, missing, strange)
    total = math.fsum(stated)
    verdict = _add_up(national.direction, total - goal, float(tolerance), complete=not missing)
    surplus = goal - total if national.direction is Direction.FALL else total - goal
    return TargetSum(verdict, goal, total, surplus, len(stated), expected, missing)


def _add_up(direction: Direction, over: float, tolerance: float, *, complete: bool) -> AddUp:
    if direction is Direction.RISE:
        if over >= -tolerance:
            return AddUp.ADDS_UP
        return AddUp.FALLS_SHORT if complete else AddUp.CANNOT_TELL
    if over > tolerance:
        return AddUp.FALLS_SHORT
    if not complete:
        return AddUp.CANNOT_TELL
    return AddUp.ADDS_UP if direction is Direction.FALL or over >= -tolerance else AddUp.FALLS_SHORT


def _measure_gaps(national: MeasureFacts, local: MeasureFacts) -> Iterable[Gap]:
    if not local.leads:
        yield Gap(national.key, GapKind.NO_LOCAL_LEAD, national=tuple(national.leads))
    if national.ends is None:
        return
    if local.ends is None:
        yield Gap(national.key, GapKind.NO_END_DATE, national=national.ends)
    elif local.ends > national.ends:
        days = (local.ends - national.ends).days
        yield Gap(national.key, GapKind.LATER_DATE, national=national.ends, local=local.ends, difference=days)


def _indicator_gaps(measure: str, wanted: IndicatorFacts, own: IndicatorFacts | None) -> Iterable[Gap]:
    if own is None:
        yield Gap(measure, GapKind.NO_INDICATOR, wanted.key)
        return
    if own.baseline is None:
        yield Gap(measure, GapKind.NO_BASELINE, wanted.key, national=wanted.baseline)
    if own.target is None:
        yield Gap(measure, GapKind.NO_TARGET, wanted.key, national=wanted.target)
    if wanted.target_on and own.target_on and own.target_on > wanted.target_on:
        days = (own.target_on - wanted.target_on).days
        yield Gap(measure, GapKind.LATER_TARGET_DATE, wanted.key, wanted.target_on, own.target_on, days)
    differs = [
        Gap(measure, kind, wanted.key, one, other)
        for kind, one, other in (
            (GapKind.UNIT_INCOMPARABLE, wanted.unit, own.unit),
            (GapKind.DIRECTION_DIFFERS, wanted.direction, own.direction),
            (GapKind.ROLL_UP_DIFFERS, wanted.roll_up, own.roll_up),
        )
        if one != other
    ]
    yield from differs
    if not differs:
        yield from _target_gap(measure, wanted, own)


def _target_gap(measure: str, wanted: IndicatorFacts, own: IndicatorFacts) -> Iterable[Gap]:
    """A summed national target is shared out, so a place is held to its allotment, or to none where none
    was given.
    """
    goal = own.allotted if wanted.roll_up in _ADDED_UP else wanted.target
    if goal is None or own.target is None or float(own.target) == float(goal):
        return
    short = _shortfall(wanted.direction, float(goal), float(own.target), _plain(own.baseline))
    if short is None:
        yield Gap(
            measure,
            GapKind.TARGET_DIFFERS,
            wanted.key,
            goal,
            own.target,
            abs(float(goal) - float(own.target)),
        )
    elif short > 0:
        yield Gap(measure, GapKind.WEAKER_TARGET, wanted.key, goal, own.target, short)


def _shortfall(direction: Direction, goal: float, target: float, baseline: float | None) -> float | None:
    """How far the local target stops short of the goal; None where weaker and stronger have no meaning."""
    if direction is Direction.RISE:
        return goal - target
    if direction is Direction.FALL:
        return target - goal
    if direction is Direction.KEEP or baseline is None:
        return None
    if baseline <= target < goal:
        return goal - target
    return target - goal if goal < target <= baseline else None


def _plain(number: Number | None) -> float | None:
    return None if number is None else float(number)
