"""The queue of an agency page by page, for machines that read all of it; the site shows the urgent first."""

from __future__ import annotations

from datetime import datetime

from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer

from ..models import Placement, Referral, Transfer
from .referrals import ENDED, UNDER_WAY, WAITING

GROUPS = {"waiting": WAITING, "under_way": UNDER_WAY, "ended": ENDED}


@look(Permission.REFERRAL_READ)
def referrals_after(
    *, officer: Officer, at: datetime, is_sent: bool, state: str = "", after: int = 0, limit: int
) -> list[Referral]:
    """Referrals that the agency wrote, or else was asked, in order of their number behind `after`.

    state: one of GROUPS or of the states; empty for all.
    """
    found = Referral.objects.select_related("agency", "to_agency").defer("sealed").filter(pk__gt=after)
    found = found.filter(**{"agency" if is_sent else "to_agency": officer.agency_id})
    if state:
        found = found.filter(state__in=GROUPS.get(state, (state,)))
    return list(found.order_by("pk")[:limit])


@look(Permission.REFERRAL_READ)
def transfers_after(
    *, officer: Officer, at: datetime, state: str = "", after: int = 0, limit: int
) -> list[Transfer]:
    """Offers of a lead that the agency made or got, in order of their number behind `after`."""
    found = Transfer.objects.select_related("agency", "to_agency").defer("sealed").filter(pk__gt=after)
    return list((found.filter(state=state) if state else found).order_by("pk")[:limit])


@look(Permission.REFERRAL_READ)
def placements_after(
    *, officer: Officer, at: datetime, state: str = "", after: int = 0, limit: int
) -> list[Placement]:
    """What is asked of the agency's own shelters and who lives there, in order of its number behind `after`."""
    found = Placement.objects.select_related("shelter", "agency", "host").defer("sealed")
    found = found.filter(host_id=officer.agency_id, pk__gt=after)
    return list((found.filter(state=state) if state else found).order_by("pk")[:limit])
