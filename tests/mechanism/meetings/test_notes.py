"""Two clerks write at once and lose nothing."""

import pytest
from tests.mechanism.meetings.meeting_world import FIRST, MeetingWorld, noon

from concerted.errors import Conflict, Refused
from concerted.foundation.agencies.models import Post
from concerted.mechanism.meetings.acts import notes
from concerted.mechanism.meetings.models import Note


def test_saving_twice_is_saving_once(joint: MeetingWorld) -> None:
    meeting = joint.sitting(FIRST)
    said = {"officer": joint.clerk, "at": noon(FIRST), "meeting": meeting, "client_key": "a", "text": "One."}
    first, again = notes.save_note(**said), notes.save_note(**said)
    assert (first.note.pk, first.is_conflict) == (again.note.pk, again.is_conflict)


def test_two_clerks_on_one_fragment_keep_both_texts(joint: MeetingWorld) -> None:
    meeting = joint.sitting(FIRST)
    other = joint.world.new_officer(joint.world.office, Post.Function.SECRETARIAT)
    said = {"at": noon(FIRST), "meeting": meeting, "client_key": "a"}
    made = notes.save_note(officer=joint.clerk, text="The ministry", **said).note
    notes.save_note(
        officer=joint.clerk, text="The ministry reports.", expected_row_version=made.row_version, **said
    )
    late = notes.save_note(
        officer=other, text="The federation asks.", expected_row_version=made.row_version, **said
    )
    assert late.beside is not None
    assert late.beside.pk == made.pk
    with joint.world.seen_by(joint.clerk):
        assert set(Note.objects.values_list("text", flat=True)) == {
            "The ministry reports.",
            "The federation asks.",
        }
        stands = Note.objects.get(pk=made.pk)
    joined = notes.join_notes(
        officer=other,
        at=noon(FIRST),
        note=stands,
        expected_row_version=stands.row_version,
        others=[late.note],
        text="The ministry reports. The federation asks.",
    )
    with joint.world.seen_by(joint.clerk):
        assert Note.objects.get(pk=late.note.pk).joined_into == joined


def test_a_late_save_into_a_joined_fragment_is_kept_beside_it(joint: MeetingWorld) -> None:
    meeting = joint.sitting(FIRST)
    said = {"officer": joint.clerk, "at": noon(FIRST), "meeting": meeting}
    one = notes.save_note(client_key="a", text="One.", **said).note
    two = notes.save_note(client_key="b", text="Two.", **said).note
    notes.join_notes(
        officer=joint.clerk, at=noon(FIRST), note=one, expected_row_version=1, others=[two], text="One. Two."
    )
    late = notes.save_note(client_key="b", text="Two and a half.", expected_row_version=2, **said)
    assert late.is_conflict
    assert late.note.text == "Two and a half."


def test_notes_are_the_offices_own_and_close_with_the_minutes(joint: MeetingWorld) -> None:
    first = joint.sitting(FIRST)
    joint.note(first, "Said in confidence.")
    with joint.world.seen_by(joint.world.focal_point):
        assert not Note.objects.exists()
    with pytest.raises(Refused):
        notes.save_note(
            officer=joint.world.focal_point, at=noon(FIRST), meeting=first, client_key="x", text="Mine."
        )
    joint.adopted(joint.circulated(first))
    with pytest.raises(Conflict, match="closed"):
        joint.note(first, "Later.", key="n2")
