"""Seals bytes to the place they stand in (AES-256-GCM); it holds no key and reads no table."""

from __future__ import annotations

import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext_lazy as _

from concerted.errors import ConcertedError, NotThere

KEY_BYTES = 32
NONCE_BYTES = 12
FORMAT = b"\x01"


class Tampered(ConcertedError):
    """A sealed value does not open where it stands: it was changed, moved or sealed under another key."""

    code = "tampered"


class Erased(NotThere):
    """The subject's key was destroyed; what was sealed under it can never be read again."""

    code = "erased"


@dataclass(frozen=True)
class Place:
    """Where a sealed value stands: table, number of the row, column, and subject.

    A value taken from one place does not open in another.
    """

    table: str
    row: str
    column: str
    subject: UUID

    def bound(self) -> bytes:
        """The associated data: each part with its length before it, so that no two places read alike."""
        parts = (self.table.encode(), self.row.encode(), self.column.encode(), self.subject.bytes)
        return b"concerted" + b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def new_key() -> bytes:
    """32 random bytes."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, place: Place, plain: bytes) -> bytes:
    """Format byte, nonce (96 random bits, NIST SP 800-38D) and AES-256-GCM ciphertext with its tag: 29 bytes longer.

    key: 32 bytes; it may seal some 2^32 values (section 8.3 there), and a subject's seals its own rows only.
    """
    nonce = os.urandom(NONCE_BYTES)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, plain, place.bound())


def unseal(key: bytes, place: Place, sealed: bytes) -> bytes:
    """The plain bytes. Raises Tampered when they were not sealed in this very place under this key."""
    nonce, cipher = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        if sealed[:1] != FORMAT:
            raise InvalidTag
        return AESGCM(key).decrypt(nonce, cipher, place.bound())
    except (InvalidTag, ValueError) as error:
        raise Tampered(
            _("A sealed value does not open where it stands."),
            where=f"{place.table} {place.row} {place.column}",
            remedy=_(
                "It was changed or moved outside the system; restore it from a backup and tell the office."
            ),
        ) from error
