"""Observations, cells and rulings, and figures others published; every value keeps its source."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.plan.acts import observations as acts
from concerted.mechanism.plan.acts.bulk import load_observations
from concerted.mechanism.plan.reads import cell as reads
from concerted.mechanism.plan.reads.indicators import indicator_by_id, plan_by_key
from concerted.mechanism.plan.reads.reporting import period_by_id

from .answers import In, Page, Paging, of, page_of, reply, slice_of
from .call import (
    Call,
    Id,
    InPath,
    Key,
    KeyInPath,
    Line,
    Number,
    PlaceCode,
    PlaceInPath,
    Router,
    Text,
    answers,
    change,
    changes,
    given,
    makes,
    operation,
)

router = Router(tags=["figures"])
Breakdown = Field("", pattern=r"^[A-Za-z0-9_=;\-]*$", max_length=120)
Qualifier = Literal["exact", "about", "at_least", "at_most", "more_than", "less_than", "nearly"]


class Observation(Schema):
    """One reported value with its source; withdrawn ones stay readable."""

    id: int
    indicator: int = of("indicator_id")
    period: int = of("period_id")
    place_code: str
    breakdown: str
    value: Decimal
    numerator: Decimal | None
    denominator: Decimal | None
    qualifier: str
    source_agency: str = of("source_agency.key")
    source_note: str
    officer: str | None = of("officer.username", None)
    recorded_at: datetime
    withdrawn_at: datetime | None


class WantedObservations(Paging):
    """Which values of the indicator."""

    place: PlaceCode | None = None
    period: Id | None = None


@router.get("/indicators/{pk}/observations", response=answers(Page[Observation]))
@operation(Permission.PLAN_READ)
def list_observations(request: Call, pk: InPath, wanted: Query[WantedObservations]) -> Any:
    """Every value ever given for the indicator, in order of entry."""
    found = reads.observations_of(
        indicator=given(indicator_by_id(pk)),
        period=given(period_by_id(wanted.period)) if wanted.period else None,
        place_code=wanted.place,
    )
    return page_of(found, wanted)


class Figure(In):
    """A value, or for a ratio its numerator and denominator."""

    value: Number | None = None
    numerator: Number | None = None
    denominator: Number | None = None
    qualifier: Qualifier = "exact"
    source_note: Line = ""


class NewObservation(Figure):
    """A value for a cell, with the agency as its source."""

    indicator: Id
    period: Id
    place_code: PlaceCode
    breakdown: str = Breakdown


@router.post("/observations", response=makes(Observation))
@change(Permission.OBSERVATION_ENTER)
def enter(request: Call, new: NewObservation) -> HttpResponse:
    """Put one value into a cell; values of others stay beside it."""
    made = acts.enter_observation(
        officer=request.officer,
        at=request.at,
        indicator=given(indicator_by_id(new.indicator)),
        period=given(period_by_id(new.period)),
        **new.dict(exclude={"indicator", "period"}),
    )
    return _observation(made.pk, status=201)


@router.get("/observations/{pk}", response=answers(Observation))
@operation(Permission.PLAN_READ)
def read_observation(request: Call, pk: InPath) -> Any:
    """One value."""
    return given(reads.observation_by_id(pk))


class ValueCorrection(Figure):
    """The better value, and why."""

    reason: Text


@router.post("/observations/{pk}/corrections", response=makes(Observation))
@change(Permission.OBSERVATION_WITHDRAW)
def correct(request: Call, pk: InPath, new: ValueCorrection) -> HttpResponse:
    """Replace a value by its source's better one; the old one stays readable."""
    made = acts.correct_observation(
        officer=request.officer,
        at=request.at,
        observation=given(reads.observation_by_id(pk)),
        **new.dict(),
    )
    return _observation(made.pk, status=201)


class Reason(In):
    """Why."""

    reason: Text


@router.post("/observations/{pk}/withdrawal", response=changes(Observation))
@change(Permission.OBSERVATION_WITHDRAW)
def withdraw(request: Call, pk: InPath, why: Reason) -> HttpResponse:
    """Take a value back; it stays readable, the cell goes without it."""
    acts.withdraw_observation(
        officer=request.officer,
        at=request.at,
        observation=given(reads.observation_by_id(pk)),
        reason=why.reason,
    )
    return _observation(pk)


