"""Strands of a version and the measures below them; those of a draft are added to and changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.plan.acts import editing
from concerted.mechanism.plan.reads import documents as reads

from .answers import In, Page, Paging, slice_of, versioned
from .call import (
    Call,
    Id,
    InPath,
    Key,
    KeyInPath,
    Line,
    Router,
    Slug,
    Text,
    answers,
    as_read,
    change,
    changes,
    edit,
    expected_version,
    given,
    makes,
    operation,
)
from .measures import Measure

router = Router(tags=["plans"])


class Objective(Schema):
    """What a strand is to reach."""

    id: int
    key: str
    text_en: str
    text_zh: str
    deadline: date | None


class Strand(Schema):
    """A chapter of a version."""

    id: int
    key: str
    position: int
    title_en: str
    title_zh: str
    read: list[str]
    measure_list_read: bool
    note: str
    row_version: int
    objectives: list[Objective]

    @staticmethod
    def resolve_objectives(thing: Any) -> Any:
        """The strand's objectives in order."""
        return thing.objectives.all()


@router.get("/versions/{pk}/strands", response=answers(list[Strand]))
@operation(Permission.PLAN_READ)
def list_strands(request: Call, pk: InPath) -> Any:
    """The strands of a version, in order, with their objectives."""
    return reads.strands_of(reads.version_by_id(pk))


def strand_of(version_id: int, key: str) -> Any:
    """The strand of the version. Raises NotThere."""
    strands = reads.strands_of(reads.version_by_id(version_id))
    return given(next((one for one in strands if one.key == key), None))


@router.get("/versions/{pk}/strands/{key}", response=answers(Strand))
@operation(Permission.PLAN_READ)
def read_strand(request: Call, pk: InPath, key: KeyInPath) -> HttpResponse:
    """One strand, with its ETag."""
    return versioned(Strand, strand_of(pk, key))


class NewStrand(In):
    """A strand at the end of a draft."""

    key: Slug
    title_en: Line
    title_zh: str = Field("", pattern=r"^[^\x00\r\n]*$", max_length=200)


@router.post("/versions/{pk}/strands", response=makes(Strand))
@change(Permission.PLAN_REVISE, conditional=True)
def add_strand(request: Call, pk: InPath, new: NewStrand) -> HttpResponse:
    """Add a strand at the end of a draft, which changes the draft: If-Match is the ETag of the version."""
    made = editing.add_strand(
        officer=request.officer,
        at=request.at,
        version=as_read(request, reads.version_by_id(pk)),
        **new.dict(),
    )
    return versioned(Strand, made, status=201, location=f"/api/v1/versions/{pk}/strands/{made.key}")


class StrandChange(In):
    """The fields to change; those left out stay."""

    title_en: Line = ""
    title_zh: str = Field("", pattern=r"^[^\x00\r\n]*$", max_length=200)
    note: Text = ""
    measure_list_read: bool = True
    position: int = Field(1, ge=0, le=10_000)


@router.patch("/versions/{pk}/strands/{key}", response=changes(Strand))
@edit(Permission.PLAN_REVISE)
def edit_strand(request: Call, pk: InPath, key: KeyInPath, new: StrandChange) -> HttpResponse:
    """Change fields of a draft's strand."""
    strand = strand_of(pk, key)
    changed = editing.edit_strand(
        officer=request.officer,
        at=request.at,
        strand=strand,
        changes=new.dict(exclude_unset=True),
        expected_row_version=expected_version(request, strand),
    )
    return versioned(Strand, changed)


@router.get("/versions/{pk}/measures", response=answers(Page[Measure]))
@operation(Permission.PLAN_READ)
def list_measures(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """The measures of a version with who leads and supports them."""
    found = sorted(reads.measures_of(reads.version_by_id(pk)), key=lambda measure: measure.pk)
    return slice_of(found, paging, key=lambda measure: measure.pk, kind=int)


class NewMeasure(In):
    """A measure at the end of a draft's strand; `parent` is the id of the measure above it.

    `carried_from_key`: the key of the measure in the version before that this one carries on under its new key.
    """

    key: Slug
    number: str = Field("", pattern=r"^[^\x00\r\n]*$", max_length=40)
    title_en: Line = ""
    title_zh: str = Field("", pattern=r"^[^\x00\r\n]*$", max_length=200)
    text_en: Text = ""
    text_zh: Text = ""
    parent: Id | None = None
    carried_from_key: Key | None = None


@router.post("/versions/{pk}/strands/{key}/measures", response=makes(Measure))
@change(Permission.PLAN_REVISE, conditional=True)
def add_measure(request: Call, pk: InPath, key: KeyInPath, new: NewMeasure) -> HttpResponse:
    """Add a measure at the end of a draft's strand, which changes the draft: If-Match is the ETag of the version."""
    as_read(request, reads.version_by_id(pk))
    made = editing.add_measure(
        officer=request.officer,
        at=request.at,
        strand=strand_of(pk, key),
        parent=reads.measure_by_id(new.parent) if new.parent else None,
        carried_from=new.carried_from_key or "",
        **new.dict(exclude={"parent", "carried_from_key"}),
    )
    return versioned(
        Measure, reads.measure_by_id(made.pk), status=201, location=f"/api/v1/measures/{made.pk}"
    )
