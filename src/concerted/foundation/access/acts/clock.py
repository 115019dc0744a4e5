"""Sets the date of a demonstration; a site in earnest has no such row and follows the calendar."""

from __future__ import annotations

from datetime import date, datetime

from concerted.foundation.agencies.models import Officer

from ..door import act
from ..models import ClockSetting
from ..permissions import Permission


@act(Permission.REFERENCE_LOAD, record=("day", "seed"))
def set_demonstration_clock(
    *, officer: Officer, at: datetime, day: date | None, seed: int | None = None
) -> ClockSetting:
    """Let the mechanism live on this day (None: the calendar's own); seed: what the demonstration grew of."""
    setting, _new = ClockSetting.objects.update_or_create(
        id=1, defaults={"demonstration_date": day, "seed": seed}
    )
    return setting
