"""Who may see what of a case now, and who holds what of it; it opens no section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q

from concerted.foundation.access.door import look
from concerted.foundation.access.models import Interest
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.vault.reads import opened_all

from ..models import BreakGlass, Case, Disclosure, Message, Placement, Referral

CASE_KIND = "cases.case"


def live_interests(case: Case, agency_id: int | None, at: datetime) -> list[Interest]:
    """The live interests of one agency in a case."""
    return list(
        Interest.objects.filter(
            Q(until=None) | Q(until__gt=at),
            subject_kind=CASE_KIND,
            subject_id=case.pk,
            agency=agency_id,
            since__lte=at,
        )
    )


def is_emergency_only(case: Case, agency_id: int | None, at: datetime) -> bool:
    """Whether the agency knows of the case by emergency access alone: nothing of it is exported or shared."""
    bases = {interest.basis for interest in live_interests(case, agency_id, at)}
    return bool(bases) and bases <= {"break_glass"}


def is_restricted(case: Case) -> bool:
    """Whether the use of what is kept on the case is restricted, for the acting agency, at the person's wish."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_restricted(%s, NULL)", [case.pk])
        return bool(cursor.fetchone()[0])


@look(Permission.CASE_READ)
def known_participants(*, officer: Officer, at: datetime, case: Case) -> list[Agency]:
    """The agencies the acting one knows to take part: the leads, and those it exchanged the case with."""
    mine = officer.agency_id
    ids: set[int | None] = set(case.lead_ids)
    live = Disclosure.objects.filter(case=case, ended_at=None, until__gt=at)
    for pair in live.values_list("agency_id", "recipient_id"):
        ids |= set(pair) if mine in pair or mine in case.lead_ids else set()
    accepted = Referral.objects.filter(case=case, answered_at__isnull=False).exclude(state="declined")
    for pair in accepted.values_list("agency_id", "to_agency_id"):
        ids |= set(pair) if mine in pair or mine in case.lead_ids else set()
    for pair in Placement.objects.filter(case=case, state="in").values_list("agency_id", "host_id"):
        ids |= set(pair) if mine in pair or mine in case.lead_ids else set()
    ids |= set(Message.objects.filter(case=case).values_list("agency_id", flat=True))
    return list(
        Agency.objects.filter(pk__in=[pk for pk in ids if pk not in (None, mine)]).order_by("name_en")
    )


@dataclass(frozen=True)
class Holding:
    """One thing one holder has of a case: by what, given by whom, which sections, until when, how it stands.

    state: live, expired, recalled, withdrawn, or emergency. is_marked: the consent under it was withdrawn.
    outside: who it is, where it is nobody of the system.
    """

    holder: Agency | None
    outside: str
    giver: Agency
    sections: tuple[str, ...]
    basis: str
    purpose: str
    since: datetime
    until: datetime | None
    state: str
    is_marked: bool


@look(Permission.CASE_READ, recorded=True)
def who_holds_what(*, officer: Officer, at: datetime, case: Case) -> list[Holding]:
    """What was given of the case, to whom and on what: all of it for a lead, else what the acting agency gave or
    got. What was ever given stays on the list, for it cannot be unread."""
    given = list(
        Disclosure.objects.filter(case=case).select_related("recipient", "agency").order_by("-given_at", "id")
    )
    words = opened_all(given)
    found = [_of_disclosure(each, said or {}, at) for each, said in zip(given, words, strict=True)]
    broken = BreakGlass.objects.filter(case=case).select_related("agency")
    found += [
        Holding(
            each.agency,
            "",
            each.agency,
            tuple(each.sections),
            "break_glass",
            "",
            each.opened_at,
            each.until,
            "emergency",
            False,
        )
        for each in broken
    ]
    return found


def _of_disclosure(each: Disclosure, said: dict[str, object], at: datetime) -> Holding:
    outside = said.get("outside") or {}
    state = each.ended_as or ("live" if each.until > at else "expired")
    return Holding(
        holder=each.recipient,
        outside=str(outside.get("name", "")) if isinstance(outside, dict) else "",
        giver=each.agency,
        sections=tuple(each.sections),
        basis=each.legal_basis or "consent",
        purpose=each.purpose,
        since=each.given_at,
        until=each.ended_at or each.until,
        state=state,
        is_marked=each.marked_at is not None,
    )


def sections_open_to(case: Case, agency_id: int | None, at: datetime) -> frozenset[str]:
    """The sections any live interest of the agency names."""
    named: set[str] = set()
    for interest in live_interests(case, agency_id, at):
        named |= set(interest.sections)
    return frozenset(named)


def agencies_by_ids(ids: Sequence[int]) -> dict[int, Agency]:
    """The agencies with these ids."""
    return Agency.objects.in_bulk(list(ids))
