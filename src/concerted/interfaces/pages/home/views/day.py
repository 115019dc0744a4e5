"""Reads which day a page is asked for; it shows nothing."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from concerted.interfaces.pages.route import Request

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 1, 1)


def today_of(request: Request) -> date:
    """The mechanism's day in local time."""
    return timezone.localtime(request.at).date()


def day_asked(request: Request) -> date:
    """The day of ?on=, written as 2010-03-15; today where it is missing or cannot be read."""
    try:
        asked = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return today_of(request)
    return asked if EARLIEST <= asked <= LATEST else today_of(request)
