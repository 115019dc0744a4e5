"""How many reports one connection may send in a few minutes; it keeps no address and nothing on a disk.

A person in need sends one. A school, a shelter or a whole quarter may share a connection, so the limit is wide, and an
emergency has thrice the room. What is counted is a hash under a key that this process drew and never writes; it is let
go of when the minutes are over. Greater floods are the affair of the server in front.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections import defaultdict, deque
from threading import Lock

from django.http import HttpRequest

from .callers import client_address

WITHIN_SECONDS = 600
MOST = 10
MOST_EMERGENCIES = 30

_KEY = secrets.token_bytes(32)
_taken: defaultdict[bytes, deque[float]] = defaultdict(deque)
_lock = Lock()


def is_too_many(request: HttpRequest, *, is_emergency: bool, now: float | None = None) -> bool:
    """Whether the connection has sent its share of the last minutes; one that has not is counted.

    now: seconds of a clock that never goes back.
    """
    moment = time.monotonic() if now is None else now
    who = hmac.digest(_KEY, client_address(request).encode(), "sha256")
    with _lock:
        _let_go(moment)
        if len(_taken[who]) >= (MOST_EMERGENCIES if is_emergency else MOST):
            return True
        _taken[who].append(moment)
        return False


def forget() -> None:
    """Begin counting anew."""
    with _lock:
        _taken.clear()


def _let_go(moment: float) -> None:
    for who in list(_taken):
        times = _taken[who]
        while times and moment - times[0] >= WITHIN_SECONDS:
            times.popleft()
        if not times:
            del _taken[who]
