"""Says what a report's fields may hold and what is missing before it can be submitted; writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from concerted.errors import Invalid, Problem

from ..figures import whole_number_problems
from ..models import Indicator, Report

#: The fields an officer writes, in the order of the form.
FIELDS: tuple[str, ...] = ("claimed_status", "narrative", "obstacles", "help_requested", "evidence", "values")
#: The fields a return may name.
FORM_FIELDS: tuple[str, ...] = FIELDS

TEXT_LIMIT = 20_000
_NEEDS_EVIDENCE = frozenset({Report.Claimed.MOSTLY_DONE, Report.Claimed.DONE})
_NUMBERS = ("value", "numerator", "denominator")


def clean_fields(fields: Mapping[str, Any], known: Collection[str]) -> dict[str, Any]:
    """The fields ready to be kept, as typed; known: keys of the measure's indicators.

    Raises Invalid for a field or indicator that does not exist, a field that cannot hold the value, and NaN and
    infinities; a number not yet readable is kept as typed and told at submission.
    """
    problems: list[Problem] = []
    cleaned: dict[str, Any] = {}
    for name, value in fields.items():
        match name:
            case "claimed_status":
                cleaned[name] = _choice(value, problems)
            case "narrative" | "obstacles" | "help_requested":
                cleaned[name] = _text(name, value, problems)
            case "evidence":
                cleaned[name] = [str(line).strip() for line in value if str(line).strip()]
            case "values":
                cleaned[name] = {str(key): _entry(entry) for key, entry in value.items() if _entry(entry)}
                problems += _entry_problems(cleaned[name], known)
            case _:
                problems.append(Problem(_("A report has no field “%(name)s”.") % {"name": name}, field=name))
    if problems:
        raise Invalid(_("The draft was not saved."), problems=problems)
    return cleaned


def problems_of(report: Report, indicators: Iterable[Indicator]) -> list[Problem]:
    """What keeps the report from being submitted, field by field; empty when it is complete."""
    problems = []
    if not report.claimed_status:
        problems.append(Problem(_("Say how far the measure has come."), field="claimed_status"))
    if not report.narrative.strip():
        problems.append(Problem(_("Tell what was done in the period."), field="narrative"))
    if report.claimed_status in _NEEDS_EVIDENCE and not report.evidence:
        problems.append(
            Problem(
                _("A measure called done or mostly done needs at least one piece of evidence."),
                field="evidence",
                remedy=_("Name a document, its number or where it can be seen."),
            )
        )
    for indicator in indicators:
        problems += value_problems(indicator, report.values.get(indicator.key) or {})
    return problems


def wanted_parts(indicator: Indicator) -> tuple[str, ...]:
    """The numbers an entry for the indicator is made of."""
    return ("numerator", "denominator") if indicator.kind == Indicator.Kind.RATIO else ("value",)


def number(text: object) -> Decimal | None:
    """The number typed, with Western or Chinese thousands commas, or None where it cannot be read."""
    try:
        found = Decimal(str(text).strip().replace(",", "").replace("，", "").replace(" ", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < Decimal(10) ** 14 else None


def _choice(value: object, problems: list[Problem]) -> str:
    word = str(value or "")
    if word and word not in Report.Claimed.values:
        problems.append(Problem(_("Choose one of the states offered."), field="claimed_status"))
    return word


def _text(name: str, value: object, problems: list[Problem]) -> str:
    text = str(value or "").replace("\r\n", "\n").replace("\x00", "")
    if len(text) > TEXT_LIMIT:
        problems.append(
            Problem(_("The text is longer than %(limit)s characters.") % {"limit": TEXT_LIMIT}, field=name)
        )
    return text


def _entry(entry: Mapping[str, Any]) -> dict[str, str]:
    return {
        part: str(entry[part]).strip()
        for part in (*_NUMBERS, "no_value")
        if entry.get(part) is not None and str(entry[part]).strip()
    }


def _entry_problems(entries: Mapping[str, Mapping[str, str]], known: Collection[str]) -> Iterator[Problem]:
    for key, entry in entries.items():
        if key not in known:
            yield Problem(
                _("The measure has no indicator “%(key)s”.") % {"key": key},
                field=f"values.{key}",
                remedy=_("Use the keys of the measure's own indicators."),
            )
        for part in _NUMBERS:
            if part in entry and _is_boundless(entry[part]):
                yield Problem(
                    _("“%(text)s” is not a number.") % {"text": entry[part][:40]},
                    field=f"values.{key}.{part}",
                )


def _is_boundless(text: str) -> bool:
    try:
        return not Decimal(text).is_finite()
    except InvalidOperation:
        return False


def value_problems(indicator: Indicator, entry: Mapping[str, str]) -> list[Problem]:
    """What is wrong with one indicator's entry: neither a value nor a reason why there is none, or not a
    number.
    """
    field = f"values.{indicator.key}"
    name = _name(indicator)
    numbers = {part: text for part, text in entry.items() if part in _NUMBERS}
    if numbers and entry.get("no_value"):
        return [
            Problem(
                _("Give either a value or the reason why there is none: %(name)s") % {"name": name},
                field=field,
            )
        ]
    if entry.get("no_value"):
        return []
    wanted = wanted_parts(indicator)
    if any(part not in numbers for part in wanted):
        return [
            Problem(
                _("No value for: %(name)s") % {"name": name},
                field=field,
                remedy=_("Zero is a value. Where there is none, say why."),
            )
        ]
    if any(number(numbers[part]) is None for part in wanted):
        return [Problem(_("This is not a number: %(name)s") % {"name": name}, field=field)]
    if "denominator" in wanted and number(numbers["denominator"]) == 0:
        return [
            Problem(
                _("The denominator is zero: %(name)s") % {"name": name},
                field=field,
                remedy=_("Say instead why there is no value."),
            )
        ]
    typed = number(numbers.get("value"))
    if typed is None:
        return []
    return [
        Problem(
            _("%(name)s: %(problem)s") % {"name": name, "problem": one.what}, field=field, remedy=one.remedy
        )
        for one in whole_number_problems(indicator, typed)
    ]


def _name(indicator: Indicator) -> str:
    chinese = (get_language() or "").startswith("zh")
    return (indicator.name_zh if chinese else "") or indicator.name_en
