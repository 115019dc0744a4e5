"""What no machine meets: a case or a person open to its agency by emergency access alone; it opens nothing."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.models import Interest
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.people.models import Person

from ..models import Case
from .holding import is_emergency_only


@look(Permission.CASE_READ)
def case_for_machine(*, officer: Officer, at: datetime, pk: int) -> Case:
    """The spine of a case. Raises NotThere also where it is open by emergency access alone: that is for an officer
    who reads it on the page and takes nothing away."""
    found = Case.objects.select_related("lead", "opened_by").filter(pk=pk).first()
    if found is None or is_emergency_only(found, officer.agency_id, at):
        raise NotThere(_("There is no such case."))
    return found


@look(Permission.PERSON_READ)
def person_for_machine(*, officer: Officer, at: datetime, pk: int) -> Person:
    """A record without identity. Raises NotThere also where it is open by emergency access alone."""
    found = Person.objects.select_related("agency", "created_by").filter(pk=pk).first()
    if found is None or (found.agency_id != officer.agency_id and _by_emergency_only(officer, at, pk)):
        raise NotThere(_("There is no such person."))
    return found


def _by_emergency_only(officer: Officer, at: datetime, pk: int) -> bool:
    live = Interest.objects.filter(
        Q(until=None) | Q(until__gt=at),
        subject_kind="people.person",
        subject_id=pk,
        agency=officer.agency_id,
        since__lte=at,
    )
    return set(live.values_list("basis", flat=True)) <= {"break_glass"}
