"""Minutes are drafted from the notes, circulated, adopted at a later meeting and made final; adopting opens what
owners owe."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.models import Interest
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer
from concerted.foundation.agencies.reads import members_of_joint_meeting
from concerted.foundation.obligations import marks
from concerted.foundation.obligations.calendar import WorkingDays

from ..kinds import ACKNOWLEDGE, ACKNOWLEDGE_WORKING_DAYS, ACTION, REVIEW, UNDATED_DAYS
from ..models import ActionItem, AgendaItem, Amendment, Decision, Meeting, Minutes, Note, Section
from ..reads.sealing import seal_of
from ..states import ACTION as ACTION_MACHINE
from ..states import ACTION_OPEN, DECISION, MINUTES
from .ending import SUBJECT, cancel_items
from .keeping import day_of, held, keep, needs, refuse_if, state_now

_HAN = re.compile("[\u3400-\u9fff]")
OPENING = ("Opening and attendance", "会议情况")
CLOSE = ("Close", "会议结束")


@act(Permission.MINUTES_WRITE, subject="minutes")
def draft_minutes(*, officer: Officer, at: datetime, minutes: Minutes) -> list[Section]:
    """Lay out the sections: the opening, one per item that was on the agenda with its notes, the close.

    Sections that stand are kept as they are; drafting again adds what is missing. Raises Conflict.
    """
    fresh = held(minutes)
    MINUTES.step(fresh.state, "edit")
    items = list(
        fresh.meeting.items.filter(state__in=("accepted", "discussed", "deferred")).order_by("position", "id")
    )
    known = {section.item_id for section in fresh.sections.all()}
    position = max((section.position for section in fresh.sections.all()), default=0)
    made = []
    if not known:
        made.append(_section(fresh, officer, at, 1, OPENING, ("", "")))
        position = 1
    texts = _noted(fresh.meeting)
    for item in (one for one in items if one.pk not in known):
        position += 1
        title = (item.title_en, item.title_zh)
        made.append(_section(fresh, officer, at, position, title, texts.get(item.pk, ("", "")), item))
    if not known:
        made.append(_section(fresh, officer, at, position + 1, CLOSE, texts.get(None, ("", ""))))
    Section.objects.bulk_create(made)
    return list(fresh.sections.order_by("position"))


def _section(
    minutes: Minutes,
    officer: Officer,
    at: datetime,
    position: int,
    title: tuple[str, str],
    text: tuple[str, str],
    item: AgendaItem | None = None,
) -> Section:
    return Section(
        minutes=minutes,
        item=item,
        position=position,
        title_en=title[0],
        title_zh=title[1],
        text_en=text[0],
        text_zh=text[1],
        for_members_only=item.for_members_only if item is not None else False,
        changed_by=officer,
        changed_at=at,
    )


def _noted(meeting: Meeting) -> dict[int | None, tuple[str, str]]:
    """The notes of each item in order, in the language they were written in: (English, Chinese)."""
    found: dict[int | None, tuple[list[str], list[str]]] = {}
    for note in (
        Note.objects.filter(meeting=meeting, joined_into=None).exclude(text="").order_by("created_at", "id")
    ):
        english, chinese = found.setdefault(note.item_id, ([], []))
        (chinese if _HAN.search(note.text) else english).append(note.text)
    return {item: ("\n\n".join(en), "\n\n".join(zh)) for item, (en, zh) in found.items()}


@act(Permission.MINUTES_WRITE, subject="section")
def edit_section(
    *,
    officer: Officer,
    at: datetime,
    section: Section,
    expected_row_version: int,
    text_en: str,
    text_zh: str,
    title_en: str | None = None,
    title_zh: str | None = None,
    for_members_only: bool | None = None,
) -> Section:
    """Write a section of a draft. Raises Stale, and Conflict once the minutes are circulated."""
    fresh = held(section, expected_row_version)
    MINUTES.step(fresh.minutes.state, "edit")
    fresh.text_en, fresh.text_zh = text_en, text_zh
    fresh.title_en = fresh.title_en if title_en is None else title_en.strip()[:300]
    fresh.title_zh = fresh.title_zh if title_zh is None else title_zh.strip()[:200]
    if for_members_only is not None:
        fresh.for_members_only = for_members_only
    fresh.changed_by, fresh.changed_at = officer, at
    keep(fresh, "text_en", "text_zh", "title_en", "title_zh", "for_members_only", "changed_by", "changed_at")
    return fresh


@act(Permission.MINUTES_CIRCULATE, subject="minutes")
def circulate(*, officer: Officer, at: datetime, minutes: Minutes, amend_until: date) -> Minutes:
    """Send the draft to the members, who may propose amendments until a day. Raises Conflict, Invalid."""
    fresh = held(minutes)
    target = MINUTES.step(fresh.state, "circulate").target
    if fresh.meeting.state != Meeting.State.CLOSED:
        raise Conflict(_("The meeting is not closed yet."), remedy=_("Close it, then circulate its minutes."))
    refuse_if(
        [
            Problem(_("The day lies in the past."), field="amend_until")
            if amend_until < day_of(at)
            else None,
            None
            if fresh.sections.exists()
            else Problem(_("The minutes have no section yet."), remedy=_("Draft them first.")),
        ],
        _("The minutes were not circulated."),
    )
    fresh.state, fresh.amend_until, fresh.circulated_at = target, amend_until, at
    keep(fresh, "state", "amend_until", "circulated_at")
    return fresh


@act(Permission.MINUTES_CIRCULATE, subject="minutes", record=("reason",))
def take_back(*, officer: Officer, at: datetime, minutes: Minutes, reason: str) -> Minutes:
    """Make circulated minutes a draft again, while no amendment waits. Raises Conflict, Invalid."""
    refuse_if(
        [needs(reason, "reason", _("Say why they are taken back."))], _("The minutes were not taken back.")
    )
    fresh = held(minutes)
    fresh.state = MINUTES.step(fresh.state, "take_back").target
    _check_no_amendment_waits(fresh)
    fresh.circulated_at, fresh.amend_until = None, None
    keep(fresh, "state", "circulated_at", "amend_until")
    return fresh


@act(Permission.MINUTES_ADOPT, subject="minutes")
def adopt_minutes(*, officer: Officer, at: datetime, minutes: Minutes, in_meeting: Meeting) -> Minutes:
    """Adopt circulated minutes at a later meeting of the series that sits now.

    Every decision gets its number, every action item becomes what its owner owes, a decision that rescinds an earlier
    one ends it. Nothing is written unless all of it can be. Raises Conflict while an amendment waits, Invalid naming
    each decision and action item that is not complete.
    """
    fresh = held(minutes)
    fresh.state = MINUTES.step(fresh.state, "adopt").target
    _check_later(fresh.meeting, in_meeting)
    _check_no_amendment_waits(fresh)
    decisions = list(
        fresh.meeting.decisions.select_for_update(of=("self",))
        .filter(state=Decision.State.PROPOSED)
        .order_by("position")
    )
    items = _drafted(decisions)
    _fill_verifiers(fresh.meeting, items)
    problems = [
        *_incomplete_decisions(decisions, items),
        *_incomplete_items(fresh.meeting, items, day_of(at)),
    ]
    if problems:
        raise Invalid(
            _("The minutes were not adopted."),
            problems=problems,
            where=str(fresh.meeting),
            remedy=_("Take the minutes back, or amend them, so that every item is complete."),
        )
    for number, decision in enumerate(decisions, start=1):
        _adopt_decision(officer, at, decision, number)
    numbered = {decision.pk: decision for decision in decisions}
    for item in items:
        item.decision = numbered[item.decision_id]
        _adopt_item(officer, at, item)
    _rescind(officer, at, decisions)
    fresh.adopted_at, fresh.adopted_in = at, in_meeting
    keep(fresh, "state", "adopted_at", "adopted_in")
    return fresh


@act(Permission.MINUTES_ADOPT, subject="minutes", record=("number",))
def finish_minutes(*, officer: Officer, at: datetime, minutes: Minutes, number: str) -> Minutes:
    """Give adopted minutes their document number and seal: from now on the text never changes. Raises Conflict,
    Invalid."""
    refuse_if(
        [needs(number, "number", _("Give the document number."))], _("The minutes were not made final.")
    )
    fresh = held(minutes)
    fresh.state = MINUTES.step(fresh.state, "finish").target
    if Minutes.objects.filter(number=number.strip()).exists():
        raise Conflict(_("Other minutes bear this number."), where=number)
    fresh.number = number.strip()[:80]
    seal = seal_of(fresh, number=fresh.number)
    fresh.seal, fresh.content_hash, fresh.final_at = seal.as_data(), seal.content_hash, at
    keep(fresh, "state", "number", "seal", "content_hash", "final_at")
    return fresh


def _check_later(meeting: Meeting, in_meeting: Meeting) -> None:
    if in_meeting.series_id != meeting.series_id or in_meeting.held_on <= meeting.held_on:
        raise Conflict(
            _("Minutes are adopted at a later meeting of the same series."),
            remedy=_("Choose the next meeting of the series."),
        )
    if state_now(in_meeting) != Meeting.State.IN_SESSION:
        raise Conflict(
            _("The meeting that is to adopt the minutes does not sit."), remedy=_("Open that meeting first.")
        )


def _check_no_amendment_waits(minutes: Minutes) -> None:
    waiting = minutes.amendments.filter(state=Amendment.State.PROPOSED).count()
    if waiting:
        raise Conflict(
            _("%(count)s amendments wait for an answer.") % {"count": waiting},
            remedy=_("Accept or refuse each of them first."),
        )


def _drafted(decisions: Sequence[Decision]) -> list[ActionItem]:
    return list(
        ActionItem.objects.select_for_update(of=("self",))
        .filter(decision__in=decisions, state=ActionItem.State.DRAFT)
        .select_related("decision__meeting", "owner", "verifier", "assigned_by")
        .order_by("decision__position", "position")
    )


def _fill_verifiers(meeting: Meeting, items: Iterable[ActionItem]) -> None:
    """Where nobody was named the office verifies; what the office owns itself, the convenor."""
    convenor: int | None = None
    for item in items:
        if item.verifier_id is not None or item.owner_id is None:
            continue
        if item.owner_id != meeting.series.office_id:
            item.verifier_id = meeting.series.office_id
            continue
        convenor = convenor or _convenor(meeting)
        item.verifier_id = convenor if convenor != item.owner_id else None


def _convenor(meeting: Meeting) -> int | None:
    members = members_of_joint_meeting(on=meeting.held_on, place_code=meeting.series.place_code)
    return next((one.agency_id for one in members if one.role == "convenor"), None)


def _incomplete_decisions(decisions: Sequence[Decision], items: Sequence[ActionItem]) -> Iterable[Problem]:
    with_items = {item.decision_id for item in items}
    for decision in decisions:
        if decision.kind == Decision.Kind.TASK and decision.pk not in with_items:
            yield Problem(
                _("The task has no action item."),
                field="decision",
                row=decision.position,
                remedy=_("Give it one, or record the decision as a rule, an endorsement or for the record."),
            )


def _incomplete_items(meeting: Meeting, items: Sequence[ActionItem], on: date) -> Iterable[Problem]:
    for row, item in enumerate(items, start=1):
        what = str(item)
        if item.owner is None:
            yield Problem(
                _("“%(item)s” has no owner.") % {"item": what},
                field="owner",
                row=row,
                remedy=_("Name the one agency that owns it."),
            )
        elif not _stands(item.owner, on):
            yield Problem(
                _("%(agency)s left the register before the adoption.") % {"agency": item.owner.name_en},
                field="owner",
                row=row,
                remedy=_("Name the agency that took over its work."),
            )
        elif item.verifier_id is None:
            yield Problem(
                _("Nobody outside %(agency)s is to verify “%(item)s”.")
                % {"agency": item.owner.name_en, "item": what},
                field="verifier",
                row=row,
                remedy=_("Name the agency that verifies it."),
            )
        if item.due is None and item.review_on is None:
            yield Problem(
                _("“%(item)s” has neither a due date nor a date to look at it again.") % {"item": what},
                field="due",
                row=row,
                remedy=_("Give one of the two."),
            )


def _stands(agency: Agency, on: date) -> bool:
    return agency.valid_to is None or on < agency.valid_to


def _adopt_decision(officer: Officer, at: datetime, decision: Decision, number: int) -> None:
    meeting = decision.meeting
    decision.number = f"{meeting.series.key}/{meeting.held_on.year}/{meeting.number}-{number}"
    decision.state = DECISION.step(decision.state, "adopt").target
    decision.adopted_on = day_of(at)
    keep(decision, "number", "state", "adopted_on")


def _adopt_item(officer: Officer, at: datetime, item: ActionItem) -> None:
    assert item.owner_id is not None and item.verifier_id is not None
    item.state = ACTION_MACHINE.step(item.state, "adopt").target
    item.opened_on = item.decision.meeting.held_on
    keep(item, "state", "verifier", "opened_on")
    for agency, basis in ((item.owner_id, "owner"), (item.verifier_id, "verifier")):
        Interest.objects.get_or_create(
            subject_kind="meetings.decision",
            subject_id=item.decision_id,
            agency_id=agency,
            basis=basis,
            defaults={"since": at},
        )
    _open_obligations(officer, at, item)


def _open_obligations(officer: Officer, at: datetime, item: ActionItem) -> None:
    today, opened = day_of(at), item.opened_on or day_of(at)
    due = item.due or opened + timedelta(days=UNDATED_DAYS)
    acknowledged_by = WorkingDays(settings.COUNTRY).add(today, ACKNOWLEDGE_WORKING_DAYS)
    wanted = [(ACTION.code, opened, due, ""), (ACKNOWLEDGE.code, today, acknowledged_by, "")]
    if item.review_on is not None:
        wanted.append((REVIEW.code, today, max(item.review_on, today), "1"))
    for kind, opens, by, key in wanted:
        marks.open_obligations(
            officer=officer, at=at, kind=kind, items=[owed(item, opens=opens, due=by, period_key=key)]
        )


def owed(item: ActionItem, *, opens: date, due: date, period_key: str = "") -> marks.NewObligation:
    """What the owner of an action item owes its verifier by a day."""
    assert item.owner_id is not None and item.verifier_id is not None
    text_en = item.text_en or item.text_zh
    return marks.NewObligation(
        owner_id=item.owner_id,
        owed_to_id=item.verifier_id,
        subject_kind=SUBJECT,
        subject_id=item.pk,
        period_key=period_key,
        label_en=f"{item.decision.number}: {text_en}"[:300],
        label_zh=f"{item.decision.number}：{item.text_zh or item.text_en}"[:200],
        opens=min(opens, due),
        due=due,
    )


def _rescind(officer: Officer, at: datetime, decisions: Sequence[Decision]) -> None:
    for decision in decisions:
        if decision.rescinds is None:
            continue
        earlier = held(decision.rescinds)
        earlier.state = DECISION.step(earlier.state, "rescind").target
        earlier.ended_on, earlier.end_reason = (
            day_of(at),
            f"rescinded by {decision.number} / 由 {decision.number} 撤销",
        )
        keep(earlier, "state", "ended_on", "end_reason")
        undone = earlier.action_items.select_for_update(of=("self",)).filter(state__in=ACTION_OPEN)
        cancel_items(officer=officer, at=at, items=list(undone), reason=earlier.end_reason)
