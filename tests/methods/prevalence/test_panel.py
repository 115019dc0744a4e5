"""The panel asks every method, shows each refusal with its reason, and never one number alone."""

from __future__ import annotations

import json

import pytest
from tests.methods.prevalence.published import published

from concerted.errors import Invalid
from concerted.methods.prevalence import (
    METHODS,
    CaptureTable,
    Estimate,
    MethodOptions,
    NotEstimable,
    PanelOptions,
    agreement_panel,
    check_all_models,
    for_public,
    read_table,
)

QUICK = PanelOptions(
    methods=("main-effects", "stepwise", "decomposable", "chao", "chapman"), bootstrap=60, seed=3
)


@pytest.fixture(scope="module")
def uk() -> CaptureTable:
    return published("UKdat_5")


def test_the_methods_have_the_names_that_were_promised() -> None:
    assert set(METHODS) == {
        "main-effects",
        "stepwise",
        "bic",
        "aic",
        "decomposable",
        "latent-class",
        "chao",
        "chapman",
        "bayes-threshold",
    }
    assert all(method.label.zh for method in METHODS.values())


def test_every_method_asked_stands_in_the_panel_with_a_number_or_a_reason(uk: CaptureTable) -> None:
    panel = agreement_panel(uk, QUICK)
    assert list(panel.answers) == list(QUICK.methods)
    assert isinstance(panel.answers["chapman"], NotEstimable)
    assert isinstance(panel.answers["stepwise"], Estimate)
    told = {one["method"]: one for one in panel.to_json()["methods"]}
    assert told["chapman"]["estimate"] is None
    assert told["chapman"]["refused"]["text"] and told["chapman"]["refused"]["text_zh"]
    assert len(panel.to_json()["threshold_path"]) > 5
    assert len(panel.to_json()["leave_one_out"]) == 5
    assert len(panel.to_json()["merged"]) == 10


def test_the_verdict_on_the_british_table_is_unstable_and_says_which_methods_differ(uk: CaptureTable) -> None:
    verdict = agreement_panel(uk, QUICK).verdict
    assert verdict.standing == "unstable"
    assert "methods_apart" in [reason.code for reason in verdict.reasons]


def test_the_same_options_give_the_same_panel_to_the_last_digit(uk: CaptureTable) -> None:
    first, again = (agreement_panel(uk, QUICK).to_json() for _ in range(2))
    for panel in (first, again):
        panel.pop("seconds")
        for one in panel["methods"]:
            one.pop("seconds", None)
    assert json.dumps(first) == json.dumps(again)


def test_a_panel_is_plain_json_and_its_options_can_be_taken_up_again(uk: CaptureTable) -> None:
    panel = json.loads(json.dumps(agreement_panel(uk, QUICK).to_json(), allow_nan=False))
    assert PanelOptions.from_json(panel["options"]) == QUICK


def test_progress_only_grows_and_ends_at_its_total(uk: CaptureTable) -> None:
    said: list[tuple[int, int, str]] = []
    agreement_panel(uk, QUICK, progress=lambda done, total, what: said.append((done, total, what)))
    done = [one[0] for one in said]
    assert done == sorted(done)
    assert said[-1][0] == said[-1][1]
    assert {"stepwise", "threshold-path"} <= {one[2] for one in said}


def test_two_lists_give_numbers_and_no_verdict_but_not_identified() -> None:
    panel = agreement_panel(read_table("a,b,count\n1,0,50\n0,1,40\n1,1,12\n"), QUICK)
    assert isinstance(panel.answers["chapman"], Estimate)
    assert panel.verdict.standing == "not_identified"
    assert "too_few_lists" in [reason.code for reason in panel.verdict.reasons]


def test_a_table_without_overlap_gets_no_number_from_any_method() -> None:
    panel = agreement_panel(read_table("a,b,c,count\n1,0,0,50\n0,1,0,40\n0,0,1,12\n"), QUICK)
    assert all(isinstance(one, NotEstimable) for one in panel.answers.values())
    assert panel.verdict.standing == "not_identified"
    assert panel.to_json()["verdict"]["low"] is None


@pytest.mark.parametrize(
    "options", [{"methods": ["guess"]}, {"methods": []}, {"threshold": 2}, {"unheard_of": 1}]
)
def test_options_that_cannot_be_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        PanelOptions.from_json(options)


def test_what_is_shown_to_others_holds_no_count_below_five_and_no_estimate_to_search_it_by(
    uk: CaptureTable,
) -> None:
    panel = agreement_panel(uk, QUICK).to_json()
    shown = for_public(panel)
    small = {row["history"] for row in panel["table"]["rows"] if row["count"] < 5}
    hidden = {row["history"] for row in shown["table"]["rows"] if row["count"] is None}
    assert small and small <= hidden
    assert shown["table"]["hidden_below"] == 5
    stepwise = next(one for one in shown["methods"] if one["method"] == "stepwise")
    assert (stepwise["estimate"], stepwise["diagnostics"]) == (11_300, {})
    assert all(one["n_seen"] is None for one in shown["leave_one_out"])
    assert "24,307" not in json.dumps(shown)


