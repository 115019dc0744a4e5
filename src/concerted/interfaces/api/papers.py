"""Papers of meetings: asked for, watched and fetched; a worker makes them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.interfaces.exchange.meeting_papers import asking
from concerted.interfaces.exchange.papers import Form, content_type
from concerted.mechanism.meetings.reads import papers as reads

from .answers import In, Page, Paging, of, reply, slice_of
from .call import Call, InPath, KeyInPath, Line, Router, answers, change, makes, operation
from .meetings import on_meeting

router = Router(tags=["papers"])


class Paper(Schema):
    """A paper of a meeting: how far it is, and the hash of its file once it is made."""

    id: int
    meeting: str = of("meeting.key")
    kind: str
    language: str
    form: str
    for_observers: bool
    state: str
    done: int
    of_all: int = of("of")
    fault: str
    sha256: str
    asked_at: datetime
    ready_at: datetime | None


class NewPaper(In):
    """A paper to be made. red_head: the issuing body as it stands in red, empty for plain paper."""

    kind: Literal["notice", "book", "minutes"]
    language: Literal["en", "zh-hans"]
    form: Literal["pdf", "docx"]
    for_observers: bool = False
    red_head: Line = ""
    document_no: Annotated[Line, Field(max_length=80)] = ""


def _paper(request: Call, pk: int) -> Any:
    return reads.paper_by_id(officer=request.officer, at=request.at, pk=pk)


@router.get("/meetings/{key}/papers", response=answers(Page[Paper]))
@operation(Permission.MEETING_READ)
def list_papers(request: Call, key: KeyInPath, paging: Query[Paging]) -> Any:
    """The papers of a meeting that the caller may see."""
    rows = reads.papers_of(**on_meeting(request, key))
    return slice_of(sorted(rows, key=lambda one: one.pk), paging, key=lambda one: one.pk, kind=int)


@router.post("/meetings/{key}/papers", response=makes(Paper))
@change(Permission.PAPER_MAKE)
def ask_paper(request: Call, key: KeyInPath, new: NewPaper) -> HttpResponse:
    """Ask for a paper; read it again until its state is ready."""
    made = asking.ask(
        **on_meeting(request, key),
        **new.dict(exclude={"red_head", "document_no"}),
        options={n: v for n in ("red_head", "document_no") if (v := getattr(new, n))},
    )
    return reply(Paper, made, status=201, location=f"/api/v1/papers/{made.pk}")


@router.get("/papers/{pk}", response=answers(Paper))
@operation(Permission.MEETING_READ)
def read_paper(request: Call, pk: InPath) -> Any:
    """How far a paper is."""
    return _paper(request, pk)


@router.get("/papers/{pk}/file", response=answers(None))
@operation(Permission.MEETING_READ)
def read_file(request: Call, pk: InPath) -> HttpResponse:
    """The finished file; taking it is on record."""
    found = _paper(request, pk)
    content = reads.paper_file(officer=request.officer, at=request.at, pk=pk)
    answer = HttpResponse(content, content_type=content_type(Form(found.form)))
    answer["Content-Disposition"] = f'attachment; filename="{found.meeting.key}-{found.kind}.{found.form}"'
    return answer
