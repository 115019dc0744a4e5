"""Enters, corrects, withdraws reported values and rules which of several counts; never overwrites or fills in one."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer
from concerted.methods.results import Direction
from concerted.methods.results import RollUp as Method

from ..figures import Figure, breakdown_of, check_figure, place_problem
from ..models import Indicator, Observation, Plan, ReportingPeriod, Ruling
from ..reads.cell import cell_values
from ..reads.cells import DIGITS, level_below
from .bulk import fill_observations, load_observations, try_load
from .periods import check_unlocked
from .rollups import lock_periods, refresh, refresh_rollups


def _at_place(*, place_code: str, **_rest: Any) -> SubjectFacts:
    return SubjectFacts(place_code=place_code)


@act(Permission.PLAN_DRAFT, subject="plan", record=("key",))
def define_indicator(
    *,
    officer: Officer,
    at: datetime,
    plan: Plan,
    key: str,
    name_en: str,
    name_zh: str,
    unit: str,
    direction: str,
    kind: str = Indicator.Kind.COUNT,
    numerator_en: str = "",
    numerator_zh: str = "",
    denominator_en: str = "",
    denominator_zh: str = "",
    cumulative: bool = False,
    rollup_areas: str = "",
    rollup_time: str = "",
    dimensions: tuple[str, ...] = (),
    reporting_level: str = "",
    tolerance: Decimal | None = None,
    note: str = "",
    is_demonstration: bool = False,
) -> Indicator:
    """Say what is counted, in which unit, which way is good, who reports it and how it adds up.

    reporting_level: '' for the level below the plan's own. rollup_areas, rollup_time: names of methods.results;
    '' for the ratio of sums of a ratio, the plain mean of a score, else the sum (over time the latest of totals).
    Raises Invalid with every fault.
    """
    areas = rollup_areas or _usual_method(kind)
    over_time = rollup_time or (Method.LATEST if cumulative else _usual_method(kind))
    level = reporting_level or level_below(plan.level)
    _refuse(
        _indicator_problems(
            plan, key, kind, direction, (areas, over_time), level, (numerator_en, denominator_en)
        )
    )
    return Indicator.objects.create(
        plan=plan,
        key=key,
        name_en=name_en,
        name_zh=name_zh,
        unit=unit,
        kind=kind,
        direction=direction,
        numerator_en=numerator_en,
        numerator_zh=numerator_zh,
        denominator_en=denominator_en,
        denominator_zh=denominator_zh,
        cumulative=cumulative,
        rollup_areas=areas,
        rollup_time=over_time,
        dimensions=sorted(dimensions),
        reporting_level=level,
        tolerance=tolerance,
        note=note,
        is_demonstration=is_demonstration,
    )


@act(Permission.OBSERVATION_ENTER, subject=_at_place, record=("place_code", "breakdown"))
def enter_observation(
    *,
    officer: Officer,
    at: datetime,
    indicator: Indicator,
    place_code: str,
    period: ReportingPeriod,
    value: Decimal | int | None = None,
    numerator: Decimal | int | None = None,
    denominator: Decimal | int | None = None,
    breakdown: str = "",
    qualifier: str = "exact",
    source_note: str = "",
) -> Observation:
    """Put one value into a cell, with the officer's agency as its source; values of others stay beside it.

    A ratio takes numerator and denominator and no value; 0 of 0 is a report that there was nothing to count. The
    roll-ups above the place follow in the same transaction. Raises Invalid with every fault, Conflict where the
    period is closed or the agency already has a value in this cell.
    """
    agency = _agency(officer)
    (held,) = lock_periods([period])
    check_unlocked(period=held, agency=agency, on=timezone.localtime(at).date())
    figure = Figure(value, numerator, denominator, breakdown_of(breakdown), qualifier, source_note.strip())
    figure, problems = check_figure(indicator, figure)
    _refuse([*problems, *place_problem(indicator=indicator, period=held, place_code=place_code)])
    observation = _add(
        indicator=indicator,
        period=held,
        place_code=place_code,
        figure=figure,
        agency=agency,
        officer=officer,
        at=at,
    )
    _follow(observation)
    return observation


@act(Permission.OBSERVATION_WITHDRAW, subject="observation", record=("reason",))
def correct_observation(
    *,
    officer: Officer,
    at: datetime,
    observation: Observation,
    reason: str,
    value: Decimal | int | None = None,
    numerator: Decimal | int | None = None,
    denominator: Decimal | int | None = None,
    qualifier: str = "exact",
    source_note: str = "",
) -> Observation:
    """Replace a value by its source's better one: a new row; the old one stays readable as withdrawn.

    A ruling for the old value lapses, because it was made on another number. The reason stands in the record.
    """
    _refuse(_reason_problems(reason))
    old = _held(officer, at, observation)
    figure, problems = check_figure(
        old.indicator, Figure(value, numerator, denominator, old.breakdown, qualifier, source_note.strip())
    )
    _refuse(problems)
    _withdraw(old, at)
    new = _add(
        indicator=old.indicator,
        period=old.period,
        place_code=old.place_code,
        figure=figure,
        agency=old.source_agency,
        officer=officer,
        at=at,
    )
    _follow(new)
    return new


@act(Permission.OBSERVATION_WITHDRAW, subject="observation", record=("reason",))
def withdraw_observation(
    *, officer: Officer, at: datetime, observation: Observation, reason: str
) -> Observation:
    """Take a value back; it stays readable, the cell goes without it. A ruling for it lapses."""
    _refuse(_reason_problems(reason))
    old = _held(officer, at, observation)
    _withdraw(old, at)
    _follow(old)
    return old


@act(Permission.RULING_MAKE, subject="observation", record=("reason",))
def rule(*, officer: Officer, at: datetime, observation: Observation, reason: str) -> Ruling:
    """Choose one of the values that stand side by side in a cell; a later ruling replaces this one.

    A value alone in its cell may be let count where the places below it together say another thing. Raises Invalid
    without a reason, Conflict for a withdrawn value, one that nothing contradicts, or a locked period.
    """
    _refuse(_reason_problems(reason))
    chosen = _held(officer, at, observation)
    cell = _cell(chosen)
    alone = Observation.objects.filter(**cell, withdrawn_at=None).count() < 2
    if alone and not _contradicted(chosen):
        raise Conflict(
            _("Only one value stands in this cell, so there is nothing to rule on."),
            remedy=_("Ask its source to correct or withdraw it if it is wrong."),
        )
    Ruling.objects.filter(**cell, replaced_at=None).update(replaced_at=at)
    ruling = Ruling.objects.create(**cell, observation=chosen, reason=reason.strip(), officer=officer, at=at)
    _follow(chosen)
    return ruling


def _contradicted(observation: Observation) -> bool:
    """Whether the places below the value's place together say another thing, and nobody has ruled on it."""
    return (
        cell_values(
            indicator=observation.indicator,
            place_code=observation.place_code,
            period=observation.period,
            breakdown=observation.breakdown,
        ).apart
        is not None
    )


