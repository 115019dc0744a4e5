"""Whoever holds the whole database may change the record anywhere; verifying it against its witness always tells."""

from __future__ import annotations

import os
import random
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from tests.record import the_record

from concerted.config import postgres
from concerted.foundation.audit import acts
from concerted.foundation.audit.models import AuditSegment
from concerted.foundation.audit.reads import segments
from concerted.foundation.audit.verify import Witness, verify

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
TRANSACTIONS, SEALS = 24, 6

ROW = "SELECT id FROM audit_auditentry ORDER BY id OFFSET {0} LIMIT 1"
SEAL = "SELECT id FROM audit_auditsegment ORDER BY id OFFSET {0} LIMIT 1"
#: Every column of a row with a change that never leaves it as it was.
ROW_CHANGES = (
    "at = at + interval '{n} microseconds'",
    "recorded_at = recorded_at - interval '{n} microseconds'",
    "kind = CASE kind WHEN 'look' THEN 'act' ELSE 'look' END",
    "act = act || '{n}'",
    "act = left(act, -1)",
    "officer_id = coalesce(officer_id, 0) + {n}",
    "appointment_id = CASE WHEN appointment_id IS NULL THEN {n} END",
    "agency_id = coalesce(agency_id, 0) - {n}",
    "subject_kind = subject_kind || 's'",
    "subject_id = CASE WHEN subject_id IS NULL THEN {n} END",
    "detail = detail || '{{\"n\": {n}}}'",
    "detail = jsonb_build_object('all', detail)",
    "epoch = epoch + {n}",
    '"transaction" = "transaction" + {n}',
    "id = id + 1000000 + {n}",
)
SEAL_CHANGES = (
    "root = sha256(root)",
    "previous = sha256(previous)",
    "chained = sha256(chained)",
    "leaves = set_byte(leaves, {n} % length(leaves), (get_byte(leaves, {n} % length(leaves)) + 1) % 256)",
    "leaves = substr(leaves, 1, length(leaves) - 40)",
    "entries = entries + {n}",
    "entries = entries - 1",
    "epoch = epoch + {n}",
    "from_transaction = from_transaction - 1",
    "to_transaction = to_transaction + {n}",
    "first_entry = first_entry - 1",
    "last_entry = last_entry + {n}",
    "sealed_at = sealed_at - interval '{n} microseconds'",
    "id = id + 1000000",
)
SWAPPED = (
    *("at", "recorded_at", "kind", "act", "officer_id", "appointment_id", "agency_id"),
    *("subject_kind", "subject_id", "detail"),
)
Forgery = Callable[[random.Random], str]


def _a_row(chance: random.Random) -> str:
    return ROW.format(chance.randrange(the_record().count()))


def _changed(chance: random.Random) -> str:
    change = chance.choice(ROW_CHANGES).format(n=chance.randrange(1, 9999))
    return f"UPDATE audit_auditentry SET {change} WHERE id = ({_a_row(chance)})"


def _removed(chance: random.Random) -> str:
    return f"DELETE FROM audit_auditentry WHERE id = ({_a_row(chance)})"


def _put_in(chance: random.Random) -> str:
    """A row like another one, in the same sealed transaction, under a number that was never given."""
    columns = ", ".join(("epoch", '"transaction"', *SWAPPED))
    number = chance.choice(("(SELECT max(id) + 1 FROM audit_auditentry)", "-1", "0"))
    return (
        f"INSERT INTO audit_auditentry (id, {columns})"
        f" SELECT {number}, {columns} FROM audit_auditentry WHERE id = ({_a_row(chance)})"
    )


def _swapped(chance: random.Random) -> str:
    """Two different rows change places: each keeps its number and takes all that the other says."""
    one, other = chance.sample(range(the_record().count()), 2)
    pairs = ", ".join(f"{name} = other.{name}" for name in SWAPPED)
    first, second = ROW.format(one), ROW.format(other)
    return (
        f"UPDATE audit_auditentry mine SET {pairs} FROM audit_auditentry other"
        f" WHERE (mine.id, other.id) IN ((({first}), ({second})), (({second}), ({first})))"
    )


