"""A file of figures is read cell by cell or refused; nothing in it is passed over."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from concerted.errors import Invalid
from concerted.interfaces.exchange.figures import SURPLUS, WORDS, read_figures
from concerted.interfaces.exchange.sheets_in import read_tables
from concerted.interfaces.exchange.tables import Column, Format, Table, write_table

HEADINGS = ["indicator", "place", "period", "value"]


def read(text: str, name: str = "figures.csv") -> list[dict[str, Any]]:
    return [dict(row) for row in read_figures(text.encode(), name)]


def workbook(*sheets: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(list(row))
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_a_number_with_unquoted_thousands_does_not_lose_its_end() -> None:
    (row,) = read("indicator,place,period,value\nclosed,530000,2011-Q1,1,234\n")
    assert (row["value"], row[SURPLUS]) == ("1", "234")


def test_a_cell_under_an_empty_heading_is_kept_for_whoever_judges_the_row() -> None:
    whole, beside = read(
        "indicator,place,period,value,\nclosed,530000,2011-Q1,0,\nclosed,430000,2011-Q1,1,2\n"
    )
    assert SURPLUS not in whole and beside[SURPLUS] == "2"


def test_a_quotation_mark_that_is_never_closed_is_told_with_its_line() -> None:
    with pytest.raises(Invalid) as refused:
        read('indicator,place,period,value\n"closed,530000,2011-Q1,1\nclosed,430000,2011-Q1,2\n')
    assert "line" in str(refused.value.what) and refused.value.remedy


def test_a_formula_without_its_result_is_not_an_empty_cell() -> None:
    data = workbook(
        [HEADINGS, ["closed", "530000", "2011-Q1", "=1+1"], ["closed", "430000", "2011-Q1", None]]
    )
    formula, empty = read_figures(data, "figures.xlsx")
    assert str(formula["value"]) == "=1+1" and empty.get("value") is None
    with pytest.raises(Invalid) as refused:
        read_tables(data, "list.xlsx")
    assert [(fault.row, fault.field) for fault in refused.value.problems] == [(2, "D")]


def test_a_second_sheet_that_holds_something_is_not_passed_over() -> None:
    figures: list[list[object]] = [[*HEADINGS], ["closed", "530000", "2011-Q1", 1]]
    assert len(list(read_figures(workbook(figures, []), "figures.xlsx"))) == 1
    with pytest.raises(Invalid) as refused:
        read_figures(workbook(figures, figures), "figures.xlsx")
    assert "Sheet1" in str(refused.value.what) and refused.value.remedy


def test_a_workbook_is_known_by_its_content() -> None:
    data = workbook([HEADINGS, ["closed", "530000", "2011-Q1", 1]])
    assert [row["value"] for row in read_figures(data, "figures.csv")] == [1]


@pytest.mark.parametrize(
    ("headings", "told", "untold"),
    [
        ("indicator,place,period,where", "Unknown: where.", "Missing"),
        ("indicator,place,value", "Missing: period (报告期).", "Unknown"),
        ("indicator,place,period,value,数值", "Twice there: value (数值).", "Missing"),
    ],
)
def test_headings_that_do_not_fit_are_told_apart(headings: str, told: str, untold: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(headings + "\n")
    assert told in str(refused.value.what) and untold not in str(refused.value.what)
    assert "来源" in str(refused.value.remedy)


def test_the_chinese_headings_are_read() -> None:
    (row,) = read("指标,地区,报告期,数值,来源\nclosed,530000,2011-Q1,3,mps\n")
    assert row == {
        "indicator": "closed",
        "place": "530000",
        "period": "2011-Q1",
        "value": "3",
        "source": "mps",
    }


@pytest.mark.parametrize("reader", [read_figures, read_tables])
def test_bytes_that_are_no_text_are_told_how_a_table_is_saved(reader: Callable[[bytes, str], object]) -> None:
    with pytest.raises(Invalid) as refused:
        reader(b"\x00\x01\xff\xfe\x80", "figures.csv")
    assert ".xlsx" in str(refused.value.remedy) and ".docx" not in str(refused.value.remedy)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("form", list(Format))
def test_what_the_exports_head_their_columns_with_is_read_in_both_languages(
    language: str, form: Format
) -> None:
    row = dict.fromkeys(WORDS, "1") | {"place": "530000", "period": "2011-Q2", "indicator": "shelters"}
    with translation.override(language):
        table = Table(
            "figures", [Column(field, word) for field, word in WORDS.items()], [tuple(row.values())]
        )
        data = write_table(table, form)
    (read_back,) = read_figures(data, f"figures.{form.value}")
    assert read_back == row


def test_both_chinese_words_for_a_period_are_read() -> None:
    assert read("指标,地区,周期,值\na,530000,2011-Q2,1")[0]["period"] == "2011-Q2"
