"""The states of an estimation run and the steps between them, as data; it performs none."""

from __future__ import annotations

from dataclasses import dataclass

from .models import EstimationRun

S = EstimationRun.State


@dataclass(frozen=True)
class Step:
    """From these states the act leads to that one; `who` takes it."""

    act: str
    before: frozenset[str]
    after: str
    who: str


STEPS: tuple[Step, ...] = (
    Step("begin", frozenset({S.QUEUED}), S.RUNNING, "worker"),
    Step("finish", frozenset({S.RUNNING}), S.DONE, "worker"),
    Step("fail", frozenset({S.QUEUED, S.RUNNING}), S.FAILED, "worker"),
    Step("cancel", frozenset({S.QUEUED, S.RUNNING}), S.CANCELLED, "agency that asked"),
)

UNDER_WAY = frozenset({S.QUEUED, S.RUNNING})


def step(act: str) -> Step:
    """The step of that name."""
    return next(one for one in STEPS if one.act == act)


def may(act: str, state: str) -> bool:
    """Whether the act can be taken in this state."""
    return state in step(act).before
