"""Moves staged figures into their table by statements over all of them, past what stands there already."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Problem
from concerted.foundation.agencies.models import Officer

from ...models import Plan, ReportingPeriod
from ..periods import check_unlocked
from ..rollups import refresh
from .reading import Faults

_CELL = "indicator_id, period_id, place_code, breakdown, source_agency_id"
_SAME_CELL = (
    " AND ".join(f"o.{name} = f.{name}" for name in _CELL.split(", ")) + " AND o.withdrawn_at IS NULL"
)
_SAME_FIGURE = (
    "o.value = f.value AND o.numerator IS NOT DISTINCT FROM f.numerator"
    " AND o.denominator IS NOT DISTINCT FROM f.denominator AND o.qualifier = f.qualifier"
)
TARGET = (
    "indicator_id, period_id, place_code, breakdown, value, numerator, denominator, qualifier, source_agency_id,"
    " source_note"
)


def check_locks(officer: Officer, at: datetime, periods: Collection[ReportingPeriod], faults: Faults) -> None:
    """Add a fault for each of the periods that the officer's agency may no longer write in."""
    agency = officer.agency
    assert agency is not None
    for period in periods:
        try:
            check_unlocked(period=period, agency=agency, on=timezone.localtime(at).date())
        except Conflict as refused:
            faults.add(Problem(refused.what, "period", None, refused.remedy))


def check_twice(faults: Faults) -> None:
    """Add a fault for each further row of a cell that another row names already."""
    for rows in rows_of(
        f"SELECT array_agg(row ORDER BY row) FROM figures_in GROUP BY {_CELL} HAVING count(*) > 1"
    ):
        first, *again = rows[0]
        for number in again:
            faults.add(
                Problem(
                    _("The same cell stands in row %(row)s too.") % {"row": first},
                    "place",
                    number,
                    _("Keep one of the rows."),
                )
            )


def drop_unchanged() -> int:
    """Let go of the staged rows that say what their source already says; returns how many."""
    return _run(f"DELETE FROM figures_in f USING plan_observation o WHERE {_SAME_CELL} AND {_SAME_FIGURE}")


def withdraw_replaced(at: datetime) -> int:
    """Withdraw the standing figures, and the rulings on them, that staged rows correct; returns how many."""
    _run(
        "UPDATE plan_ruling r SET replaced_at = %s FROM figures_in f JOIN plan_observation o"
        f" ON {_SAME_CELL} WHERE r.observation_id = o.id AND r.replaced_at IS NULL",
        at,
    )
    return _run(f"UPDATE plan_observation o SET withdrawn_at = %s FROM figures_in f WHERE {_SAME_CELL}", at)


def refuse_known(faults: Faults) -> int:
    """Add a fault for each staged row whose source already says another value; returns 0 corrections."""
    for number, value in rows_of(
        f"SELECT f.row, o.value FROM figures_in f JOIN plan_observation o ON {_SAME_CELL}"
    ):
        faults.add(
            Problem(
                _("This source already says %(value)s here.") % {"value": f"{value.normalize():f}"},
                "value",
                number,
                _("Load the file as a correction; the old value stays readable."),
            )
        )
    return 0


def insert(officer: Officer, at: datetime, plan: Plan, periods: Sequence[ReportingPeriod]) -> tuple[int, int]:
    """Move the staged rows into their table and roll the touched cells up: (rows added, roll-ups written)."""
    added = rollups = 0
    _run("SET CONSTRAINTS ALL IMMEDIATE")
    indicators = {one.pk: one for one in plan.indicators.select_related("plan")}
    for period in periods:
        touched = [
            row[0]
            for row in rows_of("SELECT DISTINCT indicator_id FROM figures_in WHERE period_id = %s", period.pk)
        ]
        if not touched:
            continue
        places = [row[0] for row in rows_of(
            "SELECT DISTINCT place_code FROM figures_in WHERE period_id = %s LIMIT 100", period.pk
        )]  # fmt: skip
        added += _run(
            f"INSERT INTO plan_observation ({TARGET}, officer_id, recorded_at) SELECT {TARGET}, %s, %s"
            " FROM figures_in WHERE period_id = %s ORDER BY indicator_id, place_code",
            officer.pk,
            at,
            period.pk,
        )
        rollups += refresh(
            indicators=[indicators[pk] for pk in touched],
            period=period,
            below=places if len(places) < 100 else None,
        )
    return added, rollups


def _run(statement: str, *given: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, given or None)
        return int(cursor.rowcount)


def rows_of(statement: str, *given: Any) -> list[Any]:
    """Every row that the statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given or None)
        return list(cursor.fetchall())
