"""Who may be the second pair of eyes on a thing of case work: officers of the agency, never one who wrote it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import HasAccessFacts, allows, grants_for
from concerted.foundation.agencies.models import Appointment, Officer, Post

from ..models import ConflictOfInterest


@look(Permission.CASE_READ)
def second_officers(
    *,
    officer: Officer,
    at: datetime,
    permission: Permission,
    authors: Iterable[int | None] = (),
    case: int | None = None,
) -> list[Officer]:
    """The officers of the acting agency who can decide today what needs the permission, by name.

    authors: who wrote, asked for or proposed it, and can therefore not decide. case: leaves out who is set aside from
    it, as far as the acting officer may know.
    """
    functions = [function for function in Post.Function.values if grants_for(permission, function)]
    live = (
        Appointment.objects.live(timezone.localdate(at))
        .filter(post__agency=officer.agency_id, post__function__in=functions, officer__is_machine=False)
        .exclude(officer__in=[pk for pk in authors if pk is not None])
        .select_related("officer")
    )
    if case is not None:
        aside = ConflictOfInterest.objects.filter(case=case, until=None).values("officer")
        live = live.exclude(officer__in=aside)
    found = {each.officer_id: each.officer for each in live}
    return sorted(found.values(), key=lambda one: (one.name_en or "", one.pk))


def may_be_second(officer: Officer, permission: Permission, thing: HasAccessFacts) -> bool:
    """Whether the acting officer can decide on the thing, which another officer wrote."""
    return allows(officer, permission, thing.access_facts())
