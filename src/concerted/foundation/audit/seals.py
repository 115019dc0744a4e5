"""How the record is sealed: canonical bytes of a row, Merkle roots (RFC 6962), the chain; reads no table."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EMPTY = bytes(32)
LEAF_BYTES = 40
_FIRST_DAY = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

#: One row as canonical JSON: a list in this order, null for NULL, times in whole microseconds since 1970
#: in UTC, detail as PostgreSQL prints a jsonb value (keys sorted and never twice). The two parts that tell a
#: row's place in the record come first.
CANONICAL_ROW = """
jsonb_build_array(
  id, "transaction", epoch,
  (extract(epoch FROM at) * 1000000)::bigint, (extract(epoch FROM recorded_at) * 1000000)::bigint,
  kind, act, officer_id, appointment_id, agency_id, subject_kind, subject_id, detail
)::text
"""


def leaf_hash(canonical: bytes) -> bytes:
    """SHA-256(0x00 || canonical bytes of one row), 32 bytes: a leaf of RFC 6962, section 2.1."""
    return hashlib.sha256(b"\x00" + canonical).digest()


class MerkleTree:
    """The RFC 6962 tree head (section 2.1) over leaves added one by one, holding only log2(n) hashes."""

    def __init__(self) -> None:
        self._peaks: list[bytes] = []
        self.size = 0

    def add(self, leaf: bytes) -> None:
        """Add the next leaf hash on the right."""
        self.size += 1
        left = self.size
        peaks = self._peaks
        while not left & 1:
            leaf = hashlib.sha256(b"\x01" + peaks.pop() + leaf).digest()
            left >>= 1
        peaks.append(leaf)

    def root(self) -> bytes:
        """The tree head, 32 bytes; SHA-256 of nothing when no leaf was added."""
        if not self._peaks:
            return hashlib.sha256(b"").digest()
        *lower, head = self._peaks
        for peak in reversed(lower):
            head = hashlib.sha256(b"\x01" + peak + head).digest()
        return head


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """The RFC 6962 tree head, 32 bytes, over these leaf hashes in order."""
    tree = MerkleTree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


@dataclass(frozen=True)
class Seal:
    """What one seal says: the transactions it covers, how many rows, their root, and the seal before it.

    from_transaction is inside, to_transaction is not; first_entry and last_entry are ids of rows; root and previous
    are 32 bytes each.
    """

    epoch: int
    from_transaction: int
    to_transaction: int
    entries: int
    first_entry: int
    last_entry: int
    root: bytes
    previous: bytes
    sealed_at: datetime

    def chained(self) -> bytes:
        """SHA-256(previous || root || epoch, range, counts and time as eight bytes each), 32 bytes."""
        numbers = (
            self.epoch,
            self.from_transaction,
            self.to_transaction,
            self.entries,
            self.first_entry,
            self.last_entry,
            (self.sealed_at - _FIRST_DAY) // _MICROSECOND,
        )
        text = b"".join(number.to_bytes(8, "big", signed=True) for number in numbers)
        return hashlib.sha256(self.previous + self.root + text).digest()


def packed_leaves(leaves: Iterable[tuple[int, bytes]]) -> bytes:
    """Row ids and leaf hashes in order, 8 + 32 bytes each; they say which row was tampered with."""
    return b"".join(entry.to_bytes(8, "big") + leaf for entry, leaf in leaves)


def unpacked_leaves(packed: bytes) -> Sequence[tuple[int, bytes]]:
    """The inverse of packed_leaves; a broken remainder is left out."""
    whole = len(packed) - len(packed) % LEAF_BYTES
    return [
        (int.from_bytes(packed[at : at + 8], "big"), packed[at + 8 : at + LEAF_BYTES])
        for at in range(0, whole, LEAF_BYTES)
    ]
