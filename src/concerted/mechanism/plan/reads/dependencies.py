"""Reads which measures wait for which, and what that does to their dates; the arithmetic is in methods.results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from concerted.methods import results

from ..models import Dependency, Measure, Milestone, PlanVersion


@dataclass(frozen=True)
class TimedMeasure:
    """A measure with its dates as written, the earliest and latest that its dependencies allow, and its slack.

    slack_days: the days its beginning can slip before its own deadline, or that of a measure that waits for it,
    cannot be kept; negative where one cannot be kept already; None where it waits for nothing and nothing for it.
    frees_on: the day from which what waits for it may begin.
    """

    measure: Measure
    starts: date
    ends: date
    is_dated: bool
    earliest_start: date
    earliest_end: date
    latest_end: date
    slack_days: int | None
    is_critical: bool
    frees_on: date
    needs: tuple[Measure, ...] = ()

    @property
    def is_squeezed(self) -> bool:
        """Whether what it waits for makes it end after its own deadline, or begin after the plan's end."""
        return self.earliest_end > self.ends


@dataclass(frozen=True)
class Timetable:
    """Every measure of a version in time, and the chain with no day to spare.

    spare: per pair of keys (before, after) the days by which the first may be late for the second.
    """

    starts: date
    ends: date
    rows: tuple[TimedMeasure, ...]
    chain: tuple[str, ...]
    links: tuple[tuple[str, str, int], ...]
    spare: Mapping[tuple[str, str], int]

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

    A measure with a start and a deadline takes the days between them; one with a deadline alone begins as soon as
    it may and takes what time remains, a day at least. One without a date for its end runs until the plan ends:
    what waits for it waits for its first milestone, else for its start.
    """
    if version.period_from is None or version.period_to is None:
        return None
    first, last = version.period_from, version.period_to
    measures = list(version.measures.select_related("strand").order_by("position"))
    links = dependencies_of(version)
    linked = {key for link in links for key in (link.measure.key, link.needs.key)}
    steps = _first_milestones(m for m in measures if m.key in linked and m.deadline is None)
    work = {m.key: _activity(m, first, last, steps.get(m.pk)) for m in measures if m.key in linked}
    schedule = results.critical_path(
        work.values(),
        [results.Dependency(link.needs.key, link.measure.key, link.lag_days) for link in links],
    )
    needs: dict[str, list[Measure]] = {}
    for link in links:
        needs.setdefault(link.measure.key, []).append(link.needs)
    rows = tuple(
        _timed(m, work.get(m.key), schedule, first, last, tuple(needs.get(m.key, ()))) for m in measures
    )
    named = tuple((k.needs.key, k.measure.key, k.lag_days) for k in links)
    return Timetable(first, last, rows, schedule.chain, named, schedule.spare)


def _first_milestones(measures: Iterable[Measure]) -> dict[int, date]:
    """The day of the first milestone of each measure that has one."""
    ids = [measure.pk for measure in measures]
    if not ids:
        return {}
    found = Milestone.objects.filter(measure__in=ids).order_by("-due").values_list("measure_id", "due")
    return dict(found)


def _span(measure: Measure, first: date, last: date) -> tuple[date, date]:
    start = measure.starts or first
    end = measure.deadline or last
    return (start, end) if start <= end else (end, end)


def _activity(measure: Measure, first: date, last: date, milestone: date | None) -> results.Activity:
    start, end = _span(measure, first, last)
    whole = results.Activity.between(measure.key, start, end, origin=first)
    begins, over = whole.not_before, whole.not_before + whole.duration
    if measure.deadline is None:
        frees = 0 if milestone is None else max(0, (milestone - start).days + 1)
        return results.Activity(measure.key, 1, begins, not_done_before=over, due=over, frees_after=frees)
    if measure.starts is None:
        return results.Activity(measure.key, 1, begins, not_done_before=over, due=over)
    return replace(whole, due=over)


def _timed(
    measure: Measure,
    work: results.Activity | None,
    schedule: results.Schedule,
    first: date,
    last: date,
    needs: tuple[Measure, ...],
) -> TimedMeasure:
    start, end = _span(measure, first, last)
    dated = measure.deadline is not None
    one_day = timedelta(days=1)
    if work is None:
        return TimedMeasure(measure, start, end, dated, start, end, end, None, False, end + one_day, needs)
    timing = schedule.timings[measure.key]
    return TimedMeasure(
        measure,
        start,
        end,
        dated,
        earliest_start=first + timedelta(days=timing.earliest_start),
        earliest_end=first + timedelta(days=timing.earliest_finish) - one_day,
        latest_end=first + timedelta(days=timing.latest_finish) - one_day,
        slack_days=timing.slack,
        is_critical=measure.key in schedule.critical,
        frees_on=first + timedelta(days=work.frees(timing.earliest_start)),
        needs=needs,
    )
