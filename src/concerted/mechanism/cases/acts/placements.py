"""Asks for a shelter bed, keeps it, lives in it, leaves it; no shelter is fuller than its beds, nobody is in two."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from concerted.errors import Conflict
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer

from .. import codes
from ..clocks import clocks_for
from ..models import Case, Consent, Placement, Shelter
from ..states import PLACEMENT, Transition
from .bases import check_may_give, refuse_objected
from .common import (
    bump,
    checked,
    excuse,
    keep,
    keep_more,
    locked,
    locked_open_case,
    meet,
    my_agency,
    need_code,
    need_text,
    not_there,
    open_file,
    record_move,
    start_clock,
    tell,
)
from .disclosures import lay_interests, open_interests
from .referrals import PREVIEW_KEYS

KEPT = (Placement.State.OFFERED, Placement.State.IN)


def standing_placement(*, placement: Placement, **_rest: object) -> SubjectFacts:
    """Who asks for the bed and whose beds they are, as it stands now."""
    standing = Placement.objects.filter(pk=placement.pk).first()
    return standing.access_facts() if standing else SubjectFacts()


@act(Permission.ASSISTANCE_EDIT, subject=None)
def request_bed(
    *,
    officer: Officer,
    at: datetime,
    case: Case,
    shelter: Shelter,
    reason: str,
    preview: Mapping[str, Any] | None = None,
    consent: Consent | None = None,
) -> Placement:
    """Ask a shelter for a bed; it sees a preview and answers within the clock of the case. Raises Invalid, Conflict.

    The stay itself is what is asked for; sections are given by a disclosure. An agency may ask for its own beds.
    """
    standing = locked_open_case(case)
    shown = {"age_band": standing.age_band, "province_code": standing.province_code, **(preview or {})}
    checked(
        need_text(reason, "reason", _("Say what is needed.")),
        *(need_code(key, "preview", PREVIEW_KEYS) for key in shown),
    )
    if not shelter.is_open:
        raise Conflict(_("The shelter takes nobody now."))
    _refuse_asked_already(standing, shelter, my_agency(officer).pk)
    check_may_give(officer=officer, at=at, case=standing, recipient=shelter.agency, sections=())
    placement = Placement(
        subject=standing.subject,
        case=standing,
        shelter=shelter,
        agency=my_agency(officer),
        host_id=shelter.agency_id,
        officer=officer,
        preview=shown,
        requested_at=at,
    )
    keep(placement, {"reason": reason.strip(), "consent": consent.pk if consent else None})
    if shelter.agency_id != officer.agency_id:
        lay_interests(at, my_agency(officer), standing, shelter.agency, (), tag_of(placement))
    for clock in clocks_for("bed_asked", urgency=standing.urgency):
        start_clock(
            officer=officer,
            at=at,
            clock=clock,
            owner_id=shelter.agency_id,
            owed_to_id=my_agency(officer).pk,
            subject=placement,
        )
    tell(
        officer=officer,
        at=at,
        case=standing,
        to=shelter.agency_id,
        kind="placement_requested",
        thing=placement,
    )
    return placement


@act(Permission.PLACEMENT_DECIDE, subject=standing_placement, record=("planned_move",))
def offer_bed(
    *, officer: Officer, at: datetime, placement: Placement, planned_move: bool = False
) -> Placement:
    """Keep a bed for the person. Raises Conflict when every bed is taken; two offers never share one.

    planned_move: she is to come from another shelter, where she stays until then; without it a bed is not kept for
    somebody who is recorded as sheltered elsewhere.
    """
    elsewhere = _stays_elsewhere(placement)
    standing = locked(Placement, placement.pk)
    if elsewhere and not planned_move:
        raise _sheltered_elsewhere(
            standing,
            _("Where a move from there is agreed, say so: then the bed is kept until she comes."),
        )
    row = PLACEMENT.step(standing.state, "offer")
    shelter = locked(Shelter, standing.shelter_id)
    taken = set(Placement.objects.filter(shelter=shelter, state__in=KEPT).values_list("bed", flat=True))
    free = next((bed for bed in range(1, shelter.beds + 1) if bed not in taken), None)
    if free is None:
        raise Conflict(
            _("Every bed of the shelter is taken."), remedy=_("Decline, or wait until somebody leaves.")
        )
    standing.bed, standing.answered_at = free, at
    meet(officer, at, standing, "cases.answer")
    _moved(officer, at, standing, row, "placement_offered")
    return standing


@act(Permission.PLACEMENT_DECIDE, subject=standing_placement, record=("code",))
def decline_bed(
    *, officer: Officer, at: datetime, placement: Placement, code: str, note: str = ""
) -> Placement:
    """No bed, with a coded reason."""
    standing = locked(Placement, placement.pk)
    row = PLACEMENT.step(standing.state, "decline")
    checked(need_code(code, "code", codes.DECLINE_REASONS))
    standing.decline_code, standing.answered_at = code, at
    keep_more(standing, note=note.strip())
    meet(officer, at, standing, "cases.answer")
    _moved(officer, at, standing, row, "placement_declined")
    return standing


@act(Permission.PLACEMENT_DECIDE, subject=standing_placement)
def record_arrival(*, officer: Officer, at: datetime, placement: Placement) -> Placement:
    """The person has arrived: the shelter's own file and its interest in the case begin, and the leads of the case are
    told. Raises Conflict while the person stays in another bed, whichever agency keeps it: nobody is in two."""
    elsewhere = _stays_elsewhere(placement)
    standing = locked(Placement, placement.pk)
    if elsewhere:
        _refuse_two_beds(standing)
    row = PLACEMENT.step(standing.state, "arrive")
    standing.in_at = at
    if standing.agency_id != standing.host_id:
        open_interests(at, standing.agency_id, standing.host_id, tag_of(standing), None)
        refuse_objected(standing.case, my_agency(officer))
        open_file(officer=officer, at=at, case_id=standing.case_id, because="placement")
    _moved(officer, at, standing, row, "placement_in")
    _tell_leads(officer, at, standing, "placement_in")
    return standing


@act(Permission.PLACEMENT_DECIDE, subject=standing_placement, record=("left_as",))
def record_departure(
    *, officer: Officer, at: datetime, placement: Placement, left_as: str, note: str = ""
) -> Placement:
    """The person has left, and how; the bed is free again."""
    standing = locked(Placement, placement.pk)
    row = PLACEMENT.step(standing.state, "leave")
    checked(need_code(left_as, "left_as", codes.LEFT_AS))
    standing.out_at, standing.out_as = at, left_as
    keep_more(standing, note=note.strip())
    _moved(officer, at, standing, row, "placement_out")
    _tell_leads(officer, at, standing, "placement_out")
    return standing


@act(Permission.ASSISTANCE_EDIT, subject=None)
def withdraw_bed_request(
    *, officer: Officer, at: datetime, placement: Placement, reason: str = ""
) -> Placement:
    """The bed is not needed any more; a bed kept for it is free again."""
    standing = locked(Placement, placement.pk)
    if standing.agency_id != officer.agency_id:
        raise not_there()
    row = PLACEMENT.step(standing.state, "withdraw")
    excuse(officer, at, standing, "cases.", reason=_("The request was withdrawn."))
    _moved(officer, at, standing, row, "placement_withdrawn")
    return standing


def tag_of(placement: Placement) -> str:
    """The basis of the interest that a stay opens."""
    return f"bed-{placement.pk}"


def _refuse_asked_already(case: Case, shelter: Shelter, mine: int) -> None:
    """One request of an agency for a person at a shelter; another agency's is not told of."""
    live = (*KEPT, Placement.State.REQUESTED)
    if Placement.objects.filter(case=case, shelter=shelter, agency=mine, state__in=live).exists():
        raise Conflict(
            _("Your agency has asked this shelter for a bed on the case already."),
            remedy=_("Withdraw that request first, or ask another shelter."),
        )


