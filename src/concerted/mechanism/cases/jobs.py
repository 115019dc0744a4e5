"""The climb of what is late in case work, and the end of lists nobody imported, where a worker runs."""

from __future__ import annotations

from procrastinate.contrib.django import app

from concerted.foundation.access.acts import bootstrap_machine_officer
from concerted.foundation.access.reads import mechanism_now

from .acts.batches import let_go_of_imports
from .acts.clocks import escalate_case_clocks


@app.periodic(cron="*/10 * * * *")
@app.task(queue="cases", queueing_lock="cases.escalate", lock="cases.escalate")
def escalate_late_case_work(timestamp: int) -> int:
    """Take the steps that have come due by the mechanism's clock; a missed run is made up by the next."""
    at = mechanism_now()
    return escalate_case_clocks(officer=bootstrap_machine_officer(at=at), at=at).steps


@app.periodic(cron="20 * * * *")
@app.task(queue="cases", queueing_lock="cases.imports", lock="cases.imports")
def let_go_of_lists_not_imported(timestamp: int) -> int:
    """Let go of lists that were handed in more than a day ago and not imported."""
    at = mechanism_now()
    return let_go_of_imports(officer=bootstrap_machine_officer(at=at), at=at).lists
