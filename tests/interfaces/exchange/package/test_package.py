"""A sealed package opens with its code in common programs, and in no other way; sealed sections are never in it."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
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
        assert archive.namelist() == list(FILES)
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


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_changed_byte_never_passes_for_the_truth(data):
    package = seal(FILES)
    place = data.draw(st.integers(0, len(package.data) - 1))
    changed = bytearray(package.data)
    changed[place] ^= data.draw(st.integers(1, 255))
    try:
        found = open_package(bytes(changed), package.code)
    except Invalid:
        return
    assert set(found.values()) <= set(FILES.values())


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
