"""Strata and linkage errors as files, forms and the panel give them: read, kept, answered, and hidden from others."""

from __future__ import annotations

import json

import numpy as np
import pytest

from concerted.errors import Invalid
from concerted.methods import prevalence
from concerted.methods.prevalence import (
    CaptureTable,
    LinkageDoubt,
    PanelOptions,
    StrataTables,
    agreement_panel,
    estimate_for_public,
    for_public,
    linkage_json,
    main_effects,
    plain,
    read_linkage,
    read_strata,
    read_table,
    strata_json,
)

YUNNAN = "1,0,0,120\n0,1,0,90\n0,0,1,60\n1,1,0,14\n1,0,1,9\n0,1,1,7\n1,1,1,3\n"
GUANGXI = "1,0,0,80\n0,1,0,50\n0,0,1,70\n1,1,0,10\n1,0,1,6\n0,1,1,9\n1,1,1,2\n"
HAINAN = "1,0,0,3\n0,0,1,1\n"


def _rows(name: str, rows: str) -> str:
    return "".join(f"{name},{row}\n" for row in rows.split())


CSV = "province,a,b,c,count\n" + _rows("Yunnan", YUNNAN) + _rows("Guangxi", GUANGXI) + _rows("Hainan", HAINAN)


def quick(table: CaptureTable) -> prevalence.Estimate:
    return main_effects(table, bootstrap=0, levels=(0.95, 0.8))


@pytest.fixture(scope="module")
def strata() -> StrataTables:
    return read_strata(CSV, ["Province"])


@pytest.fixture(scope="module")
def panel(strata: StrataTables) -> dict:
    options = PanelOptions(
        methods=("main-effects", "chao"),
        bootstrap=0,
        within="main-effects",
        linkage=LinkageDoubt.from_json({"missed": 0.3, "draws": 20}),
    )
    return agreement_panel(strata.whole, options, strata=strata).to_json()


def test_each_stratum_is_its_own_table_and_the_whole_is_their_sum(strata: StrataTables) -> None:
    assert strata.labelled["Yunnan"] == read_table("a,b,c,count\n" + YUNNAN)
    assert strata.whole.n == 303 + 227 + 4
    assert strata.whole.counts[7] == 3 + 2


def test_strata_are_kept_and_written_without_loss(strata: StrataTables) -> None:
    assert StrataTables.from_json(json.loads(json.dumps(strata.to_json())), strata.whole.lists) == strata
    assert read_strata(strata.to_csv(), ["province"]) == StrataTables(("province",), strata.tables)


def test_two_columns_part_people_by_both() -> None:
    told = read_strata("sex,a,year,b,count\nf,1,2019,0,5\nf,1,2020,1,6\nm,0,2019,1,7\n", ["sex", "year"])
    assert list(told.labelled) == ["f / 2019", "f / 2020", "m / 2019"]
    assert told.whole.lists == ("a", "b")


