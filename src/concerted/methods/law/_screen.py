"""Reads scored dimensions by the published table or the child rule; its answer is never a legal finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from concerted.errors import Invalid, Problem
from concerted.methods.law._answers import Answer, ScreeningForm
from concerted.methods.law._indicators import IndicatorSet, ListOfIndicators
from concerted.methods.law._score import DimensionScore, Standing, score_dimension

NOT_A_FINDING_EN = (
    "Screening only: not a legal finding. It makes nobody a victim and denies nobody to be one."
)
NOT_A_FINDING_ZH = "仅供初步甄别：本结果不是法律认定，既不认定也不否定任何人的被害人身份。"


@dataclass(frozen=True)
class Caution:
    """Something that must be read beside the result; `code` is stable."""

    code: str
    en: str
    zh: str


@dataclass(frozen=True)
class ReadingStep:
    """One row of the table, or the child rule, held against the dimensions: fits, cannot fit, or open."""

    result: str
    fits: bool | None
    because: tuple[tuple[str, Standing], ...]


@dataclass(frozen=True)
class ScreeningResult:
    """What one screening shows, with the reason for every step.

    result: the reading that no missing answer can change, otherwise undetermined. still_possible: every reading that
    the missing answers leave open, the result included. Counts are minimums.
    """

    indicator_set: str
    version: int
    list: str
    dimensions: tuple[DimensionScore, ...]
    elements: Mapping[str, Standing]
    result: str
    still_possible: tuple[str, ...]
    steps: tuple[ReadingStep, ...]
    answered: Mapping[Answer, int]
    cautions: tuple[Caution, ...]
    is_legal_finding: bool = False
    not_a_finding_en: str = NOT_A_FINDING_EN
    not_a_finding_zh: str = NOT_A_FINDING_ZH

    @property
    def is_settled(self) -> bool:
        """Whether no missing answer could change the result."""
        return len(self.still_possible) == 1

    def score_of(self, dimension: str) -> DimensionScore:
        """Return the score of one dimension."""
        return next(one for one in self.dimensions if one.dimension == dimension)


def screen(form: ScreeningForm, indicators: IndicatorSet) -> ScreeningResult:
    """Return what the answers show so far; call it again after each answer for a live result.

    Raises Invalid for a list whose text is not available, an answer to an indicator the list does not hold, or an age
    that the list is not made for.
    """
    chosen = indicators.list_of(form.list)
    _check_answers(form, indicators)
    _check_age(form, chosen, indicators)
    scores = tuple(
        score_dimension(dimension, form, indicators)
        for dimension in indicators.dimensions
        if dimension.in_list(form.list)
    )
    standings = {score.dimension: score.standing for score in scores}
    rules = _child_rule if chosen.ages == "child" else _adult_table
    act = _standing_of(form.act)
    possible = _possible(standings, act, indicators, chosen)
    held = [form.answer_to(one.id) for one in indicators.indicators_of(form.list)]
    return ScreeningResult(
        indicator_set=indicators.id,
        version=indicators.version,
        list=form.list,
        dimensions=scores,
        elements=_elements(standings, act, indicators),
        result=possible[0] if len(possible) == 1 else indicators.adult_otherwise,
        still_possible=possible,
        steps=tuple(rules(standings, act, indicators)),
        answered={answer: held.count(answer) for answer in Answer},
        cautions=tuple(_cautions(form, chosen, indicators, standings, possible)),
    )


def _standing_of(answer: Answer) -> Standing:
    if not answer.is_answered:
        return Standing.OPEN
    return Standing.POSITIVE if answer is Answer.YES else Standing.NEGATIVE


# --- the readings ----------------------------------------------------------------------------------


def _possible(
    standings: Mapping[str, Standing], act: Standing, indicators: IndicatorSet, chosen: ListOfIndicators
) -> tuple[str, ...]:
    """Every reading over all ways in which the open dimensions (and the open act) could close."""
    asked = {**standings, "act": act}
    relevant = _child_names(indicators) if chosen.ages == "child" else _adult_names(indicators)
    openings = [name for name in relevant if asked[name] is Standing.OPEN]
    read = _read_child if chosen.ages == "child" else _read_adult
    found = set()
    for closed in product((Standing.POSITIVE, Standing.NEGATIVE), repeat=len(openings)):
        found.add(read({**asked, **dict(zip(openings, closed, strict=True))}, indicators))
    return tuple(one.id for one in indicators.results if one.id in found)


def _adult_names(indicators: IndicatorSet) -> list[str]:
    named = {n for row in indicators.adult_rows for n in (*row.positive, *row.negative, *row.one_positive_of)}
    return [one.id for one in indicators.dimensions if one.id in named]


def _child_names(indicators: IndicatorSet) -> list[str]:
    return [*indicators.child_positive, "act"]


def _read_adult(closed: Mapping[str, Standing], indicators: IndicatorSet) -> str:
    for row in indicators.adult_rows:
        if (
            all(closed[name] is Standing.POSITIVE for name in row.positive)
            and all(closed[name] is Standing.NEGATIVE for name in row.negative)
            and (not row.one_positive_of or any(closed[n] is Standing.POSITIVE for n in row.one_positive_of))
        ):
            return row.result
    return indicators.adult_otherwise


def _read_child(closed: Mapping[str, Standing], indicators: IndicatorSet) -> str:
    if all(closed[name] is Standing.POSITIVE for name in _child_names(indicators)):
        return indicators.child_result
    return indicators.child_otherwise


# --- the reason for every step ---------------------------------------------------------------------


def _adult_table(
    standings: Mapping[str, Standing], act: Standing, indicators: IndicatorSet
) -> Iterator[ReadingStep]:
    for row in indicators.adult_rows:
        conditions = [_holds(standings[name], Standing.POSITIVE) for name in row.positive]
        conditions += [_holds(standings[name], Standing.NEGATIVE) for name in row.negative]
        if row.one_positive_of:
            conditions.append(_any_of(_holds(standings[n], Standing.POSITIVE) for n in row.one_positive_of))
        names = dict.fromkeys((*row.one_positive_of, *row.positive, *row.negative))
        yield ReadingStep(row.result, _all_of(conditions), tuple((name, standings[name]) for name in names))


def _child_rule(
    standings: Mapping[str, Standing], act: Standing, indicators: IndicatorSet
) -> Iterator[ReadingStep]:
    asked = {**standings, "act": act}
    names = _child_names(indicators)
    fits = _all_of(_holds(asked[name], Standing.POSITIVE) for name in names)
    yield ReadingStep(indicators.child_result, fits, tuple((name, asked[name]) for name in names))


def _holds(standing: Standing, wanted: Standing) -> bool | None:
    return None if standing is Standing.OPEN else standing is wanted


def _all_of(conditions: Iterable[bool | None]) -> bool | None:
    found = list(conditions)
    if False in found:
        return False
    return None if None in found else True


def _any_of(conditions: Iterable[bool | None]) -> bool | None:
    found = list(conditions)
    if True in found:
        return True
    return None if None in found else False


def _elements(
    standings: Mapping[str, Standing], act: Standing, indicators: IndicatorSet
) -> Mapping[str, Standing]:
    """Act, means and purpose of Article 3 of the Palermo Protocol, each as far as its dimensions speak to it."""
    elements = {"act": act}
    for element in dict.fromkeys(dimension.element for dimension in indicators.dimensions):
        parts = [
            _holds(standings[dimension.id], Standing.POSITIVE)
            for dimension in indicators.dimensions
            if dimension.element == element and dimension.id in standings
        ]
        joined = _any_of(parts)
        elements[element] = (
            Standing.OPEN if joined is None else (Standing.POSITIVE if joined else Standing.NEGATIVE)
        )
    return elements


# --- what is refused, and what must be read beside the result --------------------------------------


def _check_answers(form: ScreeningForm, indicators: IndicatorSet) -> None:
    held = {one.id for one in indicators.indicators_of(form.list)}
    known = {one.id for dimension in indicators.dimensions for one in dimension.indicators}
    problems = [
        Problem(
            f"The list {form.list} does not hold it." if name in known else "There is no such indicator.",
            field=f"answers.{name}",
            remedy="Take the answer out, or screen with the list that holds it."
            if name in known
            else "Compare it with the blank form.",
        )
        for name in form.answers
        if name not in held
    ]
    if problems:
        raise Invalid("Some answers belong to no indicator of the list.", problems=problems)


def _check_age(form: ScreeningForm, chosen: ListOfIndicators, indicators: IndicatorSet) -> None:
    age, limit = form.age, indicators.child_below
    if age.lowest is not None and age.highest is not None and age.lowest > age.highest:
        raise _wrong_age(
            f"The age runs from {age.lowest} to {age.highest}.", "Write the smaller number first."
        )
    if chosen.ages == "adult" and age.is_surely_below(limit):
        raise _wrong_age(
            f"The list {chosen.id} is for adults, the person is below {limit}.", "Use a list for children."
        )
    if chosen.ages == "child" and age.is_surely_from(limit):
        raise _wrong_age(
            f"The list {chosen.id} is for children, the person is {limit} or older.", "Use a list for adults."
        )


def _wrong_age(what: str, remedy: str) -> Invalid:
    return Invalid("The age does not fit.", problems=[Problem(what, field="age", remedy=remedy)])


def _cautions(
    form: ScreeningForm,
    chosen: ListOfIndicators,
    indicators: IndicatorSet,
    standings: Mapping[str, Standing],
    possible: tuple[str, ...],
) -> Iterator[Caution]:
    limit = indicators.child_below
    if not form.age.is_surely_below(limit) and not form.age.is_surely_from(limit):
        other = "adult" if chosen.ages == "child" else "child"
        yield Caution(
            "age_not_established",
            f"The age is not established on either side of {limit}: screen with the {other} list too.",
            f"尚未确定是否满{limit}周岁：请同时使用{'成年人' if other == 'adult' else '儿童'}清单甄别。",
        )
    if chosen.ages == "child":
        yield Caution(
            "means_not_required",
            f"Below {limit} no means need be shown: act and exploitation suffice.",
            f"不满{limit}周岁的，无须证明手段：有行为和剥削即可。",
        )
    if len(possible) > 1:
        yield Caution(
            "answers_missing",
            "Missing answers could still change the reading; nothing may be concluded from them.",
            "尚缺的回答仍可能改变结果，不得据此得出结论。",
        )
    vulnerable = [d for d in standings if "vulnerability" in d and standings[d] is Standing.POSITIVE]
    if vulnerable and chosen.ages == "adult":
        yield Caution(
            "vulnerability_counts_as_means",
            "Abuse of vulnerability is positive: it can stand for, or strengthen, the element of means.",
            "“利用脆弱处境”为阳性：可以替代或者加强“手段”要件。",
        )
    if "not_a_victim" in possible and len(possible) == 1:
        yield Caution(
            "never_shows_there_is_nothing",
            "That no dimension is positive does not show that the person was not trafficked; people in danger often "
            "say little at first.",
            "各维度未达到阳性，并不说明当事人未被拐卖；身处危险的人起初往往说得很少。",
        )