def _stays_elsewhere(placement: Placement) -> bool:
    """Whether the person of the case is in a bed of any shelter; the case is held, so that two arrivals at once do not
    pass each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_sheltered_elsewhere(%s)", [placement.pk])
        return bool(cursor.fetchone()[0])


def _refuse_two_beds(placement: Placement) -> None:
    """Raises Conflict; it tells of a bed of the agency itself, and of another agency's only that there is one."""
    mine = Placement.objects.filter(case_id=placement.case_id, host_id=placement.host_id)
    if mine.filter(state=Placement.State.IN).exists():
        raise Conflict(
            _("The person of this case is in a bed of your agency already."),
            remedy=_("Record there that the person has left; then record the arrival here."),
        )
    raise _sheltered_elsewhere(
        placement, _("When it is recorded there that the person has left, the arrival can be recorded here.")
    )


def _sheltered_elsewhere(placement: Placement, then: str) -> Conflict:
    ask = (
        _("Ask the lead agency of the case.")
        if placement.agency_id == placement.host_id
        else _("Ask the lead agency of the case, or the agency that asked you for the bed.")
    )
    return Conflict(_("The person of this case is recorded as sheltered elsewhere."), remedy=f"{ask} {then}")


def _tell_leads(officer: Officer, at: datetime, placement: Placement, news: str) -> None:
    """The leads learn of every arrival and departure, so that nobody is thought to be in two shelters; not of the
    bed itself. Whoever asked is told by the step."""
    case = Case.objects.filter(pk=placement.case_id).first()
    for lead in case.lead_ids - {placement.agency_id} if case is not None else ():
        tell(officer=officer, at=at, case=case, to=lead, kind=news)


def _moved(officer: Officer, at: datetime, placement: Placement, row: Transition, news: str) -> None:
    other = placement.host_id if placement.agency_id == officer.agency_id else placement.agency_id
    placement.state = row.target
    bump(placement)
    placement.save()
    record_move(officer=officer, at=at, machine=PLACEMENT, thing=placement, row=row, other=other)
    tell(officer=officer, at=at, case=placement.case_id, to=other, kind=news, thing=placement)
