"""What people say of a birth becomes the interval of days it can mean, in either calendar, and no more."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from borax.calendars.lunardate import LunarDate
from hypothesis import given
from hypothesis import strategies as st

from concerted.errors import Invalid
from concerted.foundation.people.births import birth_unknown, born_by_age, born_on, lunar_of
from concerted.foundation.people.marks import forms_of, plain_name
from concerted.foundation.people.values import Birth, Document, Name, as_plain, from_plain

DAYS = st.dates(date(1910, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("said", "earliest", "latest"),
    [
        (born_on(2001, 5, 6), date(2001, 5, 6), date(2001, 5, 6)),
        (born_on(2001, 2), date(2001, 2, 1), date(2001, 2, 28)),
        (born_on(2001), date(2001, 1, 1), date(2001, 12, 31)),
        (born_on(2001, calendar="chinese_lunar"), date(2001, 1, 24), date(2002, 2, 11)),
        (born_on(2001, 4, 3, calendar="chinese_lunar"), date(2001, 4, 25), date(2001, 4, 25)),
        (
            born_on(2001, 4, 3, calendar="chinese_lunar", leap_month=True),
            date(2001, 5, 25),
            date(2001, 5, 25),
        ),
        (born_by_age(14, on=date(2010, 4, 12)), date(1995, 4, 13), date(1996, 4, 12)),
        (born_by_age(12, age_to=15, on=date(2010, 4, 12)), date(1994, 4, 13), date(1998, 4, 12)),
        (born_by_age(14, on=date(2010, 4, 12), nominal=True), date(1997, 2, 7), date(1998, 1, 27)),
        (born_by_age(0, on=date(2010, 4, 12)), date(2009, 4, 13), date(2010, 4, 12)),
    ],
)
def test_a_birth_as_said_is_an_interval(said: Birth, earliest: date, latest: date) -> None:
    assert (said.earliest, said.latest) == (earliest, latest)
    assert from_plain("birth", as_plain(said)) == said


@pytest.mark.parametrize(
    ("year", "month", "day", "more"),
    [
        (2001, 2, 29, {}),
        (2001, 13, None, {}),
        (2001, None, 5, {}),
        (2001, 5, 1, {"calendar": "chinese_lunar", "leap_month": True}),
        (2001, 4, 31, {"calendar": "chinese_lunar"}),
        (1850, None, None, {"calendar": "chinese_lunar"}),
    ],
)
def test_a_day_that_no_calendar_has_is_refused(
    year: int, month: int, day: int, more: dict[str, object]
) -> None:
    with pytest.raises(Invalid):
        born_on(year, month, day, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("age", "to"), [(-1, None), (10, 9), (131, None)])
def test_an_age_that_nobody_has_is_refused(age: int, to: int | None) -> None:
    with pytest.raises(Invalid):
        born_by_age(age, age_to=to, on=date(2010, 4, 12))


@given(DAYS)
def test_every_lunar_day_lies_in_its_month_and_year(day: date) -> None:
    there = LunarDate.from_solar(day)
    leap = bool(there.leap)
    exact = born_on(there.year, there.month, there.day, calendar="chinese_lunar", leap_month=leap)
    month = born_on(there.year, there.month, calendar="chinese_lunar", leap_month=leap)
    year = born_on(there.year, calendar="chinese_lunar")
    assert exact.earliest == exact.latest == day
    for wider in (month, year):
        assert wider.earliest is not None and wider.latest is not None
        assert wider.earliest <= day <= wider.latest
    assert lunar_of(day)


@given(DAYS, st.integers(0, 90))
def test_whoever_was_born_in_the_interval_has_that_age(on: date, age: int) -> None:
    said = born_by_age(age, on=on)
    assert said.earliest is not None and said.latest is not None
    for born in (said.earliest, said.latest):
        assert born_on(born.year, born.month, born.day).age_on(on) == (age, age)
    for outside in (said.earliest - timedelta(days=1), said.latest + timedelta(days=1)):
        assert born_on(outside.year, outside.month, outside.day).age_on(on) != (age, age)


def test_an_open_birth_has_an_open_age() -> None:
    assert birth_unknown().age_on(date(2010, 4, 12)) == (None, None)
    assert born_on(2001).age_on(date(2010, 4, 12)) == (8, 9)


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        ("11010519491231002X", True),
        ("110105 19491231 002x", True),
        ("110105194912310021", False),
        ("110105491231002", None),
    ],
)
def test_a_resident_cards_number_is_refused_where_it_does_not_fit_unless_it_stands_so_on_the_card(
    number: str, fits: bool | None
) -> None:
    card = Document(number)
    assert card.checks is fits
    assert [one.field for one in card.problems()] == (["number"] if fits is False else [])
    assert list(Document(number, as_written=True).problems()) == []
    assert Document(number, kind="passport").checks is None


@pytest.mark.parametrize("number", ["无", "不详", "unknown", "1.1010119900307e+17", "12345", "护照"])
def test_what_is_no_number_of_a_card_is_not_taken_for_one(number: str) -> None:
    assert [one.field for one in Document(number).problems()] == ["number"]


@pytest.mark.parametrize("name", ["不详", "未知", "unknown", " 无 ", "无名氏"])
def test_a_word_for_unknown_is_nobodys_legal_name(name: str) -> None:
    assert [one.field for one in Name(name).problems()] == ["full"]
    assert not list(Name("无名氏", kind="alias").problems())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Name("单于晓红", family="单于", given="晓红"), Name("Chanyu Xiaohong", script="latn")),
        (Name("单红"), Name("SHAN Hong", script="latn")),
        (Name("Nguyễn Thị Hoa", script="latn"), Name("nguyen thi hoa", script="latn")),
        (Name("吕小红"), Name("Xiaohong LV", script="latn")),
        (Name("阿·依·古丽"), Name("阿依古丽")),
    ],
)
def test_names_that_are_written_or_sound_alike_share_a_form(one: Name, other: Name) -> None:
    assert forms_of(one) & forms_of(other)


def test_other_names_share_none() -> None:
    assert not forms_of(Name("李小红")) & forms_of(Name("王芳"))
    assert forms_of(Name(" ·")) == set()
    assert plain_name("Ｌｉ　小红·") == "li小红"
