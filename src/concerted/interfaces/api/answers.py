"""Shapes answers: one reply with its headers, cursor pages; decides nothing."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Schema
from pydantic import ConfigDict, TypeAdapter

from concerted.errors import Invalid, Problem

M = TypeVar("M", bound=models.Model)
T = TypeVar("T")
C = TypeVar("C", int, str)

Cursor = Annotated[str | None, Field(pattern=r"^[A-Za-z0-9_\-=]*$", max_length=400)]
Limit = Annotated[int, Field(ge=1, le=200)]


class Paging(Schema):
    """Where to begin and how many; `cursor` is the `next` of the page before."""

    cursor: Cursor = None
    limit: Limit = 50


class In(Schema):
    """What is sent: a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class Page(Schema, Generic[T]):
    """A page of a list; `next` is the cursor of the page after it, or null at the end."""

    items: list[T]
    next: str | None


def of(path: str, default: Any = ...) -> Any:
    """A field read along a path of attributes, such as agency.key."""
    return Field(default, alias=path)


def versioned(
    schema: type[Schema], thing: Any, *, status: int = 200, location: str | None = None
) -> HttpResponse:
    """A reply about a thing that counts its edits, with its ETag."""
    return reply(schema, thing, status=status, etag=etag(thing.row_version), location=location)


def etag(row_version: int) -> str:
    """The ETag of a thing that counts its edits."""
    return f'"{row_version}"'


def reply(
    schema: Any,
    thing: object,
    *,
    status: int = 200,
    etag: str | None = None,
    location: str | None = None,
) -> HttpResponse:
    """A JSON answer of the schema, with its ETag and, when something was made, where it is."""
    shape: TypeAdapter[Any] = TypeAdapter(schema)
    content = shape.dump_python(shape.validate_python(thing, from_attributes=True), mode="json")
    answer = HttpResponse(
        json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False),
        status=status,
        content_type="application/json",
    )
    if etag is not None:
        answer["ETag"] = etag
    if location is not None:
        answer["Location"] = location
    return answer


def page_of(queryset: models.QuerySet[M], paging: Paging) -> dict[str, Any]:
    """One keyset page in the order of entry; {"items": [...], "next": cursor or None}."""
    after = read_cursor(paging.cursor, int)
    rows = queryset.order_by("pk")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return _page(list(rows[: paging.limit + 1]), paging, lambda row: row.pk)


def page_after(
    paging: Paging, fetch: Callable[[str, int], Sequence[T]], *, key: Callable[[T], str]
) -> dict[str, Any]:
    """One page of what `fetch` gives behind a text key, so many rows at most."""
    after = read_cursor(paging.cursor, str)
    return _page(fetch(after or "", paging.limit + 1), paging, key)


def slice_of(rows: Sequence[T], paging: Paging, *, key: Callable[[T], C], kind: type[C]) -> dict[str, Any]:
    """One page of rows that a read gives whole and in ascending order of the key."""
    after = read_cursor(paging.cursor, kind)
    return _page([row for row in rows if after is None or key(row) > after], paging, key)


def _page(rows: Sequence[T], paging: Paging, key: Callable[[T], object]) -> dict[str, Any]:
    items = rows[: paging.limit]
    return {"items": items, "next": write_cursor(key(items[-1])) if len(rows) > paging.limit else None}


def write_cursor(value: object) -> str:
    """The cursor of the page behind this value."""
    return base64.urlsafe_b64encode(json.dumps(value, cls=DjangoJSONEncoder).encode()).decode()


def read_cursor(cursor: str | None, kind: type[C]) -> C | None:
    """Where the page begins, or None at the start. Raises Invalid for what is no cursor of that kind."""
    if not cursor:
        return None
    try:
        value = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, RecursionError, binascii.Error) as error:
        raise _bad_cursor() from error
    if type(value) is not kind:
        raise _bad_cursor()
    if isinstance(value, str) and not value.isprintable():
        raise _bad_cursor()
    if isinstance(value, int) and not 0 <= value < 2**63:
        raise _bad_cursor()
    return value


def _bad_cursor() -> Invalid:
    return Invalid(
        _("This cursor leads nowhere."),
        problems=[
            Problem(_("not a cursor"), field="cursor", remedy=_("Begin without a cursor, then follow next."))
        ],
    )
