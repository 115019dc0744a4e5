"""Keeps the worker of the jobs alive beside the server: one that was killed is started again; it knows no job."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

WORKER = (sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency", "2")
PAUSE_SECONDS = 5.0


def keep(command: Sequence[str], *, pause: float = PAUSE_SECONDS) -> int:
    """Run the command until it ends by itself; returns how often it had to be started again.

    Whatever ends it otherwise - a kill, a crash, a database that is away - starts it anew after the pause
    (seconds). It ends when this process does.
    """
    again = 0
    while _run(command) != 0:
        again += 1
        time.sleep(pause)
    return again


def _run(command: Sequence[str]) -> int:
    worker = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=end_with_parent)
    try:
        return worker.wait()
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
