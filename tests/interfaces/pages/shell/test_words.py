"""Dates, numbers and lateness stand in the officer's language."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import translation

from concerted.interfaces.pages.shell import words
from concerted.interfaces.pages.shell.states import LOOKS, look_of

MONDAY = date(2011, 7, 18)


def test_a_date_reads_as_its_language_writes_it() -> None:
    assert words.day_words(MONDAY) == "18 July 2011"
    with translation.override("zh-hans"):
        assert words.day_words(MONDAY) == "2011年7月18日"
        assert words.dated_words(MONDAY) == "2011年7月18日星期一"


def test_a_moment_is_told_in_the_time_of_the_mechanism() -> None:
    assert words.moment_words(datetime(2011, 7, 17, 23, 30, tzinfo=UTC)) == "18 July 2011, 07:30"


def test_zero_is_not_missing() -> None:
    assert words.number_words(0) == "0"
    assert words.number_words(None) == "—"
    assert words.percent_words(0.0) == "0%"
    assert words.percent_words(None) == "—"


def test_large_numbers_are_grouped_and_negative_ones_have_a_minus_sign() -> None:
    assert words.number_words(2_800_000) == "2,800,000"
    assert words.number_words(-12.5) == "−12.5"


@pytest.mark.parametrize(
    ("value", "places", "said"),
    [
        (603 / 37, 2, "16.30"),
        (Decimal("11.666667"), 2, "11.67"),
        (12.345, None, "12.35"),
        (Decimal("12.345"), None, "12.35"),
        (0.125, 2, "0.13"),
        (-0.004, 2, "0.00"),
        (1e300, 0, f"{10**300:,}"),
    ],
)
def test_numbers_are_rounded_and_never_cut(value: float | Decimal, places: int | None, said: str) -> None:
    assert words.number_words(value, places) == said


def test_a_share_is_rounded_as_it_is_written() -> None:
    assert words.percent_words(0.145) == "15%"
    assert words.percent_words(Decimal("0.125")) == "13%"


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (1, "1 working day late"),
        (9, "9 working days late"),
        (0, "due today"),
        (-1, "1 working day left"),
        (None, "—"),
    ],
)
def test_lateness_is_said_in_working_days(late: int | None, said: str) -> None:
    assert words.lateness_words(late) == said


def test_a_number_stands_with_its_denominator() -> None:
    assert words.fraction_words(24, 31, "provinces") == "24 of 31 provinces"
    assert words.fraction_words(None, 31) == "— of 31"


def test_every_state_has_words_a_symbol_and_a_known_tone() -> None:
    for key, look in LOOKS.items():
        assert str(look.label), key
        assert look.symbol, key
        assert look.tone in {"good", "warn", "bad", "late", "info", "quiet"}, key


def test_states_of_one_kind_are_told_apart_without_colour() -> None:
    for states in (
        ("not_yet_open", "due_soon", "overdue", "met_on_time", "excused", "not_reported"),
        ("draft", "submitted", "returned", "cleared", "accepted", "published"),
        ("not_considered", "adopted", "adapted", "declined", "local_only", "rebase_due", "no_plan"),
    ):
        assert len({LOOKS[state].symbol for state in states}) >= len(states) - 1, states


def test_an_unlisted_state_keeps_its_own_words() -> None:
    assert look_of(SimpleNamespace(value="carried_over", label="Carried over")).label == "Carried over"
    assert look_of("carried_over").tone == "quiet"
