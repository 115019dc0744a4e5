"""An agency's notes are its own, and every look at them is on record."""

from __future__ import annotations

import pytest
from tests.builders import World, build_world
from tests.record import the_record

from concerted.errors import Conflict, Invalid, NotThere, Refused
from concerted.foundation.agencies.models import Post
from concerted.mechanism.plan.acts import notes
from concerted.mechanism.plan.models import InternalNote
from concerted.mechanism.plan.reads import notes as reads

pytestmark = pytest.mark.django_db
ON = {"subject_kind": "plan.measure", "subject_id": 7}


@pytest.fixture
def world() -> World:
    return build_world()


def test_a_note_is_read_by_its_own_agency_only(world: World) -> None:
    notes.write_note(officer=world.focal_point, at=world.at, **ON, text="The figures are late.")
    own = reads.notes_on(officer=world.clearer, at=world.at, **ON)
    assert [note.text for note in own] == ["The figures are late."]
    assert reads.notes_on(officer=world.secretariat, at=world.at, **ON) == []


def test_to_the_database_another_agencys_note_does_not_exist(world: World) -> None:
    note = notes.write_note(officer=world.focal_point, at=world.at, **ON, text="Ours.")
    with world.seen_by(world.secretariat):
        assert not InternalNote.objects.filter(pk=note.pk).exists()
    with pytest.raises(NotThere):
        reads.note_by_id(officer=world.secretariat, at=world.at, pk=note.pk)


def test_every_look_at_notes_is_on_record(world: World) -> None:
    reads.notes_on(officer=world.focal_point, at=world.at, **ON)
    entry = the_record(kind="look", act="plan.notes_on").latest("id")
    assert entry.officer_id == world.focal_point.pk and entry.detail["subject_kind"] == "plan.measure"


def test_a_withdrawn_note_leaves_the_page_and_stays_on_record(world: World) -> None:
    note = notes.write_note(officer=world.focal_point, at=world.at, **ON, text="Wrong.")
    notes.withdraw_note(officer=world.focal_point, at=world.at, note=note)
    assert reads.notes_on(officer=world.focal_point, at=world.at, **ON) == []
    with world.seen_by(world.focal_point):
        assert InternalNote.objects.get(pk=note.pk).withdrawn_at == world.at
    with pytest.raises(Conflict):
        notes.withdraw_note(officer=world.focal_point, at=world.at, note=note)


def test_an_empty_note_is_refused(world: World) -> None:
    with pytest.raises(Invalid):
        notes.write_note(officer=world.focal_point, at=world.at, **ON, text="  ")


def test_an_observer_writes_no_note(world: World) -> None:
    observer = world.officer_for(world.ministry, Post.Function.OBSERVER)
    with pytest.raises(Refused):
        notes.write_note(officer=observer, at=world.at, **ON, text="I only watch.")
