"""The nightly ladder, the Monday draft of reminders and the mails still waiting, where a worker runs."""

from __future__ import annotations

from procrastinate.contrib.django import app

from concerted.foundation.access.reads import mechanism_now

from . import acts


@app.periodic(cron="20 1 * * *")
@app.task(queue="obligations", queueing_lock="obligations.escalate", lock="obligations.escalate")
def escalate_overdue(timestamp: int) -> int:
    """Take the steps that have come due by the mechanism's clock; a missed night is made up by the next."""
    return acts.escalate_due(officer=acts.office_machine(at=mechanism_now()), at=mechanism_now()).steps


@app.periodic(cron="0 6 * * 1")
@app.task(queue="obligations", queueing_lock="obligations.draft", lock="obligations.draft")
def draft_monday_reminders(timestamp: int) -> int:
    """Lay this week's reminders before the office; an officer looks and sends them."""
    return acts.draft_reminders(officer=acts.office_machine(at=mechanism_now()), at=mechanism_now()).lines


@app.periodic(cron="*/10 * * * *")
@app.task(queue="obligations", queueing_lock="obligations.mail", lock="obligations.mail")
def send_waiting_mail(timestamp: int) -> int:
    """Mail what a crash or a mail server left waiting."""
    return acts.send_queued()
