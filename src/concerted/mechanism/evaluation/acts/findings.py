"""Answers findings, claims and verifies what was promised; it never changes what an evaluator found."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from concerted.errors import Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.obligations import marks
from concerted.foundation.obligations.models import Obligation

from ..kinds import ACTION, RESPONSE
from ..models import Finding, FindingMove
from ..states import FINDING, move
from .checking import day, locked, refuse, text_problem, unchanged
from .evaluations import FINDING_SUBJECT

RESPONSES = ("accepted", "partly", "rejected")


@act(Permission.FINDING_RESPOND, subject="finding", record=("kind",))
def respond(
    *,
    officer: Officer,
    at: datetime,
    finding: Finding,
    kind: str,
    text: str,
    action: str = "",
    action_due: date | None = None,
    row_version: int | None = None,
) -> Finding:
    """Give the management response: accepted or partly with an action and its day, or rejected with a reason.

    The promised action becomes an obligation of its own. Raises Invalid, Conflict, Stale.
    """
    standing = _standing(finding, row_version)
    refuse(_("The response was not sent."), _response_problems(kind, text, action, action_due, at))
    row = move(FINDING, standing.state, kind)
    standing.response, standing.response_kind = text.strip(), kind
    standing.action, standing.action_due = action.strip(), action_due
    standing.responded_by, standing.responded_at = officer, at
    _go(officer, at, standing, row.target, text.strip())
    marks.mark_met(officer=officer, at=at, obligations=_owed(standing, RESPONSE.code))
    if action_due is not None:
        _owe_action(officer, at, standing, action_due)
    return standing


def _response_problems(
    kind: str, text: str, action: str, action_due: date | None, at: datetime
) -> list[Problem]:
    problems = text_problem(text, "text", _("Write the response; a rejection needs its reason."))
    if kind not in RESPONSES:
        problems.append(Problem(_("Say whether the finding is accepted, partly or not."), field="kind"))
    if kind == "rejected" and (action.strip() or action_due):
        problems.append(Problem(_("A rejected finding promises no action."), field="action"))
    if kind in ("accepted", "partly"):
        problems += text_problem(action, "action", _("Write what will be done."))
        if action_due is None:
            problems.append(Problem(_("Name the day by which it will be done."), field="action_due"))
        elif action_due < day(at):
            problems.append(Problem(_("The day for the action has passed."), field="action_due"))
    return problems


@act(Permission.FINDING_RESPOND, subject="finding")
def claim_done(
    *, officer: Officer, at: datetime, finding: Finding, evidence: str, row_version: int | None = None
) -> Finding:
    """Say that the promised action is done, with the evidence; somebody outside verifies. Raises Invalid,
    Conflict, Stale.
    """
    standing = _standing(finding, row_version)
    refuse(
        _("The action was not claimed as done."),
        text_problem(evidence, "evidence", _("Name the evidence: document, number, date.")),
    )
    row = move(FINDING, standing.state, "claim")
    standing.evidence = evidence.strip()
    _go(officer, at, standing, row.target, evidence.strip())
    marks.mark_met(officer=officer, at=at, obligations=_owed(standing, ACTION.code))
    return standing


@act(Permission.FINDING_VERIFY, subject="finding")
def verify(*, officer: Officer, at: datetime, finding: Finding, note: str = "") -> Finding:
    """Confirm, from outside the agency that acted, that it is done; the finding is closed. Raises Conflict."""
    standing = _standing(finding, None)
    row = move(FINDING, standing.state, "verify")
    standing.closed_at = at
    _go(officer, at, standing, row.target, note.strip())
    marks.mark_accepted(officer=officer, at=at, obligations=_owed(standing, ACTION.code))
    return standing


@act(Permission.FINDING_VERIFY, subject="finding", record=("reason",))
def send_back(*, officer: Officer, at: datetime, finding: Finding, reason: str) -> Finding:
    """Say what is missing from the evidence; the agency claims again. Raises Invalid, Conflict."""
    standing = _standing(finding, None)
    refuse(_("It was not sent back."), text_problem(reason, "reason", _("Say what is missing.")))
    row = move(FINDING, standing.state, "send_back")
    target = standing.response_kind or row.target
    _go(officer, at, standing, target, reason.strip())
    owed = _owed(standing, ACTION.code)
    marks.mark_returned(officer=officer, at=at, obligations=owed, reason=reason.strip())
    return standing


@act(Permission.FINDING_VERIFY, subject="finding", record=("reason",))
def close_rejected(*, officer: Officer, at: datetime, finding: Finding, reason: str) -> Finding:
    """Close a finding that its addressee rejected, with the evaluator's reason; it stays visible."""
    standing = _standing(finding, None)
    refuse(_("It was not closed."), text_problem(reason, "reason", _("Say why it is left at that.")))
    row = move(FINDING, standing.state, "close")
    standing.closed_at = at
    _go(officer, at, standing, row.target, reason.strip())
    return standing


def _standing(finding: Finding, row_version: int | None) -> Finding:
    standing = locked(finding, "evaluation__plan", "addressed_to")
    unchanged(standing, row_version)
    return standing


def _go(officer: Officer, at: datetime, finding: Finding, target: str, reason: str) -> None:
    FindingMove.objects.create(
        finding=finding,
        from_state=finding.state,
        to_state=target,
        officer=officer,
        at=at,
        reason=reason,
    )
    finding.state = target
    finding.row_version += 1
    finding.save()


def _owed(finding: Finding, kind: str) -> list[Obligation]:
    return list(Obligation.objects.filter(kind=kind, subject_kind=FINDING_SUBJECT, subject_id=finding.pk))


def _owe_action(officer: Officer, at: datetime, finding: Finding, due: date) -> None:
    marks.open_obligations(
        officer=officer,
        at=at,
        kind=ACTION.code,
        items=[
            marks.NewObligation(
                owner_id=finding.addressed_to_id,
                owed_to_id=finding.evaluation.plan.office_id,
                subject_kind=FINDING_SUBJECT,
                subject_id=finding.pk,
                period_key="",
                label_en=f"Finding {finding.number}: {finding.action}"[:300],
                label_zh=f"评估发现{finding.number}整改：{finding.action}"[:200],
                opens=day(at),
                due=due,
            )
        ],
    )
