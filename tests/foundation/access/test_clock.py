"""The demonstration's clock keeps the hour of the day and never stands before the moment it was set."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone
from tests.builders import build_world

from concerted.foundation.access.acts import set_demonstration_clock
from concerted.foundation.access.reads import mechanism_now

DAY = date(2010, 4, 12)
ZONE = timezone.get_default_timezone()


def _set(at: datetime, day: date | None) -> None:
    world = build_world()
    set_demonstration_clock(officer=world.machine, at=at, day=day, seed=1)


@pytest.mark.django_db
def test_what_happened_on_the_day_until_the_clock_was_set_never_lies_in_the_future() -> None:
    last_minute = datetime.combine(DAY, time(23, 59), ZONE)
    _set(last_minute, DAY)
    assert mechanism_now() >= last_minute
    assert timezone.localdate(mechanism_now()) == DAY


@pytest.mark.django_db
def test_the_hour_is_the_real_one_when_the_clock_was_set_before_it() -> None:
    _set(datetime.combine(DAY, time(0, 0), ZONE), DAY)
    shown, real = mechanism_now(), timezone.localtime()
    assert abs(
        shown.replace(year=2000, month=1, day=1) - real.replace(year=2000, month=1, day=1)
    ) < timedelta(minutes=5)


@pytest.mark.django_db
def test_without_a_demonstration_the_calendar_rules() -> None:
    _set(datetime.combine(DAY, time(9), ZONE), None)
    assert abs(mechanism_now() - datetime.now(UTC)) < timedelta(minutes=5)
