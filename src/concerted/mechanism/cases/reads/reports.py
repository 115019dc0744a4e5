"""The reports an agency took, and how one stands for whoever made it; it tells an outsider no detail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look, presenting
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.people.cursors import cursor_at, place_of
from concerted.foundation.vault.numbers import as_spoken
from concerted.foundation.vault.reads import opened

from ..law import Trigger, triggers
from ..models import Report
from ..models.report import Urgency
from ..tickets import FOLLOW_UP, ticket_of

PAGE = 50
OPEN = (Report.State.RECEIVED, Report.State.TRIAGED)
STANDINGS = ("received", "in_hand", "decided")
"""What whoever holds a report's code is told of it."""


@dataclass(frozen=True)
class ReportPage:
    """A slice of the agency's reports in the order of the list; `next` is the cursor of what follows, or empty."""

    reports: Sequence[Report]
    next: str


@look(Permission.INTAKE_READ)
def reports(
    *,
    officer: Officer,
    at: datetime,
    state: str = "open",
    urgency: str = "",
    channel: str = "",
    cursor: str = "",
    size: int = PAGE,
) -> ReportPage:
    """The reports the agency took. state: one of Report.State, `open` for what waits, '' for all.

    What waits comes by urgency, within it the longest waiting first; everything else newest first.
    """
    found = Report.objects.filter(agency=officer.agency_id).select_related("recorded_by", "case")
    if urgency:
        found = found.filter(urgency=urgency)
    if channel:
        found = found.filter(channel=channel)
    if state == "open":
        return _waiting(found.filter(state__in=OPEN), cursor, size)
    if state:
        found = found.filter(state=state)
    behind = place_of(cursor)
    if behind is not None:
        found = found.filter(Q(received_at__lt=behind[0]) | Q(received_at=behind[0], pk__gt=behind[1]))
    rows = list(found.defer("sealed").order_by("-received_at", "id")[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    return ReportPage(rows[:size], cursor_at(last.received_at, last.pk) if last else "")


#: The more urgent first.
_RANKS = {Urgency.EMERGENCY.value: 0, Urgency.URGENT.value: 1, Urgency.ROUTINE.value: 2}


def _waiting(found: QuerySet[Report], cursor: str, size: int) -> ReportPage:
    """What waits, by urgency and age; the cursor names the rank, the moment and the number of the last row."""
    ranked = found.annotate(
        rank=Case(
            *(When(urgency=urgency, then=Value(rank)) for urgency, rank in _RANKS.items()),
            output_field=IntegerField(),
        )
    )
    first, _bar, rest = cursor.partition("|")
    behind = place_of(rest if first in _DIGITS else cursor)
    if behind is not None:
        at, pk = behind
        rank = int(first) if first in _DIGITS else 0
        ranked = ranked.filter(
            Q(rank__gt=rank) | Q(rank=rank, received_at__gt=at) | Q(rank=rank, received_at=at, pk__gt=pk)
        )
    rows = list(ranked.defer("sealed").order_by("rank", "received_at", "id")[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    following = f"{_RANKS[last.urgency]}|{cursor_at(last.received_at, last.pk)}" if last else ""
    return ReportPage(rows[:size], following)


_DIGITS = {str(rank) for rank in _RANKS.values()}


@look(Permission.INTAKE_READ)
def report_by_id(*, officer: Officer, at: datetime, pk: int) -> Report:
    """One report of the agency. Raises NotThere."""
    return _report_of(officer, pk=pk)


@look(Permission.INTAKE_READ)
def report_by_number(*, officer: Officer, at: datetime, number: str) -> Report:
    """The report of the agency that goes by this number. Raises NotThere."""
    return _report_of(officer, number=as_spoken(number))


def _report_of(officer: Officer, **which: Any) -> Report:
    found = (
        Report.objects.select_related("recorded_by", "triaged_by", "case", "merged_into", "agency")
        .filter(agency=officer.agency_id, **which)
        .first()
    )
    if found is None:
        raise NotThere(_("There is no such report."))
    return found


@dataclass(frozen=True)
class ReportView:
    """One report with its words and the triggers it meets; words None where they were erased."""

    report: Report
    words: Mapping[str, Any]
    triggers: tuple[Trigger, ...]
    merged: tuple[Report, ...]


@look(Permission.INTAKE_READ, subject=None, recorded=True)
def report_view(*, officer: Officer, at: datetime, report: Report) -> ReportView:
    """What was reported, by whom, and the safe-contact rule; the look is recorded."""
    standing: Report = report_by_id(officer=officer, at=at, pk=report.pk)
    return ReportView(
        standing,
        opened(standing),
        tuple(each for each in triggers() if each.key in standing.triggers),
        tuple(Report.objects.filter(merged_into=standing).defer("sealed").order_by("received_at")),
    )


def report_standing(*, code: str, at: datetime) -> str:
    """How a report stands, for whoever holds its code: received, in_hand or decided; nothing else is told.

    Raises NotThere for a code that is none.
    """
    ticket = ticket_of(FOLLOW_UP, code)
    with presenting(ticket, at, act="cases.report_standing"):
        state = Report.objects.filter(follow_up=ticket).values_list("state", flat=True).first()
    if state is None:
        raise NotThere(_("There is no report of this number."))
    if state == Report.State.RECEIVED:
        return "received"
    return "in_hand" if state in (Report.State.TRIAGED, Report.State.OPENED) else "decided"
