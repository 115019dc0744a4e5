"""Plan files as XLSX: one sheet a kind of entry, every cell a typed text, reading back as exactly what
was written."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path as FilePath
from typing import Any, get_args

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from concerted.deferred import openpyxl
from concerted.errors import Invalid, Problem
from concerted.interfaces.exchange.files import broken_office_file, check_archive, read_handed_in
from concerted.interfaces.exchange.plan_file.cells import cell_text, cell_value
from concerted.interfaces.exchange.plan_file.codec import Path, file_key, hints_of, plain
from concerted.interfaces.exchange.plan_file.document import (
    SCHEMA,
    Baseline,
    Dependency,
    Indicator,
    IndicatorTarget,
    LocalInstrument,
    Measure,
    Milestone,
    Objective,
    PlanDocument,
    Responsibility,
    Source,
    Strand,
    StrategicMeasure,
)
from concerted.interfaces.exchange.plan_file.text import document_from, dump_yaml
from concerted.interfaces.exchange.tables import Column, Table, write_workbook

_LONGEST_CELL = 32_767
_MOST_ROWS = 100_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class _Sheet:
    """One sheet: what its rows are, the columns that say where they belong, and the fields kept on other
    sheets."""

    name: str
    kind: type
    belongs: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


_SHEETS = {
    sheet.name: sheet
    for sheet in (
        _Sheet("strands", Strand, (), ("objectives", "measures")),
        _Sheet("objectives", Objective, ("strand",)),
        _Sheet(
            "measures",
            Measure,
            ("strand", "parent"),
            ("lead", "support", "milestones", "depends_on", "sub_measures"),
        ),
        _Sheet("responsibilities", Responsibility, ("measure", "role")),
        _Sheet("indicators", Indicator, (), ("baselines", "targets")),
        _Sheet("baselines", Baseline, ("indicator",)),
        _Sheet("targets", IndicatorTarget, ("indicator",)),
        _Sheet("milestones", Milestone, ("measure",)),
        _Sheet("dependencies", Dependency, ("measure",)),
        _Sheet("sources", Source),
        _Sheet("strategic_measures", StrategicMeasure),
        _Sheet("local_instruments", LocalInstrument),
    )
}
_PLAN_ELSEWHERE = {"sources", "strands", "indicators", "local_instruments_read"}


def dump_xlsx(document: PlanDocument) -> bytes:
    """Return the document as a workbook; raises Invalid where it would not read back the same.

    A text too long for a cell (32,767) is refused with the advice to use YAML, which has no such bound.
    """
    dump_yaml(document)
    tree = {"schema": SCHEMA, **plain(document)}
    rows = _flat(tree)
    tables = [_table("plan", ["key", "value"], list(_plan_rows(tree)))]
    for sheet in _SHEETS.values():
        columns = [*sheet.belongs, *(key for key, _kind in _columns(sheet.kind, sheet.elsewhere))]
        if sheet.name == "measures":
            columns += ["lead", "support"]
        tables.append(_table(sheet.name, columns, rows[sheet.name]))
    return write_workbook(tables)


def load_xlsx(path_or_bytes: FilePath | str | bytes, filename: str = "") -> PlanDocument:
    """Return the plan document in a workbook of these sheets.

    Raises Invalid with every fault found: row of the sheet, field (sheet first), what, remedy. Formulas
    are refused.
    """
    name = filename or ("" if isinstance(path_or_bytes, bytes) else str(path_or_bytes))
    data = read_handed_in(path_or_bytes, name)
    check_archive(data, name, member="xl/workbook.xml")
    sheets, problems = _opened(data, name)
    builder = _Builder(problems)
    tree = builder.tree(sheets)
    if problems:
        raise Invalid(
            _("The workbook has faults; nothing was taken from it."),
            problems=problems,
            where=name,
            remedy=_("Correct each of them and hand the file in again."),
        )
    return document_from(tree, builder.row_of, name)


def _columns(kind: type, elsewhere: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Yield (key, declared kind) of the columns of kind; a group of fields becomes columns "group.field"."""
    for field in fields(kind):
        key, declared = file_key(field.name), hints_of(kind)[field.name]
        group = _group_in(declared)
        if key in elsewhere:
            continue
        if group is None:
            yield key, declared
        else:
            yield key, declared
            yield from ((f"{key}.{inner}", inner_kind) for inner, inner_kind in _columns(group, ()))


def _group_in(declared: Any) -> type | None:
    for each in (declared, *get_args(declared)):
        if isinstance(each, type) and is_dataclass(each):
            return each
    return None


