"""Reads one report, its versions and moves, and what supporting agencies gave to it."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import (
    Q,
    QuerySet,
)
from django.utils import timezone

from concerted.foundation.access.policy import CLEARERS, SubjectFacts, allows
from concerted.foundation.agencies.models import Appointment, Officer
from concerted.foundation.obligations.kinds import ObligationKind, kind_of

from ...models import (
    Indicator,
    Measure,
    Report,
    ReportingPeriod,
    ReportMove,
    SupportRequest,
)
from ...report_states import TRANSITIONS, Transition, acts_from
from ..naming import wordings_of
from .periods import NO_AGENCY, previous_period

#: How far a lead can claim its measure has come.
CLAIMED: tuple[str, ...] = tuple(Report.Claimed.values)


def report_by_id(pk: int) -> Report | None:
    """The report with everything a page or the policy asks of it, or None where it is not visible."""
    return (
        Report.objects.select_related(
            "measure__version__plan__office",
            "period",
            "agency",
            "author",
            "submitted_by",
            "cleared_by",
            "accepted_by",
        )
        .filter(pk=pk)
        .first()
    )


def reports_open(
    *, plan: str = "", period: str = "", agency: str = "", state: str = "", measure_id: int | None = None
) -> QuerySet[Report]:
    """The reports that the acting agency may see, narrowed; one query with all that names them.

    measure_id: the measure in any version of its plan.
    """
    wanted = {
        "measure__version__plan__key": plan,
        "period__key": period,
        "agency__key": agency,
        "state": state,
        "measure__in": wordings_of(measure_id) if measure_id else None,
    }
    return Report.objects.filter(
        **{name: value for name, value in wanted.items() if value is not None and value != ""}
    ).select_related(
        "measure__version__plan", "period", "agency", "author", "submitted_by", "cleared_by", "accepted_by"
    )


def working_report(*, measure: Measure, period: ReportingPeriod, agency_id: int | None) -> Report | None:
    """The agency's newest version of its report on the measure in any wording, in whatever state, or None."""
    return (
        Report.objects.filter(
            measure__in=wordings_of(measure.pk), period=period, agency_id=agency_id or NO_AGENCY
        )
        .select_related("measure__version__plan__office", "period", "agency", "author")
        .order_by("-number")
        .first()
    )


def versions_of(report: Report) -> list[Report]:
    """Every visible version of the report, newest first."""
    return list(
        Report.objects.filter(
            measure__in=wordings_of(report.measure_id),
            period_id=report.period_id,
            agency_id=report.agency_id,
        )
        .select_related("author")
        .order_by("-number")
    )


def moves_of(report: Report) -> list[ReportMove]:
    """What happened to the report, oldest first."""
    return list(report.moves.select_related("officer").order_by("at", "id"))


def standing_returns(report: Report) -> list[ReportMove]:
    """What the last return asked for: its moves with field and reason; empty unless it is returned."""
    if report.state != Report.State.RETURNED:
        return []
    moves = list(
        report.moves.filter(to_state="returned").exclude(from_state="returned").select_related("officer")
    )
    return [m for m in moves if m.at == moves[-1].at] if moves else []


def writers_of(report: Report) -> frozenset[int]:
    """Officers who wrote in the report or submitted it: the first pair of eyes."""
    wrote = report.moves.filter(
        Q(to_state__in=("draft", "submitted")) | Q(from_state="returned", to_state="returned")
    ).values_list("officer_id", flat=True)
    return (
        frozenset(wrote)
        | {report.author_id}
        | ({report.submitted_by_id} if report.submitted_by_id else set())
    )


def report_facts(report: Report) -> SubjectFacts:
    """What the policy reads of the report as it stands: its agency, its addressee, all who wrote in it."""
    facts = report.access_facts()
    return SubjectFacts(facts.owners, facts.owed_to, facts.place_code, facts.authors | writers_of(report))


def possible_acts(*, officer: Officer, at: datetime, report: Report) -> list[Transition]:
    """The rows of the state table that the policy lets this officer take now; the acts check again."""
    facts = report_facts(report)
    on = timezone.localtime(at).date()
    newest = working_report(measure=report.measure, period=report.period, agency_id=report.agency_id)
    rows = [
        row
        for row in acts_from(report.state)
        if row.act != "replace" and allows(officer, row.permission, facts)
    ]
    if report.state == Report.State.SUBMITTED and has_other_clearer(report=report, on=on):
        rows = [row for row in rows if row.act != "accept"]
    if newest is None or newest.pk != report.pk:
        rows = [row for row in rows if row.act != "correct"]
    return rows


def has_other_clearer(*, report: Report, on: date) -> bool:
    """Whether the reporting agency has a clearing officer in post who did not write the report."""
    return (
        Appointment.objects.live(on)
        .filter(post__agency_id=report.agency_id, post__function__in=CLEARERS)
        .exclude(officer_id__in=writers_of(report))
        .exists()
    )


def previous_report(report_of: tuple[Measure, ReportingPeriod, int | None]) -> Report | None:
    """The agency's report on the same measure for the period before, also across a revision of the plan."""
    measure, period, agency_id = report_of
    before = previous_period(period)
    if before is None:
        return None
    return (
        Report.objects.filter(
            measure__in=wordings_of(measure.pk), period=before, agency_id=agency_id or NO_AGENCY
        )
        .exclude(state=Report.State.DRAFT)
        .order_by("-number")
        .first()
    )


def indicators_of(measure: Measure) -> list[Indicator]:
    """The indicators the measure is judged by."""
    return list(Indicator.objects.filter(uses__measure=measure).distinct().order_by("key"))


def support_for(*, measure: Measure, period: ReportingPeriod) -> list[SupportRequest]:
    """Requests for support on the measure that the acting agency asked or was asked, oldest due first."""
    return list(
        SupportRequest.objects.filter(measure__in=wordings_of(measure.pk), period=period)
        .select_related("asked", "lead", "asked_by", "answered_by")
        .order_by("state", "due", "id")
    )


def support_requests(*, agency_id: int | None) -> QuerySet[SupportRequest]:
    """Every request the agency asked or was asked, with measure, period and both agencies."""
    return SupportRequest.objects.filter(Q(lead=agency_id) | Q(asked=agency_id)).select_related(
        "measure", "period", "asked", "lead"
    )


def support_by_id(pk: int) -> SupportRequest | None:
    """The request with its measure and agencies, or None where it is not visible."""
    return (
        SupportRequest.objects.select_related("measure__version__plan", "period", "asked", "lead", "asked_by")
        .filter(pk=pk)
        .first()
    )


def support_asked_of(agency_id: int | None) -> list[SupportRequest]:
    """Requests still waiting for the agency's answer, oldest due first."""
    return list(
        SupportRequest.objects.filter(asked_id=agency_id, state=SupportRequest.State.ASKED)
        .select_related("measure", "period", "lead")
        .order_by("due", "id")
    )


def state_table() -> list[tuple[Transition, ObligationKind | None]]:
    """The state table of a report, each row with the kind of obligation whose clock runs meanwhile."""
    return [(row, kind_of(row.clock) if row.clock else None) for row in TRANSITIONS]
