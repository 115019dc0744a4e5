"""Filters that show figures, reasons and bounds in words; they read nothing."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from ...shell.words import percent_words
from .. import words

register = template.Library()


@register.filter
def figure(value: Any, indicator: Any) -> str:
    """A value of an indicator, with its per cent sign where it is a share."""
    return words.figure(value, indicator)


@register.filter
def is_percent(indicator: Any) -> bool:
    """Whether the indicator's values are shares, shown with a per cent sign."""
    return words.is_percent(indicator)


@register.filter
def unit(name: str) -> Any:
    """A unit in the officer's language; as it was written where it has no words of its own."""
    return words.UNITS.get(name, name)


@register.filter
def worded(key: Any, table: str) -> Any:
    """The words of a key in one of the tables of words.py; the key itself where it is not listed."""
    return getattr(words, table).get(str(key), key)


@register.filter
def share(quotient: Any) -> str:
    """A share of the way in per cent, or why there is none."""
    if quotient.value is None:
        return str(words.WHYS.get(str(quotient.why), quotient.why))
    return percent_words(quotient.value)


@register.filter
def way(progress: Any) -> str:
    """The share of the way in per cent; of what should keep its level, how far it has left it."""
    away = progress.departure
    if away is None:
        return share(progress.achieved)
    ends = {
        "by": words.figure(abs(away), progress.indicator),
        "level": words.figure(progress.level, progress.indicator),
    }
    if abs(away) <= (progress.indicator.tolerance or 0):
        return _("keeps its level of %(level)s") % ends
    if away > 0:
        return _("%(by)s above its level of %(level)s") % ends
    return _("%(by)s below its level of %(level)s") % ends


@register.filter
def covers(progress: Any) -> str:
    """What the value is made of: a year, a part of one, or the newest figure."""
    if not progress.of_a_year:
        if progress.indicator.cumulative:
            return _("running total")
        return str(words.METHODS.get(progress.indicator.rollup_time, "")) if len(progress.counted) > 1 else ""
    known = sum(point.value is not None for point in progress.counted)
    whole = words.PERIODS_OF_A_YEAR.get(progress.period.kind, known)
    parts = {"known": known, "whole": whole, "period": progress.period.key}
    if known == whole:
        return _("over the year to %(period)s") % parts
    return _("over %(known)s of the %(whole)s periods of the year to %(period)s") % parts


@register.filter
def bounded(bounds: Any, indicator: Any) -> str:
    """What the whole lies between, an open side named; empty where nothing is missing."""
    if bounds is None or (bounds.lower is not None and bounds.lower == bounds.upper):
        return ""
    return _between(bounds.lower, bounds.upper, indicator)


@register.filter
def apart_words(by: float, indicator: Any) -> str:
    """How far a place's own figure lies above or below what the places below it can come to together."""
    said = {"by": words.figure(abs(by), indicator)}
    if by > 0:
        return _("the own figure lies %(by)s above what that leaves possible") % said
    return _("the own figure lies %(by)s below what that leaves possible") % said


@register.filter
def point_bounds(point: Any, indicator: Any) -> str:
    """The bounds of one point of a series, empty where everybody reported or no whole is formed."""
    if not point or point.reported == point.expected or (point.value is None and point.low is None):
        return ""
    return _between(point.low, point.high, indicator)


def _between(low: Any, high: Any, indicator: Any) -> str:
    ends = {"low": words.figure(low, indicator), "high": words.figure(high, indicator)}
    if low is None and high is None:
        return _("no limits: a missing figure could be anything")
    if high is None:
        return _("at least %(low)s, no upper limit") % ends
    if low is None:
        return _("at most %(high)s, no lower limit") % ends
    return _("between %(low)s and %(high)s") % ends
