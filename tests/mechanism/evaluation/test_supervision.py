"""An office lists key areas of its own, warns them and takes them off, each step with its day and reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from tests.builders import MONDAY, World, build_world

from concerted.errors import Conflict, Invalid, Refused
from concerted.foundation.access.door import acting
from concerted.foundation.agencies.models import Post
from concerted.mechanism.evaluation.acts.supervision import change_area, list_area
from concerted.mechanism.evaluation.models import SupervisedArea, SupervisionStep
from concerted.mechanism.evaluation.reads.supervision import area_by_id, supervised_areas

pytestmark = pytest.mark.django_db

BASIS = "Plan 2013-2020, safeguards"


@pytest.fixture
def world() -> World:
    return build_world()


def listed(world: World) -> SupervisedArea:
    return list_area(
        officer=world.secretariat, at=MONDAY, place_code="530000", reason="Cases doubled.", basis=BASIS
    )


def step(world: World, area: SupervisedArea, name: str, days: int) -> SupervisedArea:
    return change_area(
        officer=world.secretariat,
        at=MONDAY + timedelta(days=days),
        area=area,
        step=name,
        reason=f"{name} for a reason",
        basis=BASIS,
    )


def test_an_area_is_listed_warned_and_removed_and_every_step_keeps_its_day(world: World) -> None:
    area = listed(world)
    for days, name in enumerate(("warn", "lift", "remove"), start=1):
        area = step(world, area, name, days)
    line = area_by_id(
        officer=world.secretariat, at=MONDAY, pk=area.pk, on=(MONDAY + timedelta(days=5)).date()
    )
    assert [s.step for s in line.area.steps.all()] == ["list", "warn", "lift", "remove"]
    assert (area.state, line.days) == ("removed", 3)


def test_a_warned_area_is_not_taken_off_before_the_warning_is_lifted(world: World) -> None:
    area = step(world, listed(world), "warn", 1)
    with pytest.raises(Conflict):
        step(world, area, "remove", 2)


def test_an_area_is_on_an_offices_list_once_at_a_time(world: World) -> None:
    area = listed(world)
    with pytest.raises(Conflict):
        listed(world)
    step(world, area, "remove", 1)
    assert listed(world).pk != area.pk


def test_a_province_lists_places_of_its_own_only_and_cannot_touch_the_nations_list(world: World) -> None:
    with pytest.raises(Refused):
        list_area(officer=world.provincial, at=MONDAY, place_code="430000", reason="Theirs.", basis=BASIS)
    own = list_area(officer=world.provincial, at=MONDAY, place_code="530000", reason="Ours.", basis=BASIS)
    assert own.listed_by == world.yunnan
    with pytest.raises(Refused):
        change_area(
            officer=world.provincial, at=MONDAY, area=listed(world), step="remove", reason="No.", basis=BASIS
        )


def test_a_listing_without_reason_or_of_no_place_is_refused(world: World) -> None:
    for wrong in ({"reason": " "}, {"basis": ""}, {"place_code": "000000"}):
        said = {"place_code": "530000", "reason": "Cases doubled.", "basis": BASIS, **wrong}
        with pytest.raises(Invalid):
            list_area(officer=world.secretariat, at=MONDAY, **said)


def test_observers_do_not_see_the_list(world: World) -> None:
    observer = world.officer_for(world.other_ministry, Post.Function.OBSERVER)
    with pytest.raises(Refused):
        supervised_areas(officer=observer, at=MONDAY, on=MONDAY.date())


def test_the_list_of_a_past_day_is_the_list_as_it_stood(world: World) -> None:
    area = step(world, listed(world), "remove", 10)
    for days, there in ((5, [area.pk]), (12, [])):
        on = (MONDAY + timedelta(days=days)).date()
        lines = supervised_areas(officer=world.secretariat, at=MONDAY, on=on)
        assert [line.area.pk for line in lines] == there


def test_a_step_once_taken_is_never_changed(world: World) -> None:
    listed(world)
    with (
        acting(world.secretariat, MONDAY, act="test"),
        pytest.raises(DatabaseError),
        transaction.atomic(),
    ):
        SupervisionStep.objects.update(reason="Something else.")
