"""Figures are rounded as officers round them, and the same figure reads the same wherever it stands."""

from __future__ import annotations

from decimal import Decimal

import pytest

from concerted.interfaces.pages.indicators import words
from concerted.interfaces.pages.shell.words import number_words
from concerted.mechanism.plan.models import Indicator

DAYS = Indicator(kind="ratio", unit="days")
SHARES = Indicator(kind="ratio", unit="percent")
PERSONS = Indicator(kind="count", unit="persons")


@pytest.mark.parametrize(
    ("value", "indicator", "said"),
    [
        (603 / 37, DAYS, "16.30"),
        (Decimal("11.666667"), DAYS, "11.67"),
        (15 / 16, SHARES, "93.8%"),
        (9 / 33, SHARES, "27.3%"),
        (Decimal("0.5"), SHARES, "50.0%"),
        (Decimal("6995.000000"), PERSONS, "6,995"),
        (0, PERSONS, "0"),
        (None, PERSONS, "–"),
    ],
)
def test_a_figure_is_rounded_and_never_cut(value: object, indicator: Indicator, said: str) -> None:
    assert words.figure(value, indicator) == said


def test_a_figure_reads_the_same_in_a_table_and_beside_a_sparkline() -> None:
    for value in (12.345, 2.675, 1.005, 99.999):
        assert float(words.figure(value, DAYS)) == float(number_words(value))
