"""Reads a workbook back as the plan document it holds, telling the row of each fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from concerted.errors import Invalid, Problem
from concerted.interfaces.exchange.files import check_archive, read_handed_in
from concerted.interfaces.exchange.plan_file.cells import cell_value
from concerted.interfaces.exchange.plan_file.codec import Path
from concerted.interfaces.exchange.plan_file.document import PlanDocument
from concerted.interfaces.exchange.plan_file.text import document_from

from .layout import SHEETS, columns_of, group_in, plan_keys, value_at
from .opening import Rows, opened


def load_xlsx(path_or_bytes: FilePath | str | bytes, filename: str = "") -> PlanDocument:
    """Return the plan document in a workbook of these sheets.

    Raises Invalid with every fault found: row of the sheet, field (sheet first), what, remedy. Formulas
    are refused.
    """
    name = filename or ("" if isinstance(path_or_bytes, bytes) else str(path_or_bytes))
    data = read_handed_in(path_or_bytes, name)
    check_archive(data, name, member="xl/workbook.xml")
    sheets, problems = opened(data, name)
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

    def tree(self, sheets: Mapping[str, Rows]) -> dict[str, Any]:
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

    def _facts(self, rows: Rows) -> dict[str, Any]:
        known = dict(plan_keys(PlanDocument, "")) | {"schema": str}
        tree: dict[str, Any] = {}
        for number, row in rows:
            key = str(row.get("key", ""))
            if key not in known or value_at(tree, key) is not None:
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
            place[last] = {} if value == "{}" and group_in(declared) else cell_value(value, declared)
            self._rows[tuple(key.split("."))] = number
        return tree

    def _record(self, sheet: str, row: Mapping[str, Any], path: Path, number: int) -> dict[str, Any]:
        self._rows[path] = number
        spec = SHEETS[sheet]
        record: dict[str, Any] = {}
        for key, declared in columns_of(spec.kind, spec.elsewhere):
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
        sheets: Mapping[str, Rows],
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
        self, rows: Rows, strands: Mapping[str, tuple[dict[str, Any], Path]]
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

    def _responsibilities(self, rows: Rows, measures: Mapping[str, tuple[dict[str, Any], Path]]) -> None:
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
