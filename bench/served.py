"""Starts the web server as ./run does, for a measurement, and tells what its workers used; it asks for no page."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Workers:
    """The processes of one server; their CPU seconds since they were counted last, and their largest sizes."""

    processes: list[Any]

    def cpu_seconds(self) -> float:
        return sum(sum(one.cpu_times()[:2]) for one in self.processes)

    def peak_bytes(self) -> int:
        """The largest resident set any of them ever had."""
        return max(_peak(one.pid) for one in self.processes)


@contextmanager
def serving(port: int) -> Iterator[Workers]:
    """The site on 127.0.0.1 while the block runs; `processes` is filled once the workers stand (call `found`)."""
    import psutil

    from concerted.config.serving import server_command

    paths = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    server = subprocess.Popen(server_command(port), env={**os.environ, "PYTHONPATH": paths}, cwd=ROOT)
    workers = Workers([])
    try:
        _wait(port)
        workers.processes = psutil.Process(server.pid).children(recursive=True)
        yield workers
    finally:
        server.terminate()
        server.wait(20)


def _wait(port: int) -> None:
    import http.client
    import time

    until = time.monotonic() + 40
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", "/account/login/")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.3)
        finally:
            connection.close()


def _peak(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    return 0
