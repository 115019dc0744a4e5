"""Loads the figures of a file at once, or none of them, and fills an invented nation with figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from concerted.deferred import numpy as np
from concerted.errors import Conflict
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer

from ...models import Indicator, Plan, ReportingPeriod
from ..rollups import lock_periods, refresh
from .inventing import Inventor
from .reading import STAGE, Faults, Reader, chunks
from .staging import (
    TARGET,
    check_locks,
    check_twice,
    drop_unchanged,
    insert,
    refuse_known,
    rows_of,
    withdraw_replaced,
)


@dataclass(frozen=True)
class LoadedFigures:
    """What a load did: values added, corrected ones, those already there, rows without a figure, roll-ups written."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    empty: int = 0
    rollups: int = 0

    def audit_detail(self) -> Mapping[str, int]:
        return {name: getattr(self, name) for name in ("added", "replaced", "unchanged", "empty", "rollups")}


@act(
    Permission.OBSERVATION_ENTER,
    subject=lambda *, officer, **_rest: SubjectFacts(owners=frozenset({officer.agency_id})),
    record=("source_file",),
)
def load_observations(
    *,
    officer: Officer,
    at: datetime,
    plan: Plan,
    rows: Iterable[Mapping[str, object]],
    replace: bool = False,
    first_row: int = 1,
    source_file: str = "",
) -> LoadedFigures:
    """Take in rows of figures (see COLUMNS), numbers or texts; all of them or, where one is faulty, none.

    An empty value is no figure: the cell stays missing. A row equal to what its source already says changes
    nothing; one that differs is a correction where `replace` is set (the old value stays readable), else a fault.
    Only the plan's office names another agency as source. first_row: the number of the first row in its file.
    Raises Invalid with every fault by row and field (MOST_PROBLEMS of them, all counted).
    """
    faults = Faults()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS figures_in")
        cursor.execute(STAGE)
        reader = Reader(officer, plan, faults)
        for chunk in chunks(reader.lines(rows, first_row)):
            with cursor.copy("COPY figures_in FROM STDIN") as copy:
                copy.write(chunk)
        if reader.staged > 1000:
            cursor.execute("ANALYZE figures_in")
    periods = lock_periods(reader.periods_met())
    check_locks(officer, at, periods, faults)
    check_twice(faults)
    unchanged = drop_unchanged()
    replaced = withdraw_replaced(at) if replace else refuse_known(faults)
    faults.raise_if_any()
    added, rollups = insert(officer, at, plan, periods)
    return LoadedFigures(added, replaced, unchanged, reader.empty, rollups)


def try_load(
    *,
    officer: Officer,
    at: datetime,
    plan: Plan,
    rows: Iterable[Mapping[str, object]],
    replace: bool = False,
    first_row: int = 1,
    source_file: str = "",
) -> LoadedFigures:
    """Say what load_observations would do with the rows, and leave nothing of it. Raises what it raises."""
    with transaction.atomic():
        loaded = load_observations(
            officer=officer,
            at=at,
            plan=plan,
            rows=rows,
            replace=replace,
            first_row=first_row,
            source_file=source_file,
        )
        transaction.set_rollback(True)
    return loaded


@act(
    Permission.OBSERVATION_ENTER,
    subject=lambda *, officer, **_rest: SubjectFacts(owners=frozenset({officer.agency_id})),
)
def fill_observations(
    *,
    officer: Officer,
    at: datetime,
    indicators: Sequence[Indicator],
    periods: Sequence[ReportingPeriod],
    place_codes: Sequence[str],
    seed: int,
    sources: Mapping[str, int] | None = None,
    silent: float = 0.04,
) -> LoadedFigures:
    """Invent a demonstration's figures for every indicator, period and place, the same ones for the same seed.

    place_codes: the places that report. sources: place code -> id of the agency that says so; the officer's own
    for all others. silent: the share of cells left without a figure. Every row says that it is invented.
    Raises Conflict where a cell already has a value of the same source or a period is closed.
    """
    agency_id = officer.agency_id
    of_place = np.array([(sources or {}).get(code, agency_id) for code in place_codes], dtype=np.int64)
    inventor = Inventor(seed, place_codes, silent)
    faults = Faults()
    held = lock_periods(periods)
    check_locks(officer, at, held, faults)
    faults.raise_if_any()
    _refuse_filled(indicators, held)
    order = {period.pk: number for number, period in enumerate(sorted(held, key=lambda one: one.starts))}
    added = rollups = 0
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for period in held:
            with cursor.copy(f"COPY plan_observation ({TARGET}, officer_id, recorded_at) FROM STDIN") as copy:
                for number, indicator in enumerate(indicators):
                    lines = inventor.lines(indicator, number, period, order[period.pk], len(held), of_place)
                    copy.write(
                        "".join(f"{line}\t{officer.pk}\t{at.isoformat()}\n" for line in lines).encode()
                    )
                    added += len(lines)
            rollups += refresh(indicators=indicators, period=period)
    return LoadedFigures(added=added, rollups=rollups)


def _refuse_filled(indicators: Sequence[Indicator], periods: Sequence[ReportingPeriod]) -> None:
    found = rows_of(
        "SELECT 1 FROM plan_observation WHERE withdrawn_at IS NULL AND indicator_id = ANY(%s)"
        " AND period_id = ANY(%s) LIMIT 1",
        [one.pk for one in indicators],
        [one.pk for one in periods],
    )
    if found:
        raise Conflict(
            _("Some of these cells already have values."),
            remedy=_("Fill other periods, or begin with an empty demonstration."),
        )
