"""One case as it may leave for a file of another system, in plain values; what is sealed has no way into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from concerted.foundation.people.values import Value

from .incoming import SectionValue


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
