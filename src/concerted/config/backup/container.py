"""The backup's file: a small header and a tar sealed in pieces under a key of its own; it knows no database."""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from concerted.errors import Invalid
from concerted.foundation.vault.cipher import SealingWriter, decrypt
from concerted.foundation.vault.sealing import KEY_BYTES, Place, Tampered

MAGIC = b"CNCBK\x01"
SALT = 16
_CHECK = 16
_HEADER = len(MAGIC) + 1 + SALT + _CHECK
SHORTEST_PASSPHRASE = 12
_PASSES, _MEMORY_KIB, _LANES = 3, 64 * 1024, 1  # RFC 9106, second recommended choice, on one lane


@dataclass(frozen=True)
class BackupKey:
    """What a backup is sealed with: a passphrase or a key file; each backup gets a key of its own from it."""

    way: int
    secret: bytes = field(repr=False)

    def derived(self, salt: bytes) -> bytes:
        """The key of the backup with this salt: Argon2id of a passphrase, HKDF-SHA-256 of a key."""
        if self.way == 0:
            return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=b"backup").derive(self.secret)
        return hash_secret_raw(self.secret, salt, _PASSES, _MEMORY_KIB, _LANES, KEY_BYTES, Type.ID)


def key_of_passphrase(passphrase: str) -> BackupKey:
    """The key of a passphrase. Raises Invalid for one that is too short."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Invalid(
            f"The passphrase is shorter than {SHORTEST_PASSPHRASE} characters.",
            where="passphrase",
            remedy="Use a sentence; whoever guesses it reads everything.",
        )
    return BackupKey(1, passphrase.encode())


def key_of_file(path: Path) -> BackupKey:
    """The key in a file of at least 32 bytes, as `head -c 32 /dev/urandom` writes it. Raises Invalid."""
    try:
        secret = path.read_bytes()
    except OSError as error:
        raise Invalid(
            f"The key cannot be read: {error.strerror}", where=str(path), remedy="Name the file of the key."
        ) from error
    if len(secret) < KEY_BYTES:
        raise Invalid(
            "The key is shorter than 32 bytes.",
            where=str(path),
            remedy="Make one: head -c 32 /dev/urandom > backup.key",
        )
    return BackupKey(0, secret)


class BackupWriter:
    """Members go in one by one; size and SHA-256 of each are kept for the manifest."""

    def __init__(self, sealed: SealingWriter) -> None:
        self._tar = tarfile.open(fileobj=sealed, mode="w|", format=tarfile.PAX_FORMAT)  # type: ignore[call-overload]  # noqa: SIM115
        self.members: dict[str, tuple[int, str]] = {}

    def add(self, name: str, content: bytes) -> None:
        """Add one member."""
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(content), 0o600
        self._tar.addfile(member, io.BytesIO(content))
        self.members[name] = (len(content), hashlib.sha256(content).hexdigest())

    def close(self) -> None:
        """End the tar."""
        self._tar.close()


@contextmanager
def writing(file: BinaryIO, key: BackupKey) -> Iterator[BackupWriter]:
    """Write a backup into the open file; it is whole only when the block ends without an error."""
    salt = os.urandom(SALT)
    derived = key.derived(salt)
    file.write(MAGIC + bytes([key.way]) + salt + _check(derived))
    sealed = SealingWriter(file, key=derived, place=_place(salt))
    writer = BackupWriter(sealed)
    yield writer
    writer.close()
    sealed.close()


def members(
    path: Path, key: BackupKey, *, progress: Callable[[int], None] = lambda read: None
) -> Iterator[tuple[str, bytes]]:
    """Each member's name and content in order; progress is called with the bytes read so far.

    Raises Invalid when the file is no backup, the key is another one, or any byte is not as it was written.
    """
    try:
        with path.open("rb") as file:
            derived, salt = _opened(file, path, key)
            pieces = decrypt(file, key=derived, place=_place(salt))
            reader = io.BufferedReader(_Pieces(pieces, progress), 1024 * 1024)
            with tarfile.open(fileobj=reader, mode="r|") as tar:
                for member in tar:
                    held = tar.extractfile(member)
                    if held is None:
                        raise damaged(path, f"{member.name} is no file")
                    yield member.name, held.read()
            while reader.read(1024 * 1024):
                pass
    except (Tampered, tarfile.TarError, EOFError) as error:
        raise damaged(path, "a piece is not as it was written, or is gone") from error
    except OSError as error:
        raise Invalid(
            f"The backup cannot be read: {error.strerror or error}",
            where=str(path),
            remedy="Name another copy.",
        ) from error


def damaged(path: Path, note: str) -> Invalid:
    """The one answer to every damage; nothing was touched yet."""
    return Invalid(
        "The backup is damaged; nothing was touched.",
        where=f"{path}: {note}",
        remedy="Use another copy.",
        code="damaged_backup",
    )


class _Pieces(io.RawIOBase):
    """The plain pieces as a file to read."""

    def __init__(self, pieces: Iterator[bytes], progress: Callable[[int], None]) -> None:
        self._pieces, self._rest, self._read, self._progress = pieces, b"", 0, progress

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
            self._read += len(piece)
            self._progress(self._read)
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)


def _opened(file: BinaryIO, path: Path, key: BackupKey) -> tuple[bytes, bytes]:
    header = file.read(_HEADER)
    if len(header) < _HEADER or not header.startswith(MAGIC):
        raise damaged(path, "this is no backup, or its beginning is gone")
    way, salt = header[len(MAGIC)], header[len(MAGIC) + 1 : len(MAGIC) + 1 + SALT]
    derived = key.derived(salt)
    if way != key.way or not hmac.compare_digest(_check(derived), header[-_CHECK:]):
        raise Invalid(
            "The backup does not open with this passphrase or key.",
            where=str(path),
            remedy="Use the one it was made with; a damaged first line of the file gives the same answer.",
            code="wrong_key",
        )
    return derived, salt


def _check(derived: bytes) -> bytes:
    return hmac.new(derived, b"is this the key", hashlib.sha256).digest()[:_CHECK]


def _place(salt: bytes) -> Place:
    return Place("backup", "", "body", UUID(bytes=salt))
