"""Says fields, gaps and values of alignment in the officer's language; it compares nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from concerted.interfaces.pages.shell import words as shell

MISSING = "—"

FIELDS: dict[str, str | Promise] = {
    "title": gettext_lazy("Title"),
    "text": gettext_lazy("Text"),
    "lead": gettext_lazy("Lead agencies"),
    "support": gettext_lazy("Supporting agencies"),
    "starts": gettext_lazy("Starts"),
    "deadline": gettext_lazy("Deadline"),
    "indicator": gettext_lazy("Indicators"),
    "target": gettext_lazy("Target"),
    "baseline": gettext_lazy("Baseline"),
    "coverage": gettext_lazy("Areas covered"),
    "target_group": gettext_lazy("People concerned"),
    "funding": gettext_lazy("Funding"),
}
KINDS: dict[str, str | Promise] = {
    "adopted": gettext_lazy("Adopted"),
    "adapted": gettext_lazy("Adapted"),
    "declined": gettext_lazy("Declined"),
    "not_considered": gettext_lazy("Not yet considered"),
    "rebase_due": gettext_lazy("National change to review"),
}
GAPS: dict[str, str | Promise] = {
    "missing": pgettext_lazy("gap", "No local measure"),
    "declined": pgettext_lazy("gap", "Declined"),
    "no_local_lead": gettext_lazy("No local lead"),
    "no_end_date": gettext_lazy("No end date"),
    "later_date": gettext_lazy("Later date"),
    "no_indicator": gettext_lazy("Indicator not taken over"),
    "no_baseline": gettext_lazy("No baseline"),
    "no_target": gettext_lazy("No target"),
    "weaker_target": gettext_lazy("Weaker target"),
    "later_target_date": gettext_lazy("Target due later"),
    "target_differs": gettext_lazy("Target differs"),
    "direction_differs": gettext_lazy("Direction differs"),
    "unit_incomparable": gettext_lazy("Unit cannot be compared"),
    "roll_up_differs": gettext_lazy("Adds up differently"),
}
CHANGES: dict[str, str | Promise] = {
    "unchanged": gettext_lazy("Unchanged"),
    "theirs_only": gettext_lazy("Offered: the nation changed it"),
    "ours_only": gettext_lazy("Kept: only the place changed it"),
    "same_change": gettext_lazy("Both changed it alike"),
    "conflict": gettext_lazy("Conflict: both changed it"),
}
DEADLINES: dict[str, str | Promise] = {
    "continuous": gettext_lazy("Continuous"),
    "yearly": gettext_lazy("Every year"),
    "not_read": gettext_lazy("Not read"),
    "not_stated": gettext_lazy("Not stated"),
}
ADD_UP: dict[str, str | Promise] = {
    "adds_up": gettext_lazy("Adds up"),
    "falls_short": gettext_lazy("Falls short"),
    "cannot_tell": gettext_lazy("Cannot be told yet"),
    "unit_incomparable": gettext_lazy("Unit cannot be compared"),
    "not_summed": gettext_lazy("Is not summed"),
    "no_national_target": gettext_lazy("No national target"),
}


def field_words(name: str, indicators: Mapping[str, str] = MappingProxyType({})) -> str:
    """What a field is called; a figure with its indicator. indicators: names by key."""
    kind, _colon, key = name.partition(":")
    said = str(FIELDS.get(kind, kind))
    return f"{said}: {indicators.get(key, key)}" if key else said


def indicator_names(known: Mapping[str, Any]) -> dict[str, str]:
    """The names of indicators in the officer's language. known: by key the indicator or its two names."""
    pairs = {key: one if isinstance(one, tuple) else (one.name_en, one.name_zh) for key, one in known.items()}
    return {key: in_language(*names) for key, names in pairs.items()}


def no_counterpart_words(lines: Sequence[str], agencies: Mapping[str, str]) -> str:
    """That no agency of the place does the work of these; empty where each has its counterpart."""
    if not lines:
        return ""
    named = {"agencies": value_words("lead", tuple(lines), agencies)}
    return _("No agency of the place does the work of %(agencies)s.") % named


def in_language(english: str, chinese: str) -> str:
    """The text in the officer's language, else in the other."""
    first, second = (chinese, english) if shell.speaks_chinese() else (english, chinese)
    return first or second


def value_words(
    name: str,
    value: Any,
    agencies: Mapping[str, str],
    indicators: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """A field's value as a line of text; what is missing as a dash. agencies, indicators: names by key."""
    kind = name.partition(":")[0]
    if value is None or value == ():
        return MISSING
    if kind in ("title", "text"):
        return in_language(*value) or MISSING
    if kind in ("lead", "support"):
        return listed_words(agencies.get(key, key) for key in value)
    if kind == "deadline":
        return deadline_words(value.kind, value.on, value.text)
    if kind == "target":
        return _("%(value)s by %(day)s") % {
            "value": number_words(value.value),
            "day": shell.day_words(value.by),
        }
    if kind == "baseline":
        return _("%(value)s in %(year)s") % {"value": number_words(value.value), "year": value.year}
    if isinstance(value, tuple):
        return listed_words(indicators.get(str(part), str(part)) for part in value)
    return any_words(value)


def listed_words(parts: Iterable[str]) -> str:
    """Several names after each other, with the marks of the officer's language."""
    return ("、" if shell.speaks_chinese() else ", ").join(parts)


def deadline_words(kind: str, on: date | None, text: str) -> str:
    """A deadline in words."""
    if kind == "date" and on is not None:
        return shell.day_words(on)
    return text if kind == "text" else str(DEADLINES.get(kind, kind))


def number_words(value: Any) -> str:
    """A number, or that none was said."""
    return _("no number") if value is None else shell.number_words(value)


def any_words(value: object, agencies: Mapping[str, str] = MappingProxyType({})) -> str:
    """A figure of a gap: a day, a number, agencies, or a dash. agencies: names by key."""
    if value is None:
        return MISSING
    if isinstance(value, date):
        return shell.day_words(value)
    if isinstance(value, tuple):
        return listed_words(agencies.get(str(part), str(part)) for part in value) or MISSING
    return shell.number_words(value) if isinstance(value, shell.Number) else str(value)
