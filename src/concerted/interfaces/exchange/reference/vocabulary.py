"""Reads the code lists below reference/vocabulary; it never adds a code or a translation of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from .files import REFERENCE_FOLDER, ReferenceFileError, Row, read_yaml, refuse_twice

VOCABULARY_FOLDER = REFERENCE_FOLDER / "vocabulary"

_KEY = re.compile(r"[a-z][a-z0-9_]*(-[a-z0-9_]+)*")
_CHINESE = re.compile(r"[\u3400-\u9fff%]")


@dataclass(frozen=True)
class CodeRecord:
    """One code with its labels; valid_from is inclusive, valid_to exclusive, None is open."""

    code: str
    name_en: str
    name_zh: str
    note: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class CodeListRecord:
    """One version of one code list, its codes in the order in which officers should see them."""

    key: str
    version: int
    title_en: str
    title_zh: str
    valid_from: date | None
    source: str
    codes: tuple[CodeRecord, ...]

    def code(self, code: str) -> CodeRecord:
        """Return one code; raise KeyError when the list has none such."""
        return {record.code: record for record in self.codes}[code]


def read_code_lists(folder: Path = VOCABULARY_FOLDER) -> tuple[CodeListRecord, ...]:
    """Return every code list of the folder, by key and version.

    Raises ReferenceFileError, naming file and line, for a label missing in either language, a code or a list
    version given twice, a date that is none, or an end that is not after its start.
    """
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise ReferenceFileError(
            "there is no code list",
            where=str(folder.name),
            remedy="restore reference/vocabulary from the project",
        )
    lists = sorted((read_code_list(path) for path in paths), key=lambda found: (found.key, found.version))
    for before, after in pairwise(lists):
        if (before.key, before.version) == (after.key, after.version):
            raise ReferenceFileError(
                f"version {after.version} of the list '{after.key}' is given by two files",
                where=folder.name,
                remedy="give the newer file the next version number",
            )
    return tuple(lists)


def read_code_list(path: Path) -> CodeListRecord:
    """Return the code list of one file."""
    found = read_yaml(path, schema="concerted/code-list/1")
    title_en, title_zh = _both_languages(found.section("title"))
    rows = found.rows("codes")
    codes = tuple(_code(row) for row in rows)
    refuse_twice(
        rows,
        [record.code for record in codes],
        what="the code",
        remedy="keep one; a changed meaning belongs in a new version of the list",
    )
    return CodeListRecord(
        key=_key(found, "list"),
        version=found.whole_number("version"),
        title_en=title_en,
        title_zh=title_zh,
        valid_from=found.optional_date("valid_from"),
        source=found.text("source"),
        codes=codes,
    )


def _code(row: Row) -> CodeRecord:
    name_en, name_zh = _both_languages(row)
    valid_from, valid_to = row.optional_date("valid_from"), row.optional_date("valid_to")
    if valid_from and valid_to and valid_to <= valid_from:
        raise ReferenceFileError(
            f"the code ends on {valid_to} but starts on {valid_from}",
            where=row.where,
            remedy="valid_to is the first day on which the code no longer stands",
        )
    return CodeRecord(_key(row, "code"), name_en, name_zh, row.optional_text("note"), valid_from, valid_to)


def _key(row: Row, field: str) -> str:
    key = row.text(field)
    if not _KEY.fullmatch(key):
        raise ReferenceFileError(
            f"'{key}' cannot be a code",
            where=row.where,
            remedy="use lower-case letters, digits, hyphens and underscores, a letter first",
        )
    return key


def _both_languages(row: Row) -> tuple[str, str]:
    en, zh = row.text("en"), row.text("zh")
    if not _CHINESE.search(zh):
        raise ReferenceFileError(
            f"the Chinese label '{zh}' holds no Chinese",
            where=row.where,
            remedy="write the Chinese label under 'zh'",
        )
    return en, zh
