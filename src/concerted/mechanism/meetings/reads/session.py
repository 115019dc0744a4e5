"""What a meeting room page shows: seats, items, notes, decisions; it writes nothing down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer

from ..models import ActionItem, AgendaItem, Decision, Dissent, Meeting, Note, Seat
from .attendance import Quorum, quorum_of, seats_of


@dataclass(frozen=True)
class Fragment:
    """A fragment of notes with the texts other clerks saved beside it."""

    note: Note
    beside: Sequence[Note]


@dataclass(frozen=True)
class Room:
    """Everything of one meeting the officer may see. notes and decisions by item id; None: of no item."""

    meeting: Meeting
    seats: Sequence[Seat]
    quorum: Quorum | None
    items: Sequence[AgendaItem]
    notes: Mapping[int | None, Sequence[Fragment]]
    decisions: Mapping[int | None, Sequence[Decision]]


@look(Permission.MEETING_READ)
def room(*, officer: Officer, at: datetime, meeting: Meeting) -> Room:
    """The meeting as the officer may see it; notes are there for the office only. Some eight queries."""
    return Room(
        meeting,
        seats_of(meeting),
        quorum_of(meeting),
        list(
            meeting.items.filter(state__in=("accepted", "discussed", "deferred"))
            .select_related("presenter")
            .order_by("position", "id")
        ),
        _fragments(meeting),
        _decisions(meeting),
    )


@look(Permission.MEETING_NOTE, subject="meeting")
def notes_of(*, officer: Officer, at: datetime, meeting: Meeting) -> Mapping[int | None, Sequence[Fragment]]:
    """The notes of a meeting by item, for the office that keeps it."""
    return _fragments(meeting)


@look(Permission.MEETING_READ)
def note_by_id(*, officer: Officer, at: datetime, pk: int) -> Note:
    """One fragment of notes. Raises NotThere, also where the officer may not see it."""
    found = Note.objects.select_related("meeting__series", "item", "beside").filter(pk=pk).first()
    if found is None:
        raise NotThere(_("There is no such note."), where=str(pk))
    return found


@look(Permission.MEETING_READ)
def seat_by_id(*, officer: Officer, at: datetime, pk: int) -> Seat:
    """One seat. Raises NotThere."""
    found = Seat.objects.select_related("agency", "officer", "meeting__series").filter(pk=pk).first()
    if found is None:
        raise NotThere(_("There is no such seat."), where=str(pk))
    return found


def _fragments(meeting: Meeting) -> dict[int | None, list[Fragment]]:
    rows = list(meeting.notes.filter(joined_into=None).select_related("author", "changed_by"))
    beside: dict[int, list[Note]] = defaultdict(list)
    for note in rows:
        if note.beside_id is not None:
            beside[note.beside_id].append(note)
    known = {note.pk for note in rows}
    found: dict[int | None, list[Fragment]] = defaultdict(list)
    for note in rows:
        if note.beside_id is None or note.beside_id not in known:
            found[note.item_id].append(Fragment(note, beside[note.pk]))
    return dict(found)


def _decisions(meeting: Meeting) -> dict[int | None, list[Decision]]:
    found: dict[int | None, list[Decision]] = defaultdict(list)
    for decision in decisions_with_parts(meeting):
        found[decision.item_id].append(decision)
    return dict(found)


def decisions_with_parts(meeting: Meeting) -> list[Decision]:
    """The decisions of a meeting that were not struck, with action items, dissents and measures; five queries."""
    items = ActionItem.objects.exclude(state=ActionItem.State.STRUCK).select_related("owner", "verifier")
    standing = Dissent.objects.filter(withdrawn_at=None).select_related("agency")
    return list(
        meeting.decisions.exclude(state=Decision.State.STRUCK)
        .select_related("rescinds", "item")
        .prefetch_related(
            Prefetch("action_items", queryset=items.order_by("position")),
            Prefetch("dissents", queryset=standing),
            "touches__measure",
        )
        .order_by("position", "id")
    )
