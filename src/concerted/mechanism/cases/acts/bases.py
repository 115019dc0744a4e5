"""Whether sections of a case may be given: on a live basis, with leave, to nobody she objects to; it gives nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Problem
from concerted.foundation.access.models import Interest
from concerted.foundation.agencies.models import Agency, Officer

from .. import codes, law
from ..models import Case, Consent
from ..reads.ages import age_band_of
from ..reads.giving import meets_trigger, nothing_to_give
from ..reads.sharing import guardian_is_suspect, last_withdrawal, suspicion_lifted, was_taken_back
from ..sections import BY_KEY, KEYS
from .common import CASE_KIND, checked, my_agency, need_code

#: So many letters and figures at least name an article, a power or an order.
NAMED_AT_LEAST = 4
#: A disclosure on a legal basis lasts so long where no shorter time is named.
LONGEST = timedelta(days=366)


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
