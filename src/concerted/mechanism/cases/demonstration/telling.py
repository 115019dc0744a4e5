"""How the demonstration's stories are told: an officer's hand does an act so many days ago; it tells none itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from concerted.foundation.access.door import acting
from concerted.foundation.agencies.reads import Agency, Officer
from concerted.foundation.obligations.models import Obligation
from concerted.foundation.people.acts import record_person
from concerted.foundation.people.values import Statement

from ..acts import cases, clocks, consents, files, referrals
from ..models import Case, Consent, Referral, Shelter
from ..reads.obligations import confidential
from . import texts
from .stage import COUNTY, CaseStage

Result = TypeVar("Result")
LASTS = timedelta(days=180)


@dataclass(frozen=True)
class Scored:
    """A screening that was scored elsewhere: its set, the answers and the result as plain data."""

    indicator_set: str
    version: str
    answers: Mapping[str, str]
    result: Mapping[str, Any]


@dataclass(frozen=True)
class Telling:
    """The stage, the Monday morning the stories end on, a scored screening and the shelter."""

    stage: CaseStage
    today: datetime
    scored: Scored
    shelter: Shelter

    def ago(self, days: float) -> datetime:
        """So many days before the demonstration's Monday morning; negative is after it."""
        return self.today - timedelta(days=days)

    def by(self, key: str) -> Hand:
        """The case worker of that body."""
        return Hand(self, self.stage.worker(key))

    def supervisor(self, key: str) -> Hand:
        """The case supervisor of that body."""
        return Hand(self, self.stage.supervisor(key))

    @property
    def duty(self) -> Hand:
        """The duty officer of the county police."""
        return Hand(self, self.stage.duty)

    def agency(self, key: str) -> Agency:
        return self.stage.agency(key)


@dataclass(frozen=True)
class Hand:
    """One officer: called with an act, the days it lies back and the act's keywords, does it."""

    told: Telling
    officer: Officer

    def __call__(self, act: Callable[..., Result], days: float, **what: Any) -> Result:
        return act(officer=self.officer, at=self.told.ago(days), **what)

    def opens(self, days: float, said: Sequence[Statement], **spine: Any) -> Case:
        """A case with the victim's own record."""
        case = self(cases.open_case, days, place_code=COUNTY, is_demonstration=True, **spine)
        who = self(record_person, days, statements=said)
        self(files.link_person, days, case=case, person=who, role="victim")
        return case

    def writes(self, days: float, case: Case, **sections: Mapping[str, Any]) -> None:
        """Sections of the officer's own agency."""
        for section, values in sections.items():
            self(files.write_section, days, case=case, section=section, values=values)

    def advances(self, case: Case, *steps: tuple[float, str]) -> None:
        """Stages of the case, each so many days ago."""
        for days, step in steps:
            self(cases.advance_case, days, case=case, step=step)

    def consent(self, days: float, case: Case, to: str, sections: Sequence[str], purpose: str) -> Consent:
        """The person's own consent to one recipient."""
        return self(
            consents.take_consent,
            days,
            case=case,
            giver="self",
            recipient=self.told.agency(to),
            sections=sections,
            purpose=purpose,
            until=self.told.ago(days) + LASTS,
            language=texts.LANGUAGE,
            is_written=True,
            witness=texts.WITNESS,
        )

    def drafts(
        self,
        days: float,
        case: Case,
        to: str,
        service: str,
        purpose: str,
        *more: str,
        urgency: str = "routine",
    ) -> Referral:
        """A referral on consent that is not sent: safe contact, and more sections where they are named."""
        sections = ["contact", *more]
        return self(
            referrals.draft_referral,
            days,
            case=case,
            service=service,
            reason=texts.REASONS.get(service, texts.REASON),
            sections=sections,
            purpose=purpose,
            to_agency=self.told.agency(to),
            urgency=urgency,
            consent=self.consent(days, case, to, sections, purpose),
            until=self.told.ago(days - 150),
            preview={"languages": [texts.LANGUAGE], "needs": [service]},
        )

    def refers(
        self,
        days: float,
        case: Case,
        to: str,
        service: str,
        purpose: str,
        *more: str,
        urgency: str = "routine",
    ) -> Referral:
        """A referral on consent, sent at once."""
        draft = self.drafts(days, case, to, service, purpose, *more, urgency=urgency)
        return self(referrals.send_referral, days, referral=draft)

    def does_owed(self, days: float, case: Case, kind: str) -> None:
        """Whatever the officer's agency owes on the case of that kind is done."""
        at = self.told.ago(days)
        with acting(self.officer, at, scope="cases"):
            found: list[Obligation] = list(
                confidential(at=at).filter(kind=kind, subject_id=case.pk, owner=self.officer.agency_id)
            )
        for one in found:
            self(clocks.record_done, days, obligation=one, note=texts.NOTE)
