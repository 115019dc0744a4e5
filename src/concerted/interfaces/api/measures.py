"""Measures with responsibilities, milestones, dependencies and provenance; only a draft's are changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Field, Schema

from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.reads import agency_by_key
from concerted.mechanism.plan.acts import editing
from concerted.mechanism.plan.reads import dependencies as timed
from concerted.mechanism.plan.reads import documents as reads

from .answers import In, of, reply, versioned
from .call import (
    Call,
    Day,
    Id,
    InPath,
    Key,
    Line,
    Router,
    Slug,
    Text,
    answers,
    change,
    changes,
    edit,
    expected_version,
    given,
    makes,
    operation,
)

router = Router(tags=["measures"])


class Responsibility(Schema):
    """An agency's dated part in a measure."""

    id: int
    agency: str = of("agency.key")
    role: str
    valid_from: date | None
    valid_to: date | None


class Measure(Schema):
    """One activity of a plan version, with who does it and how well it was read."""

    id: int
    version: int = of("version_id")
    strand: str = of("strand.key")
    parent: int | None = of("parent_id", None)
    key: str
    number: str
    title_en: str
    title_zh: str
    text_en: str
    text_zh: str
    text_read: bool
    level: str
    starts: date | None
    deadline: date | None
    deadline_kind: str
    deadline_text: str
    leads_read: bool
    supports_read: bool
    lead_note: str
    support_note: str
    note: str
    read: list[str]
    sources: list[str]
    carried_from: int | None = of("carried_from_id", None)
    row_version: int
    responsibilities: list[Responsibility]

    @staticmethod
    def resolve_responsibilities(thing: Any) -> Any:
        """The measure's leads and supporting agencies."""
        return thing.responsibilities.all()


@router.get("/measures/{pk}", response=answers(Measure))
@operation(Permission.PLAN_READ)
def read_measure(request: Call, pk: InPath) -> HttpResponse:
    """One measure, with its ETag."""
    return versioned(Measure, reads.measure_by_id(pk))


class Source(Schema):
    """Where a wording was read."""

    key: str
    what: str
    where: str


class Provenance(Schema):
    """How a measure was read, and where."""

    read: list[str]
    text_read: bool
    leads_read: bool
    supports_read: bool
    sources: list[Source]


@router.get("/measures/{pk}/provenance", response=answers(Provenance))
@operation(Permission.PLAN_READ)
def read_provenance(request: Call, pk: InPath) -> Any:
    """The reading level of a measure and the sources it was read in."""
    measure = reads.measure_by_id(pk)
    known = reads.sources_of(measure.version)
    return {
        "read": measure.read,
        "text_read": measure.text_read,
        "leads_read": measure.leads_read,
        "supports_read": measure.supports_read,
        "sources": [{"key": key, **known[key]} for key in measure.sources if key in known],
    }


class MeasureChange(In):
    """The fields to change; those left out stay."""

    key: Slug | None = Field(None, description="A new key; answers and reports follow the measure under it.")
    carried_from_key: Key | Literal[""] | None = Field(
        None,
        description="The key of the measure in the version before that this one carries on; empty: it is new.",
    )
    number: str = Field("", pattern=r"^[^\x00\r\n]*$", max_length=40)
    title_en: Line = ""
    title_zh: str = Field("", pattern=r"^[^\x00\r\n]*$", max_length=200)
    text_en: Text = ""
    text_zh: Text = ""
    text_read: bool = True
    level: Literal["national", "provincial", "prefecture", "county"] = "national"
    starts: Day | None = None
    deadline: Day | None = None
    deadline_kind: Literal["date", "continuous", "yearly", "text", "not_read", "not_stated"] = "continuous"
    deadline_text: str = Field("", pattern=r"^[^\x00\r\n]*$", max_length=200)
    lead_note: Text = ""
    support_note: Text = ""
    leads_read: bool = True
    supports_read: bool = True
    note: Text = ""


