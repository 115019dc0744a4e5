"""Reports of cases over the API: taken, triaged, merged, dismissed, taken up again; it opens no case."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.cases import choices
from concerted.mechanism.cases.acts import reports as acts
from concerted.mechanism.cases.reads import reports as reads
from concerted.mechanism.cases.states import REPORT

from ..answers import In, Page, Paging, of, read_cursor, reply, versioned, write_cursor
from ..call import (
    Call,
    Id,
    InPath,
    Key,
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
from .common import OneOf, Short, StepReason, Urgency, With, who

router = Router(tags=["reports of cases"])

Channel = Annotated[str, OneOf(choices.CHANNELS)]
Facts = Annotated[
    dict[Key, Key],
    Field(max_length=60, description="what the six conditions are computed from; see /case-vocabulary"),
]


class IntakeReport(Schema):
    """A report as a list shows it: nothing of what was said."""

    id: int = of("pk")
    number: str
    channel: str
    received_at: datetime
    urgency: str
    place_code: str
    is_anonymous: bool
    facts: dict[str, str]
    triggers: list[str]
    state: str
    triaged_at: datetime | None
    merged_into: int | None = of("merged_into_id")
    case: int | None = of("case_id")
    row_version: int


class ReportDecision(Schema):
    """One decision on a report."""

    at: datetime
    to: str
    note: str


class PlaceTold(Schema):
    """Where it is in the words of whoever reported; is_read: place_code was read from them, for somebody to check."""

    words: str
    is_read: bool


class WholeReport(IntakeReport):
    """A report with its words; words are null where they were erased."""

    narrative: str | None
    reporter: dict[str, Any]
    safe_contact: dict[str, Any]
    place_told: PlaceTold | None
    decisions: list[ReportDecision]
    criminal_case: str
    merged: list[int]
    steps: list[str]


def _where(report: Any) -> str:
    return f"/api/v1/intake-reports/{report.pk}"


def report_of(request: Call, pk: int) -> Any:
    """The agency's own report. Raises NotThere."""
    return reads.report_by_id(**who(request), pk=pk)


class WantedIntakeReports(Paging):
    """Which reports; `open` is what waits, empty is all."""

    state: Annotated[str, OneOf(("", "open", *REPORT.states))] = "open"
    urgency: Annotated[str, OneOf(("", *choices.URGENCIES))] = ""
    channel: Annotated[str, OneOf(("", *choices.CHANNELS))] = ""


@router.get("/intake-reports", response=answers(Page[IntakeReport]))
@operation(Permission.INTAKE_READ)
def list_reports(request: Call, wanted: Query[WantedIntakeReports]) -> Any:
    """The reports the caller's agency took: what waits by urgency and age, everything else newest first."""
    found = reads.reports(
        **who(request),
        state=wanted.state,
        urgency=wanted.urgency,
        channel=wanted.channel,
        cursor=read_cursor(wanted.cursor, str) or "",
        size=wanted.limit,
    )
    return {"items": list(found.reports), "next": write_cursor(found.next) if found.next else None}


@router.get("/intake-reports/{pk}", response=answers(WholeReport))
@operation(Permission.INTAKE_READ)
def read_report(request: Call, pk: InPath) -> HttpResponse:
    """One report with what was said; the look is recorded."""
    view = reads.report_view(**who(request), report=report_of(request, pk))
    words = view.words
    told = With(
        view.report,
        narrative=words.get("narrative"),
        reporter=words.get("reporter") or {},
        safe_contact=words.get("safe_contact") or {},
        place_told=words.get("place_told") or None,
        decisions=list(words.get("decisions") or ()),
        criminal_case=str(words.get("criminal_case", "")),
        merged=[each.pk for each in view.merged],
        steps=[row.act for row in REPORT.from_state(view.report.state)],
    )
    return versioned(WholeReport, told)


class Reporter(In):
    """Who told it, as far as it was said."""

    name: Short = ""
    contact: Short = ""
    relation: Short = ""


class SafeContact(In):
    """How the person may be reached, and how never."""

    how: Line = ""
    when: Line = ""
    never: Line = ""
    code_word: Short = ""


