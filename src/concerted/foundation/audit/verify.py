"""Tells whether the record is intact, or exactly where not, by recomputing every seal from the values."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise

from .models import AuditSegment
from .reads import leaf_lists, stream_rows, whole_record
from .reads import segments as read_segments
from .seals import EMPTY, MerkleTree, Seal, leaf_hash, merkle_root, unpacked_leaves

_SWAPS_TRIED = 200
Progress = Callable[[int], None]


class Fault(StrEnum):
    """What can have been done to the record."""

    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"
    SEAL_CHANGED = "seal changed"
    SEALS_BROKEN = "seal chain broken"
    SEALS_TRUNCATED = "seal chain truncated"


@dataclass(frozen=True)
class Finding:
    """One fault and where it is; a segment is named by its id, a row by its own."""

    fault: Fault
    segment: int | None
    entry: int | None = None
    note: str = ""


@dataclass
class Verdict:
    """What was found; segments, sealed and unsealed are counts, head the last seal's chained hash in hex.

    `unsealed` rows stand in the record, but no seal speaks for them yet.
    """

    segments: int = 0
    sealed: int = 0
    unsealed: int = 0
    head: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """Whether every sealed row and every seal is as it was."""
        return not self.findings

    def as_dict(self) -> dict[str, object]:
        """The same as plain values, with `intact`, for machines."""
        return {"intact": self.intact, **asdict(self)}


@dataclass(frozen=True)
class Witness:
    """The seals as they were exported to somebody else's keeping: (id, chained hash in hex) of each."""

    seals: Sequence[tuple[int, str]]

    @classmethod
    def of(cls, segments: Iterable[AuditSegment]) -> Witness:
        """The witness of these seals."""
        return cls([(segment.pk, bytes(segment.chained).hex()) for segment in segments])

    def lines(self) -> Iterator[str]:
        """One JSON line per seal."""
        for number, chained in self.seals:
            yield json.dumps({"segment": number, "chained": chained})

    @classmethod
    def read(cls, lines: Iterable[str]) -> Witness:
        """The witness in these lines. Raises ValueError that names the line."""
        seals = []
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                seals.append((int(row["segment"]), bytes.fromhex(row["chained"]).hex()))
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"line {number} is not a seal") from error
        return cls(seals)


def verify(*, witness: Witness | None = None, progress: Progress = lambda rows: None) -> Verdict:
    """Recompute the record from its values and compare it with its seals, and these with the witness.

    progress is called with the number of rows read so far, every 20,000. One pass over the rows, in memory for the
    seals and one segment. A fault is a finding, never an exception.
    """
    seals = read_segments()
    verdict = Verdict(segments=len(seals), head=bytes(seals[-1].chained).hex() if seals else "")
    verdict.findings += _chain_faults(seals)
    if witness is not None:
        verdict.findings += _witness_faults(seals, witness)
    with whole_record():
        _compare_rows(seals, verdict, progress)
    return verdict


def _chain_faults(seals: Sequence[AuditSegment]) -> Iterator[Finding]:
    if seals and bytes(seals[0].previous) != EMPTY:
        yield Finding(Fault.SEALS_BROKEN, seals[0].pk, note="the seals before this one are gone")
    for before, after in pairwise(seals):
        if bytes(after.previous) != bytes(before.chained):
            yield Finding(Fault.SEALS_BROKEN, after.pk, note=f"does not follow seal {before.pk}")
        elif after.epoch == before.epoch and after.from_transaction != before.to_transaction:
            yield Finding(Fault.SEALS_BROKEN, after.pk, note="leaves a gap between transactions")
    for seal in seals:
        if _said(seal).chained() != bytes(seal.chained):
            yield Finding(Fault.SEAL_CHANGED, seal.pk, note="its own hash does not fit")


def _said(segment: AuditSegment) -> Seal:
    return Seal(
        epoch=segment.epoch,
        from_transaction=segment.from_transaction,
        to_transaction=segment.to_transaction,
        entries=segment.entries,
        first_entry=segment.first_entry or 0,
        last_entry=segment.last_entry or 0,
        root=bytes(segment.root),
        previous=bytes(segment.previous),
        sealed_at=segment.sealed_at,
    )


def _witness_faults(seals: Sequence[AuditSegment], witness: Witness) -> Iterator[Finding]:
    standing = {seal.pk: bytes(seal.chained).hex() for seal in seals}
    for number, chained in witness.seals:
        if number not in standing:
            yield Finding(Fault.SEALS_TRUNCATED, number, note="the witness holds a seal that is gone")
        elif standing[number] != chained:
            yield Finding(Fault.SEAL_CHANGED, number, note="the witness holds another hash")


