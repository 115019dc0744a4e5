"""Further invented cases by chance of the seed, so that lists are as long as on a working day; each in some state."""

from __future__ import annotations

import numpy as np

from concerted.mechanism.plan.demonstration.script import dice

from ..acts import assistance, referrals
from ..models import Case
from . import texts
from .people import FEMALE, MALE, about, person
from .telling import Telling

SIZES = {"tiny": 0, "small": 4, "standard": 24, "national": 120}
"""How many further cases each size of the demonstration gets."""
_TO = {
    "relief-station": (
        ("county-hospital", "medical_care", "medical_care"),
        ("county-federation", "home_visits", "recovery"),
        ("county-federation", "legal_aid", "legal_aid"),
        ("home-station", "reception_home", "return"),
    ),
    "county-police": (
        ("relief-station", "shelter", "relief"),
        ("county-hospital", "medical_care", "medical_care"),
    ),
}
_ENDS = ("waiting", "seen", "accepted", "declined", "in_service", "completed")
_RISKS = ("low", "medium", "medium", "high")


def gather(t: Telling, *, size: str, seed: int) -> int:
    """Open so many further cases with one referral each; returns how many."""
    for number in range(SIZES[size]):
        _one(t, number, dice(seed, "case", str(number)))
    return SIZES[size]


def _one(t: Telling, number: int, chance: np.random.Generator) -> None:
    lead = "county-police" if number % 5 == 0 else "relief-station"
    worker = t.by(lead)
    days, age = int(chance.integers(6, 90)), int(chance.integers(18, 50))
    sex = MALE if chance.random() < 0.25 else FEMALE
    said = person(24 + number, sex=sex, born=about(age, age + 3, on=t.ago(days).date()))
    risk = _RISKS[int(chance.integers(0, len(_RISKS)))]
    urgency = ("routine", "routine", "urgent")[number % 3]
    case = worker.opens(days, said, age_band="adult", urgency=urgency, risk=risk)
    worker.writes(days, case, contact=texts.CONTACT)
    steps = ("screen", "presume", "protect")[: int(chance.integers(0, 4))]
    worker.advances(case, *((days - 1.0, step) for step in steps))
    if number % 2:
        worker(assistance.assess, days - 2, case=case, kind="risk", level=risk)
    _refer(t, case, lead, days - 3, chance)


def _refer(t: Telling, case: Case, lead: str, days: int, chance: np.random.Generator) -> None:
    to, service, purpose = _TO[lead][int(chance.integers(0, len(_TO[lead])))]
    end = _ENDS[int(chance.integers(0, len(_ENDS)))]
    sent = min(days, 2) if end in ("waiting", "seen") and chance.random() < 0.6 else days
    asked = t.by(lead).refers(sent, case, to, service, purpose)
    receiver, step = t.by(to), sent / 6
    if end == "declined":
        receiver(
            referrals.decline_referral,
            sent - step,
            referral=asked,
            code="no_capacity",
            note=texts.NO_CAPACITY,
        )
        return
    moves = (referrals.see_referral, referrals.accept_referral, referrals.begin_service)
    for number, move in enumerate(moves[: _MOVES[end]], start=1):
        receiver(move, sent - number * step, referral=asked)
    if end == "completed":
        receiver(referrals.finish_service, sent - 4 * step, referral=asked, outcome="achieved")


_MOVES = {"waiting": 0, "seen": 1, "accepted": 2, "in_service": 3, "completed": 3}