def _reordered(chance: random.Random) -> str:
    """The rows of one seal's transactions are told in the opposite order."""
    return (
        'UPDATE audit_auditentry SET "transaction" = s.from_transaction + s.to_transaction - "transaction"'
        f" FROM audit_auditsegment s WHERE s.id = ({SEAL.format(chance.randrange(SEALS))})"
        ' AND "transaction" >= s.from_transaction AND "transaction" < s.to_transaction'
    )


def _seal_edited(chance: random.Random) -> str:
    change = chance.choice(SEAL_CHANGES).format(n=chance.randrange(1, 9999))
    return f"UPDATE audit_auditsegment SET {change} WHERE id = ({SEAL.format(chance.randrange(SEALS))})"


def _seal_removed(chance: random.Random) -> str:
    return f"DELETE FROM audit_auditsegment WHERE id = ({SEAL.format(chance.randrange(SEALS))})"


def _tail_cut(chance: random.Random) -> str:
    """The last seals and every row since: what stands before is untouched, and fits."""
    first = SEAL.format(chance.randrange(1, SEALS))
    return (
        f"WITH gone AS (DELETE FROM audit_auditsegment WHERE id >= ({first}) RETURNING from_transaction)"
        ' DELETE FROM audit_auditentry WHERE "transaction" >= (SELECT min(from_transaction) FROM gone)'
    )


FORGERIES: dict[str, Forgery] = {
    "a value changed": _changed,
    "a row removed": _removed,
    "a row put in": _put_in,
    "two rows swapped": _swapped,
    "transactions reordered": _reordered,
    "a seal edited": _seal_edited,
    "a seal removed": _seal_removed,
    "the tail cut off": _tail_cut,
}


@pytest.fixture
def sealed(transactional_db: None) -> Witness:
    """Rows of many transactions under six seals, and the witness somebody else keeps."""
    chance = random.Random(3)
    acts.seal(at=NOW)
    per_seal = TRANSACTIONS // (SEALS - 1)
    for number in range(TRANSACTIONS):
        with transaction.atomic():
            for row in range(1 + number % 3):
                _write(chance, number * 10 + row)
        if number % per_seal == per_seal - 1 and number // per_seal < SEALS - 2:
            acts.seal(at=NOW)
    acts.seal(at=NOW)
    assert len(segments()) == SEALS
    return Witness.of(segments())


def _write(chance: random.Random, number: int) -> None:
    acts.record(
        at=NOW,
        kind=chance.choice(("act", "look")),
        act=f"tests.act_{number}",
        officer_id=chance.choice((7, None)),
        appointment_id=8,
        agency_id=9,
        subject_kind="cases.case",
        subject_id=number,
        detail={"permission": "cases:case:read", "n": number},
    )


@contextmanager
def _holding_the_server(server: postgres.Server) -> Iterator[None]:
    """Django works as the server's superuser, and no trigger runs."""
    before = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict |= {
        "USER": postgres.SUPERUSER,
        "PASSWORD": server.passwords[postgres.SUPERUSER],
    }
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = 'replica'")
        yield
    finally:
        connection.close()
        connection.settings_dict |= before


@pytest.mark.parametrize("forgeries", [500, pytest.param(10_000, marks=pytest.mark.long)])
def test_every_forgery_is_found(sealed: Witness, database_server: postgres.Server, forgeries: int) -> None:
    seed = int(os.environ.get("CONCERTED_SEED") or secrets.randbelow(10**6))
    chance, missed, made = random.Random(seed), [], Counter[str]()
    with _holding_the_server(database_server), transaction.atomic():
        for number in range(forgeries):
            kind = list(FORGERIES)[number % len(FORGERIES)]
            with transaction.atomic():
                statement = FORGERIES[kind](chance)
                with connection.cursor() as cursor:
                    cursor.execute(statement)
                    made[kind] += cursor.rowcount > 0
                if cursor.rowcount > 0 and verify(witness=sealed).intact:
                    missed.append(f"{kind}: {statement}")
                transaction.set_rollback(True)
        assert verify(witness=sealed).intact, "every forgery was taken back"
    assert missed == [], f"CONCERTED_SEED={seed}"
    assert sum(made.values()) > forgeries * 0.9 and set(made) == set(FORGERIES), (made, seed)


def test_the_world_has_more_than_one_row_in_a_transaction(sealed: Witness) -> None:
    rows = Counter(the_record().values_list("transaction", flat=True))
    assert max(rows.values()) > 1 and AuditSegment.objects.count() == SEALS
