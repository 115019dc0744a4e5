"""Asks for the erasure of records whose day by the schedule has come; a second officer decides on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from concerted.errors import Conflict
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.people.acts.erasure import request_erasure
from concerted.foundation.people.models import ErasureRequest

from ..reads.retention import own_agency, schedule_dry_run


@dataclass(frozen=True)
class Asked:
    """The requests that were made, and how many of the records chosen were left out, for they are not due, held or
    asked for before."""

    requests: Sequence[ErasureRequest]
    left_out: int

    def audit_detail(self) -> Mapping[str, Any]:
        return {"asked": len(self.requests), "left_out": self.left_out}


@act(Permission.ERASURE_REQUEST, subject=own_agency)
def ask_by_schedule(*, officer: Officer, at: datetime, persons: Sequence[int]) -> Asked:
    """Ask for the erasure of those of these records that the schedule lets go today, each by a request of its own."""
    on = timezone.localdate(at)
    due = schedule_dry_run(officer=officer, at=at, persons=persons).due(on)
    made = []
    for line in due:
        try:
            with transaction.atomic():
                made.append(
                    request_erasure(
                        officer=officer,
                        at=at,
                        person=line.person,
                        ground=ErasureRequest.Ground.SCHEDULE,
                        rule=line.rule.key,
                        event_on=line.event_on,
                        latest_birth=line.latest_birth,
                    )
                )
        except Conflict:
            continue  # a hold or a request came in between
    return Asked(made, len(set(persons)) - len(made))
