"""Lists held for an officer over the API: hand in, map, try, import or let go; nobody else's key meets a held list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Schema
from ninja.files import UploadedFile

from concerted.errors import Conflict, NotThere
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.exchange import case_sheet
from concerted.interfaces.exchange import held_lists as held
from concerted.mechanism.cases.acts import batches as acts
from concerted.mechanism.cases.reads import batches as reads

from ..answers import In, Page, Paging, of, reply, slice_of, versioned
from ..call import (
    Call,
    InPath,
    Line,
    PlaceCode,
    Router,
    Text,
    answers,
    as_read,
    change,
    changes,
    expected_version,
    makes,
    operation,
)
from .common import OneOf, Short, With, in_order, who
from .exchange import Left, left_of

router = Router(tags=["cases in and out"])


class ImportBatch(Schema):
    """A list the caller handed in, without a word that stands in it; imported: how many cases came of it."""

    id: int = of("pk")
    form: str
    state: str
    held_at: datetime
    imported_at: datetime | None
    imported: int
    row_version: int


class NamedBatch(ImportBatch):
    """The same with the name of its file."""

    file_name: str


class WholeBatch(NamedBatch):
    """The same with its mapping (YAML; empty before one was chosen), and once imported the number of each case by its
    row."""

    mapping: str
    numbers: dict[str, str]


@router.get("/case-import-batches", response=answers(Page[NamedBatch]))
@operation(Permission.CASE_OPEN)
def list_batches(request: Call, paging: Query[Paging]) -> Any:
    """The caller's own lists, held and imported; 20 at most."""
    rows = [With(row, file_name=name) for row, name in reads.own_batches(**who(request))]
    return slice_of(in_order(rows), paging, key=lambda row: int(row.pk), kind=int)


class NewBatch(In):
    """What the file is: a list of the agency's own with any columns, or HTCDS 2.0. place_code: where cases stand that
    neither the file nor the mapping places (GB/T 2260); the place of the caller's agency unless another is named."""

    form: Annotated[str, OneOf(acts.FORMS)]
    place_code: PlaceCode | None = None


@router.post("/case-import-batches", response=makes(ImportBatch))
@change(Permission.CASE_OPEN)
def hold_batch(request: Call, new: Form[NewBatch], file: File[UploadedFile]) -> HttpResponse:
    """Hand a list in (multipart/form-data, 4 MB at most): sealed, for the caller alone, until it is imported or a day
    has passed; nothing of it is read yet."""
    content = file.read(acts.LARGEST + 1)
    place = held.place_of_cases(request.officer, new.place_code, at=request.at) if new.place_code else ""
    made = acts.hold_batch(
        **who(request), form=new.form, filename=file.name or "", content=content, place_code=place
    )
    return versioned(ImportBatch, made, status=201, location=f"/api/v1/case-import-batches/{made.pk}")


def _view(request: Call, pk: int) -> reads.BatchView:
    return reads.batch_by_id(**who(request), pk=pk)


@router.get("/case-import-batches/{pk}", response=answers(WholeBatch))
@operation(Permission.CASE_OPEN)
def read_batch(request: Call, pk: InPath) -> Any:
    """One list of the caller's own."""
    view = _view(request, pk)
    whole = With(
        view.batch,
        file_name=view.filename,
        mapping=_as_yaml(view.mapping),
        numbers=dict(view.numbers),
    )
    return versioned(WholeBatch, whole)


def _as_yaml(mapping: Mapping[str, Any] | None) -> str:
    return case_sheet.write_mapping(case_sheet.mapping_from(mapping)) if mapping else ""


class FirstMapping(Schema):
    """The headings of a list, and the mapping to begin with: chosen before, kept by the agency (`kept`), or guessed."""

    headings: list[str]
    mapping: str
    kept: str | None


@router.get("/case-import-batches/{pk}/first-mapping", response=answers(FirstMapping))
@operation(Permission.CASE_OPEN)
def read_first_mapping(request: Call, pk: InPath) -> Any:
    """Where the columns of a held list would go; 422 tells why the file is no list. HTCDS has no mapping."""
    view = _view(request, pk)
    if view.batch.form != "list" or view.batch.state != "held":
        raise NotThere(_("There is no such list, or it is no longer held."))
    headings, _first = held.headings_of_held(view)
    mapping, kept = held.first_mapping(**who(request), view=view, headings=headings)
    name = kept.name if kept else None
    return {"headings": headings, "mapping": case_sheet.write_mapping(mapping), "kept": name}


class ChosenMapping(In):
    """mapping: YAML or JSON (schema concerted/case-mapping/1), or kept: the name of one the agency or the caller
    keeps; with neither the first mapping is taken. keep_as: a name to keep it under for the agency."""

    mapping: Text = ""
    kept: Line = ""
    keep_as: Short = ""


