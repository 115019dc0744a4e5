"""A number or the reason there is none: what every share, ratio and achievement here is told in; never
rounds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

Number = int | float | Decimal
"""What callers may hand in. Arithmetic is in float: indicators are measured to a few digits, and sums go
through `math.fsum`, which is correctly rounded and so does not depend on the order of the areas.
"""


class Why(StrEnum):
    """Why a number does not exist; zero is a number and never one of these."""

    NO_BASELINE = "no_baseline"
    NO_TARGET = "no_target"
    NO_ACTUAL = "no_actual"
    TARGET_EQUALS_BASELINE = "target_equals_baseline"
    TARGET_AGAINST_DIRECTION = "target_against_direction"
    LEVEL_IS_ZERO = "level_is_zero"
    NO_NUMERATOR = "no_numerator"
    NO_DENOMINATOR = "no_denominator"
    ZERO_DENOMINATOR = "zero_denominator"
    NO_DATES = "no_dates"
    NO_TIME_SPAN = "no_time_span"
    NO_WHOLE_YEAR = "no_whole_year"
    NOT_A_NUMBER = "not_a_number"
    NOTHING_EXPECTED = "nothing_expected"
    NOTHING_REPORTED = "nothing_reported"
    WEIGHTS_UNKNOWN = "weights_unknown"
    NOT_ROLLED_UP = "not_rolled_up"


@dataclass(frozen=True)
class Quotient:
    """A number, or no number and why. Exactly one of value and why is set; a negative value is regress, not
    absence.
    """

    value: float | None = None
    why: Why | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.why is None):
            raise ValueError("a quotient is either a number or a reason, never both and never neither")

    @property
    def defined(self) -> bool:
        return self.value is not None

    def clipped(self, lower: float = 0.0, upper: float = 1.0) -> float | None:
        """Return the value held within [lower, upper], for drawing a bar only; None where undefined."""
        return None if self.value is None else min(max(self.value, lower), upper)


def known(value: Number) -> Quotient:
    """Return the number as a quotient; a NaN or an infinity becomes `not_a_number`."""
    as_float = float(value)
    return Quotient(as_float) if math.isfinite(as_float) else Quotient(why=Why.NOT_A_NUMBER)


def undefined(why: Why) -> Quotient:
    """Return the absence of a number with its reason."""
    return Quotient(why=why)


def ratio(numerator: Number | None, denominator: Number | None) -> Quotient:
    """Return numerator / denominator; undefined with its reason where a part is missing or the denominator
    is zero.

    Source: IATI 2.03, result/indicator: a percentage is reported with its numerator and denominator.
    """
    if numerator is None:
        return undefined(Why.NO_NUMERATOR)
    if denominator is None:
        return undefined(Why.NO_DENOMINATOR)
    if denominator == 0:
        return undefined(Why.ZERO_DENOMINATOR)
    return known(float(numerator) / float(denominator))


def ratio_of_sums(pairs: Iterable[tuple[Number, Number]]) -> Quotient:
    """Return sum of numerators / sum of denominators, the only honest way to bring ratios together.

    pairs: (numerator, denominator), both known. A mean of the separate percents is never formed: it would
    let an area of ten persons weigh as much as one of ten million.
    """
    both = [(float(numerator), float(denominator)) for numerator, denominator in pairs]
    if not both:
        return undefined(Why.NOTHING_REPORTED)
    return ratio(math.fsum(n for n, _ in both), math.fsum(d for _, d in both))
