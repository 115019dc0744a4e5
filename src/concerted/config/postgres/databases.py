"""The databases and roles inside a running server: made, cloned, dropped, opened; it knows nothing of their tables."""

import psycopg
from psycopg import sql

from concerted.config.places import VAR

from .locks import file_lock
from .server import APP, OWNER, Server


def ensure_database(server: Server, *, name: str) -> bool:
    """Make the database, owned by the owner role, open to the application's; returns whether it was missing.

    The application may read and write the rows of every table the owner makes, and create nothing.
    """
    with server.connect() as connection:
        if database_exists(connection, name=name):
            return False
        with file_lock(VAR / "database.lock"):
            if database_exists(connection, name=name):
                return False
            unfinished = f"{name}_unfinished"
            drop_database(connection, name=unfinished)
            clone_database(connection, name=unfinished, template="template0")
            with server.connect(database=unfinished) as inside:
                for statement in application_grants(database=unfinished):
                    inside.execute(statement.encode())
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(unfinished), sql.Identifier(name)
                )
            )
    return True


def database_exists(connection: psycopg.Connection, *, name: str) -> bool:
    """Whether the server has a database of that name."""
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None


def clone_database(connection: psycopg.Connection, *, name: str, template: str) -> None:
    """Make a database of the owner's from another one that nobody is connected to; needs a superuser."""
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
        )
    )


def drop_database(connection: psycopg.Connection, *, name: str) -> None:
    """Remove the database if it is there, ending whatever is connected to it; needs a superuser."""
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def application_grants(*, database: str, owner: str = OWNER, app: str = APP) -> list[str]:
    """What an administrator runs to open an empty database of the owner to the application role."""
    return [
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {app}",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {app}",
    ]


def ensure_roles(server: Server) -> None:
    """Make the owner's and the application's role where they are missing; neither passes row-level security."""
    with server.connect() as connection:
        for role in (OWNER, APP):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            connection.execute(
                sql.SQL(
                    "ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
                    " PASSWORD {}"
                ).format(sql.Identifier(role), sql.Literal(server.passwords[role]))
            )
