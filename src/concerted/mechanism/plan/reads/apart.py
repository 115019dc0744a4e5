"""Says how far a place's own figure lies from what the places below it leave possible; it reads no table."""

from __future__ import annotations

from decimal import Decimal

Number = Decimal | float | int

_SAME = 1.5e-6
"""Figures are kept to six decimal places; two that differ by less say the same."""


def beyond(
    own: Number | None, *, value: Number | None, reported: int, low: Number | None, high: Number | None
) -> float | None:
    """How far the own figure lies above (+) or below (-) everything the places below can come to; None where it fits.

    value, reported, low, high: the roll-up of the places below, how many of them it rests on, and what the whole lies
    between whatever is missing, None where a side is open. Where all reported, both ends are the value.
    """
    if own is None or value is None or not reported:
        return None
    if low is not None and float(own) < float(low) - _SAME:
        return float(own) - float(low)
    if high is not None and float(own) > float(high) + _SAME:
        return float(own) - float(high)
    return None
