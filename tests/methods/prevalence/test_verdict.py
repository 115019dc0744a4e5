"""Each rule of the verdict holds where its line is crossed, is silent below it, and says why in two languages."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from concerted.methods.prevalence import LIMITS, RULES, Answer, Evidence, Said, Standing, judge


def _answer(method: str, estimate: float, low: float, high: float) -> Answer:
    return Answer(method, Said(method, method), estimate, low, high)


AGREEING = Evidence(
    k=4,
    n=1000,
    several=150,
    asked=4,
    answers=(
        _answer("stepwise", 3000, 2500, 3600),
        _answer("bic", 3200, 2600, 3900),
        _answer("decomposable", 3100, 2500, 3800),
    ),
    bound=2400.0,
    path=(2900.0, 3000.0, None, 3100.0),
    without={"a": 2800.0, "b": 3300.0, "c": None},
    reference=3000.0,
    foretold=(4, 4),
    resamples_refused={"stepwise": 0.01},
)


def _codes(evidence: Evidence) -> list[str]:
    return [reason.code for reason in judge(evidence).reasons]


def test_methods_that_agree_are_stable_and_still_warned_of() -> None:
    verdict = judge(AGREEING)
    assert (verdict.standing, verdict.reasons) == (Standing.STABLE, ())
    assert (verdict.low, verdict.high) == (2500, 3900)
    assert "wrong together" in verdict.summary


@pytest.mark.parametrize(
    ("changes", "code", "standing"),
    [
        ({"unsound": (Said("Twins.", "重复。"),)}, "unsound_lists", Standing.NOT_IDENTIFIED),
        ({"linked": (3000.0, 2390.0)}, "linkage_matters", Standing.UNSTABLE),
        ({"k": 2}, "too_few_lists", Standing.NOT_IDENTIFIED),
        ({"several": 9}, "too_little_overlap", Standing.NOT_IDENTIFIED),
        ({"answers": AGREEING.answers[:1]}, "too_few_methods", Standing.NOT_IDENTIFIED),
        ({"answers": ()}, "too_few_methods", Standing.NOT_IDENTIFIED),
        (
            {"answers": (*AGREEING.answers, _answer("latent-class", 11_000, 9000, 12_000))},
            "methods_far_apart",
            Standing.NOT_IDENTIFIED,
        ),
        (
            {"answers": tuple(replace(one, high=math.inf) for one in AGREEING.answers)},
            "no_upper_limit",
            Standing.NOT_IDENTIFIED,
        ),
        (
            {"answers": (*AGREEING.answers, _answer("latent-class", 4100, 3500, 4600))},
            "methods_apart",
            Standing.UNSTABLE,
        ),
        ({"path": (2900.0, 4000.0)}, "path_jumps", Standing.UNSTABLE),
        ({"without": {"a": 1400.0}}, "list_matters", Standing.UNSTABLE),
        ({"without": {"a": 6100.0}}, "list_matters", Standing.UNSTABLE),
        (
            {"answers": (*AGREEING.answers, _answer("latent-class", 3100, 1900, 5600))},
            "wide_interval",
            Standing.UNSTABLE,
        ),
        ({"bound": 3050.0}, "below_lower_bound", Standing.UNSTABLE),
        ({"refusals": {"latent-class": "chains_disagree"}}, "chains_disagree", Standing.UNSTABLE),
        ({"foretold": (2, 4)}, "foretold_badly", Standing.UNSTABLE),
        ({"resamples_refused": {"bic": 0.06}}, "resamples_lost", Standing.UNSTABLE),
    ],
)
def test_a_rule_holds_where_its_line_is_crossed(
    changes: dict[str, object], code: str, standing: Standing
) -> None:
    verdict = judge(replace(AGREEING, **changes))  # type: ignore[arg-type]
    assert code in [reason.code for reason in verdict.reasons]
    assert verdict.standing is standing
    for reason in verdict.reasons:
        assert "{" not in reason.text and "{" not in reason.text.zh
        assert reason.text.zh


@pytest.mark.parametrize(
    "changes",
    [
        {"several": 10},
        {"path": (2900.0, 3800.0)},
        {"without": {"a": 1501.0}},
        {"without": {"a": 5999.0}},
        {"bound": 2999.0},
        {"foretold": (3, 4)},
        {"foretold": (6, 8)},
        {"resamples_refused": {"bic": 0.05}},
        {"refusals": {"latent-class": "not_estimable"}},
    ],
)
def test_a_rule_is_silent_up_to_its_line(changes: dict[str, object]) -> None:
    assert _codes(replace(AGREEING, **changes)) == []  # type: ignore[arg-type]


def test_the_worst_reason_decides_and_every_reason_is_told() -> None:
    evidence = replace(AGREEING, several=3, path=(2900.0, 9000.0))
    verdict = judge(evidence)
    assert verdict.standing is Standing.NOT_IDENTIFIED
    assert [reason.code for reason in verdict.reasons] == ["too_little_overlap", "path_jumps"]


def test_every_rule_has_a_code_of_its_own_and_both_languages() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(rule.text and rule.text.zh for rule in RULES)


def test_a_looser_line_lets_more_pass() -> None:
    evidence = replace(AGREEING, path=(2900.0, 4000.0))
    assert judge(evidence, replace(LIMITS, path=2.0)).standing is Standing.STABLE


def test_a_method_that_finds_nobody_hidden_is_without_limit_from_one_that_finds_somebody() -> None:
    evidence = replace(AGREEING, answers=(*AGREEING.answers, _answer("latent-class", 1000, 1000, 1000)))
    (reason,) = [one for one in judge(evidence).reasons if one.code == "methods_far_apart"]
    assert "without limit" in reason.text and "无限倍" in reason.text.zh
    nobody = tuple(_answer(name, 1000, 1000, 1000) for name in ("stepwise", "bic"))
    alike = replace(AGREEING, answers=nobody, path=(1000.0, 1000.0), bound=None, without={}, reference=None)
    assert _codes(alike) == []


def test_a_verdict_is_told_with_every_text_in_both_languages() -> None:
    verdict = judge(replace(AGREEING, several=3))
    told = verdict.to_json()
    assert (told["standing"], told["text"], told["text_zh"]) == (
        "not_identified",
        str(verdict.summary),
        verdict.summary.zh,
    )
    assert (told["low"], told["high"]) == (2500, 3900)
    (reason,) = told["reasons"]
    assert set(reason) == {"code", "then", "text", "text_zh"}
    assert (reason["code"], reason["then"]) == ("too_little_overlap", "not_identified")
    assert reason["text"].startswith("Only 3 people") and reason["text_zh"].startswith("只有 3 人")