def _table(name: str, columns: Sequence[str], rows: Sequence[Mapping[str, str | None]]) -> Table:
    for at, row in enumerate(rows):
        for key, text in row.items():
            if text is not None and len(text.encode("utf-16-le")) // 2 + 6 * text.count("_x") > _LONGEST_CELL:
                what = _("The text is too long for a cell of a workbook.")
                problem = Problem(what, field=f"{name}.{key}", row=at + 2, remedy=_("Use a YAML plan file."))
                raise Invalid(what, problems=[problem], where=name, remedy=problem.remedy)
    return Table(
        name, [Column(key, key) for key in columns], [[row.get(key) for key in columns] for row in rows]
    )


def _flat_record(record: Mapping[str, Any], kind: type, elsewhere: Sequence[str]) -> dict[str, str | None]:
    row: dict[str, str | None] = {}
    for key, declared in _columns(kind, elsewhere):
        head, _dot, inner = key.partition(".")
        value = record.get(head)
        if inner:
            row[key] = cell_text(value.get(inner), declared) if isinstance(value, dict) else None
        elif isinstance(value, dict) and _group_in(declared) is not None:
            row[key] = None
        else:
            row[key] = cell_text(value, declared)
    return row


def _flat(tree: Mapping[str, Any]) -> dict[str, list[dict[str, str | None]]]:
    rows: dict[str, list[dict[str, str | None]]] = defaultdict(list)

    def add(name: str, record: Mapping[str, Any], **belongs: str | None) -> None:
        sheet = _SHEETS[name]
        rows[name].append({**belongs, **_flat_record(record, sheet.kind, sheet.elsewhere)})

    def measure(record: Mapping[str, Any], strand: str, parent: str | None) -> None:
        add("measures", record, strand=cell_text(strand, str), parent=cell_text(parent, str))
        key = cell_text(record["id"], str)
        for role in ("lead", "support"):
            held = record.get(role, [])
            rows["measures"][-1][role] = held if isinstance(held, str) else None
            for each in held if isinstance(held, list) else []:
                add(
                    "responsibilities",
                    {"agency": each} if isinstance(each, str) else each,
                    measure=key,
                    role=role,
                )
        for field, name in (("milestones", "milestones"), ("depends_on", "dependencies")):
            for each in record.get(field, []):
                add(name, each, measure=key)
        for each in record.get("sub_measures", []):
            measure(each, strand, record["id"])

    for strand in tree.get("strands", []):
        add("strands", strand)
        for each in strand.get("objectives", []):
            add("objectives", each, strand=cell_text(strand["id"], str))
        for each in strand.get("measures", []):
            measure(each, strand["id"], None)
    for indicator in tree.get("indicators", []):
        add("indicators", indicator)
        for name in ("baselines", "targets"):
            for each in indicator.get(name, []):
                add(name, each, indicator=cell_text(indicator["key"], str))
    for name, key in (("sources", "sources"), ("local_instruments", "local_instruments_read")):
        for each in tree.get(key, []):
            add(name, each)
    for each in tree.get("strategic_measures", {}).get("items", []):
        add("strategic_measures", each)
    return rows


def _plan_rows(tree: Mapping[str, Any]) -> Iterator[dict[str, str | None]]:
    """Yield key and value of the facts that stand once; a group is written as its fields, an empty group
    as {}."""
    yield {"key": "schema", "value": tree["schema"]}
    for key, declared in _plan_keys(PlanDocument, ""):
        value = _at(tree, key)
        if value is None or (isinstance(value, dict) and value and _group_in(declared) is not None):
            continue
        if isinstance(value, dict) and not value and _group_in(declared) is None:
            continue
        yield {"key": key, "value": cell_text(value, declared)}


def _plan_keys(kind: type, prefix: str) -> Iterator[tuple[str, Any]]:
    for field in fields(kind):
        key, declared = prefix + file_key(field.name), hints_of(kind)[field.name]
        if key in _PLAN_ELSEWHERE or key == "strategic_measures.items":
            continue
        yield key, declared
        group = _group_in(declared)
        if group is not None:
            yield from _plan_keys(group, key + ".")


def _at(tree: Mapping[str, Any], key: str) -> Any:
    value: Any = tree
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


_Rows = list[tuple[int, dict[str, Any]]]


