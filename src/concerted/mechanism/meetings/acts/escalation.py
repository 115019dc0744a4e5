"""What climbed the whole ladder is laid before the next meeting of the office at once; it settles nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer

from ..models import AgendaItem, Meeting, Series
from ..reads.assembly import scope_of
from ..reads.evidence.escalated import climbed_to_the_agenda
from .agenda import enter_evidence
from .keeping import day_of, own_agency


@dataclass(frozen=True)
class Placed:
    """How many things were newly laid before the next meeting, and which meeting that is; '' where none is planned."""

    items: int
    meeting: str

    def audit_detail(self) -> dict[str, object]:
        """The number and the meeting."""
        return {"items": self.items, "meeting": self.meeting}


@act(Permission.AGENDA_PREPARE, subject=own_agency)
def place_escalated(*, officer: Officer, at: datetime) -> Placed:
    """Lay every obligation that reached the agenda and is unanswered before the office's next meeting, once each.

    The next meeting is the soonest planned or called plenary of the office, else its soonest of another kind. Without
    one nothing is placed, and assembling the next one will find them all.
    """
    today = day_of(at)
    coming = Meeting.objects.select_for_update(of=("self",)).filter(
        series__office=officer.agency_id,
        held_on__gte=today,
        state__in=(Meeting.State.PLANNED, Meeting.State.CALLED),
    )
    plenary = coming.filter(series__kind=Series.Kind.PLENARY).order_by("held_on", "pk").first()
    meeting = plenary or coming.order_by("held_on", "pk").first()
    if meeting is None:
        return Placed(0, "")
    scope = scope_of(meeting=meeting, officer=officer, at=at, on=today)
    before = AgendaItem.objects.filter(meeting=meeting).count()
    enter_evidence(meeting, climbed_to_the_agenda(scope), today)
    return Placed(AgendaItem.objects.filter(meeting=meeting).count() - before, meeting.key)
