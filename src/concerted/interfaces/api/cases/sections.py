"""What is written of a person in the sections of a case, each agency's words side by side; every look is recorded."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Schema

from concerted.errors import Invalid, Problem
from concerted.foundation.access.permissions import Permission
from concerted.mechanism.cases.acts import files as acts
from concerted.mechanism.cases.reads import cases as reads
from concerted.mechanism.cases.sections import BY_KEY

from ..answers import In, Page, Paging, etag, reply, slice_of
from ..call import (
    Call,
    InPath,
    Key,
    KeyInPath,
    Router,
    Text,
    answers,
    change,
    changes,
    edit,
    makes,
    operation,
    version_read,
)
from .common import Why, With, absent, case_of, in_order, on_case, who

router = Router(tags=["sections of cases"])

Values = Annotated[
    dict[Key, Text | Annotated[list[Key], Field(max_length=40)]],
    Field(max_length=40, description="field to value; declined, unknown and not_asked are values"),
]


class AgencyWords(Schema):
    """What one agency wrote, and when; values are null where they were erased."""

    agency: str
    officer: str
    at: datetime
    row_version: int
    is_own: bool
    values: dict[str, str | list[str]] | None


class CaseSection(Schema):
    """One section: every agency's words that are open to the caller, side by side."""

    key: str
    is_sealed: bool
    is_open: bool
    words: list[AgencyWords]


class Written(Schema):
    """That the caller's agency wrote in a section; what it wrote is read at its address."""

    key: str
    at: datetime
    row_version: int


def _words(words: reads.Words) -> dict[str, Any]:
    return {
        "agency": words.agency.key,
        "officer": words.officer.username,
        "at": words.at,
        "row_version": words.row_version,
        "is_own": words.is_own,
        "values": dict(words.values) if words.values is not None else None,
    }


@router.get("/cases/{pk}/sections/{key}", response=answers(CaseSection))
@operation(Permission.CASE_READ)
def read_section(request: Call, pk: InPath, key: KeyInPath, why: Why = "") -> HttpResponse:
    """Read a section; a sealed one needs a reason. The ETag is that of the caller's own words, "0" for none."""
    kind = BY_KEY.get(key)
    if kind is None or kind.model is None:
        raise absent()
    case = case_of(request, pk)
    if kind.is_sealed and not why:
        raise Invalid(
            _("A sealed section opens for a reason only."),
            problems=[Problem(_("Say why you need to read it."), field="why")],
        )
    view = reads.case_view(
        **who(request),
        case=case,
        sections=key if kind.is_sealed else "",
        why=why or "section read by a machine",
    )
    shown = next(one for one in view.sections if one.kind.key == key)
    own = next((words.row_version for words in shown.words if words.is_own), 0)
    told = {
        "key": key,
        "is_sealed": kind.is_sealed,
        "is_open": shown.is_open,
        "words": [_words(each) for each in shown.words],
    }
    return reply(CaseSection, told, etag=etag(own))


class NewWords(In):
    """What the caller's agency says; a field left out stays as it is."""

    values: Values


@router.patch("/cases/{pk}/sections/{key}", response=changes(Written))
@edit(Permission.CASE_EDIT)
def write_section(request: Call, pk: InPath, key: KeyInPath, new: NewWords) -> HttpResponse:
    """Write the caller's own words; another agency's stay beside them. If-Match is "0" where it wrote none."""
    version = version_read(request) or None
    row = acts.write_section(**on_case(request, pk), section=key, values=new.values, row_version=version)
    return reply(Written, With(row, key=key), etag=etag(row.row_version))


@router.get("/cases/{pk}/sections/{key}/history", response=answers(list[AgencyWords]))
@operation(Permission.CASE_READ)
def read_history(request: Call, pk: InPath, key: KeyInPath) -> Any:
    """Everything the caller's agency ever wrote in a section, newest first; recorded. Not for sealed ones."""
    if key in BY_KEY and BY_KEY[key].is_sealed:
        raise absent()
    found = reads.section_history(**on_case(request, pk), section=key)
    return [_words(each) for each in found]


class OwnNote(Schema):
    """An internal note of the caller's agency; nobody else ever sees it."""

    id: int
    at: datetime
    officer: str
    text: str


@router.get("/cases/{pk}/notes", response=answers(Page[OwnNote]))
@operation(Permission.CASE_READ)
def list_notes(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """The internal notes of the caller's agency on the case."""
    found = dict(reads.notes_of(**on_case(request, pk)))
    rows = in_order(list(found))
    page = slice_of(rows, paging, key=lambda row: row.pk, kind=int)
    page["items"] = [
        {"id": row.pk, "at": row.at, "officer": row.officer.username, "text": found[row]}
        for row in page["items"]
    ]
    return page


class NewCaseNote(In):
    """A note for the caller's own agency alone."""

    text: Text


class KeptNote(Schema):
    """That something was kept, and its number."""

    id: int
    at: datetime


@router.post("/cases/{pk}/notes", response=makes(KeptNote))
@change(Permission.CASE_EDIT)
def write_note(request: Call, pk: InPath, new: NewCaseNote) -> HttpResponse:
    """Keep an internal note."""
    return reply(KeptNote, acts.write_note(**on_case(request, pk), text=new.text), status=201)
