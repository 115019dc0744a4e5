"""A report says the verdict first, in either language, needs nothing else, and lets no text become markup."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from concerted.interfaces.exchange.prevalence import drawings, drawings_parts
from concerted.interfaces.exchange.prevalence.html import report_html
from concerted.interfaces.exchange.prevalence.picture import report_pdf
from concerted.interfaces.exchange.prevalence.report import lay_out
from concerted.interfaces.exchange.prevalence.tables import estimates_table
from concerted.interfaces.exchange.prevalence.words import WORDS, Speech, panel_text
from concerted.methods.prevalence import (
    LinkageDoubt,
    PanelOptions,
    agreement_panel,
    for_public,
    read_strata,
    read_table,
)

TABLE = (
    'police,shelters,"<b>hot&line</b>",federation,count\n'
    "1,0,0,0,120\n0,1,0,0,90\n0,0,1,0,60\n0,0,0,1,55\n1,1,0,0,14\n1,0,1,0,9\n0,1,1,0,7\n0,0,1,1,6\n1,1,1,0,3\n"
)
OPTIONS = PanelOptions(methods=("stepwise", "decomposable", "chao", "chapman"), bootstrap=40)
ATTRIBUTES_THAT_RUN = re.compile(
    r"\bon\w+=|javascript:|<script|https?://(?!www\.w3\.org/2000/svg)", re.IGNORECASE
)


@pytest.fixture(scope="module")
def panel() -> dict[str, Any]:
    return agreement_panel(read_table(TABLE), OPTIONS).to_json()


@pytest.mark.parametrize(
    "draw", [drawings.overlaps, drawings.estimates, drawings.threshold_path, drawings.odds_curve]
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_picture_is_well_formed_titled_and_escapes_the_names_of_lists(
    panel: dict[str, Any], draw: Any, language: str
) -> None:
    svg = draw(panel, Speech(language))
    root = ElementTree.fromstring(svg)
    names = {child.tag.rpartition("}")[2]: child.text for child in root}
    assert names["title"] and names["desc"]
    assert root.attrib["role"] == "img"
    assert "<b>" not in svg and "style=" not in svg and "nan" not in svg


def test_the_html_report_needs_nothing_else_and_runs_nothing(panel: dict[str, Any]) -> None:
    page = report_html(panel, language="en", title="A <i>title</i>")
    assert ATTRIBUTES_THAT_RUN.search(page) is None
    assert "<i>title" not in page and "<b>hot" not in page
    assert page.index("Verdict:") < page.index("What each method says")
    assert page.count("<svg") == 6


def test_the_report_speaks_chinese_throughout(panel: dict[str, Any]) -> None:
    report = lay_out(panel, language="zh", title="试验")
    assert report.say.tag == "zh-Hans"
    for section in report.sections:
        assert re.search("[一-鿿]", section.heading), section.key
    assert re.search("[一-鿿]", report.summary)


def test_every_word_of_a_report_has_both_languages_with_the_same_places() -> None:
    for english, chinese in WORDS.values():
        assert english and chinese
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", chinese))


def test_a_method_that_refused_is_shown_with_its_reason(panel: dict[str, Any]) -> None:
    methods = lay_out(panel, language="en").sections[0]
    assert methods.grid is not None
    refused = next(row for row in methods.grid.rows if row[0].startswith("Two lists"))
    assert refused[1] == "No number"
    assert "two lists" in refused[4]


def test_hidden_counts_are_told_and_not_drawn_as_numbers(panel: dict[str, Any]) -> None:
    shown = for_public(panel)
    overlaps = next(one for one in lay_out(shown, language="en").sections if one.key == "overlaps")
    assert "Counts below 5 are hidden" in overlaps.note
    assert overlaps.grid is not None
    assert ("police, shelters, <b>hot&line</b>", "hidden") in overlaps.grid.rows
    assert ">…</text>" in overlaps.picture and ">3</text>" not in overlaps.picture


def test_the_pdf_is_one_and_the_same_for_the_same_panel(panel: dict[str, Any]) -> None:
    assert report_pdf(panel, language="zh", title="试验").startswith(b"%PDF")


def test_the_table_for_a_spreadsheet_holds_every_estimate(panel: dict[str, Any]) -> None:
    table = estimates_table(panel, "en", "A run")
    names = [row[1] for row in table.rows]
    assert {"Stepwise log-linear", "Chao's lower bound", "0.02", "police, shelters"} <= set(names)


def test_the_text_names_the_verdict_first(panel: dict[str, Any]) -> None:
    assert panel_text(panel, language="zh").startswith("结论: ")


def test_an_axis_far_longer_than_it_begins_is_logarithmic() -> None:
    across, ticks = drawings._axis(100, 100_000, 0, 300)
    assert across(100) == 0 and across(100_000) == pytest.approx(300)
    assert across(1000) == pytest.approx(100)
    assert ticks == [100.0, 1000.0, 10_000.0, 100_000.0]


PARTED = (
    'sex,police,shelters,"<b>hot&line</b>",count\n'
    "f,1,0,0,120\nf,0,1,0,90\nf,0,0,1,60\nf,1,1,0,14\nf,1,0,1,9\nf,0,1,1,7\nf,1,1,1,3\n"
    "m,1,0,0,80\nm,0,1,0,50\nm,0,0,1,70\nm,1,1,0,10\nm,1,0,1,6\nm,0,1,1,9\nm,1,1,1,2\n"
    "<i>,1,0,0,3\n<i>,0,0,1,1\n"
)


@pytest.fixture(scope="module")
def parted() -> dict[str, Any]:
    strata = read_strata(PARTED, ["sex"])
    doubt = LinkageDoubt.from_json({"missed": [3, 40], "false": {"police:shelters": 0.02}, "draws": 10})
    options = PanelOptions(methods=("chao",), bootstrap=0, within="main-effects", linkage=doubt)
    return agreement_panel(strata.whole, options, strata=strata).to_json()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_strata_and_drawn_linkages_are_pictured_and_escape_names(
    parted: dict[str, Any], language: str
) -> None:
    say = Speech(language)
    for svg in (
        drawings_parts.strata(parted["strata"], say),
        drawings_parts.linkage(parted["linkage"], parted["table"]["n"], say),
    ):
        names = {child.tag.rpartition("}")[2]: child.text for child in ElementTree.fromstring(svg)}
        assert names["title"] and names["desc"] and "<i>" not in svg and "nan" not in svg


def test_a_report_tells_each_stratum_its_total_and_what_was_stated_of_links(parted: dict[str, Any]) -> None:
    page = report_html(parted, language="en")
    assert "By strata" in page and "3 of 40 audited" in page and "police:shelters 2.0%" in page
    assert "No total without pooling: Stratum &lt;i&gt; has no estimate of its own." in page
    assert "(from the others)" in page
    assert "分层估计" in report_html(parted, language="zh")
    text = panel_text(parted, language="en")
    assert (
        text.index("By strata")
        < text.index("If records were joined wrongly")
        < text.index("What was assumed")
    )
    rows = estimates_table(parted, "en", "t").rows
    assert [row[1] for row in rows if row[0] == "By strata: Partly pooled"] == ["f", "m", "<i>", "Total"]


def test_hidden_strata_are_told_and_not_drawn(parted: dict[str, Any]) -> None:
    shown = for_public(parted)
    page = report_html(shown, language="en")
    assert "Strata of fewer than 5 people are hidden" in page
    assert page.count('<th scope="row">m</th><td class="n">hidden</td>') == 1
    assert ">m</text>" not in drawings_parts.strata(shown["strata"], Speech("en"))


def test_nothing_of_strata_or_links_stands_where_it_was_not_asked(panel: dict[str, Any]) -> None:
    assert not {"strata", "linkage"} & {section.key for section in lay_out(panel, language="en").sections}


def test_the_report_tells_what_was_checked_before_any_number(panel: dict[str, Any]) -> None:
    assert "Checked before any number" in report_html(panel, language="en")
    counts = {
        "of_pairs": 64,
        "no_estimate": 3,
        "not_identifiable": 1,
        "both": 0,
        "failing": 4,
        "complete": True,
    }
    checks = {"cautions": [], "models": counts}
    text = panel_text(panel | {"checks": checks}, language="en")
    assert "Nothing stands out" in text
    assert (
        "Of 64 models of pairs 4 cannot be used: 3 have no estimate, 1 leave the hidden number open, 0 both."
        in text
    )
    many = panel | {"checks": {"cautions": [], "models": counts | {"complete": False}}}
    assert "at least 4 cannot be used" in panel_text(many, language="en")
    assert "4 个不可用" in panel_text(panel | {"checks": checks}, language="zh")
    kept_before = {key: value for key, value in panel.items() if key != "checks"}
    assert "Checked before any number" not in report_html(kept_before, language="en")
