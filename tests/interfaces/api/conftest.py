"""A nation that reports, and keys to its API for any of its officers."""

from __future__ import annotations

import pytest
from tests.interfaces.api.keys import Machines
from tests.mechanism.plan.reporting_world import MONDAY, build_reporting

from concerted.foundation.access import acts


@pytest.fixture
def machines(db: None) -> Machines:
    """The reporting nation on its Monday, reached by machines only."""
    nation = build_reporting()
    acts.set_demonstration_clock(officer=nation.world.machine, at=MONDAY, day=MONDAY.date(), seed=1)
    nation.open()
    return Machines(nation)
