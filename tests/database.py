"""The tests' databases: a template per schema, a clone per worker; no test ever meets the real one."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from concerted.config import database, postgres, steps
from concerted.config.places import VAR

TEMPLATES_KEPT = 2
CLONE_NAME = re.compile(r"test_(\d+)_\w+")


def isolate() -> None:
    """Point this process and all it starts at the tests' own server, whatever the environment says."""
    for variable in ("CONCERTED_DATABASE_URL", "CONCERTED_OWNER_DATABASE_URL", "CONCERTED_DATABASE_ROLE"):
        os.environ.pop(variable, None)
    os.environ["CONCERTED_DATABASE_CLUSTER"] = own_cluster()
    os.environ["DJANGO_SETTINGS_MODULE"] = "concerted.config.settings"


def own_cluster() -> str:
    """The server of this test worker: a seal waits for every open transaction of its server, so none is shared."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    return f"{database.TEST_CLUSTER}-{worker}" if worker else database.TEST_CLUSTER


def template_lock() -> Path:
    """Held while the server's template is built or cloned."""
    return VAR / f"{own_cluster()}-template.lock"


def ensure_template(server: postgres.Server) -> str:
    """The name of a database with today's schema and reference data, made if no run has made it before."""
    name = f"template_{steps.reference_fingerprint()[:20]}"
    with postgres.file_lock(template_lock()), server.connect() as connection:
        if not postgres.database_exists(connection, name=name):
            _build_template(server, connection, name)
            _drop_old_templates(connection)
        connection.execute(f"COMMENT ON DATABASE {name} IS 'last used by process {os.getpid()}'".encode())
    return name


def make_clone(server: postgres.Server, *, template: str, name: str) -> None:
    """Make the database anew from the template, whatever stood there before."""
    with postgres.file_lock(template_lock()), server.connect() as connection:
        postgres.drop_database(connection, name=name)
        postgres.clone_database(connection, name=name, template=template)


def drop_clones_of_the_dead(server: postgres.Server) -> None:
    """Remove the databases of test runs that ended without tidying up."""
    with postgres.file_lock(template_lock()), server.connect() as connection:
        for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall():
            owner = CLONE_NAME.fullmatch(name)
            if owner and not psutil.pid_exists(int(owner[1])):
                postgres.drop_database(connection, name=name)


def _build_template(server: postgres.Server, connection: psycopg.Connection, name: str) -> None:
    unfinished = f"building_{name}"
    postgres.drop_database(connection, name=unfinished)
    with _environment(CONCERTED_DATABASE_NAME=unfinished):
        postgres.ensure_database(server, name=unfinished)
        steps.migrate()
        steps.load_reference()
    for change in ("RENAME TO {1}", "ALLOW_CONNECTIONS false"):
        old = unfinished if change.startswith("RENAME") else name
        connection.execute(
            sql.SQL(f"ALTER DATABASE {{0}} {change}").format(sql.Identifier(old), sql.Identifier(name))
        )


def _drop_old_templates(connection: psycopg.Connection) -> None:
    rows = connection.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%%' ORDER BY oid DESC OFFSET %s",
        (TEMPLATES_KEPT,),
    ).fetchall()
    for (name,) in rows:
        postgres.drop_database(connection, name=name)


@contextmanager
def _environment(**changes: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
