"""The clocks of case work, read from reference/clocks: each becomes a confidential kind of obligation."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils import timezone

from concerted.errors import ConcertedError
from concerted.foundation.agencies.models import is_within
from concerted.foundation.obligations.calendar import WorkingDays
from concerted.foundation.obligations.kinds import EscalationStep, Level, ObligationKind, register

FOLDER = Path(__file__).resolve().parents[4] / "reference" / "clocks"
_FILES = {"relief": "relief.yaml", "cases": "case-work.yaml"}
NATION = "CN"
#: Case work does not wait for weeks: a late answer climbs after one, three and five working days.
_BY_DAYS = (
    EscalationStep(1, Level.OWED_TO),
    EscalationStep(3, Level.SUPERIOR),
    EscalationStep(5, Level.SUPERIOR),
)
#: What was to be done within hours climbs within hours: at once to who waits for it, then up.
_BY_HOURS = (
    EscalationStep(1, Level.OWED_TO, after_hours=0),
    EscalationStep(3, Level.SUPERIOR, after_hours=2),
    EscalationStep(5, Level.SUPERIOR, after_hours=24),
)


@dataclass(frozen=True)
class Clock:
    """One rule: from which event, within how long, whose duty, where it holds, and where it was read."""

    key: str
    family: str
    name_en: str
    name_zh: str
    starts_on: str
    amount: int
    unit: str
    owner_kind: str
    urgency: str
    place_scope: str
    source: str
    reading_level: str

    @property
    def kind(self) -> str:
        """The code of its kind of obligation."""
        return f"{self.family}.{self.key}"

    @property
    def runs_by_hours(self) -> bool:
        """Whether it is late from a moment on; what is due at once or within days is late when its day is over."""
        return self.unit == "hours" and self.amount > 0

    def due_from(self, at: datetime) -> datetime:
        """The moment by which it must be done when its event happens at `at`; 0 is at once.

        Days run to the end of the last one.
        """
        at = timezone.localtime(at)
        if self.unit == "hours":
            return at + timedelta(hours=self.amount)
        return _end_of_day(self._last_day(at))

    def _last_day(self, at: datetime) -> datetime:
        if self.unit == "working_days":
            day = WorkingDays(settings.COUNTRY).add(at.date(), self.amount)
            return at + timedelta(days=(day - at.date()).days)
        if self.unit == "months":
            return _months_later(at, self.amount)
        return at + timedelta(**{self.unit: self.amount})

    def holds_in(self, place_code: str) -> bool:
        """Whether the rule is one of that place: a province's rule binds nobody elsewhere."""
        return self.place_scope == NATION or is_within(place_code, self.place_scope)


def _end_of_day(at: datetime) -> datetime:
    return at.replace(hour=23, minute=59, second=59, microsecond=0)


def _months_later(at: datetime, months: int) -> datetime:
    """The same day so many calendar months later, or the last day of a shorter month."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))


@lru_cache(maxsize=1)
def clocks() -> tuple[Clock, ...]:
    """Every clock there is, in the order of the files."""
    return tuple(
        _clock(family, row)
        for family, name in _FILES.items()
        for row in yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))["clocks"]
    )


def _clock(family: str, row: Mapping[str, Any]) -> Clock:
    return Clock(
        key=row["key"],
        family=family,
        name_en=row["what_en"],
        name_zh=row["what_zh"],
        starts_on=row["starts_on"],
        amount=row["due"]["amount"],
        unit=row["due"]["unit"],
        owner_kind=row["owner_kind"],
        urgency=row.get("urgency", ""),
        place_scope=str(row["place_scope"]),
        source=row["source"],
        reading_level=row["reading_level"],
    )


def clock(key: str) -> Clock:
    """The clock of this key. Raises ConcertedError for an unknown one."""
    for each in clocks():
        if each.key == key:
            return each
    raise ConcertedError(f"there is no clock {key!r}", where="reference/clocks")


def clocks_for(event: str, *, place_code: str = "000000", urgency: str = "") -> list[Clock]:
    """The clocks that start on the event in that place, of that urgency where they tell one apart."""
    return [
        each
        for each in clocks()
        if each.starts_on == event and each.holds_in(place_code) and each.urgency in ("", urgency)
    ]


def register_all() -> None:
    """Make every clock a kind of obligation; safe to do again."""
    for each in clocks():
        register(
            ObligationKind(
                code=each.kind,
                name_en=each.name_en,
                name_zh=each.name_zh,
                remind_on=(-1, 1, 3, 7),
                minimum_gap_days=1,
                ladder=_BY_HOURS if each.runs_by_hours else _BY_DAYS,
                source=each.source,
                confidential=True,
            )
        )
