"""The schema that the set-up makes in its own way is the one that Django's migrate makes, to the letter."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from tests import database

from concerted.config import postgres
from concerted.config.places import ROOT

pytestmark = pytest.mark.long

OURS = ("-m", "concerted.config.migrating")
DJANGOS = ("-m", "django", "migrate", "--no-input", "--skip-checks", "--verbosity", "0")
KEPT_ROWS = {
    "content types": "SELECT app_label, model FROM django_content_type",
    "permissions": "SELECT app_label, model, codename, name FROM auth_permission"
    " JOIN django_content_type ON django_content_type.id = content_type_id",
    "migrations": "SELECT app, name FROM django_migrations",
}
#: A word drawn anew for every dump, so that nothing in its rows can pass for a command.
DRAWN = re.compile(r"^\\(un)?restrict .*$", re.MULTILINE)


@pytest.fixture(scope="module")
def ours_and_djangos(database_server: postgres.Server) -> Iterator[tuple[str, str]]:
    """Two databases that were empty: one migrated as the set-up does, one by Django's own command."""
    names = (f"test_{os.getpid()}_ours", f"test_{os.getpid()}_djangos")
    try:
        for name, arguments in zip(names, (OURS, DJANGOS), strict=True):
            postgres.ensure_database(database_server, name=name)
            migrate(name, *arguments)
        yield names
    finally:
        with database_server.connect() as connection:
            for name in names:
                postgres.drop_database(connection, name=name)


def migrate(name: str, *arguments: str) -> None:
    """In a process of its own, as the owner of the tables, on the tests' own server."""
    chosen = {
        "CONCERTED_DATABASE_CLUSTER": database.own_cluster(),
        "CONCERTED_DATABASE_NAME": name,
        "CONCERTED_DATABASE_ROLE": "owner",
    }
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env={**os.environ, **chosen}, check=True)


def schema_of(server: postgres.Server, name: str) -> str:
    """Every table, column, constraint, index, trigger, function, policy and grant, in PostgreSQL's own words."""
    command = [str(postgres.program("pg_dump")), "--schema-only", "--dbname", name]
    reached = {
        "PGHOST": str(server.socket),
        "PGPORT": str(postgres.PORT),
        "PGUSER": postgres.SUPERUSER,
        "PGPASSWORD": server.passwords[postgres.SUPERUSER],
    }
    dumped = subprocess.run(
        command, env={**os.environ, **reached}, check=True, stdout=subprocess.PIPE, text=True
    )
    return DRAWN.sub("", dumped.stdout)


def rows_of(server: postgres.Server, name: str, query: str) -> list[tuple[str, ...]]:
    with server.connect(database=name) as connection:
        return sorted(connection.execute(query.encode()).fetchall())


def test_tables_triggers_and_fences_are_those_of_djangos_own_migrate(
    database_server: postgres.Server, ours_and_djangos: tuple[str, str]
) -> None:
    ours, djangos = (schema_of(database_server, name).splitlines() for name in ours_and_djangos)
    assert sum(line.startswith("CREATE TABLE") for line in djangos) > 150
    assert sum(line.startswith("CREATE POLICY") for line in djangos) > 50
    assert ours == djangos


@pytest.mark.parametrize("kind", KEPT_ROWS)
def test_the_rows_django_keeps_about_models_are_those_of_its_own_migrate(
    database_server: postgres.Server, ours_and_djangos: tuple[str, str], kind: str
) -> None:
    ours, djangos = (rows_of(database_server, name, KEPT_ROWS[kind]) for name in ours_and_djangos)
    assert len(djangos) > 100
    assert ours == djangos
