"""Reads the meetings that sources name below reference/meetings; it fills nothing in and says what was not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from .files import REFERENCE_FOLDER, ReferenceFileError, Row, read_yaml, refuse_twice

MEETINGS_FOLDER = REFERENCE_FOLDER / "meetings"
PRECISIONS = ("day", "month", "year")


@dataclass(frozen=True)
class RecordedMeetingRecord:
    """One meeting as its source tells it; `told` holds what it says and, under not_read, what it does not."""

    key: str
    held_on: date
    date_precision: str
    title_en: str
    title_zh: str
    source: str
    reading_level: str
    told: Mapping[str, Any]
    venue: str


@dataclass(frozen=True)
class RecordedSeriesRecord:
    """The series such meetings belong to; `office` is the key of the agency that keeps it."""

    key: str
    kind: str
    level: str
    place_code: str
    title_en: str
    title_zh: str
    office: str
    source: str
    meetings: tuple[RecordedMeetingRecord, ...]


def read_recorded_meetings(folder: Path = MEETINGS_FOLDER) -> tuple[RecordedSeriesRecord, ...]:
    """Return every series of the folder with its meetings, in the order of the files.

    Raises ReferenceFileError, naming file and line, for a meeting without a date, a source or a reading level, a
    precision that is none, or a meeting given twice.
    """
    rows = [
        row
        for path in sorted(folder.glob("*.yaml"))
        for row in read_yaml(path, schema="concerted/recorded-meetings/1").rows("series")
    ]
    meetings = [meeting for row in rows for meeting in row.rows("meetings")]
    keys = [meeting.text("key") for meeting in meetings]
    refuse_twice(meetings, keys, what="the meeting", remedy="keep one entry and name both sources in it")
    return tuple(_series(row) for row in rows)


def _series(row: Row) -> RecordedSeriesRecord:
    return RecordedSeriesRecord(
        key=row.text("key"),
        kind=row.text("kind"),
        level=row.text("level"),
        place_code=row.text("place"),
        title_en=row.text("en"),
        title_zh=row.text("zh"),
        office=row.text("office"),
        source=row.text("source"),
        meetings=tuple(_meeting(meeting) for meeting in row.rows("meetings")),
    )


def _meeting(row: Row) -> RecordedMeetingRecord:
    held_on, precision = row.optional_date("held_on"), row.text("date_precision")
    if held_on is None or precision not in PRECISIONS:
        raise ReferenceFileError(
            "the meeting has no date or its precision is none",
            where=row.where,
            remedy=f"write held_on as YYYY-MM-DD and date_precision as one of {', '.join(PRECISIONS)}",
        )
    return RecordedMeetingRecord(
        key=row.text("key"),
        held_on=held_on,
        date_precision=precision,
        title_en=row.text("en"),
        title_zh=row.text("zh"),
        source=row.text("source"),
        reading_level=row.text("reading_level"),
        told=dict(row.section("told")) | {"not_read": list(row.texts("not_read"))},
        venue=row.optional_text("venue"),
    )
