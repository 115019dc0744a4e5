"""Asks the site for pages at a steady rate that does not wait for answers, and times them; changes
nothing.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Timed:
    """One page's answers: seconds from the moment each was due, and how many were not 200."""

    name: str
    seconds: list[float]
    failed: int

    def percentile(self, share: float) -> float:
        return float(np.percentile(self.seconds, share)) if self.seconds else float("nan")


def ask(
    *,
    port: int,
    cookie: str,
    pages: dict[str, str],
    rate: float,
    seconds: float,
    seed: int,
    send: Callable[[str, int], bool] | None = None,
) -> list[Timed]:
    """Send requests at Poisson moments, the pages in turn; a late answer never delays the next request.

    send: makes the request of a page's name and turn, and says whether it was answered well; else a plain GET.
    """
    draw = np.random.default_rng(seed)
    due = np.cumsum(draw.exponential(1 / rate, int(rate * seconds)))
    names = list(pages)
    taken: dict[str, list[float]] = {name: [] for name in names}
    failed = dict.fromkeys(names, 0)
    lock = threading.Lock()
    start = time.perf_counter() + 0.5

    def one(number: int) -> None:
        name = names[number % len(names)]
        moment = start + float(due[number])
        time.sleep(max(0.0, moment - time.perf_counter()))
        turn = number // len(names)
        well = send(name, turn) if send else get(port, pages[name], cookie) == 200
        with lock:
            taken[name].append(time.perf_counter() - moment)
            failed[name] += not well

    with ThreadPoolExecutor(max_workers=64) as pool:
        list(pool.map(one, range(len(due))))
    return [Timed(name, taken[name], failed[name]) for name in names]


def get(port: int, address: str, cookie: str) -> int:
    """The status of one GET, the whole answer read."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", address, headers={"Cookie": cookie, "Accept-Encoding": "identity"})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except OSError:
        return 0
    finally:
        connection.close()


def signed_in(officer: Any) -> str:
    """The cookie of a new session of an officer."""
    from django.test import Client

    client = Client()
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    return f"sessionid={client.cookies['sessionid'].value}"


def bare_sql(*, officer: Any, at: Any, address: str, rounds: int = 5) -> tuple[float, float, int]:
    """Median seconds of a page in this process, of its captured SELECTs alone, and how many they are."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from concerted.foundation.access.door import acting

    client = Client()
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get(address)
    whole = []
    for _round in range(rounds):
        began = time.perf_counter()
        client.get(address)
        whole.append(time.perf_counter() - began)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    reads = [
        one["sql"] for one in captured.captured_queries if one["sql"].lstrip().upper().startswith("SELECT")
    ]
    bare = []
    for _round in range(rounds):
        with acting(officer, at), connection.cursor() as cursor:
            began = time.perf_counter()
            for statement in reads:
                cursor.execute(statement.replace("%", "%%"), [])
                cursor.fetchall()
            bare.append(time.perf_counter() - began)
    return float(np.median(whole)), float(np.median(bare)), len(reads)
