"""Opens a case, moves its stage, closes it with a second person, reopens it; it discloses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer, province_of
from concerted.foundation.vault import acts as vault

from .. import codes
from ..models import AgencyFile, Case, CaseLead, Placement, Referral, Report, Transfer, Urgency
from ..reads.obligations import owed_about
from ..state_words import CLOSING_ACTS
from ..states import CASE, REFERRAL, Transition
from .common import (
    bump,
    checked,
    excuse,
    grant_interest,
    locked_case,
    locked_open_case,
    my_agency,
    need_code,
    need_text,
    open_file,
    record_move,
    tell,
)
from .reports import link_to_case


def standing_facts(*, case: Case, **_rest: object) -> SubjectFacts:
    """Who leads the case as it stands now, and who proposed to close it."""
    standing = Case.objects.filter(pk=case.pk).first()
    return standing.access_facts() if standing else SubjectFacts()


@act(Permission.CASE_OPEN, record=("urgency", "age_band"))
def open_case(
    *,
    officer: Officer,
    at: datetime,
    report: Report | None = None,
    place_code: str = "000000",
    urgency: str = Urgency.ROUTINE,
    age_band: str = Case.AgeBand.UNKNOWN,
    risk: str = Case.Risk.UNKNOWN,
    handling: Sequence[str] = (),
    is_demonstration: bool = False,
) -> Case:
    """Open a case, led by the acting agency, with that agency's file; from a report, or where none came in.

    place_code: only its province reaches the spine. Raises Invalid, and Conflict for a report decided already.
    """
    check_opening(urgency=urgency, age_band=age_band, risk=risk, handling=handling)
    agency = my_agency(officer)
    case = Case(
        lead=agency,
        province_code=province_of(report.place_code if report else place_code),
        urgency=report.urgency if report else urgency,
        age_band=age_band,
        risk=risk,
        handling=list(handling),
        opened_at=at,
        opened_by=officer,
        changed_at=at,
        is_demonstration=is_demonstration,
    )
    vault.new_subject(at=at, subject=case.subject)
    grant_interest(at=at, granter=agency, agency_id=agency.pk, subject_id=case.pk, basis="lead")
    case.save(force_insert=True)
    CaseLead.objects.create(case=case, agency=agency, since=at)
    open_file(officer=officer, at=at, case_id=case.pk, because="opened")
    if report is not None:
        link_to_case(officer, at, report, case.pk)
    return case


def check_opening(*, urgency: str, age_band: str, risk: str, handling: Sequence[str] = ()) -> None:
    """Raise Invalid with every code with which a case would not be opened."""
    checked(
        need_code(urgency, "urgency", Urgency.values),
        need_code(age_band, "age_band", Case.AgeBand.values),
        need_code(risk, "risk", Case.Risk.values),
        *(need_code(flag, "handling", codes.HANDLING) for flag in handling),
    )


@act(Permission.CASE_LEAD, subject=standing_facts, record=("step",))
def advance_case(
    *, officer: Officer, at: datetime, case: Case, step: str, note: str = "", row_version: int | None = None
) -> Case:
    """Move the case one stage on, by an act of the table states.CASE. Raises Conflict, Stale."""
    standing = locked_case(case, row_version=row_version)
    row = CASE.step(standing.stage, step)
    if step in CLOSING_ACTS:
        raise Conflict(_("A case is closed and reopened by acts of their own."))
    standing.stage = row.target
    _save(standing, at)
    _record(officer, at, standing, row, note=note.strip())
    return standing


@act(Permission.CASE_LEAD, subject=standing_facts, record=("urgency", "risk", "age_band", "handling"))
def change_spine(
    *,
    officer: Officer,
    at: datetime,
    case: Case,
    row_version: int,
    urgency: str | None = None,
    risk: str | None = None,
    age_band: str | None = None,
    handling: Sequence[str] | None = None,
    place_code: str | None = None,
    why: str = "",
) -> Case:
    """Change what the spine tells; what is None stays. The mark of a legal hold is taken off for a reason (why) only;
    that it was set or taken off stays in the course of the case. Raises Stale when somebody else changed it, Invalid.
    """
    standing = locked_case(case, row_version=row_version)
    checked(
        need_code(urgency, "urgency", Urgency.values) if urgency is not None else None,
        need_code(risk, "risk", Case.Risk.values) if risk is not None else None,
        need_code(age_band, "age_band", Case.AgeBand.values) if age_band is not None else None,
        *(need_code(flag, "handling", codes.HANDLING) for flag in handling or ()),
        _needs_why(standing, handling, why),
    )
    held = "legal_hold" in standing.handling
    changes: dict[str, Any] = {
        "urgency": urgency,
        "risk": risk,
        "age_band": age_band,
        "handling": list(handling) if handling is not None else None,
        "province_code": province_of(place_code) if place_code is not None else None,
    }
    for name, value in changes.items():
        if value is not None:
            setattr(standing, name, value)
    _save(standing, at)
    if held != ("legal_hold" in standing.handling):
        stage = standing.stage
        row = Transition(stage, "lift_hold" if held else "set_hold", stage, Permission.CASE_LEAD, "")
        _record(officer, at, standing, row, reason=why.strip())
    return standing


def _needs_why(case: Case, handling: Sequence[str] | None, why: str) -> Problem | None:
    if handling is None or "legal_hold" in handling or "legal_hold" not in case.handling:
        return None
    return need_text(
        why, "why", _("Say why the legal hold is taken off; it stays in the course of the case.")
    )


@act(Permission.CASE_LEAD, subject=standing_facts, record=("closing",))
def propose_closing(*, officer: Officer, at: datetime, case: Case, closing: str, note: str = "") -> Case:
    """Propose to close the case for a coded reason; a second person of a lead agency decides. Raises Conflict
    with everything that still stands open."""
    standing = locked_open_case(case)
    row = CASE.step(standing.stage, "propose_closing")
    checked(need_code(closing, "closing", codes.CLOSURES))
    refuse_open_ends(standing, closing)
    standing.closing_as, standing.closing_by = closing, officer
    _save(standing, at)
    _record(officer, at, standing, row, note=note.strip(), closing=closing)
    return standing


@act(Permission.CASE_LEAD, subject=standing_facts)
def withdraw_closing(*, officer: Officer, at: datetime, case: Case, note: str = "") -> Case:
    """Take the proposal to close back, by whoever made it, or refuse it, by anybody else of a lead; the note stays in
    the course of the case, and every joint lead is told."""
    standing = locked_open_case(case)
    if not standing.closing_as:
        raise Conflict(_("Nobody proposed to close the case."))
    is_own = standing.closing_by_id == officer.pk
    row = CASE.step(standing.stage, "withdraw_closing" if is_own else "refuse_closing")
    closing, standing.closing_as, standing.closing_by = standing.closing_as, "", None
    _save(standing, at)
    _record(officer, at, standing, row, note=note.strip(), closing=closing)
    for lead in standing.lead_ids:
        tell(officer=officer, at=at, case=standing, to=lead, kind="closing_ended", thing=standing)
    return standing


@act(Permission.CASE_CLOSE, subject=standing_facts)
def close_case(*, officer: Officer, at: datetime, case: Case, note: str = "") -> Case:
    """Close a case that somebody else proposed to close. Raises Conflict while anything stands open."""
    standing = locked_open_case(case)
    row = CASE.step(standing.stage, "close")
    if not standing.closing_as or standing.closing_by_id is None:
        raise Conflict(_("Nobody proposed to close the case."), remedy=_("Propose it first."))
    refuse_open_ends(standing, standing.closing_as)
    standing.closed_as, standing.closed_at, standing.stage = standing.closing_as, at, row.target
    _save(standing, at)
    _record(officer, at, standing, row, note=note.strip(), closing=standing.closing_as)
    for referral in Referral.objects.filter(case=standing, agency=my_agency(officer)):
        excuse(officer, at, referral, "cases.read_answer", reason=_("The case was closed."))
    for lead in standing.lead_ids:
        tell(officer=officer, at=at, case=standing, to=lead, kind="case_closed", thing=standing)
    return standing


@act(Permission.CASE_LEAD, subject=standing_facts)
def reopen_case(*, officer: Officer, at: datetime, case: Case, reason: str) -> Case:
    """Reopen a closed case with a reason that stays in its log."""
    standing = locked_case(case)
    row = CASE.step(standing.stage, "reopen")
    checked(need_text(reason, "reason", _("Say why the case is reopened.")))
    was = standing.closed_as
    standing.closed_as, standing.closed_at = "", None
    standing.closing_as, standing.closing_by, standing.stage = "", None, row.target
    _save(standing, at)
    _record(officer, at, standing, row, reason=reason.strip(), was=was)
    for lead in standing.lead_ids:
        tell(officer=officer, at=at, case=standing, to=lead, kind="case_reopened", thing=standing)
    AgencyFile.objects.filter(case=standing, state=AgencyFile.State.CLOSED).update(
        state=AgencyFile.State.ACTIVE, changed_at=at
    )
    return standing


def refuse_open_ends(case: Case, closing: str) -> None:
    """Raise Conflict naming whatever keeps the case open; a case opened in error only needs its papers ended."""
    found = open_ends(case, closing)
    if found:
        raise Conflict(
            _("The case cannot be closed yet."),
            where=case.number,
            remedy=" ".join(str(problem.what) for problem in found),
        )


def open_ends(case: Case, closing: str) -> list[Problem]:
    """What keeps the case open: referrals under way, an offer of the lead, a person in a bed, duties, high risk."""
    found = []
    over = ("closed", "withdrawn", "feedback_seen", "draft", "completed", "not_completed", "declined")
    assert set(over) <= set(REFERRAL.states)
    if Referral.objects.filter(case=case).exclude(state__in=over).exists():
        found.append(Problem(_("A referral is under way.")))
    if Transfer.objects.filter(case=case, state=Transfer.State.OFFERED).exists():
        found.append(Problem(_("The lead is offered to another agency.")))
    if Placement.objects.filter(case=case, state__in=("requested", "offered", "in")).exists():
        found.append(Problem(_("A bed is asked for, kept or lived in.")))
    if _review_waits(case):
        found.append(Problem(_("An emergency access waits for its review.")))
    if owed_about(case):
        found.append(Problem(_("Something is still owed on the case.")))
    if closing in ("recovered", "settled") and case.risk in (Case.Risk.HIGH, Case.Risk.CRITICAL):
        found.append(Problem(_("The latest risk is high.")))
    return found


def _review_waits(case: Case) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_review_waits(%s)", [case.pk])
        return bool(cursor.fetchone()[0])


def _record(officer: Officer, at: datetime, case: Case, row: Transition, **words: str) -> None:
    """Write down a step of the spine, which everybody on the case sees."""
    record_move(officer=officer, at=at, machine=CASE, thing=case, row=row, is_shared=True, words=words)


def _save(case: Case, at: datetime) -> None:
    case.changed_at = at
    bump(case)
    case.save()
