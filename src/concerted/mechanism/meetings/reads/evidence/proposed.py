"""The shape of evidence: a proposed item with its reason, figures and what stands behind it; it reads no table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from concerted.foundation.agencies.models import Agency, Officer, Place, significant_digits
from concerted.mechanism.plan.models import PlanVersion, ReportingPeriod

from ...models import Meeting


class Pair(NamedTuple):
    """A text in English and in Chinese."""

    en: str
    zh: str


@dataclass(frozen=True)
class Figure:
    """One number of the reason: its key, its value, the unit it is in and what it is out of."""

    key: str
    value: int | float | str
    unit: str = ""
    of: int | None = None


@dataclass(frozen=True)
class Link:
    """What stands behind an item: the kind of thing and its key or id, with its name."""

    kind: str
    key: str
    label: Pair


@dataclass(frozen=True)
class Proposed:
    """One item that a source proposes. The first link is its address; `weight` orders items of one source.

    measures: ids of the measures it is about. for_members_only: what observers do not get.
    """

    source: str
    address_kind: str
    address_key: str
    title: Pair
    reason: Pair
    figures: tuple[Figure, ...] = ()
    links: tuple[Link, ...] = ()
    weight: int = 0
    for_members_only: bool = True
    measures: tuple[int, ...] = field(default=())

    @property
    def title_en(self) -> str:
        return self.title.en

    @property
    def title_zh(self) -> str:
        return self.title.zh

    @property
    def reason_en(self) -> str:
        return self.reason.en

    @property
    def reason_zh(self) -> str:
        return self.reason.zh


@dataclass(frozen=True)
class Scope:
    """For which meeting, on which day and for which area evidence is sought.

    after: the first moment that is not known any more. since: the day of the meeting of the series before. known:
    `after` where figures may have been entered since, None on the present day. version and period: of the plan in
    force then at the place of the series.
    """

    meeting: Meeting
    officer: Officer
    at: datetime
    on: date
    after: datetime
    since: date
    known: datetime | None
    version: PlanVersion | None
    period: ReportingPeriod | None

    @property
    def place_code(self) -> str:
        """The place of the series."""
        return self.meeting.series.place_code

    @property
    def prefix(self) -> str:
        """The digits that every place of the series' area begins with."""
        return significant_digits(self.place_code)

    @property
    def is_national(self) -> bool:
        """Whether the series is the nation's."""
        return not self.prefix

    @property
    def office_id(self) -> int:
        """The agency that keeps the series."""
        return self.meeting.series.office_id


def both(en: str, zh: str, values: Mapping[str, object] | None = None) -> Pair:
    """A text in both languages with the same values put in; a Pair gives each language its own."""
    given = values or {}
    english = {k: v.en if isinstance(v, Pair) else v for k, v in given.items()}
    chinese = {k: (v.zh or v.en) if isinstance(v, Pair) else v for k, v in given.items()}
    return Pair(en.format(**english), zh.format(**chinese))


def named(thing: Agency | Place) -> Pair:
    """The names of an agency or a place."""
    return Pair(thing.name_en, thing.name_zh or thing.name_en)
