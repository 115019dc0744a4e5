"""Reads which plan a Monday page is asked for, and makes the addresses of the lists behind its numbers."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from concerted.interfaces.pages.route import Request
from concerted.mechanism.plan.reads import monday

from ..words import Opener, listed
from .day import today_of

NATION = "000000"


def frame_asked(request: Request, on: date) -> monday.Frame | None:
    """The national plan of ?plan= where it is in force on the day, else the one the officer usually works with.

    ?period= names the one of its open periods that is shown.
    """
    key, period = (request.GET.get(name, "")[:80] for name in ("plan", "period"))
    return monday.frame_of(NATION, officer=request.officer, on=on, key=key, period_key=period)


def periods_asked(request: Request, frame: monday.Frame) -> list[dict[str, Any]]:
    """The open periods of the frame's plan with the address of the same page for each; `shown` marks the one shown."""
    kept = {name: request.GET[name] for name in ("on",) if request.GET.get(name)}
    return [
        {
            "key": one.key,
            "shown": one == frame.period,
            "href": "?" + urlencode({**kept, "plan": frame.plan.key, "period": one.key}),
        }
        for one in frame.open_periods
    ]


def opener(request: Request, on: date, *, plan: str = "") -> Opener:
    """What makes the address of the list behind a number: of the same plan and as it stood on the same day."""
    return partial(listed, plan=plan, on="" if on == today_of(request) else on.isoformat())
