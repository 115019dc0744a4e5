"""Decisions and action items are worded, dissents recorded, and decisions ended; an adopted wording never changes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer
from concerted.mechanism.plan.models import Measure

from ..models import ActionItem, AgendaItem, Decision, DecisionMeasure, Dissent, Meeting, Minutes, Seat
from ..states import ACTION, ACTION_OPEN, DECISION, DECISION_OPEN
from .ending import cancel_items
from .keeping import day_of, held, keep, needs, needs_text, refuse_if, state_now

HELD = (Meeting.State.IN_SESSION, Meeting.State.CLOSED)


@act(Permission.DECISION_WRITE, subject="meeting")
def write_decision(
    *,
    officer: Officer,
    at: datetime,
    meeting: Meeting,
    kind: str,
    text_en: str = "",
    text_zh: str = "",
    item: AgendaItem | None = None,
    legal_reference: str = "",
    measures: Collection[Measure] = (),
    rescinds: Decision | None = None,
    for_members_only: bool = False,
) -> Decision:
    """Word a decision of a meeting that sits or was closed. Raises Invalid, Conflict.

    rescinds: an earlier adopted decision that ends when this one is adopted.
    """
    _check_wordable(meeting)
    _check_decision(kind, text_en, text_zh, meeting, item, rescinds)
    last = meeting.decisions.aggregate(last=Max("position"))["last"] or 0
    decision = Decision.objects.create(
        meeting=meeting,
        item=item,
        position=last + 1,
        kind=kind,
        text_en=text_en.strip(),
        text_zh=text_zh.strip(),
        legal_reference=legal_reference.strip(),
        for_members_only=for_members_only,
        rescinds=rescinds,
        written_by=officer,
        written_at=at,
    )
    _touch(decision, measures)
    return decision


@act(Permission.DECISION_WRITE, subject="decision")
def edit_decision(
    *,
    officer: Officer,
    at: datetime,
    decision: Decision,
    expected_row_version: int,
    kind: str,
    text_en: str = "",
    text_zh: str = "",
    legal_reference: str = "",
    measures: Collection[Measure] = (),
    rescinds: Decision | None = None,
    for_members_only: bool = False,
) -> Decision:
    """Word a proposed decision anew. Raises Stale, Conflict once adopted or circulated, Invalid."""
    fresh = held(decision, expected_row_version)
    DECISION.step(fresh.state, "edit")
    _check_wordable(fresh.meeting)
    _check_decision(kind, text_en, text_zh, fresh.meeting, fresh.item, rescinds)
    fresh.kind, fresh.text_en, fresh.text_zh = kind, text_en.strip(), text_zh.strip()
    fresh.legal_reference, fresh.rescinds = legal_reference.strip(), rescinds
    fresh.for_members_only = for_members_only
    keep(fresh, "kind", "text_en", "text_zh", "legal_reference", "rescinds", "for_members_only")
    fresh.touches.all().delete()
    _touch(fresh, measures)
    return fresh


@act(Permission.DECISION_WRITE, subject="decision")
def strike_decision(*, officer: Officer, at: datetime, decision: Decision) -> Decision:
    """Take a proposed decision out with its action items; the rows stay. Raises Conflict."""
    fresh = held(decision)
    fresh.state = DECISION.step(fresh.state, "strike").target
    _check_wordable(fresh.meeting)
    keep(fresh, "state")
    for item in fresh.action_items.select_for_update().filter(state=ActionItem.State.DRAFT):
        item.state = ACTION.step(item.state, "strike").target
        keep(item, "state")
    return fresh


@act(Permission.DECISION_WRITE, subject="decision")
def write_action(
    *,
    officer: Officer,
    at: datetime,
    decision: Decision,
    text_en: str = "",
    text_zh: str = "",
    owner: Agency | None = None,
    verifier: Agency | None = None,
    due: date | None = None,
    review_on: date | None = None,
) -> ActionItem:
    """Word an action item under a proposed decision; its owner and date may still be missing until the minutes are
    adopted. Raises Invalid, Conflict."""
    DECISION.step(decision.state, "edit")
    _check_wordable(decision.meeting)
    _check_action(text_en, text_zh, owner, verifier, due, review_on, decision.meeting)
    assert officer.agency is not None
    last = decision.action_items.aggregate(last=Max("position"))["last"] or 0
    return ActionItem.objects.create(
        decision=decision,
        position=last + 1,
        text_en=text_en.strip(),
        text_zh=text_zh.strip(),
        owner=owner,
        verifier=verifier,
        assigned_by=officer.agency,
        due=due,
        review_on=review_on,
    )


@act(Permission.DECISION_WRITE, subject=lambda *, action_item, **_rest: action_item.decision.access_facts())
def edit_action(
    *,
    officer: Officer,
    at: datetime,
    action_item: ActionItem,
    expected_row_version: int,
    text_en: str = "",
    text_zh: str = "",
    owner: Agency | None = None,
    verifier: Agency | None = None,
    due: date | None = None,
    review_on: date | None = None,
) -> ActionItem:
    """Word a drafted action item anew. Raises Stale, Conflict once adopted, Invalid."""
    fresh = held(action_item, expected_row_version)
    if fresh.state != ActionItem.State.DRAFT:
        raise Conflict(
            _("The wording of an adopted action item stands."),
            remedy=_("Change it by a decision of a later meeting."),
        )
    _check_wordable(fresh.decision.meeting)
    _check_action(text_en, text_zh, owner, verifier, due, review_on, fresh.decision.meeting)
    fresh.text_en, fresh.text_zh, fresh.owner, fresh.verifier = (
        text_en.strip(),
        text_zh.strip(),
        owner,
        verifier,
    )
    fresh.due, fresh.review_on = due, review_on
    keep(fresh, "text_en", "text_zh", "owner", "verifier", "due", "review_on")
    return fresh


@act(Permission.DECISION_WRITE, subject=lambda *, action_item, **_rest: action_item.decision.access_facts())
def strike_action(*, officer: Officer, at: datetime, action_item: ActionItem) -> ActionItem:
    """Take a drafted action item out; the row stays. Raises Conflict."""
    fresh = held(action_item)
    fresh.state = ACTION.step(fresh.state, "strike").target
    _check_wordable(fresh.decision.meeting)
    keep(fresh, "state")
    return fresh


@act(Permission.DISSENT_RECORD, subject="decision")
def record_dissent(
    *, officer: Officer, at: datetime, decision: Decision, agency: Agency, kind: str, text: str
) -> Dissent:
    """Record what a member holds against a decision, in its words. Raises Invalid, Conflict."""
    refuse_if(
        [
            None if kind in Dissent.Kind.values else Problem(_("There is no such kind."), field="kind"),
            needs(text, "text", _("Write what the member said.")),
            None
            if _sits(decision.meeting, agency)
            else Problem(
                _("%(agency)s has no member's seat in this meeting.") % {"agency": agency.name_en},
                field="agency",
            ),
        ],
        _("The dissent was not recorded."),
    )
    DECISION.step(decision.state, "edit")
    _check_open(decision.meeting)
    if decision.dissents.filter(agency=agency, withdrawn_at=None).exists():
        raise Conflict(
            _("A dissent of this member stands already."), remedy=_("Withdraw it, then record the new one.")
        )
    return Dissent.objects.create(
        decision=decision, agency=agency, kind=kind, text=text.strip(), written_by=officer, at=at
    )


@act(Permission.DISSENT_RECORD, subject=lambda *, dissent, **_rest: dissent.decision.access_facts())
def withdraw_dissent(*, officer: Officer, at: datetime, dissent: Dissent) -> Dissent:
    """The member takes its dissent back; the row stays. Raises Conflict."""
    if dissent.withdrawn_at is not None:
        raise Conflict(_("This dissent is already withdrawn."))
    _check_open(dissent.decision.meeting)
    dissent.withdrawn_at = at
    dissent.save(update_fields=["withdrawn_at"])
    return dissent


ENDINGS = {"implemented": "implement", "partly_implemented": "implement_partly", "lapsed": "lapse"}


@act(Permission.DECISION_END, subject="decision", record=("outcome", "reason"))
def conclude_decision(
    *, officer: Officer, at: datetime, decision: Decision, outcome: str, reason: str
) -> Decision:
    """Say what became of a decision: implemented, partly implemented or lapsed.

    Implemented only when no action item is open; with the other two the open ones are cancelled and their
    obligations excused for the reason. Raises Conflict, Invalid.
    """
    refuse_if(
        [
            None if outcome in ENDINGS else Problem(_("There is no such outcome."), field="outcome"),
            needs(reason, "reason", _("Say what was done and what not.")),
        ],
        _("The decision was not ended."),
    )
    fresh = held(decision)
    fresh.state = DECISION.step(fresh.state, ENDINGS[outcome]).target
    undone = list(fresh.action_items.select_for_update(of=("self",)).filter(state__in=ACTION_OPEN))
    if outcome == "implemented" and undone:
        raise Conflict(
            _("%(count)s of its action items are still open.") % {"count": len(undone)},
            remedy=_("Have them verified, or end the decision as partly implemented."),
        )
    cancel_items(officer=officer, at=at, items=undone, reason=reason.strip())
    fresh.ended_on, fresh.end_reason = day_of(at), reason.strip()
    keep(fresh, "state", "ended_on", "end_reason")
    return fresh


def _touch(decision: Decision, measures: Collection[Measure]) -> None:
    DecisionMeasure.objects.bulk_create(DecisionMeasure(decision=decision, measure=m) for m in measures)


def _check_wordable(meeting: Meeting) -> None:
    """While the minutes are circulated their wording changes by amendment only."""
    state = _check_open(meeting)
    if state == Minutes.State.CIRCULATED:
        raise Conflict(
            _("The minutes are circulated: their wording changes by amendment only."),
            remedy=_("Propose an amendment, or take the minutes back."),
        )


def _check_open(meeting: Meeting) -> str:
    if state_now(meeting) not in HELD:
        raise Conflict(_("Decisions are taken in a meeting that sits."), remedy=_("Open the meeting first."))
    state = Minutes.objects.filter(meeting=meeting).values_list("state", flat=True).first() or "draft"
    if state in (Minutes.State.ADOPTED, Minutes.State.FINAL):
        raise Conflict(
            _("The minutes of this meeting are adopted; its decisions stand."),
            remedy=_("Only a decision of a later meeting changes them."),
        )
    return state


def _check_decision(
    kind: str,
    text_en: str,
    text_zh: str,
    meeting: Meeting,
    item: AgendaItem | None,
    rescinds: Decision | None,
) -> None:
    problems = [
        None
        if kind in Decision.Kind.values
        else Problem(_("There is no such kind of decision."), field="kind"),
        needs_text(text_en, text_zh, "text"),
        Problem(_("This item is of another meeting."), field="item")
        if item is not None and item.meeting_id != meeting.pk
        else None,
        _rescission_problem(meeting, rescinds),
    ]
    refuse_if(problems, _("The decision was not written."))


def _rescission_problem(meeting: Meeting, rescinds: Decision | None) -> Problem | None:
    if rescinds is None:
        return None
    if rescinds.meeting_id == meeting.pk or rescinds.meeting.held_on >= meeting.held_on:
        return Problem(_("Only a decision of an earlier meeting can be rescinded."), field="rescinds")
    if rescinds.meeting.series.place_code != meeting.series.place_code:
        return Problem(_("A joint meeting rescinds its own decisions only."), field="rescinds")
    if rescinds.state not in (*DECISION_OPEN, "implemented", "partly_implemented"):
        return Problem(_("This decision does not stand any more."), field="rescinds")
    return None


def _check_action(
    text_en: str,
    text_zh: str,
    owner: Agency | None,
    verifier: Agency | None,
    due: date | None,
    review_on: date | None,
    meeting: Meeting,
) -> None:
    refuse_if(
        [
            needs_text(text_en, text_zh, "text"),
            Problem(_("Its owner cannot verify it."), field="verifier", remedy=_("Name another agency."))
            if owner is not None and verifier is not None and owner.pk == verifier.pk
            else None,
            Problem(_("It is due before the meeting."), field="due")
            if due and due < meeting.held_on
            else None,
            Problem(_("It is looked at before the meeting."), field="review_on")
            if review_on and review_on < meeting.held_on
            else None,
            Problem(_("Give a due date or a date to look at it again, not both."), field="review_on")
            if due and review_on
            else None,
        ],
        _("The action item was not written."),
    )


def _sits(meeting: Meeting, agency: Agency) -> bool:
    return meeting.seats.filter(agency=agency, left_register=False).exclude(role=Seat.Role.OBSERVER).exists()
