"""Which sheets and columns a workbook of a plan has; it reads and writes none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, get_args

from concerted.interfaces.exchange.plan_file.codec import file_key, hints_of
from concerted.interfaces.exchange.plan_file.document import (
    Baseline,
    Dependency,
    Indicator,
    IndicatorTarget,
    LocalInstrument,
    Measure,
    Milestone,
    Objective,
    Responsibility,
    Source,
    Strand,
    StrategicMeasure,
)


@dataclass(frozen=True)
class Sheet:
    """One sheet: what its rows are, the columns that say where they belong, and the fields kept on other
    sheets."""

    name: str
    kind: type
    belongs: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


SHEETS = {
    sheet.name: sheet
    for sheet in (
        Sheet("strands", Strand, (), ("objectives", "measures")),
        Sheet("objectives", Objective, ("strand",)),
        Sheet(
            "measures",
            Measure,
            ("strand", "parent"),
            ("lead", "support", "milestones", "depends_on", "sub_measures"),
        ),
        Sheet("responsibilities", Responsibility, ("measure", "role")),
        Sheet("indicators", Indicator, (), ("baselines", "targets")),
        Sheet("baselines", Baseline, ("indicator",)),
        Sheet("targets", IndicatorTarget, ("indicator",)),
        Sheet("milestones", Milestone, ("measure",)),
        Sheet("dependencies", Dependency, ("measure",)),
        Sheet("sources", Source),
        Sheet("strategic_measures", StrategicMeasure),
        Sheet("local_instruments", LocalInstrument),
    )
}
_PLAN_ELSEWHERE = {"sources", "strands", "indicators", "local_instruments_read"}


def columns_of(kind: type, elsewhere: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Yield (key, declared kind) of the columns of kind; a group of fields becomes columns "group.field"."""
    for field in fields(kind):
        key, declared = file_key(field.name), hints_of(kind)[field.name]
        group = group_in(declared)
        if key in elsewhere:
            continue
        if group is None:
            yield key, declared
        else:
            yield key, declared
            yield from ((f"{key}.{inner}", inner_kind) for inner, inner_kind in columns_of(group, ()))


def group_in(declared: Any) -> type | None:
    """The group of fields that a field declared so may hold, or None."""
    for each in (declared, *get_args(declared)):
        if isinstance(each, type) and is_dataclass(each):
            return each
    return None


def plan_keys(kind: type, prefix: str) -> Iterator[tuple[str, Any]]:
    """Yield (key, declared kind) of the facts that stand once; a field of a group is "group.field"."""
    for field in fields(kind):
        key, declared = prefix + file_key(field.name), hints_of(kind)[field.name]
        if key in _PLAN_ELSEWHERE or key == "strategic_measures.items":
            continue
        yield key, declared
        group = group_in(declared)
        if group is not None:
            yield from plan_keys(group, key + ".")


def value_at(tree: Mapping[str, Any], key: str) -> Any:
    """The value at a dotted key of plain data, or None."""
    value: Any = tree
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
