"""Puts dates, numbers and lengths of time into the officer's language; it computes no lateness."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import dateformat, timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

MISSING = "—"
Number = int | float | Decimal


def speaks_chinese() -> bool:
    """Say whether the active language is Chinese."""
    return (get_language() or "").startswith("zh")


def day_words(on: date | None) -> str:
    """Return a date as "18 July 2011" or "2011年7月18日"; a dash when there is none."""
    if on is None:
        return MISSING
    if isinstance(on, datetime) and timezone.is_aware(on):
        on = timezone.localtime(on)
    return dateformat.format(on, "Y年n月j日" if speaks_chinese() else "j F Y")


def moment_words(at: datetime | None) -> str:
    """Return a moment as "18 July 2011, 10:42" or "2011年7月18日 10:42", in the site's time zone."""
    if at is None:
        return MISSING
    local = timezone.localtime(at) if timezone.is_aware(at) else at
    return f"{day_words(local)}{' ' if speaks_chinese() else ', '}{local:%H:%M}"


def dated_words(today: date) -> str:
    """Return a date with its weekday: "Monday 18 July 2011" or "2011年7月18日星期一"."""
    return dateformat.format(today, "Y年n月j日l" if speaks_chinese() else "l j F Y")


def number_words(value: Number | None, places: int | None = None) -> str:
    """Return a number with thousands separators; a dash when missing, for zero is not missing.

    places: decimal places; by default as many as the value needs, at most two.
    """
    if value is None:
        return MISSING
    if places is None:
        shown = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")
    else:
        shown = f"{value:,.{places}f}"
    return shown.replace("-", "\N{MINUS SIGN}")


def percent_words(share: Number | None) -> str:
    """Return a share (0 to 1) as a whole percentage; a dash when undefined."""
    return MISSING if share is None else f"{number_words(share * 100, 0)}%"


def fraction_words(part: Number | None, whole: Number | None, unit: str = "") -> str:
    """Return "24 of 31 provinces": a number never stands without its denominator."""
    parts = {"part": number_words(part), "whole": number_words(whole), "unit": unit}
    if unit:
        return pgettext("number with its denominator", "%(part)s of %(whole)s %(unit)s") % parts
    return pgettext("number with its denominator", "%(part)s of %(whole)s") % parts


def lateness_words(days_late: int | None) -> str:
    """Return working days late in words; negative numbers are days left."""
    if days_late is None:
        return MISSING
    if days_late == 0:
        return _("due today")
    if days_late > 0:
        return ngettext("%(days)s working day late", "%(days)s working days late", days_late) % {
            "days": number_words(days_late)
        }
    left = -days_late
    return ngettext("%(days)s working day left", "%(days)s working days left", left) % {
        "days": number_words(left)
    }


def file_size_words(size: int) -> str:
    """Return a file's size in kB or MB."""
    if size >= 1_000_000:
        return f"{number_words(size / 1_000_000, 1)} MB"
    return f"{number_words(max(1, size // 1000))} kB"
