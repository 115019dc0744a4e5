"""The register of decisions, action items and what became of them, and ladders; it words none of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.utils import timezone
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.foundation.obligations import reads as owed
from concerted.mechanism.meetings.acts import decisions as acts
from concerted.mechanism.meetings.acts import followup
from concerted.mechanism.meetings.reads import actions as action_reads
from concerted.mechanism.meetings.reads import register as reads
from concerted.mechanism.meetings.reads import tracing

from .answers import In, Page, Paging, of, read_cursor, reply, slice_of, versioned, write_cursor
from .call import Call, Day, InPath, Key, Line, Router, Text, answers, as_read, change, changes, operation
from .sessions import ActionItem, Decision, action_of, decision_of
from .sessions import router as same_addresses

router = Router(tags=["decisions"])


class DecisionQuery(Paging):
    """What narrows the register; empty fields do not. words: every one of them, in either language."""

    words: Line = ""
    series: Key | None = None
    state: Key | None = None
    kind: Key | None = None
    owner: Key | None = None
    meeting: Key | None = None
    since: Day | None = None
    until: Day | None = None


@router.get("/decisions", response=answers(Page[Decision]))
@operation(Permission.MEETING_READ)
def list_decisions(request: Call, wanted: Query[DecisionQuery]) -> Any:
    """Adopted decisions, newest first."""
    found = reads.decisions(
        officer=request.officer,
        at=request.at,
        wanted=reads.DecisionFilter(
            words=wanted.words,
            since=wanted.since,
            until=wanted.until,
            series=wanted.series or "",
            state=wanted.state or "",
            kind=wanted.kind or "",
            owner=wanted.owner or "",
            meeting=wanted.meeting or "",
        ),
        after=read_cursor(wanted.cursor, int),
        size=wanted.limit,
    )
    return {"items": list(found.rows), "next": write_cursor(found.next) if found.next else None}


@same_addresses.get("/decisions/{pk}", tags=["decisions"], response=answers(Decision))
@operation(Permission.MEETING_READ)
def read_decision(request: Call, pk: InPath) -> Any:
    """One decision."""
    return versioned(Decision, decision_of(request, pk))


@same_addresses.get("/decisions/{pk}/action-items", tags=["decisions"], response=answers(Page[ActionItem]))
@operation(Permission.MEETING_READ)
def list_action_items(request: Call, pk: InPath, paging: Query[Paging]) -> Any:
    """The action items of a decision."""
    rows = sorted(decision_of(request, pk).action_items.all(), key=lambda one: one.pk)
    return slice_of(rows, paging, key=lambda one: one.pk, kind=int)


class DecisionConclusion(In):
    """What became of a decision, with what was done and what not."""

    outcome: Literal["implemented", "partly_implemented", "lapsed"]
    reason: Text


@router.post("/decisions/{pk}/conclusion", response=changes(Decision))
@change(Permission.DECISION_END, conditional=True)
def conclude_decision(request: Call, pk: InPath, new: DecisionConclusion) -> HttpResponse:
    """Say what became of a decision."""
    ended = acts.conclude_decision(
        officer=request.officer,
        at=request.at,
        decision=as_read(request, decision_of(request, pk)),
        **new.dict(),
    )
    return versioned(Decision, ended)


class CurvePoint(Schema):
    """After so many days, the share still open with its 95 % bounds."""

    days: float
    still_open: float
    low: float
    high: float
    at_risk: int


class Chain(Schema):
    """A decision and the meetings on whose agendas it stood."""

    decision: int
    meetings: list[str]


class Results(Schema):
    """What became of adopted decisions by a day. median_days: null while half are not verified."""

    on: date
    decisions: int
    closed: int
    by_state: dict[str, int]
    action_items: dict[str, int]
    median_days: float | None
    curve: list[CurvePoint]
    chains: list[Chain]
    untouched: list[int]


class ResultsQuery(Schema):
    """The day, no later than today, and the series."""

    on: Day | None = None
    series: Key | None = None


@router.get("/decision-results", response=answers(Results))
@operation(Permission.MEETING_READ)
def read_results(request: Call, wanted: Query[ResultsQuery]) -> Any:
    """From decision to result."""
    today = timezone.localdate(request.at)
    found = tracing.trace(
        officer=request.officer,
        at=request.at,
        on=min(wanted.on or today, today),
        wanted=reads.DecisionFilter(series=wanted.series or ""),
    )
    return {
        "on": found.on,
        "decisions": found.of,
        "closed": found.closed,
        "by_state": dict(found.by_state),
        "action_items": dict(found.action_items),
        "median_days": found.to_close.median,
        "curve": list(found.to_close.points),
        "chains": [
            {"decision": chain.decision.pk, "meetings": [one.key for one in chain.meetings]}
            for chain in found.chains
        ],
        "untouched": [one.pk for one in found.untouched],
    }


class ActionLine(Schema):
    """An action item with its age in days, how often it was carried over, and whether something owed is overdue."""

    action_item: ActionItem = of("item")
    age: int
    carried: int
    is_red: bool
    due: date | None


class Board(Schema):
    """The caller's agency's action items: its own, those it assigned, those whose claims it verifies."""

    mine: list[ActionLine]
    assigned: list[ActionLine]
    to_verify: list[ActionLine]


class Which(Schema):
    """Whether ended ones are told too."""

    ended_too: bool = False


@router.get("/action-items", response=answers(Board))
@operation(Permission.MEETING_READ)
def read_board(request: Call, which: Query[Which]) -> Any:
    """The action items of the caller's agency, red and old ones first."""
    return action_reads.action_board(officer=request.officer, at=request.at, open_only=not which.ended_too)


