"""A worker killed while it makes a paper leaves no half of it, and the next worker makes it, asked by nobody."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.builders import build_world
from tests.mechanism.meetings.meeting_world import MeetingWorld, build_meeting_world, noon

from concerted.config import assets, working
from concerted.interfaces.exchange.meeting_papers.asking import ask
from concerted.mechanism.meetings.acts import agenda
from concerted.mechanism.meetings.models import Paper

ROOT = Path(__file__).parents[2]
DAY = date(2010, 6, 15)
#: The writings of a paper after which a worker dies: begun, read, set, kept (its file is written, not committed).
DEATHS = (1, 2, 4)
WORK = """
import os, signal, sys
from contextlib import suppress
import django
django.setup()
from django.db.backends.signals import connection_created
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from concerted.config.stalled import give_back

die_at, seen = int(sys.argv[1]), 0

def die_in_the_middle(execute, sql, params, many, context):
    global seen
    result = execute(sql, params, many, context)
    seen += sql.startswith('UPDATE "meetings_paper"')
    if seen == die_at:
        os.kill(os.getpid(), signal.SIGKILL)
    return result

def watch(connection, **_rest):
    connection.execute_wrappers.append(die_in_the_middle)

connection_created.connect(watch)
if die_at < 0:
    with suppress(AlreadyEnqueued):
        give_back.defer(timestamp=0)
with app.replace_connector(app.connector.get_worker_connector()) as worker:
    if die_at < 0:
        worker.run_worker(queues=["stalled"], wait=False)
    worker.run_worker(queues=["papers"], wait=False)
"""


@pytest.fixture(scope="module", autouse=True)
def _typefaces() -> None:
    if not assets.FONTS_FOLDER.exists():
        assets.prepare_typefaces()


@pytest.fixture
def joint(transactional_db: None) -> MeetingWorld:
    return build_meeting_world(build_world())


def work(database_name: str, *, die_at: int) -> int:
    """A worker in a process of its own that kills itself (SIGKILL) after so many writings; how it ended."""
    environment = os.environ | {
        "CONCERTED_DATABASE_NAME": database_name,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    command = [sys.executable, "-c", WORK, str(die_at)]
    return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode


def asked(joint: MeetingWorld, count: int) -> list[int]:
    meeting = joint.called(DAY)
    facts = {"officer": joint.clerk, "at": noon(DAY), "meeting": meeting}
    agenda.add_item(
        **facts, title_en="Lists", title_zh="登记", body_en="Seven are late.", body_zh="七项逾期。"
    )
    return [ask(**facts, kind="book", language="en", form="pdf").pk for _turn in range(count)]


def kept(joint: MeetingWorld) -> dict[int, tuple[str, bytes, str]]:
    with joint.world.seen_by(joint.clerk):
        return {p.pk: (p.state, bytes(p.content or b""), p.sha256) for p in Paper.objects.all()}


def test_a_paper_is_whole_or_absent_and_the_next_worker_makes_what_a_killed_one_left(
    joint: MeetingWorld, database_name: str, as_owner: Callable[[], AbstractContextManager[None]]
) -> None:
    papers = asked(joint, len(DEATHS))
    for die_at in DEATHS:
        assert work(database_name, die_at=die_at) == -signal.SIGKILL
        for state, content, sha256 in kept(joint).values():
            assert state in ("asked", "preparing")
            assert (content, sha256) == (b"", "")
    jobs = ProcrastinateJob.objects.filter(task_name="papers.make")
    assert set(jobs.values_list("status", flat=True)) == {"doing"}
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")
    assert work(database_name, die_at=-1) == 0
    made = kept(joint)
    assert set(made) == set(papers)
    for state, content, sha256 in made.values():
        assert (state, sha256) == ("ready", hashlib.sha256(content).hexdigest())
        assert content.startswith(b"%PDF") and content.rstrip().endswith(b"%%EOF")


def test_what_dead_workers_left_is_given_back_every_minute() -> None:
    app.perform_import_paths()
    told = {one.task.name: one.cron for one in app.periodic_registry.periodic_tasks.values()}
    assert told["stalled.give_back"] == "* * * * *"


def test_a_worker_is_started_again_whether_it_was_killed_or_stopped_by_itself(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    script = """
import os, signal, sys
with open(sys.argv[1], "a") as file:
    file.write("x")
if os.path.getsize(sys.argv[1]) == 1:
    os.kill(os.getpid(), signal.SIGKILL)
"""
    working.keep([sys.executable, "-c", script, str(starts)], pause=0, runs=3)
    assert starts.read_text() == "xxx"
