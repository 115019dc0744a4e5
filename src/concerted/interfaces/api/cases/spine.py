"""Cases over the API: listed without a name, opened, moved on, closed by two persons, reopened."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.cases import choices, codes
from concerted.mechanism.cases.acts import cases as acts
from concerted.mechanism.cases.reads import cases as reads
from concerted.mechanism.cases.state_words import CLOSING_ACTS
from concerted.mechanism.cases.states import CASE

from ..answers import In, Page, Paging, of, read_cursor, versioned, write_cursor
from ..call import (
    Call,
    Id,
    InPath,
    PlaceCode,
    Router,
    Text,
    answers,
    as_read,
    change,
    changes,
    edit,
    expected_version,
    makes,
    operation,
)
from .common import (
    AgeBand,
    OneOf,
    Risk,
    Step,
    StepNote,
    StepReason,
    Urgency,
    Why,
    With,
    case_of,
    steps_of,
    who,
)
from .intake import report_of

router = Router(tags=["cases"])

Handling = Annotated[list[Annotated[str, OneOf(codes.HANDLING)]], Field(max_length=20)]
STEPS = tuple(act for act in CASE.acts if act not in CLOSING_ACTS)


class Case(Schema):
    """The spine of a case; no field of it tells who the person is."""

    id: int = of("pk")
    number: str
    stage: str
    lead: str = of("lead.key")
    province_code: str
    urgency: str
    risk: str
    age_band: str
    handling: list[str]
    opened_at: datetime
    closing_as: str
    closed_as: str
    closed_at: datetime | None
    changed_at: datetime
    row_version: int
    is_demonstration: bool


class File(Schema):
    """What one agency holds on a case, and which officer works it."""

    id: int = of("pk")
    local_number: str
    because: str
    state: str
    assigned_to: str | None = of("assigned_to.username", None)
    opened_at: datetime
    changed_at: datetime
    row_version: int


class Listed(Schema):
    """One line of the list of cases: the spine and the caller's own file."""

    case: Case
    file: File


class SectionState(Schema):
    """How a section stands: whether others' words are open, how many agencies wrote, when the caller's did."""

    key: str
    is_sealed: bool
    is_open: bool
    written_by: int
    own_version: int | None


class WholeCase(Case):
    """A case as the caller's agency may see it; what is written in its sections is read at their own addresses."""

    leads: list[str]
    is_lead: bool
    is_emergency: bool
    file: File | None
    sections: list[SectionState]
    steps: list[Step]


def where(case: Any) -> str:
    """The address of a case."""
    return f"/api/v1/cases/{case.pk}"


class WantedCases(Paging):
    """Which of the agency's cases; empty fields do not narrow it. assigned_to_me: only the officer's own."""

    number: Annotated[str, Field(pattern=r"^[A-Za-z0-9\-]{0,20}$")] = ""
    stage: Annotated[str, OneOf(("", *choices.STAGES))] = ""
    urgency: Annotated[str, OneOf(("", *choices.URGENCIES))] = ""
    risk: Annotated[str, OneOf(("", *choices.RISKS))] = ""
    age_band: Annotated[str, OneOf(("", *choices.AGE_BANDS))] = ""
    file_state: Annotated[str, OneOf(("", *choices.FILE_STATES))] = ""
    province: PlaceCode | None = None
    assigned_to_me: bool = False
    unassigned: bool = False
    leads_only: bool = False
    open_only: bool = True


@router.get("/cases", response=answers(Page[Listed]))
@operation(Permission.CASE_READ)
def list_cases(request: Call, wanted: Query[WantedCases]) -> Any:
    """The cases the caller's agency holds a file on, the most lately changed first; no name is in the list."""
    asked = wanted.dict(exclude={"cursor", "limit", "province", "assigned_to_me"})
    found = reads.my_cases(
        **who(request),
        wanted=reads.CaseFilter(
            **asked,
            province=wanted.province or "",
            assigned_to=request.officer.pk if wanted.assigned_to_me else None,
        ),
        cursor=read_cursor(wanted.cursor, str) or "",
        size=wanted.limit,
    )
    return {
        "items": [{"case": file.case, "file": file} for file in found.files],
        "next": write_cursor(found.next) if found.next else None,
    }


