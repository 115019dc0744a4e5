"""How places answer the nation's measures: coverage, gaps, answers and changes to review; decides nothing itself."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.plan.acts import alignment as acts
from concerted.mechanism.plan.acts.localising import open_local_plan
from concerted.mechanism.plan.reads import alignment as reads
from concerted.mechanism.plan.reads import documents
from concerted.mechanism.plan.reads.wording import BaselineSaid, TargetSaid, agencies_by_key

from .answers import In, Page, Paging, of, page_of, versioned
from .call import (
    Call,
    Day,
    Id,
    InPath,
    Key,
    KeyInPath,
    Line,
    Number,
    PlaceCode,
    Router,
    Slug,
    Text,
    answers,
    change,
    changes,
    expected_version,
    given,
    makes,
    operation,
    stale,
    version_read,
)
from .plans import Version

router = Router(tags=["alignment"])
FieldName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_:.\-]{1,120}$")]


class Alignment(Schema):
    """One place's answer to one national measure, pinned to the wording it answered."""

    id: int
    national: int = of("national_id")
    national_key: str = of("national.key")
    place_code: str
    agency: str = of("agency.key")
    kind: str
    local: int | None = of("local_id", None)
    differs: dict[str, dict[str, str]]
    reason: str
    source: str
    decided_by: str | None = of("decided_by.username", None)
    decided_at: datetime
    kept_against: int | None = of("kept_against_id", None)
    replaced_at: datetime | None
    row_version: int


class WantedAnswers(Paging):
    """Which answers; replaced ones only when asked for."""

    place: PlaceCode | None = None
    kind: Literal["adopted", "adapted", "declined"] | None = None
    measure: Id | None = None
    replaced: bool = False


@router.get("/alignments", response=answers(Page[Alignment]))
@operation(Permission.PLAN_READ)
def list_answers(request: Call, wanted: Query[WantedAnswers]) -> Any:
    """Answers of places to national measures."""
    asked = {"place_code": wanted.place, "kind": wanted.kind, "national": wanted.measure}
    found = reads.answers().filter(**{name: value for name, value in asked.items() if value is not None})
    return page_of(found if wanted.replaced else found.filter(replaced_at=None), wanted)


@router.get("/alignments/{pk}", response=answers(Alignment))
@operation(Permission.PLAN_READ)
def read_answer(request: Call, pk: InPath) -> HttpResponse:
    """One answer, standing or replaced, with its ETag."""
    return versioned(Alignment, reads.answer_by_id(pk))


class NewLocalPlan(In):
    """The plan with which the officer's place will answer the national one."""

    title_en: Line
    title_zh: str = Field("", pattern=r"^[^\x00\r\n]*$", max_length=200)
    period_from: Day | None = None
    period_to: Day | None = None
    key: Slug | None = None


@router.post("/plans/{key}/local-plans", response=makes(Version))
@change(Permission.ALIGNMENT_DECIDE)
def open_plan(request: Call, key: KeyInPath, new: NewLocalPlan) -> HttpResponse:
    """Open the empty draft of the plan of the officer's place."""
    made = open_local_plan(
        officer=request.officer,
        at=request.at,
        national=documents.plan_by_key(key),
        title_en=new.title_en,
        title_zh=new.title_zh,
        period_from=new.period_from,
        period_to=new.period_to,
        key=new.key or "",
    )
    return versioned(Version, made, status=201, location=f"/api/v1/versions/{made.pk}")


class Adoption(In):
    """The local measure that already says the same, if there is one; else a copy is written."""

    local: Id | None = None


@router.post("/measures/{pk}/adoption", response=makes(Alignment))
@change(Permission.ALIGNMENT_DECIDE, conditional=True)
def adopt(request: Call, pk: InPath, said: Adoption) -> HttpResponse:
    """Adopt the national measure as it stands; If-Match is the ETag of the answer that stands, "0" where none does."""
    national = documents.measure_by_id(pk)
    made = acts.adopt_measure(
        officer=request.officer,
        at=request.at,
        national=national,
        local=_local(said.local),
        expected_row_version=_standing(request, national),
    )
    return answered(made, status=201)


class PlaceTarget(In):
    """What an indicator shall be by a day."""

    by: Day
    value: Number | None = None


class PlaceBaseline(In):
    """Where an indicator stood in a year."""

    year: int = Field(ge=1900, le=2200)
    value: Number | None = None


