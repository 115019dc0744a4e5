"""Turns the values of a submitted report into observations of its lead agency; never judges them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from concerted.errors import Invalid, Problem
from concerted.foundation.agencies.models import Officer

from ..models import Indicator, Observation, Report, ReportingPeriod
from ..reads.reporting import indicators_of
from .observations import correct_observation, enter_observation
from .report_fields import number, wanted_parts


def record_values(*, officer: Officer, at: datetime, report: Report) -> list[Observation]:
    """Enter each value of the report as an observation for the plan's own place, or correct the one the
    agency gave before; "no value because" enters nothing, and what stood before stays with its history.
    """
    place_code = report.measure.version.plan.place_code
    recorded = []
    for indicator in indicators_of(report.measure):
        entry = report.values.get(indicator.key) or {}
        note = f"report {report.measure.key} {report.period.key} v{report.number}"
        observation = record_value(
            officer=officer,
            at=at,
            indicator=indicator,
            place_code=place_code,
            period=report.period,
            entry=entry,
            source_note=note,
        )
        recorded += [observation] if observation else []
    return recorded


def record_value(
    *,
    officer: Officer,
    at: datetime,
    indicator: Indicator,
    place_code: str,
    period: ReportingPeriod,
    entry: Mapping[str, Any],
    source_note: str,
) -> Observation | None:
    """Enter or correct one value of the officer's agency; None where the entry holds no number.

    Raises Invalid with problems at the field values.<indicator key>.
    """
    numbers: dict[str, Decimal] = {
        part: read
        for part in wanted_parts(indicator)
        if part in entry and (read := number(entry[part])) is not None
    }
    if not numbers:
        return None
    standing = Observation.objects.filter(
        indicator=indicator,
        period=period,
        place_code=place_code,
        breakdown="",
        source_agency_id=officer.agency_id,
        withdrawn_at=None,
    ).first()
    try:
        return _record(officer, at, indicator, place_code, period, standing, numbers, source_note)
    except Invalid as error:
        problems = [Problem(p.what, field=f"values.{indicator.key}", remedy=p.remedy) for p in error.problems]
        raise Invalid(error.what, problems=problems) from None


def _record(
    officer: Officer,
    at: datetime,
    indicator: Indicator,
    place_code: str,
    period: ReportingPeriod,
    standing: Observation | None,
    numbers: Mapping[str, Decimal],
    source_note: str,
) -> Observation:
    if standing is None:
        return enter_observation(
            officer=officer,
            at=at,
            indicator=indicator,
            place_code=place_code,
            period=period,
            source_note=source_note,
            value=numbers.get("value"),
            numerator=numbers.get("numerator"),
            denominator=numbers.get("denominator"),
        )
    if all(getattr(standing, part) == read for part, read in numbers.items()):
        return standing
    return correct_observation(
        officer=officer,
        at=at,
        observation=standing,
        reason=source_note,
        source_note=source_note,
        value=numbers.get("value"),
        numerator=numbers.get("numerator"),
        denominator=numbers.get("denominator"),
    )
