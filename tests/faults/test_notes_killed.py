"""A process killed while notes are being saved loses no note whose saving it had acknowledged."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.builders import build_world
from tests.mechanism.meetings.meeting_world import FIRST, MeetingWorld, build_meeting_world

from concerted.mechanism.meetings.models import Note

ROOT = Path(__file__).parents[2]
SAVE = """
import os, signal, sys
import django
django.setup()
from django.db import connection
from concerted.foundation.agencies.reads import act_under, officer_by_username
from concerted.mechanism.meetings.acts.notes import save_note
from concerted.mechanism.meetings.reads.calendar import meeting_by_key
from tests.mechanism.meetings.meeting_world import FIRST, noon

username, key, die_at = sys.argv[1], sys.argv[2], int(sys.argv[3])
officer, at = act_under(officer=officer_by_username(username), on=FIRST), noon(FIRST)
meeting = meeting_by_key(officer=officer, at=at, key=key)
seen = 0

def die_in_the_middle(execute, sql, params, many, context):
    global seen
    result = execute(sql, params, many, context)
    seen += sql.lstrip().upper().startswith(("INSERT", "UPDATE"))
    if seen == die_at:
        os.kill(os.getpid(), signal.SIGKILL)
    return result

with connection.execute_wrapper(die_in_the_middle):
    version = 0
    for number in range(40):
        saved = save_note(officer=officer, at=at, meeting=meeting, client_key=f"f{number % 4}",
            text=f"line {number}", expected_row_version=number // 4)
        os.write(1, f"line {number}\\n".encode())
"""


@pytest.fixture
def joint(transactional_db: None) -> MeetingWorld:
    return build_meeting_world(build_world())


def test_no_acknowledged_note_is_lost_wherever_the_process_is_killed(
    joint: MeetingWorld, database_name: str
) -> None:
    meeting = joint.sitting(FIRST)
    environment = os.environ | {
        "CONCERTED_DATABASE_NAME": database_name,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    for die_at in (2, 7, 24):
        command = [sys.executable, "-c", SAVE, joint.clerk.username, meeting.key, str(die_at)]
        ended = subprocess.run(command, env=environment, cwd=ROOT, check=False, stdout=subprocess.PIPE)
        assert ended.returncode == -signal.SIGKILL
        acknowledged = ended.stdout.decode().splitlines()
        with joint.world.seen_by(joint.clerk):
            kept = set(Note.objects.values_list("text", flat=True))
            history = Note._meta.get_field("history").related_model
            kept |= set(history.objects.values_list("text", flat=True))
        assert set(acknowledged) <= kept
    assert acknowledged, "the last run had acknowledged something before it was killed"
