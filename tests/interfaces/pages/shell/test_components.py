"""Components say in words what they show in colour, and let nothing through unescaped."""

import re
from datetime import date

from django import forms
from django.utils import translation

EVIL = "<script>alert(1)</script>"


def test_a_state_has_words_and_a_symbol_beside_its_colour(render) -> None:
    shown = render('{% state_tag "overdue" %}')
    assert "Overdue" in shown
    assert 'aria-hidden="true">▲' in shown


def test_a_tile_opens_the_list_behind_it_and_shows_its_denominator(render) -> None:
    shown = render('{% tile "Overdue" 12 57 href="/reports/?state=overdue" %}')
    assert 'href="/reports/?state=overdue"' in shown
    assert "12" in shown
    assert "of 57" in shown


def test_a_long_list_shows_its_first_rows_and_folds_the_rest_and_drops_none(render) -> None:
    shared = "{% with rows|folded:2 as shared %}{{ shared.first|join:' ' }}|{{ shared.rest|join:' ' }}{% endwith %}"
    assert render(shared, rows=[1, 2, 3, 4]) == "1 2|3 4"
    assert render(shared, rows=[1, 2, 3]) == "1 2 3|"


def test_a_tile_of_the_map_names_a_province_as_maps_do(render) -> None:
    tiles = [{"code": "650000", "name": "新疆维吾尔自治区"}, {"code": "430000", "name": "Hunan"}]
    shown = render("{% tile_map tiles title='t' %}", tiles=tiles)
    assert ">新疆<" in shown and ">Hunan<" in shown
    assert "新疆维吾尔自治区: " in shown


def test_a_missing_number_is_a_dash_not_zero(render) -> None:
    assert "—" in render('{% tile "Waiting" None %}')
    assert ">0<" in render('{% tile "Waiting" 0 %}')


def test_texts_from_data_are_escaped_everywhere(render) -> None:
    row = {"label": EVIL, "cells": ["adopted"], "href": "#"}
    shown = render(
        "{% tile evil 1 %}{% state_tag evil %}{% empty_state evil evil %}{% tabs items %}"
        "{% timeline events %}{% summary_list facts %}{% tile_map tiles title=evil %}"
        "{% matrix rows columns caption=evil corner=evil %}{% gantt bars title=evil %}"
        "{% sparkline values title=evil unit=evil %}{% provenance evil sources %}{{ thing|bilingual }}"
        "{% data_table caption=evil %}{% sort_header evil 'x' %}{% enddata_table %}",
        evil=EVIL,
        items=[{"label": EVIL, "href": "#"}],
        events=[{"title": EVIL, "by": EVIL, "text": EVIL, "at": date(2011, 7, 18)}],
        facts={EVIL: EVIL},
        rows=[row],
        columns=[{"label": EVIL, "short": EVIL}],
        tiles=[{"code": "43", "name": EVIL, "value": EVIL, "href": "#"}],
        bars=[{"label": EVIL, "start": date(2008, 1, 1), "end": date(2009, 1, 1)}],
        values=[1, None, 2],
        sources=[{"what": EVIL, "where": EVIL}],
        thing={"name_zh": EVIL},
    )
    assert "<script" not in shown


def test_no_component_writes_inline_style_or_script(render) -> None:
    shown = render(
        "{% progress_three claimed 0.5 health %}{% bar 24 31 %}{% interval 5 1 9 target=8 %}"
        "{% sparkline values %}{% tile_map tiles title='t' %}",
        claimed="in_progress",
        health={"due": 31, "received": 24},
        values=[1, 2],
        tiles=[{"code": "43", "name": "Hunan", "state": "adopted"}],
    )
    assert not re.search(r"\sstyle=|\son\w+=|<script", shown)


def test_a_name_falls_back_to_the_other_language_and_says_so(render) -> None:
    agency = {"name_en": "", "name_zh": "民政部"}
    assert render("{{ a|bilingual }}", a=agency) == '<span lang="zh-Hans">民政部</span>'
    assert render("{{ a|in_language }}", a=agency) == "民政部"
    with translation.override("zh-hans"):
        assert render("{{ a|bilingual }}", a=agency) == "民政部"


def test_sorting_keeps_the_filters_and_turns_round(render) -> None:
    head = '{% sort_header "Due" "due" %}'
    assert 'href="?state=open&amp;sort=due"' in render(head, "/list/?state=open&cursor=abc")
    turned = render(head, "/list/?sort=due")
    assert 'href="?sort=-due"' in turned
    assert 'aria-sort="ascending"' in turned


def test_pages_keep_the_filters(render) -> None:
    shown = render('{% pagination next="n1" shown=50 total=312 %}', "/list/?state=open")
    assert 'href="?state=open&amp;cursor=n1"' in shown
    assert "50 of 312 rows" in shown


def test_a_table_has_a_caption_and_offers_its_exports(render) -> None:
    shown = render('{% data_table caption="Due" csv="?csv" xlsx="?xlsx" %}<tbody></tbody>{% enddata_table %}')
    assert "<caption" in shown
    assert 'href="?csv"' in shown
    assert 'tabindex="0"' in shown


class Filter(forms.Form):
    state = forms.MultipleChoiceField(choices=[("open", "Open"), ("overdue", "Overdue")], required=False)


def test_a_filter_in_force_can_be_taken_off_alone(render) -> None:
    address = "/list/?state=open&state=overdue"
    shown = render("{% filters form %}", address, form=Filter({"state": ["open", "overdue"]}))
    assert 'href="?state=overdue"' in shown
    assert 'href="?state=open"' in shown


def test_the_three_numbers_stand_apart(render) -> None:
    shown = render(
        "{% progress_three claimed reached health %}",
        claimed={"counts": {"completed": 7, "in_progress": 17}},
        reached={"value": 1.2, "reported": 24, "expected": 31},
        health={"due": 31, "received": 24},
    )
    assert "7 of 24" in shown
    assert "120%" in shown, "achievement is not clipped in words"
    assert "24 of 31" in shown


def test_what_cannot_be_computed_is_said_so(render) -> None:
    shown = render("{% progress_three None None None %}")
    for words in ("Nothing claimed yet", "Not computable", "Nothing due yet"):
        assert words in shown


def test_a_tile_of_the_map_says_its_province_and_state_in_words(render) -> None:
    tiles = [{"code": "43", "name": "Hunan", "state": "adapted", "href": "/provinces/43/"}]
    shown = render('{% tile_map tiles title="Uptake" %}', tiles=tiles)
    assert "Hunan: Adapted" in shown
    assert "c-col-4 c-row-6" in shown
    assert "1 of 1" in shown


def test_a_cell_of_the_matrix_names_its_row_and_column(render) -> None:
    shown = render(
        '{% matrix rows columns caption="Coverage" %}',
        columns=[{"label": "Hunan"}, {"label": "Yunnan"}],
        rows=[{"label": "Measure 3", "cells": ["adopted", None]}],
    )
    assert "Measure 3, Hunan: Adopted" in shown
    assert "nothing recorded" in shown
    assert 'scope="row"' in shown


def test_a_sparkline_tells_its_values_and_its_gaps(render) -> None:
    shown = render("{% sparkline values labels %}", values=[120, None, 260], labels=["2008", "2009", "2010"])
    assert "2008: 120; 2009: —; 2010: 260" in shown
    assert "2 of 3 values" in shown
