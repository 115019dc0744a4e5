"""One case as it may leave for a file of another system, in plain values; what is sealed has no way into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from concerted.foundation.people.values import Value

from .incoming import SectionValue


@dataclass(frozen=True)
class OutgoingStatus:
    """The decision on victim status that holds for the acting agency.

    said: its kind and finding, as "recognition victim". decider: who decided (`law.decider_of`). is_own: whether the
    acting agency did; another agency's decision is never given away with its case.
    """

    said: str
    decider: str
    is_own: bool = True


@dataclass(frozen=True)
class OutgoingCase:
    """A case as the acting agency wrote it. stated: what it says of the person. notes: its own file's notes."""

    number: str
    local_number: str = ""
    stage: str = "reported"
    is_closed: bool = False
    stated: tuple[Value, ...] = ()
    sections: Mapping[str, Mapping[str, SectionValue]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    status: OutgoingStatus | None = None
