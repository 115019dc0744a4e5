"""A full disk is told in plain words, leaves no half file, and is forgotten as soon as there is room."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.builders import MONDAY, build_world
from tests.faults.backup_world import Machine
from tests.foundation.vault.test_files import PDF

from concerted.errors import Unready
from concerted.foundation.vault import acts
from concerted.foundation.vault.files import store_file
from concerted.foundation.vault.files.keeping import folder, kept_paths
from concerted.foundation.vault.models import StoredFile


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 128 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine mounts no small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


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
