"""Takes consent and ends it; withdrawal stops what it carries at once and says who already holds what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.people.models import Person

from .. import codes
from ..models import Case, Consent, Move, Objection, PersonLink
from ..reads.ages import age_band_of
from ..reads.sharing import guardian_is_suspect
from ..sections import KEYS
from ..states import PLACEMENT, REFERRAL, TRANSFER
from .common import (
    checked,
    keep,
    locked,
    locked_open_case,
    my_agency,
    need_code,
    need_text,
    tell,
)
from .disclosures import on_case

#: What may wait for an answer at an agency the person objects to.
_MACHINES = {each.name: each for each in (REFERRAL, TRANSFER, PLACEMENT)}


@act(Permission.CONSENT_TAKE, record=("giver", "purpose"))
def take_consent(
    *,
    officer: Officer,
    at: datetime,
    case: Case,
    giver: str,
    sections: Sequence[str],
    purpose: str,
    until: datetime,
    language: str,
    person: Person | None = None,
    recipient: Agency | None = None,
    outside: Mapping[str, Any] | None = None,
    giver_person: Person | None = None,
    since: datetime | None = None,
    is_written: bool = False,
    witness: str = "",
    note: str = "",
) -> Consent:
    """Write down a consent: whose it is, who gives it, to whom, which sections, what for, from when until when, in
    which language, before which witness.

    person: the record on the case of whoever it is about; may be left out where one victim alone stands there.
    recipient None with outside {name, body, country, contact}: somebody outside the system. A guardian is named
    by his person record, and one who stands on the case as a suspect cannot consent. Raises Invalid.
    """
    standing = locked_open_case(case)
    begins = since or at
    whose, unnamed = _whose(standing, my_agency(officer), person)
    checked(
        unnamed,
        need_code(giver, "giver", Consent.Giver.values),
        need_code(purpose, "purpose", codes.PURPOSES),
        *(need_code(section, "sections", KEYS) for section in sections),
        None if sections else Problem(_("Name the sections."), field="sections"),
        need_text(language, "language", _("Say in which language it was explained.")),
        None if until > begins else Problem(_("It ends before it begins."), field="until"),
        None
        if (recipient is None) != (outside is None)
        else Problem(_("Name one recipient, inside or outside the system."), field="recipient"),
        *_giver_problems(at, standing, giver, giver_person),
        what=_("The consent was not kept."),
    )
    consent = Consent(
        subject=standing.subject,
        case=standing,
        agency=my_agency(officer),
        officer=officer,
        person=whose,
        giver=giver,
        giver_person=giver_person,
        recipient=recipient,
        sections=list(dict.fromkeys(sections)),
        purpose=purpose,
        given_at=at,
        since=begins,
        until=until,
        language=language.strip()[:40],
        is_written=is_written,
    )
    keep(consent, {"witness": witness.strip(), "outside": dict(outside or {}), "note": note.strip()})
    refuse_suspect(consent)
    return consent


def refuse_suspect(kept: Consent) -> None:
    """Raise Invalid where whoever gave the consent just kept is written down as a suspect, by whichever agency."""
    checked(
        Problem(_("A guardian who is a suspect cannot consent."), field="giver_person")
        if guardian_is_suspect(kept)
        else None,
        what=_("The consent was not kept."),
    )


def _whose(case: Case, agency: Agency, person: Person | None) -> tuple[Person | None, Problem | None]:
    """The person whose consent it is; the only victim, or the only person on the case, where nobody is named."""
    links = on_case(case, agency)
    if person is not None:
        there = PersonLink.objects.filter(case=case, person=person, ended_at=None).exists()
        return person, None if there else Problem(
            _("This person does not stand on the case."), field="person"
        )
    victims = {link.person_id: link.person for link in links if link.role == PersonLink.Role.VICTIM}
    found = list((victims or {link.person_id: link.person for link in links}).values())
    if len(found) > 1:
        return None, Problem(
            _("Several persons stand on the case: name whose consent it is."), field="person"
        )
    return (found[0] if found else None), None


def _giver_problems(at: datetime, case: Case, giver: str, person: Person | None) -> list[Problem]:
    """A guardian is a known person; a child under 14 does not consent alone, and of whom nothing
    tells the age nobody knows whether this is one."""
    if giver == Consent.Giver.CHILD_ASSENT and age_band_of(case, at) == Case.AgeBand.ADULT:
        return [
            Problem(
                _("The person is of age: there is no child who could assent."),
                "giver",
                remedy=_("Record the person's own consent."),
            )
        ]
    if giver == Consent.Giver.SELF:
        band = age_band_of(case, at)
        if band == Case.AgeBand.UNDER_14:
            return [Problem(_("Below 14 a guardian consents; record the child's assent beside it."), "giver")]
        if band == Case.AgeBand.UNKNOWN:
            return [
                Problem(
                    _("Nobody has written down how old the person is, and below 14 a guardian consents."),
                    "giver",
                    remedy=_(
                        "Ask the age; write it in the case or in the person's record. An estimate will do."
                    ),
                )
            ]
    if giver != Consent.Giver.GUARDIAN:
        return []
    if person is None:
        return [Problem(_("Name the guardian by a person record."), field="giver_person")]
    return []


@dataclass(frozen=True)
class Withdrawn:
    """What a withdrawal did, as far as the acting agency may know: the consents it ended, and who holds what was given
    on them. What ended beyond, nobody here is told, not by a count either."""

    case: Case
    consents: tuple[int, ...]
    holders: tuple[tuple[int, int | None], ...]

    def audit_detail(self) -> Mapping[str, Any]:
        return {"consents": list(self.consents), "case": self.case.pk}


@act(Permission.CONSENT_TAKE, subject=None)
def withdraw_consents(
    *,
    officer: Officer,
    at: datetime,
    case: Case,
    received_by: str,
    presence: str,
    recipient: Agency | None = None,
    consents: Sequence[Consent] = (),
    everything: bool = False,
    keep_shelter: bool = False,
    said_at: datetime | None = None,
) -> Withdrawn:
    """The person withdraws, at any agency that has an interest in the case: what she agreed to for one recipient,
    consents one by one, or everything she ever agreed to, also with other agencies and whether this one knows of it.

    received_by, presence, said_at: who heard her words, in whose presence, when (now, where it is not said).
    keep_shelter: of everything, what she agreed to with the shelter she lives in stays, so that it loses neither her
    name nor her safe contact. From now on nothing more is shared on what ended; every disclosure made on it ends and is
    marked; who took it, who gave on it and who holds what was given are told, and the leads. Raises Invalid, and
    Conflict where the consents named have ended before.
    """
    standing = locked(Case, case.pk)
    checked(
        need_text(received_by, "received_by", _("Say who heard her words.")),
        need_text(presence, "presence", _("Say in whose presence, or that she was alone.")),
        None
        if said_at is None or said_at <= at
        else Problem(_("The time is still to come."), field="said_at"),
        None
        if (recipient is not None) + bool(consents) + everything == 1
        else Problem(
            _("Say what is withdrawn: to one agency, these consents, or everything."), field="which"
        ),
        what=_("Nothing was withdrawn."),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM cases_consents_to_end(%s, %s, %s, %s)",
            [
                standing.pk,
                recipient.pk if recipient else None,
                [each.pk for each in consents] or None,
                everything and keep_shelter,
            ],
        )
        ended = dict(cursor.fetchall())
    holders = end_given(list(ended))
    if consents and not ended:
        raise Conflict(_("There is no live consent to withdraw."))
    heard = {"received_by": received_by.strip(), "presence": presence.strip()}
    _withdrawn(
        officer,
        at,
        standing,
        "everything" if everything else "withdrawn",
        {**heard, "said_at": (said_at or at).isoformat()},
    )
    for agency_id in {*ended.values(), *(pk for pair in holders for pk in pair if pk), *standing.lead_ids}:
        tell(officer=officer, at=at, case=standing, to=agency_id, kind="consent_withdrawn")
    return _as_known(standing, list(ended), holders, my_agency(officer).pk)


def _withdrawn(officer: Officer, at: datetime, case: Case, target: str, words: Mapping[str, str]) -> Move:
    """Write down her words, for the acting agency and the lead."""
    move = Move(
        subject=case.subject,
        case=case,
        thing="consent",
        thing_id=case.pk,
        act="withdraw_consent",
        source="",
        target=target,
        agency=my_agency(officer),
        other_id=case.lead_id,
        officer=officer,
        at=at,
    )
    return keep(move, words)


def _as_known(case: Case, ended: list[int], holders: list[tuple[int, int | None]], mine: int) -> Withdrawn:
    known = set(Consent.objects.filter(pk__in=ended).values_list("pk", flat=True))
    leads = mine in case.lead_ids
    return Withdrawn(
        case,
        tuple(pk for pk in ended if pk in known),
        tuple(pair for pair in holders if leads or mine in pair),
    )


def end_given(consents: Sequence[int]) -> list[tuple[int, int | None]]:
    """End and mark what was given on consents that just ended; (agency that gave, agency that holds)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT agency_id, recipient_id FROM cases_disclosures_to_end(%s)", [list(consents)])
        return [(gave, holds) for gave, holds in cursor.fetchall()]


