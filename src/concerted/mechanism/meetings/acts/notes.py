"""Notes of a session are saved as they are typed, by any number of clerks at once; no text is ever written over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer

from ..models import AgendaItem, Meeting, Minutes, Note
from .keeping import held, keep, state_now

LONGEST_NOTE = 50_000


@dataclass(frozen=True)
class Saved:
    """What saving left behind: the fragment that holds the text, and the one it stands beside where another clerk had
    saved a different text in between."""

    note: Note
    beside: Note | None = None

    @property
    def is_conflict(self) -> bool:
        """Whether both texts were kept side by side."""
        return self.beside is not None

    def audit_detail(self) -> dict[str, Any]:
        """The fragment and whether it stands beside another; never its text."""
        return {"note": self.note.pk, "beside": self.beside.pk if self.beside else None}


@act(Permission.MEETING_NOTE, subject="meeting", record=("client_key",))
def save_note(
    *,
    officer: Officer,
    at: datetime,
    meeting: Meeting,
    client_key: str,
    text: str,
    expected_row_version: int = 0,
    item: AgendaItem | None = None,
) -> Saved:
    """Save a fragment of notes; the first save of a `client_key` makes it, `expected_row_version` 0.

    Saving the same text twice is saving it once. Where somebody else saved a different text since, theirs stays and
    this one is kept as a fragment beside it: nothing is refused and nothing lost. Raises Conflict once the minutes
    are adopted, Invalid for an overlong text or an item of another meeting.
    """
    _check_note(meeting, client_key, text, item)
    found = Note.objects.select_for_update().filter(meeting=meeting, client_key=client_key).first()
    if found is None:
        return _first_save(officer, at, meeting, client_key, text, item)
    return _next_save(officer, at, found, text, expected_row_version)


def _first_save(
    officer: Officer, at: datetime, meeting: Meeting, client_key: str, text: str, item: AgendaItem | None
) -> Saved:
    try:
        with transaction.atomic():
            made = Note.objects.create(
                meeting=meeting,
                item=item,
                client_key=client_key,
                text=text,
                author=officer,
                created_at=at,
                changed_by=officer,
                changed_at=at,
            )
        return Saved(made)
    except IntegrityError:
        found = Note.objects.select_for_update().get(meeting=meeting, client_key=client_key)
        return _next_save(officer, at, found, text, 0)


def _next_save(officer: Officer, at: datetime, note: Note, text: str, expected: int) -> Saved:
    if note.text == text:
        return Saved(note)
    if note.row_version == expected and note.joined_into_id is None:
        note.text, note.changed_by, note.changed_at = text, officer, at
        keep(note, "text", "changed_by", "changed_at")
        return Saved(note)
    same = Note.objects.filter(beside=note, text=text, author=officer).first()
    if same is not None:
        return Saved(same, note)
    number = Note.objects.filter(
        meeting=note.meeting_id, client_key__startswith=f"{note.client_key[:50]}~"
    ).count()
    beside = Note.objects.create(
        meeting_id=note.meeting_id,
        item_id=note.item_id,
        client_key=f"{note.client_key[:50]}~{number + 1}",
        text=text,
        author=officer,
        created_at=at,
        changed_by=officer,
        changed_at=at,
        beside=note,
    )
    return Saved(beside, note)


@act(Permission.MEETING_NOTE, subject="note")
def join_notes(
    *,
    officer: Officer,
    at: datetime,
    note: Note,
    expected_row_version: int,
    others: Sequence[Note],
    text: str,
) -> Note:
    """Make one fragment of several, in the words given; the others stay on record, read through this one.

    Raises Stale where one changed since, Conflict where one is joined already, Invalid.
    """
    _check_note(note.meeting, note.client_key, text, note.item)
    fresh = held(note, expected_row_version)
    for other in others:
        one = held(other, other.row_version)
        if one.meeting_id != fresh.meeting_id or one.pk == fresh.pk:
            raise Invalid(
                _("The notes were not joined."),
                problems=[Problem(_("Choose other fragments of the same meeting."), field="others")],
            )
        if one.joined_into_id is not None or fresh.joined_into_id is not None:
            raise Conflict(_("One of these fragments is joined into another already."))
        one.joined_into, one.changed_by, one.changed_at = fresh, officer, at
        keep(one, "joined_into", "changed_by", "changed_at")
    fresh.text, fresh.changed_by, fresh.changed_at = text, officer, at
    keep(fresh, "text", "changed_by", "changed_at")
    return fresh


def _check_note(meeting: Meeting, client_key: str, text: str, item: AgendaItem | None) -> None:
    if state_now(meeting) in (Meeting.State.CANCELLED, Meeting.State.RECORDED):
        raise Conflict(_("Nothing is noted on a meeting that was not held here."))
    if Minutes.objects.filter(meeting=meeting, state__in=("adopted", "final")).exists():
        raise Conflict(
            _("The minutes of this meeting are adopted; its notes are closed."),
            remedy=_("Raise it in the next meeting."),
        )
    problems = []
    if not client_key or len(client_key) > 60:
        problems.append(Problem(_("Name the fragment in at most 60 characters."), field="client_key"))
    if len(text) > LONGEST_NOTE:
        problems.append(
            Problem(
                _("The note is longer than %(most)s characters.") % {"most": LONGEST_NOTE},
                field="text",
                remedy=_("Begin another fragment."),
            )
        )
    if item is not None and item.meeting_id != meeting.pk:
        problems.append(Problem(_("This item is of another meeting."), field="item"))
    if problems:
        raise Invalid(_("The note was not saved."), problems=problems)


__all__ = ["Saved", "join_notes", "save_note"]
