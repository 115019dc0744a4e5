"""Screening by the operational indicators: the published rule, what must hold whatever is answered, what is refused."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from concerted.errors import Invalid
from concerted.interfaces.exchange.screening import INDICATORS_FILE
from concerted.methods.law import (
    AgeRange,
    Answer,
    ScreeningForm,
    Standing,
    Strength,
    indicator_set_from,
    screen,
)

DATA: dict[str, Any] = yaml.safe_load(INDICATORS_FILE.read_text(encoding="utf-8"))
SET = indicator_set_from(DATA)
LISTS = ("adult_labour", "child_labour")
ANSWERS = st.sampled_from(list(Answer))


def form(list_id: str = "adult_labour", yes: str = "", no: str = "", **more: Any) -> ScreeningForm:
    answers = dict.fromkeys(yes.split(), Answer.YES) | dict.fromkeys(no.split(), Answer.NO)
    return ScreeningForm(list=list_id, answers=answers, **more)


def all_no_but(
    yes: str = "", *, without: str = "", list_id: str = "adult_labour", **more: Any
) -> ScreeningForm:
    ids = [one.id for one in SET.indicators_of(list_id)]
    rest = " ".join(one for one in ids if one not in without.split() and one not in yes.split())
    return form(list_id, yes=yes, no=rest, **more)


@st.composite
def forms(draw: st.DrawFn) -> ScreeningForm:
    list_id = draw(st.sampled_from(LISTS))
    ids = [one.id for one in SET.indicators_of(list_id)]
    answers = draw(st.dictionaries(st.sampled_from(ids), ANSWERS))
    return ScreeningForm(list=list_id, answers=answers, act=draw(ANSWERS))


def test_the_lists_hold_as_many_indicators_as_the_text_read_states():
    assert {name: len(SET.indicators_of(name)) for name in LISTS} == {"adult_labour": 67, "child_labour": 65}


@pytest.mark.parametrize("dimension", SET.dimensions, ids=lambda one: one.id)
@pytest.mark.parametrize("list_id", LISTS)
def test_one_indicator_alone_never_makes_a_dimension_positive(list_id, dimension):
    for one in dimension.in_list(list_id):
        result = screen(form(list_id, yes=one.id), SET)
        assert result.score_of(dimension.id).standing is not Standing.POSITIVE


@pytest.mark.parametrize(
    ("dimension", "yes", "positive"),
    [
        ("coercion_at_destination", "CD-01 CD-02", True),
        ("deceptive_recruitment", "DR-01 DR-02", True),
        ("deceptive_recruitment", "DR-01 DR-10", True),
        ("deceptive_recruitment", "DR-02 DR-03", False),
        ("deceptive_recruitment", "DR-02 DR-03 DR-04", True),
        ("deceptive_recruitment", "DR-02 DR-03 DR-10", True),
        ("recruitment_by_abuse_of_vulnerability", "RV-15 RV-16", False),
        ("recruitment_by_abuse_of_vulnerability", "RV-01 RV-15 RV-16", False),
        ("recruitment_by_abuse_of_vulnerability", "RV-01 RV-02 RV-15", True),
    ],
)
def test_a_dimension_is_positive_by_the_published_combinations(dimension, yes, positive):
    score = screen(all_no_but(yes), SET).score_of(dimension)
    assert score.standing is (Standing.POSITIVE if positive else Standing.NEGATIVE)
    assert any(step.is_met for step in score.steps) is positive


DECEIVED, COERCED = "DR-01 DR-02", "CR-01 CR-02"
EXPLOITED, HELD = "EX-01 EX-02", "CD-01 CD-02"


@pytest.mark.parametrize(
    ("yes", "expected"),
    [
        (f"{DECEIVED} {EXPLOITED} {HELD}", "trafficking_for_forced_labour"),
        (f"{COERCED} {EXPLOITED} {HELD}", "trafficking_for_forced_labour"),
        (f"{DECEIVED} {EXPLOITED}", "deception_and_exploitation"),
        (f"{DECEIVED} {COERCED} {EXPLOITED}", "deception_and_exploitation"),
        (EXPLOITED, "exploited_migrant"),
        ("", "not_a_victim"),
        (f"{EXPLOITED} {HELD}", "undetermined"),
        (DECEIVED, "undetermined"),
    ],
)
def test_an_adults_answers_are_read_by_the_table(yes, expected):
    result = screen(all_no_but(yes), SET)
    assert (result.result, result.is_settled) == (expected, True)


def test_a_row_that_fits_says_because_of_which_dimensions():
    step = screen(all_no_but(f"{DECEIVED} {EXPLOITED} {HELD}"), SET).steps[0]
    assert step.fits is True
    assert dict(step.because) == {
        "deceptive_recruitment": Standing.POSITIVE,
        "coercive_recruitment": Standing.NEGATIVE,
        "exploitation": Standing.POSITIVE,
        "coercion_at_destination": Standing.POSITIVE,
    }


def test_an_empty_form_shows_nothing_and_excludes_nothing():
    result = screen(form(), SET)
    assert result.result == "undetermined"
    assert set(result.still_possible) >= {
        "trafficking_for_forced_labour",
        "exploited_migrant",
        "not_a_victim",
    }
    assert {score.standing for score in result.dimensions} == {Standing.OPEN}


@pytest.mark.parametrize("answer", [Answer.DECLINED, Answer.UNKNOWN, Answer.NOT_ASKED])
def test_a_question_that_was_not_answered_is_not_a_no(answer):
    told = all_no_but(f"{DECEIVED} {EXPLOITED} CD-01", without="CD-02")
    left_open = screen(ScreeningForm("adult_labour", {**told.answers, "CD-02": answer}), SET)
    assert left_open.score_of("coercion_at_destination").standing is Standing.OPEN
    assert left_open.still_possible == ("trafficking_for_forced_labour", "deception_and_exploitation")
    denied = screen(ScreeningForm("adult_labour", {**told.answers, "CD-02": Answer.NO}), SET)
    assert denied.result == "deception_and_exploitation"


def test_the_five_answers_are_counted_apart():
    answers = dict(zip(("DR-01", "DR-02", "DR-03", "DR-04"), list(Answer)[:4], strict=True))
    result = screen(ScreeningForm("adult_labour", answers), SET)
    assert result.answered == {
        Answer.YES: 1,
        Answer.NO: 1,
        Answer.DECLINED: 1,
        Answer.UNKNOWN: 1,
        Answer.NOT_ASKED: 63,
    }
    score = result.score_of("deceptive_recruitment")
    assert (score.yes, score.no, score.declined, score.unknown) == (
        ("DR-01",),
        ("DR-02",),
        ("DR-03",),
        ("DR-04",),
    )


def test_for_a_child_act_and_exploitation_suffice_without_means():
    told = all_no_but(EXPLOITED, list_id="child_labour", act=Answer.YES, age=AgeRange(12, 14))
    result = screen(told, SET)
    assert (result.result, result.is_settled) == ("child_trafficking_indicated", True)
    assert result.elements == {
        "act": Standing.POSITIVE,
        "means": Standing.NEGATIVE,
        "purpose": Standing.POSITIVE,
    }


@pytest.mark.parametrize("act", [Answer.DECLINED, Answer.UNKNOWN, Answer.NOT_ASKED])
def test_for_a_child_an_act_not_told_leaves_the_reading_open(act):
    result = screen(all_no_but(EXPLOITED, list_id="child_labour", act=act), SET)
    assert result.still_possible == ("child_trafficking_indicated", "undetermined")


@pytest.mark.parametrize(
    ("list_id", "age"), [("adult_labour", AgeRange(3, 17)), ("child_labour", AgeRange(18, None))]
)
def test_a_list_made_for_another_age_is_refused(list_id, age):
    with pytest.raises(Invalid) as refused:
        screen(form(list_id, age=age), SET)
    assert refused.value.problems[0].field == "age"


@pytest.mark.parametrize("age", [AgeRange(), AgeRange(16, 19), AgeRange(None, 20)])
@pytest.mark.parametrize("list_id", LISTS)
def test_an_age_on_both_sides_of_the_limit_asks_for_the_other_list_too(list_id, age):
    assert "age_not_established" in {one.code for one in screen(form(list_id, age=age), SET).cautions}


@pytest.mark.parametrize("list_id", ["adult_sexual", "child_sexual"])
def test_a_list_whose_text_was_not_read_scores_nothing(list_id):
    with pytest.raises(Invalid) as refused:
        screen(form(list_id), SET)
    assert refused.value.code == "text_not_available"


def test_a_list_is_usable_as_soon_as_its_strengths_are_written():
    loaded = copy.deepcopy(DATA)
    for one in loaded["lists"]:
        if one["id"] == "adult_sexual":
            one["text"] = "read"
    for dimension in loaded["dimensions"]:
        for indicator in dimension["indicators"]:
            if indicator["strength"]["adult_sexual"] == "not_read":
                indicator["strength"]["adult_sexual"] = "medium"
    result = screen(form("adult_sexual", yes="CD-07 CD-08"), indicator_set_from(loaded))
    assert result.score_of("coercion_at_destination").standing is Standing.POSITIVE


def test_a_list_said_to_be_read_must_have_every_strength():
    loaded = copy.deepcopy(DATA)
    loaded["lists"][2]["text"] = "read"
    with pytest.raises(Invalid, match="not_read"):
        indicator_set_from(loaded)


def test_a_list_that_miscounts_itself_is_refused():
    loaded = copy.deepcopy(DATA)
    loaded["lists"][0]["count"] = 66
    with pytest.raises(Invalid) as refused:
        indicator_set_from(loaded)
    assert "67" in str(refused.value.problems[0].what)


def test_an_answer_outside_the_list_is_refused_with_its_field():
    with pytest.raises(Invalid) as refused:
        screen(form("child_labour", yes="RV-08 XX-01"), SET)
    assert [one.field for one in refused.value.problems] == ["answers.RV-08", "answers.XX-01"]


RANK = {Standing.NEGATIVE: 0, Standing.OPEN: 1, Standing.POSITIVE: 2}


@given(forms(), st.data())
def test_a_further_yes_never_lowers_a_dimension(told, data):
    one = data.draw(st.sampled_from([each.id for each in SET.indicators_of(told.list)]))
    more = ScreeningForm(told.list, {**told.answers, one: Answer.YES}, act=told.act)
    before, after = screen(told, SET), screen(more, SET)
    for old, new in zip(before.dimensions, after.dimensions, strict=True):
        assert RANK[new.standing] >= RANK[old.standing]
        assert all(new.counts[strength] >= old.counts[strength] for strength in Strength)


@given(forms(), st.randoms())
def test_the_order_of_the_answers_changes_nothing(told, dice):
    shuffled = list(told.answers.items())
    dice.shuffle(shuffled)
    assert screen(ScreeningForm(told.list, dict(shuffled), act=told.act), SET) == screen(told, SET)


@given(forms(), st.data())
def test_what_is_settled_stays_settled_and_what_is_excluded_stays_out(told, data):
    missing = [one.id for one in SET.indicators_of(told.list) if not told.answer_to(one.id).is_answered]
    more = {one: data.draw(st.sampled_from([Answer.YES, Answer.NO])) for one in missing[:12]}
    before = screen(told, SET)
    after = screen(ScreeningForm(told.list, {**told.answers, **more}, act=told.act), SET)
    assert set(after.still_possible) <= set(before.still_possible)
    if before.is_settled:
        assert after.result == before.result


@given(forms())
def test_no_result_is_ever_a_legal_finding(told):
    result = screen(told, SET)
    assert result.is_legal_finding is False
    assert "not a legal finding" in result.not_a_finding_en
    assert "不是法律认定" in result.not_a_finding_zh
