"""The agenda is assembled from evidence and settled by the chair's office; no figure is computed here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem, Stale
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer

from ..models import AgendaItem, Meeting, Proposal
from ..reads.assembly import RULES, as_data, content_hash, propose
from ..reads.evidence import Proposed
from ..states import ITEM
from .keeping import day_of, held, keep, needs, needs_text, refuse_if, state_now

S = AgendaItem.State
PREPARING = (Meeting.State.PLANNED, Meeting.State.CALLED, Meeting.State.IN_SESSION)
LAST_PLACE = 10_000
"""Where an item stands that a member asked for, until the office accepts it."""
NO_LONGER = "no longer stands / 情况已消除"


@act(Permission.AGENDA_PREPARE, subject="meeting")
def assemble(*, officer: Officer, at: datetime, meeting: Meeting, on: date | None = None) -> Proposal:
    """Propose the meeting's items from what stands in the mechanism on a day (today without one).

    What is new becomes a proposed item; one still only proposed gets the day's figures, and is dropped when nothing
    stands behind it any more. What the office has accepted, merged or dropped stays as it is. Raises Conflict.
    """
    fresh = held(meeting)
    _check_preparing(fresh)
    on = on or day_of(at)
    proposed = propose(meeting=fresh, on=on, officer=officer, at=at)
    items = [as_data(one) for one in proposed]
    proposal = Proposal.objects.create(
        meeting=fresh,
        for_day=on,
        at=at,
        officer=officer,
        rules=RULES,
        items=items,
        content_hash=content_hash(items),
    )
    left = enter_evidence(fresh, proposed, on)
    _drop_what_no_longer_stands(officer, at, left.values())
    return proposal


def enter_evidence(meeting: Meeting, proposed: Sequence[Proposed], on: date) -> dict[object, AgendaItem]:
    """Put what is new among the meeting's proposed items and give those still only proposed the day's figures.

    Returns the items from evidence that were there and are not among those proposed now.
    """
    known: dict[object, AgendaItem] = {
        (item.source, item.address_kind, item.address_key): item
        for item in meeting.items.exclude(source="").select_for_update()
    }
    position = _next_position(meeting)
    new = []
    for place, one in enumerate(proposed):
        item = known.pop((one.source, one.address_kind, one.address_key), None)
        if item is None:
            new.append(_new_item(meeting, one, on, position + place))
        elif item.state == S.PROPOSED:
            _refresh(item, one, on)
    AgendaItem.objects.bulk_create(new)
    return known


def _drop_what_no_longer_stands(officer: Officer, at: datetime, items: Iterable[AgendaItem]) -> None:
    for item in items:
        if item.state == S.PROPOSED:
            item.state, item.reason = S.DROPPED, NO_LONGER
            item.settled_by, item.settled_at = officer, at
            keep(item, "state", "reason", "settled_by", "settled_at")


def _new_item(meeting: Meeting, one: Proposed, on: date, position: int) -> AgendaItem:
    return AgendaItem(
        meeting=meeting,
        position=position,
        as_of=on,
        title_en=one.title_en[:300],
        title_zh=one.title_zh[:200],
        reason_en=one.reason_en,
        reason_zh=one.reason_zh,
        source=one.source,
        address_kind=one.address_kind,
        address_key=one.address_key,
        figures=as_data(one)["figures"],
        links=as_data(one)["links"],
        weight=one.weight,
        for_members_only=one.for_members_only,
    )


def _refresh(item: AgendaItem, one: Proposed, on: date) -> None:
    data = as_data(one)
    item.title_en, item.title_zh = one.title_en[:300], one.title_zh[:200]
    item.reason_en, item.reason_zh = one.reason_en, one.reason_zh
    item.figures, item.links, item.weight, item.as_of = data["figures"], data["links"], one.weight, on
    keep(item, "title_en", "title_zh", "reason_en", "reason_zh", "figures", "links", "weight", "as_of")


@act(Permission.AGENDA_PREPARE, subject="meeting")
def add_item(
    *,
    officer: Officer,
    at: datetime,
    meeting: Meeting,
    title_en: str,
    title_zh: str = "",
    body_en: str = "",
    body_zh: str = "",
    minutes: int = 0,
    presenter: Agency | None = None,
    for_members_only: bool = True,
) -> AgendaItem:
    """Write an item by hand; it stands on the agenda at once. Raises Invalid, Conflict."""
    refuse_if([needs_text(title_en, title_zh, "title")], _("The item was not added."))
    fresh = held(meeting)
    _check_preparing(fresh)
    return AgendaItem.objects.create(
        meeting=fresh,
        state=S.ACCEPTED,
        position=_next_position(fresh),
        title_en=title_en.strip(),
        title_zh=title_zh.strip(),
        body_en=body_en,
        body_zh=body_zh,
        minutes=minutes,
        presenter=presenter,
        for_members_only=for_members_only,
        settled_by=officer,
        settled_at=at,
    )


@act(Permission.AGENDA_ASK, subject="meeting")
def ask_for_item(
    *, officer: Officer, at: datetime, meeting: Meeting, title_en: str, title_zh: str = "", reason: str
) -> AgendaItem:
    """A member asks for an item; the office settles it like every other proposal. Raises Invalid, Conflict."""
    refuse_if(
        [
            needs_text(title_en, title_zh, "title"),
            needs(reason, "reason", _("Say why the meeting should hear it.")),
        ],
        _("The item was not asked for."),
    )
    if state_now(meeting) not in (Meeting.State.PLANNED, Meeting.State.CALLED):
        raise Conflict(_("Items are asked for before the meeting opens."))
    return AgendaItem.objects.create(
        meeting=meeting,
        position=LAST_PLACE,
        title_en=title_en.strip(),
        title_zh=title_zh.strip(),
        reason_en=reason.strip(),
        reason_zh=reason.strip(),
        asked_by_id=officer.agency_id,
        as_of=day_of(at),
    )


@act(Permission.AGENDA_PREPARE, subject="item")
def edit_item(
    *,
    officer: Officer,
    at: datetime,
    item: AgendaItem,
    expected_row_version: int,
    title_en: str,
    title_zh: str = "",
    body_en: str = "",
    body_zh: str = "",
    minutes: int = 0,
    presenter: Agency | None = None,
    for_members_only: bool = True,
) -> AgendaItem:
    """Word an item, time it, name who presents it and whether observers get it. Raises Stale, Conflict, Invalid."""
    refuse_if([needs_text(title_en, title_zh, "title")], _("The item was not changed."))
    fresh = held(item, expected_row_version)
    _check_preparing(fresh.meeting)
    fresh.title_en, fresh.title_zh = title_en.strip(), title_zh.strip()
    fresh.body_en, fresh.body_zh = body_en, body_zh
    fresh.minutes, fresh.presenter, fresh.for_members_only = minutes, presenter, for_members_only
    keep(fresh, "title_en", "title_zh", "body_en", "body_zh", "minutes", "presenter", "for_members_only")
    return fresh


@act(Permission.AGENDA_PREPARE, subject="item")
def accept_item(*, officer: Officer, at: datetime, item: AgendaItem) -> AgendaItem:
    """Put a proposed item on the agenda. Raises Conflict."""
    return _settled(officer, at, item, "accept")


@act(Permission.AGENDA_PREPARE, subject="item", record=("reason",))
def drop_item(*, officer: Officer, at: datetime, item: AgendaItem, reason: str) -> AgendaItem:
    """Leave an item off the agenda, with the reason. Raises Conflict, Invalid."""
    refuse_if([needs(reason, "reason", _("Say why it is left off."))], _("The item was not dropped."))
    return _settled(officer, at, item, "drop", reason=reason.strip())


@act(Permission.AGENDA_PREPARE, subject="item", record=("reason",))
def merge_item(
    *, officer: Officer, at: datetime, item: AgendaItem, into: AgendaItem, reason: str = ""
) -> AgendaItem:
    """Let an item be heard with another of the same meeting. Raises Conflict, Invalid."""
    target = held(into)
    if target.meeting_id != item.meeting_id or target.pk == item.pk:
        raise Invalid(
            _("The item was not merged."),
            problems=[Problem(_("Choose another item of the same meeting."), field="into")],
        )
    if target.state not in (S.PROPOSED, S.ACCEPTED):
        raise Conflict(_("The item it is merged into is not on the agenda."), where=str(target))
    if item.merged.exists():
        raise Conflict(
            _("Other items are merged into this one."), remedy=_("Merge those into the other item first.")
        )
    return _settled(officer, at, item, "merge", reason=reason.strip(), into=target)


@act(Permission.AGENDA_PREPARE, subject="item")
def restore_item(*, officer: Officer, at: datetime, item: AgendaItem) -> AgendaItem:
    """Take a dropped or merged item back among the proposed. Raises Conflict."""
    return _settled(officer, at, item, "restore")


@act(Permission.AGENDA_PREPARE, subject="meeting")
def order_items(
    *, officer: Officer, at: datetime, meeting: Meeting, order: Sequence[int], expected_order: Sequence[int]
) -> list[AgendaItem]:
    """Put the items of the agenda in this order of their ids.

    expected_order: the order the officer saw. Raises Stale where it has changed since, Invalid where an id is
    missing or strange.
    """
    fresh = held(meeting)
    _check_preparing(fresh)
    items = {
        item.pk: item for item in fresh.items.filter(state__in=(S.PROPOSED, S.ACCEPTED)).select_for_update()
    }
    stands = list(items)
    if list(expected_order) != stands:
        raise Stale(
            _("Somebody else changed the agenda since you opened it."),
            remedy=_("Look at the order as it is now, then order again."),
        )
    if sorted(order) != sorted(stands):
        raise Invalid(
            _("The agenda was not ordered."),
            problems=[Problem(_("Name every item of the agenda once."), field="order")],
        )
    for place, pk in enumerate(order, start=1):
        if items[pk].position != place:
            items[pk].position = place
            items[pk].save(update_fields=["position"])
    return [items[pk] for pk in order]


def _settled(
    officer: Officer,
    at: datetime,
    item: AgendaItem,
    step: str,
    *,
    reason: str = "",
    into: AgendaItem | None = None,
) -> AgendaItem:
    fresh = held(item)
    _check_preparing(fresh.meeting)
    fresh.state = ITEM.step(fresh.state, step).target
    if fresh.state == S.ACCEPTED and fresh.position >= LAST_PLACE:
        fresh.position = _next_position(fresh.meeting)
    fresh.reason, fresh.merged_into = reason, into
    fresh.settled_by, fresh.settled_at = officer, at
    keep(fresh, "state", "position", "reason", "merged_into", "settled_by", "settled_at")
    return fresh


def _check_preparing(meeting: Meeting) -> None:
    if meeting.state not in PREPARING:
        raise Conflict(
            _("The agenda of a meeting that is over or cancelled does not change."), where=str(meeting)
        )


def _next_position(meeting: Meeting) -> int:
    last = meeting.items.filter(position__lt=LAST_PLACE).aggregate(last=Max("position"))["last"]
    return int(last or 0) + 1
