"""Plans, writes and finishes evaluations, and enters what follows from them; answers to findings are elsewhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.obligations import marks
from concerted.foundation.obligations.calendar import WorkingDays
from concerted.foundation.obligations.models import Obligation
from concerted.mechanism.plan.models import Plan

from ..kinds import INSPECTION, RESPONSE, RESPONSE_WORKING_DAYS
from ..models import Evaluation, EvaluationOutcome, Finding, FindingMeasure, FindingMove
from ..reads.evaluations import measure_keys, outcome_kinds
from .checking import day, locked, measure_problems, refuse, text_problem, unchanged

_SELF = Evaluation.Kind.SELF_INSPECTION
SUBJECT = "evaluation.evaluation"
FINDING_SUBJECT = "evaluation.finding"


def _whose(
    *, officer: Officer, plan: Plan, kind: str, evaluated: Agency | None = None, **_rest: Any
) -> SubjectFacts:
    """An inspection of oneself is one's own; every other evaluation belongs to the plan's office."""
    if kind == _SELF:
        return SubjectFacts(owners=frozenset({evaluated.pk} if evaluated else ()))
    return plan.access_facts()


@act(Permission.EVALUATION_PLAN, subject=_whose, record=("kind",))
def plan_evaluation(
    *,
    officer: Officer,
    at: datetime,
    plan: Plan,
    kind: str,
    title: str,
    period_from: date,
    period_to: date,
    due: date,
    evaluated: Agency | None = None,
    is_demonstration: bool = False,
) -> Evaluation:
    """Plan an evaluation of the plan, or of one agency's part of it; its evaluator owes it by the day.

    A self-inspection names the agency itself; the others are made by the plan's office. Raises Invalid,
    Conflict where the same period is evaluated already.
    """
    refuse(_("The evaluation was not planned."), _plan_problems(kind, title, period_from, period_to, due, at))
    assert officer.agency is not None
    try:
        with transaction.atomic():
            made = Evaluation.objects.create(
                plan=plan,
                kind=kind,
                title=title.strip(),
                evaluator=officer.agency,
                evaluated=evaluated,
                period_from=period_from,
                period_to=period_to,
                due=due,
                planned_by=officer,
                planned_at=at,
                is_demonstration=is_demonstration,
            )
    except IntegrityError:
        raise Conflict(
            _("This period is evaluated already, in the same way."), remedy=_("Open the evaluation there is.")
        ) from None
    _owe(officer, at, made)
    return made


def _plan_problems(
    kind: str, title: str, period_from: date, period_to: date, due: date, at: datetime
) -> list[Problem]:
    problems = text_problem(title, "title", _("Give the evaluation a title."))
    if len(title) > 300:
        problems.append(Problem(_("The title is longer than 300 characters."), field="title"))
    if kind not in Evaluation.Kind.values:
        problems.append(Problem(_("There is no such kind of evaluation."), field="kind"))
    if period_to < period_from:
        problems.append(Problem(_("The period ends before it starts."), field="period_to"))
    if due < day(at):
        problems.append(Problem(_("The day it is due has passed."), field="due"))
    return problems


def _owe(officer: Officer, at: datetime, evaluation: Evaluation) -> None:
    marks.open_obligations(
        officer=officer,
        at=at,
        kind=INSPECTION.code,
        items=[
            marks.NewObligation(
                owner_id=evaluation.evaluator_id,
                owed_to_id=evaluation.plan.office_id,
                subject_kind=SUBJECT,
                subject_id=evaluation.pk,
                period_key="",
                label_en=f"Evaluation: {evaluation.title}"[:300],
                label_zh=f"评估：{evaluation.title}"[:200],
                opens=day(at),
                due=evaluation.due,
            )
        ],
    )


def _owed(evaluation: Evaluation) -> list[Obligation]:
    return list(
        Obligation.objects.filter(kind=INSPECTION.code, subject_kind=SUBJECT, subject_id=evaluation.pk)
    )


@act(Permission.EVALUATION_WRITE, subject="evaluation")
def write_summary(
    *, officer: Officer, at: datetime, evaluation: Evaluation, summary: str, row_version: int | None = None
) -> Evaluation:
    """Keep the summary as written so far; the first words begin the evaluation. Raises Stale, Conflict."""
    standing = _open(evaluation)
    unchanged(standing, row_version)
    refuse(
        _("The summary was not kept."),
        text_problem(summary, "summary", _("Write what the evaluation found.")),
    )
    standing.summary = summary.strip()
    return _begun(officer, at, standing)


def _open(evaluation: Evaluation) -> Evaluation:
    standing = locked(evaluation, "plan", "evaluator", "evaluated")
    if standing.state == Evaluation.State.FINAL:
        raise Conflict(_("A final evaluation is frozen."), remedy=_("Plan a new evaluation of the period."))
    return standing


def _begun(officer: Officer, at: datetime, standing: Evaluation) -> Evaluation:
    if standing.state == Evaluation.State.PLANNED:
        standing.state = Evaluation.State.UNDER_WAY
        marks.mark_begun(officer=officer, at=at, obligations=_owed(standing))
    standing.row_version += 1
    standing.save()
    return standing


@dataclass(frozen=True)
class NewFinding:
    """A finding as it is handed in; `response_due` None gives the addressee 30 working days from the end."""

    text: str
    severity: str
    addressed_to: Agency
    recommendation: str = ""
    response_due: date | None = None
    measures: Sequence[str] = ()


@act(Permission.EVALUATION_WRITE, subject="evaluation")
def add_finding(*, officer: Officer, at: datetime, evaluation: Evaluation, finding: NewFinding) -> Finding:
    """Add a finding to an evaluation that is not final. Raises Invalid, Conflict."""
    standing = _open(evaluation)
    keys = list(dict.fromkeys(finding.measures))
    problems = text_problem(finding.text, "text", _("Write what was found."))
    if finding.severity not in Finding.Severity.values:
        problems.append(Problem(_("Say how grave the finding is."), field="severity"))
    if finding.response_due is not None and finding.response_due < day(at):
        problems.append(Problem(_("The day for the response has passed."), field="response_due"))
    problems += measure_problems(measure_keys(standing.plan), keys)
    refuse(_("The finding was not added."), problems)
    last = standing.findings.order_by("-number").first()
    made = Finding.objects.create(
        evaluation=standing,
        number=last.number + 1 if last else 1,
        text=finding.text.strip(),
        recommendation=finding.recommendation.strip(),
        severity=finding.severity,
        addressed_to=finding.addressed_to,
        response_due=finding.response_due or _usual_due(max(standing.due, day(at))),
        author=officer,
    )
    FindingMeasure.objects.bulk_create(FindingMeasure(finding=made, measure_key=key) for key in keys)
    _begun(officer, at, standing)
    return made


def _usual_due(after: date) -> date:
    return WorkingDays(settings.COUNTRY).add(after, RESPONSE_WORKING_DAYS)


@act(Permission.EVALUATION_WRITE, subject="evaluation")
def drop_finding(*, officer: Officer, at: datetime, evaluation: Evaluation, number: int) -> Evaluation:
    """Take a finding out of an evaluation that is not final; numbers of the others stay. Raises Conflict."""
    standing = _open(evaluation)
    if not standing.findings.filter(number=number).delete()[0]:
        raise Conflict(_("The evaluation has no finding with this number."))
    return _begun(officer, at, standing)


@act(Permission.EVALUATION_FINISH, subject="evaluation")
def finish_evaluation(
    *, officer: Officer, at: datetime, evaluation: Evaluation, row_version: int | None = None
) -> Evaluation:
    """Make it final: frozen and hashed, its findings sent, and a response owed for each. Raises Conflict,
    Invalid without a summary, Stale.
    """
    standing = _open(evaluation)
    unchanged(standing, row_version)
    refuse(
        _("The evaluation is not ready to be final."),
        text_problem(standing.summary, "summary", _("Write what the evaluation found.")),
    )
    findings = list(standing.findings.select_related("addressed_to"))
    standing.content_hash = content_hash(standing, findings)
    standing.state = Evaluation.State.FINAL
    standing.finished_by, standing.finished_at = officer, at
    standing.row_version += 1
    for finding in findings:
        finding.state = Finding.State.RESPONSE_DUE
        finding.row_version += 1
        finding.save(update_fields=["state", "row_version"])
    FindingMove.objects.bulk_create(
        FindingMove(finding=f, from_state="draft", to_state=f.state, officer=officer, at=at) for f in findings
    )
    standing.save()
    marks.mark_met(officer=officer, at=at, obligations=_owed(standing))
    _owe_responses(officer, at, standing, findings)
    return standing


def content_hash(evaluation: Evaluation, findings: Sequence[Finding]) -> str:
    """The SHA-256 of the evaluation's words and findings in canonical JSON, in hexadecimal."""
    content = {
        "plan": evaluation.plan.key,
        "kind": evaluation.kind,
        "title": evaluation.title,
        "evaluator": evaluation.evaluator.key,
        "evaluated": evaluation.evaluated.key if evaluation.evaluated else "",
        "period": [evaluation.period_from.isoformat(), evaluation.period_to.isoformat()],
        "summary": evaluation.summary,
        "findings": [
            [f.number, f.severity, f.addressed_to.key, f.text, f.recommendation, f.response_due.isoformat()]
            for f in findings
        ],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _owe_responses(
    officer: Officer, at: datetime, evaluation: Evaluation, findings: Sequence[Finding]
) -> None:
    marks.open_obligations(
        officer=officer,
        at=at,
        kind=RESPONSE.code,
        items=[
            marks.NewObligation(
                owner_id=finding.addressed_to_id,
                owed_to_id=evaluation.plan.office_id,
                subject_kind=FINDING_SUBJECT,
                subject_id=finding.pk,
                period_key="",
                label_en=f"Respond to finding {finding.number}: {finding.text}"[:300],
                label_zh=f"回应评估发现{finding.number}：{finding.text}"[:200],
                opens=day(at),
                due=max(finding.response_due, day(at)),
            )
            for finding in findings
        ],
    )


@act(Permission.EVALUATION_FINISH, subject="evaluation", record=("kind",))
def enter_outcome(
    *,
    officer: Officer,
    at: datetime,
    evaluation: Evaluation,
    kind: str,
    agency: Agency,
    on: date,
    reason: str,
) -> EvaluationOutcome:
    """Enter one consequence of a final evaluation: where its result went, praise, liability or veto.

    kind: a code of the list `evaluation-outcomes`. Raises Invalid, Conflict before it is final.
    """
    standing = locked(evaluation)
    if standing.state != Evaluation.State.FINAL:
        raise Conflict(_("Only a final evaluation has consequences."), remedy=_("Finish it first."))
    problems = text_problem(reason, "reason", _("Say why, with the rule it rests on."))
    if kind not in outcome_kinds():
        problems.append(Problem(_("There is no such consequence."), field="kind"))
    if on > day(at):
        problems.append(Problem(_("The day lies ahead."), field="on"))
    refuse(_("The consequence was not entered."), problems)
    try:
        with transaction.atomic():
            return EvaluationOutcome.objects.create(
                evaluation=standing,
                kind=kind,
                agency=agency,
                on=on,
                reason=reason.strip(),
                entered_by=officer,
                entered_at=at,
            )
    except IntegrityError:
        raise Conflict(_("This consequence is entered already for the day.")) from None


__all__ = [
    "NewFinding",
    "add_finding",
    "content_hash",
    "drop_finding",
    "enter_outcome",
    "finish_evaluation",
    "plan_evaluation",
    "write_summary",
]
