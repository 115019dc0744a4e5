"""Forgets, every night where a worker runs, what was kept for retries longer than a retry comes; it sends nothing."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from .keys import forget_answers

#: Whoever sends a form or call again does so within hours; a machine that stood still over a week of holidays, too.
KEPT = timedelta(days=14)


@app.periodic(cron="50 1 * * *")
@app.task(queue="access", queueing_lock="access.forget_answers", lock="access.forget_answers")
def forget_old_answers(timestamp: int) -> int:
    """By the real clock; returns how many keys were let go. A missed night is made up by the next."""
    return forget_answers(before=timezone.now() - KEPT)
