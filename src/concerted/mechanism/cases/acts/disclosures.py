"""Gives sections of a case to another agency on a live basis, and takes them back; without a basis it gives nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.models import Interest
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.people.models import Person

from ..models import Case, Consent, Disclosure, PersonLink, Referral
from ..sections import SEALED, SPINE
from .bases import check_basis, check_may_give
from .common import (
    CASE_KIND,
    PERSON_KIND,
    checked,
    grant_interest,
    keep,
    locked,
    locked_open_case,
    my_agency,
    not_there,
    tell,
)


@act(Permission.DISCLOSURE_GIVE, subject=None, record=("purpose", "legal_basis"))
def disclose(
    *,
    officer: Officer,
    at: datetime,
    case: Case,
    recipient: Agency,
    sections: Sequence[str],
    purpose: str,
    until: datetime,
    consent: Consent | None = None,
    legal_basis: str = "",
    relies_on: str = "",
    persons: Sequence[Person] = (),
    reason: str = "",
    may_share_onward: bool = False,
) -> Disclosure:
    """Give sections to a recipient for a purpose until a day; it can read them at once, with the spine.

    On a live consent that covers recipient, sections, purpose and time, or on a legal basis of
    reference/law/disclosure-bases.yaml; relies_on: the law with its article, and the power or order, which a rule
    that needs it and every rule after the person withdrew must name. Raises Invalid with what the basis lacks,
    Conflict where the giver holds a section under a restriction or by emergency access only, or where the person
    objects to the recipient. With the identity a consent opens the records of the person whose it is, a rule of law
    those of the persons chosen. may_share_onward: holds for all but the sealed sections among them.
    """
    standing = locked_open_case(case)
    if recipient.pk == officer.agency_id:
        raise Invalid(_("An agency does not disclose to itself."))
    check_basis(
        officer=officer,
        at=at,
        case=standing,
        recipient=recipient,
        sections=sections,
        purpose=purpose,
        until=until,
        consent=consent,
        legal_basis=legal_basis,
        relies_on=relies_on,
    )
    check_may_give(officer=officer, at=at, case=standing, recipient=recipient, sections=sections, until=until)
    disclosure = give(
        officer=officer,
        at=at,
        case=standing,
        recipient=recipient,
        sections=sections,
        purpose=purpose,
        until=until,
        consent=consent,
        legal_basis=legal_basis,
        relies_on=relies_on,
        persons=persons_given(standing, my_agency(officer), sections, consent, persons),
        reason=reason,
        may_share_onward=may_share_onward,
    )
    tell(officer=officer, at=at, case=standing, to=recipient.pk, kind="disclosure", thing=disclosure)
    return disclosure


@act(Permission.DISCLOSURE_GIVE, subject=None)
def recall_disclosure(
    *, officer: Officer, at: datetime, disclosure: Disclosure, reason: str = ""
) -> Disclosure:
    """Take back what the acting agency gave: the recipient reads it no longer; that it held it stays written."""
    standing = locked(Disclosure, disclosure.pk)
    if standing.agency_id != officer.agency_id:
        raise not_there()
    if standing.ended_at is not None:
        raise Conflict(_("The disclosure has ended."))
    end_disclosure(standing, at, "recalled")
    tell(
        officer=officer,
        at=at,
        case=standing.case_id,
        to=standing.recipient_id,
        kind="disclosure_recalled",
        thing=standing,
    )
    return standing


def give(
    *,
    officer: Officer,
    at: datetime,
    case: Case,
    recipient: Agency | None,
    sections: Sequence[str],
    purpose: str,
    until: datetime,
    consent: Consent | None = None,
    legal_basis: str = "",
    relies_on: str = "",
    persons: Sequence[int] | None = None,
    reason: str = "",
    may_share_onward: bool = False,
    referral: Referral | None = None,
    outside: Mapping[str, Any] | None = None,
    giver: Agency | None = None,
    tag: str = "",
) -> Disclosure:
    """Write the disclosure and open it to the recipient, with the words of others in these sections its giver holds
    and may share onward. The caller has checked the basis.

    tag: of the interests that were laid ready before and are open now; without one they are made here.
    """
    disclosure = Disclosure(
        subject=case.subject,
        case=case,
        agency=giver or my_agency(officer),
        officer=officer,
        recipient=recipient,
        sections=list(dict.fromkeys(sections)),
        purpose=purpose,
        consent=consent,
        persons=None if persons is None else list(persons),
        legal_basis=legal_basis,
        given_at=at,
        until=until,
        may_share_onward=may_share_onward and not set(sections) <= SEALED,
        referral=referral,
    )
    disclosure.tag = tag or f"dis-{disclosure.pk}"
    if recipient is not None and not tag:
        lay_interests(at, my_agency(officer), case, recipient, disclosure.sections, disclosure.tag, persons)
        open_interests(at, my_agency(officer).pk, recipient.pk, disclosure.tag, until)
    words = {"reason": reason.strip(), "relies_on": relies_on.strip() if legal_basis else ""}
    keep(disclosure, {**words, "outside": dict(outside or {})})
    if recipient is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT cases_pass_onward(%s)", [disclosure.pk])
    return disclosure


def on_case(case: Case, agency: Agency) -> list[PersonLink]:
    """Who stands on the case by the records of the agency, or where it has none, by those it may read."""
    links = list(PersonLink.objects.filter(case=case, ended_at=None).select_related("person"))
    return [link for link in links if link.agency_id == agency.pk] or links


def persons_given(
    case: Case, agency: Agency, sections: Iterable[str], consent: Consent | None, chosen: Sequence[Person]
) -> list[int] | None:
    """Whose records the identity opens: of the person whose consent it is; by law, of those chosen. None: of all there
    are, on a consent that names nobody. Raises Invalid where several stand on the case and none was chosen."""
    if consent is not None:
        return [consent.person_id] if consent.person_id else None
    if "identity" not in sections:
        return [person.pk for person in chosen] or None
    there = sorted({link.person_id for link in on_case(case, agency)})
    named = sorted({person.pk for person in chosen})
    checked(
        Problem(_("This person does not stand on the case."), field="persons")
        if not set(named) <= set(there)
        else None,
        Problem(_("Several persons stand on the case: choose whose name is opened."), field="persons")
        if len(there) > 1 and not named
        else None,
        what=_("Nothing was disclosed."),
    )
    return named or there or None


def lay_interests(
    at: datetime,
    granter: Agency,
    case: Case,
    recipient: Agency,
    sections: Sequence[str],
    tag: str,
    persons: Sequence[int] | None = None,
) -> None:
    """Make ready what a disclosure will open, for no time yet: the spine, the sections, and with the identity
    the granter's own records of these persons, or of all on the case. `open_interests` gives it its time."""
    grants = [(CASE_KIND, case.pk, [SPINE, *dict.fromkeys(sections)])]
    if "identity" in sections:
        with connection.cursor() as cursor:
            of_whom = None if persons is None else json.dumps(list(persons))
            cursor.execute("SELECT cases_records_of(%s, %s, %s::jsonb)", [case.pk, granter.pk, of_whom])
            own = sorted(person_id for (person_id,) in cursor.fetchall())
        grants += [(PERSON_KIND, person_id, ["identity"]) for person_id in own]
    for kind, subject_id, named in grants:
        grant_interest(
            at=at,
            granter=granter,
            agency_id=recipient.pk,
            subject_id=subject_id,
            basis=tag,
            sections=named,
            until=at,
            kind=kind,
        )


def open_interests(
    at: datetime, granter_id: int, recipient_id: int, tag: str, until: datetime | None
) -> None:
    """Let what was made ready under this tag hold from now on; asked for by its giver or its recipient."""
    Interest.objects.filter(basis=tag, agency=recipient_id, granted_by=granter_id).update(
        since=at, until=until
    )


def live_disclosures(case: Case, *, at: datetime) -> QuerySet[Disclosure]:
    """The disclosures of a case in force now, as far as the acting agency may know them."""
    return Disclosure.objects.filter(case=case, ended_at=None, until__gt=at)


def end_disclosure(disclosure: Disclosure, at: datetime, ended_as: str) -> None:
    """End one disclosure; the database ends with it what it opened, and what was passed on of it."""
    Disclosure.objects.filter(pk=disclosure.pk).update(ended_at=at, ended_as=ended_as)
    disclosure.ended_at, disclosure.ended_as = at, ended_as
