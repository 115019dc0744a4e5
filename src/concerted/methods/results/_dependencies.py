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
    """A piece of work: its least length in days and the first day, counted from 0, on which it may start.

    not_done_before: the first day after its work at the earliest, however early it starts. due: the first day
    after the last on which it may still be at work; None where only the end of the whole binds it.
    frees_after: the days after its start from which what waits for it may start; None: when it has finished.
    """

    key: str
    duration: int
    not_before: int = 0
    not_done_before: int = 0
    due: int | None = None
    frees_after: int | None = None

    @classmethod
    def between(cls, key: str, start: date, end: date, *, origin: date) -> Activity:
        """Return the activity that runs from start to end, both days included; day 0 is origin.

        Raises Invalid where the end comes before the start.
        """
        if end < start:
            raise Invalid("the activity ends before it starts", where=key, remedy="correct its dates")
        return cls(key, (end - start).days + 1, (start - origin).days)

    def finish(self, start: int) -> int:
        """Return the first day after its work when it starts on that day."""
        return max(start + self.duration, self.not_done_before)

    def frees(self, start: int) -> int:
        """Return the day from which what waits for it may start when it starts on that day."""
        return self.finish(start) if self.frees_after is None else start + self.frees_after


@dataclass(frozen=True)
class Dependency:
    """`after` may start once `before` has finished (or got as far as frees those who wait) and `lag` further
    days have passed; a negative lag is a lead.
    """

    before: str
    after: str
    lag: int = 0


@dataclass(frozen=True)
class Timing:
    """Days from day 0; an activity of 3 days that starts on 2 finishes on 5, the first day after its work.

    slack: days its start can slip before its own due day, that of an activity after it, or the end of the
    whole moves; negative: by so many days one of them is missed already.
    """

    earliest_start: int
    earliest_finish: int
    latest_start: int
    latest_finish: int

    @property
    def slack(self) -> int:
        return self.latest_start - self.earliest_start


@dataclass(frozen=True)
class Schedule:
    """Each activity's timing, the day all are finished, the critical ones, and one unbroken chain of them.

    spare: per pair (before, after) the days by which `before` may be late for `after`. Critical is what has no
    day to spare for one that waits for it, or that waits so itself, or that sets the end of the whole.
    """

    timings: Mapping[str, Timing]
    end: int
    critical: frozenset[str]
    chain: tuple[str, ...]
    spare: Mapping[tuple[str, str], int]


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
        ready = [table[link.before].frees(start[link.before]) + link.lag for link in before[key]]
        start[key] = max([table[key].not_before, *ready])
    end = max((table[key].finish(start[key]) for key in order), default=0)
    slack, spare = _slack(table, order, after, start, end)
    timings = {
        key: _timing(item, start[key], slack[key], end, after[key], spare) for key, item in table.items()
    }
    tight = {pair: days for pair, days in spare.items() if days <= 0}
    ends = {key for key, item in table.items() if item.due is None and slack[key] <= 0}
    critical = frozenset(ends.union(*tight))
    return Schedule(timings, end, critical, _chain(order, table, timings, critical, tight, links), spare)


def _slack(
    table: Mapping[str, Activity],
    order: Sequence[str],
    after: Mapping[str, Sequence[Dependency]],
    start: Mapping[str, int],
    end: int,
) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    """The slack of each activity, and the days each may be late for each that waits for it."""
    slack: dict[str, int] = {}
    spare: dict[tuple[str, str], int] = {}
    for key in reversed(order):
        item = table[key]
        for link in after[key]:
            days = slack[link.after] + start[link.after] - item.frees(start[key]) - link.lag
            spare[key, link.after] = min(days, spare.get((key, link.after), days))
        own = (end if item.due is None else item.due) - item.duration - start[key]
        slack[key] = min([own, *(spare[key, link.after] for link in after[key])])
    return slack, spare


def _timing(
    item: Activity,
    start: int,
    slack: int,
    end: int,
    after: Sequence[Dependency],
    spare: Mapping[tuple[str, str], int],
) -> Timing:
    finish = item.finish(start)
    latest = end if item.due is None else item.due
    if item.frees_after is None:
        latest = min([latest, *(finish + spare[item.key, link.after] for link in after)])
    return Timing(start, finish, start + slack, latest)


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
    order: Sequence[str],
    table: Mapping[str, Activity],
    timings: Mapping[str, Timing],
    critical: frozenset[str],
    tight: Mapping[tuple[str, str], int],
    links: Sequence[Dependency],
) -> tuple[str, ...]:
    """The critical chain through the activity with the least slack; of equals, through that which ends last."""
    if not critical:
        return ()
    unbroken: dict[str, list[str]] = defaultdict(list)
    onward: dict[str, list[str]] = defaultdict(list)
    for link in links:
        freed = table[link.before].frees(timings[link.before].earliest_start)
        if (link.before, link.after) in tight and freed + link.lag == timings[link.after].earliest_start:
            unbroken[link.after].append(link.before)
            onward[link.before].append(link.after)
    middle = min(
        (key for key in reversed(order) if key in critical),
        key=lambda key: (timings[key].slack, -timings[key].earliest_finish),
    )
    chain = [middle]
    while earlier := unbroken[chain[-1]]:
        chain.append(min(earlier, key=lambda key: tight[key, chain[-1]]))
    chain.reverse()
    while later := onward[chain[-1]]:
        chain.append(min(later, key=lambda key: tight[chain[-1], key]))
    return tuple(chain)
