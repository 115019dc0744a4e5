"""Scores the forecast of lateness on the demonstration nation: trained on what was past, judged by what came next.

    .venv/bin/python bench/evaluation/laterisk.py

It reads the demonstration's database and changes nothing.
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concerted.config.settings")

Row = tuple[str, int, date, bool]


def main() -> int:
    """Print Brier scores of the pooled rates, of "late last time" and of the kind's base rate, with calibration."""
    import django

    django.setup()
    rows = _outcomes()
    said = list(_forecasts(rows))
    _scores(rows, said)
    _calibration(said)
    return 0


def _outcomes() -> list[Row]:
    from concerted.foundation.access.reads import mechanism_now
    from concerted.foundation.obligations.acts import office_machine
    from concerted.mechanism.evaluation.reads.forecast import outcomes

    at = mechanism_now()
    return outcomes(officer=office_machine(at=at), at=at, on=at.date())


def _forecasts(rows: list[Row]) -> Iterator[tuple[str, float, float, float, bool]]:
    """(kind, pooled, last time, base rate, was late) of every obligation of which the method says something.

    Trained at the first day of each quarter on what had fallen due before, judged by what fell due in it.
    """
    import numpy as np

    from concerted.methods.laterisk import History, forecast

    quarters = sorted({_quarter(due) for _kind, _owner, due, _late in rows})
    for kind in sorted({row[0] for row in rows}):
        of_kind = [row for row in rows if row[0] == kind]
        for quarter in quarters:
            past = [row for row in of_kind if row[2] < quarter]
            coming = [row for row in of_kind if _quarter(row[2]) == quarter]
            if not past or not coming:
                continue
            by_owner: dict[int, list[bool]] = defaultdict(list)
            for _kind, owner, _due, late in past:
                by_owner[owner].append(late)
            owners = list(by_owner)
            told = forecast(
                History(
                    np.array([len(by_owner[o]) for o in owners]), np.array([sum(by_owner[o]) for o in owners])
                )
            )
            chance = dict(zip(owners, told.chance, strict=True))
            base = sum(late for *_, late in past) / len(past)
            for _kind, owner, _due, late in coming:
                if owner in chance and not np.isnan(chance[owner]):
                    yield kind, float(chance[owner]), float(by_owner[owner][-1]), base, late


def _quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _scores(rows: list[Row], said: list[tuple[str, float, float, float, bool]]) -> None:
    from concerted.methods.laterisk import brier

    print(f"{len(rows)} obligations fell due; of {len(said)} something was said beforehand")
    print("| kind | judged | were late | pooled rates | late last time | base rate of the kind |")
    print("|---|---|---|---|---|---|")
    for kind in [*sorted({row[0] for row in said}), "all"]:
        these = [row for row in said if kind in ("all", row[0])]
        late = [row[4] for row in these]
        scores = " | ".join(f"{brier([row[n] for row in these], late):.4f}" for n in (1, 2, 3))
        print(f"| {kind} | {len(these)} | {sum(late) / len(late):.1%} | {scores} |")


def _calibration(said: list[tuple[str, float, float, float, bool]]) -> None:
    print("| said | how often | were late |")
    print("|---|---|---|")
    for low, high in ((0, 0.05), (0.05, 0.1), (0.1, 0.2), (0.2, 0.4), (0.4, 1.01)):
        these = [row for row in said if low <= row[1] < high]
        if these:
            mean = sum(row[1] for row in these) / len(these)
            print(f"| {mean:.1%} | {len(these)} | {sum(row[4] for row in these) / len(these):.1%} |")


if __name__ == "__main__":
    sys.exit(main())