def test_a_table_without_small_counts_is_shown_as_it_is() -> None:
    panel = agreement_panel(read_table("a,b,count\n1,0,50\n0,1,40\n1,1,12\n"), QUICK).to_json()
    assert for_public(panel)["methods"] == panel["methods"]
    assert for_public(panel)["table"]["hidden_below"] is None


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("0,0,1,50\n1,1,0,40\n1,1,1,9\n", "The lists a and b name the same people"),
        ("1,0,0,50\n1,1,0,40\n1,0,1,9\n1,1,1,3\n", "Everybody is on the list a"),
        ("1,0,0,50\n0,1,0,40\n1,1,0,9\n", "Nobody is on the list c"),
    ],
)
def test_lists_that_no_estimate_can_rest_on_decide_the_verdict_and_are_told_beside_every_number(
    rows: str, said: str
) -> None:
    table = read_table("a,b,c,count\n" + rows)
    options = PanelOptions(bootstrap=0, search_bootstrap=0)
    panel = agreement_panel(table, options)
    assert panel.verdict.standing == "not_identified"
    assert said in str(panel.verdict.reasons[0].text) and panel.verdict.reasons[0].text.zh
    for name in ("decomposable", "latent-class", "chao"):
        assert isinstance(panel.answers[name], NotEstimable)
    for one in panel.answers.values():
        if not isinstance(one, NotEstimable):
            assert said in one.warnings[0].text


def test_eight_lists_are_asked_of_every_method_and_those_that_cannot_say_why() -> None:
    options = PanelOptions(
        methods=("stepwise", "bic", "aic", "decomposable", "chao", "chapman"), bootstrap=0, search_bootstrap=0
    )
    panel = agreement_panel(published("NewOrl"), options)
    refused = {name: one.code for name, one in panel.answers.items() if isinstance(one, NotEstimable)}
    assert set(refused) == {"bic", "aic", "decomposable", "chapman"}
    assert refused["bic"] == refused["aic"] == "too_many_models"
    assert panel.answers["stepwise"].estimate == pytest.approx(1184, abs=1)


def test_the_checks_stand_in_the_panel_with_how_many_models_fail() -> None:
    sparse = read_table("a,b,c,count\n1,0,0,9\n0,1,0,8\n0,0,1,7\n1,1,0,3\n")
    told = agreement_panel(sparse, PanelOptions(methods=("chao",), bootstrap=0)).to_json()["checks"]
    assert [one["code"] for one in told["cautions"]] == ["list_alone", "empty_overlaps"]
    models = told["models"]
    assert models["of_pairs"] == 8 and models["complete"] and models["failing"] > 0
    assert models["failing"] == models["no_estimate"] + models["not_identifiable"] + models["both"]
    counted = check_all_models(sparse)
    assert (models["no_estimate"], models["not_identifiable"], models["both"]) == (
        counted.no_estimate,
        counted.not_identifiable,
        counted.both,
    )


def test_the_path_of_the_panel_is_the_stepwise_estimate_at_each_threshold(uk: CaptureTable) -> None:
    panel = agreement_panel(uk, PanelOptions(methods=("stepwise", "chao"), bootstrap=30))
    for point in panel.path:
        alone = METHODS["stepwise"].run(uk, MethodOptions(threshold=point.threshold, bootstrap=0))
        assert point.answer is not None and point.answer.estimate == alone.estimate
    told = panel.to_json()
    assert [one["threshold"] for one in told["threshold_path"]] == [p.threshold for p in panel.path]
    stepwise = panel.answers["stepwise"]
    assert isinstance(stepwise, Estimate)
    assert (panel.verdict.low, panel.verdict.high) == stepwise.interval[0.95]
    for one in told["methods"]:
        method = METHODS[one["method"]]
        assert (one["label"], one["label_zh"]) == (str(method.label), method.label.zh)
        assert (one["judged"], one["is_bound"]) == (one["method"] == "stepwise", one["method"] == "chao")
    without = {tuple(one.lists): one for one in panel.without}
    for one in told["leave_one_out"]:
        changed = without[tuple(one["lists"])]
        assert one["n_seen"] == changed.n_seen and changed.answer is not None
        assert (one["estimate"], one["model"], one["refused"]) == (
            changed.answer.estimate,
            changed.answer.model,
            None,
        )
    assert len(told["merged"]) == 10 and len(told["leave_one_out"]) == 5
    assert [one["held_elsewhere"] for one in told["consistency"]] == [40, 104, 174, 112, 20]
