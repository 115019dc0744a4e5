"""Reads who owes a report or figures for a period, and what is still to be answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from concerted.foundation.agencies.models import Agency, Officer, Place, Post, significant_digits
from concerted.foundation.obligations.models import Obligation, ObligationQuerySet
from concerted.methods.results import RollUp

from ...kinds import REPORT, RESUBMIT, RETURN
from ...models import (
    Indicator,
    Measure,
    Observation,
    Plan,
    Report,
    ReportingPeriod,
    Responsibility,
    SupportRequest,
)
from ..naming import wordings_of
from .periods import NO_AGENCY, version_for

_TIERS = (Place.Level.PROVINCE, Place.Level.PREFECTURE, Place.Level.COUNTY)


@dataclass(frozen=True)
class PlaceOffice:
    """The office that returns a place's figures, and to whom: the next office above, else the plan's."""

    agency_id: int
    name_en: str
    name_zh: str
    place_code: str
    owed_to_id: int


def agencies_that_owed(period: ReportingPeriod) -> list[Agency]:
    """The agencies that owed a report or a return of figures for the period, by name."""
    measures = Measure.objects.filter(version__plan_id=period.plan_id).values("pk")
    owed = Obligation.objects.filter(
        Q(kind=REPORT.code, subject_kind="plan.measure", subject_id__in=measures)
        | Q(kind=RETURN.code, subject_kind="plan.reportingperiod", subject_id=period.pk),
        period_key=period.key,
    )
    return list(Agency.objects.filter(pk__in=owed.values("owner_id")).order_by("name_en"))


def expected_reports(*, period: ReportingPeriod, version_id: int) -> QuerySet[Responsibility]:
    """The lead responsibilities that stand on the last day of the period, over measures begun by then."""
    on = period.ends
    return (
        Responsibility.objects.filter(
            Q(valid_from=None) | Q(valid_from__lte=on),
            Q(valid_to=None) | Q(valid_to__gt=on),
            Q(measure__starts=None) | Q(measure__starts__lte=on),
            measure__version_id=version_id,
            role=Responsibility.Role.LEAD,
        )
        .select_related("measure", "agency")
        .order_by("measure__position", "position", "agency_id")
    )


def place_offices(*, plan: Plan, version_id: int, on: date) -> list[PlaceOffice]:
    """One office per place of a level at which an indicator in use is reported, below the plan's own place.

    The office of a place is its joint-meeting office; else the department with a provincial-office post; else
    the one with a local officer's post. Places without any owe nothing. Two queries, whatever the number of
    places.
    """
    levels = _levels_reported(plan, version_id)
    if not levels:
        return []
    live_post = Post.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=on),
        Q(valid_to=None) | Q(valid_to__gt=on),
        agency=OuterRef("pk"),
    )
    offices = (
        Agency.objects.standing(on)
        .filter(tier__in=_tiers_below(plan.level), place_code__startswith=significant_digits(plan.place_code))
        .exclude(pk=plan.office_id)
        .annotate(
            rank=Case(
                When(kind=Agency.Kind.JOINT_MEETING_OFFICE, then=Value(0)),
                When(Exists(live_post.filter(function=Post.Function.PROVINCIAL_OFFICE)), then=Value(1)),
                When(Exists(live_post.filter(function=Post.Function.LOCAL_OFFICER)), then=Value(2)),
                default=Value(3),
                output_field=IntegerField(),
            )
        )
        .filter(rank__lt=3)
        .order_by("place_code", "rank", "key")
        .distinct("place_code")
    )
    rows = list(offices.values_list("pk", "name_en", "name_zh", "place_code", "tier"))
    by_place = {code: pk for pk, _en, _zh, code, _tier in rows}
    return [
        PlaceOffice(pk, en, zh, code, _office_above(code, by_place) or plan.office_id)
        for pk, en, zh, code, tier in rows
        if tier in levels
    ]


def _levels_reported(plan: Plan, version_id: int) -> frozenset[str]:
    below = _tiers_below(plan.level)
    used = Indicator.objects.filter(uses__version_id=version_id).exclude(rollup_areas=RollUp.NONE)
    return frozenset(used.filter(reporting_level__in=below).values_list("reporting_level", flat=True))


def _tiers_below(level: str) -> tuple[Place.Level, ...]:
    if level == Place.Level.NATION:
        return _TIERS
    return _TIERS[_TIERS.index(Place.Level(level)) + 1 :]


def _office_above(code: str, by_place: Mapping[str, int]) -> int | None:
    above = [parent for parent in (code[:4] + "00", code[:2] + "0000") if parent != code]
    return next((by_place[parent] for parent in above if parent in by_place), None)


def place_indicators(*, period: ReportingPeriod, tier: str) -> list[Indicator]:
    """The indicators whose figures a place of this tier returns: in use in the plan and adding up."""
    version = version_for(period.plan)
    if version is None:
        return []
    return list(
        Indicator.objects.filter(uses__version=version, reporting_level=tier)
        .exclude(rollup_areas=RollUp.NONE)
        .distinct()
        .order_by("key")
    )


def is_lead(*, measure: Measure, agency_id: int | None, period: ReportingPeriod) -> bool:
    """Whether the agency led the measure on some day of the period."""
    return measure.responsibilities.filter(
        Q(valid_from=None) | Q(valid_from__lte=period.ends),
        Q(valid_to=None) | Q(valid_to__gt=period.starts),
        role=Responsibility.Role.LEAD,
        agency_id=agency_id or NO_AGENCY,
    ).exists()


def supporters_of(*, measure: Measure, on: date) -> list[Agency]:
    """The agencies that support the measure on the day."""
    return list(
        Agency.objects.filter(
            Q(responsibilities__valid_from=None) | Q(responsibilities__valid_from__lte=on),
            Q(responsibilities__valid_to=None) | Q(responsibilities__valid_to__gt=on),
            responsibilities__measure=measure,
            responsibilities__role=Responsibility.Role.SUPPORT,
        )
        .order_by("responsibilities__position")
        .distinct()
    )


def report_obligation(*, measure_id: int, period_key: str, agency_id: int | None) -> Obligation | None:
    """The obligation to report on the measure, in any wording of its plan, for the period, or None."""
    owed = report_obligations(measure_id=measure_id, period_key=period_key, agency_id=agency_id)
    return owed.first()


def report_obligations(*, measure_id: int, period_key: str, agency_id: int | None) -> QuerySet[Obligation]:
    """The obligations to report on the measure for the period, the first raised first; one, but where a period was
    opened again after a revision before a measure was known by its key.
    """
    return Obligation.objects.filter(
        kind=REPORT.code,
        owner_id=agency_id,
        subject_kind="plan.measure",
        subject_id__in=wordings_of(measure_id).values("pk"),
        period_key=period_key,
    ).order_by("pk")


def resubmissions_open(report: Report) -> list[Obligation]:
    """Obligations to hand this report in again that are not met yet."""
    return list(
        Obligation.objects.filter(
            kind=RESUBMIT.code, subject_kind="plan.report", subject_id=report.pk, met_at=None, excused_at=None
        )
    )


def reports_owed_by(agency_id: int | None, *, on: date) -> list[Obligation]:
    """The reports and returns the agency has still to hand in, most urgent first."""
    return list(
        Obligation.objects.unanswered(on)
        .filter(owner_id=agency_id, kind__in=(REPORT.code, RETURN.code, RESUBMIT.code))
        .order_by("due", "id")[:200]
    )


def where_to_answer(obligations: Sequence[Obligation]) -> dict[int, tuple[int, int]]:
    """For each obligation to report: the measure and the period its form is for. Two queries."""
    wanted = [o for o in obligations if o.kind == REPORT.code]
    plans = dict(
        Measure.objects.filter(pk__in={o.subject_id for o in wanted}).values_list("pk", "version__plan_id")
    )
    periods = {
        (plan_id, key): pk
        for pk, plan_id, key in ReportingPeriod.objects.filter(
            plan_id__in=set(plans.values()), key__in={o.period_key for o in wanted}
        ).values_list("pk", "plan_id", "key")
    }
    keys = {o.pk: (plans[o.subject_id], o.period_key) for o in wanted if o.subject_id in plans}
    return {o.pk: (o.subject_id, periods[keys[o.pk]]) for o in wanted if keys.get(o.pk) in periods}


def return_by_id(pk: int) -> Obligation | None:
    """The obligation to return a place's figures, or None."""
    return Obligation.objects.filter(pk=pk, kind=RETURN.code).select_related("owner", "owed_to").first()


