"""Tests work as the application does: rows only, and a test that commits leaves nothing to the next."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import psycopg
import pytest
from django.db import ProgrammingError, connection


def current_user() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
def test_tests_act_as_the_application() -> None:
    assert current_user() == "concerted_app"


@pytest.mark.django_db
def test_the_application_owns_no_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), bool_or(tableowner = current_user) FROM pg_tables WHERE schemaname = 'public'"
        )
        tables, owned = cursor.fetchone()
    assert tables > 10 and not owned


@pytest.mark.django_db
def test_the_application_cannot_change_the_schema() -> None:
    with connection.cursor() as cursor, pytest.raises(ProgrammingError):
        cursor.execute("CREATE TABLE mine (id int)")


def sessions(owner: psycopg.Connection) -> int:
    row = owner.execute("SELECT count(*) FROM django_session").fetchone()
    assert row
    return int(row[0])


@pytest.mark.parametrize("round_", [1, 2])
def test_what_one_test_commits_the_next_does_not_find(
    transactional_db: None, owner_connection: psycopg.Connection, round_: int
) -> None:
    assert sessions(owner_connection) == 0
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_session VALUES (%s, '', now())", [f"round {round_}"])
    assert sessions(owner_connection) == 1


def test_a_test_may_work_as_the_owner_for_a_while(
    as_owner: Callable[[], AbstractContextManager[None]],
) -> None:
    with as_owner():
        assert current_user() == "concerted_owner"
    assert current_user() == "concerted_app"
