"""One step of a referral: its new state saved, its move written, the other side told; it decides nothing."""

from __future__ import annotations

from datetime import datetime

from concerted.foundation.agencies.models import Officer

from ...models import Referral
from ...states import OUTSIDE, REFERRAL, Machine, Transition
from ..common import bump, keep_more, meet, record_move, tell


def tag_of(referral: Referral) -> str:
    """The basis of the interests a referral opens."""
    return f"ref-{referral.pk}"


def machine_of(referral: Referral) -> Machine:
    """The table of states a referral moves by: inside the system or outside."""
    return OUTSIDE if referral.to_agency_id is None else REFERRAL


def answered(officer: Officer, at: datetime, referral: Referral, note: str) -> None:
    """The first answer: its words are kept, and the clock to answer is met."""
    referral.answered_at, referral.answered_by = at, officer
    referral.seen_at = referral.seen_at or at
    keep_more(referral, answer=note.strip())
    meet(officer, at, referral, "cases.answer")


def moved(
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
