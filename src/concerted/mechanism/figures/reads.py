"""Every query of the figures room: runs, two runs beside each other, reported against estimated; it changes nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KT
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.mechanism.plan.models import Indicator, Plan, PublishedStatistic, RollUp
from concerted.mechanism.plan.reads.indicators import indicators_of_plan, rollups_of
from concerted.methods.prevalence import for_public

from .models import EstimationRun
from .reported import COUNTED, COUNTRY, ESTIMATED
from .states import UNDER_WAY

NATION = "000000"


@look(Permission.ESTIMATE_READ)
def runs(*, officer: Officer, at: datetime, state: str = "", origin: str = "") -> QuerySet[EstimationRun]:
    """The runs of the officer's agency and those shared by others, newest first, with the verdict's `standing`."""
    found = EstimationRun.objects.select_related("agency", "officer", "progress").defer(
        "result", "counts", "strata"
    )
    found = found.annotate(standing=KT("result__verdict__standing"))
    if state:
        found = found.filter(state=state)
    if origin:
        found = found.filter(origin=origin)
    return found.order_by("-pk")


@look(Permission.ESTIMATE_READ)
def run_by_id(*, officer: Officer, at: datetime, pk: int) -> EstimationRun:
    """One run the officer may see. Raises NotThere."""
    found = (
        EstimationRun.objects.select_related("agency", "officer", "progress", "repeats", "cancelled_by")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotThere(_("There is no such run, or it is not open to your agency."))
    return found


@look(Permission.ESTIMATE_READ, subject="run", recorded=True, record=("form",))
def run_to_take_away(*, officer: Officer, at: datetime, run: EstimationRun, form: str) -> EstimationRun:
    """The run, for an export in that form; that it leaves is recorded."""
    return run


def is_own(run: EstimationRun, officer: Officer) -> bool:
    """Whether the run belongs to the officer's agency, which alone sees its small counts."""
    return run.agency_id == officer.agency_id


def result_of(run: EstimationRun, *, whole: bool) -> dict[str, Any]:
    """The panel of a run that is done; without `whole`, no count below five can be read or worked out from it."""
    return dict(run.result or {}) if whole else for_public(run.result or {})


def is_under_way(run: EstimationRun) -> bool:
    """Whether the run waits or is being computed."""
    return run.state in UNDER_WAY


def waiting_before(run: EstimationRun) -> int:
    """Runs of the officer's own sight that are computed before this one."""
    return EstimationRun.objects.filter(state__in=UNDER_WAY, pk__lt=run.pk).count()


@dataclass(frozen=True)
class Repetition:
    """What a repeated run says of the first: the same numbers, or why not."""

    first: EstimationRun
    same_numbers: bool
    same_version: bool


def repetition_of(run: EstimationRun) -> Repetition | None:
    """How a run that is done compares with the one it repeats; None where it repeats none or either is not done."""
    first = run.repeats
    if first is None or not (run.result_hash and first.result_hash):
        return None
    return Repetition(first, run.result_hash == first.result_hash, run.version == first.version)


@dataclass(frozen=True)
class MethodBeside:
    """One method in two runs; a side that refused or lacks it is None."""

    name: str
    first: dict[str, Any] | None
    second: dict[str, Any] | None

    @property
    def sides(self) -> list[dict[str, Any]]:
        """Both sides with the ends of their 95 % interval, empty where missing."""
        found = []
        for one in (self.first or {}, self.second or {}):
            low, high = one.get("interval", {}).get("0.95") or (None, None)
            found.append({**one, "low": low, "high": high})
        return found

    @property
    def change(self) -> float | None:
        """The second estimate as a multiple of the first; None where either is missing."""
        if not self.first or not self.second:
            return None
        before, after = self.first.get("estimate"), self.second.get("estimate")
        return after / before if before and after else None


def beside(first: EstimationRun, second: EstimationRun, *, officer: Officer) -> list[MethodBeside]:
    """Every method of either run, in the order of the first, as the officer may see them."""
    sides = [_by_name(run, whole=is_own(run, officer)) for run in (first, second)]
    names = list(dict.fromkeys([*sides[0], *sides[1]]))
    return [MethodBeside(name, sides[0].get(name), sides[1].get(name)) for name in names]


def _by_name(run: EstimationRun, *, whole: bool) -> dict[str, dict[str, Any]]:
    return {one["method"]: one for one in result_of(run, whole=whole)["methods"]} if run.result else {}


@dataclass(frozen=True)
class IndicatorYear:
    """What the plan's roll-ups of one indicator add up to in a year, and of how many answers asked for."""

    indicator: Indicator
    value: float
    reported: int
    expected: int


@dataclass
class YearBeside:
    """One year: what was published as counted or estimated, what the plan's indicators say, what runs estimate."""

    year: int
    counted: list[PublishedStatistic] = field(default_factory=list)
    published_estimates: list[PublishedStatistic] = field(default_factory=list)
    indicators: list[IndicatorYear] = field(default_factory=list)
    runs: list[EstimationRun] = field(default_factory=list)


@look(Permission.ESTIMATE_READ)
def reported_against_estimated(
    *, officer: Officer, at: datetime, plan: Plan | None = None, place_code: str = NATION
) -> list[YearBeside]:
    """Every year for which something counted or estimated is known of the place, newest first.

    Published figures stand as printed and are never added up; a figure of several years stands at its last. Runs
    are shown when they are done and name a year; a run of an invented table says so.
    """
    years: dict[int, YearBeside] = {}

    def in_year(year: int) -> YearBeside:
        return years.setdefault(year, YearBeside(year))

    done = EstimationRun.objects.select_related("agency").filter(state=EstimationRun.State.DONE)
    for run in done.filter(year__isnull=False, place_code=place_code):
        assert run.year is not None
        in_year(run.year).runs.append(run)
    if place_code == NATION:
        for row in PublishedStatistic.objects.filter(geography=COUNTRY).order_by("row"):
            if row.measure in COUNTED:
                in_year(int(row.span[-4:])).counted.append(row)
            elif row.measure in ESTIMATED:
                in_year(int(row.span[-4:])).published_estimates.append(row)
    if plan is not None:
        for year, said in _indicator_years(plan, place_code):
            in_year(year).indicators.append(said)
    return [years[year] for year in sorted(years, reverse=True)]


def _indicator_years(plan: Plan, place_code: str) -> list[tuple[int, IndicatorYear]]:
    """The plan's indicators that count persons or cases and add up over a year."""
    found = []
    for indicator in indicators_of_plan(plan).filter(unit__in=("persons", "cases"), rollup_time="sum"):
        by_year: dict[int, list[RollUp]] = defaultdict(list)
        for row in rollups_of(indicator=indicator, place_code=place_code).filter(value__isnull=False):
            by_year[row.period.ends.year].append(row)
        found += [
            (
                year,
                IndicatorYear(
                    indicator,
                    float(sum(row.value or 0 for row in rows)),
                    sum(row.reported for row in rows),
                    sum(row.expected for row in rows),
                ),
            )
            for year, rows in by_year.items()
        ]
    return found


__all__ = [
    "EstimationRun",
    "IndicatorYear",
    "MethodBeside",
    "Repetition",
    "YearBeside",
    "beside",
    "is_own",
    "is_under_way",
    "repetition_of",
    "reported_against_estimated",
    "result_of",
    "run_by_id",
    "run_to_take_away",
    "runs",
    "waiting_before",
]
