"""Runs one estimation at a time in a process of its own, with progress and cancel; it decides no number."""

from __future__ import annotations

import logging

from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from concerted.errors import ConcertedError
from concerted.foundation.access.reads import mechanism_now

from . import acts
from .acts.asking import LOCK, QUEUE, TASK
from .process import Stopped, computed

logger = logging.getLogger("concerted.figures")


@app.task(name=TASK, queue=QUEUE, lock=LOCK)
def estimate(run_id: int) -> str:
    """Compute the run and keep its result; returns how it ended."""
    run = acts.begin(run_id=run_id, at=mechanism_now(), real=timezone.now())
    if run is None:
        return "nothing to do"

    def tell(done: int, total: int, what: str) -> bool:
        return acts.say_progress(run_id=run_id, real=timezone.now(), done=done, total=total, what=what)

    try:
        result = computed(run.table, run.options, strata=run.strata_tables, tell=tell)
    except Stopped:
        return "cancelled"
    except ConcertedError as error:
        acts.fail(run_id=run_id, at=mechanism_now(), error=error)
        return "failed"
    acts.finish(run_id=run_id, at=mechanism_now(), result=result)
    return "done"


@app.periodic(cron="*/5 * * * *")
@app.task(queue="figures.watch", queueing_lock="figures.watch", lock="figures.watch")
def end_silent_runs(timestamp: int) -> int:
    """Fail the runs whose worker died, so that nobody waits for them."""
    return acts.give_up_the_silent(
        at=mechanism_now(),
        real=timezone.now(),
        error=ConcertedError(
            _("The worker ended before the run did."), remedy=_("Repeat the run; nothing of it was lost.")
        ),
    )
