"""Hands the lead of a case to another agency, alone or jointly; the old lead keeps its file and what it wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.people.models import Person

from .. import codes
from ..clocks import clocks_for
from ..models import Case, CaseLead, Consent, Transfer
from ..states import TRANSFER
from .bases import refuse_objected
from .cases import standing_facts
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
    open_file,
    record_move,
    start_clock,
    tell,
)
from .disclosures import lay_interests, open_interests, persons_given
from .referrals import PREVIEW_KEYS
from .with_the_lead import LASTS, Goods, check_goods, give_goods, lay_goods


def standing_transfer(*, transfer: Transfer, **_rest: object) -> SubjectFacts:
    """Who offers the lead and who is asked, as it stands now."""
    standing = Transfer.objects.filter(pk=transfer.pk).first()
    return standing.access_facts() if standing else SubjectFacts()


@act(Permission.CASE_LEAD, subject=standing_facts, record=("is_joint",))
def offer_lead(
    *,
    officer: Officer,
    at: datetime,
    case: Case,
    to_agency: Agency,
    reason: str,
    is_joint: bool = False,
    preview: Mapping[str, Any] | None = None,
    sections: Sequence[str] = (),
    purpose: str = "",
    until: datetime | None = None,
    consent: Consent | None = None,
    legal_basis: str = "",
    relies_on: str = "",
    persons: Sequence[Person] = (),
) -> Transfer:
    """Offer the lead to another agency, or a joint lead beside this one; it answers on a preview.

    The lead by itself opens the spine only. sections: what opens with it at acceptance, for the purpose, until the day
    (half a year where none is named) and on the basis named, as `disclosures.disclose` takes it; empty, the agency
    leads a case of which it reads nothing. Raises Invalid, Conflict.
    """
    standing = locked_open_case(case)
    shown = {"age_band": standing.age_band, "province_code": standing.province_code, **(preview or {})}
    goods = Goods(sections, purpose, until or _ends(at, consent), consent, legal_basis, relies_on)
    checked(
        need_text(reason, "reason", _("Say why the lead should change.")),
        *(need_code(key, "preview", PREVIEW_KEYS) for key in shown),
    )
    if to_agency.pk in standing.lead_ids:
        raise Invalid(_("This agency leads the case already."))
    check_goods(officer, at, standing, to_agency, goods)
    if sections:
        goods = replace(
            goods, persons=persons_given(standing, my_agency(officer), sections, consent, persons)
        )
    transfer = Transfer(
        subject=standing.subject,
        case=standing,
        agency=my_agency(officer),
        officer=officer,
        to_agency=to_agency,
        is_joint=is_joint,
        consent=consent,
        legal_basis=legal_basis,
        preview=shown,
        offered_at=at,
    )
    try:
        with transaction.atomic():
            keep(
                transfer,
                {"reason": reason.strip(), "urgency": standing.urgency, "goods": goods.kept()},
            )
    except IntegrityError:
        raise Conflict(_("The lead is offered to this agency already.")) from None
    lay_interests(at, my_agency(officer), standing, to_agency, (), tag_of(transfer))
    lay_goods(officer, at, transfer, goods)
    for clock in clocks_for("lead_offered", urgency=standing.urgency):
        start_clock(
            officer=officer,
            at=at,
            clock=clock,
            owner_id=to_agency.pk,
            owed_to_id=my_agency(officer).pk,
            subject=transfer,
        )
    tell(officer=officer, at=at, case=standing, to=to_agency.pk, kind="transfer_offered", thing=transfer)
    return transfer


@act(Permission.REFERRAL_ANSWER, subject=standing_transfer)
def accept_lead(*, officer: Officer, at: datetime, transfer: Transfer, note: str = "") -> Transfer:
    """Take the lead over, or join in it, with what goes along; the old lead keeps its file and sees the spine as
    before."""
    standing = locked(Transfer, transfer.pk)
    row = TRANSFER.step(standing.state, "accept")
    mine = my_agency(officer)
    open_interests(at, standing.agency_id, mine.pk, tag_of(standing), None)
    case = locked_open_case(standing.case)
    refuse_objected(case, mine)
    if standing.agency_id not in case.lead_ids:
        raise Conflict(_("The agency that offers the lead does not lead the case any more."))
    _change_lead(case, standing, mine, at)
    open_file(officer=officer, at=at, case_id=case.pk, because="transfer")
    keep_more(standing, given=give_goods(officer, at, case, standing))
    _answer(officer, at, standing, row.target, note)
    record_move(
        officer=officer,
        at=at,
        machine=TRANSFER,
        thing=standing,
        row=row,
        other=standing.agency_id,
        is_shared=True,
    )
    tell(officer=officer, at=at, case=case, to=standing.agency_id, kind="transfer_accepted", thing=standing)
    return standing


@act(Permission.REFERRAL_ANSWER, subject=standing_transfer, record=("code",))
def decline_lead(
    *, officer: Officer, at: datetime, transfer: Transfer, code: str, note: str = ""
) -> Transfer:
    """Do not take the lead, with a coded reason."""
    standing = locked(Transfer, transfer.pk)
    row = TRANSFER.step(standing.state, "decline")
    checked(need_code(code, "code", codes.DECLINE_REASONS))
    standing.decline_code = code
    _answer(officer, at, standing, row.target, note)
    record_move(officer=officer, at=at, machine=TRANSFER, thing=standing, row=row, other=standing.agency_id)
    tell(
        officer=officer,
        at=at,
        case=standing.case_id,
        to=standing.agency_id,
        kind="transfer_declined",
        thing=standing,
    )
    return standing


@act(Permission.CASE_LEAD, subject=standing_transfer)
def withdraw_lead_offer(*, officer: Officer, at: datetime, transfer: Transfer, reason: str = "") -> Transfer:
    """Take the offer back before it is answered."""
    standing = locked(Transfer, transfer.pk)
    row = TRANSFER.step(standing.state, "withdraw")
    standing.state = row.target
    bump(standing)
    standing.save()
    excuse(officer, at, standing, "cases.", reason=_("The offer was withdrawn."))
    record_move(
        officer=officer, at=at, machine=TRANSFER, thing=standing, row=row, other=standing.to_agency_id
    )
    tell(
        officer=officer,
        at=at,
        case=standing.case_id,
        to=standing.to_agency_id,
        kind="transfer_withdrawn",
        thing=standing,
    )
    return standing


@act(Permission.CASE_LEAD, subject=standing_facts)
def leave_joint_lead(*, officer: Officer, at: datetime, case: Case) -> Case:
    """The acting agency leads jointly no longer; raises Conflict for the only lead. It keeps its file."""
    standing = locked_open_case(case)
    mine = my_agency(officer).pk
    if not standing.joint_leads:
        raise Conflict(_("A case is never without a lead."), remedy=_("Offer the lead to another agency."))
    if standing.lead_id == mine:
        first, *others = standing.joint_leads
        standing.lead_id, standing.joint_leads = first, others
    else:
        standing.joint_leads = [pk for pk in standing.joint_leads if pk != mine]
    standing.changed_at = at
    bump(standing)
    standing.save()
    CaseLead.objects.filter(case=standing, agency_id=mine, until=None).update(until=at)
    return standing


def _ends(at: datetime, consent: Consent | None) -> datetime:
    """Half a year, and never longer than the consent under it."""
    return at + LASTS if consent is None else min(at + LASTS, consent.until)


def tag_of(transfer: Transfer) -> str:
    """The basis of the interest an offer of the lead opens."""
    return f"led-{transfer.pk}"


def _change_lead(case: Case, transfer: Transfer, mine: Agency, at: datetime) -> None:
    if transfer.is_joint:
        case.joint_leads = [*case.joint_leads, mine.pk]
    elif case.lead_id == transfer.agency_id:
        case.lead = mine
        CaseLead.objects.filter(case=case, agency_id=transfer.agency_id, until=None).update(until=at)
    else:
        case.joint_leads = [mine.pk if pk == transfer.agency_id else pk for pk in case.joint_leads]
        CaseLead.objects.filter(case=case, agency_id=transfer.agency_id, until=None).update(until=at)
    case.closing_as, case.closing_by = "", None
    case.changed_at = at
    bump(case)
    case.save()
    CaseLead.objects.create(case=case, agency=mine, is_joint=transfer.is_joint, since=at)


def _answer(officer: Officer, at: datetime, transfer: Transfer, target: str, note: str) -> None:
    transfer.state, transfer.answered_at, transfer.answered_by = target, at, officer
    keep_more(transfer, answer=note.strip())
    bump(transfer)
    transfer.save()
    meet(officer, at, transfer, "cases.answer")
