"""Decides whether a person is a victim, by two officers of an agency the law names, and reviews that; a screening
decides nothing here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer
from concerted.foundation.obligations import marks
from concerted.foundation.obligations.models import Obligation

from .. import law
from ..clocks import clocks_for
from ..models import Case, Entitlement, StatusDecision
from ..reads.obligations import owed_about
from ..states import ENTITLEMENT, STATUS, Transition
from .common import (
    bump,
    checked,
    keep,
    keep_more,
    locked,
    locked_open_case,
    my_agency,
    need_code,
    need_text,
    not_there,
    record_move,
    start_clock,
    tell,
)

Kind, Finding = StatusDecision.Kind, StatusDecision.Finding


def standing_decision(*, decision: StatusDecision, **_rest: object) -> SubjectFacts:
    """Whose decision it is and who put it forward, as it stands now."""
    standing = StatusDecision.objects.filter(pk=decision.pk).first()
    return standing.access_facts() if standing else SubjectFacts()


@act(Permission.STATUS_PROPOSE, subject=None, record=("kind", "finding", "basis"))
def propose_status(
    *,
    officer: Officer,
    at: datetime,
    case: Case,
    kind: str,
    finding: str,
    reasons: str,
    basis: str = "",
    reflection_until: date | None = None,
) -> StatusDecision:
    """Put forward a decision on victim status; a supervisor of the agency other than the officer decides.

    kind: presumption, on which protection begins, or recognition, which is final. basis: the rule the decision names;
    without one only a negative decision stands. reflection_until: until when a positive one lets the person reflect.
    Raises Invalid, and Conflict where the law gives the decision to others.
    """
    standing = locked_open_case(case)
    mine = my_agency(officer)
    checked(
        need_code(kind, "kind", law.status_kinds()),
        need_code(finding, "finding", Finding.values),
        need_text(reasons, "reasons", _("Give the reasons.")),
        _basis_problem(kind, finding, basis),
        _reflection_problem(finding, reflection_until, timezone.localdate(at)),
    )
    if not law.may_decide(mine, kind):
        raise Conflict(
            _("Your agency does not decide this."),
            remedy=_("Presume the person a victim, or refer the case to the agency that decides."),
        )
    if StatusDecision.objects.filter(case=standing, agency=mine, state="proposed").exists():
        raise Conflict(_("A decision was put forward already."), remedy=_("Decide on it first."))
    decision = StatusDecision(
        subject=standing.subject,
        case=standing,
        agency=mine,
        officer=officer,
        kind=kind,
        finding=finding,
        basis=basis,
        proposed_at=at,
        reflection_until=reflection_until,
    )
    keep(decision, {"reasons": reasons.strip()})
    start_status_clocks("status_proposed", officer, at, decision, owed_to=mine.pk)
    return decision


@act(Permission.STATUS_DECIDE, subject=standing_decision)
def decide_status(
    *, officer: Officer, at: datetime, decision: StatusDecision, row_version: int, note: str = ""
) -> StatusDecision:
    """Decide as it was put forward. An earlier decision of the agency on the case no longer holds; a period of
    reflection begins where one was put forward; the leads of the case are told. Raises Stale, Conflict."""
    standing = _own(officer, decision, row_version)
    row = STATUS.step(standing.state, "decide")
    if standing.officer_id == officer.pk:
        raise Conflict(_("Whoever puts a decision forward does not decide."))
    locked_open_case(standing.case)
    standing.replaces = _replace_earlier(officer, at, standing)
    _stamp(officer, at, standing, row, note)
    if standing.reflection_until is not None:
        standing.reflection = _grant_reflection(officer, at, standing)
    standing.save()
    meet_status_clocks(officer, at, standing, "decide_status")
    _conclude(officer, at, standing)
    tell_leads(officer, at, standing, "status_decided")
    return standing


@act(Permission.STATUS_DECIDE, subject=standing_decision)
def send_status_back(
    *, officer: Officer, at: datetime, decision: StatusDecision, row_version: int, note: str
) -> StatusDecision:
    """Do not decide as it was put forward; the reason is kept. Raises Stale, Conflict, Invalid."""
    standing = _own(officer, decision, row_version)
    row = STATUS.step(standing.state, "send_back")
    checked(need_text(note, "note", _("Give the reason.")))
    _stamp(officer, at, standing, row, note)
    standing.save()
    meet_status_clocks(officer, at, standing, "decide_status")
    return standing


@act(Permission.STATUS_PROPOSE)
def withdraw_status(
    *, officer: Officer, at: datetime, decision: StatusDecision, row_version: int
) -> StatusDecision:
    """Take back what was put forward and not decided. Raises Stale, Conflict, NotThere."""
    standing = _own(officer, decision, row_version)
    row = STATUS.step(standing.state, "withdraw")
    standing.state = row.target
    bump(standing)
    standing.save()
    excuse_status_clocks(officer, at, standing.case, standing.pk, "decide_status")
    record_move(officer=officer, at=at, machine=STATUS, thing=standing, row=row)
    return standing


def start_status_clocks(
    event: str, officer: Officer, at: datetime, decision: StatusDecision, *, owed_to: int
) -> list[Obligation]:
    """Raise the clocks of an event on the case; each decision has its own."""
    raised = (
        start_clock(
            officer=officer,
            at=at,
            clock=clock,
            owner_id=decision.agency_id,
            owed_to_id=owed_to,
            subject=decision.case,
            period_key=str(decision.pk),
            case_number=decision.case.number,
        )
        for clock in clocks_for(event)
    )
    return [each for each in raised if each is not None]


def meet_status_clocks(officer: Officer, at: datetime, decision: StatusDecision, *keys: str) -> None:
    """Mark met what is owed on the decision by these clocks."""
    marks.mark_met(officer=officer, at=at, obligations=_owed(decision.case, decision.pk, *keys))


def excuse_status_clocks(officer: Officer, at: datetime, case: Case, decision_id: int, *keys: str) -> None:
    """Let off what is owed on a decision that was withdrawn, or on its review."""
    marks.mark_excused(
        officer=officer,
        at=at,
        obligations=_owed(case, decision_id, *keys),
        reason=_("The request was withdrawn."),
    )


def _owed(case: Case, decision_id: int, *keys: str) -> list[Obligation]:
    owed = owed_about(case, *(f"cases.{key}" for key in keys))
    return [one for one in owed if one.period_key == str(decision_id)]


def tell_leads(officer: Officer, at: datetime, decision: StatusDecision, kind: str) -> None:
    """News for every agency that leads the case."""
    for lead in decision.case.lead_ids:
        tell(officer=officer, at=at, case=decision.case, to=lead, kind=kind)


def replace_decision(officer: Officer, at: datetime, earlier: StatusDecision) -> None:
    """An earlier decision no longer holds; what it granted stands until it is revoked."""
    row = STATUS.step(earlier.state, "replace")
    earlier.state = row.target
    bump(earlier)
    earlier.save()
    record_move(officer=officer, at=at, machine=STATUS, thing=earlier, row=row)


def _replace_earlier(officer: Officer, at: datetime, decision: StatusDecision) -> StatusDecision | None:
    found = list(
        StatusDecision.objects.select_for_update(of=("self",)).filter(
            case=decision.case_id, agency=decision.agency_id, state="decided"
        )
    )
    for each in found:
        if each.kind == Kind.RECOGNITION and decision.kind == Kind.PRESUMPTION:
            raise Conflict(
                _("The status was decided finally."), remedy=_("Put another final decision forward.")
            )
        meet_status_clocks(officer, at, each, "conclude_status")
        replace_decision(officer, at, each)
    return found[0] if found else None


def _conclude(officer: Officer, at: datetime, decision: StatusDecision) -> None:
    """A presumption by an agency that may decide finally starts the clock to do so."""
    presumed = decision.kind == Kind.PRESUMPTION and decision.finding == Finding.VICTIM
    if presumed and law.may_decide(my_agency(officer), Kind.RECOGNITION):
        start_status_clocks("status_presumed", officer, at, decision, owed_to=decision.case.lead_id)


def _grant_reflection(officer: Officer, at: datetime, decision: StatusDecision) -> Entitlement:
    """The period of reflection as an entitlement, asked for by who put the decision forward."""
    entitlement = Entitlement(
        subject=decision.subject,
        case_id=decision.case_id,
        agency_id=decision.agency_id,
        officer_id=decision.officer_id,
        kind="reflection_period",
        state=Entitlement.State.GRANTED,
        requested_at=decision.proposed_at,
        since=timezone.localdate(at),
        until=decision.reflection_until,
        decided_at=at,
        decided_by=officer,
    )
    keep(entitlement, {"note": ""})
    row = ENTITLEMENT.step("requested", "grant")
    record_move(officer=officer, at=at, machine=ENTITLEMENT, thing=entitlement, row=row)
    return entitlement


def _stamp(officer: Officer, at: datetime, decision: StatusDecision, row: Transition, note: str) -> None:
    decision.state, decision.decided_at, decision.decided_by = row.target, at, officer
    bump(decision)
    keep_more(decision, decision=note.strip())
    words: dict[str, Any] = {}
    record_move(officer=officer, at=at, machine=STATUS, thing=decision, row=row, words=words)


def _own(officer: Officer, decision: StatusDecision, row_version: int) -> StatusDecision:
    standing = locked(StatusDecision, decision.pk, row_version=row_version)
    if standing.agency_id != officer.agency_id:
        raise not_there()
    return standing


def _basis_problem(kind: str, finding: str, basis: str) -> Problem | None:
    known: Iterable[str] = (key for key, one in law.status_bases().items() if kind in one.kinds)
    if not basis and finding == Finding.VICTIM:
        return Problem(_("Name the rule the decision stands on."), field="basis")
    return need_code(basis, "basis", known) if basis else None


def _reflection_problem(finding: str, until: date | None, today: date) -> Problem | None:
    if until is None:
        return None
    if finding != Finding.VICTIM:
        return Problem(_("A period of reflection is for a victim only."), field="reflection_until")
    if until <= today:
        return Problem(_("It ends before it begins."), field="reflection_until")
    return None
