"""Row numbers as words without order: neither one nor two side by side tell how many rows lie between them."""

from __future__ import annotations

from base64 import b32decode, b32encode
from binascii import Error

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from .keys import key_ring

_BLOCK, _NUMBER = 16, 8


def handle_of(purpose: str, number: int) -> str:
    """The number as 26 letters and figures: one AES block (FIPS 197) under a key of this purpose, in base 32.

    number: from 0 to 2^64 - 1. One block is a permutation, so equal numbers have equal handles and different ones
    different handles. Raises OverflowError for another number.
    """
    block = bytes(_BLOCK - _NUMBER) + number.to_bytes(_NUMBER, "big")
    encryptor = _cipher(purpose).encryptor()
    return b32encode(encryptor.update(block) + encryptor.finalize()).decode().rstrip("=").lower()


def number_of(purpose: str, handle: str) -> int | None:
    """The number behind a handle of this purpose, or None for what is none."""
    try:
        block = b32decode(handle.upper() + "=" * (-len(handle) % 8))
    except (Error, ValueError):
        return None
    if len(block) != _BLOCK:
        return None
    decryptor = _cipher(purpose).decryptor()
    plain = decryptor.update(block) + decryptor.finalize()
    return int.from_bytes(plain[_BLOCK - _NUMBER :], "big") if not any(plain[: _BLOCK - _NUMBER]) else None


def _cipher(purpose: str) -> Cipher[ECB]:
    return Cipher(AES(key_ring().derived(f"handle/{purpose}")), ECB())
