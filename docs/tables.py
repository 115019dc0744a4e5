"""Writes docs/reference/states-and-permissions.md from the tables that the code reads; it holds no rule of its own.

.venv/bin/python docs/tables.py          writes the page
.venv/bin/python docs/tables.py --check  exit code 1 when the page tells something else than the tables
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concerted.foundation.obligations.kinds import EscalationStep

PAGE = Path(__file__).parent / "reference" / "states-and-permissions.md"
OPENING = """# States and permissions

Written by `docs/tables.py` from the tables that the code itself reads; edit those, never this page.

"""


def main(arguments: Sequence[str]) -> int:
    """Write the page, or say whether it is still true."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concerted.config.settings")
    import django

    django.setup()
    text = written()
    if "--check" in arguments:
        return 0 if PAGE.read_text(encoding="utf-8") == text else 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


def written() -> str:
    """The whole page, in English."""
    from django.utils import translation

    with translation.override("en"):
        return (
            OPENING
            + "\n".join([*_reports(), *_alignment(), *_case_work(), *_obligations(), *_permissions()])
            + "\n"
        )


def _reports() -> Iterable[str]:
    from concerted.mechanism.plan.report_states import TRANSITIONS

    yield "## A report\n"
    yield from _table(
        ("from", "act", "to", "who", "clock that runs", "rule"),
        [(t.source, t.act, t.target, t.who, t.clock or "-", t.basis) for t in TRANSITIONS],
    )


def _alignment() -> Iterable[str]:
    from concerted.mechanism.plan.alignment_states import MOVES

    yield "\n## A place's answer to a national measure\n"
    yield from _table(
        tuple(MOVES[0].__dataclass_fields__),
        [tuple(getattr(move, name) for name in MOVES[0].__dataclass_fields__) for move in MOVES],
    )


def _case_work() -> Iterable[str]:
    from concerted.mechanism.cases.states import MACHINES

    for machine in MACHINES:
        yield f"\n## Case work: {machine.label}\n"
        yield from _table(
            ("from", "act", "to", "who", "clock that runs", "rule"),
            [(t.source, t.act, t.target, t.who, t.clock or "-", t.basis or "-") for t in machine.rows],
        )


def _after(step: EscalationStep) -> str:
    return str(step.after_working_days) if step.after_hours is None else f"{step.after_hours} h"


def _obligations() -> Iterable[str]:
    from concerted.foundation.obligations.kinds import kinds

    yield "\n## What can be owed\n"
    yield "The ladder says after how many working days past the grace an unanswered obligation goes to whom; with h,"
    yield "after how many hours past its moment, where the clock runs by hours.\n"
    yield from _table(
        ("kind", "what", "grace (working days)", "reminders (days from due)", "ladder", "source"),
        [
            (
                kind.code,
                kind.name_en,
                kind.grace_working_days,
                " ".join(f"{day:+d}" for day in kind.remind_on),
                "; ".join(f"{_after(step)}: {step.to}" for step in kind.ladder) or "-",
                kind.source,
            )
            for kind in kinds()
        ],
    )


def _permissions() -> Iterable[str]:
    from concerted.foundation.access.policy import TABLE

    yield "\n## Who may do what\n"
    yield "Reach, seen from the officer's agency: any, own, owed (to it), area (lies in its place).\n"
    yield from _table(
        ("permission", "post functions", "reach", "not the author", "why"),
        [
            (
                str(grant.permission),
                ", ".join(sorted(grant.functions)),
                ", ".join(sorted(grant.reach)),
                "yes" if grant.not_author else "",
                grant.why,
            )
            for grant in TABLE
        ],
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterable[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(_cell(value) for value in row) + " |"


def _cell(value: object) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(sorted(map(str, value)))
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
