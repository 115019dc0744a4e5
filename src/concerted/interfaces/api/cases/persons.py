"""Person records over the API: what is said of a person, by whom and how sure; identity is read for a reason only."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Query, Schema
from ninja.files import UploadedFile

from concerted.errors import NotThere
from concerted.foundation.access.permissions import Permission
from concerted.foundation.people import acts, reads
from concerted.foundation.people.values import Photograph, as_plain
from concerted.interfaces.exchange.stored_files import send_stored_file
from concerted.mechanism.cases import choices
from concerted.mechanism.cases.acts import files as file_acts
from concerted.mechanism.cases.reads import cases as case_reads
from concerted.mechanism.cases.reads.machines import person_for_machine

from ..answers import In, Page, Paging, of, read_cursor, reply, slice_of, write_cursor
from ..call import Call, Day, Id, InPath, Router, Text, answers, change, changes, given, makes, operation
from .common import OneOf, Short, StepReason, Why, With, case_of, in_order, on_case, one_of, who
from .statements import Confidence, NewStatement, Statements, statement_of

router = Router(tags=["persons"])


class Person(Schema):
    """One agency's record of one person; who it is stands in its identity."""

    id: int = of("pk")
    kind: str
    agency: str = of("agency.key")
    created_at: datetime
    row_version: int
    erased_at: datetime | None


def person_of(request: Call, pk: int) -> Any:
    """A record the officer may know of, by more than an emergency access. Raises NotThere."""
    return person_for_machine(**who(request), pk=pk)


class OwnRecord(Person):
    """A record of the caller's agency: how many holds stand on it, and whether erasing it was asked for."""

    holds: int
    is_to_be_erased: bool


class WantedPersons(Paging):
    """Which records; held_only: those on which a hold stands."""

    held_only: bool = False


@router.get("/persons", response=answers(Page[OwnRecord]))
@operation(Permission.PERSON_READ)
def list_persons(request: Call, wanted: Query[WantedPersons]) -> Any:
    """The caller's own agency's records, without identity, newest first."""
    cursor = read_cursor(wanted.cursor, str) or ""
    found = reads.own_persons(**who(request), held_only=wanted.held_only, cursor=cursor, size=wanted.limit)
    rows = [With(one.person, holds=one.holds, is_to_be_erased=one.is_to_be_erased) for one in found.rows]
    return {"items": rows, "next": write_cursor(found.next) if found.next else None}


@router.get("/persons/{pk}", response=answers(Person))
@operation(Permission.PERSON_READ)
def read_person(request: Call, pk: InPath) -> Any:
    """One record, without identity."""
    return person_of(request, pk)


class NewPerson(In):
    """A record of the caller's agency; nothing is compulsory."""

    kind: Annotated[str, OneOf(choices.PERSON_KINDS)] = "person"
    statements: Statements = []


@router.post("/persons", response=makes(Person))
@change(Permission.PERSON_WRITE)
def record_person(request: Call, new: NewPerson) -> HttpResponse:
    """Write a person down with what is said so far; ask /person-duplicates first."""
    made = acts.record_person(
        **who(request), kind=new.kind, statements=[statement_of(one) for one in new.statements]
    )
    return reply(Person, made, status=201, location=f"/api/v1/persons/{made.pk}")


class Stated(Schema):
    """One value with its provenance; `chosen` when the caller's agency goes by it."""

    id: int
    what: str
    value: dict[str, Any]
    agency: str
    source_agency: str
    stated_on: date
    confidence: str
    recorded_at: datetime
    chosen: bool


class Identity(Schema):
    """Everything said of a person, in the order it was written down; empty when it was erased."""

    person: int
    stated: list[Stated]


@router.get("/persons/{pk}/identity", response=answers(Identity))
@operation(Permission.PERSON_READ)
def read_identity(request: Call, pk: InPath, why: Why) -> Any:
    """Who the person is; the look is recorded with its reason."""
    found = reads.identity_of(**who(request), person=person_of(request, pk), why=why)
    return {"person": pk, "stated": [_stated(one) for one in found.stated]}


def _stated(one: reads.Stated) -> dict[str, Any]:
    row = one.attribute
    return {
        "id": row.pk,
        "what": row.what,
        "value": as_plain(one.value),
        "agency": row.agency.key,
        "source_agency": row.source_agency.key,
        "stated_on": row.stated_on,
        "confidence": row.confidence,
        "recorded_at": row.recorded_at,
        "chosen": one.chosen,
    }


class Duplicate(Schema):
    """A record of the caller's agency that agrees in these forms; strong: a paper's number, or name and birth."""

    person: int = of("person.pk")
    agrees_in: list[str]
    is_strong: bool

    @staticmethod
    def resolve_agrees_in(thing: Any) -> list[str]:
        """In order of the alphabet."""
        return sorted(thing.agrees_in)


class Duplicates(Schema):
    """At most 20 records, strongest first."""

    found: list[Duplicate]


class Asked(In):
    """What is known of the person."""

    statements: Annotated[Statements, Field(min_length=1)]
    but: Id | None = None


@router.post("/person-duplicates", response=changes(Duplicates))
@change(Permission.PERSON_WRITE)
def find_duplicates(request: Call, new: Asked) -> HttpResponse:
    """Which records of the caller's agency may be the same person; keyed hashes are compared, nothing is opened."""
    found = reads.possible_duplicates(
        **who(request), values=[one.value() for one in new.statements], but=new.but
    )
    return reply(Duplicates, {"found": found})


class KeptStatement(Schema):
    """That a value stands on the record; it is read with the identity."""

    id: int = of("pk")
    person: int = of("person_id")
    what: str
    recorded_at: datetime
    withdrawn_at: datetime | None


