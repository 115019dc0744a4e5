"""Keyed hashes by which equal values are found without being read; they open nothing."""

from __future__ import annotations

import hmac
from hashlib import sha256

from .keys import key_ring

MARK_BYTES = 16


def search_mark(purpose: str, value: str, *, scope: str = "") -> bytes:
    """HMAC-SHA-256 (RFC 2104) of the value in UTF-8, cut to its first 16 bytes, under a key of this purpose and scope.

    purpose: what is compared, such as "people.name"; scope: within whom, such as an agency. Marks of another
    purpose or scope never equal, so common surnames do not show across fields or agencies.
    """
    key = key_ring().derived(f"search/{purpose}/{scope}")
    return hmac.new(key, value.encode(), sha256).digest()[:MARK_BYTES]
