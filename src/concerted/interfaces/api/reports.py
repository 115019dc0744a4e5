"""Reports on measures along their states; the rules of each move are in the acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.plan.acts import reports as acts
from concerted.mechanism.plan.reads import reporting as reads

from .answers import In, Page, Paging, of, page_of, versioned
from .call import (
    Call,
    Id,
    InPath,
    Key,
    Router,
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

router = Router(tags=["reports"])
State = Literal["draft", "submitted", "returned", "cleared", "accepted", "published", "corrected"]
Claimed = Literal[
    "", "not_started", "preparing", "under_way", "mostly_done", "done", "on_hold", "partly_achieved",
    "not_achieved",
]  # fmt: skip


class Entry(In):
    """What a report says of one indicator: a value, a ratio's parts, or why there is none; numbers as typed."""

    value: str = Field("", pattern=r"^[^\x00]*$", max_length=60)
    numerator: str = Field("", pattern=r"^[^\x00]*$", max_length=60)
    denominator: str = Field("", pattern=r"^[^\x00]*$", max_length=60)
    no_value: str = Field("", pattern=r"^[^\x00]*$", max_length=2000)


class Fields(In):
    """What a report's author writes; what is left out stays."""

    claimed_status: Claimed = ""
    narrative: Text = ""
    obstacles: Text = ""
    help_requested: Text = ""
    evidence: list[Text] = Field([], max_length=100)
    values: dict[Key, Entry] = Field({}, max_length=200)


class Report(Schema):
    """One lead agency's report on one measure for one period, in one version."""

    id: int
    plan: str = of("measure.version.plan.key")
    measure: int = of("measure_id")
    measure_key: str = of("measure.key")
    period: int = of("period_id")
    period_key: str = of("period.key")
    agency: str = of("agency.key")
    number: int
    state: str
    claimed_status: str
    narrative: str
    obstacles: str
    help_requested: str
    evidence: list[str]
    values: dict[str, dict[str, str]]
    author: str = of("author.username")
    submitted_by: str | None = of("submitted_by.username", None)
    first_submitted_at: datetime | None
    submitted_at: datetime | None
    cleared_by: str | None = of("cleared_by.username", None)
    cleared_at: datetime | None
    accepted_by: str | None = of("accepted_by.username", None)
    accepted_at: datetime | None
    published_at: datetime | None
    correction_reason: str
    corrects: int | None = of("corrects_id", None)
    changed_at: datetime
    row_version: int


class WantedReports(Paging):
    """Which reports."""

    plan: Key | None = None
    period: Key | None = None
    agency: Key | None = None
    state: State | None = None
    measure: Id | None = None


@router.get("/reports", response=answers(Page[Report]))
@operation(Permission.REPORT_READ)
def list_reports(request: Call, wanted: Query[WantedReports]) -> Any:
    """The reports that are open to the agency; drafts of others are not."""
    found = reads.reports_open(
        plan=wanted.plan or "",
        period=wanted.period or "",
        agency=wanted.agency or "",
        state=wanted.state or "",
        measure_id=wanted.measure,
    )
    return page_of(found, wanted)


class NewReport(In):
    """The measure and period a draft is begun for, and what is already written."""

    measure: Id
    period: Id
    fields: Fields | None = None


@router.post("/reports", response=makes(Report))
@change(Permission.REPORT_WRITE)
def begin_report(request: Call, new: NewReport) -> HttpResponse:
    """Begin the agency's draft; where there is one already, change that with its ETag instead."""
    made = acts.save_draft(
        officer=request.officer,
        at=request.at,
        measure=given(reads.measure_by_id(new.measure)),
        period=given(reads.period_by_id(new.period)),
        fields=_written(new.fields) if new.fields else {},
        expected_row_version=None,
    )
    return _report(made.pk, status=201)


@router.get("/reports/{pk}", response=answers(Report))
@operation(Permission.REPORT_READ)
def read_report(request: Call, pk: InPath) -> HttpResponse:
    """One report, with its ETag."""
    return _report(pk)


