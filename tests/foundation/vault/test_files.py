"""A file is judged by its bytes, kept encrypted under its subject, and given out whole or not at all."""

from __future__ import annotations

import io
import os
import struct
import threading
import zipfile
import zlib
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from tests.builders import MONDAY, World, build_world

from concerted.errors import Invalid, NotThere, Unready
from concerted.foundation.vault import acts
from concerted.foundation.vault.cipher import PIECE, decrypt, encrypt
from concerted.foundation.vault.files import open_file, remove_file, scanner_state, store_file, sweep
from concerted.foundation.vault.files.keeping import kept_paths, path_of
from concerted.foundation.vault.models import StoredFile
from concerted.foundation.vault.sealing import Erased, Place, Tampered, new_key

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n" + b"canary-pdf " * 20_000


def picture(width: int = 3, height: int = 2) -> bytes:
    """A PNG of that size, whose points are few however large it claims to be."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    points = zlib.compress(b"\0" * min(width * height + height, 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", points) + chunk(b"IEND", b"")


def office(*members: tuple[str, bytes], kind: str = "word/document.xml") -> bytes:
    """A Word file as far as its archive goes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (("[Content_Types].xml", b"<Types/>"), (kind, b"<w:document/>"), *members):
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture
def keeping(request: pytest.FixtureRequest) -> Any:
    """Keep files for an agency and a subject of its own."""
    world: World = build_world()
    officer = world.officer_for(world.yunnan, "case_worker")
    with world.seen_by(officer):
        subject = acts.new_subject(at=MONDAY)

        def keep(content: bytes, name: str = "scan.pdf", **more: Any) -> StoredFile:
            assert officer.agency_id is not None
            facts = {
                "keeper": officer.agency_id,
                "holder_kind": "cases.case",
                "holder_id": 1,
                "section": "legal",
            }
            return store_file(at=MONDAY, subject=subject, content=content, name=name, **(facts | more))

        yield keep


