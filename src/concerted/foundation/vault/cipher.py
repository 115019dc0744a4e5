"""Encrypts a file in pieces that prove their order and the file's end; it keeps neither keys nor files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext as _

from ..sealing import Place, Tampered

MAGIC = b"CNCF\x01"
PIECE = 64 * 1024
TAG = 16
_PREFIX = 7
_HEADER = len(MAGIC) + _PREFIX


def encrypt(source: BinaryIO, target: BinaryIO, *, key: bytes, place: Place) -> tuple[int, int, bytes]:
    """Write the source sealed: a header, then 64 KiB pieces each under AES-256-GCM; returns the plain size,
    the sealed size and the SHA-256 of what was written.

    The STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizar (CRYPTO 2015): a piece's nonce is a random
    prefix (7 bytes), its number (4) and whether it is the last (1). The key must seal no other file.
    """
    digest, plain_size, sealed_size = hashlib.sha256(), 0, 0
    prefix = os.urandom(_PREFIX)
    aead, bound = AESGCM(key), place.bound()

    def write(part: bytes) -> None:
        nonlocal sealed_size
        target.write(part)
        digest.update(part)
        sealed_size += len(part)

    write(MAGIC + prefix)
    piece, number = source.read(PIECE), 0
    while True:
        following = source.read(PIECE)
        plain_size += len(piece)
        write(aead.encrypt(_nonce(prefix, number, last=not following), piece, bound))
        if not following:
            return plain_size, sealed_size, digest.digest()
        piece, number = following, number + 1


def decrypt(source: BinaryIO, *, key: bytes, place: Place) -> Iterator[bytes]:
    """The plain pieces, each proven before it is given; the end is proven before the first one is.

    Raises Tampered for a piece that was changed, moved, taken out or put in, and for a file that was cut.
    """
    header = source.read(_HEADER)
    if len(header) < _HEADER or header[: len(MAGIC)] != MAGIC:
        raise _tampered(place)
    prefix, aead, bound = header[len(MAGIC) :], AESGCM(key), place.bound()
    pieces = _count(source, place)

    def piece(number: int) -> bytes:
        source.seek(_HEADER + number * (PIECE + TAG))
        sealed = source.read(PIECE + TAG)
        try:
            return aead.decrypt(_nonce(prefix, number, last=number == pieces - 1), sealed, bound)
        except (InvalidTag, ValueError) as error:
            raise _tampered(place) from error

    last = piece(pieces - 1)
    for number in range(pieces - 1):
        yield piece(number)
    yield last


def _count(source: BinaryIO, place: Place) -> int:
    body = source.seek(0, os.SEEK_END) - _HEADER
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
