"""Grants what a person is entitled to, from a day to a day, and issues numbered letters on it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer

from .. import codes
from ..models import Case, Entitlement, Letter
from ..states import ENTITLEMENT, Transition
from ..tickets import LETTER, new_code, ticket_of
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
)


@act(Permission.ASSISTANCE_EDIT, subject=None, record=("kind",))
def request_entitlement(
    *,
    officer: Officer,
    at: datetime,
    case: Case,
    kind: str,
    since: date | None = None,
    until: date | None = None,
    note: str = "",
) -> Entitlement:
    """Ask within the agency for an entitlement: reflection period, stay, relief and so on. Raises Invalid."""
    standing = locked_open_case(case)
    checked(need_code(kind, "kind", codes.ENTITLEMENTS), _span_problem(since, until))
    entitlement = Entitlement(
        subject=standing.subject,
        case=standing,
        agency=my_agency(officer),
        officer=officer,
        kind=kind,
        requested_at=at,
        since=since,
        until=until,
    )
    return keep(entitlement, {"note": note.strip()})


@act(Permission.ENTITLEMENT_GRANT)
def grant_entitlement(
    *, officer: Officer, at: datetime, entitlement: Entitlement, since: date, until: date | None
) -> Entitlement:
    """Grant it from a day to a day, by a supervisor who did not ask for it. Raises Conflict, Invalid."""
    standing = _own(officer, entitlement)
    row = ENTITLEMENT.step(standing.state, "grant")
    if standing.officer_id == officer.pk:
        raise Conflict(_("Who asks for an entitlement does not grant it."))
    checked(_span_problem(since, until))
    standing.since, standing.until = since, until
    return _decided(officer, at, standing, row)


@act(Permission.ENTITLEMENT_GRANT)
def refuse_entitlement(
    *, officer: Officer, at: datetime, entitlement: Entitlement, reason: str
) -> Entitlement:
    """Refuse it, with the reason."""
    standing = _own(officer, entitlement)
    row = ENTITLEMENT.step(standing.state, "refuse")
    checked(need_text(reason, "reason", _("Give the reason.")))
    keep_more(standing, decision=reason.strip())
    return _decided(officer, at, standing, row)


@act(Permission.ENTITLEMENT_GRANT)
def renew_entitlement(
    *, officer: Officer, at: datetime, entitlement: Entitlement, until: date
) -> Entitlement:
    """Let it run until a later day; letters issued before keep their own last day."""
    standing = _own(officer, entitlement)
    row = ENTITLEMENT.step(standing.state, "renew")
    if standing.until is None or until <= standing.until:
        raise Conflict(_("It is renewed to a later day only."))
    standing.until = until
    return _decided(officer, at, standing, row)


@act(Permission.ENTITLEMENT_GRANT)
def revoke_entitlement(
    *, officer: Officer, at: datetime, entitlement: Entitlement, reason: str
) -> Entitlement:
    """End it before its day; every letter on it is invalid from now on."""
    standing = _own(officer, entitlement)
    row = ENTITLEMENT.step(standing.state, "revoke")
    checked(need_text(reason, "reason", _("Give the reason.")))
    keep_more(standing, decision=reason.strip())
    Letter.objects.filter(entitlement=standing, revoked_at=None).update(revoked_at=at)
    return _decided(officer, at, standing, row)


@dataclass(frozen=True)
class Issued:
    """A letter and the code printed on it; the code is not kept and is shown this once."""

    letter: Letter
    code: str


@act(Permission.ENTITLEMENT_GRANT, record=("language",))
def issue_letter(
    *, officer: Officer, at: datetime, entitlement: Entitlement, language: str = "zh-hans"
) -> Issued:
    """Issue a letter with a number and a verification code; whoever holds it can ask whether it is valid.

    Raises Conflict for what is not granted or has run out.
    """
    return _issue(officer, at, _own(officer, entitlement), language)


@act(Permission.ENTITLEMENT_GRANT, record=("language",))
def replace_letter(*, officer: Officer, at: datetime, letter: Letter, language: str = "zh-hans") -> Issued:
    """Issue a letter in the place of another, lost or renewed: the old number is not valid from now on.

    Raises Conflict where the old one was revoked or the entitlement does not stand, NotThere.
    """
    old = _own_letter(officer, letter)
    if old.revoked_at is not None:
        raise Conflict(_("This letter was revoked before."), remedy=_("Issue a new letter."))
    issued = _issue(officer, at, _own(officer, old.entitlement), language, replaces=old)
    old.revoked_at = at
    old.save(update_fields=["revoked_at"])
    return issued


def _issue(
    officer: Officer, at: datetime, standing: Entitlement, language: str, replaces: Letter | None = None
) -> Issued:
    if standing.state != Entitlement.State.GRANTED:
        raise Conflict(_("A letter is issued on what is granted."))
    if standing.until is not None and standing.until < timezone.localdate(at):
        raise Conflict(_("The entitlement has run out."), remedy=_("Renew it first."))
    number, code = f"{at:%Y}-{secrets.randbelow(10**10):010d}", new_code()
    letter = Letter.objects.create(
        case_id=standing.case_id,
        entitlement=standing,
        agency=my_agency(officer),
        officer=officer,
        number=number,
        check_digest=ticket_of(LETTER, number, code),
        language=language,
        issued_at=at,
        valid_until=standing.until,
        replaces=replaces,
    )
    return Issued(letter, code)


@act(Permission.ENTITLEMENT_GRANT)
def revoke_letter(*, officer: Officer, at: datetime, letter: Letter) -> Letter:
    """One letter is invalid from now on; the entitlement stays."""
    standing = _own_letter(officer, letter)
    standing.revoked_at = standing.revoked_at or at
    standing.save(update_fields=["revoked_at"])
    return standing


def _own_letter(officer: Officer, letter: Letter) -> Letter:
    standing = locked(Letter, letter.pk)
    if standing.agency_id != officer.agency_id:
        raise not_there()
    return standing


def _own(officer: Officer, entitlement: Entitlement) -> Entitlement:
    standing = locked(Entitlement, entitlement.pk)
    if standing.agency_id != officer.agency_id:
        raise not_there()
    return standing


def _span_problem(since: date | None, until: date | None) -> Problem | None:
    if since is not None and until is not None and until < since:
        return Problem(_("It ends before it begins."), field="until")
    return None


def _decided(officer: Officer, at: datetime, entitlement: Entitlement, row: Transition) -> Entitlement:
    entitlement.state, entitlement.decided_at, entitlement.decided_by = row.target, at, officer
    bump(entitlement)
    entitlement.save()
    record_move(officer=officer, at=at, machine=ENTITLEMENT, thing=entitlement, row=row)
    return entitlement
