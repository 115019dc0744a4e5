"""Which agency a duty of a family falls to in a place; it knows the register of agencies and no case."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from concerted.foundation.access.policy import INTAKE
from concerted.foundation.agencies.models import Agency, Appointment, is_within, province_of

from ..law import families, kinds_of
from ..models import IntakeDesk

NATION = "000000"


def family_in(family: str, *, place_code: str, on: date) -> Agency | None:
    """The agency of that family nearest above the place: county, prefecture, province, else the nation's."""
    keys = families()[family]
    codes = _upward(place_code)
    found = (
        Agency.objects.standing(on)
        .filter(Q(line__key__in=keys) | Q(key__in=keys), place_code__in=codes)
        .order_by("key")
    )
    nearest = {agency.place_code: agency for agency in reversed(list(found))}
    return next((nearest[code] for code in codes if code in nearest), None)


def answerable(family: str, *, mine: Agency, place_code: str, on: date) -> Agency:
    """The acting agency itself where it is of the family, else the family's agency for the place, else itself."""
    if family in kinds_of(mine):
        return mine
    return family_in(family, place_code=place_code, on=on) or mine


def intake_desk(place_code: str) -> Agency | None:
    """The agency that takes reports from the public for the place, or None where none is named.

    A report of a place nobody knows is never turned away: without a desk of the nation the widest desk takes it.
    """
    desk = answering_desk(place_code)
    return desk.agency if desk else None


def answering_desk(place_code: str) -> IntakeDesk | None:
    """The desk behind `intake_desk`."""
    standing = IntakeDesk.objects.filter(ended_at=None).select_related("agency")
    codes = _upward(place_code)
    desks = {desk.place_code: desk for desk in standing.filter(place_code__in=codes)}
    found = next((desks[code] for code in codes if code in desks), None)
    if found is None and place_code == NATION:
        return min(
            standing.order_by("place_code"), key=lambda desk: len(desk.place_code.rstrip("0")), default=None
        )
    return found


def may_keep_desk(agency: Agency, place_code: str) -> bool:
    """Whether the place lies in the agency's own, or the agency's own in it."""
    own = agency.place_code or NATION
    return is_within(place_code, own) or is_within(own, place_code)


def taking_reports(on: date) -> QuerySet[Appointment]:
    """The live appointments to posts that take and triage reports."""
    return Appointment.objects.live(on).filter(post__function__in=INTAKE)


def _upward(code: str) -> list[str]:
    return list(dict.fromkeys([code, code[:4] + "00", province_of(code), "000000"]))
