"""Writes the record of acts and looks inside the caller's transaction, and its seals; never changes a row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from .models import AuditEpoch, AuditSegment
from .reads import stream_rows, whole_record
from .seals import EMPTY, MerkleTree, Seal, leaf_hash, packed_leaves

#: A segment ends with the first transaction that ends after so many rows: a fault is found near its place.
SEGMENT_ENTRIES = 8192
_SEALERS_LOCK = 0x5EA1

_INSERT = (
    "INSERT INTO audit_auditentry"
    " (at, kind, act, officer_id, appointment_id, agency_id, subject_kind, subject_id, detail)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb)"
)


def record(
    *,
    at: datetime,
    kind: str,
    act: str,
    officer_id: int | None,
    appointment_id: int | None,
    agency_id: int | None,
    subject_kind: str = "",
    subject_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Insert one row; the database adds its transaction, epoch and own clock.

    at: the mechanism's time. kind: of AuditEntry.Kind. act: "part.name". detail: what JSON can hold; nothing secret.
    Raises TransactionManagementError outside a transaction: a record must stand or fall with its act.
    """
    connection.validate_no_broken_transaction()
    if not connection.in_atomic_block:
        raise TransactionManagementError("an audit row is written only inside the transaction of its act")
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [
                at,
                kind,
                act,
                officer_id,
                appointment_id,
                agency_id,
                subject_kind,
                subject_id,
                json.dumps(detail or {}, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True),
            ],
        )


def ensure_epoch() -> AuditEpoch:
    """The epoch of the cluster we are in, begun anew after a restore into another cluster or timeline.

    Transaction ids are comparable only inside one epoch. Call it before anything is written, at every start.
    """
    with transaction.atomic():
        _only_one_sealer()
        identity = _cluster_identity()
        newest = AuditEpoch.objects.order_by("-id").first()
        if newest is not None and newest.system_identifier == identity:
            return newest
        return AuditEpoch.objects.create(id=newest.pk + 1 if newest else 1, system_identifier=identity)


def seal(*, at: datetime) -> list[AuditSegment]:
    """Seal every row of finished transactions that no seal covers yet; returns the new segments in order.

    Segments of some SEGMENT_ENTRIES rows, cut between transactions, each a Merkle tree (RFC 6962) chained to the
    one before. at: the real time, kept in the seal. No writer waits: rows of transactions still open are left for the
    next seal. Two sealers at once take turns.
    """
    epoch = ensure_epoch()
    with whole_record():
        _only_one_sealer()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            horizon: int = cursor.fetchone()[0]
        made = []
        for each in AuditEpoch.objects.filter(pk__lte=epoch.pk).order_by("id"):
            made += _seal_epoch(each.pk, horizon if each.pk == epoch.pk else None, at)
        return made


@dataclass
class _Segment:
    """Rows gathered for one seal: their tree and their packed ids and leaf hashes."""

    begin: int
    tree: MerkleTree = field(default_factory=MerkleTree)
    leaves: bytearray = field(default_factory=bytearray)
    first: int = 0
    last: int = 0
    end: int = 0

    def add(self, entry: int, canonical: bytes) -> None:
        leaf = leaf_hash(canonical)
        self.first = self.first or entry
        self.last = entry
        self.tree.add(leaf)
        self.leaves += packed_leaves([(entry, leaf)])


def _seal_epoch(epoch: int, horizon: int | None, at: datetime) -> list[AuditSegment]:
    last_here = AuditSegment.objects.filter(epoch=epoch).order_by("-id").defer("leaves").first()
    begin = last_here.to_transaction if last_here else 0
    return [_store(segment, epoch, at) for segment in _gathered(epoch, begin, horizon)]


def _gathered(epoch: int, begin: int, horizon: int | None) -> list[_Segment]:
    """The unsealed rows of finished transactions, cut into segments between two transactions."""
    segments, current, last = [], _Segment(begin), begin
    for _epoch, xact, entry, canonical in stream_rows(epoch=epoch, begin=begin, end=horizon):
        if current.tree.size >= SEGMENT_ENTRIES and xact != last:
            current.end = xact
            segments.append(current)
            current = _Segment(xact)
        current.add(entry, canonical)
        last = xact
    if current.tree.size:
        current.end = last + 1 if horizon is None else horizon
        segments.append(current)
    return segments


def _store(segment: _Segment, epoch: int, at: datetime) -> AuditSegment:
    before = AuditSegment.objects.order_by("-id").values_list("chained", flat=True).first()
    sealed = Seal(
        epoch=epoch,
        from_transaction=segment.begin,
        to_transaction=segment.end,
        entries=segment.tree.size,
        first_entry=segment.first,
        last_entry=segment.last,
        root=segment.tree.root(),
        previous=EMPTY if before is None else bytes(before),
        sealed_at=at,
    )
    return AuditSegment.objects.create(**vars(sealed), chained=sealed.chained(), leaves=bytes(segment.leaves))


def _only_one_sealer() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEALERS_LOCK])


def _cluster_identity() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT system_identifier, timeline_id FROM pg_control_system(), pg_control_checkpoint()"
        )
        identifier, timeline = cursor.fetchone()
    return f"{identifier}/{timeline}"