class Ruling(Schema):
    """Which of several values counts, by whom and why."""

    id: int
    observation: int = of("observation_id")
    reason: str
    officer: str = of("officer.username")
    at: datetime
    replaced_at: datetime | None


@router.post("/observations/{pk}/rulings", response=makes(Ruling))
@change(Permission.RULING_MAKE)
def rule(request: Call, pk: InPath, why: Reason) -> HttpResponse:
    """Choose this value among those that stand side by side."""
    made = acts.rule(
        officer=request.officer,
        at=request.at,
        observation=given(reads.observation_by_id(pk)),
        reason=why.reason,
    )
    return reply(Ruling, made, status=201)


class Cell(Schema):
    """Everything ever said in one cell; `chosen` is the value that counts."""

    state: str
    chosen: int | None
    conflicting: bool
    apart: float | None = Field(
        description="How far the value that counts lies beyond what the places below can come to together; null where "
        "it fits or a ruling lets it count."
    )
    standing: list[Observation]
    withdrawn: list[Observation]
    rulings: list[Ruling]


class WantedCell(Schema):
    """The breakdown, the whole unless said."""

    breakdown: str = Breakdown


@router.get("/indicators/{pk}/periods/{period}/cells/{code}", response=answers(Cell))
@operation(Permission.PLAN_READ)
def read_cell(request: Call, pk: InPath, period: InPath, code: PlaceInPath, wanted: Query[WantedCell]) -> Any:
    """The values of a cell side by side, with their sources and rulings."""
    return reads.cell_values(
        indicator=given(indicator_by_id(pk)),
        period=given(period_by_id(period)),
        place_code=code,
        breakdown=wanted.breakdown,
    )


class ValueRow(In):
    """One row of figures; keys of indicator, period and source agency, numbers or texts; an empty value is none."""

    indicator: str = Field(pattern=r"^[^\x00]*$", max_length=80)
    period: str = Field(pattern=r"^[^\x00]*$", max_length=40)
    place: PlaceCode
    value: Number | None = None
    numerator: Number | None = None
    denominator: Number | None = None
    breakdown: str = Breakdown
    qualifier: Qualifier = "exact"
    source: Key | None = None
    note: Line = ""


class Rows(In):
    """Many rows at once; all are taken or none. `replace` takes differing values as corrections."""

    rows: list[ValueRow] = Field(max_length=20_000)
    replace: bool = False


class Loaded(Schema):
    """What a load did."""

    added: int
    replaced: int
    unchanged: int
    empty: int
    rollups: int


@router.post("/plans/{key}/observations", response=makes(Loaded))
@change(Permission.OBSERVATION_ENTER)
def load(request: Call, key: KeyInPath, new: Rows) -> HttpResponse:
    """Take in rows of figures; every fault is told with its row."""
    loaded = load_observations(
        officer=request.officer,
        at=request.at,
        plan=given(plan_by_key(key)),
        rows=[_row(row) for row in new.rows],
        replace=new.replace,
        source_file="api",
    )
    return reply(Loaded, loaded, status=201)


def _row(row: ValueRow) -> dict[str, object]:
    return {name: value for name, value in row.dict().items() if value is not None}


class Statistic(Schema):
    """A figure somebody published, as printed."""

    row: int = of("figure.row")
    span: str = of("figure.span")
    measure: str = of("figure.measure")
    value: Decimal | None = of("figure.value")
    value_text: str = of("figure.value_text")
    qualifier: str = of("figure.qualifier")
    unit: str = of("figure.unit")
    period_from: str = of("figure.period_from")
    period_to: str = of("figure.period_to")
    geography: str = of("figure.geography")
    publisher: str = of("figure.publisher")
    source: str = of("figure.source")
    note: str = of("figure.note")
    contradicted: bool


class WantedStatistics(Paging):
    """Words to look for."""

    words: Line = ""


@router.get("/statistics", response=answers(Page[Statistic]))
@operation(Permission.PLAN_READ)
def list_statistics(request: Call, wanted: Query[WantedStatistics]) -> Any:
    """Published figures, in the order of the register; nothing is added up."""
    found = reads.published_statistics(search=wanted.words)
    return slice_of(found, wanted, key=lambda one: one.figure.row, kind=int)


def _observation(pk: int, *, status: int = 200) -> HttpResponse:
    location = f"/api/v1/observations/{pk}" if status == 201 else None
    return reply(Observation, given(reads.observation_by_id(pk)), status=status, location=location)
