"""What a figure may be before it enters a cell: number, ratio, breakdown, qualifier, place; writes nothing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from django.db.models import Q
from django.utils.translation import gettext as _

from concerted.errors import Problem
from concerted.foundation.agencies.models import Place, is_within
from concerted.methods.results import ratio

from .models import Indicator, ReportingPeriod
from .reads.cells import QUALIFIERS

LARGEST = Decimal(10) ** 14
_MOST_PLACES = 5
_SMALLEST_STEP = Decimal("0.000001")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?$")
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)$")
_PART = re.compile(r"[\w-]+=[\w.+-]+$")
_EMPTY = frozenset({"", "-", "--", "—", "–", "…", "n/a", "na", "nil", "无", "缺", "空"})


@dataclass(frozen=True)
class Figure:
    """One reported value: a ratio has numerator and denominator, and its value is computed from them."""

    value: Decimal | int | None = None
    numerator: Decimal | int | None = None
    denominator: Decimal | int | None = None
    breakdown: str = ""
    qualifier: str = "exact"
    source_note: str = ""


def number_of(text: object) -> Decimal | None:
    """Return the number a text writes, or None where it says that there is no figure ('', '—', '无').

    Full-width digits, thousands commas and a trailing % are read; nothing else is guessed. Raises ValueError.
    """
    if isinstance(text, Decimal):
        return text
    if isinstance(text, int | float) and not isinstance(text, bool):
        return Decimal(repr(text))
    written = (
        unicodedata.normalize("NFKC", str(text or ""))
        .strip()
        .replace("\N{MINUS SIGN}", "-")
        .removesuffix("%")
        .strip()
    )
    if written.lower() in _EMPTY:
        return None
    if _GROUPED.match(written):
        written = written.replace(",", "")
    if not _PLAIN.match(written):
        raise ValueError(written)
    try:
        return Decimal(written)
    except InvalidOperation as failure:
        raise ValueError(written) from failure


def breakdown_of(text: str) -> str:
    """Return a breakdown with its parts in sorted order: 'sex=female; age=child' is 'age=child;sex=female'."""
    return ";".join(sorted(part.strip() for part in text.split(";") if part.strip()))


def check_figure(indicator: Indicator, figure: Figure) -> tuple[Figure, list[Problem]]:
    """Return the figure with the value of a ratio worked out, and everything that is wrong with it."""
    problems = list(_breakdown_problems(indicator, figure.breakdown))
    if figure.qualifier not in QUALIFIERS:
        problems.append(
            Problem(
                _("There is no such degree of exactness: %(code)s") % {"code": figure.qualifier},
                field="qualifier",
                remedy=_("Use one of: %(codes)s") % {"codes": ", ".join(QUALIFIERS)},
            )
        )
    if len(figure.source_note) > 300:
        problems.append(
            Problem(_("The note on the source is longer than 300 characters."), field="source_note")
        )
    if indicator.kind == Indicator.Kind.RATIO:
        wrong = _ratio_problems(indicator, figure)
        if not wrong:
            value = ratio(figure.numerator, figure.denominator).value or 0.0
            figure = replace(figure, value=Decimal(repr(value)).quantize(_SMALLEST_STEP))
        return figure, problems + wrong
    if figure.value is None:
        problems.append(
            Problem(
                _("There is no figure."), field="value", remedy=_("Enter 0 only where nothing was counted.")
            )
        )
    else:
        problems += _number_problems(
            figure.value, "value", may_be_negative=indicator.kind == Indicator.Kind.SCORE
        )
        problems += whole_number_problems(indicator, figure.value)
    return figure, problems


def whole_number_problems(indicator: Indicator, value: Decimal | int) -> list[Problem]:
    """What is wrong with a fraction where things or persons are counted."""
    figure = Decimal(value)
    if not indicator.is_whole or not figure.is_finite() or figure == figure.to_integral_value():
        return []
    return [
        Problem(
            _("%(number)s is no whole number, and %(unit)s are counted.")
            % {"number": f"{figure.normalize():f}", "unit": indicator.unit},
            field="value",
            remedy=_("Enter how many were counted."),
        )
    ]


def place_problem(*, indicator: Indicator, period: ReportingPeriod, place_code: str) -> list[Problem]:
    """What is wrong with a cell's place and period; nothing where the cell exists."""
    problems = []
    if period.plan_id != indicator.plan_id:
        problems.append(Problem(_("The period belongs to another plan."), field="period"))
    if not is_within(place_code, indicator.plan.place_code):
        problems.append(Problem(_("The place lies outside the plan's area."), field="place"))
    elif not Place.objects.standing(period.ends).filter(code=place_code).exists():
        problems.append(unknown_place(place_code, period))
    return problems


