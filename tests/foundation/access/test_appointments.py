"""Rights follow a dated appointment, and nobody gives himself one."""

from datetime import date, timedelta

import pytest
from tests.builders import World, build_world
from tests.record import the_record

from concerted.errors import Conflict, Invalid, Refused
from concerted.foundation.access import acts
from concerted.foundation.access.door import acting
from concerted.foundation.agencies.models import Appointment, Officer, Post
from concerted.foundation.agencies.reads import act_under, live_appointments

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


def _post(world: World, function: str) -> Post:
    return acts.create_post(
        officer=world.machine, at=world.at, agency=world.ministry, function=function, title_en="A desk"
    )


def test_an_administrator_does_not_appoint_himself(world: World) -> None:
    post = _post(world, Post.Function.SECRETARIAT)
    with pytest.raises(Refused):
        acts.appoint(
            officer=world.administrator,
            at=world.at,
            appointee=world.administrator,
            post=post,
            valid_from=world.at.date(),
        )
    assert not Appointment.objects.filter(post=post).exists()


def test_another_administrator_appoints_him_and_the_record_tells_who(world: World) -> None:
    post = _post(world, Post.Function.EVALUATOR)
    made = acts.appoint(
        officer=world.machine,
        at=world.at,
        appointee=world.administrator,
        post=post,
        valid_from=world.at.date(),
    )
    entry = the_record().get(act="access.appoint", subject_id=made.pk)
    assert (entry.officer_id, made.appointed_by) == (world.machine.pk, world.machine)
    assert entry.detail["appointee"] == world.administrator.pk


@pytest.mark.parametrize("function", sorted(set(Post.Function.values) - {"administrator"}))
def test_no_other_post_appoints_registers_or_opens_desks(world: World, function: str) -> None:
    officer = world.officer_for(world.office, function)
    post = _post(world, Post.Function.OBSERVER)
    with pytest.raises(Refused):
        acts.appoint(
            officer=officer, at=world.at, appointee=world.focal_point, post=post, valid_from=world.at.date()
        )
    with pytest.raises(Refused):
        acts.register_officer(officer=officer, at=world.at, username="friend", name_en="A friend")
    with pytest.raises(Refused):
        acts.create_post(
            officer=officer, at=world.at, agency=world.office, function="administrator", title_en="Mine"
        )


def test_an_appointment_gives_rights_from_its_first_day_until_the_day_before_its_end(world: World) -> None:
    officer = acts.register_officer(officer=world.machine, at=world.at, username="new", name_en="New")
    first, end = date(2010, 5, 1), date(2010, 6, 1)
    acts.appoint(
        officer=world.machine,
        at=world.at,
        appointee=officer,
        post=_post(world, Post.Function.FOCAL_POINT),
        valid_from=first,
        valid_to=end,
    )
    days = (first - timedelta(days=1), first, end - timedelta(days=1), end)
    assert [bool(live_appointments(officer=officer, on=day)) for day in days] == [False, True, True, False]


def test_the_door_is_shut_from_the_day_the_appointment_ends(world: World) -> None:
    officer = world.new_officer(world.office, Post.Function.ADMINISTRATOR)
    appointment = officer.acting
    assert appointment is not None
    acts.end_appointment(
        officer=world.machine,
        at=world.at,
        appointment=appointment,
        on=world.at.date(),
        reason="moved to another desk",
    )
    with pytest.raises(Refused):
        acts.register_officer(officer=officer, at=world.at, username="late", name_en="Too late")


def test_the_door_is_shut_to_a_deactivated_officer(world: World) -> None:
    officer = world.new_officer(world.office, Post.Function.ADMINISTRATOR)
    acts.deactivate_officer(officer=world.machine, at=world.at, retired=officer, reason="left the service")
    with pytest.raises(Refused):
        acts.register_officer(officer=officer, at=world.at, username="late", name_en="Too late")


def test_the_door_is_shut_to_an_officer_without_any_appointment(world: World) -> None:
    stranger = acts.register_officer(officer=world.machine, at=world.at, username="nobody", name_en="Nobody")
    with pytest.raises(Refused):
        acts.register_officer(officer=stranger, at=world.at, username="x", name_en="X")


def test_an_appointment_of_another_officer_opens_nothing(world: World) -> None:
    stranger = acts.register_officer(officer=world.machine, at=world.at, username="thief", name_en="Thief")
    stolen = world.administrator.acting
    assert stolen is not None
    assert act_under(officer=stranger, on=world.at.date(), appointment_id=stolen.pk).acting is None
    stranger.acting = stolen
    with acting(stranger, world.at) as live:
        assert not live


def test_ending_needs_a_reason_and_never_lengthens(world: World) -> None:
    officer = world.new_officer(world.ministry, Post.Function.CLEARER)
    appointment = officer.acting
    assert appointment is not None
    day = world.at.date()
    with pytest.raises(Invalid):
        acts.end_appointment(officer=world.machine, at=world.at, appointment=appointment, on=day, reason=" ")
    acts.end_appointment(
        officer=world.machine, at=world.at, appointment=appointment, on=day, reason="rotation"
    )
    with pytest.raises(Conflict):
        acts.end_appointment(
            officer=world.machine,
            at=world.at,
            appointment=appointment,
            on=day + timedelta(days=30),
            reason="longer after all",
        )
    ended = Appointment.objects.get(pk=appointment.pk)
    assert (ended.valid_to, ended.ended_reason) == (day, "rotation")


def test_one_officer_does_not_hold_one_post_twice_at_once(world: World) -> None:
    officer = world.new_officer(world.ministry, Post.Function.CLEARER)
    assert officer.acting is not None
    with pytest.raises(Conflict):
        acts.appoint(
            officer=world.machine,
            at=world.at,
            appointee=officer,
            post=officer.acting.post,
            valid_from=world.at.date(),
        )


def test_the_system_officer_is_made_once_and_nobody_signs_in_as_it(world: World) -> None:
    again = acts.bootstrap_machine_officer(at=world.at)
    assert again.pk == world.machine.pk
    assert Officer.objects.filter(is_machine=True).count() == 1
    assert not again.has_usable_password()
    with pytest.raises(Invalid):
        acts.set_password(
            officer=world.administrator, at=world.at, holder=again, password="a long enough sentence"
        )
