"""Names, hands over and ends the desks that take the public's reports of a place; it takes no report itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.agencies.reads import place_on

from ..models import IntakeDesk
from ..reads.competence import NATION, intake_desk, may_keep_desk, taking_reports
from .common import checked, locked, my_agency, tell


def _own(*, officer: Officer, **_rest: object) -> SubjectFacts:
    return SubjectFacts(owners=frozenset({officer.agency_id} if officer.agency_id else ()))


@dataclass(frozen=True)
class HandedOver:
    """A desk that another agency keeps from now on."""

    desk: IntakeDesk
    before: int

    def audit_subject(self) -> tuple[str, int]:
        return self.desk._meta.label_lower, self.desk.pk

    def audit_detail(self) -> Mapping[str, Any]:
        return {"place_code": self.desk.place_code, "from_agency": self.before}


@act(Permission.DIRECTORY_EDIT, subject=_own, record=("place_code",))
def name_intake_desk(*, officer: Officer, at: datetime, place_code: str) -> IntakeDesk:
    """The acting agency takes the public's reports for the place, and all below it without a desk, from now on.

    The place lies in the agency's own, or the agency's own in it. Raises Invalid, and Conflict where another agency
    keeps the desk: reports are not taken away from anybody, whoever keeps the desk hands it over.
    """
    mine = my_agency(officer)
    checked(_place_problem(mine, place_code, at))
    standing = (
        IntakeDesk.objects.filter(place_code=place_code, ended_at=None).select_related("agency").first()
    )
    if standing is not None and standing.agency_id == mine.pk:
        return standing
    if standing is None:
        try:
            with transaction.atomic():
                return IntakeDesk.objects.create(place_code=place_code, agency=mine, set_at=at)
        except IntegrityError:
            pass
    raise Conflict(
        _("Another agency takes the reports of this place."),
        remedy=_("It hands the desk over to yours first."),
    )


@act(Permission.DIRECTORY_EDIT, subject="desk", record=("place_code",))
def hand_over_intake_desk(
    *, officer: Officer, at: datetime, desk: IntakeDesk, to_agency: Agency
) -> HandedOver:
    """Another agency takes the reports of the place from now on, and is told so; what came in before stays with the
    acting one.

    Raises Invalid for an agency in which nobody takes reports, or of another place, and Conflict for a desk that ended.
    """
    standing = _standing(desk)
    checked(
        Problem(_("This agency keeps the desk already."), field="to_agency")
        if to_agency.pk == standing.agency_id
        else None,
        None
        if taking_reports(timezone.localdate(at)).filter(post__agency=to_agency).exists()
        else Problem(_("Nobody in this agency takes reports."), field="to_agency"),
        None
        if may_keep_desk(to_agency, standing.place_code)
        else Problem(_("The place is none of this agency's."), field="to_agency"),
    )
    before = standing.agency_id
    _end(standing, at)
    made = IntakeDesk.objects.create(place_code=standing.place_code, agency=to_agency, set_at=at)
    _tell(officer, at, made, to_agency.pk, "desk_handed_over")
    return HandedOver(made, before)


@act(Permission.DIRECTORY_EDIT, subject="desk", record=("place_code",))
def end_intake_desk(*, officer: Officer, at: datetime, desk: IntakeDesk) -> IntakeDesk:
    """The acting agency takes no new reports of the place; the desk nearest above takes them, and is told so.

    Raises Conflict where nobody would: no report of the public is turned away.
    """
    standing = _standing(desk)
    _end(standing, at)
    above = None if standing.place_code == NATION else intake_desk(standing.place_code)
    if above is None:
        raise Conflict(
            _("Nobody else would take the reports of this place."),
            remedy=_("Hand the desk over to another agency instead."),
        )
    _tell(officer, at, standing, above.pk, "desk_ended_below")
    return standing


def _tell(officer: Officer, at: datetime, desk: IntakeDesk, to: int, kind: str) -> None:
    tell(officer=officer, at=at, case=None, to=to, kind=kind, thing=desk)


def _standing(desk: IntakeDesk) -> IntakeDesk:
    standing = locked(IntakeDesk, desk.pk)
    if standing.ended_at is not None:
        raise Conflict(_("This desk has ended."), remedy=_("Look at who takes the reports now."))
    return standing


def _end(desk: IntakeDesk, at: datetime) -> None:
    desk.ended_at = at
    desk.save(update_fields=["ended_at"])


def _place_problem(agency: Agency, place_code: str, at: datetime) -> Problem | None:
    if place_on(code=place_code, on=timezone.localdate(at)) is None:
        return Problem(_("There is no place of this code."), field="place_code")
    if not may_keep_desk(agency, place_code):
        return Problem(
            _("The place is none of your agency's."),
            field="place_code",
            remedy=_("Name a place within your agency's own, or one in which it lies."),
        )
    return None