@router.patch("/reports/{pk}", response=changes(Report))
@edit(Permission.REPORT_WRITE)
def save_report(request: Call, pk: InPath, new: Fields) -> HttpResponse:
    """Change what is written in a draft or returned report; incomplete is fine, no clock stops."""
    report = given(reads.report_by_id(pk))
    made = acts.save_draft(
        officer=request.officer,
        at=request.at,
        measure=report.measure,
        period=report.period,
        fields=_written(new),
        expected_row_version=expected_version(request, report),
    )
    return _report(made.pk)


class Move(Schema):
    """One move of a report through its states."""

    from_state: str
    to_state: str
    officer: str = of("officer.username")
    at: datetime
    field: str
    reason: str


@router.get("/reports/{pk}/moves", response=answers(list[Move]))
@operation(Permission.REPORT_READ)
def list_moves(request: Call, pk: InPath) -> Any:
    """What happened to the report, oldest first."""
    return reads.moves_of(given(reads.report_by_id(pk)))


@router.get("/reports/{pk}/versions", response=answers(list[Report]))
@operation(Permission.REPORT_READ)
def list_report_versions(request: Call, pk: InPath) -> Any:
    """Every visible version of the report, newest first."""
    found = given(reads.report_by_id(pk))
    numbers = [one.pk for one in reads.versions_of(found)]
    return list(reads.reports_open(measure_id=found.measure_id).filter(pk__in=numbers).order_by("-number"))


@router.post("/reports/{pk}/submission", response=changes(Report))
@change(Permission.REPORT_SUBMIT, conditional=True)
def submit(request: Call, pk: InPath) -> HttpResponse:
    """Hand the report in; the first time is the day its obligation is met."""
    return _moved(request, pk, acts.submit)


class Return(In):
    """The field the report is returned for, and why."""

    field: Literal["claimed_status", "narrative", "obstacles", "help_requested", "evidence", "values"]
    reason: Text


@router.post("/reports/{pk}/return", response=changes(Report))
@change(Permission.REPORT_RETURN, conditional=True)
def return_report(request: Call, pk: InPath, why: Return) -> HttpResponse:
    """Give the report back for one field with the reason."""
    return _moved(request, pk, acts.return_report, **why.dict())


@router.post("/reports/{pk}/clearance", response=changes(Report))
@change(Permission.REPORT_CLEAR, conditional=True)
def clear(request: Call, pk: InPath) -> HttpResponse:
    """Let the report leave the agency; never its author or submitter."""
    return _moved(request, pk, acts.clear)


@router.post("/reports/{pk}/acceptance", response=changes(Report))
@change(Permission.REPORT_ACCEPT, conditional=True)
def accept(request: Call, pk: InPath) -> HttpResponse:
    """Take the report as answered, by the plan's office."""
    return _moved(request, pk, acts.accept)


@router.post("/reports/{pk}/publication", response=changes(Report))
@change(Permission.REPORT_PUBLISH, conditional=True)
def publish(request: Call, pk: InPath) -> HttpResponse:
    """Show the accepted report to everybody."""
    return _moved(request, pk, acts.publish)


class Correction(In):
    """Why a published report is corrected."""

    reason: Text


@router.post("/reports/{pk}/corrections", response=makes(Report))
@change(Permission.REPORT_CORRECT, conditional=True)
def correct(request: Call, pk: InPath, why: Correction) -> HttpResponse:
    """Begin a new version of a published report; the old one stays until the new one is published."""
    return _moved(request, pk, acts.correct, status=201, reason=why.reason)


def _moved(
    request: Call, pk: int, act: Callable[..., Any], *, status: int = 200, **said: Any
) -> HttpResponse:
    report = given(reads.report_by_id(pk))
    expected_version(request, report)
    moved = act(officer=request.officer, at=request.at, report=report, **said)
    return _report(moved.pk, status=status)


def _report(pk: int, *, status: int = 200) -> HttpResponse:
    location = f"/api/v1/reports/{pk}" if status == 201 else None
    return versioned(Report, given(reads.report_by_id(pk)), status=status, location=location)


def _written(fields: Fields) -> dict[str, Any]:
    written = fields.dict(exclude_unset=True)
    if "values" in written:
        written["values"] = {key: entry.dict(exclude_unset=True) for key, entry in fields.values.items()}
    return written
