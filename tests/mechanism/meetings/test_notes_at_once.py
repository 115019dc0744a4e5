"""Clerks who save one fragment at the same moment lose nothing: every text is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from tests.builders import build_world
from tests.mechanism.meetings.meeting_world import FIRST, build_meeting_world, noon

from concerted.foundation.agencies.models import Post
from concerted.mechanism.meetings.acts import notes
from concerted.mechanism.meetings.models import Note

CLERKS = 4


@pytest.mark.django_db(transaction=True)
def test_of_several_texts_saved_at_once_under_one_key_each_is_kept() -> None:
    joint = build_meeting_world(build_world())
    meeting = joint.sitting(FIRST)
    clerks = [joint.world.new_officer(joint.world.office, Post.Function.SECRETARIAT) for _ in range(CLERKS)]
    together = Barrier(CLERKS)

    def save(number: int) -> bool:
        together.wait()
        try:
            saved = notes.save_note(
                officer=clerks[number],
                at=noon(FIRST),
                meeting=meeting,
                client_key="one",
                text=f"Text of clerk {number}.",
            )
            return saved.is_conflict
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CLERKS) as pool:
        beside = list(pool.map(save, range(CLERKS)))
    assert sorted(beside) == [False, True, True, True]
    with joint.world.seen_by(joint.clerk):
        assert set(Note.objects.values_list("text", flat=True)) == {
            f"Text of clerk {n}." for n in range(CLERKS)
        }
