"""Action items of an agency: its own, and those it assigned or verifies, with age and standing; it moves none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import allows
from concerted.foundation.agencies.models import Officer
from concerted.foundation.obligations.models import Obligation, State

from ..models import ActionItem, ActionMove
from ..states import ACTION, ACTION_OPEN, Transition
from .tracing import carried_counts

SUBJECT = "meetings.actionitem"
RED = (State.OVERDUE, State.NOT_REPORTED)


@dataclass(frozen=True)
class ActionLine:
    """An action item on a day: its age in days, how often it was carried over, and what is owed for it.

    is_red: something owed for it is overdue; an item without a due date turns red too, after the days that
    `kinds.UNDATED_DAYS` sets.
    """

    item: ActionItem
    age: int
    carried: int
    owed: Sequence[Obligation]

    @property
    def is_red(self) -> bool:
        return any(State(one.state) in RED for one in self.owed)  # type: ignore[attr-defined]

    @property
    def due(self) -> date | None:
        """The day by which it is to be done, as the obligation has it."""
        days = [one.due for one in self.owed if one.kind in ("meetings.action", "meetings.again")]
        return max(days, default=self.item.due)


@dataclass(frozen=True)
class ActionBoard:
    """An agency's action items: those it owns, those it assigned, and those whose claims it is to verify."""

    mine: Sequence[ActionLine]
    assigned: Sequence[ActionLine]
    to_verify: Sequence[ActionLine]


@look(Permission.MEETING_READ)
def action_board(*, officer: Officer, at: datetime, open_only: bool = True) -> ActionBoard:
    """The action items of the officer's agency, red ones and old ones first; a constant number of queries."""
    on, agency = timezone.localdate(at), officer.agency_id
    shown = _items().exclude(state__in=("draft", "struck"))
    if open_only:
        shown = shown.filter(state__in=ACTION_OPEN)
    mine = list(shown.filter(owner=agency))
    assigned = list(shown.filter(assigned_by=agency).exclude(owner=agency))
    claimed = list(shown.filter(verifier=agency, state=ActionItem.State.DONE_CLAIMED))
    lines = {
        line.item.pk: line for line in lines_of({i.pk: i for i in (*mine, *assigned, *claimed)}.values(), on)
    }
    return ActionBoard(*(_sorted([lines[i.pk] for i in group]) for group in (mine, assigned, claimed)))


def lines_of(items: Iterable[ActionItem], on: date) -> list[ActionLine]:
    """The items with age, carrying over and what is owed, on a day; three queries."""
    listed = list(items)
    owed: dict[int, list[Obligation]] = {}
    found = Obligation.objects.with_state(on).filter(
        subject_kind=SUBJECT, subject_id__in=[i.pk for i in listed]
    )
    for one in found.order_by("due", "id"):
        owed.setdefault(one.subject_id, []).append(one)
    carried = carried_counts([item.decision_id for item in listed], on=on)
    return [
        ActionLine(
            item,
            ((item.ended_on or on) - item.opened_on).days if item.opened_on else 0,
            carried.get(item.decision_id, 0),
            owed.get(item.pk, []),
        )
        for item in listed
    ]


def _sorted(lines: list[ActionLine]) -> list[ActionLine]:
    return sorted(lines, key=lambda line: (not line.is_red, -line.age, line.item.pk))


@dataclass(frozen=True)
class ActionPage:
    """One action item whole: its line, its moves, and the acts the officer may do now."""

    line: ActionLine
    moves: Sequence[ActionMove]
    possible: Sequence[Transition]


@look(Permission.MEETING_READ)
def action_page(*, officer: Officer, at: datetime, pk: int) -> ActionPage:
    """One action item. Raises NotThere, also where the officer may not see it."""
    item = _items().filter(pk=pk).first()
    if item is None:
        raise NotThere(_("There is no such action item."), where=str(pk))
    [line] = lines_of([item], timezone.localdate(at))
    moves = list(item.moves.select_related("officer", "agency"))
    return ActionPage(line, moves, possible_acts(officer, item))


@look(Permission.MEETING_READ)
def action_by_id(*, officer: Officer, at: datetime, pk: int) -> ActionItem:
    """One action item with its decision and meeting. Raises NotThere."""
    item = _items().filter(pk=pk).first()
    if item is None:
        raise NotThere(_("There is no such action item."), where=str(pk))
    return item


def possible_acts(officer: Officer, item: ActionItem) -> list[Transition]:
    """The rows of the state table that this officer may walk from where the item stands, each act once."""
    facts = item.access_facts()
    rows = [row for row in ACTION.acts_from(item.state) if row.act not in ("adopt", "strike", "cancel")]
    if item.due is not None:
        rows = [row for row in rows if row.act != "review"]
    return [row for row in rows if allows(officer, row.permission, facts)]


def _items() -> QuerySet[ActionItem]:
    return ActionItem.objects.select_related(
        "owner", "verifier", "assigned_by", "decision__meeting__series__office"
    ).prefetch_related(Prefetch("moves", queryset=ActionMove.objects.select_related("agency")))
