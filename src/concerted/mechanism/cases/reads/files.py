"""Who could work a file, and what dealing files out would do; it deals nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Appointment, Officer, Post

from ..models import AgencyFile, ConflictOfInterest


@look(Permission.CASE_READ)
def colleagues(*, officer: Officer, at: datetime) -> list[Officer]:
    """The officers of the agency who hold a live post of case work, by name."""
    live = Appointment.objects.live(at.date()).filter(
        post__agency=officer.agency_id,
        post__function__in=("case_worker", "case_supervisor", "duty_officer"),
    )
    return list(Officer.objects.filter(pk__in=live.values("officer")).order_by("name_en", "username"))


@look(Permission.CONFLICT_DECLARE)
def may_set_aside(*, officer: Officer, at: datetime) -> list[Officer]:
    """Whom the officer may set aside from a case: a supervisor any colleague, everybody else only oneself."""
    assert officer.acting is not None
    if officer.acting.post.function != Post.Function.CASE_SUPERVISOR:
        return [officer]
    return list(colleagues(officer=officer, at=at))


@dataclass(frozen=True)
class Assignment:
    """What giving one file to the officer would do: changed, same, or left out for a conflict of interest."""

    file: AgencyFile
    outcome: str


@look(Permission.CASE_ASSIGN)
def preview_assignment(
    *, officer: Officer, at: datetime, files: Sequence[int], to: Officer | None
) -> list[Assignment]:
    """What `acts.files.assign_files` would do with these files, before it does anything."""
    rows = AgencyFile.objects.filter(pk__in=list(files), agency=officer.agency_id).select_related(
        "case", "assigned_to"
    )
    aside = set(
        ConflictOfInterest.objects.filter(officer=to, until=None).values_list("case_id", flat=True)
        if to
        else ()
    )
    return [
        Assignment(
            row,
            "conflict_of_interest"
            if row.case_id in aside
            else "same"
            if row.assigned_to_id == (to.pk if to else None)
            else "changed",
        )
        for row in rows.order_by("-changed_at", "id")
    ]
