"""What is owed, by whom and by when, reminders and notices; lateness is read here, never computed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Query, Schema

from concerted.foundation.access.permissions import Permission
from concerted.foundation.obligations import acts, reads

from .answers import In, Page, Paging, of, page_of, reply
from .call import (
    Call,
    Day,
    InPath,
    Key,
    PlaceCode,
    Router,
    Text,
    answers,
    change,
    changes,
    given,
    makes,
    operation,
)

router = Router(tags=["obligations"])
State = Literal[
    "not_open", "open", "due_soon", "overdue", "met_on_time", "met_late", "excused", "not_reported"
]


class Obligation(Schema):
    """One thing owed, with its state on the day asked for."""

    id: int
    kind: str
    owner: str = of("owner.key")
    owed_to: str = of("owed_to.key")
    subject_kind: str
    subject_id: int
    period_key: str
    label_en: str
    label_zh: str
    opens: date
    due: date
    grace_until: date
    began_at: datetime | None
    met_at: datetime | None
    accepted_at: datetime | None
    excused_at: datetime | None
    closed_at: datetime | None
    state: str


class WantedObligations(Paging):
    """Which obligations, and their state on which day."""

    agency: Key | None = None
    owed_to: Key | None = None
    state: State | None = None
    kind: Key | None = None
    place: PlaceCode | None = None
    period: Key | None = None
    on: Day | None = None


@router.get("/obligations", response=answers(Page[Obligation]))
@operation(Permission.OBLIGATION_READ)
def list_obligations(request: Call, wanted: Query[WantedObligations]) -> Any:
    """Who owes what by when, in order of entry, with the state on a day (today)."""
    filters = reads.Filters(
        agency=wanted.agency or "",
        owed_to=wanted.owed_to or "",
        state=wanted.state or "",
        kind=wanted.kind or "",
        place=wanted.place or "",
        period=wanted.period or "",
    )
    return page_of(reads.obligations(on=wanted.on or request.at.date(), filters=filters), wanted)


@router.get("/obligations/{pk}", response=answers(Obligation))
@operation(Permission.OBLIGATION_READ)
def read_obligation(request: Call, pk: InPath) -> Any:
    """One obligation, with its state today."""
    return _obligation(request, pk)


class Event(Schema):
    """What happened to an obligation."""

    what: str
    at: datetime
    officer: str | None = of("officer.username", None)
    reason: str
    step: int | None
    to_agency: str | None = of("to_agency.key", None)


@router.get("/obligations/{pk}/events", response=answers(list[Event]))
@operation(Permission.OBLIGATION_READ)
def list_events(request: Call, pk: InPath) -> Any:
    """What happened to the obligation, oldest first."""
    found = _obligation(request, pk)
    return list(reads.history(found.pk, on=request.at.date()))


class Excuse(In):
    """Why the owner is let off."""

    reason: Text


@router.post("/obligations/{pk}/excuse", response=changes(Obligation))
@change(Permission.OBLIGATION_EXCUSE)
def excuse(request: Call, pk: InPath, why: Excuse) -> HttpResponse:
    """Let the owner off, by who is owed."""
    acts.excuse(
        officer=request.officer, at=request.at, obligation=_obligation(request, pk), reason=why.reason
    )
    return reply(Obligation, _obligation(request, pk))


class Escalated(Schema):
    """How many steps of ladders were taken."""

    steps: int


@router.post("/escalations", response=makes(Escalated))
@change(Permission.OBLIGATION_ESCALATE)
def escalate(request: Call) -> HttpResponse:
    """Take every step of every ladder whose day has come, once each."""
    return reply(Escalated, acts.escalate_due(officer=request.officer, at=request.at), status=201)


class ReminderLine(Schema):
    """One obligation somebody would be reminded of."""

    obligation: int = of("obligation.pk")
    label_en: str = of("obligation.label_en")
    label_zh: str = of("obligation.label_zh")
    due: date = of("obligation.due")
    rule: str


class Digest(Schema):
    """What one recipient would get."""

    recipient: str = of("recipient.username")
    agency: str = of("agency.key")
    because: str
    lines: list[ReminderLine]


class Preview(Schema):
    """Who would be reminded of what, if reminders went out now."""

    for_day: date
    digests: list[Digest]
    held_back: int
    unreachable: list[ReminderLine]


@router.get("/reminders/preview", response=answers(Preview))
@operation(Permission.REMINDER_PREVIEW)
def preview_reminders(request: Call) -> Any:
    """Who would be reminded of what is owed to the agency."""
    return reads.preview_reminders(officer=request.officer, at=request.at)


class Batch(Schema):
    """One run of reminders."""

    id: int
    at: datetime
    for_day: date
    is_draft: bool
    recipients: int
    lines: int


@router.post("/reminders", response=makes(Batch))
@change(Permission.REMINDER_SEND)
def send_reminders(request: Call) -> HttpResponse:
    """Send the reminders of today; a second run sends nothing twice."""
    return reply(Batch, acts.send_reminders(officer=request.officer, at=request.at), status=201)


class Notice(Schema):
    """One reminder the officer got."""

    id: int
    obligation: int = of("obligation_id")
    label_en: str = of("obligation.label_en")
    label_zh: str = of("obligation.label_zh")
    due: date = of("obligation.due")
    rule: str
    for_day: date
    sent_at: datetime
    seen_at: datetime | None


class WantedNotices(Paging):
    """Which notices."""

    unseen_only: bool = False


@router.get("/notices", response=answers(Page[Notice]))
@operation(Permission.OBLIGATION_READ)
def list_notices(request: Call, wanted: Query[WantedNotices]) -> Any:
    """The officer's own notices, in order of entry."""
    found = reads.notices(officer=request.officer, unseen_only=wanted.unseen_only)
    return page_of(found.select_related("obligation"), wanted)


class Seen(Schema):
    """How many notices were new."""

    seen: int


@router.post("/notices/seen", response=changes(Seen))
@change(Permission.OBLIGATION_READ)
def mark_notices_seen(request: Call) -> HttpResponse:
    """The officer has seen the notices so far."""
    return reply(Seen, {"seen": acts.mark_notices_seen(officer=request.officer, at=request.at)})


def _obligation(request: Call, pk: int) -> Any:
    return given(reads.obligations(on=request.at.date()).filter(pk=pk).first())
