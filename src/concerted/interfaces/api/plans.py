"""Plans, their versions and what a version says; a version is changed only while it is a draft."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.interfaces.exchange.plan_store import export_plan, read_plan_file
from concerted.mechanism.plan.acts import documents
from concerted.mechanism.plan.canonical import plain
from concerted.mechanism.plan.reads import documents as reads
from concerted.mechanism.plan.reads.naming import left_behind
from concerted.mechanism.plan.reads.resembling import resemblances

from .answers import In, Page, Paging, of, reply, slice_of, versioned
from .call import (
    Call,
    Day,
    Id,
    InPath,
    Key,
    KeyInPath,
    Line,
    PlaceCode,
    Router,
    Slug,
    answers,
    change,
    changes,
    edit,
    expected_version,
    makes,
    operation,
)

router = Router(tags=["plans"])
Level = Literal["nation", "province", "prefecture", "county"]


class Plan(Schema):
    """A plan of action across its versions."""

    id: int
    key: str
    level: str
    place_code: str
    title_en: str
    title_zh: str
    issuer: str | None = of("issuer.key", None)
    office: str = of("office.key")
    parent: str | None = of("parent.key", None)
    predecessor: str | None = of("predecessor.key", None)
    victim_scope: str
    is_demonstration: bool


class Version(Schema):
    """One wording of a plan; frozen once adopted."""

    id: int
    plan: str = of("plan.key")
    number: int
    state: str
    document_no: str
    adopted_on: date | None
    period_from: date | None
    period_to: date | None
    completeness: str
    content_hash: str
    row_version: int


class Summary(Schema):
    """A plan with what is in force, whether a draft is open, and how much of it was read."""

    plan: Plan
    in_force: Version | None
    draft: Version | None
    versions: int
    measures: int
    unread: int
    has_unread_list: bool


@router.get("/plans", response=answers(Page[Summary]))
@operation(Permission.PLAN_READ)
def list_plans(request: Call, paging: Query[Paging]) -> Any:
    """Every plan that has a version open to the agency."""
    found = sorted(reads.plan_summaries(), key=_plan_number)
    return slice_of(found, paging, key=_plan_number, kind=int)


def _plan_number(summary: reads.PlanSummary) -> int:
    return summary.plan.pk


class NewPlan(In):
    """An empty plan, whose reports the acting agency will receive."""

    key: Slug
    title_en: Line
    title_zh: str = Field("", pattern=r"^[^\x00\r\n]*$", max_length=200)
    level: Level = "nation"
    place_code: PlaceCode = "000000"
    parent: Key | None = None
    predecessor: Key | None = None


@router.post("/plans", response=makes(Plan))
@change(Permission.PLAN_DRAFT)
def make_plan(request: Call, new: NewPlan) -> HttpResponse:
    """Make an empty plan; its first draft is then opened by a revision of it."""
    made = documents.create_plan(
        officer=request.officer,
        at=request.at,
        key=new.key,
        title_en=new.title_en,
        title_zh=new.title_zh,
        level=new.level,
        place_code=new.place_code,
        parent=reads.plan_by_key(new.parent) if new.parent else None,
        predecessor=reads.plan_by_key(new.predecessor) if new.predecessor else None,
    )
    return reply(Plan, made, status=201, location=f"/api/v1/plans/{made.key}")


class PlanFile(In):
    """A plan file in YAML, as it is exported."""

    yaml: str = Field(pattern=r"^[^\x00]*$", max_length=4_000_000)


@router.post("/plan-files", response=makes(Version))
@change(Permission.PLAN_DRAFT)
def store_plan_file(request: Call, file: PlanFile) -> HttpResponse:
    """Store a plan file as a new draft version of its plan, making the plan where it is new."""
    document = read_plan_file(file.yaml.encode(), "plan.yaml")
    made = documents.store_version(officer=request.officer, at=request.at, document=document)
    return versioned(Version, made, status=201, location=f"/api/v1/versions/{made.pk}")


@router.get("/plans/{key}", response=answers(Plan))
@operation(Permission.PLAN_READ)
def read_plan(request: Call, key: KeyInPath) -> Any:
    """One plan."""
    return reads.plan_by_key(key)


@router.get("/plans/{key}/versions", response=answers(list[Version]))
@operation(Permission.PLAN_READ)
def list_versions(request: Call, key: KeyInPath) -> Any:
    """The plan's versions that are open to the agency, newest first."""
    return reads.versions_of(reads.plan_by_key(key))


@router.post("/plans/{key}/revisions", response=makes(Version))
@change(Permission.PLAN_REVISE)
def start_revision(request: Call, key: KeyInPath) -> HttpResponse:
    """Open a draft that says what the version in force says; of a new plan, an empty one."""
    made = documents.start_revision(officer=request.officer, at=request.at, plan=reads.plan_by_key(key))
    return versioned(Version, made, status=201, location=f"/api/v1/versions/{made.pk}")


class NewSuccessor(In):
    """The plan that follows; `measures` None carries all of them over."""

    key: Slug
    title_en: Line
    title_zh: str = Field("", pattern=r"^[^\x00\r\n]*$", max_length=200)
    period_from: Day
    period_to: Day
    measures: list[Slug] | None = Field(None, max_length=1000)


