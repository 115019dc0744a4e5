"""The working days of a country, from a kept library; it holds no typed date and never guesses a holiday."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate

_SATURDAY = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Source:
    """A library's answer for one country and the first and last day it can answer for."""

    is_working: Callable[[date], bool]
    known_from: date
    known_until: date


@dataclass(frozen=True)
class WorkingDays:
    """The working calendar of one country (ISO 3166-1 alpha-2).

    Between `known_from` and `known_until` holidays and the weekends worked in their place are known (China:
    the State Council's yearly notices, by the library chinesecalendar). Outside, and for a country without a
    kept calendar (both are None), only Saturdays and Sundays are free: `is_known` tells the two apart.
    """

    country: str

    @property
    def known_from(self) -> date | None:
        """The first day whose holidays are known."""
        source = _source(self.country)
        return source.known_from if source else None

    @property
    def known_until(self) -> date | None:
        """The last day whose holidays are known; show it beside a due day that lies beyond."""
        source = _source(self.country)
        return source.known_until if source else None

    def is_known(self, day: date) -> bool:
        """Whether the holidays of that day are known, not only its place in the week."""
        source = _source(self.country)
        return source is not None and source.known_from <= day <= source.known_until

    def is_working(self, day: date) -> bool:
        """Whether offices work on the day."""
        return _is_working(self.country, day)

    def add(self, day: date, n: int) -> date:
        """The n-th working day after the day given (before it where n is negative); the day itself for 0."""
        step = _DAY if n > 0 else -_DAY
        for _ in range(abs(n)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def between(self, a: date, b: date) -> int:
        """How many working days lie after `a` up to and including `b`; negative where `b` is before `a`."""
        if b < a:
            return -self.between(b, a)
        whole_years = sum(_worked(self.country, year)[-1] for year in range(a.year, b.year))
        return whole_years + _worked_until(self.country, b) - _worked_until(self.country, a)


@lru_cache(maxsize=20_000)
def _is_working(country: str, day: date) -> bool:
    source = _source(country)
    if source is not None and source.known_from <= day <= source.known_until:
        return source.is_working(day)
    return day.weekday() < _SATURDAY


@lru_cache(maxsize=400)
def _worked(country: str, year: int) -> tuple[int, ...]:
    """How many days were worked from New Year up to and including each day of the year."""
    first = date(year, 1, 1)
    length = (date(year, 12, 31) - first).days + 1
    return tuple(accumulate(int(_is_working(country, first + _DAY * ahead)) for ahead in range(length)))


def _worked_until(country: str, day: date) -> int:
    return _worked(country, day.year)[day.timetuple().tm_yday - 1]


def _china() -> _Source:
    import chinese_calendar
    from chinese_calendar import constants

    years = [day.year for day in constants.holidays]
    return _Source(chinese_calendar.is_workday, date(min(years), 1, 1), date(max(years), 12, 31))


_SOURCES: dict[str, Callable[[], _Source]] = {"CN": _china}


@lru_cache
def _source(country: str) -> _Source | None:
    make = _SOURCES.get(country.upper())
    return make() if make else None
