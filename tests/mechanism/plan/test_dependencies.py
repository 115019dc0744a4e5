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
from concerted.mechanism.plan.reads import dependencies, monday
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


def test_the_timetable_shows_the_critical_chain_and_what_cannot_be_kept(
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
    assert (rows["B"].earliest_end, rows["B"].slack_days) == (date(2008, 3, 13), -33)
    assert rows["B"].is_squeezed
    assert (rows["A"].slack_days, rows["A"].is_critical) == (-33, True)
    assert (rows["C"].slack_days, rows["C"].is_critical) == (-10, True)
    assert table.spare == {("A", "B"): -33, ("C", "B"): -10}


def open_ended(world: World, key: str, *measures: said.Measure) -> dict[str, dependencies.TimedMeasure]:
    """The rows of a plan of 2008-2012 with these measures."""
    period = said.Period(date(2008, 1, 1), date(2012, 12, 31))
    whole = said.PlanDocument(
        said.PlanFacts(key, title_en=key, period=period), strands=(said.Strand("s", "S", measures=measures),)
    )
    stored = acts.store_version(officer=world.secretariat, at=world.at, document=whole)
    with world.seen_by(world.secretariat):
        table = dependencies.timetable(stored)
    assert table is not None
    return {row.measure.key: row for row in table.rows}


def after(key: str, lag: int = 0) -> tuple[said.Dependency, ...]:
    return (said.Dependency(key, lag),)


def test_what_waits_for_a_continuous_measure_waits_for_its_start_and_none_runs_past_the_plan(
    world: World,
) -> None:
    rows = open_ended(
        world,
        "continuous",
        said.Measure("A", title="A", deadline="continuous"),
        said.Measure("B", title="B", deadline="continuous", depends_on=after("A", 30)),
        said.Measure("C", title="C", deadline="continuous"),
    )
    assert (rows["B"].earliest_start, rows["B"].earliest_end) == (date(2008, 1, 31), date(2012, 12, 31))
    assert (rows["B"].slack_days, rows["B"].is_critical) == (1796, False)
    assert rows["A"].earliest_end == date(2012, 12, 31) and not rows["A"].is_critical
    assert rows["C"].slack_days is None


def test_what_waits_for_a_continuous_measure_with_a_milestone_waits_for_that(world: World) -> None:
    step = said.Milestone("M1", due=date(2009, 6, 30), title_en="Desks named")
    later = said.Milestone("M2", due=date(2010, 6, 30), title_en="Desks at work")
    rows = open_ended(
        world,
        "milestone",
        said.Measure("A", title="A", deadline="continuous", milestones=(step, later)),
        said.Measure("B", title="B", deadline=date(2010, 12, 31), depends_on=after("A")),
    )
    assert rows["B"].earliest_start == date(2009, 7, 1)
    assert rows["B"].slack_days == (date(2010, 12, 31) - date(2009, 7, 1)).days


def test_slack_is_counted_against_the_own_deadline_and_is_negative_where_that_cannot_be_kept(
    world: World,
) -> None:
    rows = open_ended(
        world,
        "own-deadline",
        said.Measure("A", title="A", deadline=date(2010, 6, 30)),
        said.Measure("B", title="B", deadline=date(2012, 6, 30), depends_on=after("A", 90)),
        said.Measure("C", title="C", deadline=date(2010, 3, 31), depends_on=after("A")),
    )
    assert (rows["B"].earliest_start, rows["B"].earliest_end) == (date(2010, 9, 29), date(2012, 6, 30))
    assert (rows["B"].slack_days, rows["B"].is_critical, rows["B"].is_squeezed) == (640, False, False)
    assert rows["C"].earliest_start == date(2010, 7, 1)
    assert (rows["C"].slack_days, rows["C"].is_critical, rows["C"].is_squeezed) == (-92, True, True)
    assert (rows["A"].slack_days, rows["A"].is_critical) == (-92, True)


def test_a_ministry_is_told_who_waits_for_it_exactly_where_the_timetable_is_critical(
    world: World, version: PlanVersion
) -> None:
    m = by_key(world, version)
    wait(world, m["A"], m["B"], lag=2)
    with world.seen_by(world.secretariat):
        told = monday.on_the_path(version, [m["A"], m["C"]])
        assert [(one.measure.key, one.spare_days, [w.key for w in one.waiting]) for one in told] == [
            ("A", -33, ["B"])
        ]
        assert monday.on_the_path(version, [m["A"], m["B"]]) == []


def test_a_plan_without_a_period_has_no_timetable(world: World) -> None:
    whole = said.PlanDocument(said.PlanFacts("no-period", title_en="No period"))
    bare = acts.store_version(officer=world.secretariat, at=world.at, document=whole)
    with world.seen_by(world.secretariat):
        assert dependencies.timetable(bare) is None
