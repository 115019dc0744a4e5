"""Consents, disclosures, objections, what persons ask, and emergency accesses, as far as the agency may know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.vault.reads import opened_all

from .. import law
from ..models import BreakGlass, Case, Consent, Disclosure, Move, Objection
from ..sections import KEYS
from .ages import age_band_of
from .giving import meets_trigger


@dataclass(frozen=True)
class ConsentView:
    """One consent, its words, and how it stands: live, not_yet, expired, withdrawn, suspected (its guardian), or
    cleared: it ended on a suspicion that was lifted. may_take_up: whether the agency may take that up as a new one."""

    consent: Consent
    words: Mapping[str, Any]
    state: str
    may_take_up: bool = False


@look(Permission.CASE_READ, recorded=True)
def consents_of(*, officer: Officer, at: datetime, case: Case) -> list[ConsentView]:
    """The consents on the case that the agency took, that name it, or all for a lead; newest first."""
    rows = list(Consent.objects.filter(case=case).select_related("agency", "recipient", "officer"))
    mine = officer.agency_id
    taken_up = {row.takes_up_id for row in rows if row.agency_id == mine}
    found = []
    for row, words in zip(rows, opened_all(rows), strict=True):
        state = state_of(row, at)
        its = mine in {row.agency_id, *case.lead_ids} and row.pk not in taken_up and not case.is_closed
        found.append(ConsentView(row, words or {}, state, its and state == "cleared"))
    return found


def state_of(consent: Consent, at: datetime) -> str:
    """How a consent stands at a moment."""
    if consent.withdrawn_at is not None and consent.withdrawn_at <= at:
        if suspicion_lifted(consent) is not None:
            return "cleared"
        return "suspected" if guardian_is_suspect(consent) else "withdrawn"
    if at < consent.since:
        return "not_yet"
    if at >= consent.until:
        return "expired"
    return "suspected" if guardian_is_suspect(consent) else "live"


def guardian_is_suspect(consent: Consent) -> bool:
    """Whether a guardian consented and is written down as a suspect on the case, by whichever agency; of a consent
    that has ended, whether he was when it did."""
    if consent.giver != Consent.Giver.GUARDIAN:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_guardian_suspected(%s)", [consent.pk])
        return bool(cursor.fetchone()[0])


def suspicion_lifted(consent: Consent) -> datetime | None:
    """When the suspicion was lifted with which this consent of a guardian ended; None where it stands, or where the
    consent ended otherwise."""
    if consent.giver != Consent.Giver.GUARDIAN or consent.withdrawn_at is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_suspicion_lifted(%s)", [consent.pk])
        (lifted,) = cursor.fetchone()
    return cast("datetime | None", lifted)


def was_taken_back(consent: Consent) -> bool:
    """Whether it ended because it was withdrawn, and not because its guardian came under suspicion, lifted or not."""
    return consent.withdrawn_at is not None and state_of(consent, consent.withdrawn_at) == "withdrawn"


def last_withdrawal(case: Case, recipient_id: int) -> datetime | None:
    """When the person last took back what she agreed to for this recipient, or everything, as far as the acting agency
    knows; None where she did not, or agreed anew."""
    to = Consent.objects.filter(case=case, recipient=recipient_id)
    said = [
        *(
            each.withdrawn_at
            for each in to.exclude(withdrawn_at=None).defer("sealed")
            if was_taken_back(each)
        ),
        Move.objects.filter(case=case, thing="consent", target="everything").aggregate(last=Max("at"))[
            "last"
        ],
    ]
    last = max(filter(None, said), default=None)
    return None if last is None or to.filter(withdrawn_at=None, until__gt=last).exists() else last


@look(Permission.DISCLOSURE_GIVE)
def withdrawn_toward(*, officer: Officer, at: datetime, case: Case, recipient: Agency) -> datetime | None:
    """When the person last took back what she agreed to for this recipient, for whoever is about to give it again."""
    return last_withdrawal(case, recipient.pk)


@look(Permission.CASE_READ)
def disclosures_of(*, officer: Officer, at: datetime, case: Case) -> list[Disclosure]:
    """The disclosures on the case the agency gave or got, or all for a lead; newest first."""
    found = Disclosure.objects.filter(case=case).select_related("agency", "recipient", "consent", "referral")
    return list(found.defer("sealed"))


@look(Permission.DISCLOSURE_GIVE)
def bases_for(
    *, officer: Officer, at: datetime, case: Case, recipient: Agency
) -> list[tuple[law.Basis, tuple[str, ...]]]:
    """The legal bases on which the agency could give the case to the recipient, with the sections each covers."""
    assert officer.agency is not None
    mine, theirs = law.kinds_of(officer.agency), law.kinds_of(recipient)
    band = age_band_of(case, at)
    return [
        (each, tuple(key for key in KEYS if key in each.sections))
        for each in law.bases()
        if each.givers & mine
        and each.recipients & theirs
        and (not each.only_age_bands or band in each.only_age_bands)
        and (not each.needs_trigger or meets_trigger(case))
    ]


@look(Permission.CASE_READ, recorded=True)
def objections_of(*, officer: Officer, at: datetime, case: Case) -> list[Objection]:
    """The agencies the person does not want to know, as far as this one recorded it or leads."""
    return list(Objection.objects.filter(case=case, ended_at=None).select_related("against", "agency"))


@dataclass(frozen=True)
class GlassView:
    """One emergency access with its reason and what its review found. number: of the case, '' to whom it is shut."""

    glass: BreakGlass
    words: Mapping[str, Any]
    is_mine: bool
    number: str = ""

    def audit_subject(self) -> tuple[str, int]:
        return self.glass.audit_subject()


@look(Permission.INTAKE_READ, recorded=True)
def glass_view(*, officer: Officer, at: datetime, glass: int) -> GlassView:
    """One emergency access of the agency, or to a case it leads. Raises NotThere."""
    found = (
        BreakGlass.objects.select_related("agency", "officer", "owner", "reviewed_by")
        .filter(pk=glass)
        .first()
    )
    if found is None:
        raise NotThere(_("There is no such emergency access."))
    number = Case.objects.filter(pk=found.case_id).values_list("number", flat=True).first() or ""
    words = opened_all([found])[
        0
    ]  # of an access whose case was erased before its review nothing is to be read
    return GlassView(found, words or {}, found.officer_id == officer.pk, number)


@look(Permission.INTAKE_READ)
def emergency_accesses(*, officer: Officer, at: datetime, waiting_only: bool = True) -> list[BreakGlass]:
    """Emergency accesses by the agency or to cases it leads, newest first."""
    found = BreakGlass.objects.select_related("agency", "officer", "owner").defer("sealed")
    return list(found.filter(reviewed_at=None) if waiting_only else found)
