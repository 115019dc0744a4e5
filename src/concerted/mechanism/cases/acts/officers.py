"""Sets officers aside from a case, and takes officers of other agencies in for named cases only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Appointment, Officer, Post
from concerted.foundation.people.models import Exclusion

from ..models import AgencyFile, Case, ConflictOfInterest, PersonLink, Secondment
from .common import checked, keep, keep_more, locked, locked_case, my_agency, need_text, not_there

SUPERVISOR = Post.Function.CASE_SUPERVISOR


@act(Permission.CONFLICT_DECLARE, subject=None)
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


@dataclass(frozen=True)
class Seconded:
    """A secondment and the appointment it gives."""

    secondment: Secondment
    appointment: Appointment

    def audit_detail(self) -> Mapping[str, Any]:
        return {"cases": list(self.secondment.cases), "officer_taken_in": self.secondment.officer_id}


@act(Permission.OFFICER_SECOND)
def second_officer(
    *,
    officer: Officer,
    at: datetime,
    guest: Officer,
    home_post: Post,
    cases: Sequence[Case],
    until: datetime,
) -> Seconded:
    """Take an officer of another agency in, as a case worker for these cases only, until a day.

    guest holds home_post now, a post of case work. The appointment ends with the secondment and the database shows
    the officer no other case under it. until: the appointment holds on its whole day. Raises Invalid, NotThere.
    """
    mine = my_agency(officer)
    live = Appointment.objects.live(at.date()).filter(officer=guest, post=home_post)
    if not live.exists() or home_post.agency_id == mine.pk or guest.pk == officer.pk:
        raise not_there()
    checked(
        None if cases else Problem(_("Name the cases."), field="cases"),
        None if until > at else Problem(_("The time has passed."), field="until"),
    )
    ids = [locked_case(case).pk for case in cases]
    _shut_others(guest, mine.pk, at)
    last = timezone.localdate(until)
    post = Post.objects.create(
        agency=mine,
        function=Post.Function.CASE_WORKER,
        title_en="Seconded case worker",
        title_zh="借调个案工作人员",
        valid_from=at.date(),
    )
    appointment = Appointment.objects.create(
        officer=guest,
        post=post,
        valid_from=at.date(),
        valid_to=last + timedelta(days=1),
        appointed_by=officer,
        reason="secondment",
    )
    secondment = Secondment.objects.create(
        officer=guest,
        home_id=home_post.agency_id,
        host=mine,
        cases=ids,
        since=at,
        until=until,
        made_by=officer,
        appointment=appointment,
    )
    return Seconded(secondment, appointment)


@act(Permission.OFFICER_SECOND)
def end_secondment(*, officer: Officer, at: datetime, secondment: Secondment) -> Secondment:
    """The officer goes home before the day, sent by the host or called back by home; the appointment ends today."""
    mine = my_agency(officer)
    standing = (
        Secondment.objects.select_for_update(of=("self",))
        .filter(Q(host=mine) | Q(home=mine), pk=secondment.pk)
        .first()
    )
    if standing is None or standing.officer_id == officer.pk:
        raise not_there()
    if standing.ended_at is not None:
        raise Conflict(_("The secondment has ended."))
    standing.ended_at, standing.ended_by = at, officer
    standing.save(update_fields=["ended_at", "ended_by"])
    held = Appointment.objects.filter(
        officer_id=standing.officer_id, post__agency_id=standing.host_id, reason="secondment"
    )
    if standing.appointment_id is not None:
        held = held.filter(pk=standing.appointment_id)
    today = timezone.localdate(at)
    held.filter(Q(valid_to=None) | Q(valid_to__gt=today)).update(
        valid_to=today, ended_reason="secondment ended"
    )
    return standing


def _shut_others(guest: Officer, host_id: int, at: datetime) -> None:
    """An officer with a post of his own in the host agency is no guest there."""
    own = Appointment.objects.live(at.date()).filter(officer=guest, post__agency_id=host_id)
    if own.exists():
        raise Invalid(_("The officer works in your agency already."))
