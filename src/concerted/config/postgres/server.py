"""How a running server is reached and by whom; it starts none."""

from dataclasses import dataclass
from pathlib import Path

import psycopg

SUPERUSER = "postgres"
OWNER = "concerted_owner"
APP = "concerted_app"
PORT = 5432


@dataclass(frozen=True)
class Server:
    """A running embedded server: the folder of its socket and the password of each role."""

    data: Path
    socket: Path
    passwords: dict[str, str]

    def connect(self, *, user: str = SUPERUSER, database: str = "postgres") -> psycopg.Connection:
        """An open connection that commits every statement by itself."""
        return psycopg.connect(
            host=str(self.socket),
            port=PORT,
            user=user,
            password=self.passwords[user],
            dbname=database,
            autocommit=True,
        )
