"""Cases in and out as files over the API: HTCDS 2.0, case lists, sealed packages; no sealed section leaves."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Field, File, Form, Query, Schema
from ninja.files import UploadedFile

from concerted.foundation.access.permissions import Permission
from concerted.interfaces.exchange import case_sheet, htcds
from concerted.interfaces.exchange.case_store import export_htcds, left_behind_by
from concerted.interfaces.exchange.held_lists import place_of_cases
from concerted.interfaces.exchange.outside import make_package
from concerted.interfaces.exchange.tables import Format, content_type
from concerted.mechanism.cases import codes
from concerted.mechanism.cases.acts.batches import forget_agency_mapping, keep_agency_mapping
from concerted.mechanism.cases.acts.imports import import_cases, try_import
from concerted.mechanism.cases.incoming import IncomingCase
from concerted.mechanism.cases.reads.batches import agency_mappings

from ..answers import In, of, reply
from ..call import Call, Id, InPath, Line, PlaceCode, Router, Text, answers, change, changes, makes, operation
from .common import OneOf, Short, Why, With, attachment, who
from .referrals import referral_of

router = Router(tags=["cases in and out"])


class Left(Schema):
    """A cell that has no place of its own: kept word for word beside the case, or not read at all."""

    row: int
    column: str
    field: str
    value: str
    why: str
    is_kept: bool


class Imported(Schema):
    """What an import did, or with dry_run would do: the number of each case by its row, and what was left."""

    dry_run: bool
    cases: dict[str, str]
    persons: int
    sections: int
    notes: int
    may_be_known: list[int]
    left: list[Left]
    cautions: list[str]
    ignored_columns: list[str]


class Trial(In):
    """dry_run: say only what would be done. place_code: where cases stand that the file does not place (GB/T 2260);
    the place of the caller's agency unless another is named."""

    dry_run: bool = False
    place_code: PlaceCode | None = None


def _import(request: Call, cases: Sequence[IncomingCase], name: str, new: Trial, **more: Any) -> HttpResponse:
    take = try_import if new.dry_run else import_cases
    done = take(**who(request), cases=cases, source_file=name)
    told = {
        "dry_run": new.dry_run,
        "cases": {} if new.dry_run else {str(row): number for row, number in done.numbers.items()},
        "persons": done.persons,
        "sections": done.sections,
        "notes": done.notes,
        "may_be_known": list(done.may_be_known),
        "left": [],
        "cautions": [],
        "ignored_columns": [],
        **more,
    }
    return reply(Imported, told, status=201)


@router.post("/case-imports/htcds", response=makes(Imported))
@change(Permission.CASE_OPEN)
def import_htcds(request: Call, new: Form[Trial], file: File[UploadedFile]) -> HttpResponse:
    """Open the cases of an HTCDS 2.0 file (multipart/form-data), all or none; what has no field here is told."""
    name = file.name or "htcds.csv"
    table = htcds.read_htcds(file.read(), name)
    place = place_of_cases(request.officer, new.place_code or "", at=request.at)
    placed = [htcds.as_incoming(record, on=request.at.date(), place_code=place) for record in table.records]
    beside = [one for _case, left in placed for one in left]
    left = [left_of(one, True) for one in beside] + [left_of(one, one.is_kept) for one in table.unmapped]
    return _import(
        request,
        [case for case, _beside in placed],
        name,
        new,
        left=sorted(left, key=lambda one: one["row"]),
        cautions=[str(one) for one in table.cautions],
    )


def left_of(one: htcds.Unmapped, is_kept: bool) -> dict[str, Any]:
    """A value without a place of its own as it is told."""
    return {
        "row": one.row,
        "column": one.column,
        "field": one.field,
        "value": one.value,
        "why": str(one.why),
        "is_kept": is_kept,
    }


class SheetImport(Trial):
    """mapping: YAML or JSON (schema concerted/case-mapping/1), or kept: the name of one the caller or the agency
    keeps; without either the usual headings are guessed."""

    mapping: Text = ""
    kept: Line = ""
    on: date | None = None


