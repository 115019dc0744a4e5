"""What a statistician, evaluator, administrator or observer sees on a Monday: how the whole stands."""

from __future__ import annotations

from datetime import date
from typing import Any

from concerted.foundation.obligations import reads as owed
from concerted.foundation.obligations.reads import Filters
from concerted.interfaces.pages.route import Request
from concerted.mechanism.plan.reads import indicators, monday

from ..words import BOARD, STATES, listed, met

SHOWN = 6


def plain(request: Request, on: date) -> dict[str, Any]:
    """The period's obligations by state, the share met on time, and values that wait for a ruling."""
    frame = monday.frame_of("000000", on=on)
    found: dict[str, Any] = {"frame": frame, "period": frame.period if frame else None}
    if frame is None or frame.period is None:
        return found
    key = frame.period.key
    tally = owed.tally(owed.obligations(on=on, filters=Filters(period=key)))
    found |= {
        "tally_of": tally.of,
        "met": met(tally),
        "states": [(s, STATES[s], tally[s], listed(period=key, state=s)) for s in BOARD],
        "all_href": listed(period=key),
        "rate": owed.punctuality(owed.obligations(on=on, filters=Filters(period=key)), on=on),
    }
    found["conflicts"], found["conflict_count"] = indicators.conflicts(
        plan=frame.plan, period=frame.period, limit=SHOWN
    )
    return found
