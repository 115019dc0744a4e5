"""Seals files into a ZIP archive with AES-256 that common programs open, and opens one; it keeps no code."""

from __future__ import annotations

import hashlib
import io
import json
import secrets
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from concerted.deferred import pyzipper
from concerted.errors import Invalid

MANIFEST = "manifest.json"
CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_GROUPS, _OF = 6, 4
_MOST_MEMBERS, _LARGEST_UNPACKED = 200, 200 * 1024 * 1024
_NO_DAY = (1980, 1, 1, 0, 0, 0)
_UNSOUND = (
    *(RuntimeError, NotImplementedError, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, LookupError, TypeError, AttributeError, AssertionError, OverflowError, MemoryError),
)
"""What the archive library raises on a wrong code and on changed bytes, beside its own, as fuzzing found it."""


@dataclass(frozen=True)
class SealedPackage:
    """The sealed file, the code that opens it (shown once, kept nowhere), and the file's SHA-256 in hex."""

    data: bytes
    code: str
    digest: str


def new_code() -> str:
    """A fresh code of 24 letters, 120 random bits, with none that is read for another.

    It is long because the archive format (WinZip AE-2) draws its key with only 1,000 rounds of PBKDF2-HMAC-SHA1: the
    strength must be in the code.
    """
    drawn = "".join(secrets.choice(CODE_LETTERS) for _ in range(_GROUPS * _OF))
    return "-".join(drawn[start : start + _OF] for start in range(0, len(drawn), _OF))


def seal(files: Mapping[str, bytes], *, code: str | None = None) -> SealedPackage:
    """Return the files sealed under a fresh code.

    Names and sizes of the files stay readable to whoever holds the archive, so names must tell nothing.
    """
    chosen = code or new_code()
    held = io.BytesIO()
    with pyzipper.AESZipFile(
        held, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(chosen.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=256)
        for name, content in (*files.items(), (MANIFEST, _manifest(files))):
            entry = archive.zipinfo_cls(name, date_time=_NO_DAY)
            entry.compress_type = pyzipper.ZIP_DEFLATED
            archive.writestr(entry, content)
    data = held.getvalue()
    return SealedPackage(data, chosen, hashlib.sha256(data).hexdigest())


def open_package(data: bytes, code: str) -> dict[str, bytes]:
    """Return the files of a sealed package.

    Raises Invalid for a wrong code, a changed or damaged archive, one that is not sealed with AES, that would unpack
    to far more than it should, or whose names lead out of the folder they are put in.
    """
    try:
        with pyzipper.AESZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check(entries)
            archive.setpassword(_spoken(code).encode())
            found = {entry.filename: _unpacked(archive, entry) for entry in entries}
    except (pyzipper.BadZipFile, *_UNSOUND) as fault:
        raise Invalid(
            "The package does not open.",
            where="code",
            remedy="Check every letter of the code. If it is right, the file is damaged: ask for a new one.",
        ) from fault
    manifest = found.pop(MANIFEST, b"")
    if manifest != _manifest(found):
        raise Invalid(
            "The package was changed after it was sealed.",
            where=MANIFEST,
            remedy="Use nothing of it, and ask for a new one by another way.",
        )
    return found


def _manifest(files: Mapping[str, bytes]) -> bytes:
    """The SHA-256 of each file: the archive format seals contents, but not names and sizes."""
    told = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return json.dumps(told, indent=1, sort_keys=True).encode()


def _spoken(code: str) -> str:
    """The code however it was typed: small letters, blanks or no hyphens."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return "-".join(letters[start : start + _OF] for start in range(0, len(letters), _OF))


def _check(entries: list[Any]) -> None:
    sizes = sum(entry.file_size for entry in entries)
    if len(entries) > _MOST_MEMBERS or sizes > _LARGEST_UNPACKED:
        raise Invalid("The package unpacks to far more than a referral holds, so it was not opened.")
    for entry in entries:
        path = PurePosixPath(entry.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or not entry.filename:
            raise Invalid(f"A file in the package has a name that leads elsewhere: {entry.filename!r}.")
        if not entry.flag_bits & 0x1 or getattr(entry, "wz_aes_strength", None) != 3:
            raise Invalid(f"The file {entry.filename} in the package is not sealed with AES-256.")


def _unpacked(archive: pyzipper.AESZipFile, entry: Any) -> bytes:
    with archive.open(entry) as member:
        found: bytes = member.read(entry.file_size + 1)
    if len(found) != entry.file_size:
        raise Invalid("The package does not hold what it says.")
    return found
