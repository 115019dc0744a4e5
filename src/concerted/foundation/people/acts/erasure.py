"""Erasure by two officers: one asks, another looks at the dry run and decides, and a key is destroyed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, NotThere, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.vault import acts as vault
from concerted.foundation.vault.files import remove_files_of
from concerted.foundation.vault.sealing import Erased
from concerted.foundation.vault.tombstones import standing

from ..holdings import holdings
from ..models import ErasureRequest, Person, SearchMark
from ..reads.retention import in_the_way, listing_of
from ..schedule import rule_of
from ..whose import acting_agency


@act(Permission.ERASURE_REQUEST, subject="person", record=("ground", "rule", "reference"))
def request_erasure(
    *,
    officer: Officer,
    at: datetime,
    person: Person,
    ground: str,
    rule: str = "",
    event_on: date | None = None,
    latest_birth: date | None = None,
    reference: str = "",
) -> ErasureRequest:
    """Ask for a person to be erased; keeps the dry run that the second officer will answer to.

    ground `schedule` names its rule and the day of the event it counts from. Raises Invalid, or Conflict where
    a hold stands or another part holds it back, the day has not come, or a request waits already.
    """
    if ground not in ErasureRequest.Ground.values:
        raise Invalid(
            _("Nothing was requested."), problems=[Problem(_("This is none of the codes."), field="ground")]
        )
    if ground == ErasureRequest.Ground.SCHEDULE:
        _refuse_before_its_day(rule, event_on, latest_birth, at)
    elif not reference.strip():
        raise Invalid(
            _("Nothing was requested."),
            problems=[Problem(_("The file number of the decision is needed."), field="reference")],
        )
    locked = Person.objects.select_for_update(of=("self",)).filter(pk=person.pk, erased_at=None).first()
    if locked is None:
        raise NotThere(_("There is no such person."))
    _refuse_what_is_held(locked)
    if ErasureRequest.objects.filter(person=locked, state=ErasureRequest.State.REQUESTED).exists():
        raise Conflict(_("A request to erase this person waits already."))
    return ErasureRequest.objects.create(
        person=locked,
        subject=locked.subject,
        agency_id=acting_agency(officer),
        ground=ground,
        rule=rule,
        reference=reference.strip()[:80],
        requested_at=at,
        requested_by=officer,
        listed=listing_of(locked),
    )


@act(Permission.ERASURE_APPROVE, subject="request")
def approve_erasure(*, officer: Officer, at: datetime, request: ErasureRequest) -> ErasureRequest:
    """As another officer, erase for ever: marks, files and what other parts keep go, and the key is destroyed.

    The tombstone is on the disk before the database commits, and is applied again after every restore. Raises
    Conflict under a hold or for a decided request, Stale when more is kept now than the dry run listed.
    """
    person = _decided(officer, at, request, ErasureRequest.State.DONE)
    _refuse_what_is_held(person, request)
    subjects = [person.subject]
    for holding in holdings():
        subjects += holding.subjects(person)
        holding.removing(person, at)
    remove_files_of(subjects=subjects, at=at)
    SearchMark.objects.filter(person=person).delete()
    Person.objects.filter(pk=person.pk).update(erased_at=at)
    proofs = [_destroyed(subject, at, request.ground) for subject in subjects]
    ErasureRequest.objects.filter(pk=request.pk).update(proof=proofs[0])
    request.refresh_from_db()
    return request


@act(Permission.ERASURE_APPROVE, subject="request", record=("reason",))
def refuse_erasure(
    *, officer: Officer, at: datetime, request: ErasureRequest, reason: str = ""
) -> ErasureRequest:
    """As another officer, leave everything as it is. Raises Conflict for a decided request."""
    _decided(officer, at, request, ErasureRequest.State.REFUSED)
    request.refresh_from_db()
    return request


def _destroyed(subject: UUID, at: datetime, reason: str) -> str:
    """The proof that the subject's key is gone; it may be gone already when a crash cut an approval short."""
    try:
        return vault.destroy_key(subject=subject, at=at, reason=reason).proof
    except Erased:
        return next((stone.proof for stone in standing() if stone.subject == subject), "")


def _decided(officer: Officer, at: datetime, request: ErasureRequest, state: str) -> Person:
    """Write the decision down, once; returns the person, held until the transaction ends."""
    person = Person.objects.select_for_update(of=("self",)).filter(pk=request.person_id).first()
    waiting = ErasureRequest.objects.filter(pk=request.pk, state=ErasureRequest.State.REQUESTED)
    if person is None or not waiting.update(state=state, decided_at=at, decided_by=officer):
        raise Conflict(_("This request was decided before."))
    return person


def _refuse_what_is_held(person: Person, request: ErasureRequest | None = None) -> None:
    for error in in_the_way(person, request):
        raise error


def _refuse_before_its_day(key: str, event_on: date | None, latest_birth: date | None, at: datetime) -> None:
    rule = rule_of(key)
    if event_on is None or (rule.until_age is not None and latest_birth is None):
        raise Invalid(
            _("Nothing was requested."),
            problems=[
                Problem(_("The day of the event that the years count from is needed."), field="event_on")
            ],
        )
    first = rule.first_day(event_on, latest_birth=latest_birth)
    if at.date() < first:
        raise Conflict(
            _("By the schedule this person may be erased from %(day)s on.") % {"day": first.isoformat()},
            remedy=_("Wait for that day, or name another ground."),
        )
