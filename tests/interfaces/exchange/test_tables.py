"""A table leaves as CSV or XLSX with every text a text and every number a number."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from concerted.errors import Invalid
from concerted.interfaces.exchange.tables import (
    Column,
    Format,
    Kind,
    Table,
    clean_text,
    content_type,
    file_name,
    looks_live,
    write_table,
)

LIVE = [
    "=1+1",
    "+1",
    "-1+cmd",
    "@SUM(A1)",
    '=HYPERLINK("http://x","y")',
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠A1",
    "\u200b=1",
    "\ufeff=1",
    "\u00a0 =1",
    "\u202e=1",
    "\x00=1",
    "\u3164=1",
    "\u2060\u00ad=1",
    "'=1",
    '"=1"',
    "﹦1",
    "\u22121",
    "|calc",
    "\x1b=1",
]
ANY_TEXT = st.text(alphabet=st.characters(), max_size=60) | st.sampled_from(LIVE)


def one_column(*cells: object, kind: Kind = Kind.TEXT) -> Table:
    return Table("measures", [Column("what", "What", kind)], [[cell] for cell in cells])  # type: ignore[list-item]


def csv_rows(data: bytes, delimiter: str = ",") -> list[list[str]]:
    text = data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def xlsx_cells(data: bytes, sheet: int = 0) -> list[list[object]]:
    return [
        list(row) for row in openpyxl.load_workbook(io.BytesIO(data)).worksheets[sheet].iter_rows(min_row=2)
    ]


@pytest.mark.parametrize("text", LIVE)
def test_a_text_that_opens_a_formula_is_known_and_kept_quiet(text: str) -> None:
    assert looks_live(text)
    assert csv_rows(write_table(one_column(text), Format.CSV))[1][0].startswith("'")
    cell = xlsx_cells(write_table(one_column(text), Format.XLSX))[0][0]
    assert cell.data_type == "s" and cell.quotePrefix  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text", ["Ministry of Education", "公安部", "2008-2012", "a = b", "（打拐办）", "5 - 3", ""]
)
def test_an_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert csv_rows(write_table(one_column(text), Format.CSV))[1:] in ([[text]], [[]])


@given(st.lists(ANY_TEXT, min_size=1, max_size=5))
@example(["#N/A", "_x0041_", " lead", "tail ", "TRUE", "1e5", "=A1"])
def test_no_text_comes_back_from_a_workbook_as_anything_but_itself(texts: list[str]) -> None:
    for row, text in zip(xlsx_cells(write_table(one_column(*texts), Format.XLSX)), texts, strict=True):
        cell = row[0]
        assert cell.data_type in ("s", "n", "inlineStr")  # type: ignore[attr-defined]
        value = cell.value or ""  # type: ignore[attr-defined]
        assert value.replace("_x005F_", "_") == clean_text(text).replace("_x005F_", "_")


@given(st.lists(ANY_TEXT, min_size=1, max_size=4), st.sampled_from(";\t,|"))
@example(["x", "a;=1"], ";")
@example(["x", "a\n=1"], ";")
@example(["x", "a\n\n=1"], ";")
@example(["x", "\n;\n=1"], ";")
def test_no_csv_field_is_live_whatever_the_reader_splits_at(texts: list[str], delimiter: str) -> None:
    columns = [Column(str(at), f"c{at}") for at in range(len(texts))]
    data = write_table(Table("t", columns, [texts]), Format.CSV)
    for row in csv_rows(data, delimiter):
        for field in row:
            assert field.startswith("'") or not looks_live(field) or field.strip("\"\r\n\t ,;'|") == ""


def test_true_numbers_and_dates_stay_numbers_and_dates() -> None:
    table = Table(
        "t",
        [
            Column("n", "n", Kind.NUMBER),
            Column("i", "i", Kind.INTEGER),
            Column("d", "d", Kind.DATE),
            Column("b", "b", Kind.BOOLEAN),
        ],
        [[Decimal("-1.50"), -3, date(2008, 1, 1), True], [None, 0, None, None]],
    )
    assert write_table(table, Format.CSV).decode("utf-8-sig").splitlines()[1:] == [
        "-1.50,-3,2008-01-01,true",
        ",0,,",
    ]
    first, second = xlsx_cells(write_table(table, Format.XLSX))
    assert [cell.value for cell in first] == [-1.5, -3, datetime(2008, 1, 1), True]  # type: ignore[attr-defined]
    assert [cell.value for cell in second] == [None, 0, None, None]  # type: ignore[attr-defined]


def test_what_excel_would_round_or_misdate_is_written_as_text() -> None:
    long = xlsx_cells(write_table(one_column(123456789012345678, kind=Kind.INTEGER), Format.XLSX))[0][0]
    old = xlsx_cells(write_table(one_column(date(1899, 5, 4), kind=Kind.DATE), Format.XLSX))[0][0]
    aware = datetime(2008, 1, 1, 8, tzinfo=UTC)
    zoned = xlsx_cells(write_table(one_column(aware, kind=Kind.DATETIME), Format.XLSX))[0][0]
    assert [cell.value for cell in (long, old, zoned)] == [  # type: ignore[attr-defined]
        "123456789012345678",
        "1899-05-04",
        "2008-01-01T08:00:00+00:00",
    ]


def test_a_text_too_long_for_a_cell_stands_whole_on_the_last_sheet() -> None:
    text = "句_x0041_" * 20_000
    data = write_table(one_column("short", text), Format.XLSX)
    assert "".join(str(row[4].value) for row in xlsx_cells(data, 1)).replace("_x005F_", "_") == text  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert f'"{text}"' in write_table(one_column(text), Format.CSV).decode("utf-8-sig")


@pytest.mark.parametrize(
    ("cell", "kind"), [("12", Kind.INTEGER), (float("nan"), Kind.NUMBER), (True, Kind.NUMBER), (1, Kind.DATE)]
)
def test_a_cell_of_another_kind_is_refused_with_its_row_and_column(cell: object, kind: Kind) -> None:
    with pytest.raises(Invalid) as caught:
        write_table(one_column(cell, kind=kind), Format.CSV)
    assert (caught.value.problems[0].row, caught.value.problems[0].field) == (1, "what")


def test_a_file_has_a_name_every_system_takes_and_its_media_type() -> None:
    assert file_name("进度 / progress: 2008?", Format.CSV) == "进度-progress-2008.csv"
    assert file_name("../..", Format.XLSX) == "table.xlsx"
    assert content_type(Format.CSV) == "text/csv; charset=utf-8"