def _compare_rows(seals: Sequence[AuditSegment], verdict: Verdict, progress: Progress) -> None:
    """Walk rows and seals side by side, both in the order of epoch and transaction."""
    ordered = iter(sorted(seals, key=lambda seal: (seal.epoch, seal.from_transaction)))
    seal, rows, uncovered = next(ordered, None), _Rows(), _Uncovered()
    broken: list[AuditSegment] = []
    listed: dict[int, bytes] = {}

    def close(one: AuditSegment) -> None:
        if _fits(one, rows, verdict):
            listed[one.pk] = rows.listed()
        else:
            broken.append(one)

    for number, (epoch, xact, entry, canonical) in enumerate(stream_rows(), start=1):
        place = (epoch, xact)
        while seal is not None and place >= (seal.epoch, seal.to_transaction):
            close(seal)
            seal, rows = next(ordered, None), _Rows()
        if seal is None:
            verdict.unsealed += 1
        elif place < (seal.epoch, seal.from_transaction):
            uncovered.add(seal.pk, entry)
        else:
            rows.add(entry, leaf_hash(canonical))
        if not number % 20_000:
            progress(number)
    while seal is not None:
        close(seal)
        seal, rows = next(ordered, None), _Rows()
    verdict.findings += uncovered.findings()
    for one in broken:
        verdict.findings += _row_faults(one)
    kept = leaf_lists()
    verdict.findings += [
        Finding(Fault.SEAL_CHANGED, number, note="its leaf list does not fit, its rows do")
        for number, digest in listed.items()
        if kept[number] != digest
    ]


class _Rows:
    """The rows met under one seal: their tree, and the hash of their leaf list as the seal keeps it."""

    def __init__(self) -> None:
        self.tree, self._list = MerkleTree(), sha256()

    def add(self, entry: int, leaf: bytes) -> None:
        self.tree.add(leaf)
        self._list.update(entry.to_bytes(8, "big", signed=True) + leaf)

    def listed(self) -> bytes:
        return self._list.digest()


class _Uncovered:
    """Rows before a seal although no seal covers their transaction: put in, or their seal was taken."""

    def __init__(self) -> None:
        self._first: dict[int, int] = {}
        self._count: dict[int, int] = {}

    def add(self, seal: int, entry: int) -> None:
        self._first.setdefault(seal, entry)
        self._count[seal] = self._count.get(seal, 0) + 1

    def findings(self) -> Iterator[Finding]:
        for seal, entry in self._first.items():
            yield Finding(
                Fault.INSERTED, seal, entry, f"{self._count[seal]} rows before this seal that no seal covers"
            )


def _fits(seal: AuditSegment, rows: _Rows, verdict: Verdict) -> bool:
    verdict.sealed += rows.tree.size
    return rows.tree.size == seal.entries and rows.tree.root() == bytes(seal.root)


def _row_faults(seal: AuditSegment) -> list[Finding]:
    """Which rows of a broken segment were changed, taken away, put in or moved."""
    kept = unpacked_leaves(bytes(AuditSegment.objects.values_list("leaves", flat=True).get(pk=seal.pk)))
    if merkle_root(leaf for _entry, leaf in kept) != bytes(seal.root):
        return [Finding(Fault.SEAL_CHANGED, seal.pk, note="its leaf list does not fit; rows differ as well")]
    sealed = dict(kept)
    standing = {
        entry: canonical
        for _epoch, _xact, entry, canonical in stream_rows(
            epoch=seal.epoch, begin=seal.from_transaction, end=seal.to_transaction
        )
    }
    changed = {
        entry: canonical
        for entry, canonical in standing.items()
        if entry in sealed and leaf_hash(canonical) != sealed[entry]
    }
    moved = _moved(changed, sealed)
    found = [Finding(Fault.MISSING, seal.pk, entry) for entry in sealed if entry not in standing]
    found += [Finding(Fault.INSERTED, seal.pk, entry) for entry in standing if entry not in sealed]
    found += [
        Finding(Fault.REORDERED if entry in moved else Fault.CHANGED, seal.pk, entry) for entry in changed
    ]
    return found or [Finding(Fault.REORDERED, seal.pk, note="the rows stand in another order")]


def _moved(changed: dict[int, bytes], sealed: dict[int, bytes]) -> set[int]:
    """Of the changed rows, those whose values were sealed under the place of another changed row."""
    few = list(changed.items())[:_SWAPS_TRIED]
    places = [(entry, *_split(canonical)[:2]) for entry, canonical in few]
    return {
        entry
        for entry, canonical in few
        for other, number, _xact in places
        for _other, _number, xact in places
        if entry != other and leaf_hash(_placed(number, xact, canonical)) == sealed[other]
    }


def _split(canonical: bytes) -> tuple[bytes, bytes, bytes]:
    number, xact, rest = canonical.removeprefix(b"[").split(b", ", 2)
    return number, xact, rest


def _placed(number: bytes, xact: bytes, canonical: bytes) -> bytes:
    return b"[" + number + b", " + xact + b", " + _split(canonical)[2]
