"""Moves a report from draft to published along the table in report_states; never computes a lateness."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem, Refused, Stale
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.obligations import marks
from concerted.foundation.obligations.calendar import WorkingDays

from ..kinds import RESUBMIT_WORKING_DAYS
from ..models import Measure, Report, ReportingPeriod
from ..reads.reporting import (
    has_other_clearer,
    indicators_of,
    is_lead,
    report_facts,
    report_obligation,
    wordings_of,
    working_report,
    writers_of,
)
from ..report_states import NOT_STARTED, step
from .periods import check_unlocked
from .report_fields import FIELDS, FORM_FIELDS, clean_fields, problems_of
from .report_owed import address, keep_open, mark_submitted, open_resubmission, owed_on, withdraw_from_office
from .report_rows import day_of, is_unchanged, locked, log_move, replace, save, standing_row, write
from .report_values import record_values, settle_values
from .rollups import lock_periods

State = Report.State


class StaleReport(Stale):
    """Somebody else saved the report since it was read. `written` is what could not be saved, `standing`
    what is there now: an interface shows both and nothing is lost.
    """

    def __init__(self, *, written: Mapping[str, Any], standing: Report) -> None:
        super().__init__(
            _("The report was changed by somebody else while you wrote."),
            remedy=_("Compare both versions field by field and choose."),
        )
        self.written = dict(written)
        self.standing = standing


def _facts(*, report: Report, **_rest: object) -> SubjectFacts:
    """What the policy reads of the report as it stands now, every hand that wrote in it included."""
    return report_facts(standing_row(Report.objects.all(), report))


@act(Permission.REPORT_WRITE, subject="measure", record=("expected_row_version",))
def save_draft(
    *,
    officer: Officer,
    at: datetime,
    measure: Measure,
    period: ReportingPeriod,
    fields: Mapping[str, Any],
    expected_row_version: int | None,
) -> Report:
    """Keep what was typed into the lead's draft or returned report; incomplete is fine, no clock stops.

    fields: any of claimed_status, narrative, obstacles, help_requested, evidence (list of texts) and values
    ({indicator key: {"value"} or {"numerator", "denominator"} or {"no_value": reason}}); what is absent
    stays. expected_row_version: the version that was read, None where no report was there. One measure has one
    report of an agency in a period, whichever version's wording it is called by. Raises StaleReport, Conflict
    (locked, or past editing), Invalid.
    """
    agency = _lead_agency(officer, measure, period)
    check_unlocked(period=period, agency=agency, on=day_of(at))
    cleaned = clean_fields(
        fields, {one.key for one in indicators_of(measure)} if fields.get("values") else ()
    )
    report = _newest(measure, period, agency)
    if report is None:
        return _begin(officer, at, measure, period, agency, cleaned)
    target = step(report.state, "save_draft").target
    if expected_row_version != report.row_version:
        raise StaleReport(written=cleaned, standing=report)
    if is_unchanged(report, cleaned):
        return report
    withdraw_from_office(report, at)
    write(report, at, cleaned)
    if officer.pk not in writers_of(report):
        log_move(report, officer, at, report.state, target)
    return report


@act(Permission.REPORT_SUBMIT, subject=_facts)
def submit(*, officer: Officer, at: datetime, report: Report) -> Report:
    """Hand the report in; the first time is the day its obligation is met, whatever happens later.

    Its figures count from now on, but for those beside which an accepted report of the agency already stands:
    they count once this one is accepted. Raises Invalid with one problem per field that is not complete, Conflict
    where the period is locked.
    """
    report = locked(report)
    move = step(report.state, "submit")
    check_unlocked(period=report.period, agency=report.agency, on=day_of(at))
    problems = problems_of(report, indicators_of(report.measure))
    if problems:
        raise Invalid(_("The report is not complete yet; nothing was sent."), problems=problems)
    report.submitted_by, report.submitted_at = officer, at
    report.first_submitted_at = report.first_submitted_at or at
    report.cleared_by = report.cleared_at = None
    log_move(report, officer, at, report.state, move.target)
    report.state = move.target
    save(report, at)
    address(report, at)
    mark_submitted(officer, at, report)
    record_values(officer=officer, at=at, report=report)
    return report


@act(Permission.REPORT_RETURN, subject=_facts, record=("field", "reason"))
def return_report(*, officer: Officer, at: datetime, report: Report, field: str, reason: str) -> Report:
    """Give the report back for one field with the reason; a clock for handing it in again starts.

    The first submission stays the day the obligation was met. In a closed period the return of the plan's
    office carries an exception until that clock's end; a clearing officer's return needs one. Raises
    Invalid, Conflict.
    """
    report = locked(report)
    move = step(report.state, "return")
    _check_return(field, reason)
    due = WorkingDays(settings.COUNTRY).add(day_of(at), RESUBMIT_WORKING_DAYS)
    keep_open(officer, at, report, due, reason)
    log_move(report, officer, at, report.state, move.target, field=field, reason=reason.strip())
    report.state = move.target
    save(report, at)
    open_resubmission(officer, at, report, due)
    return report


@act(Permission.REPORT_CLEAR, subject=_facts)
def clear(*, officer: Officer, at: datetime, report: Report) -> Report:
    """Let the report leave the agency: a second pair of eyes has seen it. Never its author or submitter."""
    report = locked(report)
    move = step(report.state, "clear")
    report.cleared_by, report.cleared_at = officer, at
    log_move(report, officer, at, report.state, move.target)
    report.state = move.target
    save(report, at)
    return report


@act(Permission.REPORT_ACCEPT, subject=_facts)
def accept(*, officer: Officer, at: datetime, report: Report) -> Report:
    """Take the report as answered, by the plan's office; a date of its own beside the first submission.

    Its figures replace those of the report it corrects. A submitted report that was not cleared is accepted only
    where its agency has no other clearing officer in post; the move then records the single-person clearance.
    Raises Conflict.
    """
    report = locked(report)
    move = step(report.state, "accept")
    skipped = report.state == State.SUBMITTED
    if skipped and has_other_clearer(report=report, on=day_of(at)):
        raise Conflict(
            _("The report waits for clearance inside %(agency)s.") % {"agency": report.agency.name_en},
            remedy=_("Accept it after its clearing officer has cleared it, or return it."),
        )
    report.accepted_by, report.accepted_at = officer, at
    log_move(report, officer, at, report.state, move.target, field="clearance" if skipped else "")
    report.state = move.target
    save(report, at)
    marks.mark_accepted(officer=officer, at=at, obligations=owed_on(report))
    settle_values(at=at, report=report)
    return report


@act(Permission.REPORT_PUBLISH, subject=_facts)
def publish(*, officer: Officer, at: datetime, report: Report) -> Report:
    """Show the accepted report to everybody; the version it corrects becomes "corrected" and stays
    readable.
    """
    report = locked(report)
    move = step(report.state, "publish")
    report.published_at = at
    log_move(report, officer, at, report.state, move.target)
    report.state = move.target
    save(report, at)
    if report.corrects_id is not None:
        replace(officer, at, report.corrects_id)
    return report


@act(Permission.REPORT_CORRECT, subject=_facts, record=("reason",))
def correct(*, officer: Officer, at: datetime, report: Report, reason: str) -> Report:
    """Begin a new version of a published report as a draft with the next number; the old one stays as it is
    until the new one is published. Raises Invalid without a reason, Conflict where a correction has begun
    or the lock holds.
    """
    report = locked(report)
    move = step(report.state, "correct")
    if not reason.strip():
        raise Invalid(
            _("The correction was not begun."),
            problems=[Problem(_("Say what is corrected and why."), field="reason")],
        )
    check_unlocked(period=report.period, agency=report.agency, on=day_of(at))
    newest = working_report(measure=report.measure, period=report.period, agency_id=report.agency_id)
    if newest is None or newest.pk != report.pk:
        raise Conflict(
            _("A correction of this report has already begun."), remedy=_("Open the newest version.")
        )
    log_move(report, officer, at, report.state, move.target, field="correction", reason=reason.strip())
    return Report.objects.create(
        measure=report.measure,
        period=report.period,
        agency=report.agency,
        number=report.number + 1,
        corrects=report,
        correction_reason=reason.strip(),
        author=officer,
        created_at=at,
        changed_at=at,
        **{name: getattr(report, name) for name in FIELDS},
    )


def _lead_agency(officer: Officer, measure: Measure, period: ReportingPeriod) -> Agency:
    agency = officer.agency
    owed = report_obligation(measure_id=measure.pk, period_key=period.key, agency_id=officer.agency_id)
    if (
        agency is None
        or measure.version.plan_id != period.plan_id
        or not (owed or is_lead(measure=measure, agency_id=agency.pk, period=period))
    ):
        raise Refused(
            _("Your agency does not lead this measure in this period."),
            remedy=_("Supporting agencies answer the lead's request instead."),
        )
    return agency


def _begin(
    officer: Officer,
    at: datetime,
    measure: Measure,
    period: ReportingPeriod,
    agency: Agency,
    cleaned: Mapping[str, Any],
) -> Report:
    move = step(NOT_STARTED, "save_draft")
    lock_periods([period])
    standing = _newest(measure, period, agency)
    if standing is not None:
        raise StaleReport(written=cleaned, standing=standing)
    report = Report.objects.create(
        measure=_worded_as_owed(measure, period, agency),
        period=period,
        agency=agency,
        state=move.target,
        author=officer,
        created_at=at,
        changed_at=at,
        **cleaned,
    )
    log_move(report, officer, at, NOT_STARTED, move.target)
    marks.mark_begun(officer=officer, at=at, obligations=owed_on(report))
    return report


def _newest(measure: Measure, period: ReportingPeriod, agency: Agency) -> Report | None:
    """The agency's newest report on the measure in any wording of its plan, held until the act ends."""
    return (
        Report.objects.select_for_update(of=("self",))
        .filter(measure__in=wordings_of(measure.pk), period=period, agency=agency)
        .select_related("measure__version__plan__office")
        .order_by("-number", "pk")
        .first()
    )


def _worded_as_owed(measure: Measure, period: ReportingPeriod, agency: Agency) -> Measure:
    """The measure in the wording in which the report is owed: a revision meanwhile changes no debt."""
    owed = report_obligation(measure_id=measure.pk, period_key=period.key, agency_id=agency.pk)
    if owed is None or owed.subject_id == measure.pk:
        return measure
    return Measure.objects.select_related("version__plan__office").get(pk=owed.subject_id)


def _check_return(field: str, reason: str) -> None:
    problems = []
    if field not in FORM_FIELDS:
        problems.append(Problem(_("Choose the field that is to be changed."), field="field"))
    if not reason.strip():
        problems.append(Problem(_("Say what is wrong and what is expected."), field="reason"))
    if problems:
        raise Invalid(_("The report was not returned."), problems=problems)
