"""Runs what happens in the demonstration in the order of time, up to its Monday; it knows no act."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import date, datetime
from itertools import count

from .stage import moment

Happening = Callable[[datetime], None]


class Timeline:
    """Happenings by time; one may add further ones, and those after the last day never happen."""

    def __init__(self, last_day: date) -> None:
        self.last_day = last_day
        self._waiting: list[tuple[datetime, int, Happening]] = []
        self._numbers = count()

    def on(self, day: date, happening: Happening, *, hour: float = 9.0) -> None:
        """Let it happen that day at that hour, unless the demonstration's Monday comes first."""
        if day < self.last_day:
            self.at(moment(day, hour), happening)

    def at(self, moment: datetime, happening: Happening) -> None:
        """Let it happen at that moment, whatever day it is."""
        heapq.heappush(self._waiting, (moment, next(self._numbers), happening))

    def run(self, tell: Callable[[date], None]) -> None:
        """Let everything happen, telling each day's date."""
        while self._waiting:
            at, _number, happening = heapq.heappop(self._waiting)
            tell(at.date())
            happening(at)