class NewIntakeReport(In):
    """What came in; only the channel and the narrative are compulsory."""

    channel: Channel
    narrative: Text
    urgency: Urgency = "routine"
    place_code: PlaceCode = "000000"
    reporter: Reporter | None = None
    safe_contact: SafeContact | None = None
    facts: Facts = {}
    is_anonymous: bool = False


@router.post("/intake-reports", response=makes(IntakeReport))
@change(Permission.INTAKE_TAKE)
def take_report(request: Call, new: NewIntakeReport) -> HttpResponse:
    """Write down what came in: its clocks start, and police owe what the conditions it meets oblige them to."""
    made = acts.take_report(
        **who(request),
        **new.dict(exclude={"reporter", "safe_contact"}),
        reporter=_given(new.reporter),
        safe_contact=_given(new.safe_contact),
    )
    return versioned(IntakeReport, made, status=201, location=_where(made))


def _given(said: In | None) -> dict[str, Any]:
    return {name: value for name, value in said.dict().items() if value} if said else {}


class Triage(In):
    """How urgent it is, and facts and place as they are known now; a place that is left out stays."""

    urgency: Urgency
    place_code: PlaceCode | None = None
    facts: Facts = {}
    note: Text = ""


@router.post("/intake-reports/{pk}/triage", response=changes(IntakeReport))
@change(Permission.INTAKE_TRIAGE, conditional=True)
def triage(request: Call, pk: InPath, new: Triage) -> HttpResponse:
    """Look at a report; the conditions are computed anew and its clock stops."""
    found = report_of(request, pk)
    done = acts.triage(
        **who(request), report=found, row_version=expected_version(request, found), **new.dict()
    )
    return versioned(IntakeReport, done)


class ReportMerger(In):
    """The report that told the same before."""

    into: Id
    note: Text = ""


@router.post("/intake-reports/{pk}/merger", response=changes(IntakeReport))
@change(Permission.INTAKE_TRIAGE, conditional=True)
def merge(request: Call, pk: InPath, new: ReportMerger) -> HttpResponse:
    """Let the report go with an earlier one."""
    found, into = as_read(request, report_of(request, pk)), report_of(request, new.into)
    return versioned(IntakeReport, acts.merge_report(**who(request), report=found, into=into, note=new.note))


@router.post("/intake-reports/{pk}/dismissal", response=changes(IntakeReport))
@change(Permission.INTAKE_TRIAGE, conditional=True)
def dismiss(request: Call, pk: InPath, new: StepReason) -> HttpResponse:
    """No concern, with a reason that stays; not while a condition obliges police to act."""
    done = acts.dismiss_report(
        **who(request), report=as_read(request, report_of(request, pk)), reason=new.reason
    )
    return versioned(IntakeReport, done)


@router.post("/intake-reports/{pk}/reconsideration", response=changes(IntakeReport))
@change(Permission.INTAKE_TRIAGE, conditional=True)
def reconsider(request: Call, pk: InPath, new: StepReason) -> HttpResponse:
    """Take a dismissed report up again."""
    done = acts.reconsider_report(
        **who(request), report=as_read(request, report_of(request, pk)), reason=new.reason
    )
    return versioned(IntakeReport, done)


class CriminalCase(In):
    """The number of the criminal case."""

    reference: Short


@router.post("/intake-reports/{pk}/criminal-case", response=changes(IntakeReport))
@change(Permission.INTAKE_TRIAGE, conditional=True)
def criminal_case(request: Call, pk: InPath, new: CriminalCase) -> HttpResponse:
    """The caller's police agency has opened the criminal case; the clocks that oblige it stop."""
    done = acts.record_criminal_case_opened(
        **who(request), report=as_read(request, report_of(request, pk)), reference=new.reference
    )
    return versioned(IntakeReport, done)


class FollowUpCode(Schema):
    """The code by which the reporter asks how the report stands; told this once."""

    code: str


@router.post("/intake-reports/{pk}/follow-up-code", response=makes(FollowUpCode))
@change(Permission.INTAKE_TRIAGE)
def follow_up_code(request: Call, pk: InPath) -> HttpResponse:
    """Give the reporter a new code; an earlier one ends."""
    code = acts.give_follow_up_code(**who(request), report=report_of(request, pk))
    return reply(FollowUpCode, {"code": code}, status=201)
