"""Who may see what of a case now, and who holds what of it; it opens no section."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from concerted.errors import Invalid, Problem
from concerted.foundation.access.door import look
from concerted.foundation.access.models import Interest
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.vault.reads import opened_all

from ..models import BreakGlass, Case, Consent, Disclosure, Message, Placement, Referral
from .sharing import was_taken_back

CASE_KIND = "cases.case"
REASON_AT_LEAST = 4


def need_reason(why: str) -> None:
    """Raises Invalid where no reason is given for opening what is sealed."""
    if len(why.strip()) < REASON_AT_LEAST:
        raise Invalid(
            _("What is sealed opens for a reason only."),
            problems=[Problem(_("Say why you need to read it."), field="why")],
        )


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
    return only_by_emergency(live_interests(case, agency_id, at))


def only_by_emergency(interests: Sequence[Interest]) -> bool:
    """Whether these live interests are emergency accesses and nothing else."""
    bases = {interest.basis for interest in interests}
    return bool(bases) and bases <= {"break_glass"}


def is_restricted(case: Case) -> bool:
    """Whether the use of what is kept on the case is restricted, for the acting agency, at the person's wish."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_restricted(%s, NULL)", [case.pk])
        return bool(cursor.fetchone()[0])


@look(Permission.CASE_READ)
def known_participants(*, officer: Officer, at: datetime, case: Case) -> list[Agency]:
    """The agencies the acting one knows to take part: the leads, and those it exchanged the case with."""
    of = {"case": case}
    ids = participants(
        case,
        officer.agency_id,
        at,
        Disclosure.objects.filter(**of).defer("sealed"),
        Referral.objects.filter(**of).defer("sealed"),
        Placement.objects.filter(**of).defer("sealed"),
        Message.objects.filter(**of).defer("sealed"),
    )
    return list(Agency.objects.filter(pk__in=ids).order_by("name_en"))


def participants(
    case: Case,
    mine: int | None,
    at: datetime,
    disclosures: Iterable[Disclosure],
    referrals: Iterable[Referral],
    placements: Iterable[Placement],
    messages: Iterable[Message],
) -> set[int]:
    """The ids of the agencies that take part as far as these rows tell the acting one; a lead learns of all."""
    pairs = [
        *((one.agency_id, one.recipient_id) for one in disclosures if not one.ended_at and one.until > at),
        *(
            (one.agency_id, one.to_agency_id)
            for one in referrals
            if one.answered_at and one.state != Referral.State.DECLINED
        ),
        *((one.agency_id, one.host_id) for one in placements if one.state == Placement.State.IN),
    ]
    leads = mine in case.lead_ids
    known = {pk for pair in pairs if leads or mine in pair for pk in pair if pk is not None}
    return (known | set(case.lead_ids) | {one.agency_id for one in messages}) - {mine}


@dataclass(frozen=True)
class Holding:
    """One thing one holder has of a case: by what, given by whom, which sections, until when, how it stands.

    state: live, expired, recalled, withdrawn, or emergency. is_marked: the consent under it was withdrawn,
    or its guardian is suspected. outside: who it is, where it is nobody of the system. basis: consent, break_glass, or
    the key of a rule of law, with relies_on, what it names. consent: the one it was given on, where the acting agency
    may know it. by_law: it stays open by law after the person took her consent to the holder back.
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
    relies_on: str = ""
    consent: Consent | None = None
    by_law: bool = False


@look(Permission.CASE_READ, recorded=True)
def who_holds_what(*, officer: Officer, at: datetime, case: Case) -> list[Holding]:
    """What was given of the case, to whom and on what: all of it for a lead, else what the acting agency gave or
    got. What was ever given stays on the list, for it cannot be unread."""
    given = list(
        Disclosure.objects.filter(case=case).select_related("recipient", "agency").order_by("-given_at", "id")
    )
    broken = BreakGlass.objects.filter(case=case).select_related("agency").defer("sealed")
    consents = Consent.objects.filter(case=case).defer("sealed")
    return held(given, opened_all(given), list(broken), at, list(consents))


def held(
    given: Sequence[Disclosure],
    words: Sequence[Mapping[str, object] | None],
    broken: Sequence[BreakGlass],
    at: datetime,
    consents: Sequence[Consent] = (),
) -> list[Holding]:
    """What these disclosures, with their opened words, and these emergency accesses gave to whom, on which of these
    consents."""
    known = {each.pk: each for each in consents}
    withdrew = {
        each.recipient_id
        for each in consents
        if each.withdrawn_at and each.withdrawn_at <= at and was_taken_back(each)
    }
    withdrew -= {each.recipient_id for each in consents if each.withdrawn_at is None and each.until > at}
    found = [
        _of_disclosure(each, said or {}, at, known, withdrew) for each, said in zip(given, words, strict=True)
    ]
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


def _of_disclosure(
    each: Disclosure,
    said: Mapping[str, object],
    at: datetime,
    known: Mapping[int, Consent],
    withdrew: set[int | None],
) -> Holding:
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
        relies_on=str(said.get("relies_on", "")),
        consent=known.get(each.consent_id or 0),
        by_law=state == "live" and bool(each.legal_basis) and each.recipient_id in withdrew,
    )


def sections_open_to(case: Case, agency_id: int | None, at: datetime) -> frozenset[str]:
    """The sections any live interest of the agency names."""
    return sections_named(live_interests(case, agency_id, at))


def sections_named(interests: Sequence[Interest]) -> frozenset[str]:
    """The sections these live interests name together."""
    return frozenset(section for interest in interests for section in interest.sections)


def agencies_by_ids(ids: Sequence[int]) -> dict[int, Agency]:
    """The agencies with these ids."""
    return Agency.objects.in_bulk(list(ids))
