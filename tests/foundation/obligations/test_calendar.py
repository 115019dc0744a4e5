"""The working calendar knows China's holidays of the first plan and says where its knowledge ends."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concerted.foundation.obligations.calendar import WorkingDays

CHINA = WorkingDays("CN")
DAYS = st.dates(date(2008, 1, 1), date(2012, 12, 31))


@pytest.mark.parametrize(
    ("year", "free", "worked"),
    [
        (2008, [(9, 29), (9, 30), (10, 1), (10, 5)], [(9, 27), (9, 28)]),
        (2009, [(10, 1), (10, 8)], [(9, 27), (10, 10)]),
        (2010, [(10, 1), (10, 7)], [(9, 26), (10, 9)]),
        (2011, [(10, 3), (10, 7)], [(10, 8), (10, 9)]),
        (2012, [(10, 1), (10, 5)], [(9, 29)]),
    ],
)
def test_the_national_day_week_is_free_and_its_weekends_are_worked(
    year: int, free: list[tuple[int, int]], worked: list[tuple[int, int]]
) -> None:
    assert not any(CHINA.is_working(date(year, *day)) for day in free)
    assert all(CHINA.is_working(date(year, *day)) for day in worked)


def test_five_working_days_step_over_the_national_day_week() -> None:
    assert CHINA.add(date(2010, 9, 30), 1) == date(2010, 10, 8)
    assert CHINA.add(date(2010, 10, 8), -1) == date(2010, 9, 30)


def test_beyond_its_range_only_weekends_are_free_and_it_says_so() -> None:
    assert CHINA.known_until is not None
    beyond = date(CHINA.known_until.year + 1, 10, 1)
    assert not CHINA.is_known(beyond)
    assert CHINA.is_known(CHINA.known_until)
    assert CHINA.is_working(beyond) == (beyond.weekday() < 5)


def test_a_country_without_a_kept_calendar_knows_weekends_only() -> None:
    other = WorkingDays("XX")
    assert other.known_until is None
    assert other.is_working(date(2010, 10, 1))
    assert not other.is_working(date(2010, 10, 2))


@given(day=DAYS, n=st.integers(1, 60))
def test_counting_and_adding_agree(day: date, n: int) -> None:
    reached = CHINA.add(day, n)
    assert CHINA.is_working(reached)
    assert CHINA.between(day, reached) == n
    assert CHINA.between(reached, day) == -n


@given(a=DAYS, n=st.integers(0, 1500))
def test_a_long_span_counts_the_same_as_its_days_one_by_one(a: date, n: int) -> None:
    reached = a + timedelta(days=n)
    one_by_one = sum(CHINA.is_working(a + timedelta(days=ahead)) for ahead in range(1, n + 1))
    assert CHINA.between(a, reached) == one_by_one


def test_three_quarters_of_a_year_late_are_fewer_working_days_than_days() -> None:
    due, today = date(2010, 10, 18), date(2011, 7, 25)
    assert (today - due).days == 280
    assert CHINA.between(due, today) == 193


@given(a=DAYS, b=st.integers(0, 90), c=st.integers(0, 90))
def test_spans_add_up(a: date, b: int, c: int) -> None:
    middle, end = a + timedelta(days=b), a + timedelta(days=b + c)
    assert CHINA.between(a, end) == CHINA.between(a, middle) + CHINA.between(middle, end)