@router.patch("/measures/{pk}", response=changes(Measure))
@edit(Permission.PLAN_REVISE)
def edit_measure(request: Call, pk: InPath, new: MeasureChange) -> HttpResponse:
    """Change fields of a draft's measure."""
    measure = reads.measure_by_id(pk)
    editing.edit_measure(
        officer=request.officer,
        at=request.at,
        measure=measure,
        changes=_named(new.dict(exclude_unset=True)),
        expected_row_version=expected_version(request, measure),
    )
    return _as_it_stands(pk)


def _named(changes: dict[str, Any]) -> dict[str, Any]:
    """The changes under the names the act gives them: answers give a measure's id, changes name its key."""
    return {"carried_from" if name == "carried_from_key" else name: value for name, value in changes.items()}


@router.delete("/measures/{pk}", response=changes(Measure))
@edit(Permission.PLAN_REVISE)
def remove_measure(request: Call, pk: InPath) -> HttpResponse:
    """Take a measure out of a draft, with what hangs on it; the answer is what was removed."""
    measure = reads.measure_by_id(pk)
    expected = expected_version(request, measure)
    answer = reply(Measure, measure)
    editing.remove_measure(
        officer=request.officer, at=request.at, measure=measure, expected_row_version=expected
    )
    return answer


class NewResponsibility(In):
    """The agency that leads or supports, between two days."""

    agency: Key
    role: Literal["lead", "support"]
    valid_from: Day | None = None
    valid_to: Day | None = None


@router.post("/measures/{pk}/responsibilities", response=makes(Measure))
@change(Permission.PLAN_REVISE, conditional=True)
def add_responsibility(request: Call, pk: InPath, new: NewResponsibility) -> HttpResponse:
    """Give an agency a part in a draft's measure; the answer is the measure."""
    measure = reads.measure_by_id(pk)
    editing.add_responsibility(
        officer=request.officer,
        at=request.at,
        measure=measure,
        agency=given(agency_by_key(new.agency)),
        role=new.role,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        expected_row_version=expected_version(request, measure),
    )
    return _as_it_stands(pk, status=201)


@router.delete("/measures/{pk}/responsibilities/{part}", response=changes(Measure))
@edit(Permission.PLAN_REVISE)
def remove_responsibility(request: Call, pk: InPath, part: InPath) -> HttpResponse:
    """Take an agency's part out of a draft's measure; the answer is the measure."""
    measure = reads.measure_by_id(pk)
    parts = [*reads.leads_of(measure), *reads.supports_of(measure)]
    editing.remove_responsibility(
        officer=request.officer,
        at=request.at,
        measure=measure,
        responsibility=given(next((one for one in parts if one.pk == part), None)),
        expected_row_version=expected_version(request, measure),
    )
    return _as_it_stands(pk)


class Mark(Schema):
    """A milestone was reached, on what evidence."""

    id: int
    reached_on: date
    evidence: str
    officer: str = of("officer.username")
    at: datetime
    withdrawn_at: datetime | None


class Milestone(Schema):
    """A dated step of a measure, and the mark that it was reached."""

    id: int
    key: str
    title_en: str
    title_zh: str
    due: date
    mark: Mark | None = None


@router.get("/measures/{pk}/milestones", response=answers(list[Milestone]))
@operation(Permission.PLAN_READ)
def list_milestones(request: Call, pk: InPath) -> Any:
    """The steps of a measure in order of time, each with its standing mark."""
    return [_step(milestone, mark) for milestone, mark in _milestones(pk)]


class NewMilestone(In):
    """A dated step."""

    key: Slug
    title_en: Line
    title_zh: str = Field("", pattern=r"^[^\x00\r\n]*$", max_length=200)
    due: Day


@router.post("/measures/{pk}/milestones", response=makes(Milestone))
@change(Permission.PLAN_REVISE, conditional=True)
def add_milestone(request: Call, pk: InPath, new: NewMilestone) -> HttpResponse:
    """Add a dated step to a draft's measure."""
    measure = reads.measure_by_id(pk)
    made = editing.add_milestone(
        officer=request.officer,
        at=request.at,
        measure=measure,
        expected_row_version=expected_version(request, measure),
        **new.dict(),
    )
    return reply(Milestone, _step(made, None), status=201)


