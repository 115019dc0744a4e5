"""Gives back, every minute, the jobs whose worker was killed, whatever they do; it runs none itself."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

#: A worker tells every ten seconds that it lives; one that was silent for so long is dead.
SILENT_SECONDS = 60.0
LONGEST_WAIT_MINUTES = 60


@app.periodic(cron="* * * * *")
@app.task(queue="stalled", name="stalled.give_back", queueing_lock="stalled.give_back")
async def give_back(timestamp: int) -> int:
    """Let every job that a dead worker left be taken up again; returns how many.

    Without this a job with a lock, such as the seal of the record, would wait for its dead twin for ever. One
    that keeps killing its worker waits longer each time, so that the other jobs get their turn. One whose like
    was queued meanwhile ends: of such work no two may wait.
    """
    left = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS))
    for job in left:
        wait = min(2**job.attempts, LONGEST_WAIT_MINUTES) if job.attempts else 0
        try:
            await app.job_manager.retry_job(job, retry_at=timezone.now() + timedelta(minutes=wait))
        except UniqueViolation:
            await app.job_manager.finish_job(job, Status.ABORTED, delete_job=False)
    return len(left)
