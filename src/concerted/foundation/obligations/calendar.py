"""Working days of the country, by a kept holiday library; never a typed date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar
from django.conf import settings

_CHINA_YEARS = sorted({day.year for day in chinese_calendar.holidays})


@dataclass(frozen=True)
class WorkingDays:
    """A country's working days; outside the years its holiday calendar covers, Monday to Friday.

    country: ISO 3166-1 alpha-2; CN follows the State Council's yearly notices as kept by chinesecalendar
    (with the weekends worked in exchange), any other country has weekends only.
    """

    country: str = ""

    @property
    def known_from(self) -> date | None:
        """The first day whose holidays are known; None where only weekends are."""
        return date(_CHINA_YEARS[0], 1, 1) if self._is_china else None

    @property
    def known_until(self) -> date | None:
        """The last day whose holidays are known; None where only weekends are."""
        return date(_CHINA_YEARS[-1], 12, 31) if self._is_china else None

    @property
    def _is_china(self) -> bool:
        return (self.country or settings.COUNTRY) == "CN"

    def is_working(self, day: date) -> bool:
        """Whether offices work on the day."""
        if self._is_china and _CHINA_YEARS[0] <= day.year <= _CHINA_YEARS[-1]:
            return _china_works(day)
        return day.weekday() < 5

    def add(self, day: date, count: int) -> date:
        """The count-th working day after the day (before it when negative); the day itself for 0."""
        step = timedelta(days=1 if count > 0 else -1)
        for _turn in range(abs(count)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def between(self, first: date, last: date) -> int:
        """Working days after `first` up to and with `last`; negative when `last` is earlier."""
        if last < first:
            return -self.between(last, first)
        return sum(self.is_working(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


@lru_cache(maxsize=8192)
def _china_works(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))
