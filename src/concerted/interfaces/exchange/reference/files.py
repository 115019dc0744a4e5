"""Reads the files below reference/ row by row and says where a fault stands; it never changes a file."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml

from concerted.errors import Invalid

REFERENCE_FOLDER = Path(__file__).resolve().parents[5] / "reference"

_Read = TypeVar("_Read")


class ReferenceFileError(Invalid):
    """A reference file that is missing, unreadable, or holds a row that cannot be true."""


class Row(dict[str, Any]):
    """One mapping of a YAML file, with the file and the line on which it opens."""

    path: Path
    line: int

    @property
    def where(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}, line {self.line}"

    def text(self, key: str) -> str:
        """Return a compulsory text field; raise ReferenceFileError when it is missing, blank or not text."""
        found = self.get(key)
        if not isinstance(found, str) or not found.strip():
            raise ReferenceFileError(
                f"the field '{key}' is {'missing' if found is None else f'not a text: {found!r}'}",
                where=self.where,
                remedy=f"write '{key}' as a non-empty text",
            )
        return found

    def optional_text(self, key: str) -> str:
        """Return a text field, '' when it is missing or null."""
        return "" if self.get(key) is None else self.text(key)

    def whole_number(self, key: str) -> int:
        """Return a compulsory whole number."""
        found = self.get(key)
        if isinstance(found, bool) or not isinstance(found, int):
            raise ReferenceFileError(
                f"the field '{key}' is not a whole number: {found!r}",
                where=self.where,
                remedy=f"write '{key}' as a whole number",
            )
        return found

    def optional_number(self, key: str) -> int | None:
        """Return a whole number, None when it is missing or null."""
        return None if self.get(key) is None else self.whole_number(key)

    def optional_date(self, key: str) -> date | None:
        """Return a date, None when it is missing or null."""
        found = self.get(key)
        if found is None or type(found) is date:
            return found
        raise ReferenceFileError(
            f"the field '{key}' is not a date: {found!r}", where=self.where, remedy="write it as YYYY-MM-DD"
        )

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty when it is missing."""
        found = self.get(key) or []
        if not isinstance(found, list) or not all(isinstance(item, str) and item.strip() for item in found):
            raise ReferenceFileError(
                f"the field '{key}' is not a list of texts: {found!r}",
                where=self.where,
                remedy=f"write '{key}' as [text, text]",
            )
        return tuple(found)

    def rows(self, key: str) -> tuple[Row, ...]:
        """Return a compulsory list of mappings."""
        found = self.get(key)
        if not isinstance(found, list) or not all(isinstance(item, Row) for item in found):
            raise ReferenceFileError(
                f"the field '{key}' is not a list of rows",
                where=self.where,
                remedy=f"write '{key}' as a list in which each entry has named fields",
            )
        return tuple(found)

    def section(self, key: str) -> Row:
        """Return a compulsory mapping."""
        found = self.get(key)
        if not isinstance(found, Row):
            raise ReferenceFileError(
                f"the section '{key}' is missing",
                where=self.where,
                remedy=f"add '{key}' with its named fields",
            )
        return found


class _RowLoader(yaml.SafeLoader):
    """YAML's safe loader with a line number on each mapping; a field written twice is a fault."""

    path: Path


def _construct_row(loader: _RowLoader, node: yaml.MappingNode) -> Iterator[Row]:
    row = Row()
    row.path, row.line = loader.path, node.start_mark.line + 1
    yield row
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in row:
            raise ReferenceFileError(
                f"the field '{key}' is written twice",
                where=f"{loader.path.parent.name}/{loader.path.name}, line {key_node.start_mark.line + 1}",
                remedy="keep one of the two",
            )
        row[key] = loader.construct_object(value_node, deep=True)


_RowLoader.add_constructor("tag:yaml.org,2002:map", _construct_row)


def read_yaml(path: Path, *, schema: str) -> Row:
    """Return the mapping a YAML file holds, each mapping in it a Row that knows its line.

    schema: what the file's own `schema` field must say.
    Raises ReferenceFileError when the file is missing, is no YAML or follows another schema.
    """
    loader = _RowLoader(_text_of(path))
    loader.path = path
    try:
        found = loader.get_single_data()
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise ReferenceFileError(
            f"the file is not valid YAML: {getattr(fault, 'problem', None) or fault}",
            where=f"{path.parent.name}/{path.name}{line}",
            remedy="correct the line; a text that holds ': ' or opens with a sign needs quotation marks",
        ) from fault
    finally:
        loader.dispose()
    if not isinstance(found, Row) or found.get("schema") != schema:
        raise ReferenceFileError(
            f"the file does not follow the schema {schema}",
            where=f"{path.parent.name}/{path.name}",
            remedy=f"open it with 'schema: {schema}'",
        )
    return found


def read_csv(
    path: Path, row_from: Callable[[Mapping[str, str], str], _Read], *, columns: frozenset[str]
) -> list[_Read]:
    """Return what `row_from(row, where)` makes of each row of a CSV file with exactly these columns.

    Raises ReferenceFileError for a missing file, another heading, or a row with too many or too few cells.
    """
    reader = csv.DictReader(_text_of(path).splitlines(keepends=True), strict=True)
    heading = reader.fieldnames or []
    if set(heading) != columns or len(heading) != len(columns):
        raise ReferenceFileError(
            f"the columns are {', '.join(heading) or 'missing'}",
            where=f"{path.parent.name}/{path.name}, line 1",
            remedy=f"the first line must name exactly: {', '.join(sorted(columns))}",
        )
    read: list[_Read] = []
    for row in reader:
        where = f"{path.parent.name}/{path.name}, line {reader.line_num}"
        if None in row or None in row.values():
            raise ReferenceFileError(
                f"the row does not have {len(columns)} cells",
                where=where,
                remedy="quote a cell that holds a comma",
            )
        read.append(row_from(row, where))
    return read


def refuse_twice(rows: Sequence[Row], keys: Sequence[Hashable], *, what: str, remedy: str) -> None:
    """Raise ReferenceFileError at the first row whose key an earlier row already has."""
    first: dict[Hashable, Row] = {}
    for row, key in zip(rows, keys, strict=True):
        if key in first:
            raise ReferenceFileError(
                f"{what} {key!r} is given twice, first on line {first[key].line}",
                where=row.where,
                remedy=remedy,
            )
        first[key] = row


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as fault:
        raise ReferenceFileError(
            f"the file cannot be read: {fault.strerror}",
            where=f"{path.parent.name}/{path.name}",
            remedy="restore it from the project's reference folder",
        ) from fault
    except UnicodeDecodeError as fault:
        raise ReferenceFileError(
            "the file is not UTF-8 text", where=f"{path.parent.name}/{path.name}", remedy="save it as UTF-8"
        ) from fault


_PARTIAL_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?")


def is_partial_date(text: str) -> bool:
    """Whether a text is a year, a year and month, or a whole date, as sources print them."""
    return _PARTIAL_DATE.fullmatch(text) is not None
