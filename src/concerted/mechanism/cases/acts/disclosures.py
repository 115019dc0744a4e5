"""Gives sections of a case to another agency on a live basis, and takes them back; without a basis it gives nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.models import Interest
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.people.models import Person

from .. import codes, law
from ..models import Case, Consent, Disclosure, PersonLink, Referral
from ..reads.ages import age_band_of
from ..reads.giving import meets_trigger, nothing_to_give
from ..reads.sharing import guardian_is_suspect, last_withdrawal, suspicion_lifted, was_taken_back
from ..sections import BY_KEY, KEYS, SEALED, SPINE
from .common import (
    CASE_KIND,
    PERSON_KIND,
    checked,
    grant_interest,
    keep,
    locked,
    locked_open_case,
    my_agency,
    need_code,
    not_there,
    tell,
)

#: So many letters and figures at least name an article, a power or an order.
NAMED_AT_LEAST = 4
#: A disclosure on a legal basis lasts so long where no shorter time is named.
LONGEST = timedelta(days=366)


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


def check_basis(
    *,
    officer: Officer,
    at: datetime,
    case: Case,
    recipient: Agency | None,
    sections: Sequence[str],
    purpose: str,
    until: datetime,
    consent: Consent | None,
    legal_basis: str,
    relies_on: str = "",
) -> None:
    """Raise Invalid with everything the basis lacks: a live consent, or a legal basis that fits."""
    checked(
        need_code(purpose, "purpose", codes.PURPOSES),
        *(need_code(section, "sections", KEYS) for section in sections),
        None if sections else Problem(_("Name the sections."), field="sections"),
        None if until > at else Problem(_("The time has passed."), field="until"),
        None
        if (consent is None) != (legal_basis == "")
        else Problem(_("Give one basis: a consent, or a rule of law."), field="consent"),
        what=_("Nothing was disclosed."),
    )
    if consent is not None:
        refuse_restricted(case)
        problems = _consent_problems(at, case, recipient, sections, purpose, until, consent)
    else:
        problems = _law_problems(
            officer, case, recipient, sections, purpose, until, at, legal_basis, relies_on
        )
    checked(*problems, what=_("Nothing was disclosed: there is no live basis for it."))


def refuse_restricted(case: Case, *, giver: int | None = None) -> None:
    """Raise Conflict while the use of what is kept on the case is restricted at the person's wish; a rule of law
    goes before it. giver: the agency that gives, where it is not the acting one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_restricted(%s, %s)", [case.pk, giver])
        (restricted,) = cursor.fetchone()
    if restricted:
        raise Conflict(
            _("The person has restricted the use of what is kept: nothing goes onward on consent."),
            remedy=_("Ask the person, and end the restriction if that is the wish."),
        )


def _consent_problems(
    at: datetime,
    case: Case,
    recipient: Agency | None,
    sections: Iterable[str],
    purpose: str,
    until: datetime,
    consent: Consent,
) -> list[Problem]:
    standing = Consent.objects.select_for_update(of=("self",)).filter(pk=consent.pk, case=case).first()
    if standing is None:
        return [Problem(_("There is no such consent on the case."), field="consent")]
    problems = []
    if was_taken_back(standing):
        problems.append(Problem(_("The consent was withdrawn."), field="consent"))
    if not standing.since <= at < standing.until:
        problems.append(Problem(_("The consent is not in force now."), field="consent"))
    if until > standing.until:
        problems.append(Problem(_("The consent ends before that day."), field="until"))
    if standing.recipient_id != (recipient.pk if recipient else None):
        problems.append(Problem(_("The consent names another recipient."), field="recipient"))
    if not set(sections) <= set(standing.sections):
        problems.append(Problem(_("The consent does not cover all these sections."), field="sections"))
    if purpose != standing.purpose:
        problems.append(Problem(_("The consent was given for another purpose."), field="purpose"))
    return problems + giver_problems(at, case, standing)


def giver_problems(at: datetime, case: Case, standing: Consent) -> list[Problem]:
    """Why whoever gave the consent could not, as it is known now: asked anew whenever something is opened on it."""
    problems = []
    if standing.giver == Consent.Giver.CHILD_ASSENT:
        problems.append(Problem(_("A child's assent does not suffice alone."), field="consent"))
    if standing.giver == Consent.Giver.SELF and age_band_of(case, at) == Case.AgeBand.UNDER_14:
        problems.append(Problem(_("Below 14 a guardian consents."), field="consent"))
    if suspicion_lifted(standing) is not None:
        problems.append(
            Problem(
                _("The consent ended on a suspicion; that was lifted, and nothing comes back by itself."),
                field="consent",
                remedy=_("Ask the guardian again, and take the consent up as a new one."),
            )
        )
    elif guardian_is_suspect(standing):
        problems.append(Problem(_("A guardian who is a suspect cannot consent."), field="consent"))
    return problems


