"""The embedded PostgreSQL: its server, and the databases and roles in it; it knows nothing of their tables."""

from .cluster import ensure_running, remove, stop
from .databases import application_grants, clone_database, database_exists, drop_database, ensure_database
from .locks import file_lock
from .programs import program
from .server import APP, OWNER, PORT, SUPERUSER, Server

__all__ = [
    "APP",
    "OWNER",
    "PORT",
    "SUPERUSER",
    "Server",
    "application_grants",
    "clone_database",
    "database_exists",
    "drop_database",
    "ensure_database",
    "ensure_running",
    "file_lock",
    "program",
    "remove",
    "stop",
]
