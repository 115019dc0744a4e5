"""Which activities wait for which, and which of them set the end date; never schedules anybody's work.

Source: J. E. Kelley and M. R. Walker, "Critical-Path Planning and Scheduling", Proceedings of the Eastern
Joint Computer Conference, 1959. Every pass is iterative, so a plan's size is not limited by the depth of
recursion.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import heapify, heappop, heappush
from typing import TypeVar

from concerted.errors import ConcertedError, Invalid

Node = TypeVar("Node", bound=Hashable)


class DependencyCycle(ConcertedError):
    """Activities that wait for each other in a ring; `cycle` names them, the first again at the end."""

    code = "dependency_cycle"

    def __init__(self, cycle: Sequence[Hashable]) -> None:
        super().__init__(
            "these activities wait for each other",
            where=" -> ".join(str(node) for node in cycle),
            remedy="remove one of these dependencies",
        )
        self.cycle = tuple(cycle)


@dataclass(frozen=True)
class Activity:
    """A piece of work: its length in days and the first day, counted from 0, on which it may start."""

    key: str
    duration: int
    not_before: int = 0

    @classmethod
    def between(cls, key: str, start: date, end: date, *, origin: date) -> Activity:
        """Return the activity that runs from start to end, both days included; day 0 is origin.

        Raises Invalid where the end comes before the start.
        """
        if end < start:
            raise Invalid("the activity ends before it starts", where=key, remedy="correct its dates")
        return cls(key, (end - start).days + 1, (start - origin).days)


@dataclass(frozen=True)
class Dependency:
    """`after` may start once `before` has finished and `lag` further days have passed; a negative lag is a
    lead.
    """

    before: str
    after: str
    lag: int = 0


@dataclass(frozen=True)
class Timing:
    """Days from day 0; an activity of 3 days that starts on 2 finishes on 5, the first day after its work.

    slack: days it can slip without moving the end of the whole.
    """

    earliest_start: int
    earliest_finish: int
    latest_start: int
    latest_finish: int

    @property
    def slack(self) -> int:
        return self.latest_start - self.earliest_start

    @property
    def critical(self) -> bool:
        return self.slack == 0


@dataclass(frozen=True)
class Schedule:
    """Each activity's timing, the day all are finished, the critical ones, and one unbroken chain of them."""

    timings: Mapping[str, Timing]
    end: int
    critical: frozenset[str]
    chain: tuple[str, ...]


def find_cycle(edges: Iterable[tuple[Node, Node]]) -> list[Node] | None:
    """Return the nodes of one ring, the first again at the end, or None where there is none.

    edges: (before, after). The answer is the same for the same edges in the same order.
    """
    after: dict[Node, list[Node]] = defaultdict(list)
    for start, end in edges:
        after[start].append(end)
    finished: set[Node] = set()
    for root in list(after):
        if root not in finished and (ring := _ring_from(root, after, finished)):
            return ring
    return None


def critical_path(activities: Iterable[Activity], dependencies: Iterable[Dependency] = ()) -> Schedule:
    """Return earliest and latest dates, slack, the critical activities and the end, by a forward and a
    backward pass.

    Raises DependencyCycle where activities wait for each other, Invalid where a key comes twice, a duration
    is negative or a dependency names an unknown activity.
    """
    table = _table(activities)
    links = list(dependencies)
    _check_links(table, links)
    order = _in_order(table, links)
    before: dict[str, list[Dependency]] = defaultdict(list)
    after: dict[str, list[Dependency]] = defaultdict(list)
    for link in links:
        before[link.after].append(link)
        after[link.before].append(link)
    start: dict[str, int] = {}
    for key in order:
        ready = [start[link.before] + table[link.before].duration + link.lag for link in before[key]]
        start[key] = max([table[key].not_before, *ready])
    end = max((start[key] + table[key].duration for key in order), default=0)
    latest: dict[str, int] = {}
    for key in reversed(order):
        due = min([end, *(latest[link.after] - link.lag for link in after[key])])
        latest[key] = due - table[key].duration
    timings = {
        key: Timing(start[key], start[key] + item.duration, latest[key], latest[key] + item.duration)
        for key, item in table.items()
    }
    critical = frozenset(key for key, timing in timings.items() if timing.critical)
    return Schedule(timings, end, critical, _chain(order, timings, before, end))


def _ring_from(root: Node, after: Mapping[Node, Sequence[Node]], finished: set[Node]) -> list[Node] | None:
    path: list[Node] = [root]
    place = {root: 0}
    pending: list[Iterator[Node]] = [iter(after.get(root, ()))]
    while pending:
        step = next(pending[-1], None)
        if step is None:
            pending.pop()
            done = path.pop()
            del place[done]
            finished.add(done)
        elif step in place:
            return [*path[place[step] :], step]
        elif step not in finished:
            place[step] = len(path)
            path.append(step)
            pending.append(iter(after.get(step, ())))
    return None


def _table(activities: Iterable[Activity]) -> dict[str, Activity]:
    table: dict[str, Activity] = {}
    for activity in activities:
        if activity.key in table:
            raise Invalid(
                "the activity comes twice", where=activity.key, remedy="give each activity its own key"
            )
        if activity.duration < 0:
            raise Invalid(
                "the activity ends before it starts", where=activity.key, remedy="correct its dates"
            )
        table[activity.key] = activity
    return table


def _check_links(table: Mapping[str, Activity], links: Sequence[Dependency]) -> None:
    for link in links:
        for key in (link.before, link.after):
            if key not in table:
                raise Invalid(
                    "the dependency names an unknown activity",
                    where=f"{link.before} -> {link.after}",
                    remedy=f"add the activity {key} or remove the dependency",
                )
    ring = find_cycle((link.before, link.after) for link in links)
    if ring:
        raise DependencyCycle(ring)


def _in_order(table: Mapping[str, Activity], links: Sequence[Dependency]) -> list[str]:
    waiting = dict.fromkeys(table, 0)
    after: dict[str, list[str]] = defaultdict(list)
    for link in links:
        waiting[link.after] += 1
        after[link.before].append(link.after)
    ready = [key for key, count in waiting.items() if not count]
    heapify(ready)
    order: list[str] = []
    while ready:
        key = heappop(ready)
        order.append(key)
        for following in after[key]:
            waiting[following] -= 1
            if not waiting[following]:
                heappush(ready, following)
    return order


def _chain(
    order: Sequence[str], timings: Mapping[str, Timing], before: Mapping[str, Sequence[Dependency]], end: int
) -> tuple[str, ...]:
    last = next((key for key in reversed(order) if timings[key].earliest_finish == end), None)
    chain: list[str] = []
    while last is not None:
        chain.append(last)
        begin = timings[last].earliest_start
        last = next(
            (
                link.before
                for link in before.get(last, ())
                if timings[link.before].earliest_finish + link.lag == begin and timings[link.before].critical
            ),
            None,
        )
    return tuple(reversed(chain))
