"""From decision to result: what was closed, how long it takes with open things counted as open, what is carried over
and what touches no measure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, QuerySet
from django.utils import timezone

from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.methods.followup import Survival, time_to_close

from ..models import ActionItem, AgendaItem, Decision, Meeting
from .register import EVERY_DECISION, DecisionFilter, narrowed

HEARD = ("discussed", "deferred", "merged")
ENDED = ("implemented", "partly_implemented", "lapsed", "rescinded")


@dataclass(frozen=True)
class Chain:
    """A decision that stood on the agenda of several meetings, and those meetings in their order."""

    decision: Decision
    meetings: Sequence[Meeting]

    @property
    def length(self) -> int:
        return len(self.meetings)


@dataclass(frozen=True)
class Tracing:
    """What became of adopted decisions by a day.

    by_state: decisions by where they stand. to_close: the curve of the days from the meeting to the verification of an
    action item; one that is open counts as open at its age, one cancelled as open until then. untouched: decisions of
    the kinds task and rule that name no measure.
    """

    on: date
    of: int
    by_state: Mapping[str, int]
    action_items: Mapping[str, int]
    to_close: Survival
    chains: Sequence[Chain]
    untouched: Sequence[Decision]

    @property
    def closed(self) -> int:
        """Decisions that ended, however."""
        return sum(self.by_state.get(state, 0) for state in ENDED)

    @property
    def share_closed(self) -> float | None:
        """Closed out of all adopted, None where none was adopted."""
        return self.closed / self.of if self.of else None


@look(Permission.MEETING_READ)
def trace(
    *, officer: Officer, at: datetime, on: date | None = None, wanted: DecisionFilter = EVERY_DECISION
) -> Tracing:
    """The decisions the filter names, followed to their results as they stood on a day; six queries."""
    on = on or timezone.localdate(at)
    found = narrowed(wanted).filter(adopted_on__lte=on)
    decisions = list(
        found.select_related("meeting").annotate(measures_touched=Count("touches", distinct=True))
    )
    items = list(ActionItem.objects.filter(decision__in=decisions).exclude(state__in=("draft", "struck")))
    states: dict[str, int] = {}
    for decision in decisions:
        state = (
            decision.state if _by(decision.ended_on, on) or decision.ended_on is None else "being_implemented"
        )
        states[state] = states.get(state, 0) + 1
    return Tracing(
        on,
        len(decisions),
        states,
        _item_states(items, on),
        _to_close(items, on),
        _chains(decisions, on),
        [d for d in decisions if d.kind in ("task", "rule") and not getattr(d, "measures_touched", 0)],
    )


def _item_states(items: Sequence[ActionItem], on: date) -> dict[str, int]:
    found = {"verified": 0, "cancelled": 0, "open": 0}
    for item in items:
        key = item.state if item.state in found and _by(item.ended_on, on) else "open"
        found[key] += 1
    return found


def _to_close(items: Sequence[ActionItem], on: date) -> Survival:
    ages, closed = [], []
    for item in items:
        if item.opened_on is None or item.opened_on > on:
            continue
        ended = item.ended_on if item.ended_on is not None and item.ended_on <= on else None
        ages.append(float(((ended or on) - item.opened_on).days))
        closed.append(ended is not None and item.state == ActionItem.State.VERIFIED)
    return time_to_close(ages, closed)


def _chains(decisions: Sequence[Decision], on: date) -> list[Chain]:
    by_key = {str(decision.pk): decision for decision in decisions}
    meetings: dict[str, dict[int, Meeting]] = {}
    for item in _carried(by_key, on).select_related("meeting").order_by("meeting__held_on", "id"):
        meetings.setdefault(item.address_key, {})[item.meeting_id] = item.meeting
    chains = [Chain(by_key[key], tuple(found.values())) for key, found in meetings.items()]
    return sorted(chains, key=lambda chain: (-chain.length, chain.decision.pk))


def _by(day: date | None, on: date) -> bool:
    return day is not None and day <= on


def _carried(keys: Collection[str], on: date) -> QuerySet[AgendaItem]:
    after = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    return AgendaItem.objects.filter(
        address_kind="meetings.decision",
        address_key__in=list(keys),
        state__in=HEARD,
        meeting__closed_at__lt=after,
    )


def carried_counts(decisions: Collection[int], *, on: date) -> dict[int, int]:
    """On how many agendas of closed meetings each decision stood by the day; one query."""
    rows = (
        _carried([str(pk) for pk in decisions], on)
        .order_by()
        .values_list("address_key")
        .annotate(n=Count("meeting_id", distinct=True))
    )
    return {int(key): count for key, count in rows}
