"""A full disk is told in plain words, leaves no half file, and is forgotten as soon as there is room."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.attack.pairs import working_in
from tests.builders import MONDAY, World, build_case_world, build_world
from tests.faults.backup_world import Machine
from tests.foundation.vault.test_files import PDF
from tests.mechanism.cases.woman import open_case
from tests.record import the_record

from concerted.config import postgres
from concerted.errors import Unready
from concerted.foundation.access.door import acting
from concerted.foundation.vault import acts
from concerted.foundation.vault.files import store_file
from concerted.foundation.vault.files.keeping import folder, kept_paths
from concerted.foundation.vault.models import StoredFile
from concerted.interfaces.exchange.case_sheet import read_case_sheet
from concerted.mechanism.cases.acts.documents import attach_file
from concerted.mechanism.cases.acts.imports import import_cases
from concerted.mechanism.cases.models import Case, CaseDocument


@contextmanager
def _disk(place: Path, size: str) -> Iterator[Path]:
    place.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine mounts no small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 128 kB."""
    with _disk(tmp_path / "disk", "128k") as place:
        yield place


@pytest.fixture
def small_database(
    database_server: postgres.Server, database_name: str, transactional_db: None
) -> Iterator[Path]:
    """Django works in a copy of the tests' database on a disk that it fills but for three megabytes."""
    name, space = f"{database_name}_small", f"small_{os.getpid()}"
    world_beside = Path(tempfile.mkdtemp(dir=database_server.data.parent))
    world_beside.chmod(0o755)
    connection.close()
    with database_server.connect() as outside:
        found = outside.execute("SELECT pg_database_size(%s)", (database_name,)).fetchone()
        assert found is not None
        with _disk(world_beside / "disk", str(int(found[0]) + 3 * 1024 * 1024)) as place:
            owner = database_server.data.stat()
            os.chown(place, owner.st_uid, owner.st_gid)
            outside.execute(f"CREATE TABLESPACE {space} LOCATION '{place}'".encode())
            try:
                outside.execute(
                    f"CREATE DATABASE {name} OWNER {postgres.OWNER} TEMPLATE {database_name}"
                    f" TABLESPACE {space} STRATEGY file_copy".encode()
                )
                with working_in(name, world_beside):
                    yield place
            finally:
                postgres.drop_database(outside, name=name)
                outside.execute(f"DROP TABLESPACE {space}".encode())
    shutil.rmtree(world_beside)


@pytest.mark.django_db
def test_a_file_that_does_not_fit_is_not_kept_and_the_next_one_is(small_disk: Path, settings: Any) -> None:
    settings.VAULT_FILES = small_disk / "files"
    world = build_world()
    officer = world.officer_for(world.yunnan, "case_worker")
    asked: dict[str, Any] = {"at": MONDAY, "holder_kind": "cases.case", "holder_id": 1, "section": "legal"}
    with world.seen_by(officer):
        asked |= {"subject": acts.new_subject(at=MONDAY), "keeper": officer.agency_id}
        with pytest.raises(Unready, match="disk"):
            store_file(content=PDF, **asked)
        assert not StoredFile.objects.exists() and list(kept_paths()) == []
        assert list((folder() / "unfinished").iterdir()) == []
        assert store_file(content=PDF[:5000], **asked).size == 5000


@pytest.mark.django_db(transaction=True)
def test_a_backup_that_does_not_fit_leaves_nothing_of_its_name(
    small_disk: Path, tmp_path: Path, database_name: str
) -> None:
    build_world()
    machine = Machine(database_name, tmp_path / "machine")
    done = machine.run("backup", small_disk / "one.backup")
    assert done.returncode == 1 and "could not be written" in done.stderr
    assert list(small_disk.iterdir()) == []


@pytest.mark.django_db
def test_a_document_that_does_not_fit_leaves_the_case_as_it_was(small_disk: Path, settings: Any) -> None:
    settings.VAULT_FILES = small_disk / "files"
    world = build_case_world()
    worker, case = world.worker(world.police), open_case(world)
    asked: dict[str, Any] = {
        "officer": worker,
        "at": MONDAY,
        "case": case,
        "section": "legal",
        "kind": "letter",
        "title": "Letter",
        "name": "letter.pdf",
    }
    before = the_record().count()
    with pytest.raises(Unready, match="disk"):
        attach_file(**asked, content=PDF)
    with world.at_case_work(worker):
        assert not CaseDocument.objects.exists() and not StoredFile.objects.exists()
    assert the_record().count() == before
    attach_file(**asked, content=PDF[:5000])
    with world.at_case_work(worker):
        assert CaseDocument.objects.count() == StoredFile.objects.count() == 1


def test_an_import_that_fills_the_databases_disk_is_told_and_succeeds_once_there_is_room(
    small_database: Path,
) -> None:
    world = build_world()
    worker = world.officer_for(world.yunnan, "case_worker")
    filler, notes = small_database / "filler", "演示" * 4000
    lines = [f"L-{number},演示人{number},女,1990,{notes}" for number in range(60)]
    listed = "\n".join(["编号,姓名,性别,出生日期,备注", *lines])
    sheet = read_case_sheet(listed.encode(), "list.csv", on=MONDAY.date())
    before = _standing(world)
    room = shutil.disk_usage(small_database).free
    filler.write_bytes(b"\0" * (room - 200_000))
    with pytest.raises(Unready, match="disk of the database is full"):
        import_cases(officer=worker, at=MONDAY, cases=sheet.cases, source_file="list.csv")
    assert _standing(world) == before
    filler.unlink()
    import_cases(officer=worker, at=MONDAY, cases=sheet.cases, source_file="list.csv")
    assert _standing(world)[0] == before[0] + 60


def _standing(world: World) -> tuple[int, int]:
    """Cases of the agency and acts of case work that the record holds."""
    with acting(world.officer_for(world.yunnan, "case_worker"), MONDAY, scope="cases"):
        acts_recorded = the_record(act__startswith="cases.").count()
        return Case.objects.count(), acts_recorded
