"""Reads the record: rows in their sealed order, pages of it, and how far it is sealed; never writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from concerted.foundation.vault.handles import handle_of, number_of

from .models import AuditEntry, AuditSegment
from .seals import CANONICAL_ROW


@contextmanager
def whole_record() -> Iterator[None]:
    """Open (or join) a transaction that meets every row of the record, for who seals, counts and verifies it.

    Outside it the application's role meets none but what a look of its agency is about. It may be opened inside
    another one.
    """
    with transaction.atomic():
        before = _told_to_open("whole")
        yield
        if not connection.needs_rollback:  # a rollback takes the setting back by itself
            _told_to_open(before)


def _told_to_open(value: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT before.it, set_config('concerted.record', %s, true)"
            " FROM (SELECT coalesce(current_setting('concerted.record', true), '') AS it OFFSET 0) before",
            [value],
        )
        return str(cursor.fetchone()[0])


def stream_rows(
    *, epoch: int | None = None, begin: int = 0, end: int | None = None
) -> Iterator[tuple[int, int, int, bytes]]:
    """Each row as (epoch, transaction, id, canonical bytes) in sealed order, streamed by the server.

    Asked inside whole_record. epoch None: all. begin, end: transactions from begin (inclusive) to end (exclusive; None
    is open).
    """
    conditions = [f'"transaction" >= {int(begin)}'] if epoch is not None else ["true"]
    if epoch is not None:
        conditions.append(f"epoch = {int(epoch)}")
    if end is not None:
        conditions.append(f'"transaction" < {int(end)}')
    query = (
        f'COPY (SELECT epoch, "transaction", id, {CANONICAL_ROW} FROM audit_auditentry'
        f' WHERE {" AND ".join(conditions)} ORDER BY epoch, "transaction", id) TO STDOUT (FORMAT BINARY)'
    )
    with closing(connection.cursor()) as cursor, cursor.copy(query) as copy:
        copy.set_types(["int4", "int8", "int8", "bytea"])
        yield from copy.rows()


@dataclass(frozen=True)
class SealState:
    """How far the record is sealed: rows under seal, rows since, and the last seal."""

    segments: int
    sealed: int
    last_sealed_at: datetime | None
    unsealed: int


def seal_state() -> SealState:
    """How far the record is sealed; rows since the last seal are counted by the index, whatever its size."""
    with whole_record(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(sum(entries), 0), max(sealed_at),"
            ' (SELECT count(*) FROM audit_auditentry e WHERE (e.epoch, e."transaction") >='
            " (SELECT epoch, to_transaction FROM audit_auditsegment ORDER BY id DESC LIMIT 1))"
            " FROM audit_auditsegment"
        )
        segments, sealed, last, unsealed = cursor.fetchone()
        if not segments:
            cursor.execute("SELECT count(*) FROM audit_auditentry")
            (unsealed,) = cursor.fetchone()
    return SealState(segments=segments, sealed=int(sealed), last_sealed_at=last, unsealed=unsealed)


@dataclass(frozen=True)
class EntryFilter:
    """Which rows of the record are asked for; what is empty does not restrict."""

    officer_id: int | None = None
    act: str = ""
    kind: str = ""
    subject_kind: str = ""
    subject_id: int | None = None


def entries(
    *, wanted: EntryFilter, before: int | None = None, limit: int = 50, without: tuple[str, ...] = ()
) -> list[AuditEntry]:
    """At most `limit` rows, newest first, with an id below `before`; the last one's id asks for the next page.

    Only rows that the database shows to whoever asks: all inside whole_record, else what the look is about.
    without: parts whose acts are left out, because the reader may not know what they are about.
    """
    chosen = Q()
    for part in without:
        chosen &= ~Q(act__startswith=f"{part}.")
    if before is not None:
        chosen &= Q(pk__lt=before)
    if wanted.officer_id is not None:
        chosen &= Q(officer_id=wanted.officer_id)
    if wanted.act:
        chosen &= Q(act=wanted.act)
    if wanted.kind:
        chosen &= Q(kind=wanted.kind)
    if wanted.subject_kind:
        chosen &= Q(subject_kind=wanted.subject_kind)
    if wanted.subject_id is not None:
        chosen &= Q(subject_id=wanted.subject_id)
    return list(AuditEntry.objects.filter(chosen).order_by("-id")[:limit])


def name_of(entry: AuditEntry) -> str:
    """How a row is called before whoever may not know how many rows lie between two of them."""
    return handle_of("audit.entry", entry.pk)


def named_entry(name: str) -> int | None:
    """The id of the row of that name, or None."""
    return number_of("audit.entry", name)


def leaf_lists() -> dict[int, bytes]:
    """SHA-256 of every seal's leaf list, 32 bytes, by the seal's id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, sha256(leaves) FROM audit_auditsegment")
        return {number: bytes(digest) for number, digest in cursor.fetchall()}


def segments() -> list[AuditSegment]:
    """Every seal in the order of the chain, without the leaf lists."""
    return list(AuditSegment.objects.order_by("id").defer("leaves"))