def _opened(data: bytes, filename: str) -> tuple[dict[str, _Rows], list[Problem]]:
    problems: list[Problem] = []
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=False, data_only=False, keep_links=False)
    except (
        openpyxl.utils.exceptions.InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        SyntaxError,
    ) as failure:
        raise broken_office_file(filename) from failure
    sheets: dict[str, _Rows] = {}
    for sheet in book.worksheets:
        if sheet.title != "plan" and sheet.title not in _SHEETS:
            what = format_lazy(_("The sheet {name} is not known."), name=sheet.title)
            problems.append(
                Problem(
                    what, field=sheet.title, remedy=_("Remove or rename it; nothing is dropped silently.")
                )
            )
        elif sheet.max_row > _MOST_ROWS or sheet.max_column > 200:
            problems.append(Problem(_("The sheet is larger than any plan."), field=sheet.title))
        else:
            sheets[sheet.title] = _sheet_rows(sheet, problems)
    if "plan" not in sheets and not problems:
        problems.append(
            Problem(_("The workbook has no sheet 'plan'."), field="plan", remedy=_("Start from an export."))
        )
    return sheets, problems


def _sheet_rows(sheet: Any, problems: list[Problem]) -> _Rows:
    rows = list(sheet.iter_rows())
    header = [str(cell.value).strip() if cell.value is not None else "" for cell in rows[0]] if rows else []
    known = _known_columns(sheet.title)
    for title in header:
        if title and (title not in known or header.count(title) > 1):
            what = format_lazy(_("The column {name} is not known or stands twice."), name=title)
            problems.append(
                Problem(what, field=f"{sheet.title}.{title}", row=1, remedy=_("Correct its heading."))
            )
    read: _Rows = []
    for number, cells in enumerate(rows[1:], start=2):
        row = {}
        for title, cell in zip(header, cells, strict=False):
            if cell.value is not None:
                row[title] = _cell(cell, sheet.title, title, number, problems)
        if row:
            read.append((number, row))
    return read


def _cell(cell: Any, sheet: str, title: str, number: int, problems: list[Problem]) -> Any:
    field = f"{sheet}.{title}"
    if not title:
        problems.append(
            Problem(_("The cell stands below no heading."), field=sheet, row=number, remedy=_("Empty it."))
        )
    if cell.data_type in ("f", "e"):
        problems.append(
            Problem(
                _("The cell holds a formula or an error."),
                field=field,
                row=number,
                remedy=_("Write its value as text."),
            )
        )
        return None
    if isinstance(cell.value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell.value)
    return cell.value


def _known_columns(name: str) -> dict[str, Any]:
    if name == "plan":
        return {"key": str, "value": str}
    sheet = _SHEETS[name]
    known: dict[str, Any] = dict.fromkeys(sheet.belongs, str | None)
    known.update(_columns(sheet.kind, sheet.elsewhere))
    if name == "measures":
        known.update(lead=str | None, support=str | None)
    return known