@pytest.mark.parametrize(
    ("content", "content_type", "extension"),
    [
        (PDF, "application/pdf", ".pdf"),
        (picture(), "image/png", ".png"),
        (office(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
        (
            office(kind="xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ".xlsx",
        ),
        ("她说的话".encode("gb18030"), "text/plain", ".txt"),
        ("她说的话".encode(), "text/plain", ".txt"),
        (b"RIFF\x24\0\0\0WAVEfmt " + bytes(40), "audio/wav", ".wav"),
    ],
)
def test_a_file_comes_back_as_it_was_given(
    keeping: Any, content: bytes, content_type: str, extension: str
) -> None:
    row = keeping(content, "../她 的/报告.exe\r\n")
    given = open_file(row)
    assert b"".join(given.pieces) == content
    assert (given.content_type, given.name, given.size) == (content_type, f"报告{extension}", len(content))
    assert content[:9] not in path_of(row.token).read_bytes()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\0" + bytes(200),
        b"\x7fELF" + bytes(200),
        b"<html><script>alert(1)</script></html>",
        b"PK\x03\x04" + bytes(200),
        office(kind="readme.txt"),
        office(("word/vbaProject.bin", b"x")),
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        picture(50_000, 50_000),
        picture(19_999, 19_999),
        office(("word/media/bomb", bytes(30 * 1024 * 1024))),
        b"%PDF-1.7" + bytes(26 * 1024 * 1024),
        b"\0\x01\x02\x03" * 50,
    ],
    ids=[
        *("empty", "program", "linux program", "page", "broken archive", "plain archive", "macros"),
        *("broken picture", "huge picture", "large picture", "bomb", "too large", "no kind"),
    ],
)
def test_what_is_not_taken_is_refused_before_anything_is_kept(keeping: Any, content: bytes) -> None:
    with pytest.raises(Invalid):
        keeping(content, "photo.jpg")
    assert list(kept_paths()) == [] and not StoredFile.objects.exists()


def test_a_file_whose_members_overlap_is_refused(keeping: Any) -> None:
    plain = bytearray(office(*((f"word/{number}", os.urandom(2000)) for number in range(20))))
    directory = plain.index(b"PK\x01\x02")
    for _number in range(22):  # each entry of the directory points at the largest member
        entry = plain.index(b"PK\x01\x02", directory)
        plain[entry + 20 : entry + 24] = struct.pack("<I", 5000)
        directory = entry + 4
    with pytest.raises(Invalid):
        keeping(bytes(plain))


def test_every_change_cut_and_exchange_of_a_stored_file_is_found(keeping: Any) -> None:
    one, other = keeping(PDF), keeping(PDF)
    path = path_of(one.token)
    sealed = path.read_bytes()
    piece = PIECE + 16
    for broken in (
        sealed[:-1],
        sealed[: 12 + piece],
        sealed[:12],
        sealed[:5],
        sealed + b"x",
        sealed[: 12 + piece] + sealed[12 : 12 + piece] + sealed[12 + 2 * piece :],
        sealed[:12] + sealed[12 + piece :],
        sealed[:12]
        + sealed[12 + piece : 12 + 2 * piece]
        + sealed[12 : 12 + piece]
        + sealed[12 + 2 * piece :],
        sealed[:100] + bytes([sealed[100] ^ 1]) + sealed[101:],
        sealed[:6] + bytes([sealed[6] ^ 1]) + sealed[7:],
        path_of(other.token).read_bytes(),
    ):
        path.write_bytes(broken)
        with pytest.raises(Tampered):
            b"".join(open_file(one).pieces)
    path.write_bytes(sealed)
    assert b"".join(open_file(one).pieces) == PDF


def test_a_cut_is_found_before_the_first_piece_is_given(keeping: Any) -> None:
    row = keeping(PDF)
    path = path_of(row.token)
    path.write_bytes(path.read_bytes()[: 12 + PIECE + 16])
    with pytest.raises(Tampered):
        open_file(row)


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_pieces_of_every_size_come_back(size: int) -> None:
    key, place, target, plain = new_key(), Place("t", "1", "content", uuid4()), io.BytesIO(), os.urandom(size)
    sizes = encrypt(io.BytesIO(plain), target, key=key, place=place)
    target.seek(0)
    assert sizes[:2] == (size, len(target.getvalue()))
    assert b"".join(decrypt(target, key=key, place=place)) == plain


def test_an_erased_subjects_file_does_not_open(keeping: Any) -> None:
    row = keeping(PDF)
    acts.destroy_key(subject=row.subject, at=MONDAY, reason="asked")
    with pytest.raises(Erased):
        open_file(row)


def test_a_removed_file_is_gone_from_the_disk_once_that_is_certain(
    keeping: Any, django_capture_on_commit_callbacks: Any
) -> None:
    row = keeping(PDF)
    with django_capture_on_commit_callbacks(execute=True):
        remove_file(row=row, at=MONDAY)
        assert path_of(row.token).exists(), "the act may still be taken back"
    assert not path_of(row.token).exists()
    row.refresh_from_db()
    with pytest.raises(NotThere):
        open_file(row)


def test_a_sweep_removes_what_no_row_knows_and_tells_what_is_lost(keeping: Any) -> None:
    kept, lost = keeping(PDF), keeping(PDF)
    with pytest.raises(RuntimeError), transaction.atomic():
        keeping(PDF)
        raise RuntimeError
    path_of(lost.token).unlink()
    begun = path_of(kept.token).parents[2] / "unfinished" / uuid4().hex
    begun.write_bytes(b"half")
    assert sweep().orphans == 0, "it may belong to an act under way"
    swept = sweep(patience_seconds=-1)
    assert (swept.orphans, swept.unfinished, swept.missing) == (1, 1, 1)
    assert list(kept_paths()) == [path_of(kept.token)]


def test_another_agency_sees_no_row_of_the_file(keeping: Any) -> None:
    keeping(PDF)
    world = build_world()
    with world.seen_by(world.officer_for(world.ministry, "case_worker")):
        assert not StoredFile.objects.exists()


def test_without_a_scanner_the_file_says_that_it_was_not_scanned(keeping: Any) -> None:
    assert scanner_state() == "none"
    assert keeping(PDF).scan == StoredFile.Scan.NOT_SCANNED


@pytest.mark.parametrize(("code", "taken"), [(0, True), (1, False)])
def test_a_scanning_command_decides(keeping: Any, settings: Any, code: int, taken: bool) -> None:
    settings.VAULT_SCANNER = f"sh -c 'cat > /dev/null; exit {code}'"
    if taken:
        assert keeping(PDF).scan == StoredFile.Scan.CLEAN
    else:
        with pytest.raises(Invalid, match="harmful"):
            keeping(PDF)


@pytest.mark.parametrize(
    "scanner", ["no-such-command", "sh -c 'exit 2'", "unix:/nowhere/clamd.ctl", "tcp:localhost:1"]
)
def test_a_scanner_that_does_not_answer_lets_nothing_in(keeping: Any, settings: Any, scanner: str) -> None:
    settings.VAULT_SCANNER = scanner
    with pytest.raises(Unready):
        keeping(PDF)
    assert not StoredFile.objects.exists() and list(kept_paths()) == []


@pytest.mark.parametrize(
    ("said", "taken"), [(b"stream: OK\0", True), (b"stream: Eicar FOUND\0", False), (b"", None)]
)
def test_clamd_is_asked_in_its_own_words(
    keeping: Any, settings: Any, tmp_path: Path, said: bytes, taken: bool | None
) -> None:
    import socket

    door = socket.socket(socket.AF_UNIX)
    door.bind(str(tmp_path / "c"))
    door.listen()
    heard = bytearray()

    def clamd() -> None:
        line, _address = door.accept()
        with line:
            while not heard.endswith(bytes(4)) or len(heard) < len(PDF):
                part = line.recv(65536)
                if not part:
                    break
                heard.extend(part)
            line.sendall(said)

    answering = threading.Thread(target=clamd)
    answering.start()
    settings.VAULT_SCANNER = f"unix:{tmp_path / 'c'}"
    try:
        if taken:
            assert keeping(PDF).scan == StoredFile.Scan.CLEAN
        else:
            with pytest.raises(Unready if taken is None else Invalid):
                keeping(PDF)
    finally:
        answering.join()
        door.close()
    assert heard.startswith(b"zINSTREAM\0") and PDF[:1000] in bytes(heard)


def test_a_full_disk_is_told_and_leaves_nothing(keeping: Any, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "in-the-way").write_text("a file where the folder should be")
    settings.VAULT_FILES = tmp_path / "in-the-way"
    with pytest.raises(Unready, match="disk"):
        keeping(PDF)
    assert not StoredFile.objects.exists()
