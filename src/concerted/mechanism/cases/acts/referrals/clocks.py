"""Starts the clocks of a referral: to answer, to complete what was asked, to act; lateness is told elsewhere."""

from __future__ import annotations

from datetime import datetime

from concerted.foundation.agencies.models import Officer

from ...clocks import clocks_for
from ...models import Referral
from ..common import my_agency, start_clock


def start_answer_clock(officer: Officer, at: datetime, referral: Referral) -> None:
    """The agency asked owes an answer, anew whenever the referral is in its queue again."""
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


def start_information_clock(officer: Officer, at: datetime, referral: Referral) -> None:
    """The sender owes what the receiver asked."""
    for clock in clocks_for("referral_returned", urgency=referral.urgency):
        start_clock(
            officer=officer,
            at=at,
            clock=clock,
            owner_id=referral.agency_id,
            owed_to_id=my_agency(officer).pk,
            subject=referral,
            period_key=str(referral.row_version),
            case_number=referral.number,
        )


def start_own_clock(event: str, officer: Officer, at: datetime, referral: Referral) -> None:
    """A clock of whoever sent the referral: to whoever answered it, or to itself where that one works outside."""
    for clock in clocks_for(event, urgency=referral.urgency):
        start_clock(
            officer=officer,
            at=at,
            clock=clock,
            owner_id=referral.agency_id,
            owed_to_id=referral.to_agency_id or referral.agency_id,
            subject=referral,
            period_key=str(referral.row_version),
            case_number=referral.number,
        )


def start_act_clock(officer: Officer, at: datetime, referral: Referral) -> None:
    """Whoever accepted owes the service."""
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