def replace_value(
    *,
    officer: Officer,
    at: datetime,
    agency: Agency,
    indicator: Indicator,
    place_code: str,
    period: ReportingPeriod,
    standing: Observation | None,
    figure: Figure,
) -> Observation:
    """Put a figure of the agency in the place of the one that stands, inside another act that decided it.

    Raises Invalid with every fault.
    """
    (held,) = lock_periods([period])
    figure, problems = check_figure(indicator, figure)
    _refuse(problems)
    if standing is not None:
        _withdraw(standing, at)
    new = _add(
        indicator=indicator,
        period=held,
        place_code=place_code,
        figure=figure,
        agency=agency,
        officer=officer,
        at=at,
    )
    _follow(new)
    return new


def _usual_method(kind: str) -> Method:
    if kind == Indicator.Kind.RATIO:
        return Method.RATIO_OF_SUMS
    return Method.MEAN if kind == Indicator.Kind.SCORE else Method.SUM


def _indicator_problems(
    plan: Plan,
    key: str,
    kind: str,
    direction: str,
    methods: tuple[str, str],
    level: str,
    parts: tuple[str, str],
) -> list[Problem]:
    problems = []
    if not key.strip() or plan.indicators.filter(key=key).exists():
        problems.append(Problem(_("The plan already has an indicator %(key)s.") % {"key": key}, field="key"))
    if kind not in Indicator.Kind.values:
        problems.append(
            Problem(_("There is no such kind of indicator: %(kind)s") % {"kind": kind}, field="kind")
        )
    if direction not in set(Direction):
        problems.append(
            Problem(_("There is no such direction: %(name)s") % {"name": direction}, field="direction")
        )
    for field, name in zip(("rollup_areas", "rollup_time"), methods, strict=True):
        if name not in set(Method):
            problems.append(Problem(_("There is no such roll-up: %(name)s") % {"name": name}, field=field))
    if level not in DIGITS:
        problems.append(
            Problem(_("There is no such level: %(name)s") % {"name": level}, field="reporting_level")
        )
    if kind == Indicator.Kind.RATIO and not all(parts):
        problems.append(
            Problem(_("Say what the numerator and the denominator of the ratio count."), field="kind")
        )
    if kind != Indicator.Kind.RATIO and Method.RATIO_OF_SUMS in methods:
        problems.append(Problem(_("Only a ratio is rolled up as a ratio of sums."), field="rollup_areas"))
    return problems


