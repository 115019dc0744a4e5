"""Reads published figures; every one is kept, and one that contradicts another stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from .files import REFERENCE_FOLDER, ReferenceFileError, is_partial_date, read_csv

STATISTICS_FILE = REFERENCE_FOLDER / "statistics" / "china-published.csv"


@dataclass(frozen=True)
class PublishedStatistic:
    """One figure as one source prints it.

    year is a year or a span ("2009", "2009-2011"). period_from and period_to are as exact as the source: a
    year, a month or a day, '' where it names none. qualifier and unit say how the number is to be read.
    """

    year: str
    measure: str
    value: Decimal
    source: str
    qualifier: str
    unit: str
    period_from: str
    period_to: str
    geography: str
    publisher: str
    note: str
    line: int

    @property
    def years(self) -> tuple[int, int]:
        """The first and the last year of the figure."""
        first, _, last = self.year.partition("-")
        return int(first), int(last or first)

    @property
    def conflict(self) -> str:
        """What the figure contradicts, as noted when it was read; '' when nothing was noted."""
        mark, found, reason = self.note.partition("CONFLICT:")
        return reason.strip() if found and not mark.strip() else ""


_COLUMNS = frozenset(PublishedStatistic.__dataclass_fields__) - {"line"}
_COMPULSORY = ("measure", "source", "qualifier", "unit", "geography", "publisher")


def read_published_statistics(path: Path = STATISTICS_FILE) -> tuple[PublishedStatistic, ...]:
    """Return every row of the file in its order; nothing is merged, chosen or left out.

    Raises ReferenceFileError with the line for a number, year or date that is none, or a missing source.
    """
    return tuple(read_csv(path, _statistic, columns=_COLUMNS))


def _statistic(row: Mapping[str, str], where: str) -> PublishedStatistic:
    for column in _COMPULSORY:
        if not row[column].strip():
            raise ReferenceFileError(
                f"the column '{column}' is empty", where=where, remedy=f"fill in '{column}'"
            )
    for column in ("period_from", "period_to"):
        if row[column] and not is_partial_date(row[column]):
            raise ReferenceFileError(
                f"'{row[column]}' in '{column}' is not a date",
                where=where,
                remedy="write YYYY, YYYY-MM or YYYY-MM-DD, or leave it empty",
            )
    _, _, line = where.rpartition(" ")
    texts = {column: row[column] for column in _COLUMNS - {"value", "year"}}
    return PublishedStatistic(
        year=_year(row["year"], where), value=_value(row["value"], where), line=int(line), **texts
    )


def _year(text: str, where: str) -> str:
    parts = text.split("-")
    are_years = all(len(part) == 4 and part.isdecimal() for part in parts)
    if len(parts) <= 2 and are_years and parts == sorted(parts):
        return text
    raise ReferenceFileError(
        f"'{text}' is not a year or a span", where=where, remedy="write 2009 or 2009-2011"
    )


def _value(text: str, where: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise ReferenceFileError(
            f"'{text}' is not a number", where=where, remedy="write digits only; a missing figure has no row"
        )
    return value
