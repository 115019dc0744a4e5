"""The demonstration evaluates, supervises and reports, and every row of it says that it is invented."""

from __future__ import annotations

import pytest

from concerted.foundation.access.acts import bootstrap_machine_officer
from concerted.foundation.access.door import acting
from concerted.foundation.agencies.reads import acting_as
from concerted.foundation.obligations.models import State
from concerted.interfaces.commands import demo
from concerted.mechanism.evaluation import demonstration
from concerted.mechanism.evaluation.models import Evaluation, Finding, ReviewCycle, SupervisedArea
from concerted.mechanism.evaluation.reads.instruments import reports_due_to_treaty_bodies
from concerted.mechanism.plan.demonstration import SEED, TODAY
from concerted.mechanism.plan.demonstration.stage import moment

pytestmark = pytest.mark.django_db


def test_the_invented_nation_has_findings_at_every_stage_areas_and_a_late_paper() -> None:
    demo._fill_plan(size="tiny", seed=SEED)
    at = moment(TODAY)
    office = acting_as(officer=bootstrap_machine_officer(at=at), on=TODAY, function="secretariat")
    with acting(office, at):
        assert {f.state for f in Finding.objects.all()} >= {"response_due", "accepted", "rejected", "closed"}
        assert set(Evaluation.objects.values_list("is_demonstration", flat=True)) == {True}
        assert {a.state for a in SupervisedArea.objects.all()} == {"warned", "listed", "removed"}
        assert ReviewCycle.objects.get().is_demonstration
    due = reports_due_to_treaty_bodies(officer=office, at=at, on=TODAY)
    assert [d.state for d in due] == [State.OVERDUE, State.OPEN]
    assert demonstration.fill() is False