class _Builder:
    """Puts the rows of all sheets back together and remembers the row each entry came from."""

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems
        self._rows: dict[Path, int] = {}

    def row_of(self, path: Path) -> int | None:
        """Return the row of its sheet that the entry at path stands in."""
        while path and path not in self._rows:
            path = path[:-1]
        return self._rows.get(path)

    def tree(self, sheets: Mapping[str, _Rows]) -> dict[str, Any]:
        """Return the whole plan as plain data."""
        tree = self._facts(sheets.get("plan", []))
        for key in ("strands", "sources", "indicators"):
            if sheets.get(key):
                tree[key] = [
                    self._record(key, row, (key, at), number) for at, (number, row) in enumerate(sheets[key])
                ]
        if sheets.get("local_instruments"):
            tree["local_instruments_read"] = [
                self._record("local_instruments", row, ("local_instruments_read", at), number)
                for at, (number, row) in enumerate(sheets["local_instruments"])
            ]
        if sheets.get("strategic_measures"):
            tree.setdefault("strategic_measures", {})["items"] = [
                self._record("strategic_measures", row, ("strategic_measures", "items", at), number)
                for at, (number, row) in enumerate(sheets["strategic_measures"])
            ]
        strands = self._by_key(tree.get("strands", []), "id", ("strands",))
        self._attach(sheets, "objectives", "strand", strands, "objectives")
        measures = self._measures(sheets.get("measures", []), strands)
        self._attach(sheets, "milestones", "measure", measures, "milestones")
        self._attach(sheets, "dependencies", "measure", measures, "depends_on")
        self._responsibilities(sheets.get("responsibilities", []), measures)
        indicators = self._by_key(tree.get("indicators", []), "key", ("indicators",))
        self._attach(sheets, "baselines", "indicator", indicators, "baselines")
        self._attach(sheets, "targets", "indicator", indicators, "targets")
        return tree

    def _facts(self, rows: _Rows) -> dict[str, Any]:
        known = dict(_plan_keys(PlanDocument, "")) | {"schema": str}
        tree: dict[str, Any] = {}
        for number, row in rows:
            key = str(row.get("key", ""))
            if key not in known or _at(tree, key) is not None:
                what = format_lazy(_("The key {key} is not known or stands twice."), key=key)
                self._problems.append(
                    Problem(what, field="plan.key", row=number, remedy=_("Correct or remove the row."))
                )
                continue
            place = tree
            *above, last = key.split(".")
            for part in above:
                below = place.setdefault(part, {})
                place = below if isinstance(below, dict) else {}
            declared = known[key]
            value = row.get("value")
            place[last] = {} if value == "{}" and _group_in(declared) else cell_value(value, declared)
            self._rows[tuple(key.split("."))] = number
        return tree

    def _record(self, sheet: str, row: Mapping[str, Any], path: Path, number: int) -> dict[str, Any]:
        self._rows[path] = number
        spec = _SHEETS[sheet]
        record: dict[str, Any] = {}
        for key, declared in _columns(spec.kind, spec.elsewhere):
            if key not in row:
                continue
            head, _dot, inner = key.partition(".")
            value = cell_value(row[key], declared)
            if inner:
                group = record.setdefault(head, {})
                if isinstance(group, dict):
                    group[inner] = value
            else:
                record[head] = value
        return record

    @staticmethod
    def _by_key(
        records: Sequence[dict[str, Any]], key: str, path: Path
    ) -> dict[str, tuple[dict[str, Any], Path]]:
        return {
            str(record.get(key)): (record, (*path, at)) for at, record in reversed(list(enumerate(records)))
        }

    def _lost(self, sheet: str, column: str, number: int, wanted: str) -> None:
        what = format_lazy(_("{name} is on no other sheet."), name=wanted or "?")
        self._problems.append(
            Problem(
                what,
                field=f"{sheet}.{column}",
                row=number,
                remedy=_("Write a key that is there, above this row."),
            )
        )

    def _attach(
        self,
        sheets: Mapping[str, _Rows],
        sheet: str,
        column: str,
        owners: Mapping[str, tuple[dict[str, Any], Path]],
        field: str,
    ) -> None:
        for number, row in sheets.get(sheet, []):
            wanted = str(cell_value(row.get(column), str | None) or "")
            if wanted not in owners:
                self._lost(sheet, column, number, wanted)
                continue
            owner, path = owners[wanted]
            held = owner.setdefault(field, [])
            held.append(self._record(sheet, row, (*path, field, len(held)), number))

    def _measures(
        self, rows: _Rows, strands: Mapping[str, tuple[dict[str, Any], Path]]
    ) -> dict[str, tuple[dict[str, Any], Path]]:
        found: dict[str, tuple[dict[str, Any], Path]] = {}
        for number, row in rows:
            parent = cell_value(row.get("parent"), str | None)
            column = "parent" if parent is not None else "strand"
            wanted = str(parent if parent is not None else cell_value(row.get("strand"), str | None) or "")
            owners = found if parent is not None else strands
            if wanted not in owners:
                self._lost("measures", column, number, wanted)
                continue
            owner, path = owners[wanted]
            field = "sub_measures" if parent is not None else "measures"
            held = owner.setdefault(field, [])
            here = (*path, field, len(held))
            record = self._record("measures", row, here, number)
            for role in ("lead", "support"):
                if role in row:
                    record[role] = row[role]
            held.append(record)
            found.setdefault(str(record.get("id")), (record, here))
        return found

    def _responsibilities(self, rows: _Rows, measures: Mapping[str, tuple[dict[str, Any], Path]]) -> None:
        for number, row in rows:
            wanted, role = str(cell_value(row.get("measure"), str | None) or ""), row.get("role")
            if wanted not in measures:
                self._lost("responsibilities", "measure", number, wanted)
            elif role not in ("lead", "support"):
                what = format_lazy(_("{value} is not one of the values known here."), value=repr(role))
                remedy = format_lazy(_("Write one of: {choices}."), choices="lead, support")
                self._problems.append(Problem(what, field="responsibilities.role", row=number, remedy=remedy))
            else:
                self._give(measures[wanted], str(role), row, number)

    def _give(
        self, owner: tuple[dict[str, Any], Path], role: str, row: Mapping[str, Any], number: int
    ) -> None:
        measure, path = owner
        held = measure.setdefault(role, [])
        if isinstance(held, list):
            held.append(self._record("responsibilities", row, (*path, role, len(held)), number))
        else:
            what = _("The measure says that this was not read, yet an agency is named.")
            remedy = _("Empty the measure's cell, or remove this row.")
            self._problems.append(Problem(what, field=f"measures.{role}", row=number, remedy=remedy))