@router.post("/case-imports/sheet", response=makes(Imported))
@change(Permission.CASE_OPEN)
def import_sheet(request: Call, new: Form[SheetImport], file: File[UploadedFile]) -> HttpResponse:
    """Open the cases of a case list (CSV or XLSX, multipart/form-data), all or none; 422 tells every row and cell."""
    name = file.name or "cases.csv"
    chosen = _mapping(request, new)
    sheet = case_sheet.read_case_sheet(
        file.read(),
        name,
        on=new.on or timezone.localdate(request.at),
        mapping=chosen,
        place_code=place_of_cases(request.officer, new.place_code or "", at=request.at),
    )
    sheet.refuse_faults(name)
    told = {"ignored_columns": list(sheet.ignored), "cautions": list(sheet.cautions)}
    return _import(request, sheet.cases, name, new, **told)


def _mapping(request: Call, new: SheetImport) -> case_sheet.CaseMapping | None:
    if new.kept:
        return case_sheet.mapping_of_name(**who(request), name=new.kept)
    return case_sheet.read_mapping(new.mapping, "mapping") if new.mapping.strip() else None


class Mapping(Schema):
    """A first mapping guessed by the headings, as YAML to correct and send back."""

    mapping: str


@router.post("/case-imports/mappings", response=makes(Mapping))
@change(Permission.CASE_OPEN)
def guess_mapping(request: Call, file: File[UploadedFile]) -> HttpResponse:
    """Guess a mapping for a case list; nothing is kept."""
    name = file.name or "cases.csv"
    headings = case_sheet.headings_of_sheet(file.read(), name)
    guessed = replace(case_sheet.guessed_mapping(headings, name), name=name)
    return reply(Mapping, {"mapping": case_sheet.write_mapping(guessed)}, status=201)


class KeptMapping(Schema):
    """A mapping every officer of the caller's agency may use, as YAML."""

    id: int = of("pk")
    name: str
    mapping: str
    changed_at: datetime
    changed_by: str = of("changed_by.username")


@router.get("/case-mappings", response=answers(list[KeptMapping]))
@operation(Permission.CASE_OPEN)
def list_mappings(request: Call) -> Any:
    """The mappings of the caller's agency, by name."""
    return [
        With(row, mapping=case_sheet.write_mapping(case_sheet.mapping_from(data)))
        for row, data in agency_mappings(**who(request))
    ]


class NewMapping(In):
    """A name, and the mapping as YAML or JSON; the same name is written over."""

    name: Short
    mapping: Text


class MappingKept(Schema):
    """That a mapping is kept."""

    id: int = of("pk")
    name: str


@router.post("/case-mappings", response=makes(MappingKept))
@change(Permission.CASE_OPEN)
def keep_mapping(request: Call, new: NewMapping) -> HttpResponse:
    """Keep a mapping for the agency; /case-imports/sheet takes its name."""
    read = replace(case_sheet.read_mapping(new.mapping, "mapping"), name=new.name)
    data = case_sheet.mapping_as_data(read)
    made = keep_agency_mapping(**who(request), name=new.name, mapping=data)
    return reply(MappingKept, made, status=201, location="/api/v1/case-mappings")


class MappingGone(Schema):
    """How many mappings were removed."""

    removed: int


@router.post("/case-mappings/{pk}/removal", response=changes(MappingGone))
@change(Permission.CASE_OPEN)
def forget_mapping(request: Call, pk: InPath) -> HttpResponse:
    """Remove a mapping of the agency."""
    return reply(MappingGone, {"removed": forget_agency_mapping(**who(request), pk=pk)})


class OwnMapping(Schema):
    """A mapping of the caller alone, as YAML."""

    name: str
    mapping: str


@router.get("/own-case-mappings", response=answers(list[OwnMapping]))
@operation(Permission.CASE_OPEN)
def list_own_mappings(request: Call) -> Any:
    """The mappings the caller keeps for himself, with those of `concerted cases import --keep-as`; nobody else's."""
    kept = case_sheet.kept_mappings(**who(request))
    return [{"name": name, "mapping": case_sheet.write_mapping(one)} for name, one in kept.items()]