def unknown_place(code: str, period: ReportingPeriod) -> Problem:
    """The problem of a place code that does not stand in a period; a place written by its name is told its code."""
    if not code.isdecimal():
        return _place_by_name(code, period)
    return Problem(
        _("No place has the code %(code)s on %(day)s.") % {"code": code, "day": period.ends.isoformat()},
        field="place",
        remedy=_("Use the six-digit code of GB/T 2260 as it stood in that period."),
    )


def _place_by_name(name: str, period: ReportingPeriod) -> Problem:
    remedy = _("Use the six-digit code of GB/T 2260 as it stood in that period.")
    if name:
        named = Q(name_zh__startswith=name) | Q(name_en__istartswith=name)
        found = Place.objects.standing(period.ends).filter(named).order_by("code")[:_MOST_PLACES]
        if codes := [f"{place.name_zh or place.name_en} {place.code}" for place in found]:
            remedy = _("Write the code: %(codes)s.") % {"codes": ", ".join(codes)}
    return Problem(
        _("“%(text)s” is not the code of a place.") % {"text": name[:60]}, field="place", remedy=remedy
    )


def _breakdown_problems(indicator: Indicator, breakdown: str) -> list[Problem]:
    if not breakdown:
        return []
    allowed = ", ".join(indicator.dimensions) or _("none")
    problems, seen = [], set()
    for part in breakdown.split(";"):
        name = part.partition("=")[0]
        if not _PART.match(part) or name not in indicator.dimensions or name in seen:
            problems.append(
                Problem(
                    _("The breakdown %(part)s is not one this indicator is broken down by.") % {"part": part},
                    field="breakdown",
                    remedy=_("Allowed: %(names)s; written as name=value, several joined by ;")
                    % {"names": allowed},
                )
            )
        seen.add(name)
    if len(breakdown) > 120:
        problems.append(Problem(_("The breakdown is longer than 120 characters."), field="breakdown"))
    return problems


def _ratio_problems(indicator: Indicator, figure: Figure) -> list[Problem]:
    problems = []
    for field, part in (("numerator", figure.numerator), ("denominator", figure.denominator)):
        if part is None:
            problems.append(
                Problem(
                    _("A ratio needs its numerator and its denominator."),
                    field=field,
                    remedy=_("Leave both empty where there is no figure."),
                )
            )
        else:
            problems += _number_problems(part, field)
    if problems or figure.numerator is None or figure.denominator is None:
        return problems
    if figure.denominator == 0 and figure.numerator != 0:
        problems.append(Problem(_("The denominator is zero and the numerator is not."), field="denominator"))
    if indicator.is_share and figure.numerator > figure.denominator:
        problems.append(
            Problem(_("The numerator is larger than the whole it is a part of."), field="numerator")
        )
    return problems


def _number_problems(number: Decimal | int, field: str, *, may_be_negative: bool = False) -> list[Problem]:
    figure = Decimal(number)
    if not figure.is_finite() or abs(figure) >= LARGEST:
        return [Problem(_("The number is too large to be a count."), field=field)]
    problems = []
    if figure < 0 and not may_be_negative:
        problems.append(
            Problem(_("The number is negative."), field=field, remedy=_("A count starts at zero."))
        )
    if figure != figure.quantize(_SMALLEST_STEP):
        problems.append(Problem(_("The number has more than six decimal places."), field=field))
    return problems
