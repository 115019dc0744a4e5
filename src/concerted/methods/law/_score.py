"""Scores one dimension from its answers by the set's combinations; what was not answered counts for nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from concerted.methods.law._answers import Answer, ScreeningForm
from concerted.methods.law._indicators import Combination, Dimension, IndicatorSet, Strength


class Standing(StrEnum):
    """How a dimension stands. Open: not positive, and missing answers could still make it so."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    OPEN = "open"


@dataclass(frozen=True)
class Step:
    """One combination of the rule held against the counts: whether it is met, how many yes it lacks, and whether the
    questions not yet answered could bring them."""

    combination: Combination
    is_met: bool
    lacking: int
    is_within_reach: bool


@dataclass(frozen=True)
class DimensionScore:
    """A dimension's standing and every step to it.

    counts: indicators answered yes, by strength; minimums, for a question not answered is not a no. The four tuples
    hold the ids of the other answers.
    """

    dimension: str
    standing: Standing
    yes: tuple[str, ...]
    no: tuple[str, ...]
    declined: tuple[str, ...]
    unknown: tuple[str, ...]
    not_asked: tuple[str, ...]
    counts: Mapping[Strength, int]
    steps: tuple[Step, ...]

    @property
    def met_by(self) -> Combination | None:
        """The first combination that is met."""
        return next((step.combination for step in self.steps if step.is_met), None)


def score_dimension(dimension: Dimension, form: ScreeningForm, indicators: IndicatorSet) -> DimensionScore:
    """Return how the dimension stands by the published combinations (see the set's scoring_rule.source)."""
    held = dimension.in_list(form.list)
    by_answer = {
        answer: tuple(one.id for one in held if form.answer_to(one.id) is answer) for answer in Answer
    }
    counts = _counted(one.strengths[form.list] for one in held if form.answer_to(one.id) is Answer.YES)
    most = _counted(one.strengths[form.list] for one in held if form.answer_to(one.id) is not Answer.NO)
    steps = tuple(_step(combination, counts, most) for combination in indicators.combinations)
    if any(step.is_met for step in steps):
        standing = Standing.POSITIVE
    elif any(step.is_within_reach for step in steps):
        standing = Standing.OPEN
    else:
        standing = Standing.NEGATIVE
    return DimensionScore(
        dimension=dimension.id,
        standing=standing,
        yes=by_answer[Answer.YES],
        no=by_answer[Answer.NO],
        declined=by_answer[Answer.DECLINED],
        unknown=by_answer[Answer.UNKNOWN],
        not_asked=by_answer[Answer.NOT_ASKED],
        counts=counts,
        steps=steps,
    )


def _counted(strengths: Iterable[Strength]) -> Mapping[Strength, int]:
    counted = Counter(strengths)
    return {strength: counted[strength] for strength in Strength}


def _step(combination: Combination, counts: Mapping[Strength, int], most: Mapping[Strength, int]) -> Step:
    lacking = _lacking(combination, counts)
    return Step(combination, lacking == 0, lacking, _lacking(combination, most) == 0)


def _lacking(combination: Combination, counts: Mapping[Strength, int]) -> int:
    strong, medium, weak = (counts[strength] for strength in Strength)
    return (
        max(0, combination.strong - strong)
        + max(0, combination.medium - medium)
        + max(0, combination.weak - weak)
        + max(0, combination.medium_or_weak - medium - weak)
    )