def _law_problems(
    officer: Officer,
    case: Case,
    recipient: Agency | None,
    sections: Iterable[str],
    purpose: str,
    until: datetime,
    at: datetime,
    key: str,
    relies_on: str,
) -> list[Problem]:
    if key not in {each.key for each in law.bases()}:
        return [Problem(_("This is none of the codes."), field="legal_basis")]
    if recipient is None:
        return [Problem(_("Somebody outside gets a case only on consent."), field="legal_basis")]
    basis = law.basis(key)
    problems = []
    if not basis.givers & law.kinds_of(my_agency(officer)):
        problems.append(Problem(_("The rule does not speak of your agency."), field="legal_basis"))
    if not basis.recipients & law.kinds_of(recipient):
        problems.append(Problem(_("The rule does not speak of this recipient."), field="recipient"))
    if not set(sections) <= basis.sections:
        problems.append(Problem(_("The rule does not cover all these sections."), field="sections"))
    if purpose not in basis.purposes:
        problems.append(Problem(_("The rule does not cover this purpose."), field="purpose"))
    if basis.only_age_bands and age_band_of(case, at) not in basis.only_age_bands:
        problems.append(Problem(_("The rule is for minors."), field="legal_basis"))
    if basis.needs_trigger and not meets_trigger(case):
        problems.append(
            Problem(
                _("No report of your agency on the case meets one of the six conditions."),
                field="legal_basis",
                remedy=_("Write the facts into the report, or rely on another rule and name its power."),
            )
        )
    withdrew = last_withdrawal(case, recipient.pk) is not None
    if (basis.needs_reason or withdrew) and sum(sign.isalnum() for sign in relies_on) < NAMED_AT_LEAST:
        problems.append(
            Problem(
                _("Name the law with its article, and the power or order relied on."),
                field="relies_on",
                remedy=_("The person took her consent to this agency back; ask her first.")
                if withdrew
                else "",
            )
        )
    if until > at + LONGEST:
        problems.append(Problem(_("At most one year at once."), field="until"))
    return problems


def check_may_give(
    *,
    officer: Officer,
    at: datetime,
    case: Case,
    recipient: Agency | None,
    sections: Sequence[str],
    until: datetime | None = None,
) -> None:
    """Raise Conflict where the giver may not pass it on: it knows the case by emergency access only, the case is not to
    be shared onward, or the person objects to the recipient. Raise Invalid for sections in which it has no words of its
    own, and none of others with leave to share them onward until then."""
    live = Interest.objects.filter(
        Q(until=None) | Q(until__gt=at),
        subject_kind=CASE_KIND,
        subject_id=case.pk,
        agency=my_agency(officer),
        since__lte=at,
    )
    bases = set(live.values_list("basis", flat=True))
    if bases <= {"break_glass"}:
        raise Conflict(_("What was seen by emergency access is not shared onward."))
    if recipient is not None and is_objected(case, recipient):
        raise Conflict(_("The person does not want this agency to know."))
    if "no_onward_sharing" in case.handling and my_agency(officer).pk not in case.lead_ids:
        raise Conflict(_("The case is not to be shared onward."), remedy=_("Ask its lead agency."))
    empty = nothing_to_give(case, my_agency(officer), sections, at=at, until=until, outside=recipient is None)
    checked(
        *(
            Problem(
                _("%(section)s: your agency wrote nothing there, and may not share onward what others wrote.")
                % {"section": BY_KEY[key].label},
                field="sections",
                remedy=_("Leave it out, write what your agency knows, or ask who wrote it to give it."),
            )
            for key in empty
        ),
        what=_("Nothing was disclosed."),
    )


def is_objected(case: Case, agency: Agency) -> bool:
    """Whether the person does not want the agency to know; False for who has no part in the case."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_objected(%s, %s)", [case.pk, agency.pk])
        return bool(cursor.fetchone()[0])


def refuse_objected(case: Case, agency: Agency) -> None:
    """Raise Conflict where what was offered to the agency is not to reach it any more; it is not told why."""
    if is_objected(case, agency):
        raise Conflict(_("This was taken back meanwhile; nothing of it was opened."))


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
