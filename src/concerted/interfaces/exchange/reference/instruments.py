"""Reads the instruments below reference/instruments; a date that was not read stays empty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from .files import REFERENCE_FOLDER, ReferenceFileError, Row, read_yaml, refuse_twice

INSTRUMENTS_FOLDER = REFERENCE_FOLDER / "instruments"
BOUND_BY = frozenset({"ratification", "accession", "acceptance", "signature"})


@dataclass(frozen=True)
class InstrumentRecord:
    """One instrument; a date that no source gives is None and named in `not_read`."""

    key: str
    kind: str
    title_en: str
    title_zh: str
    body_en: str
    body_zh: str
    adopted_on: date | None
    in_force_on: date | None
    signed_on: date | None
    bound_on: date | None
    bound_by: str
    in_force_here_on: date | None
    reporting: str
    conflicts: tuple[str, ...]
    not_read: tuple[str, ...]
    sources: tuple[str, ...]
    note: str


def read_instruments(folder: Path = INSTRUMENTS_FOLDER) -> tuple[InstrumentRecord, ...]:
    """Return every instrument of the folder by key.

    Raises ReferenceFileError, naming file and line, for an instrument without a source, bound without a way
    or the other way round, bound before it was adopted, or given twice.
    """
    rows = [
        row
        for path in sorted(folder.glob("*.yaml"))
        for row in read_yaml(path, schema="concerted/instruments/1").rows("instruments")
    ]
    if not rows:
        raise ReferenceFileError(
            "there is no instrument", where=folder.name, remedy="restore reference/instruments"
        )
    records = [_instrument(row) for row in rows]
    refuse_twice(rows, [record.key for record in records], what="the instrument", remedy="keep one")
    return tuple(sorted(records, key=lambda record: record.key))


def _instrument(row: Row) -> InstrumentRecord:
    body = row.section("body")
    record = InstrumentRecord(
        key=row.text("key"),
        kind=row.text("kind"),
        title_en=row.text("en"),
        title_zh=row.text("zh"),
        body_en=body.text("en"),
        body_zh=body.text("zh"),
        adopted_on=row.optional_date("adopted_on"),
        in_force_on=row.optional_date("in_force_on"),
        signed_on=row.optional_date("signed_on"),
        bound_on=row.optional_date("bound_on"),
        bound_by=row.optional_text("bound_by"),
        in_force_here_on=row.optional_date("in_force_here_on"),
        reporting=row.optional_text("reporting"),
        conflicts=row.texts("conflicts"),
        not_read=row.texts("not_read"),
        sources=row.texts("sources"),
        note=row.optional_text("note"),
    )
    fault = _fault(record)
    if fault:
        raise ReferenceFileError(fault[0], where=row.where, remedy=fault[1])
    return record


def _fault(record: InstrumentRecord) -> tuple[str, str] | None:
    if not record.sources:
        return "the instrument has no source", "name where its dates were read under 'sources'"
    if (record.bound_on is None) != (not record.bound_by):
        return "bound_on and bound_by belong together", "give both or neither"
    if record.bound_by and record.bound_by not in BOUND_BY:
        return f"'{record.bound_by}' is no way to be bound", f"write one of {', '.join(sorted(BOUND_BY))}"
    if record.adopted_on is None and not record.not_read:
        return "the day of adoption is missing", "name it under 'not_read'"
    first = record.adopted_on
    later = (record.in_force_on, record.signed_on, record.bound_on, record.in_force_here_on)
    if first and any(day and day < first for day in later):
        return "a date lies before the adoption", "look at the dates once more"
    return None
