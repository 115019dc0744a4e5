"""After everything that may be done with a person, no byte the installation wrote tells who they are."""

from __future__ import annotations

import gzip
import io
import secrets
import zipfile
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.attack.canary_scan import everything_written, scan, shapes, tables_in_clear
from tests.builders import MONDAY, build_world
from tests.faults.backup_world import Machine
from tests.foundation.people.test_erasure import picture

from concerted.config import postgres
from concerted.config.places import VAR
from concerted.foundation.people import acts, reads
from concerted.foundation.people.births import born_on
from concerted.foundation.people.values import Description, Document, Name, Origin, Statement
from concerted.mechanism.plan.acts import notes


def _chinese(length: int) -> str:
    return "".join(chr(0x4E00 + secrets.randbelow(0x5000)) for _sign in range(length))


@pytest.mark.parametrize("shape", shapes("金丝雀李小红"))
def test_the_scanner_finds_a_word_in_every_shape(tmp_path: Path, shape: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "log").write_bytes(b"\0" * 5000 + shapes("金丝雀李小红")[shape] + b"\0" * 5000)
    assert shape in {find.shape for find in scan([tmp_path], ["金丝雀李小红"])}
    assert scan([tmp_path], ["另一个名字"]) == []


def test_the_scanner_looks_inside_what_is_packed(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "金丝雀李小红" * 50)
    (tmp_path / "export.docx").write_bytes(buffer.getvalue())
    (tmp_path / "old.log.gz").write_bytes(gzip.compress("金丝雀李小红".encode() * 50))
    assert {Path(find.path).name for find in scan([tmp_path], ["金丝雀李小红"])} == {
        "document.xml",
        "old.log.gz!gz",
    }


@pytest.mark.django_db(transaction=True)
def test_no_byte_tells_a_name_after_all_that_is_done_with_a_person(
    settings: Any,
    tmp_path: Path,
    database_name: str,
    database_server: postgres.Server,
    owner_connection: psycopg.Connection,
) -> None:
    machine = Machine(database_name, tmp_path / "machine")
    settings.VAULT_FILES, settings.VAULT_LEDGER = (
        machine.folder / "vault-files",
        machine.folder / "erased.jsonl",
    )
    name, place, card, scar = _chinese(4), _chinese(6), f"53{secrets.randbelow(10**16):016}", _chinese(9)
    caption, reason, public = _chinese(7), _chinese(8), _chinese(6)
    world = build_world()
    worker = world.officer_for(world.yunnan, "case_worker")
    said = [
        Name(name),
        Document(card, as_written=True),
        Origin(place_text=place),
        Description(scar),
        born_on(2001, 5, 6),
    ]
    person = acts.record_person(officer=worker, at=MONDAY, statements=[Statement(value) for value in said])
    picture_row = acts.add_photograph(
        officer=worker, at=MONDAY, person=person, content=picture(), caption=caption
    )
    reads.possible_duplicates(officer=worker, at=MONDAY, values=said)
    identity = reads.identity_of(officer=worker, at=MONDAY, person=person, why="test")
    assert identity.display_name == name
    acts.choose_statement(
        officer=worker, at=MONDAY, person=person, attribute=identity.of("name")[0].attribute, reason=reason
    )
    acts.withdraw_statement(officer=worker, at=MONDAY, attribute=picture_row)
    notes.write_note(
        officer=world.focal_point, at=MONDAY, subject_kind="plan.measure", subject_id=1, text=public
    )
    machine.told("backup", tmp_path / "copies" / "one.backup")
    hidden = [name, place, card, scar, caption, reason]
    places = everything_written(database_server, machine.folder, tmp_path / "copies", VAR / "mail")
    assert tables_in_clear(owner_connection, [*hidden, public]) == [("plan_internalnote", public)]
    found = {(where, str(find)) for where, paths in places.items() for find in scan(paths, hidden)}
    assert found == set()
    assert scan(places["database"], [public]), "the scan would see what is not sealed"
