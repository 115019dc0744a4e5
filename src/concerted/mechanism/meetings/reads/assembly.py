"""Proposes an agenda from what stands in the mechanism on a day: the same inputs give the same proposal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.reads import mechanism_now
from concerted.foundation.agencies.models import Officer
from concerted.mechanism.plan.models import PlanVersion, ReportingPeriod

from ..models import Meeting
from .evidence import Figure, Link, Pair, Proposed, Scope, both
from .evidence.conflicting import conflicting_values
from .evidence.escalated import climbed_to_the_agenda
from .evidence.help_asked import help_from_below
from .evidence.instruments import new_since_the_last_meeting
from .evidence.lacking import measures_lacking
from .evidence.minutes_waiting import minutes_to_adopt
from .evidence.off_pace import measures_off_pace
from .evidence.open_decisions import decisions_still_open
from .evidence.overdue import overdue_by_office
from .evidence.stuck import reviews_that_stand_still
from .evidence.treaties import papers_due_to_treaty_bodies
from .sealing import digest

RULES = "1"
"""The version of these rules; a proposal names the rules it was made by."""
#: How far back the first meeting of a series looks for what is new.
FIRST_LOOKS_BACK = timedelta(days=183)


@dataclass(frozen=True)
class Source:
    """One source of evidence: its code, its name, how many items it proposes at most, and what reads it.

    What goes beyond the most is told in one further item, never left out in silence.
    """

    code: str
    name: Pair
    most: int
    read: Callable[[Scope], list[Proposed]]


#: The sources in the order in which their items stand on a proposed agenda.
SOURCES: tuple[Source, ...] = (
    Source("minutes", Pair("Minutes to adopt", "待通过的纪要"), 6, minutes_to_adopt),
    Source("open_decision", Pair("Decisions still open", "尚未办结的决定"), 20, decisions_still_open),
    Source("escalated", Pair("Escalated to the meeting", "提请会议督办"), 10, climbed_to_the_agenda),
    Source("overdue", Pair("Overdue obligations by office", "各单位逾期事项"), 8, overdue_by_office),
    Source("off_pace", Pair("Measures off pace", "进度滞后的措施"), 8, measures_off_pace),
    Source("lacking", Pair("Measures the provinces lack or weakened", "地方落实缺口"), 6, measures_lacking),
    Source("conflict", Pair("Indicators with conflicting values", "数据不一致的指标"), 6, conflicting_values),
    Source("stuck_review", Pair("Reviews standing still", "停滞的审核"), 6, reviews_that_stand_still),
    Source("help_asked", Pair("Help asked for from below", "地方请求支持"), 8, help_from_below),
    Source(
        "treaty_report", Pair("Papers due to treaty bodies", "对外履约材料"), 6, papers_due_to_treaty_bodies
    ),
    Source("new_instrument", Pair("New instruments", "新的文书和计划"), 6, new_since_the_last_meeting),
)


def scope_of(*, meeting: Meeting, officer: Officer, at: datetime, on: date) -> Scope:
    """What evidence for the meeting is sought in on a day; four queries."""
    after = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    version = (
        PlanVersion.objects.filter(
            Q(period_from=None) | Q(period_from__lte=on),
            Q(adopted_on=None) | Q(adopted_on__lte=on),
            plan__place_code=meeting.series.place_code,
            state__in=(PlanVersion.State.ADOPTED, PlanVersion.State.SUPERSEDED),
        )
        .select_related("plan__office")
        .order_by(F("period_from").desc(nulls_last=True), "-plan_id", "-number")
        .first()
    )
    return Scope(
        meeting=meeting,
        officer=officer,
        at=at,
        on=on,
        after=after,
        since=_meeting_before(meeting, on),
        known=after if after <= mechanism_now() else None,
        version=version,
        period=_period(version, on) if version is not None else None,
    )


def _meeting_before(meeting: Meeting, on: date) -> date:
    before = (
        meeting.series.meetings.filter(held_on__lt=min(on, meeting.held_on))
        .exclude(pk=meeting.pk)
        .exclude(state=Meeting.State.CANCELLED)
        .order_by("-held_on")
        .values_list("held_on", flat=True)
        .first()
    )
    return before or on - FIRST_LOOKS_BACK


def _period(version: PlanVersion, on: date) -> ReportingPeriod | None:
    """The newest period whose reports were due by the day, else the newest begun."""
    begun = version.plan.periods.filter(starts__lte=on).order_by("-starts")
    return begun.filter(due__lte=on).first() or begun.first()


def propose(*, meeting: Meeting, on: date, officer: Officer, at: datetime) -> list[Proposed]:
    """The items that evidence proposes for the meeting as of a day, in the order of the sources.

    Deterministic: within a source by weight, then by address. A past day is answered with what was known then.
    """
    scope = scope_of(meeting=meeting, officer=officer, at=at, on=on)
    return [item for source in SOURCES for item in capped(source, source.read(scope))]


def capped(source: Source, found: Sequence[Proposed]) -> list[Proposed]:
    """The weightiest items of a source; those beyond the most become one item that names their number."""
    ordered = sorted(found, key=lambda one: (-one.weight, one.address_kind, one.address_key))
    if len(ordered) <= source.most:
        return ordered
    rest = ordered[source.most :]
    values = {"n": len(rest), "name": source.name}
    further = Proposed(
        source.code,
        "meetings.source",
        source.code,
        both("{name}: {n} further", "{name}：其余 {n} 项", values),
        both(
            "{n} further items of this kind weigh less than those listed; they are named with it.",
            "另有 {n} 项分量较轻，列于本条。",
            values,
        ),
        (Figure("further", len(rest), "items"),),
        tuple(Link(one.address_kind, one.address_key, one.title) for one in rest[:200]),
        weight=0,
        for_members_only=any(one.for_members_only for one in rest),
        measures=tuple(sorted({pk for one in rest for pk in one.measures})),
    )
    return [*ordered[: source.most], further]


def as_data(one: Proposed) -> dict[str, Any]:
    """The item as plain data, in the shape in which it is stored and hashed."""
    data = asdict(one)
    data["title"], data["reason"] = list(one.title), list(one.reason)
    data["figures"] = [asdict(figure) for figure in one.figures]
    data["links"] = [
        {"kind": link.kind, "key": link.key, "label_en": link.label.en, "label_zh": link.label.zh}
        for link in one.links
    ]
    data["measures"] = list(one.measures)
    return data


def content_hash(items: Sequence[dict[str, Any]]) -> str:
    """The SHA-256 of a proposal: equal for equal proposals."""
    return digest({"rules": RULES, "items": list(items)})


@dataclass(frozen=True)
class Replay:
    """What the rules would have proposed for a meeting on a day, and its hash."""

    on: date
    items: tuple[Proposed, ...]
    content_hash: str


@look(Permission.AGENDA_PREPARE, subject="meeting")
def replay(*, officer: Officer, at: datetime, meeting: Meeting, on: date) -> Replay:
    """What assembling would have proposed for the meeting on any day up to today; nothing is kept."""
    items = propose(meeting=meeting, on=on, officer=officer, at=at)
    return Replay(on, tuple(items), content_hash([as_data(one) for one in items]))
