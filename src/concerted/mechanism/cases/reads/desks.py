"""The desks that take the public's reports, for whoever is on duty; it tells of no report."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer, significant_digits

from ..models import IntakeDesk
from .competence import NATION, answering_desk, may_keep_desk, taking_reports


@look(Permission.DIRECTORY_READ)
def own_desks(*, officer: Officer, at: datetime) -> list[IntakeDesk]:
    """The desks the acting agency keeps now, by place."""
    return list(_standing().filter(agency=officer.agency_id))


@look(Permission.DIRECTORY_READ)
def desks_around(*, officer: Officer, at: datetime, place_code: str) -> list[IntakeDesk]:
    """Every desk of a place and below it, with the nation's, by place; of the nation, those of whole provinces."""
    if place_code == NATION:
        return list(_standing().filter(place_code__endswith="0000"))
    within = Q(place_code__startswith=significant_digits(place_code))
    return list(_standing().filter(within | Q(place_code=NATION)))


@look(Permission.DIRECTORY_READ)
def desks_after(*, officer: Officer, at: datetime, within: str, after: str, limit: int) -> list[IntakeDesk]:
    """Every desk in order of its place behind `after`. within: a place, the nation for all."""
    below = _standing().filter(place_code__startswith=significant_digits(within))
    return list(below.filter(place_code__gt=after)[:limit])


@look(Permission.DIRECTORY_READ)
def desk_of(*, officer: Officer, at: datetime, place_code: str) -> IntakeDesk | None:
    """The desk that would take a report of the place now: its own, else the nearest above; None where nobody would."""
    return answering_desk(place_code)


@look(Permission.DIRECTORY_READ)
def desk_at(*, officer: Officer, at: datetime, place_code: str) -> IntakeDesk:
    """The desk that was named for this very place. Raises NotThere."""
    found = _standing().filter(place_code=place_code).first()
    if found is None:
        raise NotThere(_("No desk is named for this place."))
    return found


@look(Permission.DIRECTORY_EDIT, subject="desk")
def possible_keepers(*, officer: Officer, at: datetime, desk: IntakeDesk) -> list[Agency]:
    """The agencies a desk can be handed over to: of its place, with somebody who takes reports; nearest first."""
    staffed = taking_reports(timezone.localdate(at)).values("post__agency")
    found = Agency.objects.filter(pk__in=staffed).exclude(pk=desk.agency_id).order_by("-place_code", "key")
    return [each for each in found if may_keep_desk(each, desk.place_code)]


def _standing() -> QuerySet[IntakeDesk]:
    return IntakeDesk.objects.filter(ended_at=None).select_related("agency").order_by("place_code")
