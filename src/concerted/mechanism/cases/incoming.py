"""One case as a file of another system brings it, in plain values; it writes nothing and knows no file format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from concerted.foundation.people.values import Statement

SectionValue = str | bool | list[str]


@dataclass(frozen=True)
class IncomingCase:
    """A case to be opened by an import. `row`: where it begins in the file, for whatever is said of it.

    statements: what is said of the person; none opens a case without a person record. sections: by section and field
    key. notes: what goes into the agency's own file, each as one note.
    """

    row: int
    local_number: str = ""
    place_code: str = "000000"
    urgency: str = "routine"
    risk: str = "unknown"
    age_band: str = "unknown"
    statements: tuple[Statement, ...] = ()
    sections: Mapping[str, Mapping[str, SectionValue]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
