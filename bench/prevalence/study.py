"""Prints how often each method's interval holds a known truth, on tables like a published one; asserts nothing.

.venv/bin/python bench/prevalence/study.py [--tables 500] [--bootstrap 1000] [--processes 2] [--write FILE.md]
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import time
from pathlib import Path

from concerted.methods.prevalence import StudyRow, read_table, study

TABLE = Path(__file__).parents[2] / "reference" / "prevalence" / "uk5.csv"
#: The stepwise bootstrap is timed; the others are asked of the same tables with the interval they have by themselves.
TIMED = "stepwise"
BESIDE = ("main-effects", "decomposable", "chao")


def main() -> None:
    """Run the study and print or write its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", type=Path, default=TABLE)
    parser.add_argument("--tables", type=int, default=500)
    parser.add_argument("--bootstrap", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    table = read_table(chosen.table)
    spent, began = _spent(), time.perf_counter()
    rows = list(
        study(
            table,
            methods=(TIMED,),
            tables=chosen.tables,
            bootstrap=chosen.bootstrap,
            processes=chosen.processes,
        )
    )
    took = (_spent() - spent, time.perf_counter() - began)
    rows += study(table, methods=BESIDE, tables=chosen.tables, bootstrap=0, processes=chosen.processes)
    text = _text(rows, chosen, took)
    print(text)
    if chosen.write:
        chosen.write.write_text(text, encoding="utf-8")


def _text(rows: list[StudyRow], chosen: argparse.Namespace, took: tuple[float, float]) -> str:
    head = (
        "| truth | people | method | interval | median estimate | bias | rmse log N | 95 % held | 80 % held "
        "| refused |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
    )
    order = {name: i for i, name in enumerate(dict.fromkeys(row.truth for row in rows))}
    lines = [_line(row) for row in sorted(rows, key=lambda row: order[row.truth])]
    slowest = max(row.seconds for row in rows if row.method == TIMED)
    return (
        f"# How often the intervals held\n\nMade by `bench/prevalence/study.py`; read with"
        f" [the reference](prevalence.md#coverage).\n\n{chosen.tables} tables of each truth, like"
        f" {chosen.table.stem}; stepwise with {chosen.bootstrap} resamples each, reselected in each;"
        f" {chosen.processes} processes.\n\n{head}" + "\n".join(lines) + "\n\n"
        f"Stepwise: {took[0] / 3:.0f} processor seconds for each truth (over all processes),"
        f" {slowest:.0f} s by the clock for the slowest. {_machine()}, load {os.getloadavg()[0]:.0f}.\n"
    )


def _spent() -> float:
    """Processor seconds of this process and of those that ended under it."""
    own, ended = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


def _line(row: StudyRow) -> str:
    held = ["-" if share is None else f"{share:.1%}" for share in row.coverage.values()]
    if row.median is None or row.bias is None or row.rmse_log is None:
        return f"| {row.truth} | {row.people:,.0f} | {row.method} | - | - | - | - | - | - | {row.refused} |"
    return (
        f"| {row.truth} | {row.people:,.0f} | {row.method} | {row.interval_kind} | {row.median:,.0f} |"
        f" {row.bias:+.0%} | {row.rmse_log:.3f} | {held[0]} | {held[1]} | {row.refused} |"
    )


def _machine() -> str:
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    return f"{cpu}, {os.cpu_count()} cores, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
