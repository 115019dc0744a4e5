"""Reads which plan a Monday page is asked for, and makes the addresses of the lists behind its numbers."""

from __future__ import annotations

from datetime import date
from functools import partial

from concerted.interfaces.pages.route import Request
from concerted.mechanism.plan.reads import monday

from ..words import Opener, listed
from .day import today_of

NATION = "000000"


def frame_asked(request: Request, on: date) -> monday.Frame | None:
    """The national plan of ?plan= where it is in force on the day, else the one the officer usually works with."""
    return monday.frame_of(NATION, officer=request.officer, on=on, key=request.GET.get("plan", "")[:80])


def opener(request: Request, on: date, *, plan: str = "") -> Opener:
    """What makes the address of the list behind a number: of the same plan and as it stood on the same day."""
    return partial(listed, plan=plan, on="" if on == today_of(request) else on.isoformat())
