"""Plan texts in the official notation: read, kept, corrected and turned into a draft version; nothing is guessed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.interfaces.exchange.notation import DraftPlan
from concerted.interfaces.exchange.plan_store import read_plan_text
from concerted.mechanism.plan.acts import drafts as acts
from concerted.mechanism.plan.reads import documents as reads

from .answers import In, Page, Paging, of, reply, slice_of, versioned
from .call import (
    Call,
    Day,
    InPath,
    Key,
    Line,
    PlaceCode,
    Router,
    Slug,
    Text,
    answers,
    change,
    changes,
    edit,
    expected_version,
    makes,
    operation,
)
from .plans import Version

router = Router(tags=["drafts"])
PlanText = Field(pattern=r"^[^\x00]*$", max_length=2_000_000)


class Handed(In):
    """A plan's text as the government wrote it; the name tells Markdown (.md) from plain text (.txt)."""

    text: str = PlanText
    filename: str = Field("plan.txt", pattern=r"^[^\x00\r\n/\\]{1,120}\.(txt|md)$", max_length=124)
    place_code: PlaceCode = Field("000000", description="the place whose plan it is, where that is told")


class ReadMeasure(Schema):
    """A measure as read; leads and supports are keys of agencies, parent_line is where the measure above it stands."""

    number: str
    strand: str
    objective: str
    text: str
    leads: list[str]
    supports: list[str]
    line: int
    parent_line: int | None = None


class ReadHeading(Schema):
    """A heading as read; strand is the one it stands under, empty for a strand itself."""

    number: str
    title: str
    strand: str = ""
    line: int


class ReadObjective(Schema):
    """An objective as read, or a heading under which measures stand, in its strand."""

    number: str
    strand: str
    text: str
    line: int


class UnknownAgency(Schema):
    """A name the register does not hold, with the nearest names."""

    text: str
    line: int
    nearest: list[str]


class Unplaced(Schema):
    """Text that could not be placed."""

    text: str
    line: int


class Reading(Schema):
    """What was read of a plan's text."""

    title: str
    period: dict[Literal["from", "to"], date] | None
    measures: list[ReadMeasure]
    unknown_agencies: list[UnknownAgency]
    unplaced: list[Unplaced]
    strands: list[ReadHeading] = []
    objectives: list[ReadObjective] = []


@router.post("/notation/readings", response=changes(Reading))
@change(Permission.PLAN_READ)
def read_notation(request: Call, handed: Handed) -> HttpResponse:
    """Read a plan written in the official notation; nothing is stored."""
    return reply(Reading, _read(request, handed).as_json())


class PlanDraft(Schema):
    """A text the agency handed in, with its reading and the corrections made so far."""

    id: int
    filename: str
    officer: str = of("officer.username")
    created_at: datetime
    changed_at: datetime
    became: int | None = of("became_id", None)
    row_version: int
    reading: Reading
    source_lines: list[str]


class PlanDraftInList(Schema):
    """A text the agency handed in."""

    id: int
    filename: str
    created_at: datetime
    changed_at: datetime
    became: int | None = of("became_id", None)
    row_version: int


@router.get("/plan-drafts", response=answers(Page[PlanDraftInList]))
@operation(Permission.PLAN_DRAFT)
def list_drafts(request: Call, paging: Query[Paging]) -> Any:
    """The texts the agency handed in."""
    found = sorted(reads.plan_drafts(), key=lambda draft: draft.pk)
    return slice_of(found, paging, key=lambda draft: draft.pk, kind=int)


@router.get("/plan-drafts/{pk}", response=answers(PlanDraft))
@operation(Permission.PLAN_DRAFT)
def read_draft(request: Call, pk: InPath) -> HttpResponse:
    """One draft with its text and reading, and its ETag."""
    return versioned(PlanDraft, reads.plan_draft_by_id(pk))


@router.post("/plan-drafts", response=makes(PlanDraft))
@change(Permission.PLAN_DRAFT)
def hand_in(request: Call, handed: Handed) -> HttpResponse:
    """Keep a plan's text with what was read of it, for correction by the agency."""
    draft = _read(request, handed)
    made = acts.save_draft_reading(
        officer=request.officer,
        at=request.at,
        filename=handed.filename,
        source_lines=[line.text for line in draft.source_lines],
        reading=draft.as_json(),
    )
    return versioned(PlanDraft, made, status=201, location=f"/api/v1/plan-drafts/{made.pk}")


class MeasureCorrection(In):
    """What a measure should say; what is left out stays."""

    line: int = Field(ge=1, le=1_000_000)
    strand: Text = ""
    objective: Line = ""
    number: Line = ""
    text: Text = ""
    leads: list[Key] = Field([], max_length=200)
    supports: list[Key] = Field([], max_length=200)
    dropped: bool = False


class AgencyChoice(In):
    """Which agency an unknown name means; without one it stays unresolved."""

    place: int = Field(ge=0, le=100_000, description="its place in the list of unknown agencies, from 0")
    agency: Key | None = None
    role: Literal["lead", "support"] | None = None


class Placing(In):
    """The strand whose measure a line that was not placed is."""

    line: int = Field(ge=1, le=1_000_000)
    strand: Text


class TextCorrection(In):
    """Corrections of a reading."""

    title: Line | None = None
    measures: list[MeasureCorrection] = Field([], max_length=2000)
    agencies: list[AgencyChoice] = Field([], max_length=2000)
    unplaced: list[Placing] = Field([], max_length=2000)


@router.patch("/plan-drafts/{pk}", response=changes(PlanDraft))
@edit(Permission.PLAN_DRAFT)
def correct_draft(request: Call, pk: InPath, new: TextCorrection) -> HttpResponse:
    """Correct the reading; the text itself stays as it was handed in."""
    draft = reads.plan_draft_by_id(pk)
    corrected = acts.correct_draft(
        officer=request.officer,
        at=request.at,
        draft=draft,
        expected_row_version=expected_version(request, draft),
        title=new.title,
        measures={one.line: one.dict(exclude_unset=True, exclude={"line"}) for one in new.measures},
        agencies={one.place: _choice(one) for one in new.agencies},
        unplaced={one.line: one.strand for one in new.unplaced},
    )
    return versioned(PlanDraft, corrected)


class TakingOver(In):
    """What the text itself may not say: the plan's key, place and period."""

    key: Slug
    level: Literal["national", "provincial", "prefecture", "county"] = "national"
    place_code: PlaceCode = "000000"
    period_from: Day | None = None
    period_to: Day | None = None
    predecessor: Key | None = None


@router.post("/plan-drafts/{pk}/adoption", response=makes(Version))
@change(Permission.PLAN_DRAFT, conditional=True)
def adopt_draft(request: Call, pk: InPath, new: TakingOver) -> HttpResponse:
    """Turn the corrected reading into a draft version of a plan."""
    draft = reads.plan_draft_by_id(pk)
    expected_version(request, draft)
    made = acts.adopt_draft(
        officer=request.officer,
        at=request.at,
        draft=draft,
        **new.dict(exclude={"predecessor"}),
        predecessor=new.predecessor or "",
    )
    return versioned(Version, made, status=201, location=f"/api/v1/versions/{made.pk}")


def _read(request: Call, handed: Handed) -> DraftPlan:
    return read_plan_text(
        handed.text.encode(),
        handed.filename,
        on=request.at.date(),
        place=handed.place_code,
    )


def _choice(one: AgencyChoice) -> dict[str, str]:
    return {"agency": one.agency, "role": one.role} if one.agency and one.role else {}
