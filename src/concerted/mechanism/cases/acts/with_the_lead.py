"""What goes with the lead of a case: chosen by who offers it, laid ready then, and open when the lead is accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from concerted.errors import Conflict, Invalid
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.vault.reads import opened

from ..models import Case, Consent, Transfer
from .bases import check_basis, check_may_give, giver_problems, refuse_restricted
from .common import checked, my_agency
from .disclosures import give, lay_interests, open_interests

LASTS = timedelta(days=180)


@dataclass(frozen=True)
class Goods:
    """What is given with the lead, on which basis, what for and until when; nothing where sections are empty.

    relies_on: the law with its article, and the power or order, where the basis is a rule that asks for one.
    persons: whose records the identity opens, by their numbers, as `disclosures.persons_given` tells; None: of all.
    """

    sections: Sequence[str] = ()
    purpose: str = ""
    until: datetime | None = None
    consent: Consent | None = None
    legal_basis: str = ""
    relies_on: str = ""
    persons: Sequence[int] | None = None

    def kept(self) -> dict[str, Any]:
        """What the offer keeps sealed of it."""
        if not self.sections:
            return {}
        assert self.until is not None
        return {
            "sections": list(dict.fromkeys(self.sections)),
            "purpose": self.purpose,
            "until": self.until.isoformat(),
            "relies_on": self.relies_on.strip(),
            "persons": self.persons,
        }


def check_goods(officer: Officer, at: datetime, case: Case, recipient: Agency, goods: Goods) -> None:
    """Raise Invalid or Conflict where what shall go with the lead has no live basis, or may not be given."""
    if goods.sections:
        assert goods.until is not None
        check_basis(
            officer=officer,
            at=at,
            case=case,
            recipient=recipient,
            sections=goods.sections,
            purpose=goods.purpose,
            until=goods.until,
            consent=goods.consent,
            legal_basis=goods.legal_basis,
            relies_on=goods.relies_on,
        )
    check_may_give(
        officer=officer, at=at, case=case, recipient=recipient, sections=goods.sections, until=goods.until
    )


def lay_goods(officer: Officer, at: datetime, transfer: Transfer, goods: Goods) -> None:
    """Make ready what acceptance will open."""
    if goods.sections:
        mine = my_agency(officer)
        lay_interests(
            at, mine, transfer.case, transfer.to_agency, goods.sections, _tag(transfer), goods.persons
        )


def give_goods(officer: Officer, at: datetime, case: Case, transfer: Transfer) -> bool:
    """Open what was laid ready; returns whether it was. The lead goes over all the same where the basis ended while the
    offer waited: then nothing opens, and both sides read so."""
    goods = goods_of(transfer)
    if not goods.sections or goods.until is None or not _still_covered(at, case, transfer, goods):
        return False
    open_interests(at, transfer.agency_id, my_agency(officer).pk, _tag(transfer), goods.until)
    give(
        officer=officer,
        at=at,
        case=case,
        recipient=my_agency(officer),
        sections=goods.sections,
        purpose=goods.purpose,
        until=goods.until,
        consent=goods.consent,
        legal_basis=goods.legal_basis,
        relies_on=goods.relies_on,
        persons=goods.persons,
        giver=transfer.agency,
        tag=_tag(transfer),
    )
    return True


def goods_of(transfer: Transfer) -> Goods:
    """What goes with the lead, as the offer keeps it."""
    kept = opened(transfer).get("goods") or {}
    return Goods(
        sections=tuple(kept.get("sections", ())),
        purpose=str(kept.get("purpose", "")),
        until=parse_datetime(str(kept.get("until", ""))) if kept else None,
        consent=transfer.consent,
        legal_basis=transfer.legal_basis,
        relies_on=str(kept.get("relies_on", "")),
        persons=kept.get("persons"),
    )


def _still_covered(at: datetime, case: Case, transfer: Transfer, goods: Goods) -> bool:
    assert goods.until is not None
    if goods.until <= at:
        return False
    if transfer.consent_id is None:
        return True
    standing = Consent.objects.filter(pk=transfer.consent_id).first()
    if standing is None or standing.withdrawn_at is not None or not standing.since <= at < standing.until:
        return False
    try:
        refuse_restricted(case, giver=transfer.agency_id)
        checked(*giver_problems(at, case, standing))
    except (Conflict, Invalid):
        return False
    return True


def _tag(transfer: Transfer) -> str:
    """The basis of the interests that what goes along opens; the lead itself has its own."""
    return f"with-{transfer.pk}"
