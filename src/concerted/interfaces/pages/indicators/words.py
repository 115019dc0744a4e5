"""How figures, reasons and directions are worded in the officer's language; computes nothing."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..shell.words import hundredfold, number_words

DIRECTIONS = {
    "rise": _("should rise"),
    "fall": _("should fall"),
    "reach": _("should reach a level"),
    "keep": _("should keep its level"),
}
WHYS = {
    "no_baseline": _("no baseline"),
    "no_target": _("no target"),
    "no_actual": _("no figure"),
    "target_equals_baseline": _("the target equals the baseline"),
    "target_against_direction": _("the target goes against the direction"),
    "level_is_zero": _("the level to keep is zero"),
    "no_numerator": _("no numerator"),
    "no_denominator": _("no denominator"),
    "zero_denominator": _("nothing to count"),
    "no_dates": _("no dates"),
    "no_time_span": _("no time between baseline and target"),
    "no_whole_year": _("no whole year of figures yet"),
    "not_a_number": _("not a number"),
    "nothing_expected": _("nobody is asked"),
    "nothing_reported": _("nothing reported"),
    "weights_unknown": _("weights unknown"),
    "not_rolled_up": _("not rolled up"),
}
STANDINGS = {
    "behind": _("Behind pace"),
    "on": _("On pace"),
    "ahead": _("Ahead of pace"),
    "unknown": _("Pace unknown"),
}
STANDING_STATES = {"behind": "off_track", "on": "on_track", "ahead": "on_track"}
METHODS = {
    "sum": _("sum"),
    "ratio_of_sums": _("ratio of sums"),
    "weighted_mean": _("weighted mean"),
    "max": _("largest value"),
    "min": _("smallest value"),
    "latest": _("latest value"),
    "mean": _("plain mean"),
    "count_reporting": _("number that reported"),
    "none": _("not rolled up"),
}
LEVELS = {
    "nation": _("nation"),
    "province": pgettext_lazy("level of reporting", "provinces"),
    "prefecture": _("prefectures"),
    "county": _("counties"),
}
QUALIFIERS = {
    "exact": _("as counted"),
    "about": _("about"),
    "nearly": _("nearly"),
    "more_than": _("more than"),
    "less_than": _("fewer than"),
    "at_least": _("at least"),
    "at_most": _("at most"),
    "estimate": _("estimate"),
    "suspect": _("probably misprinted, kept as printed"),
}
HINTS = {
    "far": _("far from this place's usual figure"),
    "tenfold": _("about ten times, or a tenth of, this place's usual figure"),
    "swapped": _("two digits exchanged, compared with the period before"),
    "fall": _("a running total that fell"),
}
KINDS = {"count": _("count"), "ratio": _("ratio"), "score": _("score")}

#: the units that have words of their own in both languages; any other unit is shown as it was written
UNITS = {
    "agencies": pgettext_lazy("unit", "agencies"),
    "agreements": pgettext_lazy("unit", "agreements"),
    "cases": pgettext_lazy("unit", "cases"),
    "days": pgettext_lazy("unit", "days"),
    "hours": pgettext_lazy("unit", "hours"),
    "meetings": pgettext_lazy("unit", "meetings"),
    "percent": pgettext_lazy("unit", "per cent"),
    "persons": pgettext_lazy("unit", "persons"),
    "samples": pgettext_lazy("unit", "samples"),
    "not_stated": pgettext_lazy("unit", "unit not stated"),
    "alerts": pgettext_lazy("unit", "alerts"),
    "cases per year": pgettext_lazy("unit", "cases per year"),
    "centres": pgettext_lazy("unit", "centres"),
    "clues": pgettext_lazy("unit", "clues"),
    "CNY": pgettext_lazy("unit", "CNY"),
    "court cases": pgettext_lazy("unit", "court cases"),
    "databases": pgettext_lazy("unit", "databases"),
    "gangs": pgettext_lazy("unit", "gangs"),
    "judgments": pgettext_lazy("unit", "judgments"),
    "laboratories": pgettext_lazy("unit", "laboratories"),
    "offices": pgettext_lazy("unit", "offices"),
    "persons per year": pgettext_lazy("unit", "persons per year"),
    "points": pgettext_lazy("unit", "points"),
    "records": pgettext_lazy("unit", "records"),
    "schools": pgettext_lazy("unit", "schools"),
    "shelters": pgettext_lazy("unit", "shelters"),
    "USD": pgettext_lazy("unit", "USD"),
}


def unit_words(unit: str) -> str:
    """A unit in the officer's language; as it was written where it has no words of its own."""
    return str(UNITS.get(unit, unit))


#: the sources that have words of their own in both languages; any other is shown as it was written
SOURCES = {"invented for the demonstration": _("invented for the demonstration")}

#: the kinds of conflict a cell may wait for a ruling with
CONFLICTS = {
    "sources": _("Sources differ"),
    "roll_up": _("Differs from the places below together"),
}

#: how many periods of a kind make a year
PERIODS_OF_A_YEAR = {"quarter": 4, "half_year": 2, "year": 1}


def is_percent(indicator: Any) -> bool:
    """Whether the indicator's values are shown times one hundred."""
    return bool(indicator.is_share)


def figure(value: Any, indicator: Any) -> str:
    """A value as an officer reads it: rounded, grouped thousands, per cent for shares, a dash where it is missing."""
    if value is None or value == "":
        return "–"
    if is_percent(indicator):
        return f"{number_words(hundredfold(value), 1)}%"
    whole = float(value) == int(value)
    return number_words(value, 0 if whole else 2)
