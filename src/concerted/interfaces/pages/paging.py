"""Cuts a list that is worked out whole into pages by the row a page begins with; it orders and fetches nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .route import Request


class Slice(NamedTuple):
    """One page of rows; next and previous: the cursors of the pages beside it, None where there is none."""

    rows: Sequence[Any]
    next: str | None
    previous: str | None


def slice_asked(request: Request, rows: Sequence[Any], size: int) -> Slice:
    """The page asked for by ``?cursor=``; the first one when it asks for none that is there."""
    asked = request.GET.get("cursor", "")
    first = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 0
    first = first // size * size if first < len(rows) else 0
    following = first + size
    return Slice(
        rows[first:following],
        str(following) if following < len(rows) else None,
        str(first - size) if first else None,
    )
