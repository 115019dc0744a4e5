"""A report as it stands now, held and written with its move; it checks no step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.agencies.models import Officer

from ..models import Report, ReportMove
from ..report_states import step

State = Report.State


def day_of(at: datetime) -> date:
    return timezone.localtime(at).date()


def locked(report: Report) -> Report:
    """The report as it stands now, locked against every other act until this one ends."""
    return standing_row(Report.objects.select_for_update(), report)


def standing_row(rows: QuerySet[Report], report: Report) -> Report:
    """The row as it stands now; what it belongs to never changes and is taken over from the one in hand."""
    standing = rows.filter(pk=report.pk).order_by().first()
    if standing is None:
        raise NotThere(_("There is no such report, or it is not open to your agency."))
    for name in ("measure", "period", "agency"):
        if name in report._state.fields_cache:
            setattr(standing, name, getattr(report, name))
    return standing


def is_unchanged(report: Report, cleaned: Mapping[str, Any]) -> bool:
    return all(getattr(report, name) == value for name, value in cleaned.items())


def write(report: Report, at: datetime, cleaned: Mapping[str, Any]) -> None:
    for name, value in cleaned.items():
        setattr(report, name, value)
    save(report, at)


def save(report: Report, at: datetime) -> None:
    report.changed_at = at
    report.row_version += 1
    report.save()


def log_move(
    report: Report,
    officer: Officer,
    at: datetime,
    source: str,
    target: str,
    *,
    field: str = "",
    reason: str = "",
) -> None:
    ReportMove.objects.create(
        report=report, from_state=source, to_state=target, officer=officer, at=at, field=field, reason=reason
    )


def replace(officer: Officer, at: datetime, pk: int) -> None:
    old = Report.objects.select_for_update(of=("self",)).get(pk=pk)
    move = step(old.state, "replace")
    log_move(old, officer, at, old.state, move.target)
    old.state = move.target
    save(old, at)
