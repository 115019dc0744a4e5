"""Web, worker and database are killed while officers write: what was acknowledged stands, and nothing by half."""

from __future__ import annotations

import os
import random
import secrets
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from time import monotonic

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from tests.faults.killing import PATIENCE_SECONDS, Book, Site, Writer, by_api, by_page, count, site_of_its_own
from tests.interfaces.api.keys import Machines
from tests.mechanism.plan.reporting_world import build_reporting

from concerted.config import postgres
from concerted.config.stalled import give_back
from concerted.foundation.access.door import acting
from concerted.foundation.agencies.models import Officer
from concerted.foundation.audit.acts import ensure_epoch, seal
from concerted.foundation.audit.jobs import seal_the_record
from concerted.foundation.audit.reads import whole_record
from concerted.foundation.audit.verify import verify
from concerted.mechanism.cases.acts.cases import open_case
from concerted.mechanism.cases.models import Case
from concerted.mechanism.cases.reads import cases as case_reads
from concerted.mechanism.plan.models import InternalNote

WHAT = ("web", "database", "web", "database", "jobs")


@pytest.mark.parametrize("kills", [20, pytest.param(200, marks=pytest.mark.long)])
def test_no_acknowledged_write_is_lost_and_none_stands_by_half(
    transactional_db: None, database_server: postgres.Server, database_name: str, kills: int, tmp_path: Path
) -> None:
    seed = int(os.environ.get("CONCERTED_SEED") or secrets.randbelow(10**6))
    chance = random.Random(seed)
    ensure_epoch()
    nation = build_reporting()
    worker = nation.world.officer_for(nation.world.yunnan, "case_worker")
    case = open_case(officer=worker, at=nation.world.at, place_code="530000")
    secret = Machines(nation.world).of(nation.world.focal_point).secret
    measure = nation.measure("m1").pk
    session = _signed_in(worker)
    connection.close()
    cluster = f"kill-postgres-{os.getpid()}"
    book, over = Book(), Event()
    with site_of_its_own(cluster, database_name, database_server, chance) as site:
        site.environment |= {"CONCERTED_FILES": str(tmp_path / "files"), "CONCERTED_LOG_LEVEL": "CRITICAL"}
        ensure_epoch()
        site.start()
        asks = [(by_api(secret, measure), True), (by_page(session, case.pk), False)] * 2
        writers = [
            Writer(f"w{number}", site.port, book, ask, again, over).start()
            for number, (ask, again) in enumerate(asks)
        ]
        try:
            book.written(4)
            for number in range(kills):
                _queue_a_seal()
                book.written(chance.randrange(1, 6))
                what = WHAT[number % len(WHAT)]
                if what == "jobs":
                    _write_until_a_worker_is_back(site, book, chance)
                site.kill(what)
                assert not book.unexpected
            book.written(8)
        finally:
            over.set()
            for writer in writers:
                writer.end()
        site.stop()
        _end_what_the_killed_left_open(site)
        assert not book.unexpected, seed
        assert sum(site.killed.values()) >= kills * 0.9, (site.killed, seed)
        assert set(site.killed) == set(WHAT) and all(site.killed.values()), (site.killed, seed)
        _everything_stands(nation.world.focal_point, worker, case, book)
        _the_queue_drains(site)


def _write_until_a_worker_is_back(site: Site, book: Book, chance: random.Random) -> None:
    """A worker that lost its database ends and is started anew after a pause; half the time it is let come to work."""
    registered, until = chance.random() < 0.5, monotonic() + PATIENCE_SECONDS
    while not site.has_worker(registered=registered) and not book.unexpected:
        assert monotonic() < until, "the worker of the jobs was not started again"
        book.written(1)


def _end_what_the_killed_left_open(site: Site) -> None:
    """A transaction whose client was killed lasts until the server notices; nothing in it was acknowledged, and a
    seal waits for it, as it does for the server's own upkeep."""
    connection.close()
    with site.server.connect(database="site") as superuser:
        superuser.autocommit = True
        superuser.execute("ALTER SYSTEM SET autovacuum = off")
        superuser.execute("SELECT pg_reload_conf()")
        superuser.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type IN ('client backend', 'autovacuum worker')"
        )


def _signed_in(officer: Officer) -> str:
    assert officer.acting is not None
    store = SessionStore()
    store[SESSION_KEY] = str(officer.pk)
    store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    store[HASH_SESSION_KEY] = officer.get_session_auth_hash()
    store["appointment"] = officer.acting.pk
    store.create()
    assert store.session_key is not None
    return store.session_key


def _queue_a_seal() -> None:
    """Work for the worker; the database may be on its way up again."""
    connection.close()
    with suppress(AlreadyEnqueued, ConnectorException, DatabaseError):
        seal_the_record.defer(timestamp=0)
    connection.close()


def _everything_stands(ministry: Officer, worker: Officer, case: Case, book: Book) -> None:
    at = datetime.now(UTC)
    with acting(ministry, at):
        texts = Counter(InternalNote.objects.values_list("text", flat=True))
    words = case_reads.notes_of(officer=worker, at=at, case=case)
    texts += Counter(str(text) for _note, text in words)
    assert set(book.kept) <= set(texts), sorted(set(book.kept) - set(texts))
    repeatable = [text for text in texts if text.startswith(("w0-", "w2-"))]
    assert [text for text in repeatable if texts[text] > 1] == [], "a repeated call was applied twice"
    with acting(ministry, at), whole_record(), connection.cursor() as cursor:
        told = "SELECT count(*) FROM audit_auditentry WHERE act = '{}' AND kind = 'act'"
        assert count(cursor, told.format("plan.write_note")) == InternalNote.objects.count()
        assert count(cursor, told.format("cases.write_note")) == len(words)
        alone = "SELECT count(*) FROM audit_auditentry WHERE kind = 'outside' AND subject_kind LIKE '{}'"
        assert count(cursor, alone.format("%note%")) == 0
    seal(at=at)
    verdict = verify()
    assert verdict.intact and verdict.unsealed == 0, verdict.findings


def _the_queue_drains(site: Site) -> None:
    """What dead workers left is given back and done, without anybody asking."""
    with suppress(AlreadyEnqueued):
        give_back.defer(timestamp=0)
    last = ProcrastinateJob.objects.latest("id").pk
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        _as_if_minutes_passed(
            site, "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'"
        )
        working.run_worker(queues=["stalled"], wait=False)
        _as_if_minutes_passed(site, "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
        working.run_worker(wait=False)
    connection.close()
    left = ProcrastinateJob.objects.filter(pk__lte=last, status__in=("todo", "doing"))
    assert list(left.values_list("task_name", "status")) == []


def _as_if_minutes_passed(site: Site, statement: str) -> None:
    with site.server.connect(database="site") as superuser:
        superuser.execute(statement.encode())
