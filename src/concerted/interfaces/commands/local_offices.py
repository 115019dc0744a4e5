"""Lets the system load a real local plan as the office that keeps it; it gives no human any right."""

from __future__ import annotations

from datetime import date, datetime

from concerted.foundation.access.acts import (
    appoint,
    bootstrap_machine_officer,
    create_post,
    register_officer,
)
from concerted.foundation.agencies.reads import (
    Appointment,
    Officer,
    agency_by_key,
    live_appointments,
    officer_by_username,
)
from concerted.mechanism.plan.document import PlanDocument

USERNAME = "system-local-offices"
_SINCE = date(2000, 1, 1)


def office_of_plan(document: PlanDocument, *, at: datetime) -> Officer:
    """The system's officer acting as the office that the plan names; raises LookupError where there is none."""
    agency = agency_by_key(document.plan.office or "")
    if agency is None:
        raise LookupError(document.plan.office)
    machine = bootstrap_machine_officer(at=at)
    officer = officer_by_username(USERNAME) or register_officer(
        officer=machine,
        at=at,
        username=USERNAME,
        name_en="Concerted (system), for local offices",
        name_zh="系统（代地方办公室）",
    )
    held = _held(officer, agency.key, at)
    if held is None:
        post = create_post(
            officer=machine,
            at=at,
            agency=agency,
            function="provincial_office",
            title_en="System, for the loading of plans already adopted",
            title_zh="系统（载入已通过的计划）",
        )
        appoint(officer=machine, at=at, appointee=officer, post=post, valid_from=_SINCE)
        held = _held(officer, agency.key, at)
    officer.acting = held
    return officer


def _held(officer: Officer, agency: str, at: datetime) -> Appointment | None:
    held = live_appointments(officer=officer, on=at.date())
    return next((one for one in held if one.post.agency.key == agency), None)
