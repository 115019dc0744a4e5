"""Turning the master key is an administrator's act, recorded, and refused to whoever looked at an older state."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.builders import MONDAY, World, build_world
from tests.record import the_record

from concerted.errors import Conflict, Refused, Stale
from concerted.foundation.access.acts.vault import add_master_key, retire_master_keys, wrap_keys
from concerted.foundation.people import acts as people
from concerted.foundation.vault import keys

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_keys(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Keys of the test's own."""
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)

    def kept(name: str, *, length: int = 50) -> str:
        path = folder / name
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(length))
        return path.read_text()

    settings.VAULT_SECRETS, settings.VAULT_KEPT_SECRET = folder, kept
    keys.forget()
    yield folder
    keys.forget()


@pytest.fixture
def world() -> World:
    return build_world()


def test_an_administrator_turns_the_key_step_by_step(world: World, own_keys: Path) -> None:
    worker, administrator = world.officer_for(world.yunnan, "case_worker"), world.administrator
    for _person in range(3):
        people.record_person(officer=worker, at=MONDAY)
    acting: dict[str, Any] = {"officer": administrator, "at": MONDAY}
    assert add_master_key(**acting, after=1).current == 2
    with pytest.raises(Conflict):
        retire_master_keys(**acting, keeping=2)
    assert [wrap_keys(**acting).wrapped for _step in range(2)] == [3, 0]
    assert retire_master_keys(**acting, keeping=2).retired == (1,)
    assert sorted(path.name for path in own_keys.glob("vault_m*")) == ["vault_master_2"]
    row = the_record(act="access.retire_master_keys").first()
    assert row is not None and row.detail["retired"] == [1]


def test_whoever_looked_at_an_older_state_is_refused(world: World) -> None:
    acting: dict[str, Any] = {"officer": world.administrator, "at": MONDAY}
    add_master_key(**acting, after=1)
    with pytest.raises(Stale):
        add_master_key(**acting, after=1)
    with pytest.raises(Stale):
        retire_master_keys(**acting, keeping=1)


@pytest.mark.parametrize("function", ["case_supervisor", "secretariat", "evaluator"])
def test_nobody_else_turns_it(world: World, own_keys: Path, function: str) -> None:
    officer = world.officer_for(world.office, function)
    for step in (add_master_key, wrap_keys, retire_master_keys):
        with pytest.raises(Refused):
            step(officer=officer, at=MONDAY, **({"after": 1} if step is add_master_key else {}))  # type: ignore[arg-type]
    assert [path.name for path in own_keys.glob("vault_master_*")] in ([], ["vault_master_1"])
