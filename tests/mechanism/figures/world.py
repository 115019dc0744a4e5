"""A small published table and the officers who put it to the methods."""

from __future__ import annotations

from typing import Any

from tests.builders import World

from concerted.foundation.agencies.models import Officer
from concerted.mechanism.figures import acts
from concerted.mechanism.figures.models import EstimationRun
from concerted.methods.prevalence import CaptureTable, PanelOptions, read_table

#: Three invented lists with counts below five among them.
CSV = "police,shelters,hotline,count\n1,0,0,120\n0,1,0,90\n0,0,1,60\n1,1,0,14\n1,0,1,9\n0,1,1,7\n1,1,1,3\n"
PARTED = "sex,police,shelters,count\nf,1,0,40\nf,0,1,30\nf,1,1,12\nm,1,0,30\nm,0,1,30\nm,1,1,9\nx,1,0,3\n"
QUICK = PanelOptions(methods=("main-effects", "stepwise", "chao", "chapman"), bootstrap=50, seed=7)


def table() -> CaptureTable:
    """The invented table."""
    return read_table(CSV)


def ask(world: World, officer: Officer, **changes: Any) -> EstimationRun:
    """A run that waits."""
    given: dict[str, Any] = {
        "table": table(),
        "title": "Three invented lists",
        "options": QUICK,
        "year": 2009,
    }
    return acts.ask_for_run(officer=officer, at=world.at, **(given | changes))
