"""A guardian comes under suspicion and his word ends; it is lifted, and what ended is taken up; nothing revives."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.people.models import Person
from concerted.foundation.vault.reads import opened

from ..models import Case, Consent, PersonLink
from ..reads.sharing import suspicion_lifted
from .common import checked, keep, locked, locked_open_case, my_agency, need_text, tell
from .consents import end_given, refuse_suspect


def end_word_of_suspect(officer: Officer, at: datetime, case: Case, person: Person) -> tuple[int, ...]:
    """A guardian was just written down as a suspect: his consents end as withdrawn ones do, and what was given on them
    ends and is marked. Returns those consents.

    The leads, and whoever took them, gave or offered on them, learn why. Whoever holds something learns only that it
    is recalled: that somebody is suspected is not theirs to know.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_word_of_suspect_to_end(%s, %s)", [case.pk, person.pk])
        rows = cursor.fetchall()
    consents = tuple(sorted({consent for consent, _relied in rows}))
    if not consents:
        return ()
    holding = {holder for _gave, holder in end_given(consents) if holder is not None}
    relied = {agency_id for _consent, agency_id in rows} | set(case.lead_ids)
    for agency_id in sorted(relied):
        tell(officer=officer, at=at, case=case, to=agency_id, kind="guardian_suspected")
    for agency_id in sorted(holding - relied):
        tell(officer=officer, at=at, case=case, to=agency_id, kind="disclosure_recalled")
    return consents


def tell_suspicion_lifted(officer: Officer, at: datetime, link: PersonLink) -> tuple[int, ...]:
    """A guardian is no suspect any more: the leads, and whoever took his consents, gave or offered on them, learn that
    they may be taken up again. Returns the consents that had ended with it, as far as the acting agency may know."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_word_of_cleared(%s)", [link.pk])
        rows = cursor.fetchall()
    if not rows:
        return ()
    for agency_id in sorted({relied for _consent, relied in rows} | link.case.lead_ids):
        tell(officer=officer, at=at, case=link.case, to=agency_id, kind="suspicion_lifted")
    ended = {consent for consent, _relied in rows}
    return tuple(sorted(Consent.objects.filter(pk__in=ended).values_list("pk", flat=True)))


@act(Permission.CONSENT_TAKE, subject=None)
def take_up_consent(
    *,
    officer: Officer,
    at: datetime,
    consent: Consent,
    received_by: str,
    presence: str,
    until: datetime | None = None,
) -> Consent:
    """Take up a consent that ended on a suspicion since lifted, as a new one from now on; by a lead of the case, or by
    who took it. The guardian was asked again.

    received_by, presence: who heard his words, in whose presence. until: where it is not the end the old one had. What
    was given on the old one stays ended and marked; what is needed is given again. Raises Conflict, Invalid.
    """
    ended = locked(Consent, consent.pk)
    case = locked_open_case(ended.case)
    agency = my_agency(officer)
    if suspicion_lifted(ended) is None:
        raise Conflict(
            _("Only what ended on a suspicion that was lifted is taken up again."),
            remedy=_("Take a new consent."),
        )
    if agency.pk not in {ended.agency_id, *case.lead_ids}:
        raise Conflict(
            _("It is taken up by a lead of the case, or by the agency that took it."),
            remedy=_("Ask the lead agency."),
        )
    if Consent.objects.filter(takes_up=ended, agency=agency).exists():
        raise Conflict(_("Your agency has taken it up already."))
    ends = until or ended.until
    checked(
        need_text(received_by, "received_by", _("Say who heard the guardian's words.")),
        need_text(presence, "presence", _("Say in whose presence, or that he was alone.")),
        None if ends > at else Problem(_("The time has passed."), field="until"),
        what=_("The consent was not kept."),
    )
    anew = Consent(
        subject=case.subject,
        case=case,
        agency=agency,
        officer=officer,
        person_id=ended.person_id,
        giver=ended.giver,
        giver_person_id=ended.giver_person_id,
        recipient_id=ended.recipient_id,
        sections=ended.sections,
        purpose=ended.purpose,
        given_at=at,
        since=at,
        until=ends,
        language=ended.language,
        takes_up=ended,
    )
    said = {"witness": presence.strip(), "received_by": received_by.strip(), "note": ""}
    keep(anew, {**said, "outside": opened(ended).get("outside") or {}})
    refuse_suspect(anew)
    return anew
