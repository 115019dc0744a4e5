"""Indicators, their series, roll-ups and standing against baseline and target; the arithmetic is elsewhere."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Field, Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.mechanism.plan.acts import observations as acts
from concerted.mechanism.plan.acts.rollups import refresh_rollups
from concerted.mechanism.plan.reads import indicators as reads
from concerted.mechanism.plan.reads.reporting import period_by_id

from .answers import In, Page, Paging, of, page_of, reply
from .call import (
    Call,
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
    given,
    makes,
    operation,
)

router = Router(tags=["indicators"])
RollUpName = Literal["", "sum", "mean", "latest", "min", "max", "ratio_of_sums", "none"]


class Indicator(Schema):
    """What is counted, in which unit, which way is good, and how it adds up."""

    id: int
    plan: str = of("plan.key")
    key: str
    name_en: str
    name_zh: str
    unit: str
    kind: str
    direction: str
    numerator_en: str
    numerator_zh: str
    denominator_en: str
    denominator_zh: str
    cumulative: bool
    rollup_areas: str
    rollup_time: str
    dimensions: list[str]
    reporting_level: str
    tolerance: Decimal | None
    note: str


@router.get("/plans/{key}/indicators", response=answers(Page[Indicator]))
@operation(Permission.PLAN_READ)
def list_indicators(request: Call, key: KeyInPath, paging: Query[Paging]) -> Any:
    """The plan's indicators."""
    return page_of(reads.indicators_of_plan(given(reads.plan_by_key(key))), paging)


class NewIndicator(In):
    """An indicator; a roll-up left out is the usual one of its kind."""

    key: Slug
    name_en: Line
    name_zh: str = Field("", pattern=r"^[^\x00\r\n]*$", max_length=200)
    unit: str = Field(pattern=r"^[^\x00\r\n]*$", max_length=60)
    direction: Literal["rise", "fall", "reach", "keep"]
    kind: Literal["count", "ratio", "score"] = "count"
    numerator_en: str = Field("", pattern=r"^[^\x00\r\n]*$", max_length=200)
    numerator_zh: str = Field("", pattern=r"^[^\x00\r\n]*$", max_length=120)
    denominator_en: str = Field("", pattern=r"^[^\x00\r\n]*$", max_length=200)
    denominator_zh: str = Field("", pattern=r"^[^\x00\r\n]*$", max_length=120)
    cumulative: bool = False
    rollup_areas: RollUpName = ""
    rollup_time: RollUpName = ""
    dimensions: list[Slug] = Field([], max_length=12)
    reporting_level: Literal["", "province", "prefecture", "county"] = ""
    tolerance: Number | None = None
    note: Text = ""


@router.post("/plans/{key}/indicators", response=makes(Indicator))
@change(Permission.PLAN_DRAFT)
def define_indicator(request: Call, key: KeyInPath, new: NewIndicator) -> HttpResponse:
    """Say what is counted."""
    made = acts.define_indicator(
        officer=request.officer,
        at=request.at,
        plan=given(reads.plan_by_key(key)),
        dimensions=tuple(new.dimensions),
        **new.dict(exclude={"dimensions"}),
    )
    return reply(Indicator, made, status=201, location=f"/api/v1/indicators/{made.pk}")


@router.get("/indicators/{pk}", response=answers(Indicator))
@operation(Permission.PLAN_READ)
def read_indicator(request: Call, pk: InPath) -> Any:
    """One indicator."""
    return given(reads.indicator_by_id(pk))


class Baseline(Schema):
    """Where the indicator stood before."""

    place_code: str
    year: int
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    source: str


class Target(Schema):
    """What the indicator shall be by a day."""

    place_code: str
    by: date
    value: Decimal | None
    comment: str


class Goals(Schema):
    """Everything the version in force says of an indicator's start and goals."""

    baselines: list[Baseline]
    targets: list[Target]


@router.get("/indicators/{pk}/goals", response=answers(Goals))
@operation(Permission.PLAN_READ)
def read_goals(request: Call, pk: InPath) -> Any:
    """The indicator's baselines and targets."""
    indicator = given(reads.indicator_by_id(pk))
    baselines, targets = reads.baselines_and_targets(
        version=reads.version_in_force(indicator.plan), indicator=indicator
    )
    return {"baselines": baselines, "targets": targets}


class Quotient(Schema):
    """A number, or why there is none."""

    value: float | None
    why: str | None


class Bounds(Schema):
    """What a value lies between when the missing is counted in; null is open."""

    lower: float | None
    upper: float | None


class Point(Schema):
    """A period's value with how much of it was reported."""

    period: str = of("period.key")
    value: float | None
    numerator: float | None
    denominator: float | None
    reported: int
    expected: int
    conflicting: int
    low: float | None
    high: float | None
    own: bool


