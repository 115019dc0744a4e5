"""Reads an indicator place by place: rows below a place, who has not reported, and coverage by province."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum

from concerted.foundation.agencies.models import Place
from concerted.methods.results import Quotient

from ...models import Indicator, Observation, Plan, PlanVersion, ReportingPeriod, RollUp, Target
from ..cells import as_code, codes_below, expected_places, is_addressed, read_cells
from .progress import Progress, progress_by_place
from .series import Point


@dataclass(frozen=True)
class PlaceRow:
    """One place below another, for one indicator and period.

    own: the place's own cell (None: it has none); rolled: the roll-up of those below it (None: it has none below).
    state: reported, conflicting, missing, or none (it is not asked and nothing came). achieved: the year's figure
    against the place's own baseline and target.
    """

    place: Place
    progress: Progress
    asked: bool
    state: str

    @property
    def own(self) -> Point | None:
        return self.progress.own

    @property
    def rolled(self) -> Point | None:
        return self.progress.rolled

    @property
    def shown(self) -> Point | None:
        """What the place's line shows: its own value, else the roll-up."""
        return self.own or self.rolled

    @property
    def achieved(self) -> Quotient:
        return self.progress.achieved

    @property
    def target(self) -> Target | None:
        return self.progress.target


def places_below(
    *, version: PlanVersion | None, indicator: Indicator, period: ReportingPeriod, code: str, on: date
) -> list[PlaceRow]:
    """The places directly below one, with value, coverage and state; seven queries whatever their number."""
    level, plan_place = indicator.reporting_level, indicator.plan.place_code
    below = Place.objects.standing(period.ends).filter(parent_code=code).order_by("code")
    places = [one for one in below if is_addressed(one, plan_place=plan_place, level=level)]
    standing = progress_by_place(
        version=version,
        indicator=indicator,
        codes=[one.code for one in places],
        period=period,
        on=on,
    )
    return [_row(one, standing[one.code], one.level == level) for one in places]


def _row(place: Place, progress: Progress, asked: bool) -> PlaceRow:
    return PlaceRow(place, progress, asked, _state(progress.own or progress.rolled, asked))


def _state(point: Point | None, asked: bool) -> str:
    if point is not None and point.conflicting and point.value is None:
        return "conflicting"
    if point is not None and point.reported:
        return "reported"
    return "missing" if asked or point is not None else "none"


@dataclass(frozen=True)
class Missing:
    """Places asked to report that have no usable figure: one page of them, and how many there are of how many."""

    places: tuple[Place, ...]
    missing: int
    expected: int
    following: str


def missing_places(
    *, indicator: Indicator, period: ReportingPeriod, below: str, after: str = "", limit: int = 100
) -> Missing:
    """The places below one that have not reported an indicator for a period, in order of code; four queries."""
    expected = expected_places(
        place_code=indicator.plan.place_code, level=indicator.reporting_level, on=period.ends
    )
    asked = list(codes_below(expected, below)) or [code for code in expected.reporting if code == below]
    standing = Observation.objects.filter(
        indicator=indicator, period=period, breakdown="", withdrawn_at=None
    ).order_by()
    present = set(standing.values_list("place_code", flat=True))
    silent = [code for code in asked if code not in present]
    rest = [code for code in silent if code > after]
    names = _names(set(rest[:limit]), [period.ends])
    following = rest[limit - 1] if len(rest) > limit else ""
    listed = tuple(names[code] for code in rest[:limit] if code in names)
    return Missing(listed, len(silent), len(asked), following)


@dataclass(frozen=True)
class ProvinceCoverage:
    """How much of a province's figures is in: usable cells of those expected, over all indicators of a period."""

    place: Place
    reported: int
    expected: int
    conflicting: int


def coverage_by_province(
    *, plan: Plan, period: ReportingPeriod, among: Iterable[Indicator] | None = None
) -> list[ProvinceCoverage]:
    """Reporting of every province for a period, over all indicators that roll up; five queries at most.

    Where provinces themselves report, their own cells count; else the roll-ups of the places below them. among:
    the plan's indicators, where they are at hand.
    """
    standing = Place.objects.standing(period.ends).filter(level=Place.Level.PROVINCE)
    provinces = list(standing.within(plan.place_code).order_by("code"))
    expected = {
        one.code
        for one in provinces
        if is_addressed(one, plan_place=plan.place_code, level=Place.Level.PROVINCE)
    }
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    indicators = plan.indicators.all() if among is None else among
    own = [one.pk for one in indicators if one.reporting_level == Place.Level.PROVINCE]
    cells = read_cells(indicators=own, periods=[period.pk], places=expected)
    for place, conflicting in zip(cells.place.tolist(), cells.conflicting.tolist(), strict=True):
        counts[as_code(place)][2 if conflicting else 0] += 1
    for code in expected:
        counts[code][1] += len(own)
    for code, *numbers in (
        RollUp.objects.filter(period=period, place_code__in=expected)
        .values_list("place_code")
        .annotate(Sum("reported"), Sum("expected"), Sum("conflicting"))
    ):
        for position, number in enumerate(numbers):
            counts[code][position] += number
    return [ProvinceCoverage(one, *counts[one.code]) for one in provinces if one.code in expected]


def place_named(code: str, *, on: date) -> Place | None:
    """The place as it stood on a day, or None."""
    return _names({code}, [on]).get(code)


def places_named(codes: Collection[str], *, on: date) -> dict[str, Place]:
    """The places of these codes as they stood on a day, by code; one query."""
    return _names(codes, [on])


def line_above(code: str, *, on: date) -> list[Place]:
    """The places a place lies in and itself, nation first, as they stood on a day; one query."""
    codes = dict.fromkeys(["000000", code[:2] + "0000", code[:4] + "00", code])
    names = _names(set(codes), [on])
    return [names[one] for one in codes if one in names]


def _names(codes: Collection[str], days: Sequence[date]) -> dict[str, Place]:
    """Places by code as they stood on the newest of the days; a retired name where none stands."""
    rows = Place.objects.filter(code__in=codes).order_by("code", "valid_from")
    if days:
        rows = rows.filter(Q(valid_from=None) | Q(valid_from__lte=max(days)))
    return {row.code: row for row in rows}