@pytest.mark.parametrize(
    ("text", "by", "row", "field"),
    [
        ("sex,a,b,count\nf,1,0,5\n,0,1,5\n", ["sex"], 2, "sex"),
        ("sex,a,b,count\nf,1,0,5\nf,0,2,5\n", ["sex"], 2, "b"),
        ("sex,a,b,count\nf,1,0,5\nf,0,1\n", ["sex"], 2, ""),
        ("sex,a,b,count\nf,1,0,5\nm,1,0,5\nf,1,0,6\n", ["sex"], 3, ""),
        ("sex,a,b,count\n" + "f" * 61 + ",1,0,5\n", ["sex"], 1, "sex"),
        ("sex,a,b,count\nf,1,0,5\n", ["age"], 0, ""),
        ("sex,a,b,count\nf,1,0,5\n", ["count"], 0, ""),
        ("sex,a,b,count\nf,1,0,5\n", ["sex", "SEX"], 0, ""),
        ("sex,a,b,count\nf,1,0,5\n", ["sex", "a"], 0, ""),
    ],
)
def test_a_faulty_row_or_column_is_named(text: str, by: list[str], row: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_strata(text, by)
    assert (refused.value.problems[0].row, refused.value.problems[0].field) == (row, field)


def test_nobody_and_too_many_strata_are_refused() -> None:
    with pytest.raises(Invalid, match="counts nobody"):
        read_strata("sex,a,b,count\nf,1,0,0\n", ["sex"])
    many = "".join(f"place {number},1,0,5\n" for number in range(201))
    with pytest.raises(Invalid, match="201 strata"):
        read_strata("place,a,b,count\n" + many, ["place"])
    with pytest.raises(Invalid, match="more than the limit"):
        read_strata("sex,a,b,count\nf,1,0,600000000\nm,1,0,600000000\n", ["sex"])


def test_two_strata_of_one_name_are_no_strata() -> None:
    table = CaptureTable(("a", "b"), np.array([0, 1, 2, 3]))
    with pytest.raises(Invalid, match="one name"):
        StrataTables(("x", "y"), {("1 / 2", "3"): table, ("1", "2 / 3"): table})


@pytest.mark.parametrize("pooling", ["none", "partial"])
def test_the_strata_told_add_up_to_the_total_told(pooling: str) -> None:
    whole = read_strata(CSV.replace(_rows("Hainan", HAINAN), ""), ["province"])
    (one,) = strata_json(whole, quick, name="main-effects", pooling=pooling, seed=1)["poolings"]
    assert sum(part["estimate"] for part in one["strata"]) == pytest.approx(
        one["total"]["estimate"], rel=1e-12
    )
    assert one["total"]["n_seen"] == whole.whole.n


def test_without_pooling_a_stratum_without_a_number_refuses_the_total_and_the_others_still_stand(
    strata: StrataTables,
) -> None:
    alone, pooled = strata_json(strata, quick, name="main-effects", pooling="both", seed=1)["poolings"]
    assert alone["total"] is None and "Hainan" in alone["refused"]["text"]
    assert [part["estimate"] is None for part in alone["strata"]] == [False, False, True]
    assert pooled["total"]["estimate"] > strata.whole.n
    assert [part["borrowed"] for part in pooled["strata"]] == [False, False, True]
    assert [(part["model"], part["refused"]) for part in alone["strata"][:2]] == [("[1,2,3]", None)] * 2
    assert (
        alone["strata"][0]["stratum"] == "Yunnan" and alone["strata"][2]["refused"]["code"] == "no_estimate"
    )


def test_the_panel_tells_strata_and_linkage_beside_the_methods(panel: dict) -> None:
    assert [one["pooling"] for one in panel["strata"]["poolings"]] == ["none", "partial"]
    assert panel["linkage"]["asked"] == {"missed": 0.3, "false": 0.0, "draws": 20, "pool": "mixture"}
    # three in ten matches were missed, so more people are on several lists than the table shows, and fewer are hidden
    assert panel["linkage"]["answer"]["estimate"] < panel["linkage"]["as_linked"]["estimate"] / 1.25
    assert "linkage_matters" in [one["code"] for one in panel["verdict"]["reasons"]]


def test_what_was_not_asked_stands_in_no_result_and_no_options() -> None:
    told = agreement_panel(
        read_table("a,b,c,count\n" + YUNNAN), PanelOptions(methods=("chao",), bootstrap=0)
    ).to_json()
    assert not {"strata", "linkage"} & set(told)
    assert not {"within", "pooling", "linkage"} & set(told["options"])
    assert "linkage" not in told["limits"]


def test_options_with_linkage_are_kept_and_read_again() -> None:
    options = PanelOptions(
        linkage=LinkageDoubt.from_json({"missed": {"a:b": [3, 40]}, "false": 0.01}), pooling="none"
    )
    assert PanelOptions.from_json(json.loads(json.dumps(options.to_json()))) == options


def test_strata_of_other_people_and_unknown_poolings_are_refused(strata: StrataTables) -> None:
    with pytest.raises(Invalid, match="add up"):
        agreement_panel(read_table("a,b,c,count\n" + YUNNAN), strata=strata)
    with pytest.raises(Invalid, match="pooling"):
        PanelOptions(pooling="some")


def test_others_see_no_small_stratum_nor_one_that_would_give_it_away(panel: dict) -> None:
    shown = for_public(panel)
    for one in shown["strata"]["poolings"]:
        people = {part["stratum"]: part["n_seen"] for part in one["strata"]}
        assert people == {"Yunnan": 303, "Guangxi": None, "Hainan": None}
        hidden = [part for part in one["strata"] if part["n_seen"] is None]
        assert all(part["estimate"] is None and part["interval"] == {} for part in hidden)
    assert shown["linkage"]["answer"]["diagnostics"] == {}
    assert shown["linkage"]["answer"]["estimate"] == prevalence.significant(
        panel["linkage"]["answer"]["estimate"]
    )


def test_only_numbers_of_people_are_rounded_for_others(panel: dict) -> None:
    shown = for_public(panel | {"seed": 123_456_789, "options": panel["options"] | {"bootstrap": 1234}})
    assert shown["seed"] == 123_456_789 and shown["options"]["bootstrap"] == 1234
    assert shown["table"]["n"] == panel["table"]["n"]
    assert [one["threshold"] for one in shown["threshold_path"]] == [
        one["threshold"] for one in panel["threshold_path"]
    ]
    low, high = shown["methods"][0]["interval"]["0.95"]
    exact = panel["methods"][0]["interval"]["0.95"]
    assert [low, high] == [prevalence.significant(end) for end in exact]
    assert shown["methods"][0]["n_seen"] == panel["methods"][0]["n_seen"]


def test_small_strata_are_hidden_even_where_no_count_of_the_whole_table_is_small() -> None:
    rows = "".join(
        f"{name},{row}\n"
        for name, share in (("x", 20), ("y", 21))
        for row in (f"1,0,{share}", f"0,1,{share}", f"1,1,{share}")
    )
    strata = read_strata("place,a,b,count\n" + rows + "z,1,0,2\n", ["place"])
    given = plain(quick(strata.whole).to_json())
    given["strata"] = strata_json(strata, quick, name="main-effects", pooling="partial", seed=1)
    shown = estimate_for_public(given, strata.whole)
    assert [part["n_seen"] for part in shown["strata"]["poolings"][0]["strata"]] == [None, 63, None]
    assert shown["estimate"] == prevalence.significant(given["estimate"]) and shown["diagnostics"] == {}


def test_a_table_without_small_counts_is_shown_as_it_is() -> None:
    table = read_table("a,b,count\n1,0,50\n0,1,40\n1,1,12\n")
    given = plain(quick(table).to_json())
    assert estimate_for_public(given, table) == given


def test_link_probabilities_are_drawn_over_and_told_as_counts_only() -> None:
    told = {"records": ["a", "b"] * 60, "links": [[2 * i, 2 * i + 1, 0.5] for i in range(60)], "draws": 30}
    doubt = read_linkage(json.dumps(told))
    table = read_table("a,b,count\n1,0,30\n0,1,30\n1,1,30\n")
    found = linkage_json(doubt, table, quick, name="main-effects", seed=3)
    assert found["asked"] == {"records": 120, "links": 60, "draws": 30, "pool": "mixture"}
    # each drawn linkage joins about half of the 60 pairs: about 90 people seen, 60 * 60 / 30 in all
    assert found["answer"]["n_seen"] == pytest.approx(90, abs=3)
    assert found["answer"]["estimate"] == pytest.approx(120, rel=0.1)


def test_linkages_that_carry_no_number_leave_the_reason() -> None:
    doubt = LinkageDoubt.from_json({"records": ["a", "b"], "links": [], "draws": 2})
    found = linkage_json(doubt, read_table("a,b,count\n1,0,1\n0,1,1\n"), quick, name="main-effects", seed=1)
    assert found["as_linked"] is None and found["answer"] is None
    assert "2 of 2" in found["refused"]["text"] and found["refused"]["text_zh"]


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ("", "linkage"),
        ("{", "linkage"),
        ("[1]", "linkage"),
        ("{}", "missed"),
        ('{"missed": 1}', "missed"),
        ('{"missed": -0.1}', "missed"),
        ('{"missed": "0.1"}', "missed"),
        ('{"missed": NaN}', "missed"),
        ('{"missed": true}', "missed"),
        ('{"missed": [5, 3]}', "missed"),
        ('{"false": [0, 0]}', "false"),
        ('{"false": {"a": 0.1}}', "false"),
        ('{"false": {"a:a": 0.1}}', "false"),
        ('{"missing": 0.1}', "linkage"),
        ('{"missed": 0.1, "draws": 1}', "draws"),
        ('{"missed": 0.1, "draws": 2.5}', "draws"),
        ('{"missed": 0.1, "pool": "mean"}', "pool"),
        ('{"missed": 0.1, "records": ["a", "b"]}', "records"),
        ('{"records": "ab"}', "records"),
        ('{"records": ["a", "b"], "links": 5}', "records"),
        ('{"records": ["a", "b"], "links": [[0, 1]]}', "links"),
        ('{"records": ["a", "b"], "links": [[0, 2, 0.5]]}', "links"),
        ('{"records": ["a", "a"], "links": [[0, 1, 0.5]]}', "links"),
        ('{"records": ["a", "b"], "links": [[0, 1, 1.5]]}', "links"),
        ('{"records": ["a", "b"], "links": [[0, 1.5, 0.5]]}', "links"),
    ],
)
def test_linkage_errors_that_cannot_be_are_told_in_both_languages(told: str, where: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_linkage(told.encode() if told else b"")
    assert refused.value.where == where
    assert refused.value.what.zh and refused.value.remedy.zh


def test_rates_of_lists_that_are_not_there_are_refused_before_anything_is_computed() -> None:
    doubt = LinkageDoubt.from_json({"missed": {"a:z": 0.1}})
    with pytest.raises(Invalid, match="no list 'z'"):
        doubt.check(("a", "b"))
