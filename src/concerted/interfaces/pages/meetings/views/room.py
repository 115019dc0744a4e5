"""The room while a meeting sits: attendance, items, notes saved as typed; decisions have pages of their own."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Stale
from concerted.foundation.access.permissions import Permission
from concerted.interfaces.pages.route import Request, page
from concerted.interfaces.pages.shell.templatetags._words import in_language
from concerted.interfaces.pages.writing import refusals, said, take
from concerted.mechanism.meetings.acts import notes as note_acts
from concerted.mechanism.meetings.acts import session as acts
from concerted.mechanism.meetings.reads import agenda as agenda_reads
from concerted.mechanism.meetings.reads import minutes as minutes_reads
from concerted.mechanism.meetings.reads import session as reads

from .. import words
from .common import acting_facts, meeting_of, own_tabs, version_of

P = Permission


def _to(meeting: Any) -> str:
    return reverse("meetings:room", args=[meeting.key])


@page(P.MEETING_NOTE)
def room(request: Request, key: str) -> HttpResponse:
    """Seats, items in order with their notes and decisions, and what is left to do before the close."""
    found = meeting_of(request, key)
    facts = acting_facts(request)
    notes = reads.notes_of(**facts, meeting=found)
    shown = reads.room(**facts, meeting=found)
    minutes = minutes_reads.minutes_to_adopt(**facts, meeting=found) if found.state == "in_session" else []
    context = {
        "tabs": own_tabs(request, found, "room"),
        "meeting": found,
        "room": shown,
        "parts": [_part(item, notes, shown.decisions) for item in (*shown.items, None)],
        "attendance": list(words.ATTENDANCE.items()),
        "to_adopt": minutes,
        "sits": found.state == "in_session",
        "noted": found.state in ("called", "in_session", "closed"),
        "wordable": found.state in ("in_session", "closed") and _is_draft(request, found),
        "takes_attendance": found.state in ("called", "in_session"),
    }
    return render(request, "meetings/room.html", context)


def _part(item: Any, notes: Any, decisions: Any) -> dict[str, Any]:
    pk = item.pk if item is not None else None
    return {
        "item": item,
        "fragments": notes.get(pk, ()),
        "decisions": decisions.get(pk, ()),
        "new_key": uuid4().hex,
    }


def _is_draft(request: Request, meeting: Any) -> bool:
    return bool(minutes_reads.minutes_of(**acting_facts(request), meeting=meeting).state == "draft")


@page(P.MEETING_RUN)
def open_meeting(request: Request, key: str) -> HttpResponse:
    """Open the meeting."""
    found = meeting_of(request, key)
    return take(
        request,
        lambda: acts.open_meeting(**acting_facts(request), meeting=found),
        done=_("The meeting is open."),
        to=_to(found),
    )


@page(P.MEETING_RUN)
def close_meeting(request: Request, key: str) -> HttpResponse:
    """Close the meeting; what was not discussed is deferred."""
    found = meeting_of(request, key)
    return take(
        request,
        lambda: acts.close_meeting(**acting_facts(request), meeting=found),
        done=_("The meeting is closed. Draft its minutes next."),
        to=reverse("meetings:minutes", args=[found.key]) if found.state == "in_session" else _to(found),
    )


@page(P.MEETING_RUN)
def attendance(request: Request, key: str) -> HttpResponse:
    """Record who came, for every seat that was changed on the page; one that cannot be taken stops no other."""
    found = meeting_of(request, key)
    if request.method != "POST":
        return redirect(_to(found))
    taken = 0
    for seat in reads.room(**acting_facts(request), meeting=found).seats:
        try:
            taken += _take(request, seat)
        except (Conflict, Invalid, Stale) as refused:
            for each in refusals(refused):
                messages.error(request, f"{in_language(seat.agency)}: {each}")
    if taken:
        messages.success(request, _("Attendance recorded for %(count)s seats.") % {"count": taken})
    return redirect(_to(found) + "#attendance")


def _take(request: Request, seat: Any) -> bool:
    came = request.POST.get(f"seat-{seat.pk}-attendance", seat.attendance)
    stood = seat.substitute if came == "substitute" else seat.person
    person = request.POST.get(f"seat-{seat.pk}-person", stood).strip()
    if came == seat.attendance and person == stood:
        return False
    acts.take_attendance(
        **acting_facts(request),
        seat=seat,
        expected_row_version=version_of(request.POST.get(f"seat-{seat.pk}-version", "")),
        attendance=came,
        person=person,
        note=seat.note,
    )
    return True


@page(P.MEETING_RUN)
def discuss(request: Request, pk: int) -> HttpResponse:
    """Mark an item as discussed."""
    found = agenda_reads.item_by_id(**acting_facts(request), pk=pk)
    return take(
        request,
        lambda: acts.discuss_item(**acting_facts(request), item=found),
        done=_("The item is marked as discussed."),
        to=f"{_to(found.meeting)}#part-{pk}",
    )


@page(P.MEETING_RUN)
def defer(request: Request, pk: int) -> HttpResponse:
    """Leave an item to a later meeting."""
    found = agenda_reads.item_by_id(**acting_facts(request), pk=pk)
    return take(
        request,
        lambda: acts.defer_item(**acting_facts(request), item=found, reason=request.POST.get("reason", "")),
        done=_("The item is left to a later meeting."),
        to=f"{_to(found.meeting)}#part-{pk}",
    )


@page(P.MEETING_NOTE)
def note(request: Request, key: str) -> HttpResponse:
    """Save a fragment of notes, sent by the script as it is typed or by the button; two clerks' texts both stay.

    The condition names fragment and version, so that typing goes on in the fragment that now holds the text.
    """
    found = meeting_of(request, key)
    if request.method != "POST":
        return redirect(_to(found))
    is_script = request.headers.get("X-Requested-With") == "autosave"
    client_key, version = _condition(request)
    item = request.POST.get("item", "")
    try:
        saved = note_acts.save_note(
            **acting_facts(request),
            meeting=found,
            client_key=client_key,
            text=request.POST.get("text", ""),
            expected_row_version=version,
            item=agenda_reads.item_by_id(**acting_facts(request), pk=int(item))
            if item.isdigit() and len(item) < 19
            else None,
        )
    except (Conflict, Invalid) as refused:
        if is_script:
            return JsonResponse({"refused": said(refused)}, status=400)
        for each in refusals(refused):
            messages.error(request, each)
        return redirect(_to(found))
    to = f"{_to(found)}#note-{saved.note.pk}"
    if not is_script:
        both = _("Another clerk saved another text here. Both are kept, side by side.")
        (messages.warning if saved.is_conflict else messages.success)(
            request, both if saved.is_conflict else _("The note is saved.")
        )
        return redirect(to)
    answer = JsonResponse({"note": saved.note.pk})
    answer["ETag"] = f'"{saved.note.client_key}:{saved.note.row_version}"'
    if saved.is_conflict:
        answer["X-Beside"] = to
    return answer


def _condition(request: Request) -> tuple[str, int]:
    """The fragment and version that the text was typed on: of the script's condition, else of the form."""
    sent = request.headers.get("If-Match", "").strip('"')
    if ":" in sent:
        client_key, _colon, version = sent.rpartition(":")
        return client_key, version_of(version)
    return request.POST.get("client_key", ""), version_of(request.POST.get("row_version", ""))


@page(P.MEETING_NOTE)
def join(request: Request, pk: int) -> HttpResponse:
    """Make one fragment of those that stand side by side."""
    found = reads.note_by_id(**acting_facts(request), pk=pk)
    others = request.POST.getlist("other")

    def joined() -> None:
        note_acts.join_notes(
            **acting_facts(request),
            note=found,
            expected_row_version=version_of(request.POST.get("row_version", "")),
            others=[
                reads.note_by_id(**acting_facts(request), pk=int(one))
                for one in others
                if one.isdigit() and len(one) < 19
            ],
            text=request.POST.get("text", ""),
        )

    return take(request, joined, done=_("The notes are one text now."), to=f"{_to(found.meeting)}#note-{pk}")
