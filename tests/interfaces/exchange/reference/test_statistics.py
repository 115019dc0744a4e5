"""Published figures are read as printed: all, with source and qualifier, contradictions side by side."""

from decimal import Decimal
from pathlib import Path

import pytest

from concerted.interfaces.exchange.reference import (
    REFERENCE_FOLDER,
    ReferenceFileError,
    read_published_statistics,
)

COLUMNS = "year,measure,value,source,qualifier,unit,period_from,period_to,geography,publisher,note\n"


def test_every_row_of_the_file_is_kept() -> None:
    lines = (REFERENCE_FOLDER / "statistics" / "china-published.csv").read_text(encoding="utf-8").splitlines()
    figures = read_published_statistics()

    assert len(figures) == len(lines) - 1 == 167
    assert [figure.line for figure in figures] == list(range(2, 169))


def test_two_sources_of_one_number_are_two_figures() -> None:
    sources = {
        figure.source
        for figure in read_published_statistics()
        if figure.measure == "cases of women and children sold reported to police per year, low"
    }

    assert len(sources) == 2


def test_a_contradiction_is_kept_beside_what_it_contradicts() -> None:
    figures = read_published_statistics()
    disputed = [figure for figure in figures if figure.conflict]
    nine_months = next(figure for figure in disputed if figure.value == 14717)

    assert len(disputed) == 4
    assert nine_months.conflict == "larger than the 13-month total of 13446 given for 2009-04 to 2010-05"
    assert {4743, 8703} <= {figure.value for figure in figures if figure.period_to == "2010-05-10"}


def test_a_suspected_misprint_stands_as_printed() -> None:
    (misprint,) = [figure for figure in read_published_statistics() if figure.qualifier == "suspect"]

    assert misprint.value == 134284
    assert misprint.note.startswith("almost certainly a misprint")


def test_a_span_of_years_and_a_share_keep_their_exactness() -> None:
    figures = read_published_statistics()
    share = next(figure for figure in figures if figure.unit == "percent" and figure.year == "2016-2019")

    assert share.years == (2016, 2019)
    assert share.value == Decimal("98.2")
    assert (share.period_from, share.period_to) == ("2016-05-15", "2019-03")


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("2009,m,many,s,exact,persons,,,China,P,\n", r"line 2.*'many' is not a number"),
        ("2009,m,,s,exact,persons,,,China,P,\n", r"line 2.*not a number.*no row"),
        ("2009,m,NaN,s,exact,persons,,,China,P,\n", r"line 2.*'NaN' is not a number"),
        ("2009,m,1,,exact,persons,,,China,P,\n", r"line 2.*'source' is empty"),
        ("2011-2009,m,1,s,exact,persons,,,China,P,\n", r"line 2.*'2011-2009' is not a year"),
        ("2009,m,1,s,exact,persons,2009-13,,China,P,\n", r"line 2.*'2009-13' in 'period_from'"),
        ("2009,m,1,000,s,exact,persons,,,China,P,\n", r"line 2.*11 cells"),
        ("2009,m,1\n", r"line 2.*11 cells"),
    ],
)
def test_a_faulty_row_is_refused_with_its_line(tmp_path: Path, row: str, complaint: str) -> None:
    file = tmp_path / "figures.csv"
    file.write_text(COLUMNS + row, encoding="utf-8")

    with pytest.raises(ReferenceFileError, match=r"figures\.csv, " + complaint):
        read_published_statistics(file)


def test_a_file_with_other_columns_is_refused_and_told_the_right_ones(tmp_path: Path) -> None:
    file = tmp_path / "figures.csv"
    file.write_text("year,value\n2009,1\n", encoding="utf-8")

    with pytest.raises(ReferenceFileError, match=r"line 1.*exactly.*qualifier"):
        read_published_statistics(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReferenceFileError, match=r"nowhere\.csv"):
        read_published_statistics(tmp_path / "nowhere.csv")
