"""Runs for trying Concerted on: published tables of other countries and an invented one, each marked as what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from concerted.foundation.agencies.models import Officer
from concerted.methods.prevalence import (
    CaptureTable,
    LinkageDoubt,
    PanelOptions,
    StrataTables,
    agreement_panel,
)

from . import acts
from .hashing import data_hash
from .models import EstimationRun


@dataclass(frozen=True)
class DemonstrationTable:
    """A table with what must be said of it. year: only where it is about the demonstration's own nation."""

    title: str
    table: CaptureTable
    origin: str
    source: str
    year: int | None = None
    strata: StrataTables | None = None
    linkage: LinkageDoubt | None = None


def fill(
    *,
    officer: Officer,
    at: datetime,
    real: datetime,
    tables: Sequence[DemonstrationTable],
    options: PanelOptions | None = None,
) -> int:
    """Compute and share a run of each table that has none yet; returns how many were made.

    Each is asked for, computed and shared through the same acts as any other run.
    """
    made = 0
    for one in tables:
        if EstimationRun.objects.filter(
            agency=officer.agency, data_hash=data_hash(one.table, one.strata)
        ).exists():
            continue
        _run(officer, at, real, one, replace(options or PanelOptions(), linkage=one.linkage))
        made += 1
    return made


def _run(
    officer: Officer, at: datetime, real: datetime, one: DemonstrationTable, options: PanelOptions
) -> None:
    result = agreement_panel(one.table, options, strata=one.strata).to_json()
    run = acts.ask_for_run(
        officer=officer,
        at=at,
        table=one.table,
        title=one.title,
        origin=one.origin,
        source=one.source,
        year=one.year,
        options=options,
        strata=one.strata,
    )
    acts.begin(run_id=run.pk, at=at, real=real)
    acts.finish(run_id=run.pk, at=at, result=result)
    acts.share_run(officer=officer, at=at, run=run)
