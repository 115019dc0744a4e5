"""Sets officers aside from a case, and takes officers of other agencies in for named cases only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Appointment, Officer, Post
from concerted.foundation.people.models import Exclusion

from ..models import AgencyFile, Case, ConflictOfInterest, PersonLink, Secondment
from .common import checked, keep, locked_case, my_agency, need_text, not_there

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


@act(Permission.CASE_ASSIGN)
def end_conflict(*, officer: Officer, at: datetime, conflict: ConflictOfInterest) -> ConflictOfInterest:
    """The conflict does not stand any more; decided by a supervisor other than the officer concerned."""
    standing = ConflictOfInterest.objects.filter(pk=conflict.pk).first()
    if standing is None or standing.officer_id == officer.pk:
        raise not_there()
    ConflictOfInterest.objects.filter(pk=standing.pk, until=None).update(until=at)
    persons = _own_persons(standing.case, my_agency(officer).pk)
    Exclusion.objects.filter(
        person__in=persons, officer=standing.officer_id, agency=my_agency(officer), until=None
    ).update(until=at)
    standing.until = at
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
    the officer no other case under it. Raises Invalid, NotThere.
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
        valid_to=until.date(),
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
    )
    return Seconded(secondment, appointment)


@act(Permission.OFFICER_SECOND)
def end_secondment(*, officer: Officer, at: datetime, secondment: Secondment) -> Secondment:
    """The officer goes home before the day; the appointment ends today."""
    standing = Secondment.objects.filter(pk=secondment.pk, host=my_agency(officer)).first()
    if standing is None:
        raise not_there()
    standing.ended_at = at
    standing.save(update_fields=["ended_at"])
    Appointment.objects.filter(
        officer_id=standing.officer_id, post__agency_id=standing.host_id, reason="secondment"
    ).update(valid_to=at.date(), ended_reason="secondment ended")
    return standing


def _shut_others(guest: Officer, host_id: int, at: datetime) -> None:
    """An officer with a post of his own in the host agency is no guest there."""
    own = Appointment.objects.live(at.date()).filter(officer=guest, post__agency_id=host_id)
    if own.exists():
        raise Invalid(_("The officer works in your agency already."))
