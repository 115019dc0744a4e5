"""A nation of offices that wait on each other, with one planted bottleneck, to judge rankings by; it is seeded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from concerted.deferred import numpy as np

from ._load import Offices, weight_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from ._load import Numbers

_SPREAD = 0.7


@dataclass(frozen=True)
class Queue:
    """How the nation works.

    offices: their number; office 0 is the bottleneck from the first observed week. weeks: what is observed;
    before: weeks that passed before. items: mean obligations a week of the middling office. hubs: offices (0 and
    those after it) whose part others wait for. asks: share of obligations that need the part of a hub. capacity:
    what an office can do in a week, per item that comes to it; the bottleneck does `choked` of what comes to it.
    lax: the most laxness of an owner, the share of its own items it leaves lying for weeks whoever waits.
    due_after: weeks from the opening of an obligation to its due day.
    """

    offices: int = 30
    weeks: int = 12
    before: int = 12
    items: float = 3.0
    hubs: int = 6
    asks: float = 0.5
    capacity: float = 1.6
    choked: float = 0.5
    lax: float = 0.2
    due_after: int = 4


@dataclass(frozen=True)
class Observed:
    """What the offices hold at the end, and what simpler counts would go by.

    overdue, oldest: obligations past their day, and the age in weeks of the oldest one, by who owns them.
    """

    offices: Offices
    overdue: npt.NDArray[np.int64]
    oldest: Numbers


@dataclass
class _Item:
    owner: int
    opened: int
    asleep_until: int
    hub: int = -1


@dataclass
class _State:
    queue: Queue
    chance: np.random.Generator
    own: Numbers
    pull: Numbers
    laxness: Numbers
    held: list[list[_Item]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.held = [[] for _ in range(self.queue.offices)]


def simulate(queue: Queue, *, seed: int) -> Observed:
    """Let obligations open, be worked on by their owners and by the hubs they need, and be counted at the end.

    Each week every office does, oldest first, as many of the items before it as it is able to (Poisson). An item
    of its own that needs a hub goes on to that hub; until the hub has done its part it is the hub that holds it,
    and the owner who is overdue. Sizes and pull of offices differ widely (log-normal).
    """
    chance = np.random.default_rng(seed)
    own = chance.lognormal(np.log(queue.items), _SPREAD, queue.offices)
    pull = chance.lognormal(0.0, _SPREAD / 2, queue.hubs)
    own[0], pull[0] = queue.items, 1.0
    state = _State(queue, chance, own, pull / pull.sum(), chance.uniform(0, queue.lax, queue.offices))
    coming = own.copy()
    coming[: queue.hubs] += own.sum() * queue.asks * state.pull
    came, done = np.zeros(queue.offices), np.zeros(queue.offices)
    for week in range(-queue.before, queue.weeks):
        able = coming * queue.capacity
        if week >= 0:
            able[0] = coming[0] * queue.choked
        arrived, left = _a_week(state, week, chance.poisson(able))
        if week >= 0:
            came, done = came + arrived, done + left
    return _observed(state, came, done)


def _a_week(state: _State, week: int, able: npt.NDArray[np.int64]) -> tuple[Numbers, Numbers]:
    arrived, left = np.zeros(state.queue.offices), np.zeros(state.queue.offices)
    for owner, count in enumerate(state.chance.poisson(state.own)):
        state.held[owner].extend(_opened(state, owner, week) for _ in range(count))
        arrived[owner] += count
    moving: list[_Item] = []
    for office, items in enumerate(state.held):
        ready = [item for item in items if item.asleep_until <= week][: int(able[office])]
        left[office] += len(ready)
        gone = set(map(id, ready))
        state.held[office] = [item for item in items if id(item) not in gone]
        moving += [item for item in ready if item.hub >= 0 and item.owner == office]
    for item in moving:
        arrived[item.hub] += 1
        state.held[item.hub].append(item)
    return arrived, left


def _opened(state: _State, owner: int, week: int) -> _Item:
    queue, chance = state.queue, state.chance
    sleeps = chance.random() < state.laxness[owner]
    until = week + queue.due_after + int(chance.geometric(0.3)) if sleeps else week
    hub = int(chance.choice(queue.hubs, p=state.pull)) if chance.random() < queue.asks else -1
    return _Item(owner, week, until, hub if hub != owner else -1)


def _observed(state: _State, came: Numbers, done: Numbers) -> Observed:
    queue = state.queue
    overdue = np.zeros(queue.offices, dtype=np.int64)
    oldest = np.zeros(queue.offices)
    load = np.zeros(queue.offices)
    for holder, items in enumerate(state.held):
        until = np.array([item.opened + queue.due_after - queue.weeks for item in items], dtype=np.float64)
        load[holder] = weight_of(until).sum()
        for item, weeks in zip(items, until, strict=True):
            overdue[item.owner] += weeks < 0
            oldest[item.owner] = max(oldest[item.owner], queue.due_after - weeks)
    return Observed(Offices(load, came, done, float(queue.weeks)), overdue, oldest)
