"""Reads a birth as case lists write it (day, month or year; Gregorian or lunar); it guesses no order of figures."""

from __future__ import annotations

import re

from concerted.foundation.people.births import GREGORIAN, LUNAR, birth_unknown, born_between, born_on
from concerted.foundation.people.values import Birth, says_nothing

_LUNAR = re.compile(r"^(?:农历|阴历|旧历|lunar)\s*", re.IGNORECASE)
_FIGURES = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})[日号]?|月)?|年)?")
_SIGNS = re.compile(
    r"(\d{4})年(闰)?([正一二三四五六七八九十冬腊]{1,2})月(?:(初?[一二三四五六七八九十廿卅]{1,3})日?)?"
)
_BARE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_BETWEEN = re.compile(r"(.+?)\s*(?:至|到|~|～|—|–|\bto\b)\s*(.+)")
_ONES = {sign: number for number, sign in enumerate("一二三四五六七八九", start=1)}
_MONTHS = {"正": 1, "冬": 11, "腊": 12}


def birth_from(text: str) -> Birth:
    """Return the interval of days a written birth means; a word for unknown is a birth of which nothing is known.

    Raises ValueError for what is no birth or could be read two ways (05/03/1990), Invalid for a day the calendar
    does not have.
    """
    words = text.strip()
    if says_nothing(words):
        return birth_unknown()
    if found := _BETWEEN.fullmatch(words):
        return born_between(birth_from(found[1]), birth_from(found[2]))
    calendar = LUNAR if _LUNAR.match(words) else GREGORIAN
    words = _LUNAR.sub("", words).replace(" ", "")
    if found := _BARE.fullmatch(words):
        return born_on(int(found[1]), int(found[2]), int(found[3]), calendar=calendar)
    if found := _FIGURES.fullmatch(words):
        month, day = (int(part) if part else None for part in (found[2], found[3]))
        return born_on(int(found[1]), month, day, calendar=calendar)
    if found := _SIGNS.fullmatch(words):
        day = _number(found[4].removeprefix("初")) if found[4] else None
        month = _MONTHS.get(found[3]) or _number(found[3])
        is_lunar = (
            calendar == LUNAR or bool(found[2]) or found[3] in _MONTHS or (found[4] or "").startswith("初")
        )
        return born_on(
            int(found[1]), month, day, calendar=LUNAR if is_lunar else GREGORIAN, leap_month=bool(found[2])
        )
    raise ValueError(text)


def _number(signs: str) -> int:
    """A Chinese figure from 1 to 39: 十二, 廿三, 三十, 卅."""
    signs = signs.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = signs.rpartition("十")
    if not ten:
        return _ONES[signs]
    return 10 * (_ONES[tens] if tens else 1) + (_ONES[ones] if ones else 0)