class Progress(Schema):
    """One indicator at one place and period, against the version's baseline and target."""

    indicator: int = of("indicator.pk")
    indicator_key: str = of("indicator.key")
    place_code: str
    period: str = of("period.key")
    series: list[Point]
    counted_periods: list[str] = Field(
        description="The periods the value is made of: those of the year that ends with the period, or all of them "
        "where it is a running total or the newest figure."
    )
    value: Quotient
    comparable: bool = Field(
        description="Whether the value covers what baseline and target are about; a sum does when it has a whole year."
    )
    bounds: Bounds | None
    baseline: Baseline | None
    target: Target | None
    achieved: Quotient
    achieved_bounds: Bounds | None
    departure: float | None = Field(
        description="How far the value lies above (+) or below (-) the level to be kept; null where none is to be."
    )
    standing: str = of("pace.standing")
    met: bool | None
    own: Point | None = Field(
        description="What the place itself gave for the period; null where it gave nothing."
    )
    rolled: Point | None = Field(description="What the places below gave for the period together.")


class WantedSeries(Schema):
    """The place, the plan's own unless said, and the last period of the series, the newest unless said."""

    place: PlaceCode | None = None
    period: Key | None = None


@router.get("/indicators/{pk}/series", response=answers(Progress))
@operation(Permission.PLAN_READ)
def read_series(request: Call, pk: InPath, wanted: Query[WantedSeries]) -> Any:
    """How the indicator stands at a place, period by period; absent before the first period."""
    indicator = given(reads.indicator_by_id(pk))
    on = request.at.date()
    (found,) = reads.progress_of(
        version=reads.version_in_force(indicator.plan),
        indicators=[indicator],
        place_code=wanted.place or indicator.plan.place_code,
        period=given(reads.period_for(indicator.plan, on=on, key=wanted.period or "")),
        on=on,
    )
    return found


class WantedProgress(Schema):
    """The period, the newest with figures unless said."""

    period: Key | None = None


@router.get("/plans/{key}/progress", response=answers(list[Progress]))
@operation(Permission.PLAN_READ)
def read_progress(request: Call, key: KeyInPath, wanted: Query[WantedProgress]) -> Any:
    """How every indicator of the plan in force stands at the plan's own place."""
    plan, on = given(reads.plan_by_key(key)), request.at.date()
    return reads.national_progress(
        version=given(reads.version_in_force(plan)),
        period=given(reads.period_for(plan, on=on, key=wanted.period or "")),
        on=on,
    )


class RollUp(Schema):
    """An indicator over the areas below a place, with what is missing as bounds."""

    id: int
    indicator: int = of("indicator_id")
    period: str = of("period.key")
    place_code: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    reported: int
    expected: int
    conflicting: int
    low: Decimal | None = Field(description="What the whole is at least; null: nothing limits it below.")
    high: Decimal | None = Field(
        description="What the whole is at most; null: nothing limits it above, as with counts and days a person."
    )
    median: Decimal | None


class WantedRollUps(Paging):
    """Which roll-ups."""

    place: PlaceCode | None = None
    period: Id | None = None


@router.get("/indicators/{pk}/roll-ups", response=answers(Page[RollUp]))
@operation(Permission.PLAN_READ)
def list_rollups(request: Call, pk: InPath, wanted: Query[WantedRollUps]) -> Any:
    """The indicator's roll-ups."""
    found = reads.rollups_of(
        indicator=given(reads.indicator_by_id(pk)),
        place_code=wanted.place,
        period=given(period_by_id(wanted.period)) if wanted.period else None,
    )
    return page_of(found, wanted)


class Refreshed(Schema):
    """How many roll-ups were computed."""

    rollups: int


@router.post("/plans/{key}/roll-ups", response=changes(Refreshed))
@change(Permission.PERIOD_OPEN)
def refresh(request: Call, key: KeyInPath) -> HttpResponse:
    """Compute every roll-up of the plan anew from its observations."""
    plan = given(reads.plan_by_key(key))
    return reply(Refreshed, refresh_rollups(officer=request.officer, at=request.at, plan=plan))


class Apart(Schema):
    """A plan's own figure that cannot be what the places below it come to together."""

    own: float
    source: str | None = of("source.key", None)
    below: float = of("rolled.value")
    reported: int = of("rolled.reported")
    expected: int = of("rolled.expected")
    low: float | None = of("rolled.low", None)
    high: float | None = of("rolled.high", None)
    by: float = Field(
        description="How far the own figure lies above (+) or below (-) everything the places below can come to."
    )


class Conflict(Schema):
    """A cell that waits for a ruling: its values differ, or it says another thing than the places below together."""

    indicator: int = of("indicator.pk")
    period: str = of("period.key")
    place_code: str
    values: int
    kind: Literal["sources", "roll_up"] = Field(
        description="`sources`: sources of the cell differ, and it counts as not reported until a ruling. `roll_up`: "
        "the plan's own figure cannot be what the places below come to; it counts, and a ruling confirms it."
    )
    apart: Apart | None = Field(description="Only of the kind `roll_up`.")


class Conflicts(Schema):
    """The newest cells that wait for a ruling, how many there are in all, and out of how many cells with a value."""

    items: list[Conflict]
    total: int
    cells: int


@router.get("/plans/{key}/conflicts", response=answers(Conflicts))
@operation(Permission.PLAN_READ)
def list_conflicts(request: Call, key: KeyInPath) -> Any:
    """The cells of the plan that wait for a ruling, newest period first, 200 at most."""
    plan = given(reads.plan_by_key(key))
    found, total = reads.conflicts(plan=plan)
    return {"items": found, "total": total, "cells": reads.cells_told(plan=plan)}