class ActionMove(Schema):
    """One move of an action item."""

    act: str
    from_state: str
    to_state: str
    agency: str = of("agency.key")
    at: datetime
    text: str
    evidence: list[Any]
    review_on: date | None


class ActionPage(Schema):
    """An action item with what is owed for it, its moves and the acts the caller may do now."""

    line: ActionLine
    moves: list[ActionMove]
    possible: list[str]


@same_addresses.get("/action-items/{pk}", tags=["decisions"], response=answers(ActionPage))
@operation(Permission.MEETING_READ)
def read_action_item(request: Call, pk: InPath) -> Any:
    """One action item."""
    found = action_reads.action_page(officer=request.officer, at=request.at, pk=pk)
    shown = {
        "line": found.line,
        "moves": list(found.moves),
        "possible": [row.act for row in found.possible],
    }
    return reply(ActionPage, shown, etag=f'"{found.line.item.row_version}"')


class StepWords(In):
    """A step in words."""

    text: Text = ""


@router.post("/action-items/{pk}/acknowledgement", response=changes(ActionItem))
@change(Permission.ACTION_WORK, conditional=True)
def acknowledge(request: Call, pk: InPath, said: StepWords) -> HttpResponse:
    """Take note of an action item."""
    moved = followup.acknowledge(
        officer=request.officer,
        at=request.at,
        action_item=as_read(request, action_of(request, pk)),
        text=said.text,
    )
    return versioned(ActionItem, moved)


@router.post("/action-items/{pk}/progress", response=changes(ActionItem))
@change(Permission.ACTION_WORK, conditional=True)
def report_progress(request: Call, pk: InPath, said: StepWords) -> HttpResponse:
    """Say how far it is; no clock stops but that of taking note."""
    moved = followup.report_progress(
        officer=request.officer,
        at=request.at,
        action_item=as_read(request, action_of(request, pk)),
        text=said.text,
    )
    return versioned(ActionItem, moved)


class ActionClaim(In):
    """A claim that it is done, with its evidence."""

    text: Text
    evidence: Annotated[list[Line], Field(max_length=50)]


@router.post("/action-items/{pk}/claim", response=changes(ActionItem))
@change(Permission.ACTION_WORK, conditional=True)
def claim_done(request: Call, pk: InPath, claim: ActionClaim) -> HttpResponse:
    """Claim that it is done."""
    moved = followup.claim_done(
        officer=request.officer,
        at=request.at,
        action_item=as_read(request, action_of(request, pk)),
        **claim.dict(),
    )
    return versioned(ActionItem, moved)


class Verdict(In):
    """Whether it is found done; a claim sent back needs its reason in the text."""

    is_done: bool
    text: Text = ""


@router.post("/action-items/{pk}/verification", response=changes(ActionItem))
@change(Permission.ACTION_VERIFY, conditional=True)
def verify(request: Call, pk: InPath, verdict: Verdict) -> HttpResponse:
    """Verify a claim from outside the owner, or send it back."""
    item = as_read(request, action_of(request, pk))
    if verdict.is_done:
        moved = followup.verify(officer=request.officer, at=request.at, action_item=item, text=verdict.text)
    else:
        moved = followup.send_back(
            officer=request.officer, at=request.at, action_item=item, reason=verdict.text
        )
    return versioned(ActionItem, moved)


class Look(In):
    """How an item without a due date stands, and when it is looked at next."""

    text: Text
    next_review: Day


@router.post("/action-items/{pk}/review", response=changes(ActionItem))
@change(Permission.ACTION_VERIFY, conditional=True)
def review(request: Call, pk: InPath, new: Look) -> HttpResponse:
    """Look at an item without a due date again."""
    moved = followup.review(
        officer=request.officer,
        at=request.at,
        action_item=as_read(request, action_of(request, pk)),
        **new.dict(),
    )
    return versioned(ActionItem, moved)


class Rung(Schema):
    """One step of a ladder: whom it tells, when it falls due, and when it was taken."""

    number: int
    level: str
    agency: str | None = of("agency.key", None)
    falls_on: date
    taken_at: datetime | None
    said: str


class Climbing(Schema):
    """An obligation that climbed its ladder, and the answer that stopped it where one did."""

    obligation: int
    kind: str
    owner: str
    owed_to: str
    due: date
    answered_at: datetime | None
    rungs: list[Rung]


class Answered(Schema):
    """Whether to tell those that an answer stopped, in place of those still climbing."""

    answered: bool = False


@router.get("/ladders", response=answers(list[Climbing]))
@operation(Permission.OBLIGATION_READ)
def list_ladders(request: Call, which: Query[Answered]) -> Any:
    """The newest thirty ladders that concern the caller's agency; both sides see the same steps."""
    on, agency = timezone.localdate(request.at), request.officer.agency
    assert agency is not None
    found = owed.climbing(agency, on=on, answered=which.answered)
    rungs = owed.rungs_by_obligation(found, on=on)
    return [
        {
            "obligation": one.pk,
            "kind": one.kind,
            "owner": one.owner.key,
            "owed_to": one.owed_to.key,
            "due": one.due,
            "answered_at": one.met_at or one.excused_at,
            "rungs": rungs[one.pk],
        }
        for one in found
    ]