def _agency(officer: Officer) -> Agency:
    agency = officer.agency
    assert agency is not None, "the door lets nobody pass without an appointment"
    return agency


def _held(officer: Officer, at: datetime, observation: Observation) -> Observation:
    """The observation as it stands now, its period locked; refuses a withdrawn one."""
    (period,) = lock_periods([observation.period])
    check_unlocked(period=period, agency=_agency(officer), on=timezone.localtime(at).date())
    held = Observation.objects.select_related("indicator__plan", "source_agency").get(pk=observation.pk)
    held.period = period
    if held.withdrawn_at is not None:
        raise Conflict(
            _("This value was withdrawn in the meantime."),
            remedy=_("Look at the values that stand in the cell now."),
        )
    return held


def _add(
    *,
    indicator: Indicator,
    period: ReportingPeriod,
    place_code: str,
    figure: Figure,
    agency: Agency,
    officer: Officer,
    at: datetime,
) -> Observation:
    assert figure.value is not None, "a checked figure has its value"
    try:
        with transaction.atomic():
            return Observation.objects.create(
                indicator=indicator,
                period=period,
                place_code=place_code,
                breakdown=figure.breakdown,
                value=figure.value,
                numerator=figure.numerator,
                denominator=figure.denominator,
                qualifier=figure.qualifier,
                source_agency=agency,
                source_note=figure.source_note,
                officer=officer,
                recorded_at=at,
            )
    except IntegrityError as failure:
        raise Conflict(
            _("Your agency already has a value in this cell."),
            remedy=_("Correct that value; the old one stays readable."),
            code="already_reported",
        ) from failure


def _withdraw(observation: Observation, at: datetime) -> None:
    observation.withdrawn_at = at
    observation.save(update_fields=["withdrawn_at"])
    observation.rulings.filter(replaced_at=None).update(replaced_at=at)


def _follow(observation: Observation) -> None:
    """Bring the roll-ups above the changed cell up to date; a breakdown changes none."""
    if observation.breakdown == "":
        refresh(indicators=[observation.indicator], period=observation.period, below=[observation.place_code])


def _cell(observation: Observation) -> dict[str, Any]:
    return {
        "indicator_id": observation.indicator_id,
        "place_code": observation.place_code,
        "period_id": observation.period_id,
        "breakdown": observation.breakdown,
    }


def _reason_problems(reason: str) -> list[Problem]:
    return [] if reason.strip() else [Problem(_("Give the reason."), field="reason")]


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise Invalid(_("The figure was not taken."), problems=problems)


__all__ = [
    "correct_observation",
    "define_indicator",
    "enter_observation",
    "fill_observations",
    "load_observations",
    "refresh_rollups",
    "replace_value",
    "rule",
    "try_load",
    "withdraw_observation",
]
