"""What a statistician, evaluator, administrator or observer sees on a Monday: how the whole stands."""

from __future__ import annotations

from datetime import date
from typing import Any

from concerted.foundation.obligations import reads as owed
from concerted.foundation.obligations.reads import Filters
from concerted.interfaces.pages.route import Request
from concerted.mechanism.plan.reads import indicators, reporting

from ..words import STATES, board_states, met
from .asked import frame_asked, opener, periods_asked

SHOWN = 6


def plain(request: Request, on: date) -> dict[str, Any]:
    """The period's obligations by state, the share met on time, and values that wait for a ruling."""
    frame = frame_asked(request, on)
    found: dict[str, Any] = {"frame": frame, "period": frame.period if frame else None}
    if frame is None or frame.period is None:
        return found
    found["periods"] = periods_asked(request, frame)
    key = frame.period.key
    opens = opener(request, on, plan=frame.plan.key)
    raised = reporting.under_plan(owed.obligations(on=on, filters=Filters(period=key)), key=frame.plan.key)
    tally = owed.tally(raised)
    found |= {
        "tally_of": tally.of,
        "met": met(tally),
        "states": [(s, STATES[s], tally[s], opens(period=key, state=s)) for s in board_states([tally])],
        "all_href": opens(period=key),
        "rate": owed.punctuality(raised, on=on),
    }
    found["conflicts"], found["conflict_count"] = indicators.conflicts(
        plan=frame.plan, period=frame.period, limit=SHOWN
    )
    found["cells_told"] = indicators.cells_told(plan=frame.plan, period=frame.period)
    return found
