"""The three numbers of progress side by side: claimed, achieved, reported; it never blends them into one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from concerted.methods.results import DueReport, ReportingHealth, reporting_health

from ..models import PlanVersion, ReportingPeriod
from .indicators import Progress, national_progress, progress_by_measure
from .reporting import Claim, standing_by_claim


@dataclass(frozen=True)
class ThreeNumbers:
    """What leads claim, what indicators show, and whether reports came, for one measure or many.

    claimed: claimed status -> number of reports that left their agency; `unclaimed` are owed and have none.
    achieved: one entry an indicator. health: reports due by the day, received, on time, evidenced, accepted.
    """

    claimed: Mapping[str, int]
    unclaimed: int
    achieved: Sequence[Progress]
    health: ReportingHealth


def progress_of(*, version: PlanVersion, period: ReportingPeriod, on: date) -> ThreeNumbers:
    """The three numbers of the whole version for one period, as known on the day."""
    claims = standing_by_claim(period=period, on=on)
    return _numbers(claims, national_progress(version=version, period=period, on=on), on)


def progress_of_measures(
    *, version: PlanVersion, period: ReportingPeriod, on: date
) -> dict[int, ThreeNumbers]:
    """The three numbers of every measure that owed a report for the period, by the measure's id; the number of
    queries does not grow with the measures."""
    achieved = national_progress(version=version, period=period, on=on)
    by_measure = progress_by_measure(version=version, progress=achieved)
    claims: dict[int, list[Claim]] = {}
    for claim in standing_by_claim(period=period, on=on):
        claims.setdefault(claim.measure.pk, []).append(claim)
    return {pk: _numbers(own, by_measure.get(pk, ()), on) for pk, own in claims.items()}


def _numbers(claims: Sequence[Claim], achieved: Iterable[Progress], on: date) -> ThreeNumbers:
    said = Counter(
        claim.report.claimed_status
        for claim in claims
        if claim.report is not None and claim.report.first_submitted_at is not None
    )
    return ThreeNumbers(
        claimed=dict(said),
        unclaimed=len(claims) - said.total(),
        achieved=tuple(achieved),
        health=reporting_health((_due(claim) for claim in claims), on),
    )


def _due(claim: Claim) -> DueReport:
    owed = claim.obligation
    return DueReport(
        due_on=owed.grace_until,
        received_on=_day(owed.met_at),
        accepted_on=_day(owed.accepted_at),
        evidenced=bool(claim.report and claim.report.evidence),
        excused=owed.excused_at is not None,
    )


def _day(moment: datetime | None) -> date | None:
    return timezone.localtime(moment).date() if moment else None
