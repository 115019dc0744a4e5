"""What a method would do on tables like yours, simulated from stated truths; one is a truth on which methods fail."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from concerted.errors import Invalid
from concerted.methods.prevalence._loglinear import fit
from concerted.methods.prevalence._methods import METHODS, MethodOptions
from concerted.methods.prevalence._result import NotEstimable
from concerted.methods.prevalence._stepwise import estimate_many
from concerted.methods.prevalence._table import CaptureTable
from concerted.methods.prevalence._terms import with_pairs
from concerted.methods.prevalence._wording import Said

Floats = npt.NDArray[np.float64]
LEVELS = (0.95, 0.8)
FEW, MANY = 0.25, 0.75
EASY, HARD = 3.4, 0.2
"""Two kinds of people: a quarter seen 3.4 times as easily as the mean, the rest at a fifth of it (mean 1)."""


@dataclass(frozen=True)
class Truth:
    """A population whose size is known.

    people: everybody, seen and hidden. chances: shape (2**k,), of each history, the empty one included; sums to 1.
    """

    name: str
    label: Said
    people: float
    chances: Floats


@dataclass(frozen=True)
class StudyRow:
    """How one method did on tables of one truth.

    bias: median estimate over the truth, less 1. rmse_log: root mean square of log(estimate / truth). coverage:
    level -> share of the answered tables whose interval held the truth. refused: tables without an answer.
    """

    truth: str
    label: Said
    people: float
    method: str
    tables: int
    refused: int
    median: float | None
    bias: float | None
    rmse_log: float | None
    coverage: dict[float, float | None]
    interval_kind: str
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """JSON-ready; levels as text."""
        return asdict(self) | {
            "label": str(self.label),
            "label_zh": self.label.zh,
            "coverage": {f"{level:g}": share for level, share in self.coverage.items()},
        }


Tell = Callable[[int, int, str], None]


def truths_like(table: CaptureTable, *, threshold: float = 0.02) -> tuple[Truth, ...]:
    """Three populations that would give tables like this one: independent lists, the dependence that the stepwise
    model finds, and two kinds of people of whom one is hard to see. Raises NotEstimable where no model fits."""
    found = []
    for name, label, level in (
        ("independent", Said("Independent lists", "名单相互独立"), 0.0),
        ("stepwise", Said("Dependence as the stepwise model finds it", "逐步法模型所示的关联"), threshold),
    ):
        cells = _fitted(table, level)
        found.append(Truth(name, label, float(cells.sum()), cells / cells.sum()))
    return (*found, two_kinds(table))


def _fitted(table: CaptureTable, threshold: float) -> Floats:
    """Expected people of every history under the stepwise model, the hidden ones first."""
    chosen = estimate_many(table.counts[np.newaxis, :], table.k, threshold=threshold)
    return fit(table, with_pairs(table.k, int(chosen.pairs_in[0]))).expected


def two_kinds(table: CaptureTable) -> Truth:
    """A quarter of the people is seen 17 times as easily as the rest; lists are independent for each person.

    The size N is the one at which as many people are seen as in the table, each list holding what it holds there.
    """
    totals = _list_totals(table)

    def seen_at(people: float) -> float:
        return people * (1 - _mixture(totals / people)[0]) - table.n

    if totals.sum() <= table.n:
        raise NotEstimable(
            Said(
                "Nobody is on two lists, so no population of two kinds is like this table.",
                "没有人同时在两个名单上，无法构造与此表相似的两类人群。",
            ),
            code="no_such_truth",
        )
    least = float(table.n)
    most = 2 * least
    while seen_at(most) < 0:
        most *= 2
    people = brentq(seen_at, least, most)
    return Truth(
        "two-kinds",
        Said(
            "Two kinds of people: a quarter seen 17 times as easily as the rest",
            "两类人：四分之一的人被发现的机会是其余人的 17 倍",
        ),
        float(people),
        _mixture(totals / people),
    )


def study(
    table: CaptureTable,
    *,
    methods: Sequence[str] = ("stepwise",),
    truths: Sequence[Truth] | None = None,
    tables: int = 500,
    bootstrap: int = 1000,
    threshold: float = 0.02,
    seed: int = 1,
    processes: int = 1,
    progress: Tell | None = None,
) -> tuple[StudyRow, ...]:
    """Simulate tables from each truth, ask each method, and say how often its intervals held the truth.

    tables: simulated from each truth, people ~ Poisson(people * chances). bootstrap: resamples in each. processes:
    how many work side by side; the numbers do not depend on it. Raises Invalid for counts below 1.
    """
    if tables < 1 or processes < 1 or bootstrap < 0:
        raise Invalid(
            Said("A study needs at least one table and one process.", "研究至少需要一张表和一个进程。"),
            remedy=Said("Give whole numbers above 0.", "请给出大于 0 的整数。"),
        )
    unknown = [name for name in methods if name not in METHODS]
    if unknown:
        raise Invalid(
            Said("There is no method {name!r}.", "没有名为 {name!r} 的方法。").format(name=unknown[0]),
            remedy=Said("Choose from: {names}.", "可选：{names}。").format(names=", ".join(METHODS)),
        )
    chosen = truths_like(table, threshold=threshold) if truths is None else tuple(truths)
    tell = progress or (lambda done, total, what: None)
    total, done, rows = len(chosen) * len(methods) * tables, 0, []
    for truth in chosen:
        drawn = simulated(truth, table.lists, tables, seed)
        for method in methods:
            began = time.perf_counter()
            options = MethodOptions(threshold=threshold, bootstrap=bootstrap, seed=seed, levels=LEVELS)
            outcomes = []
            for outcome in _asked(drawn, method, options, processes):
                outcomes.append(outcome)
                done += 1
                tell(done, total, f"{truth.name} {method}")
            rows.append(_row(truth, method, outcomes, time.perf_counter() - began))
    return tuple(rows)


def simulated(truth: Truth, lists: tuple[str, ...], tables: int, seed: int) -> list[CaptureTable]:
    """Tables of this truth; the same seed gives the same tables."""
    random = np.random.default_rng([seed, *truth.name.encode()])
    means = truth.people * truth.chances
    found = []
    for _ in range(tables):
        counts = random.poisson(means).astype(np.int64)
        counts[0] = 0
        found.append(CaptureTable(lists, counts))
    return found


@dataclass(frozen=True)
class _Outcome:
    """estimate None: refused. limits: level -> (low, high)."""

    estimate: float | None
    limits: dict[float, tuple[float, float]]
    kind: str = ""


def _asked(drawn: Sequence[CaptureTable], method: str, options: MethodOptions, processes: int) -> Any:
    if processes == 1:
        return (_ask(table, method, options) for table in drawn)
    return _in_parallel(drawn, method, options, processes)


def _in_parallel(drawn: Sequence[CaptureTable], method: str, options: MethodOptions, processes: int) -> Any:
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(_ask, drawn, repeat(method), repeat(options), chunksize=10)


def _ask(table: CaptureTable, method: str, options: MethodOptions) -> _Outcome:
    try:
        answer = METHODS[method].run(table, options)
    except NotEstimable:
        return _Outcome(None, {})
    return _Outcome(answer.estimate, dict(answer.interval), answer.interval_kind)


def _row(truth: Truth, method: str, outcomes: Sequence[_Outcome], seconds: float) -> StudyRow:
    given = [one for one in outcomes if one.estimate is not None and math.isfinite(one.estimate)]
    values = np.array([one.estimate for one in given], dtype=np.float64)
    logs = np.log(values / truth.people)
    median = float(np.median(values)) if len(given) else None
    return StudyRow(
        truth.name,
        truth.label,
        truth.people,
        method,
        len(outcomes),
        len(outcomes) - len(given),
        median,
        median / truth.people - 1 if median is not None else None,
        float(np.sqrt(np.mean(logs**2))) if len(given) else None,
        {level: _held(given, level, truth.people) for level in LEVELS},
        next((one.kind for one in given if one.kind), ""),
        seconds,
    )


def _held(given: Sequence[_Outcome], level: float, people: float) -> float | None:
    limits = [one.limits[level] for one in given if level in one.limits]
    return float(np.mean([low <= people <= high for low, high in limits])) if limits else None


def _list_totals(table: CaptureTable) -> Floats:
    histories = np.arange(1 << table.k)
    return np.array([table.counts[(histories >> i & 1) == 1].sum() for i in range(table.k)], dtype=np.float64)


def _mixture(rates: Floats) -> Floats:
    """Chances of every history when a person is of the easy kind with FEW, else of the hard one."""
    return FEW * _independent(np.minimum(EASY * rates, 0.98)) + MANY * _independent(HARD * rates)


def _independent(rates: Floats) -> Floats:
    chances = np.ones(1 << len(rates))
    histories = np.arange(1 << len(rates))
    for i, rate in enumerate(rates):
        chances *= np.where(histories >> i & 1, rate, 1 - rate)
    return chances
