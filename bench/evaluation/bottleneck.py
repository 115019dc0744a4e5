"""How often each ranking puts a planted bottleneck first; prints the table that docs quote. Needs no database.

.venv/bin/python bench/evaluation/bottleneck.py
"""

from __future__ import annotations

import sys

import numpy as np

from concerted.methods.workload import Queue, pile_up, simulate

RUNS, SEED = 200, 20121231


def main() -> int:
    """Print, for weeks of observation and strength of the choke, the share of runs in which each ranking is right."""
    print(
        f"{RUNS} runs of {Queue().offices} offices each, one choked; share of runs in which it is put first by"
    )
    print(
        "| weeks seen | it does of what comes | this ranking | (first three) | load alone | most overdue | oldest |"
    )
    print("|---|---|---|---|---|---|---|")
    for choked in (0.3, 0.5, 0.7):
        for weeks in (4, 8, 12, 26):
            print(_row(Queue(weeks=weeks, choked=choked)))
    print(_row(Queue(lax=0.4)) + " owners twice as lax")
    print(_row(Queue(capacity=1.3)) + " everybody closer to the limit")
    return 0


def _row(queue: Queue) -> str:
    counts = np.zeros(5, dtype=np.int64)
    for run in range(RUNS):
        seen = simulate(queue, seed=SEED + run)
        order = pile_up(seen.offices).order()
        simpler = (seen.offices.load, seen.overdue, seen.oldest)
        counts += [order[0] == 0, 0 in order[:3], *(int(np.argmax(by)) == 0 for by in simpler)]
    shares = " | ".join(f"{count / RUNS:.0%}" for count in counts)
    return f"| {queue.weeks} | {queue.choked:.0%} | {shares} |"


if __name__ == "__main__":
    sys.exit(main())
