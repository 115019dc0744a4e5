"""Keeps the worker of the jobs alive beside the server: one that ended is started again; it knows no job."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import count

WORKER = (sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency", "2")
PAUSE_SECONDS = 5.0


def keep(command: Sequence[str], *, pause: float = PAUSE_SECONDS, runs: int | None = None) -> None:
    """Run the command anew whenever it ends, until this process ends or it was run so often.

    pause: seconds between two runs; runs: how often it is run, None for always. How it ended makes no difference:
    a worker whose listener or heartbeat loses the database stops in good order, as if it had been asked to.
    """
    for turn in count():
        if turn == runs:
            return
        if turn:
            time.sleep(pause)
        _run(command)


def _run(command: Sequence[str]) -> None:
    worker = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=end_with_parent)
    try:
        worker.wait()
    finally:
        if worker.poll() is None:
            worker.terminate()


def end_with_parent() -> None:
    """In a new child: let pages go first, and ask Linux to end it when its parent has gone (prctl PR_SET_PDEATHSIG)."""
    os.nice(5)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


if __name__ == "__main__":
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: sys.exit(0))
    keep(WORKER)
