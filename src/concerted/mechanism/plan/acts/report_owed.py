"""What a step of a report does to who knows of it and to what is owed; the step itself is in reports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from concerted.foundation.access.models import Interest
from concerted.foundation.agencies.models import Officer
from concerted.foundation.obligations import marks

from ..kinds import RESUBMIT
from ..models import LockException, Report
from ..reads.reporting import (
    report_obligation,
    resubmissions_open,
)
from .periods import check_unlocked, excepted
from .report_rows import day_of

State = Report.State


def _interests(report: Report) -> Any:
    return Interest.objects.filter(
        subject_kind="plan.report",
        subject_id=report.pk,
        agency=report.measure.version.plan.office,
        until=None,
    )


def address(report: Report, at: datetime) -> None:
    """The plan's office now knows of the report."""
    if not _interests(report).exists():
        Interest.objects.create(
            subject_kind="plan.report",
            subject_id=report.pk,
            agency=report.measure.version.plan.office,
            basis="addressee",
            since=at,
        )


def withdraw_from_office(report: Report, at: datetime) -> None:
    """While a returned report is rewritten it is the agency's own again."""
    if report.state == State.RETURNED:
        _interests(report).filter(since__lt=at).update(until=at)
        _interests(report).delete()


def owed_on(report: Report) -> list[Any]:
    owed = report_obligation(
        measure_id=report.measure_id, period_key=report.period.key, agency_id=report.agency_id
    )
    return [owed] if owed else []


def mark_submitted(officer: Officer, at: datetime, report: Report) -> None:
    first_of_all = [o for o in owed_on(report) if o.met_at is None]
    again = resubmissions_open(report)
    if first_of_all or again:
        marks.mark_met(officer=officer, at=at, obligations=first_of_all + again)


def keep_open(officer: Officer, at: datetime, report: Report, until: date, reason: str) -> None:
    """A return in a closed period must be answerable: the office's return is itself a dated exception."""
    period = report.period
    if period.closed_at is None or excepted(period=period, agency=report.agency, on=until):
        return
    if officer.agency_id != period.plan.office_id:
        check_unlocked(period=period, agency=report.agency, on=day_of(at))
        return
    LockException.objects.create(
        period=period,
        agency=report.agency,
        until=until,
        reason=reason.strip(),
        granted_by=officer,
        granted_at=at,
    )


def open_resubmission(officer: Officer, at: datetime, report: Report, due: date) -> None:
    returns = report.moves.filter(to_state="returned").exclude(from_state="returned").count()
    name = report.measure.number or report.measure.key
    assert officer.agency_id is not None
    marks.open_obligations(
        officer=officer,
        at=at,
        kind=RESUBMIT.code,
        items=[
            marks.NewObligation(
                owner_id=report.agency_id,
                owed_to_id=officer.agency_id,
                subject_kind="plan.report",
                subject_id=report.pk,
                period_key=f"{report.period.key}/{returns}",
                label_en=f"{report.period.key}: hand in again, {name} {report.measure.title_en}"[:300],
                label_zh=f"{report.period.key}：重新报送 {name} {report.measure.title_zh}"[:200],
                opens=day_of(at),
                due=due,
            )
        ],
    )
    marks.mark_returned(officer=officer, at=at, obligations=owed_on(report))
