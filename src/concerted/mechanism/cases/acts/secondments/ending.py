"""Ends a secondment before its day, or a single case of it; what came to it ends with it."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import Conflict
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Appointment, Officer

from ...models import AgencyFile, Case, Secondment
from ...states import SECONDMENT
from ..common import bump, excuse, locked, my_agency, not_there, tell
from .shared import end_one, need_running, worked_cases


@act(Permission.OFFICER_SECOND, subject="secondment")
def end_secondment(*, officer: Officer, at: datetime, secondment: Secondment) -> Secondment:
    """The officer goes home before the day, sent by the host or called back by home; the appointment ends today, with
    every further case, and what waits for an answer about them is let off."""
    standing = locked(Secondment, secondment.pk)
    mine = my_agency(officer).pk
    if mine not in (standing.host_id, standing.home_id) or standing.officer_id == officer.pk:
        raise not_there()
    row = SECONDMENT.step(standing.state, "end")
    if standing.widens_id is not None:
        raise Conflict(_("It ends with the secondment it came to."), remedy=_("End that secondment."))
    end_one(officer, at, standing, row.target)
    _end_further(officer, at, standing)
    today = timezone.localdate(at)
    assert standing.appointment_id is not None
    Appointment.objects.filter(pk=standing.appointment_id, valid_to__gt=today).update(
        valid_to=today, ended_reason="secondment ended"
    )
    other = standing.home_id if mine == standing.host_id else standing.host_id
    tell(officer=officer, at=at, case=None, to=other, kind="secondment_ended", thing=standing)
    return standing


@act(Permission.OFFICER_SECOND, subject="secondment")
def take_case_back(*, officer: Officer, at: datetime, secondment: Secondment, case: Case) -> Secondment:
    """The host lets a lent officer work one case no more, while the others go on; his home agency learns that it is one
    fewer, and not which. The host's file is given to nobody where he worked it. Raises Conflict for the last case,
    NotThere."""
    standing = locked(Secondment, secondment.pk)
    if standing.host_id != my_agency(officer).pk or standing.officer_id == officer.pk:
        raise not_there()
    base_id = standing.widens_id or standing.pk
    need_running(locked(Secondment, base_id), at)
    worked = worked_cases(base_id)
    if not worked.filter(secondment=standing, case=case).exists():
        raise not_there()
    if worked.count() == 1:
        raise Conflict(
            _("It is the only case the officer works."),
            remedy=_("End the secondment instead: send the officer home."),
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_case_taken_back(%s, %s)", [standing.pk, case.pk])
    AgencyFile.objects.filter(case=case, agency=standing.host_id, assigned_to=standing.officer_id).update(
        assigned_to=None, changed_at=at
    )
    standing.taken_back += 1
    bump(standing)
    standing.save()
    tell(officer=officer, at=at, case=None, to=standing.home_id, kind="lent_case_taken_back", thing=standing)
    return standing


def _end_further(officer: Officer, at: datetime, base: Secondment) -> None:
    """What came to a secondment ends with it; a request that waits is one no more."""
    own = Secondment.objects.select_for_update(of=("self",)).filter(widens=base)
    for further in own.filter(state__in=("asked", "agreed")):
        waits = further.state == Secondment.State.ASKED
        if waits:
            excuse(officer, at, further, "cases.", reason=_("The secondment has ended."))
        end_one(officer, at, further, SECONDMENT.step(further.state, "withdraw" if waits else "end").target)
