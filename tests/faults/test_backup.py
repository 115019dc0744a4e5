"""A backup holds one moment whole or is refused; a restore brings it back verified, or changes nothing."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from tests.builders import MONDAY, World, build_world
from tests.faults.backup_world import KEY, Machine, empty_machine, exists, rows_of
from tests.foundation.people.test_erasure import picture

from concerted.config import postgres
from concerted.config.backup.checking import check_backup
from concerted.config.backup.container import BackupKey, key_of_passphrase, members, writing
from concerted.errors import Invalid
from concerted.foundation.people import acts
from concerted.foundation.people.births import born_on
from concerted.foundation.people.models import Person
from concerted.foundation.people.values import Document, Name, Statement
from concerted.foundation.vault.files.keeping import kept_paths

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "金丝雀李小红"


@pytest.fixture
def machine(
    tmp_path: Path, settings: Any, database_name: str, database_server: postgres.Server
) -> Iterator[Machine]:
    """The tests' database with two persons, one of them erased, and a photograph."""
    folder = tmp_path / "machine"
    settings.VAULT_FILES, settings.VAULT_LEDGER = folder / "vault-files", folder / "erased.jsonl"
    world = build_world()
    for number in range(2):
        _person(world, number)
    yield Machine(database_name, folder)
    with database_server.connect() as outside:
        postgres.drop_database(outside, name=f"{database_name}_restoring")


def _person(world: World, number: int) -> Person:
    worker = world.officer_for(world.yunnan, "case_worker")
    name = Statement(Name(f"{CANARY}{number}"))
    card = Statement(Document(f"53000020010506{number:04}", issued_on=date(2008, 1, 1), as_written=True))
    person = acts.record_person(
        officer=worker, at=MONDAY, statements=[name, card, Statement(born_on(2001, 5, 6))]
    )
    acts.add_photograph(officer=worker, at=MONDAY, person=person, content=picture())
    return person


def _erase(world: World, person: Person) -> None:
    asking = world.officer_for(world.yunnan, "case_supervisor")
    deciding = world.new_officer(world.yunnan, "case_supervisor")
    request = acts.request_erasure(officer=asking, at=MONDAY, person=person, ground="court", reference="17")
    acts.approve_erasure(officer=deciding, at=MONDAY, request=request)


_MADE: list[Path] = []


