"""Reading tables and stored resamples: what is good comes in whole, what is not names its row and what to do."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.methods.prevalence.published import FILES, FOLDER, published

from concerted.errors import Invalid
from concerted.methods.prevalence._read import MAX_PEOPLE, read_rows, read_table, to_csv
from concerted.methods.prevalence._read_resamples import read_resamples

GOOD = "A,B,count\n1,0,40\n0,1,30\n1,1,12\n"


def refusal(source):
    with pytest.raises(Invalid) as caught:
        read_table(source)
    error = caught.value
    assert str(error.remedy)
    assert error.what.zh
    assert all(problem.what.zh for problem in error.problems)
    return error


@pytest.mark.parametrize("name", FILES)
def test_published_tables_are_read_and_written_back(name):
    table = read_table(FOLDER / f"{FILES[name]}.csv")
    assert table == published(name)
    assert read_table(to_csv(table)) == table


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        GOOD + "\n\n",
        GOOD.replace("40", " 40 "),
        GOOD.replace("count", "Count"),
        GOOD.replace("40", "40.0"),
        GOOD.encode(),
        GOOD.encode("utf-16"),
        b"\xef\xbb\xbf" + GOOD.encode(),
    ],
)
def test_what_spreadsheets_write_is_understood(text):
    table = read_table(text)
    assert table.lists == ("A", "B")
    assert table.counts.tolist() == [0, 40, 30, 12]


def test_chinese_list_names_come_in_either_encoding():
    text = GOOD.replace("A", "公安").replace("B", "民政")
    for encoding in ("utf-8", "gbk", "gb18030"):
        assert read_table(text.encode(encoding)).lists == ("公安", "民政")


@pytest.mark.parametrize(
    ("rows", "row", "field", "words"),
    [
        ("1,0,40\n2,1,3\n", 2, "A", "neither 0 nor 1"),
        ("1,0,40\n,1,3\n", 2, "A", "neither 0 nor 1"),
        ("1,x,40\n", 1, "B", "neither 0 nor 1"),
        ("1,0,-4\n", 1, "count", "negative"),
        ("1,0,2.5\n", 1, "count", "whole number"),
        ("1,0,1e3\n", 1, "count", "whole number"),
        ("1,0,\n", 1, "count", "missing"),
        ("1,0,many\n", 1, "count", "not a number"),
        ("1,0,nan\n", 1, "count", "not a number"),
        (f"1,0,{MAX_PEOPLE + 1}\n", 1, "count", "limit"),
        ("1,0,4\n0,0,3\n", 2, "", "on no list"),
        ("1,0,4\n0,1,3\n1,0,4\n", 3, "", "row 1 already"),
        ("1,0\n", 1, "", "2 cells; the header has 3"),
        ("1,0,3,4\n", 1, "", "4 cells; the header has 3"),
        ("1,0,4\n\n0,5,3\n", 3, "B", "neither 0 nor 1"),
    ],
)
def test_a_faulty_row_is_named(rows, row, field, words):
    error = refusal("A,B,count\n" + rows)
    assert error.code == "bad_table"
    problem = error.problems[0]
    assert (problem.row, problem.field) == (row, field)
    assert words in str(problem.what)
    assert f"{row}" in str(error)


def test_all_faults_are_told_at_once_but_not_endlessly():
    error = refusal("A,B,count\n1,3,4\n1,0,-1\n" + "0,0,1\n" * 90)
    assert "92 faults" in str(error)
    assert [problem.row for problem in error.problems[:3]] == [1, 2, 3]
    assert len(error.problems) == 20


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_file"),
        ("\n \n", "empty_file"),
        (b"", "empty_file"),
        ("A,count\n1,4\n", "one_list"),
        ("count\n4\n", "one_list"),
        ("A,B\n1,0\n", "no_count_column"),
        ("A,count,B\n1,4,0\n", "no_count_column"),
        ("A,a,count\n1,0,4\n", "duplicate_list_name"),
        ("A,,count\n1,0,4\n", "unnamed_list"),
        (",".join("ABCDEFGHI") + ",count\n", "too_many_lists"),
        ("A,B,count\n", "empty_table"),
        ("A,B,count\n1,0,0\n", "empty_table"),
        (f"A,B,count\n1,0,{MAX_PEOPLE}\n0,1,1\n", "huge_counts"),
        ('A,B,count\n"1,0,4\n', "not_csv"),
        (b"A,B,count\n1,0,\x00\n", "wrong_encoding"),
        (b"A,B\xff\xff,count\n1,0,4\n", "wrong_encoding"),
        (b"\xff\xfe\x00", "wrong_encoding"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "wrong_encoding"),
        ("no-such-file.csv", "no_file"),
    ],
)
def test_what_is_no_table_is_refused_by_name(text, code):
    assert refusal(text).code == code


def test_a_folder_or_an_enormous_file_is_refused(tmp_path):
    assert refusal(tmp_path).code == "no_file"
    large = tmp_path / "large.csv"
    large.write_bytes(b"0" * 10_000_001)
    assert refusal(large).code == "file_too_large"


@given(st.one_of(st.text(max_size=80), st.binary(max_size=80)))
def test_nothing_makes_it_stumble(source):
    for begin in ("", "A,B,count\n"):
        text = source if isinstance(source, bytes) else begin + source + "\n"
        try:
            read_rows(text)
        except Invalid as error:
            assert str(error)


def test_resamples_follow_the_order_of_the_rows_in_the_file():
    read = read_rows("A,B,count\n1,1,12\n1,0,40\n0,1,30\n")
    assert read.rows == (3, 1, 2)
    counts = read_resamples("[[10, 41, 31], [13, 39, 30]]", read)
    assert counts.tolist() == [[0, 41, 31, 10], [0, 39, 30, 13]]


def test_resamples_are_read_from_a_file(tmp_path: Path):
    path = tmp_path / "resamples.json"
    path.write_text(json.dumps([[40, 30, 12]]))
    assert read_resamples(path, read_rows(GOOD)).tolist() == [[0, 40, 30, 12]]


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ("[[1, 2]]", "bad_table", 1),
        ("[[1, 2, 3], 7]", "bad_table", 2),
        ("[[1, 2, 3], [1, 2, -3]]", "bad_table", 2),
        ("[[1, 2, 3], [1, 2, 2.5]]", "bad_table", 2),
        ("[[1, 2, true]]", "bad_table", 1),
        ("[[0, 0, 0]]", "bad_table", 1),
        ("[]", "not_a_matrix", None),
        ("[[1, 2, 3]", "not_json", None),
        (b'{"a": 1}', "not_a_matrix", None),
        ("[" * 5000, "not_json", None),
    ],
)
def test_resamples_that_do_not_fit_are_refused_by_row(text, code, row):
    with pytest.raises(Invalid) as caught:
        read_resamples(text, read_rows(GOOD))
    assert caught.value.code == code
    assert [problem.row for problem in caught.value.problems][:1] == ([row] if row else [])
