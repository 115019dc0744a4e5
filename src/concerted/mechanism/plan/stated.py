"""Turns the ratios and counts a plan text itself names into indicators; it adds no number that is not written."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from django.utils.text import slugify

from .document import Baseline, Indicator, IndicatorTarget, Measure, MeasureTarget, Objective, PlanDocument

UNIT_NOT_STATED = "not_stated"
_DIRECTIONS = {"up": "rise", "up_yearly": "rise", "down": "fall", "down_yearly": "fall", "keep": "keep"}


@dataclass
class Mentions:
    """Indicators that objectives and targets name in passing, and which of them each entry names."""

    indicators: dict[str, Indicator] = field(default_factory=dict)
    by_objective: dict[tuple[str, str], str] = field(default_factory=dict)
    by_measure: dict[str, str] = field(default_factory=dict)


def mentions(document: PlanDocument) -> Mentions:
    """What the text names in passing; an indicator named twice is one with two uses."""
    found = Mentions()
    for strand in document.strands:
        for objective in strand.objectives:
            indicator = of_objective(objective)
            if indicator is not None:
                found.by_objective[strand.id, objective.id] = indicator.key
                _join(found, indicator)
    for measure in document.all_measures():
        indicator = of_measure(measure)
        if indicator is not None:
            found.by_measure[measure.id] = indicator.key
            _join(found, indicator)
    return found


def of_objective(objective: Objective) -> Indicator | None:
    """The ratio or count the objective's text is judged by, or None where it names none."""
    key = _key(objective.indicator or "")
    if not key:
        return None
    above, _, below = (part.strip().replace("_", " ") for part in (objective.indicator or "").partition("/"))
    adding = "ratio_of_sums" if below else "sum"
    year, deadline = objective.baseline_year, objective.deadline
    return Indicator(
        key=key,
        name_en=_sentence(f"{above} / {below}" if below else above),
        unit="percent" if below else UNIT_NOT_STATED,
        direction=_DIRECTIONS.get(objective.direction or "", "reach"),  # type: ignore[arg-type]
        kind="ratio" if below else "count",
        numerator_en=_sentence(above)[:200] if below else None,
        denominator_en=_sentence(below)[:200] or None,
        rollup_areas=adding,
        rollup_time=adding,
        baselines=(Baseline(year),) if year and 0 < year < 10_000 else (),
        targets=(IndicatorTarget(deadline),) if isinstance(deadline, date) else (),
    )


def of_measure(measure: Measure) -> Indicator | None:
    """The count the measure's target names, or None where it names none."""
    target = measure.target
    if not isinstance(target, MeasureTarget) or not (key := _key(target.indicator)):
        return None
    number = _number(target.value)
    said = [str(part) for part in (target.value, target.per) if part is not None]
    comment = None if number is not None and target.per is None else " per ".join(said) or None
    return Indicator(
        key=key,
        name_en=_sentence(target.indicator),
        unit=UNIT_NOT_STATED,
        direction="reach",
        targets=(IndicatorTarget(target.by, value=number, comment=comment),)
        if isinstance(target.by, date)
        else (),
    )


def _join(found: Mentions, indicator: Indicator) -> None:
    first = found.indicators.get(indicator.key)
    if first is None:
        found.indicators[indicator.key] = indicator
        return
    days = {target.by for target in first.targets}
    found.indicators[indicator.key] = replace(
        first,
        baselines=first.baselines or indicator.baselines,
        targets=first.targets + tuple(target for target in indicator.targets if target.by not in days),
    )


def _key(text: str) -> str:
    return slugify(text.replace("_", " ").replace("/", " per "))[:60].strip("-")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:300]


def _number(value: int | Decimal | str | None) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    if abs(number) >= 10**14:
        return None
    exponent = number.as_tuple().exponent
    return number if isinstance(exponent, int) and exponent >= -6 else None