@pytest.fixture
def copy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One backup of the small installation for all tests that only read it."""
    if not _MADE:
        made = tmp_path_factory.mktemp("backups") / "copy.backup"
        machine: Machine = request.getfixturevalue("machine")
        assert machine.run("audit", "seal").returncode == 0
        told = machine.told("backup", made)
        assert told["files"] == 2 and told["faults"] == [] and told["sample"] > 0  # type: ignore[operator]
        _MADE.append(made)
    return _MADE[0]


@pytest.fixture
def elsewhere(tmp_path: Path, database_server: postgres.Server, database_name: str) -> Iterator[Machine]:
    with empty_machine(database_server, tmp_path / "elsewhere", f"{database_name}_elsewhere") as found:
        yield found


def test_a_backup_restores_on_an_empty_machine_with_every_row_file_and_seal(
    machine: Machine, elsewhere: Machine, copy: Path, database_server: postgres.Server
) -> None:
    before = rows_of(database_server, machine.database)
    restored = elsewhere.told("restore", copy)
    assert restored["intact"] is True and restored["sample"] == 10
    after = rows_of(database_server, elsewhere.database)
    assert after.pop("audit_auditepoch") >= before.pop("audit_auditepoch")
    assert after == before
    assert {path.name for path in (elsewhere.folder / "vault-files").rglob("*") if path.is_file()} == {
        path.name for path in kept_paths()
    }
    assert not exists(database_server, f"{elsewhere.database}_restoring")


def test_nothing_readable_stands_in_a_backup(copy: Path) -> None:
    content = copy.read_bytes()
    for word in (CANARY, "53000020010506", "Ministry of Civil Affairs", "people_person"):
        assert word.encode() not in content


def test_whoever_was_erased_before_or_after_the_backup_stays_erased_when_it_is_restored(
    machine: Machine, elsewhere: Machine, tmp_path: Path, database_server: postgres.Server
) -> None:
    world = build_world()
    before, after = _person(world, 7), _person(world, 8)
    _erase(world, before)
    machine.told("backup", tmp_path / "older.backup")
    _erase(world, after)
    elsewhere.folder.mkdir(exist_ok=True)
    newer = (machine.folder / "erased.jsonl").read_text().splitlines()[1]
    assert str(after.subject) in newer
    shutil.copy(machine.folder / "erased.jsonl", elsewhere.folder / "erased.jsonl")
    assert elsewhere.told("restore", tmp_path / "older.backup")["erased_again"] == 1
    with database_server.connect(database=elsewhere.database) as inside:
        rows = inside.execute(
            "SELECT length(wrapped), destroyed_at IS NULL FROM vault_subjectkey WHERE subject = ANY(%s)",
            ([before.subject, after.subject],),
        ).fetchall()
    assert rows == [(0, False)] * 2


def test_a_machine_that_holds_data_is_refused_and_left_alone(
    machine: Machine, copy: Path, database_server: postgres.Server
) -> None:
    before = rows_of(database_server, machine.database)
    done = machine.run("restore", copy)
    assert done.returncode == 1 and "holds data" in done.stderr
    assert rows_of(database_server, machine.database) == before


def test_an_existing_backup_is_never_overwritten(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "copy.backup").write_text("an older one")
    assert machine.run("backup", tmp_path / "copy.backup").returncode == 2
    assert (tmp_path / "copy.backup").read_text() == "an older one"


@pytest.mark.parametrize("changes", [60, pytest.param(1000, marks=pytest.mark.long)])
def test_every_damage_is_found_before_anything_is_touched(
    copy: Path, elsewhere: Machine, tmp_path: Path, database_server: postgres.Server, changes: int
) -> None:
    whole, chance, key = copy.read_bytes(), random.Random(17), BackupKey(0, KEY)
    check_backup(copy, key)
    broken = tmp_path / "broken.backup"
    places = [
        0,
        5,
        6,
        7,
        30,
        40,
        51,
        len(whole) - 1,
        *(chance.randrange(len(whole)) for _place in range(changes)),
    ]
    for place in places:
        broken.write_bytes(
            whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :]
        )
        with pytest.raises(Invalid):
            check_backup(broken, key)
    for length in (0, 3, 39, 60, len(whole) // 2, len(whole) - 1):
        broken.write_bytes(whole[:length])
        with pytest.raises(Invalid):
            check_backup(broken, key)
    broken.write_bytes(whole + b"\0")
    with pytest.raises(Invalid):
        check_backup(broken, key)
    done = elsewhere.run("restore", broken)
    assert done.returncode == 2 and "damaged" in done.stderr
    assert rows_of(database_server, elsewhere.database) == {}
    assert not (elsewhere.folder / "vault-files").exists()


def test_another_passphrase_is_told_apart_from_damage(tmp_path: Path) -> None:
    made, key = tmp_path / "small.backup", key_of_passphrase("a plain sentence for backups")
    with made.open("wb") as file, writing(file, key) as writer:
        writer.add("note", b"kept")
    assert list(members(made, key)) == [("note", b"kept")]
    for other in (key_of_passphrase("another sentence for backups"), BackupKey(0, KEY)):
        with pytest.raises(Invalid) as refusal:
            list(members(made, other))
        assert refusal.value.code == "wrong_key"
    with pytest.raises(Invalid, match="shorter"):
        key_of_passphrase("short")


@pytest.mark.parametrize("stages", [(3, 7), pytest.param(range(8), marks=pytest.mark.long)])
def test_a_killed_backup_leaves_no_half_one(machine: Machine, tmp_path: Path, stages: Sequence[int]) -> None:
    one = tmp_path / "one.backup"
    for stage in stages:
        assert machine.killed_at(stage, "backup", one)
        if one.exists():  # the signal came after the last step: then it is whole
            check_backup(one, BackupKey(0, KEY))
            one.unlink()
    assert machine.told("backup", one)["faults"] == [], "begun anew over what was left"


@pytest.mark.parametrize("stages", [(3, 6), pytest.param(range(9), marks=pytest.mark.long)])
def test_a_killed_restore_leaves_nothing_or_all_and_can_be_done_again(
    copy: Path, elsewhere: Machine, database_server: postgres.Server, stages: Sequence[int]
) -> None:
    for stage in stages:
        assert elsewhere.killed_at(stage, "restore", copy)
        assert rows_of(database_server, elsewhere.database).get("people_person", 0) in (0, 2)
        if exists(database_server, elsewhere.database) and rows_of(database_server, elsewhere.database):
            return  # the signal came after the last step: then it is whole
    assert elsewhere.told("restore", copy)["intact"] is True
    assert rows_of(database_server, elsewhere.database)["people_person"] == 2


def test_what_is_already_wrong_is_told_when_the_backup_is_made(
    machine: Machine, tmp_path: Path, owner_connection: psycopg.Connection
) -> None:
    lost, changed = kept_paths()
    lost.unlink()
    changed.write_bytes(changed.read_bytes()[:-1])
    assert machine.run("audit", "seal").returncode == 0
    owner_connection.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER audit_entry_only_grows")
    owner_connection.execute(
        "UPDATE audit_auditentry SET act = 'nothing' WHERE id = (SELECT min(id) FROM audit_auditentry)"
    )
    done = machine.run("backup", tmp_path / "one.backup")
    assert done.returncode == 1 and (tmp_path / "one.backup").exists()
    for fault in ("is missing", "was changed", "record: changed"):
        assert fault in done.stdout


def test_an_interrupted_erasure_is_finished_by_the_sweep(
    machine: Machine, owner_connection: psycopg.Connection
) -> None:
    from concerted.foundation.vault import tombstones

    row = owner_connection.execute("SELECT subject FROM vault_storedfile LIMIT 1").fetchone()
    assert row is not None
    tombstones.add(subject=UUID(str(row[0])), at=MONDAY, reason="asked")  # the crash came before the commit
    told = machine.told("sweep", "--deep", "--json")
    assert (told["erased"], told["files_of_erased"]) == (1, 1)
    assert len(list(kept_paths())) == 1, "another agency's file of an erased person goes as well"
    left = owner_connection.execute(
        "SELECT length(wrapped) FROM vault_subjectkey WHERE subject = %s", (row[0],)
    ).fetchone()
    assert left == (0,)