class OneMore(In):
    """Another value beside those there are."""

    statement: NewStatement


@router.post("/persons/{pk}/statements", response=makes(KeptStatement))
@change(Permission.PERSON_WRITE)
def add_statement(request: Call, pk: InPath, new: OneMore) -> HttpResponse:
    """Put another value beside those there are; none is ever written over."""
    made = acts.add_statement(
        **who(request), person=person_of(request, pk), statement=statement_of(new.statement)
    )
    return reply(KeptStatement, made, status=201, location=f"/api/v1/persons/{pk}/identity")


def _attribute(request: Call, pk: int, part: int) -> tuple[Any, Any]:
    person = person_of(request, pk)
    found = reads.identity_of(**who(request), person=person, why="a value named by a machine")
    return person, one_of((one.attribute for one in found.stated), part)


@router.post("/persons/{pk}/statements/{part}/withdrawal", response=changes(KeptStatement))
@change(Permission.PERSON_WRITE)
def withdraw_statement(request: Call, pk: InPath, part: InPath) -> HttpResponse:
    """Take back a value that the caller's agency wrote; it stays on record as withdrawn."""
    _person, attribute = _attribute(request, pk, part)
    return reply(KeptStatement, acts.withdraw_statement(**who(request), attribute=attribute))


class Choosing(In):
    """Why the agency goes by this value."""

    reason: Text


@router.post("/persons/{pk}/statements/{part}/choice", response=changes(KeptStatement))
@change(Permission.PERSON_WRITE)
def choose_statement(request: Call, pk: InPath, part: InPath, new: Choosing) -> HttpResponse:
    """Decide that the caller's agency goes by this value; the others stay beside it."""
    person, attribute = _attribute(request, pk, part)
    acts.choose_statement(**who(request), person=person, attribute=attribute, reason=new.reason)
    return reply(KeptStatement, attribute)


class NewPhotograph(In):
    """What the picture shows and when it was taken."""

    caption: Short = ""
    taken_on: Day | None = None
    stated_on: Day | None = None
    confidence: Confidence = "not_stated"


@router.post("/persons/{pk}/photographs", response=makes(KeptStatement))
@change(Permission.PERSON_WRITE)
def add_photograph(
    request: Call, pk: InPath, new: Form[NewPhotograph], file: File[UploadedFile]
) -> HttpResponse:
    """Keep a picture of the person (multipart/form-data), for whoever may see identity."""
    made = acts.add_photograph(
        **who(request), person=person_of(request, pk), content=file.read(), **new.dict()
    )
    return reply(KeptStatement, made, status=201, location=f"/api/v1/persons/{pk}/identity")


@router.get("/persons/{pk}/photographs/{part}", response=answers(None))
@operation(Permission.PERSON_READ)
def read_photograph(request: Call, pk: InPath, part: InPath, why: Why) -> Any:
    """A picture of the person, by the number of its value in the identity; the look is recorded with its reason."""
    person = person_of(request, pk)
    found = reads.identity_of(**who(request), person=person, why=why)
    stated = {one.attribute.pk: one.value for one in found.stated}
    value = stated.get(part)
    if not isinstance(value, Photograph):
        raise NotThere(_("There is no such file."))
    opened = reads.photograph_of(**who(request), person=person, file_id=value.file_id, why=why)
    return send_stored_file(opened)


class PersonOnCase(Schema):
    """Which person record stands in which role on a case."""

    id: int = of("pk")
    person: int = of("person_id")
    role: str
    agency: str = of("agency.key")
    at: datetime
    ended_at: datetime | None


@router.get("/cases/{pk}/persons", response=answers(Page[PersonOnCase]))
@operation(Permission.CASE_READ)
def list_links(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """Who stands on the case, without identity, as far as the section of identity is open; recorded."""
    view = case_reads.case_view(**on_case(request, pk), why="persons on the case")
    return slice_of(in_order(view.people), paging, key=lambda row: row.pk, kind=int)


class NewLink(In):
    """A record of the caller's own agency, and its role."""

    person: Id
    role: Annotated[str, OneOf(choices.ROLES)]


@router.post("/cases/{pk}/persons", response=makes(PersonOnCase))
@change(Permission.CASE_EDIT)
def link(request: Call, pk: InPath, new: NewLink) -> HttpResponse:
    """Say which record stands in which role on the case; consents a suspect gave as guardian end with what was given
    on them."""
    made = file_acts.link_person(**on_case(request, pk), person=person_of(request, new.person), role=new.role)
    return reply(PersonOnCase, made, status=201, location=f"/api/v1/cases/{pk}/persons")


@router.post("/cases/{pk}/persons/{part}/end", response=changes(PersonOnCase))
@change(Permission.CASE_EDIT)
def unlink(request: Call, pk: InPath, part: InPath, new: StepReason) -> HttpResponse:
    """The person does not stand in this role, or not any more; the link and the reason stay in the history."""
    view = case_reads.case_view(**who(request), case=case_of(request, pk), why="a person named by a machine")
    link = one_of(view.people, part)
    return reply(PersonOnCase, file_acts.unlink_person(**who(request), link=link, reason=new.reason))


class Spine(Schema):
    """A case on which the person stands."""

    id: int = of("pk")
    number: str
    stage: str


@router.get("/persons/{pk}/cases", response=answers(list[Spine]))
@operation(Permission.CASE_READ)
def list_cases(request: Call, pk: InPath) -> Any:
    """The cases open to the caller's agency on which this record stands."""
    return case_reads.cases_of_person(**who(request), person=person_of(request, pk).pk)


__all__ = ["With", "given", "person_of", "router"]
