"""A woman found by police in Yunnan, invented, with the papers that most tests of case work start from."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.builders import CaseWorld

from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.people.acts.persons import record_person
from concerted.foundation.people.models import Person
from concerted.mechanism.cases.acts import cases, consents, files, referrals, secondments
from concerted.mechanism.cases.models import Case, Consent, Referral, Secondment

GIVEN = ["identity", "contact", "account"]
#: Who heard her take a consent back, and who else was there.
HEARD = {"received_by": "the officer on duty", "presence": "alone with the interpreter"}


def open_case(world: CaseWorld, *, officer: Officer | None = None, **facts: Any) -> Case:
    """A case of an adult, opened by the police case worker."""
    return cases.open_case(
        officer=officer or world.worker(world.police),
        at=world.at,
        **{"place_code": "530000", "age_band": "adult", "urgency": "urgent", **facts},
    )


def link(world: CaseWorld, case: Case, *, role: str = "victim", officer: Officer | None = None) -> Person:
    """A person record of the acting agency on the case."""
    writer = officer or world.worker(world.police)
    person = record_person(officer=writer, at=world.at)
    files.link_person(officer=writer, at=world.at, case=case, person=person, role=role)
    return person


def consent_to(
    world: CaseWorld,
    case: Case,
    recipient: Agency,
    *,
    officer: Officer | None = None,
    at: datetime | None = None,
    **facts: Any,
) -> Consent:
    """A consent of the person herself to one recipient, for half a year."""
    return consents.take_consent(
        officer=officer or world.worker(world.police),
        at=at or world.at,
        case=case,
        recipient=recipient,
        **{
            "giver": "self",
            "sections": GIVEN,
            "purpose": "protection",
            "until": world.at + timedelta(days=200),
            "language": "zh",
            "witness": "an interpreter",
            **facts,
        },
    )


def referral_to(
    world: CaseWorld,
    case: Case,
    recipient: Agency,
    *,
    officer: Officer | None = None,
    consent: Consent | None = None,
    send: bool = True,
    **facts: Any,
) -> Referral:
    """A referral to a recipient's queue on the person's consent, sent unless told otherwise."""
    sender = officer or world.worker(world.police)
    given = consent or consent_to(world, case, recipient, officer=sender)
    referral = referrals.draft_referral(
        officer=sender,
        at=world.at,
        case=case,
        to_agency=recipient,
        consent=given,
        **{
            "service": "shelter",
            "reason": "needs a safe bed tonight",
            "sections": GIVEN,
            "purpose": "protection",
            "urgency": "urgent",
            **facts,
        },
    )
    return referrals.send_referral(officer=sender, at=world.at, referral=referral) if send else referral


def ask_for(
    world: CaseWorld, guest: Officer, *named: Case, asker: Officer | None = None, **facts: Any
) -> Secondment:
    """A request of the police for an officer of another agency, for these cases and twenty days."""
    assert guest.acting is not None
    return secondments.ask_for_officer(
        officer=asker or world.supervisor(world.police),
        at=world.at,
        guest=guest,
        home_post=guest.acting.post,
        **{"cases": named, "until": world.later(days=20), "need": "language", **facts},
    ).secondment


def lent_to_police(world: CaseWorld, guest: Officer, *named: Case, **facts: Any) -> Secondment:
    """The same, agreed to by the home agency."""
    assert guest.acting is not None
    return secondments.agree_secondment(
        officer=world.supervisor(guest.acting.post.agency),
        at=world.at,
        secondment=ask_for(world, guest, *named, **facts),
    )
