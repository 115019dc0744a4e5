"""Files of a case over the API: judged by content, sealed in the vault, sent out to be kept and never to be run."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from ninja import File, Form, Query, Schema
from ninja.files import UploadedFile

from concerted.foundation.access.permissions import Permission
from concerted.interfaces.exchange.stored_files import send_stored_file
from concerted.mechanism.cases.acts.documents import attach_file
from concerted.mechanism.cases.acts.files import withdraw_document
from concerted.mechanism.cases.reads import cases as reads
from concerted.mechanism.cases.reads.documents import document_file

from ..answers import In, Page, Paging, of, reply, slice_of
from ..call import Call, InPath, Router, Text, answers, change, changes, makes, operation
from .common import Section, Short, StepReason, Why, With, Word, in_order, on_case, row_of, who

router = Router(tags=["documents of cases"])


class Document(Schema):
    """A document without its title; it is seen with its section."""

    id: int = of("pk")
    section: str
    kind: str
    agency: str = of("agency.key")
    officer: str = of("officer.username")
    at: datetime
    has_file: bool
    withdrawn_at: datetime | None

    @staticmethod
    def resolve_has_file(thing: Any) -> bool:
        """Whether a file is kept for it."""
        return thing.file is not None


class TitledDocument(Document):
    """A document with its title; empty for one of a sealed section."""

    title: str


@router.get("/cases/{pk}/documents", response=answers(Page[TitledDocument]))
@operation(Permission.CASE_READ)
def list_documents(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """The documents of the sections open to the caller's agency; the look is recorded."""
    rows = [With(row, title=title) for row, title in reads.documents_of(**on_case(request, pk))]
    return slice_of(in_order(rows), paging, key=lambda row: row.pk, kind=int)


class NewDocument(In):
    """What the file is, and the section it is seen with."""

    section: Section
    kind: Word
    title: Short
    note: Text = ""


@router.post("/cases/{pk}/documents", response=makes(Document))
@change(Permission.CASE_EDIT)
def add_document(request: Call, pk: InPath, new: Form[NewDocument], file: File[UploadedFile]) -> HttpResponse:
    """Put a file into a section (multipart/form-data): judged by its bytes, whatever it is called, scanned, sealed."""
    made = attach_file(**on_case(request, pk), **new.dict(), content=file.read(), name=file.name or "")
    return reply(Document, made, status=201, location=f"/api/v1/cases/{pk}/documents")


@router.get("/cases/{pk}/documents/{part}/file", response=answers(None))
@operation(Permission.CASE_EXPORT)
def read_file(request: Call, pk: InPath, part: InPath, why: Why = "") -> Any:
    """The file; a key needs the scope cases:case:export by name. What was opened in an emergency is not taken away.

    A document of a sealed section needs a reason, as the section does.
    """
    return send_stored_file(document_file(**on_case(request, pk), document=part, why=why))


@router.post("/cases/{pk}/documents/{part}/withdrawal", response=changes(Document))
@change(Permission.CASE_EDIT)
def withdraw(request: Call, pk: InPath, part: InPath, new: StepReason) -> HttpResponse:
    """The document should not stand there; it is kept and not shown any more."""
    found = row_of(reads.documents_of(**on_case(request, pk)), part)
    done = withdraw_document(**who(request), document=found, reason=new.reason)
    return reply(Document, done)
