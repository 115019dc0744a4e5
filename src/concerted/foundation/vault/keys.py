"""The master keys that wrap every subject's key, and the root of the search hashes; never a default among them."""

from __future__ import annotations

import base64
import binascii
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from concerted.errors import Unready

from .sealing import KEY_BYTES

_MASTER = "vault_master_"
_SEARCH = "vault_search"
_LEAST_DIFFERENT_BYTES = 12


@dataclass(frozen=True)
class KeyRing:
    """Master keys by version, the version that wraps from now on, and the root of the search hashes; 32 bytes each."""

    masters: Mapping[int, bytes]
    current: int
    search: bytes

    def master(self, version: int) -> bytes:
        """The master key of that version. Raises Unready when this installation does not hold it."""
        try:
            return self.masters[version]
        except KeyError:
            raise Unready(
                f"The vault's master key {version} is missing.",
                where="CONCERTED_MASTER_KEY" if settings.VAULT_MASTER_KEY else str(settings.VAULT_SECRETS),
                remedy="Put it back: what is wrapped by it cannot be read without it.",
            ) from None

    def derived(self, purpose: str) -> bytes:
        """A key of its own (32 bytes) for one purpose of search, by HKDF-SHA-256 (RFC 5869) without salt."""
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(
            self.search
        )


_lock = threading.Lock()
_ring: KeyRing | None = None


def key_ring(*, needing: int | None = None) -> KeyRing:
    """The installation's keys, made on first use unless the environment names them.

    needing: a version that must be among them; the keys are read anew when it is not, since another process
    may have added it. Raises Unready for a key that is no key.
    """
    global _ring
    with _lock:
        if _ring is None or (needing is not None and needing not in _ring.masters):
            _ring = _named() if settings.VAULT_MASTER_KEY else _kept()
        return _ring


def forget() -> None:
    """Read the keys anew at their next use."""
    global _ring
    with _lock:
        _ring = None


def add_master() -> KeyRing:
    """Make the next version and wrap with it from now on; returns the ring that holds it.

    Raises Unready where the environment names the keys.
    """
    if settings.VAULT_MASTER_KEY:
        raise Unready(
            "The master key comes from the environment and cannot be made here.",
            where="CONCERTED_MASTER_KEY",
            remedy="Put the new version before the old one, as in 2:<base64>,1:<base64>, and start again.",
        )
    settings.VAULT_KEPT_SECRET(f"{_MASTER}{key_ring().current + 1}", length=KEY_BYTES)
    forget()
    return key_ring()


def retire_masters() -> list[int]:
    """Destroy every version but the current one; returns theirs. Call it only when nothing is wrapped by them.

    Keys that the environment names are the administrator's to take out; they are returned all the same.
    """
    ring = key_ring()
    gone = sorted(version for version in ring.masters if version != ring.current)
    if not settings.VAULT_MASTER_KEY:
        for version in gone:
            (Path(settings.VAULT_SECRETS) / f"{_MASTER}{version}").unlink(missing_ok=True)
    forget()
    return gone


def weaknesses() -> list[str]:
    """Why these keys may not guard real people; empty when they may."""
    ring = key_ring()
    found = [
        f"The {name} is not random."
        for name, key in (
            *((f"master key {version}", key) for version, key in ring.masters.items()),
            ("search key", ring.search),
        )
        if len(set(key)) < _LEAST_DIFFERENT_BYTES
    ]
    if not settings.VAULT_MASTER_KEY:
        for path in Path(settings.VAULT_SECRETS).glob("vault_*"):
            if path.stat().st_mode & 0o077:
                found.append(f"{path.name} can be read by other accounts.")
    return found


def _kept() -> KeyRing:
    folder = Path(settings.VAULT_SECRETS)
    named = (re.fullmatch(rf"{_MASTER}(\d+)", path.name) for path in folder.glob(f"{_MASTER}*"))
    versions = sorted(int(match[1]) for match in named if match) or [1]
    kept = settings.VAULT_KEPT_SECRET
    masters = {
        version: _decoded(kept(f"{_MASTER}{version}", length=KEY_BYTES), f"{_MASTER}{version}")
        for version in versions
    }
    return KeyRing(masters, versions[-1], _decoded(kept(_SEARCH, length=KEY_BYTES), _SEARCH))


def _named() -> KeyRing:
    masters: dict[int, bytes] = {}
    for number, part in enumerate(settings.VAULT_MASTER_KEY.split(",")):
        version, colon, text = part.strip().partition(":")
        if not colon:
            version, text = "1", version
        if not version.isdecimal() or (number and not colon):
            raise _no_key("CONCERTED_MASTER_KEY")
        masters[int(version)] = _decoded(text, "CONCERTED_MASTER_KEY")
    if not settings.VAULT_SEARCH_KEY:
        raise Unready(
            "The vault's search key is not named.",
            where="CONCERTED_SEARCH_KEY",
            remedy="Set it beside CONCERTED_MASTER_KEY: 32 random bytes in base64; it never changes.",
        )
    search = _decoded(settings.VAULT_SEARCH_KEY, "CONCERTED_SEARCH_KEY")
    return KeyRing(masters, next(iter(masters)), search)


def _decoded(text: str, where: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text.translate({43: 45, 47: 95}) + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise _no_key(where) from error
    if len(key) != KEY_BYTES:
        raise _no_key(where)
    return key


def _no_key(where: str) -> Unready:
    return Unready(
        "This is no key of the vault.",
        where=where,
        remedy="A key is 32 random bytes in base64; several are written version:key, the newest first.",
    )
