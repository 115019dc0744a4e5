"""The master key is turned while the command is killed again and again; every value stays readable."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from tests.builders import MONDAY, build_world
from tests.faults.backup_world import Machine

from concerted.config.places import SECRETS
from concerted.foundation.people import acts as people
from concerted.foundation.people.models import Attribute
from concerted.foundation.people.values import Name, Statement
from concerted.foundation.vault import acts, keys, reads

pytestmark = pytest.mark.django_db(transaction=True)

SUBJECTS = 5000


@pytest.fixture
def machine(tmp_path: Path, database_name: str, settings: Any) -> Iterator[Machine]:
    """An installation with keys of its own, named by the environment, so that no other test meets them."""
    first, second, search = (keys_text() for _key in range(3))
    settings.VAULT_MASTER_KEY, settings.VAULT_SEARCH_KEY = f"1:{first}", search
    keys.forget()
    yield Machine(
        database_name,
        tmp_path / "machine",
        {"CONCERTED_MASTER_KEY": f"2:{second},1:{first}", "CONCERTED_SEARCH_KEY": search},
    )
    settings.VAULT_MASTER_KEY = ""
    keys.forget()


def keys_text() -> str:
    import secrets

    return secrets.token_urlsafe(32)


def _versions(connection: psycopg.Connection) -> dict[int, int]:
    rows = connection.execute(
        "SELECT master_version, count(*) FROM vault_subjectkey WHERE destroyed_at IS NULL GROUP BY 1"
    ).fetchall()
    return dict(rows)


def test_turning_the_key_survives_kills_and_leaves_nothing_unreadable(
    machine: Machine, settings: Any, owner_connection: psycopg.Connection
) -> None:
    world = build_world()
    worker = world.officer_for(world.yunnan, "case_worker")
    people.record_person(officer=worker, at=MONDAY, statements=[Statement(Name("李小红"))])
    with world.seen_by(worker):
        acts.new_subjects(at=MONDAY, subjects=[uuid4() for _subject in range(SUBJECTS)])
    for stage in (0, 1):
        machine.killed_at(stage, "vault", "rotate", "--resume")
        assert sum(_versions(owner_connection).values()) == SUBJECTS + 1
    told = machine.run("vault", "rotate", "--resume", "--json")
    assert told.returncode == 0 and json.loads(told.stdout)["current"] == 2
    assert _versions(owner_connection) == {2: SUBJECTS + 1}
    settings.VAULT_MASTER_KEY = machine.variables["CONCERTED_MASTER_KEY"].partition(",")[0]
    keys.forget()
    with world.seen_by(worker):
        assert reads.opened(Attribute.objects.get())["full"] == "李小红", "with the new key alone"


def test_the_key_of_the_environment_cannot_be_made_here(machine: Machine) -> None:
    before = sorted(path.name for path in SECRETS.glob("vault_*"))
    done = machine.run("vault", "rotate")
    assert done.returncode == 1 and "comes from the environment" in done.stderr
    assert sorted(path.name for path in SECRETS.glob("vault_*")) == before
