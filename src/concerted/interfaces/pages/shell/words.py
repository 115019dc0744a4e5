"""Puts dates, numbers and lengths of time into the officer's language; it computes no lateness."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal

from django.utils import dateformat, timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

MISSING = "—"
Number = int | float | Decimal
_WIDE = Context(prec=400)


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

    places: decimal places; by default as many as the value needs, at most two. Halves are rounded away from zero,
    as officers do by hand, and what is rounded is the number as it is written, not its nearest binary fraction.
    """
    if value is None:
        return MISSING
    if not places and -_EXACT < value < _EXACT and value == int(value):
        shown = f"{int(value):,}"
    elif places is None:
        shown = f"{_rounded(value, 2):,.2f}".rstrip("0").rstrip(".")
    else:
        shown = f"{_rounded(value, places):,.{places}f}"
    return shown.replace("-", "\N{MINUS SIGN}")


#: below it every whole number is written without a power of ten, as a float too
_EXACT = 10**15


def _rounded(value: float | Decimal, places: int) -> Number:
    """The number with so many decimal places, halves away from zero; never minus nothing."""
    written = _written(value)
    if not written.is_finite():
        return value
    return _WIDE.add(written.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _WIDE), 0)


def _written(value: Number) -> Decimal:
    """The number as it is written: 0.145 and not the binary fraction just below it."""
    return value if isinstance(value, Decimal) else Decimal(repr(float(value)))


def percent_words(share: Number | None) -> str:
    """Return a share (0 to 1) as a whole percentage; a dash when undefined."""
    return MISSING if share is None else f"{number_words(hundredfold(share), 0)}%"


def hundredfold(share: Number) -> Decimal:
    """Return a share as a percentage, exact as it is written."""
    return _WIDE.multiply(_written(share), 100)


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
