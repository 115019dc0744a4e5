"""Reads the mechanism's clock and interests; never decides a permission (that is policy)."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from .models import ClockSetting


def demonstration_clock() -> ClockSetting | None:
    """The demonstration's clock, or None where the calendar rules."""
    return ClockSetting.objects.filter(demonstration_date__isnull=False).first()


def mechanism_now() -> datetime:
    """The present moment of the mechanism: the real one, or in a demonstration the same hour of its date."""
    real = timezone.localtime()
    clock = demonstration_clock()
    if clock is None or clock.demonstration_date is None:
        return real
    day = clock.demonstration_date
    return real.replace(year=day.year, month=day.month, day=day.day)
