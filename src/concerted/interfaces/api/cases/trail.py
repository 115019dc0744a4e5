"""What happened on a case and who saw it, over the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.cases.reads import cases as reads
from concerted.mechanism.cases.reads import trail

from ..answers import Page, Paging, read_cursor, write_cursor
from ..call import Call, InPath, Router, answers, operation
from .common import on_case

router = Router(tags=["cases"])


class Happening(Schema):
    """One line of the timeline, with its words where they are open."""

    at: datetime
    agency: str
    officer: str | None
    thing: str
    act: str
    source: str
    target: str
    words: dict[str, Any]


@router.get("/cases/{pk}/timeline", response=answers(list[Happening]))
@operation(Permission.CASE_READ)
def read_timeline(request: Call, pk: InPath) -> Any:
    """What happened on the case as far as the caller's agency may know, newest first; the look is recorded."""
    return [
        {
            "at": line.at,
            "agency": line.agency.key,
            "officer": line.officer.username if line.officer else None,
            "thing": line.thing,
            "act": line.act,
            "source": line.source,
            "target": line.target,
            "words": dict(line.words),
        }
        for line in reads.timeline(**on_case(request, pk))
    ]


class Trace(Schema):
    """One act or look on record about a case: when, who, of which agency, which sections and why."""

    id: int
    at: datetime
    kind: str
    act: str
    officer: str | None
    agency: str | None
    sections: str
    why: str


@router.get("/cases/{pk}/trail", response=answers(Page[Trace]))
@operation(Permission.CASE_TRAIL_READ)
def read_trail(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """Who saw or changed the file, newest first; for a supervisor of its leads. Asking is recorded too."""
    rows = trail.who_saw(
        **on_case(request, pk), before=read_cursor(paging.cursor, int), limit=paging.limit + 1
    )
    items = rows[: paging.limit]
    return {
        "items": [
            {
                "id": trace.entry.pk,
                "at": trace.entry.at,
                "kind": trace.entry.kind,
                "act": trace.entry.act,
                "officer": trace.officer.username if trace.officer else None,
                "agency": trace.agency.key if trace.agency else None,
                "sections": trace.sections,
                "why": trace.why,
            }
            for trace in items
        ],
        "next": write_cursor(items[-1].entry.pk) if len(rows) > paging.limit else None,
    }