def values_given(*, period: ReportingPeriod, place_code: str, agency_id: int | None) -> dict[str, Any]:
    """The standing values the agency gave for a place and period, by indicator key, as form entries."""
    found = Observation.objects.filter(
        period=period, place_code=place_code, source_agency_id=agency_id, breakdown="", withdrawn_at=None
    ).select_related("indicator")
    return {
        o.indicator.key: {"numerator": o.numerator, "denominator": o.denominator}
        if o.indicator.kind == Indicator.Kind.RATIO
        else {"value": o.value}
        for o in found
    }


def under_plan(found: ObligationQuerySet, *, key: str) -> ObligationQuerySet:
    """Of these obligations those that the plan with this key raised: reports, support, figures of places."""
    measures = Measure.objects.filter(version__plan__key=key).values("pk")
    periods = ReportingPeriod.objects.filter(plan__key=key).values("pk")
    return found.filter(
        Q(subject_kind="plan.measure", subject_id__in=measures)
        | Q(subject_kind="plan.reportingperiod", subject_id__in=periods)
        | Q(
            subject_kind="plan.report",
            subject_id__in=Report.objects.filter(period__plan__key=key).values("pk"),
        )
        | Q(
            subject_kind="plan.supportrequest",
            subject_id__in=SupportRequest.objects.filter(period__plan__key=key).values("pk"),
        )
    )


def received_count(officer: Officer) -> int:
    """How many reports the officer's agency received as the office of plans; drafts do not count. One query."""
    return (
        Report.objects.filter(period__plan__office=officer.agency_id or NO_AGENCY)
        .exclude(state=Report.State.DRAFT)
        .count()
    )
