"""Builds plans of national size in the measuring database, through acts only, and times their loading."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

MEASURES = 50
FIRST, LAST = date(2008, 1, 1), date(2012, 12, 31)
AT = datetime(2013, 1, 21, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LEVELS = ("province", "prefecture", "county")


@dataclass(frozen=True)
class Filled:
    """A plan filled for every place of one level, and what that cost."""

    plan: Any
    level: str
    areas: int
    observations: int
    rollups: int
    seconds: float
    cpu_seconds: float


def stand_up() -> Any:
    """Load the reference data; returns the system's officer acting for the office of the joint meeting."""
    from concerted.foundation.access.acts import bootstrap_machine_officer, set_demonstration_clock
    from concerted.foundation.agencies.reads import acting_as
    from concerted.interfaces.commands.reference import load_plans, load_reference

    load_reference()
    load_plans()
    machine = bootstrap_machine_officer(at=AT)
    set_demonstration_clock(officer=machine, at=AT, day=AT.date(), seed=1)
    return acting_as(officer=machine, on=AT.date(), function="secretariat")


def left(levels: list[str]) -> tuple[Any, dict[int, Any]]:
    """The officer and the plans, by the number of their areas, in a database that an earlier run filled."""
    from concerted.foundation.access.acts import bootstrap_machine_officer
    from concerted.foundation.agencies.reads import acting_as
    from concerted.mechanism.plan.models import Plan
    from concerted.mechanism.plan.reads.cells import expected_places

    officer = acting_as(officer=bootstrap_machine_officer(at=AT), on=AT.date(), function="secretariat")
    plans = {
        len(expected_places(place_code="000000", level=level, on=LAST).reporting): Plan.objects.get(
            key=f"bench-{level}"
        )
        for level in levels
    }
    return officer, plans


def filled(*, officer: Any, level: str, seed: int, from_rows: bool) -> Filled:
    """Make a plan whose figures places of one level report, and fill it.

    from_rows: through the act that checks every row of a file, as an office would; else as a demonstration
    does.
    """
    from concerted.mechanism.plan.acts import observations as acts
    from concerted.mechanism.plan.reads.cells import expected_places

    plan, indicators, periods = _plan(officer, level)
    codes = expected_places(place_code="000000", level=level, on=LAST).reporting
    wall, cpu = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
    if from_rows:
        done = acts.load_observations(
            officer=officer,
            at=AT,
            plan=plan,
            rows=_rows(indicators, periods, codes, seed),
            source_file="bench",
        )
    else:
        done = acts.fill_observations(
            officer=officer, at=AT, indicators=indicators, periods=periods, place_codes=codes, seed=seed
        )
    return Filled(
        plan,
        level,
        len(codes),
        done.added,
        done.rollups,
        time.perf_counter() - wall,
        resource.getrusage(resource.RUSAGE_SELF).ru_utime - cpu,
    )


def _plan(officer: Any, level: str) -> tuple[Any, list[Any], list[Any]]:
    from concerted.foundation.access.door import acting
    from concerted.mechanism.plan.acts import observations as acts
    from concerted.mechanism.plan.acts import periods as period_acts
    from concerted.mechanism.plan.models import Plan, ReportingPeriod

    with acting(officer, AT, act="bench"):
        plan = Plan.objects.create(
            key=f"bench-{level}",
            level="nation",
            title_en=f"Bench, reported by {level}",
            title_zh="测速用计划",
            office=officer.agency,
            is_demonstration=True,
        )
    periods = period_acts.make_calendar(
        officer=officer, at=AT, plan=plan, kind="quarter", first=FIRST, last=LAST
    )
    with acting(officer, AT, act="bench"):
        ReportingPeriod.objects.filter(plan=plan).update(opened_at=AT)
    indicators = [
        acts.define_indicator(
            officer=officer,
            at=AT,
            plan=plan,
            key=f"i{number:02}",
            name_en=f"Indicator {number}",
            name_zh=f"指标{number}",
            unit="percent" if number % 5 == 0 else "persons",
            direction="fall" if number % 7 == 0 else "rise",
            kind="ratio" if number % 5 == 0 else "count",
            numerator_en="part" if number % 5 == 0 else "",
            denominator_en="whole" if number % 5 == 0 else "",
            reporting_level=level,
            is_demonstration=True,
        )
        for number in range(1, MEASURES + 1)
    ]
    return plan, indicators, list(plan.periods.all()) if periods else []


def _rows(indicators: Any, periods: Any, codes: Any, seed: int) -> Iterator[dict[str, object]]:
    import numpy as np

    draw = np.random.default_rng(seed)
    for period in periods:
        for indicator in indicators:
            counts = draw.poisson(20, len(codes)).tolist()
            silent = (draw.random(len(codes)) < 0.02).tolist()
            for code, count, none in zip(codes, counts, silent, strict=True):
                row: dict[str, object] = {"indicator": indicator.key, "place": code, "period": period.key}
                if none:
                    row["value"] = ""
                elif indicator.kind == "ratio":
                    row["numerator"], row["denominator"] = str(count // 2), str(count)
                else:
                    row["value"] = str(count)
                yield row
