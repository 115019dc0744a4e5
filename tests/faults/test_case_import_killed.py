"""A process killed in the middle of an import of cases leaves all of them or none, persons and keys included."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.builders import World, build_world

from concerted.foundation.people.models import Attribute, Person
from concerted.foundation.vault.models import SubjectKey
from concerted.mechanism.cases.models import AgencyFile, Case, CaseLead, FileNote

ROOT = Path(__file__).parents[2]
LIST = "编号,姓名,性别,出生日期,电话,备注\n" + "".join(
    f"L-{number},演示人{number},女,1990,000-000{number},演示\n" for number in range(4)
)
IMPORT = """
import os, signal, sys
import django
django.setup()
from pathlib import Path
from django.db import connection
from concerted.foundation.agencies.reads import act_under, officer_by_username
from concerted.interfaces.exchange.case_sheet import read_case_sheet
from concerted.mechanism.cases.acts.imports import import_cases
from tests.builders import MONDAY

username, die_at, path = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
officer = act_under(officer=officer_by_username(username), on=MONDAY.date())
sheet = read_case_sheet(path.read_bytes(), path.name, on=MONDAY.date())
seen = 0

def die_in_the_middle(execute, sql, params, many, context):
    global seen
    result = execute(sql, params, many, context)
    seen += sql.lstrip().upper().startswith("INSERT")
    if seen == die_at:
        os.kill(os.getpid(), signal.SIGKILL)
    return result

with connection.execute_wrapper(die_in_the_middle):
    import_cases(officer=officer, at=MONDAY, cases=sheet.cases, source_file=path.name)
"""


@pytest.fixture
def world(transactional_db: None) -> World:
    return build_world()


def test_an_import_killed_at_any_point_leaves_nothing_and_can_be_done_again(
    world: World, database_name: str, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    worker = world.officer_for(world.yunnan, "case_worker")

    def run_import(die_at: int) -> int:
        environment = os.environ | {
            "CONCERTED_DATABASE_NAME": database_name,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }
        command = [sys.executable, "-c", IMPORT, worker.username, str(die_at), str(path)]
        return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode

    def counts() -> dict[str, int]:
        kept = (Case, CaseLead, AgencyFile, FileNote, Person, Attribute, SubjectKey)
        with world.seen_by(worker):
            return {model.__name__: model.objects.count() for model in kept}

    before = counts()
    for die_at in (1, 7, 30, 60):
        assert run_import(die_at) == -signal.SIGKILL
        assert counts() == before
    assert run_import(-1) == 0
    after = counts()
    assert after["Case"] == before["Case"] + 4
    assert after["Person"] == before["Person"] + 4
    assert after["FileNote"] == before["FileNote"] + 4
