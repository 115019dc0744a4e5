"""Shapes answers: one reply with its headers, cursor pages; decides nothing."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Annotated, Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Schema

from concerted.errors import Invalid, Problem

M = TypeVar("M", bound=models.Model)

Cursor = Annotated[str | None, Field(pattern=r"^[A-Za-z0-9_\-=]*$", max_length=400)]
Limit = Annotated[int, Field(ge=1, le=200)]


class Paging(Schema):
    """Where to begin and how many; `cursor` is the `next` of the page before."""

    cursor: Cursor = None
    limit: Limit = 50


def reply(
    schema: type[Schema],
    thing: object,
    *,
    status: int = 200,
    etag: str | None = None,
    location: str | None = None,
) -> HttpResponse:
    """A JSON answer of the schema, with its ETag and, when something was made, where it is."""
    content = schema.from_orm(thing).model_dump(mode="json")
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


def page_of(queryset: models.QuerySet[M], paging: Paging, *, by: str = "pk") -> dict[str, Any]:
    """One keyset page in ascending order of a unique field; {"items": [...], "next": cursor or None}."""
    after = _read_cursor(paging.cursor)
    rows = queryset.order_by(by)
    if after is not None:
        rows = rows.filter(**{f"{by}__gt": after})
    found = list(rows[: paging.limit + 1])
    more = len(found) > paging.limit
    items = found[: paging.limit]
    return {"items": items, "next": _write_cursor(getattr(items[-1], by)) if more else None}


def _write_cursor(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, cls=DjangoJSONEncoder).encode()).decode()


def _read_cursor(cursor: str | None) -> Any:
    if not cursor:
        return None
    try:
        value = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, binascii.Error) as error:
        raise _bad_cursor() from error
    if not isinstance(value, int | str) or isinstance(value, bool) or "\x00" in str(value):
        raise _bad_cursor()
    return value


def _bad_cursor() -> Invalid:
    return Invalid(
        _("This cursor leads nowhere."),
        problems=[
            Problem(_("not a cursor"), field="cursor", remedy=_("Begin without a cursor, then follow next."))
        ],
    )