@act(Permission.CONSENT_TAKE, subject=None)
def record_objection(
    *, officer: Officer, at: datetime, case: Case, against: Agency, reason: str = ""
) -> Objection:
    """The person does not want that agency to know: what it was given ends, whoever gave it, what waits there is taken
    back, and nothing reaches it any more, emergencies included. The leads and whoever offered it are told. Raises
    Invalid for an agency that leads the case."""
    standing = locked_open_case(case)
    if against.pk in standing.lead_ids:
        raise Invalid(_("The agency leads the case."), remedy=_("Hand the lead to another agency first."))
    objection = Objection(
        subject=standing.subject,
        case=standing,
        against=against,
        agency=my_agency(officer),
        officer=officer,
        at=at,
    )
    keep(objection, {"reason": reason.strip()})
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_objection_to_end(%s)", [objection.pk])
        waiting = cursor.fetchall()
    for thing, pk, sender_id, stood in waiting:
        _taken_back(officer, at, standing, thing, pk, sender_id, stood)
    for lead_id in standing.lead_ids:
        tell(officer=officer, at=at, case=standing, to=lead_id, kind="objection_recorded")
    return objection


@act(Permission.CONSENT_TAKE)
def end_objection(*, officer: Officer, at: datetime, objection: Objection) -> Objection:
    """The person does not object any longer; nothing is given back by itself."""
    standing = locked(Objection, objection.pk)
    if standing.ended_at is not None:
        raise Conflict(_("The objection has ended."))
    standing.ended_at = at
    standing.save(update_fields=["ended_at"])
    return standing


def _taken_back(
    officer: Officer, at: datetime, case: Case, thing: str, pk: int, sender_id: int, stood: str
) -> None:
    """Write the move of what waited at the agency, and tell whoever sent it."""
    row = _MACHINES[thing].step(stood, "withdraw")
    move = Move(
        subject=case.subject,
        case=case,
        thing=thing,
        thing_id=pk,
        act=row.act,
        source=row.source,
        target=row.target,
        agency=my_agency(officer),
        other_id=sender_id,
        officer=officer,
        at=at,
    )
    keep(move, {})
    tell(officer=officer, at=at, case=case, to=sender_id, kind=f"{thing}_withdrawn")
