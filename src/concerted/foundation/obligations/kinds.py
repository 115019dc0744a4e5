"""The kinds of obligation, registered by the parts that raise them; holds no dates of any one obligation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from concerted.errors import ConcertedError


class Level(StrEnum):
    """To whom a late obligation climbs.

    PREFECTURE and PROVINCE are the offices of the owner's place; LIAISON is the ministry's liaison officer in the
    owner's line of work; AGENDA is the office too, which puts the thing on the agenda of its next meeting.
    """

    SUPERIOR = "superior"
    OWED_TO = "owed_to"
    PREFECTURE = "prefecture"
    PROVINCE = "province"
    LIAISON = "liaison"
    OFFICE = "office"
    AGENDA = "agenda"


@dataclass(frozen=True)
class EscalationStep:
    """After so many working days past the grace, tell this level; or, for a clock that runs by hours, after so many
    hours past its moment."""

    after_working_days: int
    to: Level
    after_hours: int | None = None


@dataclass(frozen=True)
class ObligationKind:
    """What is owed, with its grace in working days, its reminders (calendar days relative to the due day:
    negative is before) and the ladder it climbs where the loaded ladders name none for it; `source` names the
    rule it comes from. `confidential`: it is about a person, so only who owes, who is owed and who has an
    interest in the subject may know of it, and its label names nobody."""

    code: str
    name_en: str
    name_zh: str
    grace_working_days: int = 0
    remind_on: tuple[int, ...] = (-14, -7, -1, 1, 7, 30)
    minimum_gap_days: int = 5
    ladder: tuple[EscalationStep, ...] = ()
    source: str = ""
    confidential: bool = False


_KINDS: dict[str, ObligationKind] = {}


def register(kind: ObligationKind) -> ObligationKind:
    """Make a kind known. Registering the same kind twice is harmless; two kinds of one code are refused."""
    known = _KINDS.setdefault(kind.code, kind)
    if known != kind:
        raise ConcertedError(f"two kinds of obligation share the code {kind.code}")
    return kind


def step_is_due(step: EscalationStep, *, days: int, hours: float | None) -> bool:
    """Whether the step's time has come. days: working days past the grace. hours: past the moment of a clock by
    hours, None where it has none; a step told in hours climbs by them wherever it can."""
    if hours is not None and step.after_hours is not None:
        return step.after_hours <= hours
    return step.after_working_days <= days


def kind_of(code: str) -> ObligationKind:
    """The kind with this code. Raises ConcertedError naming the kinds there are."""
    try:
        return _KINDS[code]
    except KeyError:
        raise ConcertedError(
            f"there is no kind of obligation {code!r}", remedy=f"known kinds: {', '.join(sorted(_KINDS))}"
        ) from None


def kinds() -> tuple[ObligationKind, ...]:
    """Every registered kind in the order of its code."""
    return tuple(_KINDS[code] for code in sorted(_KINDS))
