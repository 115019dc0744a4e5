"""Reads what plans say of their evaluation below reference/evaluation; a chapter not read has no file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .files import REFERENCE_FOLDER, Row, read_yaml, refuse_twice

RULES_FOLDER = REFERENCE_FOLDER / "evaluation"


@dataclass(frozen=True)
class EvaluationRuleRecord:
    """One rule of one plan on its inspection, its evaluation or what follows from them."""

    plan_key: str
    key: str
    position: int
    kind: str
    who_en: str
    who_zh: str
    text_en: str
    text_zh: str
    frequency: str
    read: str
    source: str


def read_evaluation_rules(folder: Path = RULES_FOLDER) -> tuple[EvaluationRuleRecord, ...]:
    """Return the rules of every plan that was read, in the order of its text.

    Raises ReferenceFileError, naming file and line, for a missing field or a rule given twice.
    """
    return tuple(record for path in sorted(folder.glob("*.yaml")) for record in _rules(path))


def _rules(path: Path) -> list[EvaluationRuleRecord]:
    found = read_yaml(path, schema="concerted/evaluation-rules/1")
    rows = found.rows("rules")
    refuse_twice(rows, [row.text("key") for row in rows], what="the rule", remedy="keep one")
    return [_rule(found, row, number) for number, row in enumerate(rows, start=1)]


def _rule(found: Row, row: Row, number: int) -> EvaluationRuleRecord:
    who = row.section("who")
    return EvaluationRuleRecord(
        plan_key=found.text("plan"),
        key=row.text("key"),
        position=number,
        kind=row.text("kind"),
        who_en=who.text("en"),
        who_zh=who.text("zh"),
        text_en=row.text("en"),
        text_zh=row.text("zh"),
        frequency=row.optional_text("frequency"),
        read=row.text("read"),
        source=found.text("source"),
    )
