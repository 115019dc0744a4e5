"""Measures wait for each other; rings are refused at entry and the chain that sets the end is shown."""

from __future__ import annotations

from datetime import date

import pytest
from tests.builders import World, build_world

from concerted.errors import Conflict, Invalid
from concerted.mechanism.plan import document as said
from concerted.mechanism.plan.acts import documents as acts
from concerted.mechanism.plan.acts import editing
from concerted.mechanism.plan.models import Measure, PlanVersion
from concerted.mechanism.plan.reads import dependencies
from concerted.mechanism.plan.reads import documents as reads

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def version(world: World) -> PlanVersion:
    measures = tuple(
        said.Measure(
            key, title=key, lead=(said.Responsibility("mca"),), starts=date(2008, 1, 1), deadline=end
        )
        for key, end in (("A", date(2008, 1, 31)), ("B", date(2008, 2, 9)), ("C", date(2008, 1, 10)))
    )
    whole = said.PlanDocument(
        said.PlanFacts("a-plan", title_en="A plan", period=said.Period(date(2008, 1, 1), date(2008, 12, 31))),
        strands=(said.Strand("s", "S", measures=measures),),
    )
    return acts.store_version(officer=world.secretariat, at=world.at, document=whole)


def by_key(world: World, version: PlanVersion) -> dict[str, Measure]:
    with world.seen_by(world.secretariat):
        return {measure.key: measure for measure in reads.measures_of(version)}


def wait(world: World, first: Measure, then: Measure, lag: int = 0) -> None:
    editing.add_dependency(officer=world.secretariat, at=world.at, measure=then, needs=first, lag_days=lag)


def test_a_ring_is_refused_at_entry_and_its_path_is_named(world: World, version: PlanVersion) -> None:
    m = by_key(world, version)
    wait(world, m["A"], m["B"])
    wait(world, m["B"], m["C"])
    with pytest.raises(Invalid, match="→") as refusal:
        wait(world, m["C"], m["A"])
    path = str(refusal.value.problems[0].what)
    assert all(key in path for key in "ABC")
    with world.seen_by(world.secretariat):
        assert len(dependencies.dependencies_of(version)) == 2


def test_a_measure_cannot_wait_for_itself(world: World, version: PlanVersion) -> None:
    m = by_key(world, version)
    with pytest.raises(Invalid):
        wait(world, m["A"], m["A"])


def test_a_dependency_is_entered_once(world: World, version: PlanVersion) -> None:
    m = by_key(world, version)
    wait(world, m["A"], m["B"])
    with pytest.raises(Conflict):
        wait(world, m["A"], m["B"])


def test_the_timetable_shows_the_critical_chain_and_the_slack_of_the_others(
    world: World, version: PlanVersion
) -> None:
    m = by_key(world, version)
    wait(world, m["A"], m["B"], lag=2)
    wait(world, m["C"], m["B"])
    with world.seen_by(world.secretariat):
        table = dependencies.timetable(version)
    assert table is not None and table.chain == ("A", "B")
    rows = {row.measure.key: row for row in table.rows}
    assert rows["B"].earliest_start == date(2008, 2, 3)
    assert (rows["A"].slack_days, rows["A"].is_critical) == (0, True)
    assert (rows["C"].slack_days, rows["C"].is_critical) == (23, False)
    assert rows["B"].is_squeezed


def test_a_plan_without_a_period_has_no_timetable(world: World) -> None:
    whole = said.PlanDocument(said.PlanFacts("no-period", title_en="No period"))
    bare = acts.store_version(officer=world.secretariat, at=world.at, document=whole)
    with world.seen_by(world.secretariat):
        assert dependencies.timetable(bare) is None