class OwnMappingKept(Schema):
    """That a mapping of the caller's own is kept."""

    name: str


@router.post("/own-case-mappings", response=makes(OwnMappingKept))
@change(Permission.CASE_OPEN)
def keep_own_mapping(request: Call, new: NewMapping) -> HttpResponse:
    """Keep a mapping for the caller alone; where the agency keeps one of the same name, the caller's own is taken."""
    read = replace(case_sheet.read_mapping(new.mapping, "mapping"), name=new.name)
    made = case_sheet.keep_mapping(**who(request), mapping=read)
    told = {"name": made.name.strip()}
    return reply(OwnMappingKept, told, status=201, location="/api/v1/own-case-mappings")


class NameOfMapping(In):
    """Which mapping."""

    name: Short


@router.post("/own-case-mappings/removal", response=changes(MappingGone))
@change(Permission.CASE_OPEN)
def forget_own_mapping(request: Call, new: NameOfMapping) -> HttpResponse:
    """Remove a mapping of the caller's own."""
    gone = case_sheet.forget_mapping(**who(request), name=new.name.strip())
    return reply(MappingGone, {"removed": int(gone)})


class WantedExport(Schema):
    """Which cases, by their numbers (none: every open case the agency leads), and in which file."""

    number: Annotated[
        list[Annotated[str, Field(pattern=r"^[A-Za-z0-9\-]{1,20}$")]], Field(max_length=200)
    ] = []
    form: Literal["csv", "xlsx"] = "csv"


@router.get("/case-exports/htcds", response=answers(None))
@operation(Permission.CASE_EXPORT)
def take_htcds(request: Call, wanted: Query[WantedExport], why: Why) -> HttpResponse:
    """The agency's own words on its cases in HTCDS 2.0, without sealed sections; needs cases:case:export by name."""
    form = Format(wanted.form)
    data, _count = export_htcds(
        **who(request), numbers=[one.upper() for one in wanted.number], why=why, format=form
    )
    return attachment(data, f"htcds.{wanted.form}", content_type(form))


class LeftBehind(Schema):
    """What of a case the standard has no field for, as places (section.field, person.what)."""

    number: str
    places: list[str]


@router.get("/case-exports/htcds/left-behind", response=answers(list[LeftBehind]))
@operation(Permission.CASE_EXPORT)
def read_left_behind(request: Call, wanted: Query[WantedExport], why: Why) -> Any:
    """What an export would leave behind, case by case; the looks are recorded as those of an export."""
    numbers = [one.upper() for one in wanted.number]
    found = left_behind_by(**who(request), numbers=numbers, why=why)
    return [{"number": number, "places": list(places)} for number, places in found]


class NewPackage(In):
    """By which other way the code goes, in which language the package speaks, and which of the agency's own papers
    in its sections go with it."""

    channel: Annotated[str, OneOf(codes.OUTSIDE_CHANNELS)]
    language: Literal["zh-hans", "en"] = "zh-hans"
    note: Text = ""
    documents: Annotated[list[Id], Field(max_length=20)] = []


class Package(Schema):
    """The sealed file (base64) and the code that opens it, told this once; the code goes by another way."""

    file_name: str
    file: str
    code: str


@router.post("/referrals/{pk}/packages", response=makes(Package))
@change(Permission.CASE_EXPORT)
def seal_package(request: Call, pk: InPath, new: NewPackage) -> HttpResponse:
    """Make the sealed package of a referral to somebody outside that was sent; needs cases:case:export by name."""
    made = make_package(
        **who(request),
        referral=referral_of(request, pk),
        channel=new.channel,
        language=new.language,
        acknowledge_at=request.build_absolute_uri(reverse("tell:acknowledge")),
        note=new.note,
        documents=new.documents,
    )
    told = {"file_name": made.name, "file": b64encode(made.data).decode(), "code": made.code}
    return reply(Package, told, status=201, location=f"/api/v1/referrals/{pk}")
