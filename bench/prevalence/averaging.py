"""Measures decomposable averaging, latent classes, thresholding, linkage and bounds; it decides nothing by a time.

`measure()` returns rows (what, measured, limit or peer); by itself it prints them as a table.
"""

from __future__ import annotations

import csv
import json
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from concerted.methods.prevalence import (
    CaptureTable,
    Estimate,
    NotEstimable,
    bayes_threshold,
    chao_lower_bound,
    decomposable,
    latent_class,
    main_effects,
    under_linkage_error,
)
from concerted.methods.prevalence._decomposable import _levels
from concerted.methods.prevalence._graphs import chordal_graphs

FOLDER = Path(__file__).parents[2] / "reference" / "prevalence"
FILES = {
    "UKdat": "uk",
    "UKdat_5": "uk5",
    "Ned": "netherlands",
    "Ned_5": "netherlands5",
    "NewOrl": "new_orleans",
    "NewOrl_5": "new_orleans5",
    "Western": "western_us",
}
Row = tuple[str, str, str]


def load(name: str) -> CaptureTable:
    """One of the published tables."""
    with (FOLDER / f"{FILES[name]}.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    histories = {sum(int(on) << i for i, on in enumerate(row[:-1])): int(row[-1]) for row in rows}
    return CaptureTable.from_histories(header[:-1], histories)


def seconds(ask: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of one call and what it returned, a refusal included."""
    start = time.process_time()
    try:
        answer: Any = ask()
    except NotEstimable as refusal:
        answer = refusal
    return time.process_time() - start, answer


def measure(*, seven: bool = True) -> list[Row]:
    """All rows; seven: also the 617,675 graphs of seven lists (about half a minute)."""
    recorded = json.loads((FOLDER / "reference.json").read_text())["datasets"]
    return [*_decomposable(recorded, seven), *_chao(recorded), *_sampled(recorded), *_linkage()]


def _decomposable(recorded: dict[str, Any], seven: bool) -> list[Row]:
    rows: list[Row] = []
    for name, table, limit in (("5 lists", load("UKdat_5"), "50 ms"), ("6 lists", load("UKdat"), "1 s")):
        chordal_graphs.cache_clear()
        _levels.cache_clear()
        first, _ = seconds(lambda table=table: decomposable(table))
        again, _ = seconds(lambda table=table: decomposable(table))
        rows.append(
            (f"decomposable, {name}", f"{first:.3f} CPU s with listing the graphs, {again:.3f} after", limit)
        )
    if seven:
        whole = load("NewOrl")
        counts = np.zeros(128, dtype=np.int64)
        for history, count in enumerate(whole.counts):
            counts[history & 127 | history >> 7 << 6] += count
        spent, _ = seconds(lambda: decomposable(CaptureTable(whole.lists[:7], counts)))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rows.append(("decomposable, 7 lists", f"{spent:.1f} CPU s, {peak:.0f} MB at most", "60 s, 500 MB"))
    for name in ("UKdat_5", "Ned_5", "NewOrl_5", "Western"):
        theirs, n = recorded[name]["dga_grid1000"], load(name).n
        grid = np.unique(np.round(np.linspace(1, 30 * n, 1000)))
        spent, ours = seconds(lambda name=name, grid=grid: decomposable(load(name), hidden_grid=grid))
        same = ours.diagnostics.more["quantiles"] == theirs["quantiles"]
        rows.append(
            (
                f"decomposable on dga's grid, {name}",
                f"mean differs by {abs(ours.estimate / theirs['mean'] - 1):.1e}, quantiles "
                f"{'equal' if same else 'NOT equal'}, {spent:.3f} CPU s",
                f"1e-8; dga {min(theirs['cpu_s']):.3f} CPU s",
            )
        )
    return rows


def _chao(recorded: dict[str, Any]) -> list[Row]:
    worst = max(
        abs(
            chao_lower_bound(load(name)).estimate / recorded[name]["rc_closedp"]["bc_Mh_Chao"]["abundance"]
            - 1
        )
        for name in FILES
    )
    return [("Chao's bound, all tables", f"differs from Rcapture by {worst:.1e} at most", "1e-9")]


def _sampled(recorded: dict[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for name in FILES:
        spent, answer = seconds(lambda name=name: latent_class(load(name), seed=1))
        theirs = ", ".join(f"{run['mean']:,.0f}" for run in recorded[name]["lcmcr"]["runs"])
        rows.append((f"latent-class, {name}", f"{_told(answer)}, {spent:.1f} CPU s", f"LCMCR means {theirs}"))
    for name in FILES:
        spent, answer = seconds(lambda name=name: bayes_threshold(load(name), seed=1))
        theirs = recorded[name].get("mse_bayesthresh")
        peer = f"MSEst {theirs['estimate']:,.0f}" if theirs else "not recorded"
        rows.append((f"bayes-threshold, {name}", f"{_told(answer)}, {spent:.2f} CPU s", peer))
    return rows


def _told(answer: Estimate | NotEstimable) -> str:
    if isinstance(answer, NotEstimable):
        return f"no number: {answer.what}"
    low, high = answer.interval[0.95]
    return f"{answer.estimate:,.0f} ({low:,.0f}-{high:,.0f})"


def _linkage() -> list[Row]:
    def ask(table: CaptureTable) -> Estimate:
        return main_effects(table, bootstrap=0, levels=(0.95,))

    spent, answer = seconds(
        lambda: under_linkage_error(load("UKdat_5"), ask, missed=0.1, false=0.02, draws=50, seed=1)
    )
    return [("50 linkages drawn and pooled, UKdat_5", f"{_told(answer)}, {spent:.2f} CPU s", "no peer")]


if __name__ == "__main__":
    print("| what | measured | limit or peer |\n|---|---|---|")
    for row in measure():
        print(f"| {' | '.join(row)} |", flush=True)
