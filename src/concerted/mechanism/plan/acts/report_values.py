"""Turns the values of a submitted report into observations of its lead agency; never judges them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import Invalid, Problem
from concerted.foundation.agencies.models import Officer

from ..figures import Figure, check_figure
from ..models import Indicator, Observation, Report, ReportingPeriod
from ..reads.reporting import indicators_of
from .observations import correct_observation, enter_observation, replace_value
from .report_fields import number, wanted_parts


def record_values(*, officer: Officer, at: datetime, report: Report) -> list[Observation]:
    """Enter each value of the report as an observation for the plan's own place, or correct the one the
    agency gave before; "no value because" enters nothing, and what stood before stays with its history.

    A value of an accepted report of the agency stays until this one is accepted: see settle_values.
    """
    place_code = report.measure.version.plan.place_code
    accepted = _accepted_keys(report)
    recorded = []
    for indicator in indicators_of(report.measure):
        entry = report.values.get(indicator.key) or {}
        if indicator.key in accepted and _standing(report, indicator) is not None:
            _refuse_unfit(indicator, entry)
            continue
        note = _note(report)
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


def _refuse_unfit(indicator: Indicator, entry: Mapping[str, Any]) -> None:
    """Raise Invalid where what waits for acceptance could not be entered then."""
    numbers = numbers_of(indicator, entry)
    problems = check_figure(indicator, _figure(numbers))[1] if numbers else []
    if problems:
        raise Invalid(_("The figure was not taken."), problems=_at_field(indicator, problems))


def _at_field(indicator: Indicator, problems: Iterable[Problem]) -> list[Problem]:
    return [Problem(p.what, field=f"values.{indicator.key}", remedy=p.remedy) for p in problems]


def settle_values(*, at: datetime, report: Report) -> list[Observation]:
    """Let the values of an accepted report count that waited for its acceptance, or that another report of the
    agency displaced meanwhile; what the agency itself corrected since it submitted stays.

    It is no writing of the agency's: a lock of the period does not hinder it.
    """
    accepted = _accepted_keys(report)
    settled = []
    for indicator in indicators_of(report.measure):
        numbers = numbers_of(indicator, report.values.get(indicator.key) or {})
        standing = _standing(report, indicator)
        displaced = standing is not None and standing.source_note.startswith("report ")
        if not numbers or not (indicator.key in accepted or displaced):
            continue
        if standing is not None and all(getattr(standing, part) == read for part, read in numbers.items()):
            continue
        settled.append(_settle(at, report, indicator, standing, numbers))
    return settled


def _settle(
    at: datetime,
    report: Report,
    indicator: Indicator,
    standing: Observation | None,
    numbers: Mapping[str, Decimal],
) -> Observation:
    assert report.submitted_by is not None, "a report is submitted before it is accepted"
    return replace_value(
        officer=report.submitted_by,
        at=at,
        agency=report.agency,
        indicator=indicator,
        place_code=report.measure.version.plan.place_code,
        period=report.period,
        standing=standing,
        figure=_figure(numbers, _note(report)),
    )


def _figure(numbers: Mapping[str, Decimal], note: str = "") -> Figure:
    value, top, bottom = (numbers.get(part) for part in ("value", "numerator", "denominator"))
    return Figure(value=value, numerator=top, denominator=bottom, source_note=note)


def _note(report: Report) -> str:
    return f"report {report.measure.key} {report.period.key} v{report.number}"


def _standing(report: Report, indicator: Indicator) -> Observation | None:
    """The agency's own value in the cell of the plan's place, in which its reports are entered."""
    return Observation.objects.filter(
        indicator=indicator,
        period=report.period,
        place_code=report.measure.version.plan.place_code,
        breakdown="",
        source_agency_id=report.agency_id,
        withdrawn_at=None,
    ).first()


def _accepted_keys(report: Report) -> set[str]:
    """The indicators of which other reports of the agency for the period that were accepted hold a number."""
    others = Report.objects.filter(
        period_id=report.period_id,
        agency_id=report.agency_id,
        state__in=(Report.State.ACCEPTED, Report.State.PUBLISHED),
    ).exclude(pk=report.pk)
    held = others.values_list("values", flat=True)
    return {key for values in held for key, entry in values.items() if not entry.get("no_value")}


def numbers_of(indicator: Indicator, entry: Mapping[str, Any]) -> dict[str, Decimal]:
    """The numbers an entry holds of the parts the indicator is made of."""
    return {
        part: read
        for part in wanted_parts(indicator)
        if part in entry and (read := number(entry[part])) is not None
    }


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
    numbers = numbers_of(indicator, entry)
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
        raise Invalid(error.what, problems=_at_field(indicator, error.problems)) from None


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