@router.delete("/measures/{pk}/milestones/{step}", response=changes(Measure))
@edit(Permission.PLAN_REVISE)
def remove_milestone(request: Call, pk: InPath, step: InPath) -> HttpResponse:
    """Take a step out of a draft's measure; the answer is the measure."""
    measure = reads.measure_by_id(pk)
    milestone, _mark = _milestone(pk, step)
    editing.remove_milestone(
        officer=request.officer,
        at=request.at,
        measure=measure,
        milestone=milestone,
        expected_row_version=expected_version(request, measure),
    )
    return _as_it_stands(pk)


class NewMark(In):
    """When a step was reached, and on what evidence."""

    reached_on: Day
    evidence: Text


@router.post("/measures/{pk}/milestones/{step}/marks", response=makes(Mark))
@change(Permission.MILESTONE_MARK)
def mark_milestone(request: Call, pk: InPath, step: InPath, new: NewMark) -> HttpResponse:
    """Say that a step of an adopted measure was reached; only its leads may."""
    milestone, _mark = _milestone(pk, step)
    made = editing.mark_milestone(officer=request.officer, at=request.at, milestone=milestone, **new.dict())
    return reply(Mark, made, status=201)


@router.post("/measures/{pk}/milestones/{step}/marks/{mark}/withdrawal", response=changes(Mark))
@change(Permission.MILESTONE_MARK)
def withdraw_mark(request: Call, pk: InPath, step: InPath, mark: InPath) -> HttpResponse:
    """Take back a mark; that it was made stays on record."""
    _milestone_found, standing = _milestone(pk, step)
    named = given(standing if standing is not None and standing.pk == mark else None)
    return reply(Mark, editing.withdraw_mark(officer=request.officer, at=request.at, mark=named))


class Dependency(Schema):
    """The measure starts only `lag_days` after another has finished."""

    id: int
    measure: int = of("measure_id")
    needs: int = of("needs_id")
    lag_days: int


class NewDependency(In):
    """What the measure waits for."""

    needs: Id
    lag_days: int = Field(0, ge=-3650, le=3650)


@router.post("/measures/{pk}/dependencies", response=makes(Dependency))
@change(Permission.PLAN_REVISE, conditional=True)
def add_dependency(request: Call, pk: InPath, new: NewDependency) -> HttpResponse:
    """Let a draft's measure wait for another; a cycle is refused."""
    measure = reads.measure_by_id(pk)
    made = editing.add_dependency(
        officer=request.officer,
        at=request.at,
        measure=measure,
        needs=reads.measure_by_id(new.needs),
        lag_days=new.lag_days,
        expected_row_version=expected_version(request, measure),
    )
    return reply(Dependency, made, status=201)


@router.delete("/measures/{pk}/dependencies/{link}", response=changes(Measure))
@edit(Permission.PLAN_REVISE)
def remove_dependency(request: Call, pk: InPath, link: InPath) -> HttpResponse:
    """Let a draft's measure no longer wait; the answer is the measure."""
    measure = reads.measure_by_id(pk)
    links = timed.dependencies_of(measure.version)
    editing.remove_dependency(
        officer=request.officer,
        at=request.at,
        measure=measure,
        dependency=given(next((one for one in links if one.pk == link and one.measure_id == pk), None)),
        expected_row_version=expected_version(request, measure),
    )
    return _as_it_stands(pk)


def _as_it_stands(pk: int, *, status: int = 200) -> HttpResponse:
    return versioned(Measure, reads.measure_by_id(pk), status=status)


def _milestones(pk: int) -> Any:
    return reads.milestones_of([reads.measure_by_id(pk)])[pk]


def _milestone(pk: int, step: int) -> Any:
    return given(next((pair for pair in _milestones(pk) if pair[0].pk == step), None))


def _step(milestone: Any, mark: Any) -> dict[str, Any]:
    names = ("id", "key", "title_en", "title_zh", "due")
    return {name: getattr(milestone, name) for name in names} | {"mark": mark}
