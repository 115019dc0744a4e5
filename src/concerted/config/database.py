"""Which database Concerted works on and as which role; the tables inside are the migrations' affair."""

import os
from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from concerted.config import postgres
from concerted.errors import Unready

DATABASE = "concerted"
TEST_CLUSTER = "test-postgres"
"""How the names of the tests' own servers begin; each test worker has one to itself."""

ROLES = {"app": postgres.APP, "owner": postgres.OWNER}
POOL = {"min_size": 1, "max_size": 10, "timeout": 10.0}


def default_alias() -> dict[str, Any]:
    """Django's DATABASES["default"]; starts the embedded server where no other one is named.

    Environment: CONCERTED_DATABASE_URL and CONCERTED_OWNER_DATABASE_URL name a server of your own;
    CONCERTED_DATABASE_ROLE is `app` (the default) or `owner` (migrations only);
    CONCERTED_DATABASE_CLUSTER=test-postgres and CONCERTED_DATABASE_NAME choose the tests' database.
    Raises Unready when the chosen database cannot be had.
    """
    role = os.environ.get("CONCERTED_DATABASE_ROLE", "app")
    if role not in ROLES:
        raise Unready(
            f"There is no database role {role!r}.",
            where="CONCERTED_DATABASE_ROLE",
            remedy="Use app, or owner for migrations.",
        )
    place = _named_server(role) if os.environ.get("CONCERTED_DATABASE_URL") else _embedded_server(role)
    options: dict[str, Any] = place.pop("OPTIONS", {})
    if role == "app":
        from concerted.config import statements

        options |= statements.options()
        if not is_test_cluster():
            options["pool"] = {**POOL, "connection_class": statements.Connection}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
        **place,
    }


def work_as_owner() -> None:
    """Let Django, not yet set up, work as the owner of the tables: for commands that look after all of them."""
    os.environ["CONCERTED_DATABASE_ROLE"] = "owner"


def is_test_cluster() -> bool:
    """Whether this process works on the tests' own server, whose data may be lost at any time."""
    return os.environ.get("CONCERTED_DATABASE_CLUSTER", "").startswith(TEST_CLUSTER)


def is_embedded() -> bool:
    """Whether the database is the one Concerted brings along."""
    return not os.environ.get("CONCERTED_DATABASE_URL")


def embedded_server() -> postgres.Server:
    """The running embedded server of this process's cluster."""
    cluster = os.environ["CONCERTED_DATABASE_CLUSTER"] if is_test_cluster() else "postgres"
    return postgres.ensure_running(cluster=cluster, durable=not is_test_cluster())


def owner_address() -> str:
    """The owner role's address on a named server; raises Unready, with the grants needed."""
    address = os.environ.get("CONCERTED_OWNER_DATABASE_URL", "")
    if not address:
        _named_server("owner")
    return address


def _embedded_server(role: str) -> dict[str, Any]:
    server = embedded_server()
    name = os.environ.get("CONCERTED_DATABASE_NAME", DATABASE)
    postgres.ensure_database(server, name=name)
    user = ROLES[role]
    return {
        "NAME": name,
        "USER": user,
        "PASSWORD": server.passwords[user],
        "HOST": str(server.socket),
        "PORT": str(postgres.PORT),
    }


def _named_server(role: str) -> dict[str, Any]:
    variable = "CONCERTED_OWNER_DATABASE_URL" if role == "owner" else "CONCERTED_DATABASE_URL"
    url = os.environ.get(variable)
    if not url:
        raise Unready("Migrations run as the owner of the tables.", where=variable, remedy=_grants_needed())
    try:
        facts = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise Unready(
            "This is no database address.",
            where=variable,
            remedy=f"Use postgresql://user:password@host/name. ({error})",
        ) from error
    return {
        "NAME": str(facts.pop("dbname", DATABASE)),
        "USER": str(facts.pop("user", ROLES[role])),
        "PASSWORD": str(facts.pop("password", "")),
        "HOST": str(facts.pop("host", "")),
        "PORT": str(facts.pop("port", "")),
        "OPTIONS": facts,
    }


def _grants_needed() -> str:
    """What an administrator types once on a server of their own."""
    names = conninfo_to_dict(os.environ["CONCERTED_DATABASE_URL"])
    app, database = str(names.get("user", postgres.APP)), str(names.get("dbname", DATABASE))
    statements = [
        f"CREATE ROLE {postgres.OWNER} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '...'",
        f"CREATE ROLE {app} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '...'",
        f"CREATE DATABASE {database} OWNER {postgres.OWNER} TEMPLATE template0 ENCODING 'UTF8'",
        *postgres.application_grants(database=database, app=app),
    ]
    typed = ";\n  ".join(statements)
    return (
        "Set this variable to the address of the role that owns the tables; the application's own must own "
        f"nothing. On a new server an administrator runs (the last four inside {database}):\n  {typed};"
    )
