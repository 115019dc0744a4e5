"""The agenda of a meeting as an officer may see it, and the proposals it grew from; it settles nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer

from ..models import AgendaItem, Meeting, Proposal


@dataclass(frozen=True)
class Agenda:
    """The items of a meeting by where they stand; `merged` by the item they were merged into.

    minutes_in_all: the time given to the items on the agenda.
    """

    proposed: Sequence[AgendaItem]
    standing: Sequence[AgendaItem]
    dropped: Sequence[AgendaItem]
    merged: dict[int, list[AgendaItem]]

    @property
    def minutes_in_all(self) -> int:
        return sum(item.minutes for item in self.standing)


@look(Permission.MEETING_READ)
def agenda_of(*, officer: Officer, at: datetime, meeting: Meeting) -> Agenda:
    """The agenda; members see what stands on it, observers what is not for members only, the office everything."""
    items = list(
        meeting.items.select_related("presenter", "asked_by", "settled_by", "merged_into").order_by(
            "position", "id"
        )
    )
    merged: dict[int, list[AgendaItem]] = {}
    for item in items:
        if item.state == AgendaItem.State.MERGED and item.merged_into_id is not None:
            merged.setdefault(item.merged_into_id, []).append(item)
    return Agenda(
        proposed=[item for item in items if item.state == AgendaItem.State.PROPOSED],
        standing=[item for item in items if item.state in ("accepted", "discussed", "deferred")],
        dropped=[item for item in items if item.state == AgendaItem.State.DROPPED],
        merged=merged,
    )


@look(Permission.MEETING_READ)
def item_by_id(*, officer: Officer, at: datetime, pk: int) -> AgendaItem:
    """One agenda item with its meeting. Raises NotThere, also where the officer may not see it."""
    found = (
        AgendaItem.objects.select_related("meeting__series__office", "presenter", "asked_by", "merged_into")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotThere(_("There is no such agenda item."), where=str(pk))
    return found


@look(Permission.AGENDA_PREPARE, subject="meeting")
def proposals_of(*, officer: Officer, at: datetime, meeting: Meeting) -> list[Proposal]:
    """Every proposal that was assembled for the meeting, newest first."""
    return list(meeting.proposals.select_related("officer"))


@look(Permission.MEETING_READ)
def earlier_agendas(
    *, officer: Officer, at: datetime, address_kind: str, address_key: str
) -> list[AgendaItem]:
    """The agendas on which the same thing stood before, oldest first: its chain of being carried over."""
    return list(
        AgendaItem.objects.filter(address_kind=address_kind, address_key=address_key)
        .exclude(state__in=("dropped", "proposed"))
        .select_related("meeting")
        .order_by("meeting__held_on", "id")
    )
