"""Each night, after the ladder was climbed, what reached the agenda is laid before the next meeting."""

from __future__ import annotations

from procrastinate.contrib.django import app

from concerted.foundation.access.reads import mechanism_now
from concerted.foundation.obligations.acts import office_machine

from .acts import escalation


@app.periodic(cron="40 1 * * *")
@app.task(queue="meetings", queueing_lock="meetings.escalated", lock="meetings.escalated")
def place_escalated(timestamp: int) -> int:
    """Lay what climbed the whole ladder before the office's next meeting; a missed night is made up by the next."""
    at = mechanism_now()
    return escalation.place_escalated(officer=office_machine(at=at), at=at).items
