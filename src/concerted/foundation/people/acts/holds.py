"""Sets legal holds on records, and lifts them by two officers: one asks, another agrees; it erases nothing."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, NotThere, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer
from concerted.foundation.vault import acts as vault
from concerted.foundation.vault.reads import opened

from ..models import LegalHold, Person
from ..whose import acting_agency

_LONGEST_REASON = 2_000


def standing_hold(*, hold: LegalHold, **_rest: object) -> SubjectFacts:
    """Whose hold it is and who asked to lift it, as it stands now."""
    standing = LegalHold.objects.filter(pk=hold.pk).first()
    return standing.access_facts() if standing else SubjectFacts()


@act(Permission.HOLD_SET, record=("ground", "reference"))
def set_hold(
    *, officer: Officer, at: datetime, person: Person, ground: str, reference: str = "", reason: str = ""
) -> LegalHold:
    """Forbid the erasure of a person's record for now, whoever's it is, as long as identity may be seen.

    reference: the file number of the matter that needs it, never a name. reason: sealed under the person's key.
    Raises Invalid or NotThere.
    """
    if ground not in LegalHold.Ground.values:
        raise Invalid(
            _("The hold was not set."),
            problems=[Problem(_("This is none of the codes."), field="ground")],
        )
    _refuse_long(reason)
    seen = Person.objects.filter(pk=person.pk, erased_at=None).first()
    if seen is None:
        raise NotThere(_("There is no such person."))
    hold = LegalHold(
        subject=seen.subject,
        person=seen,
        owner_id=seen.agency_id,
        agency_id=acting_agency(officer),
        ground=ground,
        reference=reference.strip()[:80],
        set_at=at,
        set_by=officer,
    )
    vault.keep(hold, {"reason": reason.strip()})
    hold.save(force_insert=True)
    return hold


@act(Permission.HOLD_SET, subject=None)
def ask_to_lift_hold(*, officer: Officer, at: datetime, hold: LegalHold, reason: str) -> LegalHold:
    """Say that a hold of the acting agency's own is not needed any more; another officer agrees or refuses.

    Raises Conflict where it is not its own, was lifted, or lifting was asked for already; Invalid without a reason.
    """
    standing = _own_standing(officer, hold)
    if standing.lift_asked_by_id is not None:
        raise Conflict(_("Lifting this hold was asked for already."))
    if not reason.strip():
        raise Invalid(
            _("It was not asked for."),
            problems=[Problem(_("Say why the hold is not needed any more."), field="reason")],
        )
    _refuse_long(reason)
    standing.lift_asked_at, standing.lift_asked_by = at, officer
    before = opened(standing) if bytes(standing.sealed or b"") else {}
    vault.keep(standing, {**before, "lift_reason": reason.strip()})
    standing.save(update_fields=["lift_asked_at", "lift_asked_by", "sealed"])
    return standing


@act(Permission.HOLD_LIFT, subject=standing_hold)
def lift_hold(*, officer: Officer, at: datetime, hold: LegalHold) -> LegalHold:
    """Lift a hold as a second officer; raises Conflict where nobody asked for it, or it was lifted before."""
    standing = _own_standing(officer, hold)
    if standing.lift_asked_by_id is None:
        raise Conflict(_("Nobody asked to lift this hold."), remedy=_("Ask first; another officer agrees."))
    standing.lifted_at, standing.lifted_by = at, officer
    standing.save(update_fields=["lifted_at", "lifted_by"])
    return standing


@act(Permission.HOLD_LIFT, subject=standing_hold)
def keep_hold(*, officer: Officer, at: datetime, hold: LegalHold) -> LegalHold:
    """Leave the hold standing, as a second officer; lifting may be asked for again."""
    standing = _own_standing(officer, hold)
    if standing.lift_asked_by_id is None:
        raise Conflict(_("Nobody asked to lift this hold."))
    standing.lift_asked_at, standing.lift_asked_by = None, None
    standing.save(update_fields=["lift_asked_at", "lift_asked_by"])
    return standing


def _own_standing(officer: Officer, hold: LegalHold) -> LegalHold:
    own = LegalHold.objects.select_for_update(of=("self",)).filter(
        pk=hold.pk, agency_id=acting_agency(officer), lifted_at=None
    )
    standing = own.first()
    if standing is None:
        raise Conflict(_("This hold is another agency's, or was lifted before."))
    return standing


def _refuse_long(reason: str) -> None:
    if len(reason) > _LONGEST_REASON:
        raise Invalid(
            _("It was not saved."),
            problems=[Problem(_("Write at most 2,000 characters."), field="reason")],
        )
