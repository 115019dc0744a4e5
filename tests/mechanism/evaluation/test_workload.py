"""What an office holds and how late it tends to be is shown to the office itself and to the secretariat only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import count

import pytest
from tests.builders import MONDAY, World, build_world

from concerted.errors import Refused
from concerted.foundation.access.acts import NewAgency, load_agencies
from concerted.foundation.access.door import acting
from concerted.foundation.agencies.models import Agency, Post
from concerted.foundation.obligations import marks
from concerted.foundation.obligations.models import Obligation
from concerted.mechanism.evaluation.reads.forecast import late_risks
from concerted.mechanism.evaluation.reads.workload import workload
from concerted.methods.laterisk import MINIMUM_HISTORY, MINIMUM_PEERS

pytestmark = pytest.mark.django_db

TODAY = MONDAY.date()
_subjects = count(1)


@pytest.fixture
def world() -> World:
    return build_world()


def owed(
    world: World,
    owner: Agency,
    *,
    due: date,
    opens: date | None = None,
    met: datetime | None = None,
    accepted: datetime | None = None,
    kind: str = "plan.report",
) -> Obligation:
    """One obligation of the owner to the office, marked as it went."""
    officer = world.secretariat
    with acting(officer, MONDAY, act="test"):
        [made] = marks.open_obligations(
            officer=officer,
            at=MONDAY,
            kind=kind,
            items=[
                marks.NewObligation(
                    owner_id=owner.pk,
                    owed_to_id=world.office.pk,
                    subject_kind="test",
                    subject_id=next(_subjects),
                    period_key="",
                    label_en="A report",
                    label_zh="报告",
                    opens=opens or due - timedelta(days=30),
                    due=due,
                )
            ],
        )
        if met:
            marks.mark_met(officer=officer, at=met, obligations=[made])
        if accepted:
            marks.mark_accepted(officer=officer, at=accepted, obligations=[made])
    return made


def several(world: World, names: Iterable[str]) -> list[Agency]:
    """Further ministries."""
    new = [
        NewAgency(key=name, kind=Agency.Kind.MINISTRY, name_en=name.title(), name_zh="部") for name in names
    ]
    load_agencies(officer=world.machine, at=MONDAY, records=new)
    return [world.agency(name) for name in names]


def test_items_in_hand_are_counted_by_due_week_and_answers_count_for_who_must_accept_them(
    world: World,
) -> None:
    for days in (-3, 2, 9, 100):
        owed(world, world.ministry, due=TODAY + timedelta(days=days), opens=TODAY - timedelta(days=20))
    owed(world, world.ministry, due=TODAY, met=MONDAY - timedelta(days=6))
    seen = workload(officer=world.secretariat, at=MONDAY, on=TODAY)
    by_key = {row.agency.key: row for row in seen.rows}
    assert by_key["mca"].by_week == {-1: 1, 0: 1, 1: 1, 4: 1}
    assert by_key["mps-cid"].by_week == {1: 1}
    [stage] = by_key["mps-cid"].stages
    assert (stage.stage, stage.count, stage.longest_days) == ("waits_for_acceptance", 1, 6)


def test_an_accepted_answer_is_held_by_nobody_and_a_past_day_reads_as_it_stood(world: World) -> None:
    owed(world, world.ministry, due=TODAY, met=MONDAY, accepted=MONDAY + timedelta(days=3))
    ask = {"officer": world.secretariat, "at": MONDAY}
    later = workload(**ask, on=TODAY + timedelta(days=5))
    assert sum(row.held for row in later.rows) == 0
    then = workload(**ask, on=TODAY + timedelta(days=1))
    assert {row.agency.key: row.held for row in then.rows if row.held} == {"mps-cid": 1}


def test_the_office_whose_pile_stands_and_rises_is_first_though_a_larger_one_has_as_many_overdue(
    world: World,
) -> None:
    large, choked, *rest = several(world, ["large", "choked", "third", "fourth", "fifth"])
    for week in range(12):
        start = TODAY - timedelta(weeks=week)
        done = datetime.combine(start, MONDAY.timetz()) + timedelta(days=1)
        for agency, each in ((large, 6), *((other, 2) for other in rest)):
            for _ in range(each):
                owed(world, agency, due=start + timedelta(days=5), opens=start, met=done, accepted=done)
        for number in range(2):
            finished = number == 0 and week > 6
            owed(
                world,
                choked,
                due=start + timedelta(days=5),
                opens=start,
                met=done if finished else None,
                accepted=done if finished else None,
            )
    for _ in range(19):
        owed(world, large, due=TODAY - timedelta(days=8), opens=TODAY - timedelta(days=30))
    seen = workload(officer=world.secretariat, at=MONDAY, on=TODAY)
    assert seen.rows[0].agency.key == "choked"
    assert seen.rows[0].rank == 1
    assert {row.agency.key: row.overdue for row in seen.rows}["large"] >= seen.rows[0].overdue


def test_an_office_sees_its_own_load_without_a_place_and_nobody_elses(world: World) -> None:
    owed(world, world.ministry, due=TODAY)
    owed(world, world.other_ministry, due=TODAY)
    own = workload(officer=world.focal_point, at=MONDAY, on=TODAY, agency=world.ministry)
    assert [(row.agency.key, row.rank, row.held) for row in own.rows] == [("mca", None, 1)]
    for reach in (None, world.other_ministry):
        with pytest.raises(Refused):
            workload(officer=world.focal_point, at=MONDAY, on=TODAY, agency=reach)
        with pytest.raises(Refused):
            late_risks(officer=world.focal_point, at=MONDAY, on=TODAY, agency=reach)


def test_provincial_offices_and_observers_do_not_see_the_load_of_all(world: World) -> None:
    observer = world.officer_for(world.other_ministry, Post.Function.OBSERVER)
    for officer, agency in ((world.provincial, None), (observer, None), (observer, world.other_ministry)):
        with pytest.raises(Refused):
            workload(officer=officer, at=MONDAY, on=TODAY, agency=agency)


def test_an_office_without_anything_in_hand_is_told_so(world: World) -> None:
    own = workload(officer=world.focal_point, at=MONDAY, on=TODAY, agency=world.ministry)
    assert [row.held for row in own.rows] == [0]


def _history(world: World) -> list[Agency]:
    agencies = several(world, [f"m{n}" for n in range(MINIMUM_PEERS)])
    for number, agency in enumerate(agencies):
        for past in range(MINIMUM_HISTORY):
            due = date(2009, 3, 1) + timedelta(days=80 * past)
            met = datetime.combine(due, MONDAY.timetz())
            owed(world, agency, due=due, met=met + timedelta(days=60) if past < number else met)
    return agencies


def test_the_chance_of_lateness_follows_the_past_and_is_drawn_to_the_peers(world: World) -> None:
    agencies = _history(world)
    for agency in agencies:
        owed(world, agency, due=TODAY + timedelta(days=10))
    risks = late_risks(officer=world.secretariat, at=MONDAY, on=TODAY)
    assert [r.agency.key for r in risks] == ["m4", "m3", "m2", "m1", "m0"]
    assert all(r.open == 1 and r.chance is not None and 0 < r.chance < 1 for r in risks)
    assert risks[0].late == 4


def test_it_abstains_from_an_office_of_short_history_and_says_what_it_has(world: World) -> None:
    _history(world)
    owed(world, world.ministry, due=TODAY + timedelta(days=10))
    owed(world, world.ministry, due=date(2009, 6, 1), met=datetime(2009, 5, 1, tzinfo=MONDAY.tzinfo))
    [risk] = late_risks(officer=world.focal_point, at=MONDAY, on=TODAY, agency=world.ministry)
    assert (risk.chance, risk.due, risk.open) == (None, 1, 1)


def test_what_was_excused_is_held_against_nobody(world: World) -> None:
    one = owed(world, world.ministry, due=date(2009, 6, 1))
    with acting(world.secretariat, MONDAY, act="test"):
        marks.mark_excused(officer=world.secretariat, at=MONDAY, obligations=[one], reason="flood")
    [risk] = late_risks(officer=world.focal_point, at=MONDAY, on=TODAY, agency=world.ministry)
    assert (risk.due, risk.late) == (0, 0)
