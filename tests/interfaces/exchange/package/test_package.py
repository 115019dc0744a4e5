"""A sealed package opens with its code in common programs, and in no other way; sealed sections are never in it."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date

import pytest
import pyzipper
from hypothesis import given, settings
from hypothesis import strategies as st

from concerted.errors import Invalid
from concerted.interfaces.exchange.package import (
    PackageContents,
    Part,
    contents_as_files,
    new_code,
    open_package,
    seal,
)

CANARY = "CANARY-5f0c-invented-name"
FILES = {"referral.json": CANARY.encode(), "referral.pdf": b"%PDF-1.7 " + CANARY.encode() * 50}
CONTENTS = PackageContents(
    number="F-7K3F-9Q2M-XD4P",
    sender="Invented relief station",
    recipient="Invented organisation",
    service="Psychological care",
    urgency="urgent",
    purpose="Recovery",
    basis="Consent of 24 July 2011",
    until=date(2011, 9, 1),
    made_on=date(2011, 7, 25),
    language="en",
    acknowledge_at="concerted.example/received",
    acknowledgement="ABCD-EFGH",
    parts=[Part("health", "Health in outline", [("Urgent needs", CANARY)])],
    handling=["No contact with the home"],
    attachments={"a name.docx": b"x"},
)


def test_what_is_sealed_opens_with_its_code_alone():
    package = seal(FILES)
    assert open_package(package.data, package.code) == FILES
    with pytest.raises(Invalid):
        open_package(package.data, new_code())


@pytest.mark.parametrize(
    "typed", [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("-", "")]
)
def test_the_code_may_be_typed_as_it_was_heard(typed):
    package = seal(FILES)
    assert open_package(package.data, typed(package.code)) == FILES


def test_nothing_of_what_is_sealed_can_be_read_in_the_file():
    package = seal(FILES)
    assert CANARY.encode() not in package.data
    with zipfile.ZipFile(io.BytesIO(package.data)) as archive:
        assert archive.namelist() == [*FILES, "manifest.json"]
        with pytest.raises((RuntimeError, NotImplementedError)):
            archive.read("referral.json")


@pytest.mark.skipif(shutil.which("7z") is None, reason="7-Zip is not installed here")
def test_a_common_program_opens_it(tmp_path):
    package = seal(FILES)
    path = tmp_path / "package.zip"
    path.write_bytes(package.data)
    subprocess.run(
        ["7z", "x", f"-p{package.code}", f"-o{tmp_path}", str(path)], check=True, capture_output=True
    )
    assert (tmp_path / "referral.json").read_bytes() == FILES["referral.json"]


SEALED = seal(FILES)
places = st.integers(0, len(SEALED.data) - 1)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(places, st.integers(1, 255)), min_size=1, max_size=4), places)
def test_a_changed_byte_never_passes_for_the_truth(changes, kept):
    for data in (bytearray(SEALED.data), bytearray(SEALED.data[:kept])):
        for place, change in changes:
            if place < len(data):
                data[place] ^= change
        try:
            found = open_package(bytes(data), SEALED.code)
        except Invalid:
            continue
        assert found == FILES


def test_a_file_cut_short_by_its_own_header_is_found():
    size = len(FILES["referral.json"]).to_bytes(4, "little")
    place = SEALED.data.rindex(size, 0, SEALED.data.rindex(b"referral.json"))
    data = bytearray(SEALED.data)
    data[place] -= 1
    with pytest.raises(Invalid):
        open_package(bytes(data), SEALED.code)


def test_files_that_changed_names_are_found():
    swapped = SEALED.data.replace(b"referral.json", b"refarral.json")
    with pytest.raises(Invalid, match="changed after it was sealed"):
        open_package(swapped, SEALED.code)


def test_codes_are_long_never_alike_and_hold_no_letter_read_for_another():
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code.replace("-", "")) == 24 for code in codes)
    assert not set("".join(codes)) & set("01OI")


def _archive(names: dict[str, bytes], *, encrypted: bool = True, code: str = "") -> bytes:
    held = io.BytesIO()
    with pyzipper.AESZipFile(held, "w", compression=pyzipper.ZIP_DEFLATED) as archive:
        if encrypted:
            archive.setpassword(code.encode())
            archive.setencryption(pyzipper.WZ_AES, nbits=256)
        for name, content in names.items():
            archive.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize(
    "made",
    [
        lambda code: _archive({"../escape": b"x"}, code=code),
        lambda code: _archive({"/etc/x": b"x"}, code=code),
        lambda code: _archive({"plain": b"x"}, encrypted=False),
        lambda code: _archive({"bomb": bytes(201 * 1024 * 1024)}, code=code),
        lambda code: b"PK no archive",
        lambda code: b"",
    ],
    ids=["climbs", "absolute", "not sealed", "bomb", "damaged", "empty"],
)
def test_what_is_no_sound_package_is_refused(made):
    code = new_code()
    with pytest.raises(Invalid):
        open_package(made(code), code)


def test_a_package_tells_the_same_in_words_and_as_data():
    files = contents_as_files(CONTENTS)
    assert set(files) == {"referral.pdf", "referral.json", "attachment-1.docx"}
    told = json.loads(files["referral.json"])
    assert told["parts"] == [
        {"key": "health", "title": "Health in outline", "lines": [["Urgent needs", CANARY]]}
    ]
    assert told["until"] == "2011-09-01"
    assert files["referral.pdf"].startswith(b"%PDF")


def test_a_sealed_section_never_leaves():
    with pytest.raises(Invalid) as refused:
        contents_as_files(
            replace(
                CONTENTS, parts=[Part("shelter_address", "Shelter address", [("a", "b")], is_sealed=True)]
            )
        )
    assert refused.value.problems[0].field == "shelter_address"


def test_names_of_files_tell_nothing_of_what_was_attached():
    files = contents_as_files(replace(CONTENTS, attachments={"photograph of somebody.jpg": b"x"}))
    assert not any("somebody" in name for name in files)


def opened_by_command(*words: str, code: str) -> subprocess.CompletedProcess[str]:
    """`concerted open-package` as a shell without a terminal runs it, with neither settings nor a database."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "CONCERTED"))}
    program = "from concerted.interfaces.commands.app import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, "open-package", *words],
        input=f"{code}\n",
        capture_output=True,
        text=True,
        env=bare,
        start_new_session=True,
        check=False,
    )


def test_the_command_writes_what_is_inside_for_its_owner_alone(tmp_path):
    package, to = seal(FILES), tmp_path / "opened"
    path = tmp_path / "package.zip"
    path.write_bytes(package.data)
    done = opened_by_command(str(path), "--to", str(to), code=package.code.lower())
    assert done.returncode == 0, done.stderr
    assert {one.name: one.read_bytes() for one in to.iterdir()} == FILES
    assert all(one.stat().st_mode & 0o077 == 0 for one in (to, *to.iterdir()))
    again = opened_by_command(str(path), "--to", str(to), code=package.code)
    assert (again.returncode, "is there already" in again.stderr) == (2, True)


def test_the_command_tells_a_wrong_code_and_writes_nothing(tmp_path):
    path, to = tmp_path / "package.zip", tmp_path / "opened"
    path.write_bytes(seal(FILES).data)
    done = opened_by_command(str(path), "--to", str(to), code=new_code())
    assert done.returncode == 2
    assert "does not open" in done.stderr
    assert not to.exists()
