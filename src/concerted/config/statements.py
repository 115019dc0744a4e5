"""How statements reach PostgreSQL: values apart from the text, planned once where they come often; knows no table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db.backends.postgresql.base import CursorMixin
from environs import Env

#: The protocol counts the values of one statement in sixteen bits.
MOST_VALUES = 65_535
#: After so many times on one connection a statement is kept planned; 0 is never, for a pooler between that mixes
#: connections by transaction and keeps none.
PREPARED_AFTER = Env().int("CONCERTED_PREPARED_AFTER", 4)
#: So many statements one connection keeps planned: a page is some twenty, and pages come mixed.
PREPARED_AT_MOST = 400


class Connection(psycopg.Connection[Any]):
    """A connection that keeps as many planned statements as the site has in use."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.prepared_max = PREPARED_AT_MOST


class Cursor(CursorMixin, psycopg.Cursor[Any]):
    """Sends values apart from the text; where they are more than the protocol takes, writes them into the text."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Cursor:
        """Run one statement. Raises what psycopg raises."""
        if isinstance(params, Sequence) and len(params) > MOST_VALUES:
            query, params = psycopg.ClientCursor(self.connection).mogrify(query, params), None
        super().execute(query, params, **options)
        return self


def options() -> dict[str, Any]:
    """What Django's OPTIONS of a database need for it."""
    return {
        "server_side_binding": True,
        "prepare_threshold": PREPARED_AFTER or None,
        "cursor_factory": Cursor,
    }
