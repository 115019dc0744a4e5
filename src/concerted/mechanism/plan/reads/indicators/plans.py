"""Reads indicators of a plan, their periods, baselines, targets and stored roll-ups."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from concerted.foundation.agencies.models import Place
from concerted.methods.results import (
    ratio,
)

from ...models import Baseline, Indicator, Plan, PlanVersion, ReportingPeriod, RollUp, Target
from ..cells import DIGITS


def indicator_by_id(pk: int) -> Indicator | None:
    """The indicator with its plan and the plan's office, or None."""
    return Indicator.objects.select_related("plan__office").filter(pk=pk).first()


def indicators_of_plan(plan: Plan) -> QuerySet[Indicator]:
    """The plan's indicators."""
    return plan.indicators.order_by("key")


def rollups_of(
    *, indicator: Indicator, place_code: str | None = None, period: ReportingPeriod | None = None
) -> QuerySet[RollUp]:
    """The indicator's roll-ups, narrowed to a place or a period."""
    found = RollUp.objects.filter(indicator=indicator).select_related("period")
    if place_code is not None:
        found = found.filter(place_code=place_code)
    return found if period is None else found.filter(period=period)


def plans_with_indicators() -> list[Plan]:
    """Plans that have indicators, national first."""
    return list(Plan.objects.filter(indicators__isnull=False).distinct().order_by("place_code", "key"))


def plan_by_key(key: str) -> Plan | None:
    """The plan, or None."""
    return Plan.objects.select_related("office").filter(key=key).first()


def version_in_force(plan: Plan) -> PlanVersion | None:
    """The adopted version, whose baselines and targets count, or None."""
    return plan.versions.filter(state=PlanVersion.State.ADOPTED).first()


def periods_so_far(plan: Plan, *, on: date) -> list[ReportingPeriod]:
    """The plan's periods that had begun by the day, newest first."""
    return list(plan.periods.filter(starts__lte=on).order_by("-starts", "-ends"))


def period_for(
    plan: Plan, *, on: date, key: str = "", among: Sequence[ReportingPeriod] | None = None
) -> ReportingPeriod | None:
    """The period asked for by key; else the newest that has figures at the plan's own place; else the newest ended.

    among: the plan's periods so far, newest first, where they are at hand.
    """
    periods = periods_so_far(plan, on=on) if among is None else among
    if key:
        return next((one for one in periods if one.key == key), None)
    filled = set(
        RollUp.objects.filter(period__in=periods, place_code=plan.place_code, reported__gt=0).values_list(
            "period_id", flat=True
        )
    )
    ended = [one for one in periods if one.ends < on]
    return next((one for one in periods if one.pk in filled), next(iter(ended or periods), None))


def baseline_value(baseline: Baseline | None) -> Decimal | float | None:
    """The number of a baseline, worked out where it is given as a ratio; None where it was not read."""
    if baseline is None:
        return None
    return (
        baseline.value
        if baseline.value is not None
        else ratio(baseline.numerator, baseline.denominator).value
    )


def _baselines(
    version: PlanVersion | None, indicators: Collection[int], places: Collection[str]
) -> dict[tuple[int, str], Baseline]:
    rows = Baseline.objects.filter(version=version, indicator__in=indicators, place_code__in=places)
    return {(row.indicator_id, row.place_code): row for row in rows}


def _targets(
    version: PlanVersion | None, indicators: Collection[int], places: Collection[str], on: date
) -> dict[tuple[int, str], Target]:
    """The next target due on or after the day; where all have passed, the last one."""
    found: dict[tuple[int, str], Target] = {}
    rows = Target.objects.filter(version=version, indicator__in=indicators, place_code__in=places).order_by(
        "by"
    )
    for row in rows:
        key = row.indicator_id, row.place_code
        if key not in found or found[key].by < on:
            found[key] = row
    return found


def baselines_and_targets(
    *, version: PlanVersion | None, indicator: Indicator
) -> tuple[list[Baseline], list[Target]]:
    """Everything the version says of an indicator's start and goals, the plan's own place first."""
    if version is None:
        return [], []
    return (
        list(Baseline.objects.filter(version=version, indicator=indicator).order_by("place_code", "year")),
        list(Target.objects.filter(version=version, indicator=indicator).order_by("place_code", "by")),
    )


def asked_level(indicator: Indicator) -> int:
    """How many leading digits the codes of the places asked to report carry: 2, 4 or 6."""
    return DIGITS[Place.Level(indicator.reporting_level)]