@router.get("/cases/{pk}", response=answers(WholeCase))
@operation(Permission.CASE_READ)
def read_case(request: Call, pk: InPath, why: Why = "read by a machine") -> HttpResponse:
    """One case: its spine, who leads it, how each section stands, the caller's file; the look is recorded."""
    view = reads.case_view(**who(request), case=case_of(request, pk), why=why)
    told = With(
        view.case,
        leads=sorted(agency.key for agency in view.leads),
        is_lead=view.is_lead,
        is_emergency=view.is_emergency,
        file=view.file,
        sections=[_state(section) for section in view.sections],
        steps=steps_of(CASE.from_state(view.case.stage) if view.is_lead else ()),
    )
    return versioned(WholeCase, told)


def _state(section: reads.SectionView) -> dict[str, Any]:
    own = next((words.row_version for words in section.words if words.is_own), None)
    return {
        "key": section.kind.key,
        "is_sealed": section.kind.is_sealed,
        "is_open": section.is_open,
        "written_by": section.others,
        "own_version": own,
    }


class NewCase(In):
    """A case; from a report, or where none came in. Only the province of place_code reaches the spine."""

    report: Id | None = None
    place_code: PlaceCode = "000000"
    urgency: Urgency = "routine"
    age_band: AgeBand = "unknown"
    risk: Risk = "unknown"
    handling: Handling = []


@router.post("/cases", response=makes(Case))
@change(Permission.CASE_OPEN)
def open_case(request: Call, new: NewCase) -> HttpResponse:
    """Open a case led by the caller's agency, with that agency's file."""
    made = acts.open_case(
        **who(request),
        **new.dict(exclude={"report"}),
        report=report_of(request, new.report) if new.report is not None else None,
    )
    return versioned(Case, made, status=201, location=where(made))


class SpineChange(In):
    """What the spine tells; a field left out stays as it is. why: the reason, where a legal hold is taken off."""

    urgency: Urgency | None = None
    age_band: AgeBand | None = None
    risk: Risk | None = None
    handling: Handling | None = None
    place_code: PlaceCode | None = None
    why: Text = ""


@router.patch("/cases/{pk}", response=changes(Case))
@edit(Permission.CASE_LEAD)
def change_spine(request: Call, pk: InPath, new: SpineChange) -> HttpResponse:
    """Change what the spine tells every agency on the case; for its leads."""
    found = case_of(request, pk)
    changed = acts.change_spine(
        **who(request), case=found, row_version=expected_version(request, found), **new.dict()
    )
    return versioned(Case, changed)


class NewStep(In):
    """An act of the table of states; see `steps` of the case."""

    step: Annotated[str, OneOf(STEPS)]
    note: Text = ""


@router.post("/cases/{pk}/steps", response=changes(Case))
@change(Permission.CASE_LEAD, conditional=True)
def advance(request: Call, pk: InPath, new: NewStep) -> HttpResponse:
    """Move the case one stage on; for its leads."""
    found = case_of(request, pk)
    done = acts.advance_case(
        **who(request), case=found, row_version=expected_version(request, found), **new.dict()
    )
    return versioned(Case, done)


class Closing(In):
    """Why the case is to be closed."""

    closing: Annotated[str, OneOf(codes.CLOSURES)]
    note: Text = ""


@router.post("/cases/{pk}/closing", response=changes(Case))
@change(Permission.CASE_LEAD, conditional=True)
def propose_closing(request: Call, pk: InPath, new: Closing) -> HttpResponse:
    """Propose to close the case; a second person decides. 409 tells what still stands open."""
    return versioned(
        Case, acts.propose_closing(**who(request), case=as_read(request, case_of(request, pk)), **new.dict())
    )


@router.post("/cases/{pk}/closing/withdrawal", response=changes(Case))
@change(Permission.CASE_LEAD, conditional=True)
def withdraw_closing(request: Call, pk: InPath, new: StepNote) -> HttpResponse:
    """Take the proposal back, or refuse it; the note stays in the course of the case."""
    found = as_read(request, case_of(request, pk))
    return versioned(Case, acts.withdraw_closing(**who(request), case=found, note=new.note))


@router.post("/cases/{pk}/closure", response=changes(Case))
@change(Permission.CASE_CLOSE, conditional=True)
def close(request: Call, pk: InPath, new: StepNote) -> HttpResponse:
    """Close the case as a second person; whoever proposed it gets 404."""
    return versioned(
        Case, acts.close_case(**who(request), case=as_read(request, case_of(request, pk)), note=new.note)
    )


@router.post("/cases/{pk}/reopening", response=changes(Case))
@change(Permission.CASE_LEAD, conditional=True)
def reopen(request: Call, pk: InPath, new: StepReason) -> HttpResponse:
    """Reopen a closed case; the reason stays in its log."""
    return versioned(
        Case, acts.reopen_case(**who(request), case=as_read(request, case_of(request, pk)), reason=new.reason)
    )
