"""A case list is read by its mapping, faults are told with row and cell, and nothing is guessed or dropped."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from concerted.errors import Invalid
from concerted.foundation.people.values import Birth, Document, Name, NameKind, Origin, Script, Sex, SexStated
from concerted.interfaces.exchange.case_sheet import (
    CaseMapping,
    CaseSheet,
    faults_table,
    guessed_mapping,
    mapping_as_data,
    mapping_from,
    read_case_sheet,
    read_mapping,
    targets,
    write_mapping,
)
from concerted.interfaces.exchange.case_sheet.births import birth_from
from concerted.interfaces.exchange.case_sheet.targets import Unreadable
from concerted.interfaces.exchange.tables import Format, write_table
from concerted.mechanism.cases.sections import WRITTEN

TODAY = date(2011, 7, 25)
HEADINGS = ["编号", "姓名", "性别", "出生日期", "国籍", "电话", "备注"]
ROW = ["X-1", "演示人甲", "女", "1990年3月5日", "中国", "000-0000", "演示"]


def csv_of(*rows: list[str], encoding: str = "utf-8") -> bytes:
    held = io.StringIO()
    csv.writer(held).writerows(rows)
    return held.getvalue().encode(encoding)


def read(*rows: list[str], mapping: CaseMapping | None = None) -> CaseSheet:
    return read_case_sheet(csv_of(*rows), "list.csv", on=TODAY, mapping=mapping)


def values_of(sheet: CaseSheet, kind: type) -> list:
    return [one.value for one in sheet.cases[0].statements if isinstance(one.value, kind)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_usual_list_is_read_without_a_mapping(encoding):
    sheet = read_case_sheet(csv_of(HEADINGS, ROW, encoding=encoding), "list.csv", on=TODAY)
    [case] = sheet.cases
    assert sheet.faults == ()
    assert (case.local_number, case.row, case.age_band, case.notes) == ("X-1", 2, "adult", ("演示",))
    assert case.sections == {"contact": {"number": "000-0000"}}
    assert values_of(sheet, Name) == [Name("演示人甲", Script.HAN, NameKind.LEGAL)]
    assert values_of(sheet, SexStated) == [SexStated(Sex.FEMALE)]
    assert values_of(sheet, Origin) == [Origin(nationality="CN")]
    assert values_of(sheet, Birth)[0].earliest == date(1990, 3, 5)


def test_every_target_reads_its_own_codes():
    for target in targets().values():
        for code in target.codes:
            target.read(code, TODAY)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("1990-03-05", date(1990, 3, 5), date(1990, 3, 5)),
        ("1990/3/5", date(1990, 3, 5), date(1990, 3, 5)),
        ("19900305", date(1990, 3, 5), date(1990, 3, 5)),
        ("1990年3月", date(1990, 3, 1), date(1990, 3, 31)),
        ("1990", date(1990, 1, 1), date(1990, 12, 31)),
        ("农历1990年三月初五", date(1990, 3, 31), date(1990, 3, 31)),
        ("农历1990年3月5日", date(1990, 3, 31), date(1990, 3, 31)),
        ("1990年闰五月廿三", date(1990, 7, 15), date(1990, 7, 15)),
        ("农历1990年腊月三十", date(1991, 2, 14), date(1991, 2, 14)),
    ],
)
def test_a_birth_is_the_days_it_may_mean(text, earliest, latest):
    birth = birth_from(text)
    assert (birth.earliest, birth.latest) == (earliest, latest)


@pytest.mark.parametrize("text", ["05/03/1990", "3.5.90", "spring 1990", "1990-13-40", "1990年二三四月"])
def test_a_birth_that_could_be_read_two_ways_is_not_read(text):
    with pytest.raises((ValueError, KeyError, Invalid)):
        birth_from(text)


def test_each_fault_is_told_with_its_row_its_heading_and_what_to_write():
    sheet = read(
        ["编号", "性别", "出生日期", "身份证号", "年龄"],
        ["A", "女", "1990", "", "21"],
        ["B", "雌", "03/04/90", "11010519491231002Y", "old"],
    )
    assert [(one.row, one.column, one.value) for one in sheet.faults] == [
        (3, "性别", "雌"),
        (3, "出生日期", "03/04/90"),
        (3, "身份证号", "11010519491231002Y"),
        (3, "年龄", "old"),
    ]
    assert all(str(one.what) and str(one.remedy) for one in sheet.faults)
    written = write_table(faults_table(sheet.faults), Format.CSV).decode("utf-8-sig")
    assert written.count("\r\n") == 5


def test_a_list_with_one_fault_goes_in_not_at_all():
    with pytest.raises(Invalid) as refused:
        read(["编号", "性别"], ["A", "女"], ["B", "?"]).refuse_faults("list.csv")
    assert [(one.row, one.field) for one in refused.value.problems] == [(3, "性别")]


def test_a_number_twice_is_told_at_the_second():
    sheet = read(["编号", "姓名"], ["A", "甲"], ["B", "乙"], ["A", "丙"])
    [fault] = sheet.faults
    assert (fault.row, fault.column) == (4, "编号")


def test_two_spellings_of_a_persons_birth_stand_side_by_side():
    sheet = read(["出生日期", "年龄"], ["1990", "30"])
    assert len(values_of(sheet, Birth)) == 2
    assert sheet.cases[0].age_band == "adult"


@pytest.mark.parametrize(
    ("age", "band"), [("13", "under_14"), ("15-16", "14_to_17"), ("16-19", "unknown"), ("40", "adult")]
)
def test_the_age_band_is_told_only_where_every_age_agrees(age, band):
    assert read(["年龄"], [age]).cases[0].age_band == band


def test_declined_unknown_and_not_asked_stay_apart_in_every_section():
    sheet = read(["health.condition", "psychosocial.risk_to_self"], ["拒答", "不详"])
    assert sheet.cases[0].sections == {
        "health": {"condition": "declined"},
        "psychosocial": {"risk_to_self": "unknown"},
    }


def test_a_mapping_gives_words_their_meaning_and_rows_their_defaults():
    mapping = CaseMapping(
        "station list",
        {"Who": "person.name", "G": "person.sex", "Colour": "ignore"},
        {"G": {"1": "male", "2": "female"}},
        {"case.urgency": "urgent"},
    )
    sheet = read(["Who", "G", "Colour"], ["甲", "2", "red"], mapping=mapping)
    assert (sheet.cases[0].urgency, sheet.ignored) == ("urgent", ("Colour",))
    assert values_of(sheet, SexStated) == [SexStated(Sex.FEMALE)]


def test_a_mapping_is_kept_as_data_and_reads_back():
    mapping = CaseMapping("list", {"姓名": "person.name"}, {"性别": {"1": "male"}}, {"case.risk": "low"})
    assert mapping_from(mapping_as_data(mapping)) == mapping
    assert read_mapping(write_mapping(mapping), "m.yaml") == mapping


def test_a_heading_the_mapping_does_not_know_stops_the_import():
    with pytest.raises(Invalid) as refused:
        read(["姓名", "New"], ["甲", "x"], mapping=CaseMapping("", {"姓名": "person.name"}))
    assert refused.value.problems[0].field == "New"


def test_two_columns_for_one_place_are_refused():
    with pytest.raises(Invalid):
        read(["a", "b"], ["女", "男"], mapping=CaseMapping("", {"a": "person.sex", "b": "person.sex"}))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"schema": "concerted/case-mapping/1", "columns": {"a": "person.soul"}},
        {"schema": "concerted/case-mapping/1", "columns": []},
        {"schema": "concerted/case-mapping/1", "columns": {}, "colour": 1},
        {"schema": "concerted/case-mapping/1", "columns": {}, "defaults": {"person.soul": "x"}},
    ],
)
def test_a_mapping_that_leads_nowhere_is_refused(data):
    with pytest.raises(Invalid) as refused:
        mapping_from(data)
    assert refused.value.problems


def test_what_the_headings_do_not_tell_is_left_out_until_somebody_says_so():
    mapping = guessed_mapping(["姓名", "Full name", "Shoe size", ""])
    assert mapping.columns == {"姓名": "person.name", "Full name": "ignore", "Shoe size": "ignore"}


def test_a_resident_card_is_taken_when_its_check_character_fits():
    sheet = read(["身份证号"], ["11010519491231002X"])
    assert values_of(sheet, Document)[0].number == "11010519491231002X"


@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=4), min_size=1, max_size=4))
def test_no_table_breaks_the_reader(rows):
    try:
        read(["编号", "性别", "出生日期", "国籍"], *rows)
    except Invalid:
        return


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "female, male, not applicable (not_applicable), unknown"),
        ("zh-hans", "女（female）、男（male）、不适用（not_applicable）、不知道（unknown）"),
    ],
)
def test_what_to_write_is_said_in_words_that_the_reader_would_write(language: str, words: str) -> None:
    with pytest.raises(Unreadable) as refused:
        targets()["person.sex"].read("x", date(2011, 7, 25))
    with override(language):
        assert words in str(refused.value.remedy)
    for word in re.split(r", |、", words):
        targets()["person.sex"].read(word, date(2011, 7, 25))


def test_a_list_may_say_a_choice_of_a_section_in_either_language_or_by_its_code() -> None:
    section, one = next(
        (section.key, one) for section in WRITTEN for one in section.fields if one.kind == "choices"
    )
    code, label = one.values[0]
    for language in ("en", "zh-hans"):
        with override(language):
            assert targets()[f"{section}.{one.key}"].read(str(label), TODAY) == [code]
    with override("en"), pytest.raises(Unreadable) as refused:
        targets()[f"{section}.{one.key}"].read("?", TODAY)
    with override("en"):
        assert f"{label} ({code})" in str(refused.value.remedy)


def book_of(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


@pytest.mark.parametrize("heading", ["编号", "身份证号", "电话", "护照号"])
def test_a_number_that_the_spreadsheet_shortened_is_a_fault_with_its_remedy(heading: str) -> None:
    data = book_of(("Sheet1", [["姓名", heading], ["甲", 1.10101199003070e17]]))
    [fault] = read_case_sheet(data, "list.xlsx", on=TODAY).faults
    assert (fault.row, fault.column) == (2, heading)
    assert "as text" in str(fault.remedy)
    assert len(read([heading], ["1.1010119900307e+17"]).faults) == 1
    assert len(read([heading], ["1.10101E+17"]).faults) == 1


@pytest.mark.parametrize("number", ["110105194912310021", "12345", "护照", "A1234567"])
def test_what_is_no_resident_card_is_a_fault_unless_it_is_given_as_written(number: str) -> None:
    [fault] = read(["身份证号"], [number]).faults
    assert str(fault.remedy)
    if number == "护照":
        return
    mapping = CaseMapping("forged", {"身份证号": "person.id_number_as_written"})
    sheet = read(["身份证号"], [number], mapping=mapping)
    assert sheet.faults == () and values_of(sheet, Document) == [Document(number, as_written=True)]


@pytest.mark.parametrize("word", ["无", "不详", "未知", "unknown", "—"])
def test_words_for_unknown_become_unknown_and_are_told(word: str) -> None:
    headings = ["姓名", "身份证号", "护照号", "出生日期", "性别", "国籍", "编号"]
    sheet = read(headings, [word] * len(headings))
    assert sheet.faults == ()
    [case] = sheet.cases
    assert not case.local_number and not values_of(sheet, Name) and not values_of(sheet, Document)
    assert [one.code for one in values_of(sheet, SexStated)] == [Sex.UNKNOWN]
    assert [(one.earliest, one.estimation) for one in values_of(sheet, Birth)] == [(None, "unknown")]
    told = " ".join(sheet.cautions)
    assert all(heading in told for heading in headings) and told.count(f"“{word}”") == len(headings)


def test_a_name_that_was_not_told_is_kept_as_that_and_is_no_name() -> None:
    sheet = read(["姓名", "性别"], ["拒答", "女"])
    assert not values_of(sheet, Name) and sheet.cases[0].notes == ("姓名: 拒答",)
    assert "拒答" in " ".join(sheet.cautions)


def test_a_further_sheet_and_a_column_without_a_heading_are_told() -> None:
    rows: list[list[object]] = [["姓名", None, "性别"], ["甲", "beside", "女", "beyond"], ["乙", None, "女"]]
    data = book_of(("表一", rows), ("第二张", [["姓名"], ["丙"]]))
    sheet = read_case_sheet(data, "list.xlsx", on=TODAY)
    assert sheet.faults == () and len(sheet.cases) == 2
    told = list(sheet.cautions)
    assert len(told) == 3
    assert "Column B" in told[0] and "row 2" in told[0] and "Column D" in told[1] and "第二张" in told[2]


def test_nobody_is_born_after_the_day_of_the_list() -> None:
    assert [one.column for one in read(["出生日期"], ["2030"]).faults] == ["出生日期"]
    assert read(["出生日期"], ["2011"]).faults == ()


@pytest.mark.parametrize("written", ["1988至1990", "1988年 to 1990年", "1988~1990"])
def test_a_birth_between_two_dates_is_the_interval_of_both(written: str) -> None:
    birth = birth_from(written)
    assert (birth.earliest, birth.latest) == (date(1988, 1, 1), date(1990, 12, 31))
