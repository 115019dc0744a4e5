"""A process killed in the middle of an import leaves all of the plan or nothing of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.builders import World, build_world

from concerted.mechanism.plan.models import Indicator, Measure, Plan, PlanVersion, Responsibility
from concerted.mechanism.plan.reads import documents as reads

ROOT = Path(__file__).parents[2]
KEY = "killed-plan"
IMPORT = f"""
import os, signal, sys
import django
django.setup()
from dataclasses import replace
from pathlib import Path
from django.db import connection
from concerted.foundation.agencies.reads import act_under, officer_by_username
from concerted.interfaces.exchange.plan_store import load_plan, read_plan_file
from tests.builders import MONDAY

username, die_at, path = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
officer = act_under(officer=officer_by_username(username), on=MONDAY.date())
document = read_plan_file(path, path.name)
document = replace(document, plan=replace(document.plan, id={KEY!r}, predecessor=None, successor=None))
seen = 0

def die_in_the_middle(execute, sql, params, many, context):
    global seen
    result = execute(sql, params, many, context)
    seen += sql.lstrip().upper().startswith("INSERT")
    if seen == die_at:
        os.kill(os.getpid(), signal.SIGKILL)
    return result

with connection.execute_wrapper(die_in_the_middle):
    load_plan(officer=officer, at=MONDAY, document=document, adopt_on=document.plan.adopted)
"""


@pytest.fixture
def world(transactional_db: None) -> World:
    return build_world()


def run_import(world: World, database_name: str, *, die_at: int) -> int:
    """Load the first real plan in a process of its own that kills itself (SIGKILL) after that many inserts."""
    path = ROOT / "reference" / "plans" / "npa-2008-2012.yaml"
    environment = os.environ | {
        "CONCERTED_DATABASE_NAME": database_name,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    command = [sys.executable, "-c", IMPORT, world.secretariat.username, str(die_at), str(path)]
    return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode


def test_an_import_killed_at_any_point_leaves_nothing_and_can_be_done_again(
    world: World, database_name: str
) -> None:
    for die_at in (1, 3, 6, 9, 12):
        assert run_import(world, database_name, die_at=die_at) == -signal.SIGKILL
        with world.seen_by(world.secretariat):
            assert not Plan.objects.filter(key=KEY).exists()
            of_it = {"version__plan__key": KEY}
            assert not PlanVersion.objects.filter(plan__key=KEY).exists()
            assert not Measure.objects.filter(**of_it).exists()
            assert not Responsibility.objects.filter(measure__version__plan__key=KEY).exists()
            assert not Indicator.objects.filter(plan__key=KEY).exists()
    assert run_import(world, database_name, die_at=-1) == 0
    with world.seen_by(world.secretariat):
        version = reads.version_in_force(reads.plan_by_key(KEY))
        assert version is not None and len(reads.measures_of(version)) == 24
