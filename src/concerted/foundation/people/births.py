"""Turns what people say of a birth (a day, a year, an age; Gregorian or Chinese lunar) into an interval of days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from borax.calendars.lunardate import LCalendars, LunarDate
from django.utils.translation import gettext as _

from concerted.errors import Invalid, Problem

from .values import Birth

GREGORIAN, LUNAR = "gregorian", "chinese_lunar"
FIRST_LUNAR_YEAR, LAST_LUNAR_YEAR = 1900, 2100
OLDEST = 130
_DAY = timedelta(days=1)


def born_on(
    year: int,
    month: int | None = None,
    day: int | None = None,
    *,
    calendar: str = GREGORIAN,
    leap_month: bool = False,
    estimated: bool = False,
) -> Birth:
    """The days that a stated date may be: one day, a month or a whole year of the calendar.

    Lunar years run from New Year's Day of the Chinese calendar (1900-2100). Raises Invalid for no such date.
    """
    try:
        ends = _lunar(year, month, day, leap_month) if calendar == LUNAR else _gregorian(year, month, day)
    except ValueError as error:
        raise Invalid(
            _("There is no such day of birth."),
            problems=[Problem(_("The calendar has no such date."), field="birth")],
            remedy=_("Give the year alone when the day is not sure."),
        ) from error
    stated = {"year": year, "month": month, "day": day} | ({"leap_month": True} if leap_month else {})
    return Birth(
        *ends,
        calendar=calendar,
        estimation="estimated" if estimated else "stated",
        stated={key: part for key, part in stated.items() if part is not None},
    )


def born_by_age(
    age: int, *, on: date, age_to: int | None = None, nominal: bool = False, estimated: bool = True
) -> Birth:
    """The days of birth that give such an age on that day.

    age, age_to: the least and greatest age in years. nominal: by East Asian reckoning (one at birth, one more
    at each lunar New Year). Raises Invalid for an age nobody has.
    """
    oldest = age if age_to is None else age_to
    if not 0 <= age <= oldest <= OLDEST:
        raise Invalid(
            _("There is no such age."),
            problems=[Problem(_("The age is not between 0 and 130."), field="age")],
            remedy=_("Give the least age first."),
        )
    if nominal:
        year = LunarDate.from_solar(on).year
        earliest = _lunar(year - oldest + 1, None, None, False)[0]
        latest = min(on, _lunar(year - max(age, 1) + 1, None, None, False)[1])
    else:
        earliest, latest = _years_before(on, oldest + 1) + _DAY, _years_before(on, age)
    stated = {"age": age, "age_to": age_to, "on": on.isoformat(), "nominal": nominal or None}
    return Birth(
        earliest,
        latest,
        calendar=LUNAR if nominal else GREGORIAN,
        estimation="estimated" if estimated else "stated",
        stated={key: part for key, part in stated.items() if part is not None},
    )


def born_between(first: Birth, last: Birth) -> Birth:
    """The days from the first of one stated date to the last of another. Raises Invalid for none."""
    found = Birth(
        first.earliest,
        last.latest,
        calendar=first.calendar,
        estimation="estimated",
        stated={"from": dict(first.stated), "to": dict(last.stated)},
    )
    problems = list(found.problems())
    if problems:
        raise Invalid(
            _("There is no such day of birth."), problems=problems, remedy=_("Give the earlier date first.")
        )
    return found


def birth_unknown() -> Birth:
    """Nothing is known of the birth, and that was written down."""
    return Birth(None, None, estimation="unknown")


def lunar_of(day: date) -> str:
    """A Gregorian day as the Chinese calendar names it, such as 二〇〇一年闰四月初三; empty outside 1900-2100."""
    try:
        return str(LunarDate.from_solar(day).strftime("%Y年%M月%D"))
    except ValueError:
        return ""


_MONTHS = "正二三四五六七八九十冬腊"
_FIGURES = "一二三四五六七八九十"


def said_of(birth: Birth) -> str:
    """A birth as it was said: the words that were kept, else a lunar date in Chinese figures (农历1990年闰五月初三).

    Empty where the days themselves are what was said.
    """
    if birth.note or birth.calendar != LUNAR:
        return birth.note
    if "from" in birth.stated:
        return " 至 ".join(filter(None, (_lunar_words(birth.stated[end]) for end in ("from", "to"))))
    return _lunar_words(birth.stated)


def _lunar_words(stated: Mapping[str, Any]) -> str:
    if "year" not in stated:
        return ""
    words = f"农历{stated['year']}年"
    if "month" in stated:
        words += f"{'闰' if stated.get('leap_month') else ''}{_MONTHS[stated['month'] - 1]}月"
    return words + (_lunar_day(stated["day"]) if "day" in stated else "")


def _lunar_day(day: int) -> str:
    if day % 10 == 0:
        return {10: "初十", 20: "二十", 30: "三十"}[day]
    return ("初", "十", "廿")[day // 10] + _FIGURES[day % 10 - 1]


def _gregorian(year: int, month: int | None, day: int | None) -> tuple[date, date]:
    if month is None:
        if day is not None:
            raise ValueError("a day without its month")
        return date(year, 1, 1), date(year, 12, 31)
    if day is None:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return date(year, month, day), date(year, month, day)


def _lunar(year: int, month: int | None, day: int | None, leap: bool) -> tuple[date, date]:
    if month is None:
        if day is not None or leap:
            raise ValueError("a day or a leap month without its month")
        begins = LunarDate(year, 1, 1).to_solar_date()
        return begins, begins + timedelta(days=LCalendars.ndays(year) - 1)
    if leap and LCalendars.leap_month(year) != month:
        raise ValueError("the year has no such leap month")
    begins = LunarDate(year, month, 1, int(leap)).to_solar_date()
    length = LCalendars.ndays(year, month, int(leap))
    if day is None:
        return begins, begins + timedelta(days=length - 1)
    if not 1 <= day <= length:
        raise ValueError("the month is shorter")
    the_day = begins + timedelta(days=day - 1)
    return the_day, the_day


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
