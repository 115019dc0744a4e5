"""Makes the requests of a measurement: over HTTP as a browser would, or alone in this process beside its SQL."""

from __future__ import annotations

import http.client
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import numpy as np
from targets import Target

#: As a browser keeps it: the secret in a cookie, the same in the form.
_CSRF = "a" * 32
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(officers: Sequence[int]) -> dict[int, str]:
    """A session of each officer, as its cookie."""
    import pages

    from concerted.foundation.agencies.reads import officer_by_id

    return {number: pages.signed_in(officer_by_id(number)) for number in officers}


def send(port: int, target: Target, sessions: dict[int, str]) -> bool:
    """Make one request over a connection of its own; whether it was answered as it should be."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": f"{sessions[target.officer]}; csrftoken={_CSRF}", "Accept-Encoding": "identity"}
    try:
        if target.posts:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode({"csrfmiddlewaretoken": _CSRF})
            connection.request("POST", target.address, body=body, headers=headers)
        else:
            connection.request("GET", target.address, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status == (302 if target.posts else 200)
    except OSError:
        return False
    finally:
        connection.close()


@dataclass(frozen=True)
class Alone:
    """Medians over requests in this process: seconds of a request, seconds of this process's processor in it, seconds
    of its statements alone, and how many they are."""

    whole: float
    cpu: float
    bare: float
    statements: int


def alone(targets: Sequence[Target], *, at: datetime, rounds: int = 3) -> Alone:
    """Time requests one at a time, each taken back, and their statements with nothing around them."""
    from concerted.foundation.agencies.reads import acting_as, officer_by_id

    whole, cpu, bare, statements = [], [], [], []
    for target in targets:
        officer: Any = officer_by_id(target.officer)
        client = _client(officer)
        _timed(client, target)
        taken = [_timed(client, target) for _round in range(rounds)]
        whole.append(float(np.median([one[0] for one in taken])))
        cpu.append(float(np.median([one[1] for one in taken])))
        said = captured(client, target)
        acting = acting_as(officer=officer, on=at.date(), function=_function(officer, at))
        bare.append(float(np.median([_bare(acting, at, said) for _round in range(rounds)])))
        statements.append(len(said))
    return Alone(*(float(np.median(each)) for each in (whole, cpu, bare)), int(np.median(statements)))


def _function(officer: Any, at: datetime) -> str:
    from concerted.foundation.agencies.reads import live_appointments

    return live_appointments(officer=officer, on=at.date())[0].post.function


def _client(officer: Any) -> Any:
    from django.test import Client

    client = Client()
    client.force_login(officer, backend=_BACKEND)
    return client


def _timed(client: Any, target: Target) -> tuple[float, float]:
    """Seconds of one request, and of the processor in this process; what it wrote is taken back."""
    from django.db import transaction

    with transaction.atomic():
        began, used = time.perf_counter(), time.process_time()
        answer = client.post(target.address) if target.posts else client.get(target.address)
        taken = time.perf_counter() - began, time.process_time() - used
        transaction.set_rollback(True)
    assert answer.status_code in (200, 302), (target, answer.status_code)
    return taken


def captured(client: Any, target: Target) -> list[str]:
    """Every statement of one request that reads or writes rows."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        _timed(client, target)
    kept = ("SELECT", "INSERT", "UPDATE", "WITH")
    return [one["sql"] for one in queries.captured_queries if one["sql"].lstrip().upper().startswith(kept)]


def _bare(officer: Any, at: datetime, said: Sequence[str]) -> float:
    from django.db import connection, transaction

    from concerted.foundation.access.door import acting

    with transaction.atomic(), acting(officer, at), connection.cursor() as cursor:
        raw = cursor.connection.cursor()
        began = time.perf_counter()
        for statement in said:
            raw.execute(statement.encode())
            if raw.description is not None:
                raw.fetchall()
        taken = time.perf_counter() - began
        transaction.set_rollback(True)
    return taken
