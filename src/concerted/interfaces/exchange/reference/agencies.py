"""Reads the agencies named in the plan texts; it never assumes that one agency succeeded another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .files import REFERENCE_FOLDER, ReferenceFileError, Row, read_yaml, refuse_twice

AGENCIES_FILE = REFERENCE_FOLDER / "agencies" / "agencies.yaml"
LOCAL_FILE = REFERENCE_FOLDER / "agencies" / "local.yaml"
ALIASES_FILE = REFERENCE_FOLDER / "agencies" / "aliases.yaml"


@dataclass(frozen=True)
class AgencyRecord:
    """An agency as the texts name it; name_zh is '' where no Chinese name was read.

    years_observed are the years in which the name was seen, not the years in which the agency existed.
    """

    key: str
    kind: str
    name_en: str
    name_zh: str
    parent: str
    role: str
    local_form: str
    note: str
    seen_in: tuple[str, ...]
    years_observed: tuple[int, ...]
    aliases: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name a plan may call it by, the full ones first."""
        return tuple(name for name in (self.name_en, self.name_zh, *self.aliases) if name)


@dataclass(frozen=True)
class LocalAgencyRecord:
    """A local body that a real plan names; line is the key of the national agency whose work it does."""

    key: str
    kind: str
    name_en: str
    name_zh: str
    line: str
    place_code: str
    tier: str
    note: str
    seen_in: tuple[str, ...]


@dataclass(frozen=True)
class MembershipCountRecord:
    """How many members one source gives the joint meeting; as_of is written as the source dates it."""

    as_of: str
    count: int
    what: str
    source: str


@dataclass(frozen=True)
class AgencySeed:
    """The agencies, and the membership counts that the sources give without agreeing."""

    agencies: tuple[AgencyRecord, ...]
    membership_counts_read: tuple[MembershipCountRecord, ...]
    is_complete: bool

    def agency(self, key: str) -> AgencyRecord:
        """Return one agency; raise KeyError when there is none such."""
        return {agency.key: agency for agency in self.agencies}[key]


def read_agencies(path: Path = AGENCIES_FILE, *, aliases: Path = ALIASES_FILE) -> AgencySeed:
    """Return the agencies with their aliases, parents before children, and the membership counts.

    Raises ReferenceFileError, naming file and line, for a key given twice, an unknown parent, parents in a
    circle, an alias of an unknown agency, or an alias that names two agencies.
    """
    found = read_yaml(path, schema="concerted/agency-seed/1")
    rows = found.rows("agencies")
    other_names = _aliases(aliases, rows)
    agencies = tuple(_agency(row, other_names.get(row.text("id"), ())) for row in rows)
    refuse_twice(rows, [agency.key for agency in agencies], what="the agency", remedy="give each its own id")
    return AgencySeed(
        agencies=_parents_first(rows, agencies),
        membership_counts_read=tuple(_count(row) for row in found.rows("membership_counts_read")),
        is_complete=found.get("completeness") == "complete",
    )


def read_local_agencies(path: Path = LOCAL_FILE) -> tuple[LocalAgencyRecord, ...]:
    """Return the local bodies that the real plans name. Raises ReferenceFileError for a key given twice."""
    rows = read_yaml(path, schema="concerted/local-agency-seed/1").rows("agencies")
    found = tuple(_local_agency(row) for row in rows)
    refuse_twice(rows, [one.key for one in found], what="the agency", remedy="give each its own id")
    return found


def _local_agency(row: Row) -> LocalAgencyRecord:
    return LocalAgencyRecord(
        key=row.text("id"),
        kind=row.text("kind"),
        name_en=row.text("en"),
        name_zh=row.optional_text("zh"),
        line=row.text("line"),
        place_code=row.text("place"),
        tier=row.text("tier"),
        note=row.optional_text("note"),
        seen_in=row.texts("seen_in"),
    )


def _agency(row: Row, aliases: tuple[str, ...]) -> AgencyRecord:
    years = row.get("name_observed_in") or []
    if not isinstance(years, list) or not all(type(year) is int for year in years):
        raise ReferenceFileError(
            f"'name_observed_in' is not a list of years: {years!r}",
            where=row.where,
            remedy="write it as [2008, 2013]",
        )
    return AgencyRecord(
        key=row.text("id"),
        kind=row.text("kind"),
        name_en=row.text("en"),
        name_zh=row.optional_text("zh"),
        parent=row.optional_text("parent"),
        role=row.optional_text("role"),
        local_form=row.optional_text("local_form"),
        note=row.optional_text("note"),
        seen_in=row.texts("seen_in"),
        years_observed=tuple(years),
        aliases=aliases,
    )


def _count(row: Row) -> MembershipCountRecord:
    return MembershipCountRecord(
        row.text("as_of"), row.whole_number("count"), row.text("what"), row.text("source")
    )


def _aliases(path: Path, agencies: tuple[Row, ...]) -> dict[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    known = {row.text("id") for row in agencies}
    owner = {row.text("en").casefold(): row.text("id") for row in agencies}
    owner |= {row.optional_text("zh"): row.text("id") for row in agencies}
    for row in read_yaml(path, schema="concerted/agency-aliases/1").rows("aliases"):
        key = row.text("agency")
        if key not in known or key in names:
            fault = "has two rows" if key in names else "is not in the list of agencies"
            raise ReferenceFileError(f"the agency '{key}' {fault}", where=row.where, remedy="correct its id")
        names[key] = row.texts("en") + row.texts("zh")
        for name in names[key]:
            if owner.setdefault(name.casefold(), key) != key:
                raise ReferenceFileError(
                    f"'{name}' would name both '{owner[name.casefold()]}' and '{key}'",
                    where=row.where,
                    remedy="leave an ambiguous name out; the reader of plans then asks the officer",
                )
    return names


def _parents_first(rows: tuple[Row, ...], agencies: tuple[AgencyRecord, ...]) -> tuple[AgencyRecord, ...]:
    where = {row.text("id"): row.where for row in rows}
    waiting, placed = list(agencies), {""}
    ordered: list[AgencyRecord] = []
    while waiting:
        ready = [agency for agency in waiting if agency.parent in placed]
        if not ready:
            raise ReferenceFileError(
                f"the parent '{waiting[0].parent}' of '{waiting[0].key}' is unknown or below it",
                where=where[waiting[0].key],
                remedy="name an agency of the list that does not itself belong to this one",
            )
        ordered += ready
        placed |= {agency.key for agency in ready}
        waiting = [agency for agency in waiting if agency.key not in placed]
    return tuple(ordered)
