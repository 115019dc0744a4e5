"""Speaks to the API as a machine does: with a key, an Idempotency-Key and an ETag, through Django's own client."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from django.test import Client
from django.utils import timezone
from tests.builders import World
from tests.mechanism.plan.reporting_world import MONDAY, Reporting

from concerted.foundation.access import acts
from concerted.foundation.agencies.models import Officer

ROOT = "/api/v1"
_numbers = count(1)


@dataclass
class Machine:
    """A caller with one key."""

    secret: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.client.get(ROOT + path, query, headers=self.headers(headers))

    def post(
        self, path: str, body: object = None, *, key: str | None = None, etag: str = "", **headers: str
    ) -> Any:
        """POST with an Idempotency-Key: this one, or a new one."""
        sent = {"Idempotency-Key": key or f"test-call-{next(_numbers):06d}"} | headers
        return self.send("POST", path, body, etag=etag, **sent)

    def step(self, path: str, body: object = None) -> Any:
        """POST a step of a thing as it stands now, which is read first for its ETag."""
        stands = self.get(path.rpartition("/")[0])
        return self.post(path, body, etag=stands.get("ETag", '"1"'))

    def patch(self, path: str, body: object, *, etag: str = "") -> Any:
        return self.send("PATCH", path, body, etag=etag)

    def delete(self, path: str, *, etag: str = "") -> Any:
        return self.send("DELETE", path, etag=etag)

    def send(self, method: str, path: str, body: object = None, *, etag: str = "", **headers: str) -> Any:
        """Any call; a body that is no text is sent as JSON."""
        conditions = {"If-Match": etag} if etag else {}
        return self.client.generic(
            method,
            ROOT + path,
            data=body if isinstance(body, bytes) else _json(body),
            content_type="application/json",
            headers=self.headers(conditions | headers),
        )

    def headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}", **more}


@dataclass
class Machines:
    """The nation and the keys of its officers."""

    world: World
    reporting: Reporting | None = None

    @property
    def nation(self) -> Reporting:
        """The plan in force with its calendar."""
        assert self.reporting is not None, "ask for the fixture `machines`"
        return self.reporting

    def of(self, officer: Officer, *, scopes: Sequence[str] = ("read", "write"), days: int = 30) -> Machine:
        """A machine with a new key of the officer."""
        now = timezone.now()
        _token, secret = acts.issue_token(
            officer=officer,
            at=MONDAY,
            label="tests",
            scopes=scopes,
            issued_at=now,
            expires_at=now + timedelta(days=days),
        )
        return Machine(secret)

    @property
    def office(self) -> Machine:
        return self.of(self.world.secretariat)

    @property
    def ministry(self) -> Machine:
        return self.of(self.world.focal_point)

    @property
    def stranger(self) -> Machine:
        """A writer of an agency that has nothing to do with the first measure's draft."""
        return self.of(self.world.officer_for(self.world.other_ministry, "focal_point"))


def _json(body: object) -> bytes:
    return b"" if body is None else json.dumps(body, ensure_ascii=True).encode()
