"""A lead asks supporting agencies for their part of a report, and they answer; never writes the report."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, NotThere, Problem, Refused
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.obligations import marks
from concerted.foundation.obligations.calendar import WorkingDays
from concerted.foundation.obligations.models import Obligation

from ..kinds import SUPPORT, SUPPORT_LEAD_TIME
from ..models import Measure, ReportingPeriod, SupportRequest
from ..reads.reporting import is_lead, supporters_of, wordings_of
from .periods import check_unlocked
from .rollups import lock_periods

TEXT_LIMIT = 20_000


@act(Permission.SUPPORT_REQUEST, subject="measure")
def ask_support(
    *,
    officer: Officer,
    at: datetime,
    measure: Measure,
    period: ReportingPeriod,
    asked: Agency,
    question: str,
    due: date | None = None,
) -> SupportRequest:
    """Ask one supporting agency for its part by a day: by default so that the lead has working days left
    before its own report is due. The asked agency owes the answer to the lead. Raises Invalid, Refused,
    Conflict.
    """
    lead = officer.agency
    if lead is None or not is_lead(measure=measure, agency_id=lead.pk, period=period):
        raise Refused(_("Your agency does not lead this measure in this period."))
    check_unlocked(period=period, agency=lead, on=_day(at))
    due = due or _default_due(period, _day(at))
    _check_question(measure, period, asked, question, due, _day(at))
    lock_periods([period])
    if SupportRequest.objects.filter(
        ~Q(state=SupportRequest.State.WITHDRAWN),
        measure__in=wordings_of(measure.pk),
        period=period,
        lead=lead,
        asked=asked,
    ).exists():
        raise Conflict(
            _("This agency has been asked already."),
            remedy=_("Withdraw the earlier request, then ask again."),
        )
    request = SupportRequest.objects.create(
        measure=measure,
        period=period,
        lead=lead,
        asked=asked,
        question=question.strip(),
        due=due,
        asked_by=officer,
        asked_at=at,
    )
    _open(officer, at, request)
    return request


@act(Permission.SUPPORT_ANSWER, subject="request")
def answer_support(*, officer: Officer, at: datetime, request: SupportRequest, answer: str) -> SupportRequest:
    """Answer the lead's request; the answer stands beside the lead's report. A later answer replaces an
    earlier one until the lead's period is locked. Raises Invalid without a text, Conflict for a withdrawn
    request.
    """
    request = _locked(request)
    if request.state == SupportRequest.State.WITHDRAWN:
        raise Conflict(_("The lead agency has withdrawn this request."))
    check_unlocked(period=request.period, agency=request.lead, on=_day(at))
    if not answer.strip() or len(answer) > TEXT_LIMIT:
        raise Invalid(
            _("The answer was not sent."),
            problems=[
                Problem(_("Write what your agency did, in at most 20,000 characters."), field="answer")
            ],
        )
    request.answer, request.answered_by, request.answered_at = answer.strip(), officer, at
    request.state = SupportRequest.State.ANSWERED
    request.save()
    owed = [o for o in _obligations(request) if o.met_at is None]
    if owed:
        marks.mark_met(officer=officer, at=at, obligations=owed)
    return request


@act(Permission.SUPPORT_REQUEST, subject="request", record=("reason",))
def withdraw_support(
    *, officer: Officer, at: datetime, request: SupportRequest, reason: str
) -> SupportRequest:
    """Take an unanswered request back with the reason: its clock ends excused, not missed. Raises Conflict,
    Invalid.
    """
    request = _locked(request)
    if request.state != SupportRequest.State.ASKED:
        raise Conflict(_("Only a request still waiting for its answer can be withdrawn."))
    if not reason.strip():
        raise Invalid(
            _("The request was not withdrawn."),
            problems=[Problem(_("Say why the answer is no longer needed."), field="reason")],
        )
    request.state = SupportRequest.State.WITHDRAWN
    request.save(update_fields=["state"])
    marks.mark_excused(officer=officer, at=at, obligations=_obligations(request), reason=reason.strip())
    return request


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


def _default_due(period: ReportingPeriod, today: date) -> date:
    days = WorkingDays(settings.COUNTRY)
    return max(days.add(period.due, -SUPPORT_LEAD_TIME), days.add(today, 1))


def _check_question(
    measure: Measure, period: ReportingPeriod, asked: Agency, question: str, due: date, today: date
) -> None:
    problems = []
    if asked.pk not in {agency.pk for agency in supporters_of(measure=measure, on=period.ends)}:
        problems.append(Problem(_("This agency does not support the measure in this period."), field="asked"))
    if not question.strip() or len(question) > TEXT_LIMIT:
        problems.append(Problem(_("Write what you need from the agency."), field="question"))
    if due < today:
        problems.append(Problem(_("The day for the answer has passed."), field="due"))
    if problems:
        raise Invalid(_("The agency was not asked."), problems=problems)


def _open(officer: Officer, at: datetime, request: SupportRequest) -> None:
    measure = request.measure
    name = measure.number or measure.key
    marks.open_obligations(
        officer=officer,
        at=at,
        kind=SUPPORT.code,
        items=[
            marks.NewObligation(
                owner_id=request.asked_id,
                owed_to_id=request.lead_id,
                subject_kind="plan.supportrequest",
                subject_id=request.pk,
                period_key=request.period.key,
                label_en=f"{request.period.key}: support {request.lead.name_en} on {name} {measure.title_en}"[
                    :300
                ],
                label_zh=f"{request.period.key}：配合{request.lead.name_zh}报送 {name} {measure.title_zh}"[
                    :200
                ],
                opens=_day(at),
                due=request.due,
            )
        ],
    )


def _locked(request: SupportRequest) -> SupportRequest:
    standing = (
        SupportRequest.objects.select_for_update(of=("self",))
        .select_related("period", "lead", "asked", "measure")
        .filter(pk=request.pk)
        .first()
    )
    if standing is None:
        raise NotThere(_("There is no such request, or it is not open to your agency."))
    return standing


def _obligations(request: SupportRequest) -> list[Obligation]:
    return list(
        Obligation.objects.filter(
            kind=SUPPORT.code, subject_kind="plan.supportrequest", subject_id=request.pk
        )
    )
