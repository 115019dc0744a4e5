"""What an officer asks of estimation runs: make, repeat, cancel, share; computes nothing itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.keys import held_version
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer, Place
from concerted.methods import prevalence

from ..hashing import data_hash, pairs_of, software_version
from ..models import EstimationRun, RunProgress
from ..states import UNDER_WAY, may, step

#: An agency's runs that may wait or be under way at once; the others' shall get their turn.
MOST_UNDER_WAY = 10
LONGEST_TITLE = 160
YEARS = range(1900, 2201)
TASK = "figures.estimate"
QUEUE = "figures"
LOCK = "figures.estimate"


def _own_agency(*, officer: Officer, **_rest: Any) -> SubjectFacts:
    return SubjectFacts(owners=frozenset({officer.agency_id} if officer.agency_id else ()))


@act(Permission.ESTIMATE_RUN, subject=_own_agency, record=("title", "origin"))
def ask_for_run(
    *,
    officer: Officer,
    at: datetime,
    table: prevalence.CaptureTable,
    title: str,
    origin: str = EstimationRun.Origin.UPLOADED,
    source: str = "",
    year: int | None = None,
    place_code: str = "000000",
    options: prevalence.PanelOptions | None = None,
    strata: prevalence.StrataTables | None = None,
) -> EstimationRun:
    """Keep the table and queue it for every method. The run belongs to the officer's agency alone.

    strata: the table's people by strata, each to be estimated too.
    Whatever counts a table calls this act: an upload today, agency lists joined by person link with an origin
    of their own. Raises Invalid for a title, year or place that cannot be, Conflict when too many runs wait.
    """
    problems = _problems(title, year, place_code, at)
    if strata is not None and strata.whole != table:
        problems.append(Problem(_("The strata do not add up to the table."), field="strata"))
    if problems:
        raise Invalid(_("The run was not made."), problems=problems)
    chosen = options or prevalence.PanelOptions()
    if chosen.linkage is not None:
        chosen.linkage.check(table.lists)
    return _queued(
        officer,
        at,
        table,
        strata,
        title=title.strip(),
        origin=origin,
        source=source.strip(),
        year=year,
        place_code=place_code,
        options=chosen.to_json(),
        seed=chosen.seed,
    )


@act(Permission.ESTIMATE_RUN, subject="run")
def repeat_run(*, officer: Officer, at: datetime, run: EstimationRun) -> EstimationRun:
    """Queue the same table with the same options and seed again; the new run names the one it repeats."""
    if run.state in UNDER_WAY:
        raise Conflict(_("This run has not ended."), remedy=_("Wait for it, or cancel it first."))
    return _queued(
        officer,
        at,
        run.table,
        run.strata_tables,
        title=run.title,
        origin=run.origin,
        source=run.source,
        year=run.year,
        place_code=run.place_code,
        options=run.options,
        seed=run.seed,
        repeats=run,
    )


@act(Permission.ESTIMATE_RUN, subject="run")
def cancel_run(*, officer: Officer, at: datetime, run: EstimationRun) -> EstimationRun:
    """End the run without a result; a worker that is at it stops within a second. Raises Conflict once it ended."""
    held_version(run)
    run.refresh_from_db()
    if not may("cancel", run.state):
        raise Conflict(_("This run has ended already."), remedy=_("Read its page again."))
    run.state = step("cancel").after
    run.ended_at, run.cancelled_by = at, officer
    _save(run, "state", "ended_at", "cancelled_by")
    RunProgress.objects.filter(run=run).update(cancel_asked=True, is_over=True)
    return run


@act(Permission.ESTIMATE_SHARE, subject="run")
def share_run(*, officer: Officer, at: datetime, run: EstimationRun) -> EstimationRun:
    """Let every member of the mechanism read the run's results. Raises Conflict unless it is done."""
    held_version(run)
    run.refresh_from_db()
    if run.state != EstimationRun.State.DONE:
        raise Conflict(_("Only a run that is done can be shared."), remedy=_("Wait for its result."))
    if run.shared_at is None:
        run.shared_at = at
        _save(run, "shared_at")
    return run


@act(Permission.ESTIMATE_SHARE, subject="run")
def stop_sharing(*, officer: Officer, at: datetime, run: EstimationRun) -> EstimationRun:
    """Keep the run to its agency again; who read it keeps what was read."""
    held_version(run)
    run.refresh_from_db()
    if run.shared_at is not None:
        run.shared_at = None
        _save(run, "shared_at")
    return run


def _problems(title: str, year: int | None, place_code: str, at: datetime) -> list[Problem]:
    problems = []
    if not title.strip():
        problems.append(
            Problem(_("The run has no name."), field="title", remedy=_("Say what the table counts."))
        )
    if len(title.strip()) > LONGEST_TITLE:
        problems.append(
            Problem(
                _("The name is longer than %(most)s characters.") % {"most": LONGEST_TITLE}, field="title"
            )
        )
    if year is not None and year not in YEARS:
        problems.append(
            Problem(_("This is no year."), field="year", remedy=_("Write it with four figures, or leave it."))
        )
    if place_code != "000000" and not Place.objects.filter(code=place_code).exists():
        problems.append(
            Problem(
                _("There is no place with this code."),
                field="place",
                remedy=_("Look it up among agencies and places."),
            )
        )
    return problems


def _queued(
    officer: Officer,
    at: datetime,
    table: prevalence.CaptureTable,
    strata: prevalence.StrataTables | None,
    *,
    options: Mapping[str, Any],
    **told: Any,
) -> EstimationRun:
    assert officer.acting is not None and officer.agency_id is not None
    waiting = EstimationRun.objects.filter(agency_id=officer.agency_id, state__in=UNDER_WAY).count()
    if waiting >= MOST_UNDER_WAY:
        raise Conflict(
            _("Your agency has %(n)s runs that have not ended.") % {"n": waiting},
            remedy=_("Wait for them, or cancel those you do not need."),
        )
    run = EstimationRun.objects.create(
        agency_id=officer.agency_id,
        officer=officer,
        appointment=officer.acting,
        lists=list(table.lists),
        counts=pairs_of(table),
        strata_by=list(strata.by) if strata else [],
        strata=strata.to_json()["tables"] if strata else [],
        data_hash=data_hash(table, strata),
        options=dict(options),
        version=software_version(),
        asked_at=at,
        **told,
    )
    RunProgress.objects.create(run=run, appointment=officer.acting)
    app.configure_task(TASK, queue=QUEUE, lock=LOCK).defer(run_id=run.pk)
    return run


def _save(run: EstimationRun, *fields: str) -> None:
    run.row_version += 1
    run.save(update_fields=[*fields, "row_version"])
