"""A nation that reports, and keys to its API for any of its officers."""

from __future__ import annotations

import pytest
from tests.builders import World, build_world
from tests.interfaces.api.keys import Machines
from tests.mechanism.plan.reporting_world import MONDAY, build_reporting

from concerted.foundation.access import acts


@pytest.fixture
def callers(db: None) -> Machines:
    """The small nation on its Monday, without a plan, reached by machines only."""
    return Machines(_on_monday(build_world()))


@pytest.fixture
def machines(db: None) -> Machines:
    """The reporting nation on its Monday, reached by machines only."""
    nation = build_reporting()
    _on_monday(nation.world)
    nation.open()
    return Machines(nation.world, nation)


def _on_monday(world: World) -> World:
    acts.set_demonstration_clock(officer=world.machine, at=MONDAY, day=MONDAY.date(), seed=1)
    return world
