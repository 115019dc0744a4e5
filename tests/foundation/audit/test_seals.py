"""Sealing covers finished transactions and holds no writer up; verifying names what was tampered with."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from tests.record import the_record

from concerted.config import postgres
from concerted.foundation.audit import acts
from concerted.foundation.audit.models import AuditEpoch, AuditSegment
from concerted.foundation.audit.reads import seal_state, segments
from concerted.foundation.audit.seals import EMPTY
from concerted.foundation.audit.verify import Fault, Verdict, Witness, verify

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
Tamper = Callable[[str], None]


def _write(count: int = 1, act: str = "tests.act") -> None:
    with transaction.atomic():
        for number in range(count):
            acts.record(
                at=NOW,
                kind="act",
                act=act,
                officer_id=7,
                appointment_id=8,
                agency_id=9,
                subject_kind="tests.thing",
                subject_id=number,
                detail={"permission": "tests:thing:do", "note": "原文"},
            )


@pytest.fixture
def tamper(database_server: postgres.Server, database_name: str) -> Iterator[Tamper]:
    """Statements of somebody who holds the whole server and switches the triggers off."""
    with database_server.connect(database=database_name) as superuser:
        superuser.execute("SET session_replication_role = 'replica'")
        yield lambda statement: superuser.execute(statement.encode()) and None


@pytest.fixture
def sealed() -> list[int]:
    """Twelve rows in four transactions under two seals; returns the ids of these rows in order."""
    acts.seal(at=NOW)
    for _ in range(2):
        _write(3)
        _write(3)
        acts.seal(at=NOW)
    return list(the_record(act="tests.act").order_by("id").values_list("id", flat=True))


def _found(verdict: Verdict) -> list[tuple[Fault, int | None]]:
    return [(finding.fault, finding.entry) for finding in verdict.findings]


def test_an_untouched_record_is_intact(sealed: list[int]) -> None:
    verdict = verify()
    assert verdict.intact
    assert (verdict.sealed, verdict.unsealed) == (the_record().count(), 0)


def test_rows_since_the_last_seal_are_told_as_unsealed(sealed: list[int]) -> None:
    _write(5)
    verdict = verify()
    assert verdict.intact
    assert verdict.unsealed == seal_state().unsealed == 5


def test_sealing_again_without_new_rows_makes_no_seal(sealed: list[int]) -> None:
    assert acts.seal(at=NOW) == []


@pytest.mark.thorough
@pytest.mark.parametrize(
    "change",
    [
        "act = 'tests.other'",
        "officer_id = NULL",
        "officer_id = 8",
        "subject_kind = ''",
        "at = at + interval '1 microsecond'",
        "recorded_at = recorded_at - interval '1 day'",
        "detail = jsonb_set(detail, '{note}', 'null')",
        "detail = detail - 'note'",
        "detail = detail || '{\"more\": null}'",
    ],
)
def test_a_changed_value_is_found_and_its_row_named(sealed: list[int], tamper: Tamper, change: str) -> None:
    tamper(f"UPDATE audit_auditentry SET {change} WHERE id = {sealed[4]}")
    assert _found(verify()) == [(Fault.CHANGED, sealed[4])]


def test_a_deleted_row_is_found_and_named(sealed: list[int], tamper: Tamper) -> None:
    tamper(f"DELETE FROM audit_auditentry WHERE id = {sealed[7]}")
    assert _found(verify()) == [(Fault.MISSING, sealed[7])]


def test_a_row_put_into_a_sealed_transaction_is_found_and_named(sealed: list[int], tamper: Tamper) -> None:
    tamper(
        "INSERT INTO audit_auditentry (id, transaction, epoch, at, kind, act, subject_kind, detail)"
        f" SELECT 900000, transaction, epoch, at, kind, 'tests.forged', subject_kind, detail"
        f" FROM audit_auditentry WHERE id = {sealed[2]}"
    )
    assert _found(verify()) == [(Fault.INSERTED, 900000)]


def test_two_rows_that_changed_places_are_found_as_reordered(sealed: list[int], tamper: Tamper) -> None:
    first, second = sealed[3], sealed[4]
    tamper(f"UPDATE audit_auditentry SET id = -id WHERE id IN ({first}, {second})")
    tamper(f"UPDATE audit_auditentry SET id = {second} WHERE id = -{first}")
    tamper(f"UPDATE audit_auditentry SET id = {first} WHERE id = -{second}")
    assert _found(verify()) == [(Fault.REORDERED, first), (Fault.REORDERED, second)]


def test_a_row_moved_to_another_transaction_is_found(sealed: list[int], tamper: Tamper) -> None:
    tamper(
        f"UPDATE audit_auditentry SET transaction = (SELECT max(transaction) FROM audit_auditentry) "
        f"WHERE id = {sealed[0]}"
    )
    assert set(_found(verify())) == {(Fault.MISSING, sealed[0]), (Fault.INSERTED, sealed[0])}


def test_a_whole_segment_deleted_is_found(sealed: list[int], tamper: Tamper) -> None:
    last = segments()[-1]
    tamper(f"DELETE FROM audit_auditentry WHERE transaction >= {last.from_transaction}")
    assert {fault for fault, _ in _found(verify())} == {Fault.MISSING}
    assert len(verify().findings) == 6


def test_a_seal_taken_from_the_middle_breaks_the_chain(sealed: list[int], tamper: Tamper) -> None:
    _write(1)
    acts.seal(at=NOW)
    tamper(f"DELETE FROM audit_auditsegment WHERE id = {segments()[1].pk}")
    faults = {fault for fault, _ in _found(verify())}
    assert faults == {Fault.SEALS_BROKEN, Fault.INSERTED}


def test_a_seal_rewritten_to_fit_forged_rows_is_found(sealed: list[int], tamper: Tamper) -> None:
    last = segments()[-1]
    tamper(f"UPDATE audit_auditentry SET act = 'tests.forged' WHERE id = {sealed[-1]}")
    tamper(f"UPDATE audit_auditsegment SET root = sha256('x'), leaves = '' WHERE id = {last.pk}")
    assert Fault.SEAL_CHANGED in {fault for fault, _ in _found(verify())}


def test_truncated_seals_are_found_with_a_witness_and_told_as_unsealed_without(
    sealed: list[int], tamper: Tamper
) -> None:
    witness = Witness.read(Witness.of(segments()).lines())
    last = segments()[-1]
    tamper(f"DELETE FROM audit_auditsegment WHERE id = {last.pk}")
    alone = verify()
    assert (alone.intact, alone.unsealed) == (True, 6)
    assert [(f.fault, f.segment) for f in verify(witness=witness).findings] == [
        (Fault.SEALS_TRUNCATED, last.pk)
    ]


def test_rows_and_seals_cut_off_and_sealed_anew_do_not_pass_the_witness(
    sealed: list[int], tamper: Tamper
) -> None:
    witness = Witness.of(segments())
    last = segments()[-1]
    tamper(f"DELETE FROM audit_auditsegment WHERE id = {last.pk}")
    tamper(f"DELETE FROM audit_auditentry WHERE id = {sealed[-1]}")
    acts.seal(at=NOW)
    assert verify().intact
    assert not verify(witness=witness).intact


def test_a_witness_with_a_broken_line_is_refused_with_its_line() -> None:
    with pytest.raises(ValueError, match="line 2"):
        Witness.read(['{"segment": 1, "chained": "00"}', '{"segment": 2}'])


def test_a_null_is_not_an_empty_text_and_texts_cannot_run_into_each_other(
    sealed: list[int], tamper: Tamper
) -> None:
    tamper(f"UPDATE audit_auditentry SET kind = 'ac', act = 'ttests.act' WHERE id = {sealed[0]}")
    assert _found(verify()) == [(Fault.CHANGED, sealed[0])]


def test_an_open_transaction_is_left_for_the_next_seal_and_no_writer_waits(
    database_server: postgres.Server, database_name: str
) -> None:
    acts.seal(at=NOW)
    insert = (
        "INSERT INTO audit_auditentry (at, kind, act, subject_kind, detail)"
        " VALUES (now(), 'act', 'tests.slow', '', '{}')"
    )
    with database_server.connect(user=postgres.APP, database=database_name) as writer:
        writer.autocommit = False
        writer.execute(insert)
        _write(2)
        acts.seal(at=NOW)
        held_back = seal_state().unsealed
        writer.commit()
    acts.seal(at=NOW)
    verdict = verify()
    assert held_back == 2
    assert (verdict.intact, verdict.unsealed) == (True, 0)


def test_writers_and_two_sealers_at_once_leave_an_intact_record() -> None:
    before = the_record().count()
    writers, rounds = 4, 15
    together = Barrier(writers + 2)

    def write() -> None:
        together.wait()
        for number in range(rounds):
            _write(1 + number % 3)
        connection.close()

    def seal() -> None:
        together.wait()
        for _ in range(10):
            acts.seal(at=NOW)
        connection.close()

    threads = [Thread(target=write) for _ in range(writers)] + [Thread(target=seal) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    acts.seal(at=NOW)
    verdict = verify()
    assert verdict.intact
    assert (verdict.sealed, verdict.unsealed) == (before + writers * rounds * 2, 0)


def test_a_long_backlog_is_cut_into_segments_between_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    acts.seal(at=NOW)
    monkeypatch.setattr(acts, "SEGMENT_ENTRIES", 10)
    for _ in range(6):
        _write(4)
    made = acts.seal(at=NOW)
    assert [segment.entries for segment in made] == [12, 12]
    assert verify().intact


def test_a_restored_copy_in_another_cluster_begins_a_new_epoch(sealed: list[int], tamper: Tamper) -> None:
    tamper("UPDATE audit_auditepoch SET system_identifier = 'the cluster before the restore'")
    _write(1)
    assert len(acts.seal(at=NOW)) == 1
    new = acts.ensure_epoch()
    _write(2)
    acts.seal(at=NOW)
    assert AuditEpoch.objects.count() == 2
    assert AuditSegment.objects.filter(epoch=new.pk).count() == 1
    assert verify().intact
    assert acts.ensure_epoch().pk == new.pk


def test_the_chain_starts_with_zeros(sealed: list[int]) -> None:
    assert bytes(segments()[0].previous) == EMPTY
