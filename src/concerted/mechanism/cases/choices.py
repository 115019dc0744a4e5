"""The closed lists that the tables of case work hold, for those above who name no table; it adds no value."""

from __future__ import annotations

from concerted.foundation.people.models import Attribute, ErasureRequest, LegalHold, Person

from .acts.assistance import DECISIONS
from .acts.clocks import EVENTS
from .acts.screenings import ANSWERS
from .models import (
    AgencyFile,
    BreakGlass,
    Case,
    Consent,
    Goal,
    PersonLink,
    Report,
    Service,
    StatusDecision,
    Urgency,
)
from .sections import KEYS, WRITTEN

URGENCIES = tuple(Urgency.values)
CHANNELS = tuple(Report.Channel.values)
STAGES = tuple(Case.Stage.values)
RISKS = tuple(Case.Risk.values)
AGE_BANDS = tuple(Case.AgeBand.values)
FILE_STATES = tuple(AgencyFile.State.values)
ROLES = tuple(PersonLink.Role.values)
GIVERS = tuple(Consent.Giver.values)
GOAL_STATES = tuple(Goal.State.values)
GOAL_DECISIONS = tuple(DECISIONS)
SERVICE_STATES = tuple(Service.State.values)
STATUS_FINDINGS = tuple(StatusDecision.Finding.values)
VERDICTS = tuple(BreakGlass.Verdict.values)
SECTION_KEYS = KEYS
WRITTEN_KEYS = tuple(each.key for each in WRITTEN)
CLOCK_EVENTS = tuple(EVENTS)
SCREENING_ANSWERS = tuple(ANSWERS)
PERSON_KINDS = tuple(Person.Kind.values)
STATED = tuple(Attribute.What.values)
CONFIDENCES = tuple(Attribute.Confidence.values)
HOLD_GROUNDS = tuple(LegalHold.Ground.values)
ERASURE_GROUNDS = tuple(ErasureRequest.Ground.values)
