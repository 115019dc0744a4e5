"""Writes a plan document as a workbook, or refuses where it would not read back the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from concerted.errors import Invalid, Problem
from concerted.interfaces.exchange.plan_file.cells import cell_text
from concerted.interfaces.exchange.plan_file.codec import plain
from concerted.interfaces.exchange.plan_file.document import SCHEMA, PlanDocument
from concerted.interfaces.exchange.plan_file.text import dump_yaml
from concerted.interfaces.exchange.tables import Column, Table, write_workbook

from .layout import SHEETS, columns_of, group_in, plan_keys, value_at

_LONGEST_CELL = 32_767


def dump_xlsx(document: PlanDocument) -> bytes:
    """Return the document as a workbook; raises Invalid where it would not read back the same.

    A text too long for a cell (32,767) is refused with the advice to use YAML, which has no such bound.
    """
    dump_yaml(document)
    tree = {"schema": SCHEMA, **plain(document)}
    rows = _flat(tree)
    tables = [_table("plan", ["key", "value"], list(_plan_rows(tree)))]
    for sheet in SHEETS.values():
        columns = [*sheet.belongs, *(key for key, _kind in columns_of(sheet.kind, sheet.elsewhere))]
        if sheet.name == "measures":
            columns += ["lead", "support"]
        tables.append(_table(sheet.name, columns, rows[sheet.name]))
    return write_workbook(tables)


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
    for key, declared in columns_of(kind, elsewhere):
        head, _dot, inner = key.partition(".")
        value = record.get(head)
        if inner:
            row[key] = cell_text(value.get(inner), declared) if isinstance(value, dict) else None
        elif isinstance(value, dict) and group_in(declared) is not None:
            row[key] = None
        else:
            row[key] = cell_text(value, declared)
    return row


def _flat(tree: Mapping[str, Any]) -> dict[str, list[dict[str, str | None]]]:
    rows: dict[str, list[dict[str, str | None]]] = defaultdict(list)

    def add(name: str, record: Mapping[str, Any], **belongs: str | None) -> None:
        sheet = SHEETS[name]
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
    for key, declared in plan_keys(PlanDocument, ""):
        value = value_at(tree, key)
        if value is None or (isinstance(value, dict) and value and group_in(declared) is not None):
            continue
        if isinstance(value, dict) and not value and group_in(declared) is None:
            continue
        yield {"key": key, "value": cell_text(value, declared)}
