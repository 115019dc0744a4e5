"""What each part keeps about a subject, told by the parts themselves, so that a dry run lists all of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from concerted.errors import ConcertedError, Problem

from .models import Person

Listing = Callable[[Person], dict[str, int]]
Removing = Callable[[Person, datetime], None]


@dataclass(frozen=True)
class Holding:
    """A part's answer to what it keeps (counts by kind, nothing readable) and how it lets go of it.

    subjects: other subjects whose keys go with the person's, such as that of a case about this person alone.
    needed: whether the part still works with the person, so that nothing may be erased yet.
    held: what else in the part forbids it now, each with its remedy, such as a mark on a case of the person.
    """

    name: str
    listing: Listing
    removing: Removing = lambda person, at: None
    subjects: Callable[[Person], list[UUID]] = lambda person: []
    needed: Callable[[Person], bool] = lambda person: False
    held: Callable[[Person], list[Problem]] = lambda person: []


_HOLDINGS: dict[str, Holding] = {}


def register(holding: Holding) -> Holding:
    """Make a part's holding known; a second one of the same name is refused."""
    if _HOLDINGS.setdefault(holding.name, holding) is not holding:
        raise ConcertedError(f"two parts answer for {holding.name}")
    return holding


def is_needed(person: Person) -> bool:
    """Whether any part still works with the person."""
    return any(holding.needed(person) for holding in holdings())


def held_by_parts(person: Person) -> list[Problem]:
    """What forbids in any part that the person be erased now."""
    return [problem for holding in holdings() for problem in holding.held(person)]


def holdings() -> tuple[Holding, ...]:
    """Every registered holding in the order of its name."""
    return tuple(_HOLDINGS[name] for name in sorted(_HOLDINGS))
