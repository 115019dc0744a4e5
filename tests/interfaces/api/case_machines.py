"""A case of one agency reached by machines: its worker, its supervisor, a second agency, and one without a part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from tests.builders import MONDAY, CaseWorld, build_case_world
from tests.interfaces.api.case_samples import CASE_SCOPES, key_of
from tests.interfaces.api.keys import Machine, Machines
from tests.mechanism.cases.woman import open_case

from concerted.foundation.access import acts
from concerted.foundation.agencies.models import Agency, Officer
from concerted.mechanism.cases.models import Case

__all__ = ["CASE_SCOPES", "Callers", "build_callers"]


@dataclass
class Callers:
    """The nation on its Monday with one case of the police, and keys for whoever calls."""

    world: CaseWorld
    case: Case

    @property
    def machines(self) -> Machines:
        return Machines(self.world)

    @property
    def police(self) -> Machine:
        """The case worker who opened the case."""
        return self.worker(self.world.police)

    @property
    def chief(self) -> Machine:
        """The supervisor of the agency that leads it."""
        return key_of(self.machines, self.world.supervisor(self.world.police))

    @property
    def outsider(self) -> Machine:
        """A case worker of an agency without a part in the case."""
        return self.worker(self.world.outsider)

    def worker(self, agency: Agency) -> Machine:
        """The agency's case worker with everything his post reaches."""
        return key_of(self.machines, self.world.worker(agency))

    def limited(self, officer: Officer, *scopes: str) -> Machine:
        """A key of these scopes only."""
        return self.machines.of(officer, scopes=scopes)

    def at(self, path: str = "") -> str:
        """An address below the case."""
        return f"/cases/{self.case.pk}{path}"


def build_callers() -> Callers:
    """The agencies that meet a person, on the mechanism's Monday, and a case of the police."""
    world = build_case_world()
    acts.set_demonstration_clock(officer=world.machine, at=MONDAY, day=MONDAY.date(), seed=1)
    return Callers(world, open_case(world))


def consent_body(recipient: str, **more: Any) -> dict[str, Any]:
    """A consent of the person herself, for half a year."""
    return {
        "giver": "self",
        "sections": ["contact", "identity"],
        "purpose": "protection",
        "until": "2010-10-01T00:00:00+08:00",
        "language": "zh",
        "recipient": recipient,
        "witness": "an interpreter",
        **more,
    }


def real_now() -> Any:
    """The calendar's time, by which keys expire."""
    return timezone.now()
