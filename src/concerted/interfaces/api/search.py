"""Search over plans, measures, objectives, agencies and places, in either language; finds nothing that is fenced."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.plan.reads import search as reads

from .call import Call, Router, answers, operation

router = Router(tags=["search"])


class Hit(Schema):
    """One thing found; `key` is a key or code, `id` what its address asks for."""

    id: int
    key: str
    en: str
    zh: str


class Group(Schema):
    """The hits of one kind, best first; `more`: there are further ones."""

    kind: str
    hits: list[Hit]
    more: bool


class Words(Schema):
    """What to look for."""

    q: Annotated[str, Field(pattern=r"^[^\x00]*$", min_length=reads.SHORTEST, max_length=reads.LONGEST)]


@router.get("/search", response=answers(list[Group]))
@operation(Permission.PLAN_READ)
def search(request: Call, wanted: Query[Words]) -> Any:
    """The hits by kind."""
    return [
        {"kind": group.kind, "hits": [_hit(row) for row in group.rows], "more": group.more}
        for group in reads.search(wanted.q)
    ]


def _hit(row: Any) -> dict[str, Any]:
    names = [(f"{stem}_en", f"{stem}_zh") for stem in ("title", "name", "text") if hasattr(row, f"{stem}_en")]
    english, chinese = names[0]
    return {
        "id": row.pk,
        "key": getattr(row, "key", None) or getattr(row, "code", ""),
        "en": getattr(row, english),
        "zh": getattr(row, chinese),
    }
