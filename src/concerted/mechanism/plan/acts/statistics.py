"""Stores figures that others published, as printed; it adds nothing up and settles no contradiction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer

from ..models import PublishedStatistic


class StatisticAsRead(Protocol):
    """One figure as one source prints it."""

    @property
    def year(self) -> str: ...
    @property
    def measure(self) -> str: ...
    @property
    def value(self) -> Decimal: ...
    @property
    def qualifier(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def period_from(self) -> str: ...
    @property
    def period_to(self) -> str: ...
    @property
    def geography(self) -> str: ...
    @property
    def publisher(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def line(self) -> int: ...


@act(Permission.REFERENCE_LOAD)
def load_published_statistics(*, officer: Officer, at: datetime, records: Iterable[StatisticAsRead]) -> int:
    """Store every figure by its line in the source file, changed ones anew; returns how many were written."""
    known = {row.row: row for row in PublishedStatistic.objects.all()}
    given = {record.line: _row(record) for record in records}
    written = [row for line, row in given.items() if line not in known or not _same(row, known[line])]
    changed = [line for line in known if line not in given or not _same(given[line], known[line])]
    PublishedStatistic.objects.filter(row__in=changed).delete()
    PublishedStatistic.objects.bulk_create(written)
    return len(written)


def _row(record: StatisticAsRead) -> PublishedStatistic:
    return PublishedStatistic(
        span=record.year,
        measure=record.measure,
        value=record.value,
        value_text=str(record.value),
        qualifier=record.qualifier,
        unit=record.unit,
        period_from=record.period_from,
        period_to=record.period_to,
        geography=record.geography,
        publisher=record.publisher,
        source=record.source,
        note=record.note,
        row=record.line,
    )


def _same(one: PublishedStatistic, other: PublishedStatistic) -> bool:
    names = [field.attname for field in PublishedStatistic._meta.concrete_fields if field.name != "id"]
    return all(getattr(one, name) == getattr(other, name) for name in names)