class LocalFields(In):
    """The place's own values; what is left out stays as the nation says. Agencies and indicators by key."""

    title_en: Line | None = None
    title_zh: str | None = Field(None, pattern=r"^[^\x00\r\n]*$", max_length=200)
    text_en: Text | None = None
    text_zh: Text | None = None
    lead: list[Key] | None = Field(None, max_length=60)
    support: list[Key] | None = Field(None, max_length=60)
    starts: Day | None = None
    deadline: Day | Literal["continuous", "yearly"] | None = None
    indicator: list[Key] | None = Field(None, max_length=60)
    targets: dict[Key, PlaceTarget] = Field({}, max_length=60)
    baselines: dict[Key, PlaceBaseline] = Field({}, max_length=60)
    coverage: Line | None = None
    target_group: Line | None = None
    funding: Line | None = None


class Adaptation(In):
    """The differences: the fields' local values, and why for every one that differs."""

    fields: LocalFields | None = None
    differs: dict[FieldName, Text] = Field({}, max_length=60)
    reason: Text = ""
    local: Id | None = None


@router.post("/measures/{pk}/adaptation", response=makes(Alignment))
@change(Permission.ALIGNMENT_DECIDE, conditional=True)
def adapt(request: Call, pk: InPath, said: Adaptation) -> HttpResponse:
    """Adopt the national measure with differences.

    If-Match is the ETag of the answer that stands, "0" where none does.
    """
    national = documents.measure_by_id(pk)
    made = acts.adapt_measure(
        officer=request.officer,
        at=request.at,
        national=national,
        fields=_fields(said.fields, national) if said.fields else {},
        differs=said.differs,
        reason=said.reason,
        local=_local(said.local),
        expected_row_version=_standing(request, national),
    )
    return answered(made, status=201)


class AlignmentReason(In):
    """Why."""

    reason: Text


@router.post("/measures/{pk}/decline", response=makes(Alignment))
@change(Permission.ALIGNMENT_DECIDE, conditional=True)
def decline(request: Call, pk: InPath, why: AlignmentReason) -> HttpResponse:
    """Decline the national measure, with the reason.

    If-Match is the ETag of the answer that stands, "0" where none does.
    """
    national = documents.measure_by_id(pk)
    made = acts.decline_measure(
        officer=request.officer,
        at=request.at,
        national=national,
        reason=why.reason,
        expected_row_version=_standing(request, national),
    )
    return answered(made, status=201)


@router.post("/alignments/{pk}/reconsideration", response=changes(Alignment))
@change(Permission.ALIGNMENT_DECIDE, conditional=True)
def consider_again(request: Call, pk: InPath, why: AlignmentReason) -> HttpResponse:
    """Take the answer back, so that the measure is not yet considered; the old answer stays readable."""
    alignment = reads.answer_by_id(pk)
    taken_back = acts.consider_again(
        officer=request.officer,
        at=request.at,
        alignment=alignment,
        reason=why.reason,
        expected_row_version=expected_version(request, alignment),
    )
    return answered(taken_back)


def _standing(request: Call, national: Any) -> int | None:
    """The row version of the place's standing answer, which the caller must have read; None without one.

    Raises Stale for a caller who read an answer that stands no more, or none where one stands.
    """
    agency = request.officer.agency
    assert agency is not None
    answer = reads.standing_answer(national, agency.place_code)
    if answer is not None:
        return expected_version(request, answer)
    if version_read(request):
        raise stale()
    return None


def _local(pk: int | None) -> Any:
    return documents.measure_by_id(pk) if pk else None


def answered(made: Any, *, status: int = 200) -> HttpResponse:
    location = f"/api/v1/alignments/{made.pk}" if status == 201 else None
    return versioned(Alignment, reads.answer_by_id(made.pk), status=status, location=location)


def _fields(said: LocalFields, national: Any) -> dict[str, Any]:
    """The fields as the act takes them."""
    sent = said.dict(exclude_unset=True, exclude={"targets", "baselines"})
    fields: dict[str, Any] = {
        name: sent[name]
        for name in ("starts", "deadline", "indicator", "coverage", "target_group", "funding")
        if sent.get(name) is not None
    }
    for name in ("title", "text"):
        if f"{name}_en" in sent or f"{name}_zh" in sent:
            fields[name] = tuple(
                sent.get(f"{name}_{language}", getattr(national, f"{name}_{language}")) or ""
                for language in ("en", "zh")
            )
    for name in ("lead", "support"):
        if sent.get(name) is not None:
            known = agencies_by_key(sent[name])
            fields[name] = [given(known.get(key)) for key in sent[name]]
    fields |= {f"target:{key}": TargetSaid(one.value, one.by) for key, one in said.targets.items()}
    fields |= {f"baseline:{key}": BaselineSaid(one.value, one.year) for key, one in said.baselines.items()}
    return fields
