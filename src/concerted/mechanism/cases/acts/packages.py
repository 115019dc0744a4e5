"""Keeps the book on sealed packages for somebody outside; their content is rendered and encrypted elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from concerted.errors import Conflict, NotThere
from concerted.foundation.access.door import act, acting, presenting
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.audit import acts as audit
from concerted.foundation.vault.reads import opened

from .. import codes
from ..models import Move, OutsidePackage, Referral
from ..sections import SEALED
from ..states import OUTSIDE
from ..tickets import PACKAGE, new_code, ticket_of
from .bases import check_basis, check_may_give
from .common import bump, checked, keep, locked, locked_open_case, meet, my_agency, need_code, not_there
from .disclosures import give
from .referrals import standing_referral

LASTS = timedelta(days=14)


@dataclass(frozen=True)
class Sealed:
    """A package in the book, and the code its recipient gives back; shown this once."""

    package: OutsidePackage
    acknowledgement: str


@act(Permission.REFERRAL_SEND, subject=standing_referral, record=("channel",))
def record_package(
    *,
    officer: Officer,
    at: datetime,
    referral: Referral,
    digest: str,
    channel: str,
    acknowledgement: str = "",
    note: str = "",
) -> Sealed:
    """The package of a sent referral to somebody outside was made and handed over: what was in it counts as given.

    digest: SHA-256 of the encrypted file, in hexadecimal. channel: by which other way the one-time code goes.
    acknowledgement: the code that lies inside the package (tickets.new_code), so that giving it back proves that it
    was opened; without one a fresh code is told beside it.
    The basis is asked anew: consent given when the referral was sent may have ended since. Raises Conflict where the
    referral was not sent, is not to somebody outside, or may not be given any more, and Invalid.
    """
    standing = locked(Referral, referral.pk)
    if standing.agency_id != officer.agency_id:
        raise not_there()
    if standing.to_agency_id is not None or standing.state not in ("sent", "seen"):
        raise Conflict(_("A package is made for a referral to somebody outside that was sent."))
    checked(need_code(channel, "channel", codes.OUTSIDE_CHANNELS))
    case = locked_open_case(standing.case)
    assert standing.until is not None
    check_basis(
        officer=officer,
        at=at,
        case=case,
        recipient=None,
        sections=standing.sections,
        purpose=standing.purpose,
        until=standing.until,
        consent=standing.consent,
        legal_basis=standing.legal_basis,
    )
    check_may_give(officer=officer, at=at, case=case, recipient=None, sections=standing.sections)
    words = opened(standing)
    given = [section for section in standing.sections if section not in SEALED]
    give(
        officer=officer,
        at=at,
        case=case,
        recipient=None,
        sections=given,
        purpose=standing.purpose,
        until=standing.until,
        consent=standing.consent,
        persons=standing.persons,
        referral=standing,
        outside=words.get("outside", {}),
    )
    code = acknowledgement or new_code()
    package = OutsidePackage(
        subject=standing.subject,
        case_id=standing.case_id,
        referral=standing,
        agency=my_agency(officer),
        officer=officer,
        sections=given,
        digest=digest,
        code=ticket_of(PACKAGE, code),
        made_at=at,
        expires_at=at + LASTS,
    )
    keep(package, {"recipient": words.get("outside", {}), "channel": channel, "note": note.strip()})
    return Sealed(package, code)


def acknowledge_package(*, at: datetime, code: str) -> bool:
    """The recipient outside gives the code back: the package has come. Nobody signs in for it.

    Returns True once and for every repetition. Raises NotThere for a code that is none or has run out.
    """
    ticket = ticket_of(PACKAGE, code)
    name = "cases.acknowledge_package"
    with presenting(ticket, at, act=name):
        package = OutsidePackage.objects.filter(code=ticket, expires_at__gt=at).first()
        if package is None:
            raise NotThere(_("There is no such package."))
        if package.acknowledged_at is not None:
            return True
        with acting(None, at, act=name, scope="cases", agency_id=package.agency_id):
            OutsidePackage.objects.filter(pk=package.pk).update(acknowledged_at=at)
            _move_on(package, at)
            audit.record(
                at=at,
                kind="act",
                act=name,
                officer_id=None,
                appointment_id=None,
                agency_id=package.agency_id,
                subject_kind="cases.case",
                subject_id=package.case_id,
            )
    return True


def _move_on(package: OutsidePackage, at: datetime) -> None:
    referral = locked(Referral, package.referral_id)
    if referral.state != Referral.State.SENT:
        return
    row = OUTSIDE.step(referral.state, "acknowledge")
    meet(None, at, referral, "cases.package_received")
    referral.state, referral.seen_at = row.target, at
    bump(referral)
    referral.save()
    move = Move(
        subject=referral.subject,
        case_id=referral.case_id,
        thing=OUTSIDE.name,
        thing_id=referral.pk,
        act=row.act,
        source=row.source,
        target=row.target,
        agency_id=package.agency_id,
        officer=None,
        at=at,
    )
    outside = opened(referral).get("outside") or {}
    keep(move, {"by": str(outside.get("name") or outside.get("body") or "")})
