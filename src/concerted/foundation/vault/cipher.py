"""Encrypts a file in pieces that prove their order and the file's end; it keeps neither keys nor files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext_lazy as _

from .sealing import Place, Tampered

MAGIC = b"CNCF\x01"
PIECE = 64 * 1024
TAG = 16
_PREFIX = 7
_HEADER = len(MAGIC) + _PREFIX


class SealingWriter:
    """A file to write into; what is written reaches the target sealed. Close it, or the end is missing.

    The STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizar (CRYPTO 2015): 64 KiB pieces, each under
    AES-256-GCM; a piece's nonce is a random prefix (7 bytes), its number (4) and whether it is the last (1). The
    key (32 bytes) must seal no other file. A file of n bytes becomes 12 + n + 16 a piece.
    """

    def __init__(self, target: BinaryIO, *, key: bytes, place: Place) -> None:
        self._target, self._aead, self._bound = target, AESGCM(key), place.bound()
        self._prefix, self._number, self._waiting = os.urandom(_PREFIX), 0, bytearray()
        self._digest = hashlib.sha256()
        self.plain_size = self.sealed_size = 0
        self._put(MAGIC + self._prefix)

    def write(self, part: bytes) -> int:
        """Take the bytes, returning how many; a whole piece is sealed once more than it has come."""
        self._waiting += part
        self.plain_size += len(part)
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(part)

    def close(self) -> bytes:
        """Seal the last piece; returns the SHA-256 of everything that reached the target."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()
        return self._digest.digest()

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._put(self._aead.encrypt(_nonce(self._prefix, self._number, last=last), piece, self._bound))
        self._number += 1

    def _put(self, part: bytes) -> None:
        self._target.write(part)
        self._digest.update(part)
        self.sealed_size += len(part)


def encrypt(source: BinaryIO, target: BinaryIO, *, key: bytes, place: Place) -> tuple[int, int, bytes]:
    """Write the whole source sealed; returns plain bytes, sealed bytes, and the SHA-256 of what was written.

    key: 32 bytes, of this file alone; see SealingWriter for the format.
    """
    writer = SealingWriter(target, key=key, place=place)
    while part := source.read(PIECE):
        writer.write(part)
    digest = writer.close()
    return writer.plain_size, writer.sealed_size, digest


def decrypt(source: BinaryIO, *, key: bytes, place: Place) -> Iterator[bytes]:
    """The plain pieces from the source's present position on, each proven before it is given; the end is
    proven before the first one is.

    Raises Tampered for a piece that was changed, moved, taken out or put in, and for a file that was cut.
    """
    begin = source.tell()
    header = source.read(_HEADER)
    if len(header) < _HEADER or header[: len(MAGIC)] != MAGIC:
        raise _tampered(place)
    prefix, aead, bound = header[len(MAGIC) :], AESGCM(key), place.bound()
    begin += _HEADER
    pieces = _count(source, begin, place)

    def piece(number: int) -> bytes:
        source.seek(begin + number * (PIECE + TAG))
        sealed = source.read(PIECE + TAG)
        try:
            return aead.decrypt(_nonce(prefix, number, last=number == pieces - 1), sealed, bound)
        except (InvalidTag, ValueError) as error:
            raise _tampered(place) from error

    last = piece(pieces - 1)
    for number in range(pieces - 1):
        yield piece(number)
    yield last


def _count(source: BinaryIO, begin: int, place: Place) -> int:
    body = source.seek(0, os.SEEK_END) - begin
    if body < TAG:
        raise _tampered(place)
    return -(-body // (PIECE + TAG))


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


def _tampered(place: Place) -> Tampered:
    return Tampered(
        _("A stored file does not open: it was changed, cut or exchanged."),
        where=f"{place.table} {place.row}",
        remedy=_("Restore it from a backup and tell the office."),
    )
