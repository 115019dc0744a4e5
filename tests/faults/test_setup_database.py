"""The database brought along survives what happens to machines, and trusts nobody with more than rows."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from concerted.config import database, postgres, statements
from concerted.config.postgres.account import Account
from concerted.config.postgres.cluster import LONGEST_SOCKET_FOLDER, _socket_folder
from concerted.errors import Unready

CLUSTER = "fault-postgres"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, database_server: postgres.Server) -> Iterator[str]:
    """A server of this module's own, which may be killed."""
    name = f"{CLUSTER}-{os.getpid()}"
    yield name
    postgres.remove(cluster=name)


def server_process(server: postgres.Server) -> psutil.Process:
    return psutil.Process(int((server.data / "postmaster.pid").read_text().split()[0]))


def kept_rows(server: postgres.Server) -> int:
    with server.connect(user=postgres.APP, database="kept") as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
        assert row
        return int(row[0])


@pytest.fixture
def server_with_a_row(cluster: str) -> postgres.Server:
    server = postgres.ensure_running(cluster=cluster, durable=True)
    if postgres.ensure_database(server, name="kept"):
        with server.connect(user=postgres.OWNER, database="kept") as owner:
            owner.execute("CREATE TABLE kept (id int)")
        with server.connect(user=postgres.APP, database="kept") as app:
            app.execute("INSERT INTO kept VALUES (1)")
    return server


def test_a_killed_server_starts_again_with_what_was_committed(
    cluster: str, server_with_a_row: postgres.Server
) -> None:
    killed = server_process(server_with_a_row)
    killed.send_signal(signal.SIGKILL)
    killed.wait(20)
    again = postgres.ensure_running(cluster=cluster, durable=True)
    assert server_process(again).pid != killed.pid
    assert kept_rows(again) == 1


def test_a_server_killed_in_the_middle_of_a_query_starts_again(
    cluster: str, server_with_a_row: postgres.Server
) -> None:
    working = server_with_a_row.connect(user=postgres.APP, database="kept")
    working.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 100000000000)")
    killed = server_process(server_with_a_row)
    killed.send_signal(signal.SIGKILL)
    killed.wait(20)
    assert kept_rows(postgres.ensure_running(cluster=cluster, durable=True)) == 1


def test_a_mark_that_names_another_living_process_does_not_stop_the_start(
    cluster: str, server_with_a_row: postgres.Server
) -> None:
    mark = server_with_a_row.data / "postmaster.pid"
    lines = mark.read_text().splitlines()
    killed = server_process(server_with_a_row)
    killed.send_signal(signal.SIGKILL)
    killed.wait(20)
    mark.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert kept_rows(postgres.ensure_running(cluster=cluster, durable=True)) == 1


def test_the_server_that_keeps_the_work_waits_for_the_disk(server_with_a_row: postgres.Server) -> None:
    with server_with_a_row.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {setting}".encode()).fetchone() == ("on",)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "DROP TABLE kept",
        "TRUNCATE kept",
        "CREATE SCHEMA mine",
        "SET ROLE postgres",
        "SET ROLE concerted_owner",
        "ALTER TABLE kept DISABLE ROW LEVEL SECURITY",
        "CREATE ROLE mine",
    ],
)
def test_the_application_may_not(server_with_a_row: postgres.Server, statement: str) -> None:
    with (
        server_with_a_row.connect(user=postgres.APP, database="kept") as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute(statement.encode())


def test_neither_role_can_pass_row_level_security_by_attribute(server_with_a_row: postgres.Server) -> None:
    with server_with_a_row.connect() as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
            " WHERE rolname LIKE 'concerted%'"
        ).fetchall()
    assert sorted(rows) == [(name, False, False, False, False) for name in (postgres.APP, postgres.OWNER)]


def test_secrets_are_readable_by_their_owner_alone(cluster: str, server_with_a_row: postgres.Server) -> None:
    from concerted.config.places import SECRETS

    modes = {
        path.name: path.stat().st_mode & 0o777
        for path in [SECRETS / f"{cluster}.json", server_with_a_row.data]
    }
    assert modes == {f"{cluster}.json": 0o600, "data": 0o700}


def test_a_socket_path_too_long_for_the_system_gets_a_short_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = Account(uid=os.geteuid(), gid=os.getegid(), other=False)
    folder = _socket_folder("far", tmp_path / ("deep" * 30), account)
    assert len(str(folder)) <= LONGEST_SOCKET_FOLDER and folder.is_dir()
    folder.rmdir()


def test_migrations_on_a_server_of_ones_own_need_the_owner_and_say_how(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CONCERTED_DATABASE_URL", "postgresql://reader@example.invalid/nation")
    monkeypatch.setenv("CONCERTED_DATABASE_ROLE", "owner")
    with pytest.raises(Unready) as told:
        database.default_alias()
    assert told.value.where == "CONCERTED_OWNER_DATABASE_URL"
    assert "GRANT CONNECT, TEMPORARY ON DATABASE nation TO reader" in str(told.value.remedy)


def test_an_address_on_a_server_of_ones_own_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONCERTED_DATABASE_CLUSTER")
    monkeypatch.setenv(
        "CONCERTED_DATABASE_URL", "postgresql://app:p%40ss@127.0.0.1:6432/nation?sslmode=require"
    )
    alias = database.default_alias()
    assert (alias["NAME"], alias["USER"], alias["PASSWORD"], alias["PORT"]) == (
        "nation",
        "app",
        "p@ss",
        "6432",
    )
    assert alias["OPTIONS"] == statements.options() | {
        "sslmode": "require",
        "pool": {**database.POOL, "connection_class": statements.Connection},
    }
