"""What a reference file says of agencies, seats, places and codes, in shapes for the loader; it reads no file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from concerted.foundation.agencies.models import Membership, Place


class AgencyAsRead(Protocol):
    """An agency as the plan texts name it."""

    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def name_zh(self) -> str: ...
    @property
    def parent(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def seen_in(self) -> Sequence[str]: ...
    @property
    def years_observed(self) -> Sequence[int]: ...
    @property
    def aliases(self) -> Sequence[str]: ...


@dataclass(frozen=True)
class NewAgency:
    """An agency to be in the register; `parent` and `line` are keys of agencies, '' for none."""

    key: str
    kind: str
    name_en: str
    name_zh: str = ""
    parent: str = ""
    line: str = ""
    place_code: str = "000000"
    tier: str = Place.Level.NATION
    aliases: Sequence[str] = ()
    role: str = ""
    note: str = ""
    seen_in: Sequence[str] = ()
    years_observed: Sequence[int] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    is_demonstration: bool = False

    @classmethod
    def as_read(cls, read: AgencyAsRead) -> NewAgency:
        """The national agency that a reference file names."""
        return cls(
            key=read.key,
            kind=read.kind,
            name_en=read.name_en,
            name_zh=read.name_zh,
            parent=read.parent,
            aliases=tuple(read.aliases),
            role=read.role,
            note=read.note,
            seen_in=tuple(read.seen_in),
            years_observed=tuple(read.years_observed),
        )


@dataclass(frozen=True)
class NewMembership:
    """An agency's dated seat in a body of the joint meeting, with where it was read."""

    agency: str
    valid_from: date
    source: str
    role: str = Membership.Role.MEMBER
    valid_to: date | None = None
    body: str = "joint-meeting"
    place_code: str = "000000"
    is_demonstration: bool = False


class CountAsRead(Protocol):
    """How many members one source gives the joint meeting."""

    @property
    def as_of(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def what(self) -> str: ...
    @property
    def source(self) -> str: ...


class PlaceAsRead(Protocol):
    """One name of one division code for one span of time."""

    @property
    def code(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def name_zh(self) -> str: ...
    @property
    def name_en_generated(self) -> bool: ...
    @property
    def parent_code(self) -> str: ...
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_to(self) -> date | None: ...
    @property
    def date_precision(self) -> str: ...
    @property
    def source(self) -> str: ...


class CodeAsRead(Protocol):
    """One code with its labels."""

    @property
    def code(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def name_zh(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_to(self) -> date | None: ...


class CodeListAsRead(Protocol):
    """One version of one code list."""

    @property
    def key(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def title_en(self) -> str: ...
    @property
    def title_zh(self) -> str: ...
    @property
    def valid_from(self) -> date | None: ...
    @property
    def source(self) -> str: ...
    @property
    def codes(self) -> Sequence[CodeAsRead]: ...
