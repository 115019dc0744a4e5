"""Reads what waits for an officer's review: to clear, to accept, and what was returned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import (
    Exists,
    OuterRef,
    Q,
    QuerySet,
)
from django.utils import timezone

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import CLEARERS, holds
from concerted.foundation.agencies.models import Appointment, Officer

from ...models import (
    Report,
    ReportMove,
)
from .periods import NO_AGENCY


@dataclass(frozen=True)
class Waiting:
    """One report in a review queue and the act that is waited for."""

    report: Report
    waits_for: str
    since: datetime


@dataclass(frozen=True)
class ReviewQueue:
    """What waits for this officer: to clear inside the agency, to accept and to publish as the plan's
    office.
    """

    to_clear: Sequence[Waiting]
    to_accept: Sequence[Waiting]
    to_publish: Sequence[Waiting]
    clears: bool
    accepts: bool


def review_queue(*, officer: Officer, at: datetime) -> ReviewQueue:
    """What waits for this officer, oldest first; nothing the officer wrote. Seven queries at most."""
    clears, accepts = holds(officer, Permission.REPORT_CLEAR), holds(officer, Permission.REPORT_ACCEPT)
    return ReviewQueue(
        to_clear=_waiting(
            officer,
            Report.objects.filter(agency_id=officer.agency_id or NO_AGENCY, state="submitted"),
            "clear",
        )
        if clears
        else (),
        to_accept=_to_accept(officer, timezone.localtime(at).date()) if accepts else (),
        to_publish=_waiting(officer, _received(officer).filter(state="accepted"), "publish", mine_too=True)
        if accepts
        else (),
        clears=clears,
        accepts=accepts,
    )


def _received(officer: Officer) -> QuerySet[Report]:
    return Report.objects.filter(period__plan__office_id=officer.agency_id)


def _to_accept(officer: Officer, on: date) -> list[Waiting]:
    clearer = (
        Appointment.objects.live(on)
        .filter(post__agency_id=OuterRef("agency_id"), post__function__in=CLEARERS)
        .exclude(officer_id=OuterRef("author_id"))
        .exclude(officer_id=OuterRef("submitted_by_id"))
    )
    ready = _received(officer).filter(Q(state="cleared") | (Q(state="submitted") & ~Exists(clearer)))
    return _waiting(officer, ready, "accept")


def _waiting(
    officer: Officer, reports: QuerySet[Report], act: str, *, mine_too: bool = False
) -> list[Waiting]:
    if not mine_too:
        wrote = ReportMove.objects.filter(report=OuterRef("pk"), officer=officer).filter(
            Q(to_state__in=("draft", "submitted")) | Q(from_state="returned", to_state="returned")
        )
        reports = reports.exclude(author=officer).exclude(submitted_by=officer).exclude(Exists(wrote))
    found = reports.select_related("measure", "period__plan", "agency", "submitted_by").defer(
        "narrative", "obstacles", "help_requested"
    )
    return sorted((Waiting(r, act, _since(r)) for r in found), key=lambda w: (w.since, w.report.pk))


def _since(report: Report) -> datetime:
    moments = {"submitted": report.submitted_at, "cleared": report.cleared_at, "accepted": report.accepted_at}
    return moments.get(report.state) or report.changed_at
