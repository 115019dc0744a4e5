"""Reads which measures wait for which, and what that does to their dates; the arithmetic is in methods.results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from concerted.methods import results

from ..models import Dependency, Measure, PlanVersion


@dataclass(frozen=True)
class TimedMeasure:
    """A measure with its dates as written, the earliest and latest that its dependencies allow, and its slack."""

    measure: Measure
    starts: date
    ends: date
    is_dated: bool
    earliest_start: date
    earliest_end: date
    latest_end: date
    slack_days: int
    is_critical: bool
    needs: tuple[Measure, ...] = ()

    @property
    def is_squeezed(self) -> bool:
        """Whether what it waits for makes it end after its own deadline."""
        return self.is_dated and self.earliest_end > self.ends


@dataclass(frozen=True)
class Timetable:
    """Every measure of a version in time, and the chain that sets the end."""

    starts: date
    ends: date
    rows: tuple[TimedMeasure, ...]
    chain: tuple[str, ...]
    links: tuple[tuple[str, str, int], ...]

    def row_of(self, key: str) -> TimedMeasure | None:
        """The row of the measure with this key."""
        return next((row for row in self.rows if row.measure.key == key), None)


def dependencies_of(version: PlanVersion) -> list[Dependency]:
    """The version's dependencies with both measures."""
    return list(
        Dependency.objects.filter(measure__version=version)
        .select_related("measure", "needs")
        .order_by("measure__position")
    )


def timetable(version: PlanVersion) -> Timetable | None:
    """The version's measures in time; None where its period was not read.

    A measure without a date of its own runs through the plan's period; a measure that waits for others takes
    up the days between its start and its deadline.
    """
    if version.period_from is None or version.period_to is None:
        return None
    first, last = version.period_from, version.period_to
    measures = list(version.measures.select_related("strand").order_by("position"))
    links = dependencies_of(version)
    spans = {measure.key: _span(measure, first, last) for measure in measures}
    linked = {key for link in links for key in (link.measure.key, link.needs.key)}
    schedule = results.critical_path(
        [
            results.Activity.between(key, start, end, origin=first)
            for key, (start, end) in spans.items()
            if key in linked
        ],
        [results.Dependency(link.needs.key, link.measure.key, link.lag_days) for link in links],
    )
    needs: dict[str, list[Measure]] = {}
    for link in links:
        needs.setdefault(link.measure.key, []).append(link.needs)
    rows = tuple(
        _timed(
            measure,
            spans[measure.key],
            schedule.timings.get(measure.key),
            first,
            last,
            tuple(needs.get(measure.key, ())),
        )
        for measure in measures
    )
    return Timetable(
        first, last, rows, schedule.chain, tuple((k.needs.key, k.measure.key, k.lag_days) for k in links)
    )


def _span(measure: Measure, first: date, last: date) -> tuple[date, date]:
    start = measure.starts or first
    end = measure.deadline or last
    return (start, end) if start <= end else (end, end)


def _timed(
    measure: Measure,
    span: tuple[date, date],
    timing: results.Timing | None,
    first: date,
    last: date,
    needs: tuple[Measure, ...],
) -> TimedMeasure:
    start, end = span
    dated = measure.deadline is not None
    if timing is None:
        return TimedMeasure(measure, start, end, dated, start, end, last, (last - end).days, False, needs)
    one_day = timedelta(days=1)
    return TimedMeasure(
        measure,
        start,
        end,
        dated,
        first + timedelta(days=timing.earliest_start),
        first + timedelta(days=timing.earliest_finish) - one_day,
        first + timedelta(days=timing.latest_finish) - one_day,
        timing.slack,
        timing.critical,
        needs,
    )
