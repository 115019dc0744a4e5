"""Meetings that a source names are kept as that source tells them; nothing is filled in and none is held here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.agencies.reads import agency_by_key

from ..models import Meeting, Series


@dataclass(frozen=True)
class RecordedMeeting:
    """One meeting as its sources tell it. told: what each says, by fact; date_precision: day, month or year."""

    key: str
    held_on: date
    date_precision: str
    title_en: str
    title_zh: str
    source: str
    reading_level: str
    told: Mapping[str, Any] = field(default_factory=dict)
    venue: str = ""


@dataclass(frozen=True)
class RecordedSeries:
    """The series such meetings belong to, kept by an office of the register."""

    key: str
    kind: str
    level: str
    place_code: str
    title_en: str
    title_zh: str
    office: str
    source: str
    meetings: tuple[RecordedMeeting, ...] = ()


@dataclass(frozen=True)
class Loaded:
    """How many series and meetings were written anew or changed."""

    series: int
    meetings: int

    def audit_detail(self) -> dict[str, int]:
        """The two counts."""
        return {"series": self.series, "meetings": self.meetings}

    def __str__(self) -> str:
        return f"{self.series} series, {self.meetings} meetings written"


@act(Permission.MEETING_RECORD)
def load_recorded_meetings(*, officer: Officer, at: datetime, records: Iterable[RecordedSeries]) -> Loaded:
    """Store series and meetings by their keys; what already stands as it is stays untouched."""
    series_written = meetings_written = 0
    for record in records:
        office = agency_by_key(record.office)
        if office is None:
            raise LookupError(record.office)
        wanted = {
            "kind": record.kind,
            "level": record.level,
            "place_code": record.place_code,
            "title_en": record.title_en,
            "title_zh": record.title_zh,
            "office": office,
            "source": record.source,
        }
        series, changed = _stored(Series, record.key, wanted)
        series_written += changed
        for one in record.meetings:
            _meeting, changed = _stored(Meeting, one.key, _columns(series, one))
            meetings_written += changed
    return Loaded(series_written, meetings_written)


def _columns(series: Series, one: RecordedMeeting) -> dict[str, Any]:
    return {
        "series": series,
        "state": Meeting.State.RECORDED,
        "held_on": one.held_on,
        "date_precision": one.date_precision,
        "title_en": one.title_en,
        "title_zh": one.title_zh,
        "venue": one.venue,
        "source": one.source,
        "reading_level": one.reading_level,
        "told": dict(one.told),
    }


def _stored(model: Any, key: str, wanted: dict[str, Any]) -> tuple[Any, bool]:
    row = model.objects.filter(key=key).first()
    if row is None:
        return model.objects.create(key=key, **wanted), True
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    if changed:
        for name in changed:
            setattr(row, name, wanted[name])
        row.save(update_fields=changed)
    return row, bool(changed)
