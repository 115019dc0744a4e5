"""Sets officers aside from a case, and lifts it by a third officer; it lends nobody."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from concerted.errors import Conflict
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Appointment, Officer, Post
from concerted.foundation.people.models import Exclusion

from ..models import AgencyFile, Case, ConflictOfInterest, PersonLink
from .common import checked, keep, keep_more, locked, locked_case, my_agency, need_text, not_there

SUPERVISOR = Post.Function.CASE_SUPERVISOR


@act(Permission.CONFLICT_DECLARE, subject=None, in_emergency=True)
def declare_conflict(
    *, officer: Officer, at: datetime, case: Case, related: Officer, reason: str
) -> ConflictOfInterest:
    """Set an officer of the acting agency aside: oneself, or by a supervisor a colleague. To that officer the case
    does not exist from now on, and its file is taken off the officer's desk."""
    standing = locked_case(case)
    checked(need_text(reason, "reason", _("Say what the conflict is.")))
    assert officer.acting is not None
    if related.pk != officer.pk and officer.acting.post.function != SUPERVISOR:
        raise Conflict(_("A colleague is set aside by a supervisor."))
    here = Appointment.objects.filter(officer=related, post__agency=my_agency(officer))
    if not here.exists():
        raise not_there()
    if ConflictOfInterest.objects.filter(case=standing, officer=related, until=None).exists():
        raise Conflict(_("The officer is set aside already."))
    AgencyFile.objects.filter(case=standing, agency=my_agency(officer), assigned_to=related).update(
        assigned_to=None, changed_at=at
    )
    for person_id in _own_persons(standing, my_agency(officer).pk):
        Exclusion.objects.create(person_id=person_id, officer=related, agency=my_agency(officer), since=at)
    conflict = ConflictOfInterest(
        subject=standing.subject,
        case=standing,
        officer=related,
        agency=my_agency(officer),
        declared_by=officer,
        since=at,
    )
    return keep(conflict, {"reason": reason.strip()})


@act(Permission.CONFLICT_DECLARE, subject=None)
def ask_to_lift_conflict(
    *, officer: Officer, at: datetime, conflict: ConflictOfInterest, reason: str
) -> ConflictOfInterest:
    """Say that a conflict does not stand any more; a supervisor who is a third person agrees or refuses.

    Raises NotThere for another agency's or one's own, Conflict where it was lifted or asked for before, Invalid.
    """
    standing = _standing_conflict(officer, conflict)
    if standing.lift_asked_by_id is not None:
        raise Conflict(_("Lifting it was asked for already."))
    checked(need_text(reason, "reason", _("Say why it does not stand any more.")))
    standing.lift_asked_at, standing.lift_asked_by = at, officer
    keep_more(standing, lift_reason=reason.strip()).save()
    return standing


@act(Permission.CASE_ASSIGN)
def end_conflict(*, officer: Officer, at: datetime, conflict: ConflictOfInterest) -> ConflictOfInterest:
    """The conflict does not stand any more; decided by a supervisor who neither asked for it nor is concerned."""
    standing = _asked_conflict(officer, conflict)
    standing.until, standing.lifted_by = at, officer
    standing.save(update_fields=["until", "lifted_by"])
    persons = _own_persons(standing.case, my_agency(officer).pk)
    Exclusion.objects.filter(
        person__in=persons, officer=standing.officer_id, agency=my_agency(officer), until=None
    ).update(until=at)
    return standing


@act(Permission.CASE_ASSIGN)
def keep_conflict(*, officer: Officer, at: datetime, conflict: ConflictOfInterest) -> ConflictOfInterest:
    """The conflict goes on standing; lifting it may be asked for again."""
    standing = _asked_conflict(officer, conflict)
    standing.lift_asked_at, standing.lift_asked_by = None, None
    standing.save(update_fields=["lift_asked_at", "lift_asked_by"])
    return standing


def _standing_conflict(officer: Officer, conflict: ConflictOfInterest) -> ConflictOfInterest:
    standing = locked(ConflictOfInterest, conflict.pk)
    if standing.officer_id == officer.pk:
        raise not_there()
    if standing.until is not None:
        raise Conflict(_("It was lifted before."))
    return standing


def _asked_conflict(officer: Officer, conflict: ConflictOfInterest) -> ConflictOfInterest:
    standing = _standing_conflict(officer, conflict)
    if standing.lift_asked_by_id is None:
        raise Conflict(_("Nobody asked to lift it."), remedy=_("A colleague asks first, and says why."))
    if standing.lift_asked_by_id == officer.pk:
        raise Conflict(_("Whoever asked for it does not decide."), remedy=_("Another supervisor decides."))
    return standing


def _own_persons(case: Case, agency_id: int) -> list[int]:
    """The agency's own records of the persons on the case."""
    links = PersonLink.objects.filter(case=case, agency=agency_id, ended_at=None)
    return sorted(set(links.values_list("person_id", flat=True)))
