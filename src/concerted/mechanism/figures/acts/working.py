"""What the worker writes about a run: begun, how far, done, failed; it acts for whoever asked and judges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from concerted.errors import ConcertedError
from concerted.foundation.access.door import acting
from concerted.foundation.agencies.models import Appointment, Officer
from concerted.foundation.agencies.reads import appointment_by_id, live_appointments
from concerted.foundation.audit import acts as audit

from ..hashing import result_hash
from ..models import EstimationRun, RunProgress
from ..process import both
from ..states import may, step

#: A worker that has said nothing for so long has died.
SILENCE = timedelta(minutes=3)


def begin(*, run_id: int, at: datetime, real: datetime) -> EstimationRun | None:
    """Take the run up; None when it is not waiting any more, or when the post of whoever asked has ended."""
    with _for_the_asker(run_id, at, "begin") as run:
        if run is None or not may("begin", run.state) or _is_over_for_its_asker(run, at):
            return None
        run.state, run.started_at = step("begin").after, at
        _save(run, "state", "started_at")
        RunProgress.objects.filter(run=run).update(beat_at=real)
        _record(run, at, "begin")
        return run


def say_progress(*, run_id: int, real: datetime, done: int, total: int, what: str) -> bool:
    """Keep how far the run is; returns whether it shall stop. Not an act: it holds nothing of the table."""
    rows = RunProgress.objects.filter(run_id=run_id)
    rows.filter(is_over=False).update(done=min(done, total), total=total, what=what[:60], beat_at=real)
    return rows.filter(is_over=False).count() == 0


def finish(*, run_id: int, at: datetime, result: Mapping[str, Any]) -> EstimationRun | None:
    """Keep the result; None when the run was ended meanwhile, or the post of whoever asked for it."""
    with _for_the_asker(run_id, at, "finish") as run:
        if run is None or not may("finish", run.state) or _is_over_for_its_asker(run, at):
            return None
        run.state, run.ended_at = step("finish").after, at
        run.result, run.result_hash = dict(result), result_hash(result)
        _save(run, "state", "ended_at", "result", "result_hash")
        RunProgress.objects.filter(run=run).update(is_over=True, done=F("total"))
        _record(run, at, "finish")
        return run


def fail(*, run_id: int, at: datetime, error: ConcertedError) -> EstimationRun | None:
    """Keep why the run could not end; None when it was ended meanwhile."""
    with _for_the_asker(run_id, at, "fail") as run:
        if run is None or not may("fail", run.state):
            return None
        run.state, run.ended_at = step("fail").after, at
        (what, what_zh), (remedy, remedy_zh) = both(error.what), both(error.remedy)
        run.fault = {
            "what": what,
            "what_zh": what_zh,
            "where": str(error.where),
            "remedy": remedy,
            "remedy_zh": remedy_zh,
        }
        _save(run, "state", "ended_at", "fault")
        RunProgress.objects.filter(run=run).update(is_over=True)
        _record(run, at, "fail")
        return run


def give_up_the_silent(*, at: datetime, real: datetime, error: ConcertedError) -> int:
    """Fail every run whose worker has said nothing for SILENCE; returns how many there were."""
    silent = RunProgress.objects.filter(is_over=False, beat_at__lt=real - SILENCE)
    return sum(
        fail(run_id=run_id, at=at, error=error) is not None
        for run_id in list(silent.values_list("run_id", flat=True))
    )


@contextmanager
def _for_the_asker(run_id: int, at: datetime, act: str) -> Iterator[EstimationRun | None]:
    """The run, held, in a transaction in which the database knows the agency that asked; None when there is none."""
    progress = RunProgress.objects.filter(run_id=run_id).first()
    appointment = appointment_by_id(progress.appointment_id) if progress else None
    if appointment is None:
        yield None
        return
    with acting(_as(appointment), at, act=f"figures.{act}"):
        yield EstimationRun.objects.select_for_update(of=("self",)).filter(pk=run_id).first()


def _is_over_for_its_asker(run: EstimationRun, at: datetime) -> bool:
    """Whether the post under which the run was asked for has ended; then the run fails."""
    officer = run.officer
    if any(one.pk == run.appointment_id for one in live_appointments(officer=officer, on=at.date())):
        return False
    error = ConcertedError(
        _("The post of whoever asked for this run has ended."), remedy=_("Somebody in post asks for it anew.")
    )
    fail(run_id=run.pk, at=at, error=error)
    return True


def _as(appointment: Appointment) -> Officer:
    officer = appointment.officer
    officer.acting = appointment
    return officer


def _record(run: EstimationRun, at: datetime, act: str) -> None:
    audit.record(
        at=at,
        kind="act",
        act=f"figures.{act}",
        officer_id=run.officer_id,
        appointment_id=run.appointment_id,
        agency_id=run.agency_id,
        subject_kind="figures.estimationrun",
        subject_id=run.pk,
        detail={"by": "worker", "data_hash": run.data_hash, "result_hash": run.result_hash},
    )


def _save(run: EstimationRun, *fields: str) -> None:
    run.row_version += 1
    run.save(update_fields=[*fields, "row_version"])