@router.post("/case-import-batches/{pk}/mapping", response=changes(ImportBatch))
@change(Permission.CASE_OPEN, conditional=True)
def map_batch(request: Call, pk: InPath, new: ChosenMapping) -> HttpResponse:
    """Say where the columns of a held list go."""
    view = _view(request, pk)
    version = expected_version(request, view.batch)
    if view.batch.form != "list":
        raise Conflict(_("HTCDS needs no mapping."), remedy=_("Try the import."))
    chosen = _chosen(request, view, new)
    if new.keep_as.strip():
        chosen = replace(chosen, name=new.keep_as.strip())
        case_sheet.keep_for_agency(**who(request), mapping=chosen)
    data = case_sheet.mapping_as_data(chosen)
    done = acts.map_batch(**who(request), batch=view.batch, mapping=data, row_version=version)
    return versioned(ImportBatch, done)


def _chosen(request: Call, view: reads.BatchView, new: ChosenMapping) -> case_sheet.CaseMapping:
    if new.kept:
        return case_sheet.mapping_of_name(**who(request), name=new.kept)
    if new.mapping.strip():
        return case_sheet.read_mapping(new.mapping, "mapping")
    if view.batch.state != "held":
        raise _no_longer_held()
    headings, _first = held.headings_of_held(view)
    return held.first_mapping(**who(request), view=view, headings=headings)[0]


class WouldImport(Schema):
    """What an import would open; may_be_known: the rows whose person the agency seems to know already."""

    cases: int
    persons: int
    sections: int
    notes: int
    may_be_known: list[int]


class CellOfBatch(Schema):
    """A cell that cannot be taken, and what to write."""

    row: int
    column: str
    value: str
    what: str
    remedy: str


class BatchTrial(Schema):
    """What an import would do, null where it would be refused; every fault by row and cell, and what finds no place."""

    would: WouldImport | None
    faults: list[CellOfBatch]
    left: list[Left]
    cautions: list[str]
    ignored_columns: list[str]


@router.get("/case-import-batches/{pk}/trial", response=answers(BatchTrial))
@operation(Permission.CASE_OPEN)
def try_batch(request: Call, pk: InPath) -> Any:
    """Try a held list (300 rows at most) and leave nothing; 422 tells why the file cannot be read."""
    tried = held.try_held(**who(request), view=_ready(_view(request, pk)))
    left = [*(left_of(one, False) for one in tried.lost), *(left_of(one, True) for one in tried.kept)]
    return {
        "would": _would(tried),
        "faults": [
            {
                "row": one.row,
                "column": one.column,
                "value": one.value,
                "what": str(one.what),
                "remedy": str(one.remedy),
            }
            for one in tried.faults
        ],
        "left": sorted(left, key=lambda one: one["row"]),
        "cautions": [str(one) for one in tried.cautions],
        "ignored_columns": list(tried.ignored),
    }


def _would(tried: held.Tried) -> dict[str, Any] | None:
    would = tried.would
    if would is None:
        return None
    return {
        "cases": len(would.numbers),
        "persons": would.persons,
        "sections": would.sections,
        "notes": would.notes,
        "may_be_known": list(would.may_be_known),
    }


def _ready(view: reads.BatchView) -> reads.BatchView:
    """The list, where it can be tried. Raises Conflict once imported, and before its columns have a place."""
    if view.batch.state != "held":
        raise _no_longer_held()
    if view.batch.form == "list" and not view.mapping:
        raise Conflict(
            _("It is not said yet where the columns go."), remedy=_("Choose a mapping for the list first.")
        )
    return view


def _no_longer_held() -> Conflict:
    return Conflict(_("This list was imported before."), remedy=_("Look for its cases in the list of cases."))


class BatchImported(Schema):
    """The number of each case by its row, and how much came with them."""

    cases: dict[str, str]
    persons: int
    sections: int
    notes: int
    may_be_known: list[int]


@router.post("/case-import-batches/{pk}/import", response=changes(BatchImported))
@change(Permission.CASE_OPEN, conditional=True)
def import_batch(request: Call, pk: InPath) -> HttpResponse:
    """Open every case of a held list, all or none, once; 422 tells every row and cell. The list is let go of then."""
    view = _view(request, pk)
    version = expected_version(request, view.batch)
    read = held.read_held(**who(request), view=_ready(view))
    read.refuse_faults(view.filename)
    done = acts.import_batch(
        **who(request), batch=view.batch, row_version=version, cases=read.cases, filename=view.filename
    )
    told = {
        "cases": {str(row): number for row, number in done.numbers.items()},
        "persons": done.persons,
        "sections": done.sections,
        "notes": done.notes,
        "may_be_known": list(done.may_be_known),
    }
    return reply(BatchImported, told)


class Discarded(Schema):
    """How many lists were let go of."""

    discarded: int


@router.post("/case-import-batches/{pk}/discard", response=changes(Discarded))
@change(Permission.CASE_OPEN, conditional=True)
def discard_batch(request: Call, pk: InPath) -> HttpResponse:
    """Let go of a held list; one that was imported stays as it is."""
    found = as_read(request, _view(request, pk).batch)
    return reply(Discarded, {"discarded": acts.discard_batch(**who(request), batch=found)})
