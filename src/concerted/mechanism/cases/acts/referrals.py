"""Offers a case to another agency's queue and answers such offers; every answer reaches the sender."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.models import Interest
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.people.models import Person
from concerted.foundation.vault.reads import opened

from .. import codes
from ..clocks import clocks_for
from ..models import Case, Consent, Referral, Service, Urgency
from ..sections import KEYS
from ..states import OUTSIDE, REFERRAL, Machine, Transition
from .common import (
    bump,
    checked,
    excuse,
    keep,
    keep_more,
    locked,
    locked_open_case,
    meet,
    my_agency,
    need_code,
    need_text,
    not_there,
    open_file,
    record_move,
    start_clock,
    tell,
)
from .disclosures import (
    check_basis,
    check_may_give,
    give,
    giver_problems,
    lay_interests,
    open_interests,
    persons_given,
    refuse_objected,
    refuse_restricted,
)

#: What a preview may tell before the referral is accepted; anything else is refused.
PREVIEW_KEYS = frozenset({"age_band", "sex", "languages", "province_code", "needs", "accompanied_by"})
LASTS = timedelta(days=180)


def standing_referral(*, referral: Referral, **_rest: object) -> SubjectFacts:
    """Who sent the referral and who is asked, as it stands now."""
    standing = Referral.objects.filter(pk=referral.pk).first()
    return standing.access_facts() if standing else SubjectFacts()


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
    standing = _locked(referral)
    row = machine_of(standing).step(standing.state, "send")
    case = locked_open_case(standing.case)
    recipient = standing.to_agency
    _check_basis(officer, at, case, standing)
    standing.sent_at = at
    if recipient is not None:
        lay_interests(
            at, my_agency(officer), case, recipient, standing.sections, tag_of(standing), standing.persons
        )
        _start_answer_clock(officer, at, standing)
    _moved(officer, at, standing, row, "referral_sent")
    return standing


@act(Permission.REFERRAL_ANSWER, subject=standing_referral)
def see_referral(*, officer: Officer, at: datetime, referral: Referral) -> Referral:
    """A duty officer of the agency asked has looked at it; the sender learns that. No clock stops."""
    standing = _locked(referral)
    if standing.state != Referral.State.SENT:
        return standing
    standing.seen_at = standing.seen_at or at
    _moved(officer, at, standing, REFERRAL.step(standing.state, "see"), "referral_seen")
    return standing


@act(Permission.REFERRAL_ANSWER, subject=standing_referral)
def accept_referral(*, officer: Officer, at: datetime, referral: Referral, note: str = "") -> Referral:
    """Take the referral on: the sections open at once, this agency's file and interest begin, and its clock to
    act starts. Raises Invalid where consent ended meanwhile, Conflict."""
    standing = _locked(referral)
    row = REFERRAL.step(standing.state, "accept")
    sender, receiver = standing.agency, my_agency(officer)
    assert standing.until is not None
    open_interests(at, sender.pk, receiver.pk, tag_of(standing), standing.until)
    case = locked_open_case(standing.case)
    refuse_objected(case, receiver)
    _check_still_covered(at, standing)
    if standing.sections:
        give(
            officer=officer,
            at=at,
            case=case,
            recipient=receiver,
            sections=standing.sections,
            purpose=standing.purpose,
            until=standing.until,
            consent=standing.consent,
            legal_basis=standing.legal_basis,
            relies_on=str(opened(standing).get("relies_on", "")),
            persons=standing.persons,
            referral=standing,
            giver=sender,
            tag=tag_of(standing),
        )
    open_file(officer=officer, at=at, case_id=case.pk, because="referral")
    _answered(officer, at, standing, note)
    _start_act_clock(officer, at, standing)
    _plan_service(officer, at, standing, case)
    _moved(officer, at, standing, row, "referral_accepted", note=note)
    return standing


@act(Permission.REFERRAL_ANSWER, subject=standing_referral, record=("code",))
def decline_referral(
    *, officer: Officer, at: datetime, referral: Referral, code: str, note: str = ""
) -> Referral:
    """Decline with a coded reason; nothing was opened, nothing stays with the receiver but the answer."""
    standing = _locked(referral)
    row = REFERRAL.step(standing.state, "decline")
    checked(need_code(code, "code", codes.DECLINE_REASONS))
    standing.decline_code = code
    _answered(officer, at, standing, note)
    _moved(officer, at, standing, row, "referral_declined", note=note)
    return standing


@act(Permission.REFERRAL_ANSWER, subject=standing_referral)
def return_referral(*, officer: Officer, at: datetime, referral: Referral, question: str) -> Referral:
    """Send it back for information; the clock to answer is met, one to complete starts for the sender."""
    standing = _locked(referral)
    row = REFERRAL.step(standing.state, "return")
    checked(need_text(question, "question", _("Say what you need to know.")))
    keep_more(standing, question=question.strip())
    meet(officer, at, standing, "cases.answer")
    for clock in clocks_for("referral_returned"):
        start_clock(
            officer=officer,
            at=at,
            clock=clock,
            owner_id=standing.agency_id,
            owed_to_id=my_agency(officer).pk,
            subject=standing,
            period_key=str(standing.row_version),
            case_number=standing.number,
        )
    _moved(officer, at, standing, row, "referral_returned", note=question)
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
    standing = _own(officer, _locked(referral))
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
    _check_basis(officer, at, case, standing)
    if consent is not None and consent.person_id and standing.persons != [consent.person_id]:
        _lay_anew(officer, at, case, standing, [consent.person_id])
    keep_more(standing, information=information.strip())
    standing.preview = {**standing.preview, **(preview or {})}
    meet(officer, at, standing, "cases.complete_information")
    standing.row_version += 1
    _start_answer_clock(officer, at, standing)
    _moved(officer, at, standing, row, "referral_completed_information", note=information)
    return standing


@act(Permission.REFERRAL_SEND, subject=standing_referral)
def withdraw_referral(*, officer: Officer, at: datetime, referral: Referral, reason: str) -> Referral:
    """Take it back before it is answered; what the receiver owed is let off."""
    standing = _own(officer, _locked(referral))
    row = machine_of(standing).step(standing.state, "withdraw")
    checked(need_text(reason, "reason", _("Say why it is withdrawn.")))
    if standing.sent_at is not None:
        excuse(officer, at, standing, "cases.", reason=_("The referral was withdrawn."))
    _moved(officer, at, standing, row, "referral_withdrawn", note=reason)
    return standing


@act(Permission.REFERRAL_ANSWER, subject=standing_referral)
def begin_service(*, officer: Officer, at: datetime, referral: Referral, note: str = "") -> Referral:
    """The service has begun; the clock to act is met."""
    standing = _locked(referral)
    row = REFERRAL.step(standing.state, "begin")
    standing.begun_at = at
    meet(officer, at, standing, "cases.act")
    Service.objects.filter(referral=standing, provider_id=officer.agency_id, state="planned").update(
        state="under_way", begun_on=at.date()
    )
    _moved(officer, at, standing, row, "referral_begun", note=note)
    return standing


@act(Permission.REFERRAL_ANSWER, subject=standing_referral, record=("outcome",))
def finish_service(
    *, officer: Officer, at: datetime, referral: Referral, outcome: str, note: str = ""
) -> Referral:
    """The service is completed, with its coded outcome and words for the sender."""
    return _ended(officer, at, referral, "finish", outcome, note, "referral_completed", "done")


@act(Permission.REFERRAL_ANSWER, subject=standing_referral, record=("outcome",))
def fail_service(
    *, officer: Officer, at: datetime, referral: Referral, outcome: str, note: str = ""
) -> Referral:
    """The service was not completed, with the coded reason and words for the sender."""
    return _ended(officer, at, referral, "fail", outcome, note, "referral_not_completed", "not_done")


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
    standing = _own(officer, _locked(referral))
    row = OUTSIDE.step(standing.state, "finish" if is_completed else "fail")
    if standing.to_agency_id is not None:
        raise Conflict(_("The agency asked answers by itself."))
    checked(need_code(outcome, "outcome", codes.OUTCOMES))
    standing.outcome, standing.ended_at = outcome, at
    keep_more(standing, outcome_note=note.strip())
    _moved(officer, at, standing, row, "", note=note)
    return standing


@act(Permission.REFERRAL_SEND, subject=standing_referral)
def see_feedback(*, officer: Officer, at: datetime, referral: Referral) -> Referral:
    """The sender has read how it ended."""
    standing = _own(officer, _locked(referral))
    _moved(officer, at, standing, machine_of(standing).step(standing.state, "see_feedback"), "")
    return standing


@act(Permission.REFERRAL_SEND, subject=standing_referral)
def close_referral(*, officer: Officer, at: datetime, referral: Referral) -> Referral:
    """Nothing more happens to it; both agencies keep their files."""
    standing = _own(officer, _locked(referral))
    _moved(officer, at, standing, machine_of(standing).step(standing.state, "close"), "")
    return standing


def _ends(at: datetime, consent: Consent | None) -> datetime:
    """By itself a referral gives no longer than half a year, and never longer than the consent under it."""
    return at + LASTS if consent is None else min(at + LASTS, consent.until)


def _lay_anew(officer: Officer, at: datetime, case: Case, referral: Referral, persons: list[int]) -> None:
    """What accepting will open is of these persons now; what was laid ready before opens nothing."""
    referral.persons = persons
    laid = Interest.objects.filter(basis=tag_of(referral), granted_by=my_agency(officer))
    laid.update(basis=f"{tag_of(referral)}-not")
    assert referral.to_agency is not None
    lay_interests(
        at, my_agency(officer), case, referral.to_agency, referral.sections, tag_of(referral), persons
    )


def tag_of(referral: Referral) -> str:
    """The basis of the interests a referral opens."""
    return f"ref-{referral.pk}"


def machine_of(referral: Referral) -> Machine:
    """The table of states a referral moves by: inside the system or outside."""
    return OUTSIDE if referral.to_agency_id is None else REFERRAL


def _ended(
    officer: Officer,
    at: datetime,
    referral: Referral,
    step: str,
    outcome: str,
    note: str,
    news: str,
    service_state: str,
) -> Referral:
    standing = _locked(referral)
    row = REFERRAL.step(standing.state, step)
    checked(need_code(outcome, "outcome", codes.OUTCOMES))
    standing.outcome, standing.ended_at = outcome, at
    keep_more(standing, outcome_note=note.strip())
    meet(officer, at, standing, "cases.act")
    Service.objects.filter(
        referral=standing, provider_id=officer.agency_id, state__in=("planned", "under_way")
    ).update(state=service_state, done_on=at.date(), outcome=outcome)
    _moved(officer, at, standing, row, news, note=note)
    return standing


def _locked(referral: Referral) -> Referral:
    return locked(Referral, referral.pk)


def _own(officer: Officer, referral: Referral) -> Referral:
    """The sender's acts are the sender's, whoever leads the case."""
    if referral.agency_id != officer.agency_id:
        raise not_there()
    return referral


def _answered(officer: Officer, at: datetime, referral: Referral, note: str) -> None:
    referral.answered_at, referral.answered_by = at, officer
    referral.seen_at = referral.seen_at or at
    keep_more(referral, answer=note.strip())
    meet(officer, at, referral, "cases.answer")


def _check_basis(officer: Officer, at: datetime, case: Case, referral: Referral) -> None:
    """Raise Invalid or Conflict where what accepting will disclose has no live basis, or the sender may not give it."""
    assert referral.until is not None
    check_basis(
        officer=officer,
        at=at,
        case=case,
        recipient=referral.to_agency,
        sections=referral.sections or ["contact"],
        purpose=referral.purpose,
        until=referral.until,
        consent=referral.consent,
        legal_basis=referral.legal_basis,
        relies_on=str(opened(referral).get("relies_on", "")),
    )
    check_may_give(
        officer=officer,
        at=at,
        case=case,
        recipient=referral.to_agency,
        sections=referral.sections,
        until=referral.until,
    )


def _check_still_covered(at: datetime, referral: Referral) -> None:
    """While the referral waited, consent may have been withdrawn, the use of what is kept restricted, or the guardian
    who consented may have come under suspicion."""
    if referral.consent_id is None:
        return
    refuse_restricted(referral.case, giver=referral.agency_id)
    standing = Consent.objects.filter(pk=referral.consent_id).first()
    if standing is None or standing.withdrawn_at is not None or not standing.since <= at < standing.until:
        raise Invalid(
            _("The person's consent has ended; the referral cannot be accepted."),
            remedy=_("Return it for information; the sender asks the person again."),
        )
    problems = giver_problems(at, referral.case, standing)
    if problems:
        raise Invalid(
            _("The consent under the referral does not stand any more; the referral cannot be accepted."),
            problems=problems,
            remedy=_("Return it for information; the sender asks the person again."),
        )


def _start_answer_clock(officer: Officer, at: datetime, referral: Referral) -> None:
    assert referral.to_agency_id is not None
    for clock in clocks_for("referral_sent", urgency=referral.urgency):
        referral.answer_by = clock.due_from(at)
        start_clock(
            officer=officer,
            at=at,
            clock=clock,
            owner_id=referral.to_agency_id,
            owed_to_id=referral.agency_id,
            subject=referral,
            period_key=str(referral.row_version),
            case_number=referral.number,
        )


def _start_act_clock(officer: Officer, at: datetime, referral: Referral) -> None:
    assert referral.to_agency_id is not None
    for clock in clocks_for("referral_accepted", urgency=referral.urgency):
        referral.act_by = clock.due_from(at)
        start_clock(
            officer=officer,
            at=at,
            clock=clock,
            owner_id=referral.to_agency_id,
            owed_to_id=referral.agency_id,
            subject=referral,
            case_number=referral.number,
        )


def _plan_service(officer: Officer, at: datetime, referral: Referral, case: Case) -> None:
    """An accepted referral is a planned service of the receiver, so the plan and the referral agree."""
    service = Service(
        subject=case.subject,
        case=case,
        referral=referral,
        kind=referral.service,
        agency=my_agency(officer),
        provider=my_agency(officer),
        officer=officer,
        written_at=at,
    )
    keep(service, {"need": opened(referral).get("reason", "")})


def _moved(
    officer: Officer, at: datetime, referral: Referral, row: Transition, news: str, *, note: str = ""
) -> None:
    """Save the new state, write the move, tell the other side."""
    referral.state = row.target
    bump(referral)
    referral.save()
    other = referral.to_agency_id if referral.agency_id == officer.agency_id else referral.agency_id
    if row.source != Referral.State.DRAFT or row.act == "send":
        record_move(
            officer=officer,
            at=at,
            machine=machine_of(referral),
            thing=referral,
            row=row,
            other=other,
            words={"note": note.strip()},
        )
    if news:
        tell(officer=officer, at=at, case=referral.case_id, to=other, kind=news, thing=referral)
