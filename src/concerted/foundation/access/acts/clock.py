"""Sets the date of a demonstration; a site in earnest has no such row and follows the calendar."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from concerted.foundation.agencies.models import Officer

from ..door import act
from ..models import ClockSetting
from ..permissions import Permission


@act(Permission.REFERENCE_LOAD, record=("day", "seed"))
def set_demonstration_clock(
    *, officer: Officer, at: datetime, day: date | None, seed: int | None = None
) -> ClockSetting:
    """Let the mechanism live on this day (None: the calendar's own), from the moment `at` on where `at` lies in it.

    Its hours stay the real ones. seed: what the demonstration grew of.
    """
    begins = at if day is not None and timezone.localdate(at) == day else None
    setting, _new = ClockSetting.objects.update_or_create(
        id=1, defaults={"demonstration_date": day, "not_before": begins, "seed": seed}
    )
    return setting
