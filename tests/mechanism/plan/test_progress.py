"""Progress is three numbers that never become one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.mechanism.plan.reporting_world import MONDAY, Reporting, build_reporting

from concerted.foundation.access.door import acting
from concerted.mechanism.plan.models import PlanVersion
from concerted.mechanism.plan.reads.progress import progress_of, progress_of_measures

pytestmark = pytest.mark.django_db


@pytest.fixture
def nation(db: None) -> Reporting:
    found = build_reporting()
    found.open()
    return found


def test_what_is_claimed_what_is_reached_and_what_came_stand_apart(nation: Reporting) -> None:
    nation.submitted(claimed_status="done")
    nation.draft(measure="m3")
    day = nation.quarter.grace_until + timedelta(days=1)
    at = MONDAY + (day - MONDAY.date())
    with acting(nation.world.secretariat, at):
        version = PlanVersion.objects.get(plan=nation.plan, state="adopted")
        whole = progress_of(version=version, period=nation.quarter, on=day)
        each = progress_of_measures(version=version, period=nation.quarter, on=day)
    assert whole.claimed == {"done": 1}
    assert whole.unclaimed == 4
    assert (whole.health.due, whole.health.received.count, whole.health.evidenced.count) == (5, 1, 1)
    assert {p.indicator.key for p in whole.achieved} == {"rescued", "trained"}
    own = each[nation.measure("m1").pk]
    assert own.claimed == {"done": 1}
    assert own.health.accepted.count == 0
    assert len(own.achieved) == 2
    assert each[nation.measure("m3").pk].health.received.count == 0
