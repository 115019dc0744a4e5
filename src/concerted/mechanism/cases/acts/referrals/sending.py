"""What the sender does: offers a case to another agency's queue, answers its question, takes it back, reads its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import Conflict, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.models import Interest
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.people.models import Person

from ... import codes
from ...models import Case, Consent, Disclosure, Move, Referral, Urgency
from ...sections import KEYS
from ...states import OUTSIDE, REFERRAL
from ..common import (
    checked,
    excuse,
    keep,
    keep_more,
    locked_open_case,
    meet,
    my_agency,
    need_code,
    need_text,
    tell,
)
from ..disclosures import end_disclosure, lay_interests, persons_given
from .checks import PREVIEW_KEYS, check_referral_basis, locked_referral, own_referral, standing_referral
from .clocks import start_answer_clock, start_own_clock
from .moves import machine_of, moved, tag_of

LASTS = timedelta(days=180)


@act(Permission.REFERRAL_SEND, subject=None, record=("service", "urgency", "purpose", "legal_basis"))
def draft_referral(
    *,
    officer: Officer,
    at: datetime,
    case: Case,
    service: str,
    reason: str,
    sections: Sequence[str],
    purpose: str,
    to_agency: Agency | None = None,
    outside: Mapping[str, Any] | None = None,
    urgency: str = Urgency.ROUTINE,
    preview: Mapping[str, Any] | None = None,
    consent: Consent | None = None,
    legal_basis: str = "",
    relies_on: str = "",
    persons: Sequence[Person] = (),
    until: datetime | None = None,
    note: str = "",
) -> Referral:
    """Write a referral that is not sent yet; nobody else sees it. Raises Invalid.

    outside {name, body, contact}: somebody who does not work in the system. preview: only PREVIEW_KEYS.
    relies_on: the law with its article and the power or order, where a rule of law is the basis.
    """
    standing = locked_open_case(case)
    shown = {"age_band": standing.age_band, "province_code": standing.province_code, **(preview or {})}
    checked(
        need_code(service, "service", codes.SERVICES),
        need_code(urgency, "urgency", Urgency.values),
        need_code(purpose, "purpose", codes.PURPOSES),
        need_text(reason, "reason", _("Say what is asked for and why.")),
        *(need_code(section, "sections", KEYS) for section in sections),
        *(need_code(key, "preview", PREVIEW_KEYS) for key in shown),
        None
        if (to_agency is None) != (outside is None)
        else Problem(_("Name one recipient, inside or outside the system."), field="to_agency"),
        Problem(_("An agency does not refer to itself."), field="to_agency")
        if to_agency is not None and to_agency.pk == officer.agency_id
        else None,
        what=_("The referral was not saved."),
    )
    referral = Referral(
        subject=standing.subject,
        case=standing,
        agency=my_agency(officer),
        officer=officer,
        to_agency=to_agency,
        service=service,
        urgency=urgency,
        preview=shown,
        sections=list(dict.fromkeys(sections)),
        purpose=purpose,
        consent=consent,
        persons=persons_given(standing, my_agency(officer), sections, consent, persons),
        legal_basis=legal_basis,
        until=until or _ends(at, consent),
        written_at=at,
    )
    words = {"reason": reason.strip(), "note": note.strip(), "relies_on": relies_on.strip()}
    return keep(referral, {**words, "outside": dict(outside or {})})


@act(Permission.REFERRAL_SEND, subject=standing_referral)
def send_referral(*, officer: Officer, at: datetime, referral: Referral) -> Referral:
    """Put the referral into the receiver's queue; its clock to answer starts. Raises Invalid without a live basis
    that covers what accepting will disclose, Conflict.

    One to somebody outside is sent on consent only, and its package is made by `packages.seal_package`.
    """
    standing = locked_referral(referral)
    row = machine_of(standing).step(standing.state, "send")
    case = locked_open_case(standing.case)
    recipient = standing.to_agency
    check_referral_basis(officer, at, case, standing)
    standing.sent_at = at
    if recipient is not None:
        lay_interests(
            at, my_agency(officer), case, recipient, standing.sections, tag_of(standing), standing.persons
        )
        start_answer_clock(officer, at, standing)
    else:
        start_own_clock("referral_sent_outside", officer, at, standing)
    moved(officer, at, standing, row, "referral_sent")
    return standing


@act(Permission.REFERRAL_SEND, subject=standing_referral)
def complete_information(
    *,
    officer: Officer,
    at: datetime,
    referral: Referral,
    information: str,
    preview: Mapping[str, Any] | None = None,
    consent: Consent | None = None,
    legal_basis: str = "",
    relies_on: str = "",
) -> Referral:
    """Answer what the receiver asked; the referral is in its queue again and its clock starts anew.

    consent, legal_basis with relies_on: what carries it from now on, where the basis under it has ended; none leaves
    it as it was. Raises Invalid where neither covers what accepting will disclose, Conflict.
    """
    standing = own_referral(officer, locked_referral(referral))
    row = REFERRAL.step(standing.state, "complete")
    checked(
        need_text(information, "information", _("Answer the question.")),
        *(need_code(key, "preview", PREVIEW_KEYS) for key in preview or {}),
    )
    if consent is not None or legal_basis:
        standing.consent, standing.legal_basis = consent, legal_basis
        keep_more(standing, relies_on=relies_on.strip())
        standing.until = (
            standing.until if consent is None else min(standing.until or consent.until, consent.until)
        )
    case = locked_open_case(standing.case)
    check_referral_basis(officer, at, case, standing)
    if consent is not None and consent.person_id and standing.persons != [consent.person_id]:
        _lay_anew(officer, at, case, standing, [consent.person_id])
    keep_more(standing, information=information.strip())
    standing.preview = {**standing.preview, **(preview or {})}
    meet(officer, at, standing, "cases.complete_information")
    standing.row_version += 1
    start_answer_clock(officer, at, standing)
    moved(officer, at, standing, row, "referral_completed_information", note=information)
    return standing


@act(Permission.REFERRAL_SEND, subject=standing_referral)
def withdraw_referral(*, officer: Officer, at: datetime, referral: Referral, reason: str) -> Referral:
    """Take it back before it is answered; what the receiver owed is let off."""
    standing = own_referral(officer, locked_referral(referral))
    row = machine_of(standing).step(standing.state, "withdraw")
    checked(need_text(reason, "reason", _("Say why it is withdrawn.")))
    if standing.sent_at is not None:
        excuse(officer, at, standing, "cases.", reason=_("The referral was withdrawn."))
    moved(officer, at, standing, row, "referral_withdrawn", note=reason)
    return standing


@act(Permission.REFERRAL_SEND, subject=standing_referral, record=("outcome", "is_completed"))
def record_outside_outcome(
    *,
    officer: Officer,
    at: datetime,
    referral: Referral,
    is_completed: bool,
    outcome: str,
    note: str = "",
) -> Referral:
    """What somebody outside told of the service; the sender keeps the book on their behalf."""
    standing = own_referral(officer, locked_referral(referral))
    row = OUTSIDE.step(standing.state, "finish" if is_completed else "fail")
    if standing.to_agency_id is not None:
        raise Conflict(_("The agency asked answers by itself."))
    checked(need_code(outcome, "outcome", codes.OUTCOMES))
    standing.outcome, standing.ended_at = outcome, at
    keep_more(standing, outcome_note=note.strip())
    meet(officer, at, standing, "cases.package_received")
    moved(officer, at, standing, row, "", note=note)
    return standing


@act(Permission.REFERRAL_SEND, subject=standing_referral)
def see_feedback(*, officer: Officer, at: datetime, referral: Referral) -> Referral:
    """The sender has read how it ended; its clock to read it is met."""
    standing = own_referral(officer, locked_referral(referral))
    meet(officer, at, standing, "cases.read_answer")
    moved(officer, at, standing, machine_of(standing).step(standing.state, "see_feedback"), "")
    return standing


@act(Permission.REFERRAL_SEND, subject=standing_referral)
def close_referral(*, officer: Officer, at: datetime, referral: Referral) -> Referral:
    """Nothing more happens to it; both agencies keep their files. Where its service was not completed, what it opened
    to the receiver ends, unless another basis holds it open."""
    standing = own_referral(officer, locked_referral(referral))
    if Move.objects.filter(thing=REFERRAL.name, thing_id=standing.pk, act="fail").exists():
        _end_what_it_opened(officer, at, standing)
    moved(officer, at, standing, machine_of(standing).step(standing.state, "close"), "")
    return standing


def _end_what_it_opened(officer: Officer, at: datetime, referral: Referral) -> None:
    """A service that came to nothing needs nothing any more; the receiver is told."""
    given = list(Disclosure.objects.filter(referral=referral, ended_at=None, until__gt=at))
    for each in given:
        end_disclosure(each, at, "recalled")
    if given:
        tell(
            officer=officer,
            at=at,
            case=referral.case_id,
            to=referral.to_agency_id,
            kind="disclosure_recalled",
            thing=given[0],
        )


def _lay_anew(officer: Officer, at: datetime, case: Case, referral: Referral, persons: list[int]) -> None:
    """What accepting will open is of these persons now; what was laid ready before opens nothing."""
    referral.persons = persons
    laid = Interest.objects.filter(basis=tag_of(referral), granted_by=my_agency(officer))
    laid.update(basis=f"{tag_of(referral)}-not")
    assert referral.to_agency is not None
    lay_interests(
        at, my_agency(officer), case, referral.to_agency, referral.sections, tag_of(referral), persons
    )


def _ends(at: datetime, consent: Consent | None) -> datetime:
    """By itself a referral gives no longer than half a year, and never longer than the consent under it."""
    return at + LASTS if consent is None else min(at + LASTS, consent.until)