@router.post("/plans/{key}/successors", response=makes(Version))
@change(Permission.PLAN_DRAFT)
def start_successor(request: Call, key: KeyInPath, new: NewSuccessor) -> HttpResponse:
    """Open the draft of the plan that follows this one."""
    made = documents.start_successor(
        officer=request.officer,
        at=request.at,
        plan=reads.plan_by_key(key),
        key=new.key,
        title_en=new.title_en,
        title_zh=new.title_zh,
        period_from=new.period_from,
        period_to=new.period_to,
        measures=new.measures,
    )
    return versioned(Version, made, status=201, location=f"/api/v1/versions/{made.pk}")


@router.get("/versions/{pk}", response=answers(Version))
@operation(Permission.PLAN_READ)
def read_version(request: Call, pk: InPath) -> HttpResponse:
    """One version, with its ETag."""
    return versioned(Version, reads.version_by_id(pk))


class Obstacle(Schema):
    """Something that stands in the way of adopting a draft."""

    what: str
    field: str
    remedy: str

    @staticmethod
    def resolve_what(thing: Any) -> str:
        """What is wrong, in the language of the call."""
        return str(thing.what)

    @staticmethod
    def resolve_remedy(thing: Any) -> str:
        """What mends it."""
        return str(thing.remedy)


class Resemblance(Schema):
    """A measure that ends with the draft and a new one that is worded much like it; `alike` of 100."""

    ended: str = of("ended.key")
    new: str = of("new.key")
    alike: int


class BeforeAdoption(Schema):
    """What stands in the way of adopting a draft today, and which measures of the version in force end with it."""

    obstacles: list[Obstacle]
    ended: list[str] = Field(
        description="Keys; the answers and reports of these measures are not carried on."
    )
    alike: list[Resemblance] = Field(
        description="Perhaps one measure under two keys: name the old one in `carried_from_key` if it is."
    )


@router.get("/versions/{pk}/adoption", response=answers(BeforeAdoption))
@operation(Permission.PLAN_READ)
def read_before_adoption(request: Call, pk: InPath) -> Any:
    """What is to be seen before a draft is adopted; nothing of a version that is adopted already."""
    version = reads.version_by_id(pk)
    if version.state != "draft":
        return {"obstacles": [], "ended": [], "alike": []}
    return {
        "obstacles": documents.adoption_problems(version, on=request.at.date()),
        "ended": [measure.key for measure in left_behind(version)],
        "alike": resemblances(version),
    }


class PlanAdoption(In):
    """The day a draft comes into force."""

    adopted_on: Day


@router.post("/versions/{pk}/adoption", response=changes(Version))
@change(Permission.PLAN_ADOPT, conditional=True)
def adopt(request: Call, pk: InPath, given_on: PlanAdoption) -> HttpResponse:
    """Put the draft in force and freeze it; the version before is superseded."""
    version = reads.version_by_id(pk)
    expected_version(request, version)
    made = documents.adopt_version(
        officer=request.officer, at=request.at, version=version, adopted_on=given_on.adopted_on
    )
    return versioned(Version, made)


@router.delete("/versions/{pk}", response=changes(Version))
@edit(Permission.PLAN_REVISE)
def discard(request: Call, pk: InPath) -> HttpResponse:
    """Remove a draft with everything in it; the answer is what was removed."""
    version = reads.version_by_id(pk)
    expected_version(request, version)
    answer = reply(Version, version)
    documents.discard_draft(officer=request.officer, at=request.at, version=version)
    return answer


class WholeDocument(Schema):
    """A version as a plan file: `document` in the file's own words, and the same as YAML."""

    version: int
    content_hash: str
    yaml: str


@router.get("/versions/{pk}/document", response=answers(WholeDocument))
@operation(Permission.PLAN_READ)
def read_document(request: Call, pk: InPath) -> Any:
    """The whole text of a version as a plan file, which reads back as exactly this version."""
    version = reads.version_by_id(pk)
    made = export_plan(officer=request.officer, at=request.at, version=version, format="yaml")
    return {"version": version.pk, "content_hash": version.content_hash, "yaml": made.content.decode()}


class Difference(Schema):
    """One field that two versions say differently; before and after as JSON texts."""

    entry: str
    kind: str
    field: str
    before: str
    after: str


class WantedComparison(Schema):
    """The version to compare with."""

    with_version: Id


@router.get("/versions/{pk}/differences", response=answers(list[Difference]))
@operation(Permission.PLAN_READ)
def compare(request: Call, pk: InPath, wanted: Query[WantedComparison]) -> Any:
    """What changed from this version to the other, field by field."""
    before, after = (
        reads.read_document(officer=request.officer, at=request.at, version=reads.version_by_id(one))
        for one in (pk, wanted.with_version)
    )
    return [
        {
            "entry": one.entry,
            "kind": one.kind,
            "field": one.field,
            "before": _written(one.before),
            "after": _written(one.after),
        }
        for one in reads.differences(before, after)
    ]


def _written(value: Any) -> str:
    """As JSON; days and decimal numbers as the texts that a plan file gives them."""
    return json.dumps(plain(value), ensure_ascii=False, default=str)
