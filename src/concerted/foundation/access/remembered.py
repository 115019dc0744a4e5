"""What every process of the site must remember alike for a while: used one-time codes, counted attempts.

Django's cache with its own process, or with pickled values, would let one code pass once per process, or let whoever
writes the table run code. Values here are JSON; a key is kept as its hash and names nobody.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

_UNTIL = "coalesce(clock_timestamp() + make_interval(secs => %s), 'infinity')"
_PUT = (
    f"INSERT INTO access_remembered (name, value, until) VALUES (%s, %s::jsonb, {_UNTIL})"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value, until = excluded.until"
)
_ADD = f"{_PUT} WHERE access_remembered.until <= clock_timestamp()"
_LET_GO = (
    "DELETE FROM access_remembered WHERE name IN (SELECT name FROM access_remembered"
    " WHERE until <= clock_timestamp() FOR UPDATE SKIP LOCKED)"
)
_LIVE = "name = %s AND until > clock_timestamp()"


class Remembered(BaseCache):
    """A Django cache in one table of the database, for values that JSON can hold."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Keep the value unless one is kept under the key; whether it was. Of two at once, one succeeds."""
        self._let_go()
        return bool(self._ask(_ADD, self._name(key, version), json.dumps(value), self._seconds(timeout))[0])

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value kept under the key, or the default."""
        found = self._ask(
            f"SELECT value::text FROM access_remembered WHERE {_LIVE}", self._name(key, version)
        )[1]
        return json.loads(found[0]) if found else default

    def set(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Keep the value under the key, whatever was kept before."""
        self._let_go()
        self._ask(_PUT, self._name(key, version), json.dumps(value), self._seconds(timeout))

    def touch(self, key: str, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep what is kept for so long from now; whether there was anything."""
        longer = f"UPDATE access_remembered SET until = {_UNTIL} WHERE {_LIVE}"
        return bool(self._ask(longer, self._seconds(timeout), self._name(key, version))[0])

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget the value; whether there was one."""
        gone = self._ask("DELETE FROM access_remembered WHERE name = %s", self._name(key, version))
        return bool(gone[0])

    def clear(self) -> None:
        """Forget everything."""
        self._ask("DELETE FROM access_remembered")

    def _let_go(self) -> None:
        self._ask(_LET_GO)

    def _name(self, key: str, version: int | None) -> str:
        return hashlib.sha256(self.make_and_validate_key(key, version=version).encode()).hexdigest()

    def _seconds(self, timeout: Any) -> float | None:
        """Seconds from now, or None for ever; what is over at once is a second ago."""
        given = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return None if given is None else float(given) or -1.0

    def _ask(self, statement: str, *values: Any) -> tuple[int, Any]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.rowcount, cursor.fetchone() if cursor.description else None
