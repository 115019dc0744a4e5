"""The words a paper carries of its own, in the paper's language, and its dates; it holds no content."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

_DIGITS = "零一二三四五六七八九"
_MONTHS: tuple[str, ...] = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def words_of(language: str) -> Mapping[str, str]:
    """Every word that the layout sets, by name, in the language."""
    with translation.override(language):
        return {
            "contents": _("Items"),
            "reason": _("Why it is before the meeting"),
            "figures": _("Figures"),
            "lines": _("What stands behind it"),
            "asks": _("To be decided"),
            "office": _("Presented by"),
            "minutes": _("minutes"),
            "more": _("and %(count)s more, in the system"),
            "missing": _("not reported"),
            "attendance": _("Present"),
            "copied": _("Copied to"),
            "printed": pgettext("of a document", "issued"),
            "verify": _("Fingerprint (SHA-256)"),
        }


def day_of(day: date, *, is_chinese: bool) -> str:
    """The day as official documents write it: 2010年4月12日, 12 April 2010; months and days without zeros."""
    if is_chinese:
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def ordinal(number: int) -> str:
    """A whole number below 100 in Chinese, as headings count: 一, 十二, 二十."""
    tens, ones = divmod(number, 10)
    before = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return before + (_DIGITS[ones] if ones or not tens else "")
