"""Reads what meetings ask of an agency in the days ahead: the next one, action items, binding decisions; moves none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Prefetch, Q

from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer, significant_digits

from ..models import ActionItem, AgendaItem, Decision, Meeting
from ..states import ACTION_OPEN, DECISION_OPEN


@dataclass(frozen=True)
class Sitting:
    """The next meeting an agency convenes or sits in: how many items its agenda has, and how many only proposed."""

    meeting: Meeting
    items: int
    proposed: int


@dataclass(frozen=True)
class Standing:
    """An action item still to be done or verified, with its age in days."""

    item: ActionItem
    age: int


@dataclass(frozen=True)
class ActionsStanding:
    """What an agency is to do and what it assigned to others, oldest first; nothing is in both."""

    mine: Sequence[Standing]
    assigned: Sequence[Standing]


@dataclass(frozen=True)
class Ahead:
    """The next meeting, None where none is planned, and the action items that stand."""

    next: Sitting | None
    actions: ActionsStanding


@look(Permission.MEETING_READ)
def ahead_of(*, officer: Officer, at: datetime, on: date) -> Ahead:
    """What an office looks at before the next meeting, from the day on. Two queries."""
    return Ahead(_next(officer, on), _actions(officer, on))


@look(Permission.MEETING_READ)
def actions_standing(*, officer: Officer, at: datetime, on: date) -> ActionsStanding:
    """The agency's open action items: its own, and those it assigned. One query."""
    return _actions(officer, on)


@look(Permission.MEETING_READ)
def binding_decisions(*, officer: Officer, at: datetime, place: str) -> list[Decision]:
    """Standing decisions of meetings at or above a place that bind it, newest first.

    Those that give an agency of the place something to do, with these action items, and the rules. Two queries.
    """
    digits = significant_digits(place)
    here = ActionItem.objects.filter(owner__place_code__startswith=digits, state__in=ACTION_OPEN)
    above = {place[:length].ljust(6, "0") for length in (0, 2, 4, 6)}
    found = (
        Decision.objects.filter(state__in=DECISION_OPEN, meeting__series__place_code__in=above)
        .filter(Q(kind=Decision.Kind.RULE) | Q(pk__in=here.values("decision_id")))
        .select_related("meeting")
        .prefetch_related(
            Prefetch("action_items", queryset=here.select_related("owner").order_by("due", "pk"))
        )
    )
    return list(found.order_by("-adopted_on", "-pk"))


def _next(officer: Officer, on: date) -> Sitting | None:
    stands = ~Q(items__state__in=(AgendaItem.State.DROPPED, AgendaItem.State.MERGED))
    sits = Q(seats__agency=officer.agency_id) | Q(series__office=officer.agency_id)
    found = (
        Meeting.objects.filter(sits, held_on__gte=on, state__in=(Meeting.State.PLANNED, Meeting.State.CALLED))
        .annotate(
            agenda=Count("items", filter=stands, distinct=True),
            only_proposed=Count("items", filter=Q(items__state=AgendaItem.State.PROPOSED), distinct=True),
        )
        .order_by("held_on", "pk")
        .first()
    )
    return None if found is None else Sitting(found, found.agenda, found.only_proposed)


def _actions(officer: Officer, on: date) -> ActionsStanding:
    agency = officer.agency_id
    found = (
        ActionItem.objects.filter(Q(owner=agency) | Q(assigned_by=agency), state__in=ACTION_OPEN)
        .select_related("owner", "assigned_by", "decision__meeting")
        .order_by("opened_on", "pk")
    )
    lines = [Standing(one, (on - one.opened_on).days if one.opened_on else 0) for one in found]
    return ActionsStanding(
        [line for line in lines if line.item.owner_id == agency],
        [line for line in lines if line.item.owner_id != agency],
    )
