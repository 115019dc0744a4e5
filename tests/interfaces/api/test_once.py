"""Of many calls with one Idempotency-Key at once, exactly one does its work; all get the same answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from tests.builders import build_world
from tests.interfaces.api.keys import Machine

from concerted.foundation.access import acts
from concerted.foundation.access.reads import mechanism_now

NOTE = {"subject_kind": "plan.measure", "subject_id": 1, "text": "once"}


@pytest.mark.django_db(transaction=True)
def test_parallel_retries_are_applied_exactly_once() -> None:
    world = build_world(at=mechanism_now())
    now = timezone.now()
    _token, secret = acts.issue_token(
        officer=world.focal_point, at=world.at, label="tests", scopes=["read", "write"], issued_at=now,
        expires_at=now + timedelta(days=1),
    )  # fmt: skip

    def call(_turn: int) -> Any:
        try:
            return Machine(secret).post("/notes", NOTE, key="many-at-once")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=6) as threads:
        given = list(threads.map(call, range(12)))
    assert {answer.status_code for answer in given} == {201}
    assert len({answer.json()["id"] for answer in given}) == 1
    kept = Machine(secret).get("/notes", {"subject_kind": "plan.measure", "subject_id": 1}).json()
    assert len(kept) == 1
