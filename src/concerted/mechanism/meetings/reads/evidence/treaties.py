"""Papers due to treaty bodies within the horizon, as the reporting calendar stood on the day."""

from __future__ import annotations

from concerted.mechanism.evaluation.reads.instruments import TreatyReportDue, reports_due_to_treaty_bodies

from .proposed import Figure, Link, Pair, Proposed, Scope, both, named

SOURCE = "treaty_report"


def papers_due_to_treaty_bodies(scope: Scope) -> list[Proposed]:
    """One item per paper not handed in and due within the horizon; overdue ones first. The nation's meetings only."""
    if not scope.is_national:
        return []
    due = reports_due_to_treaty_bodies(officer=scope.officer, at=scope.at, on=scope.on)
    return [_item(one) for one in due]


def _item(one: TreatyReportDue) -> Proposed:
    deadline = one.deadline
    instrument = deadline.cycle.instrument
    title = Pair(deadline.title_en, deadline.title_zh or deadline.title_en)
    values = {
        "title": title,
        "instrument": Pair(instrument.title_en, instrument.title_zh),
        "owner": named(deadline.owner),
        "due": deadline.due.isoformat(),
        "days": abs(one.days_left),
    }
    reason = (
        both(
            "Due under “{instrument}” on {due}, in {days} days; {owner} prepares it.",
            "依据《{instrument}》应于 {due} 提交，还有 {days} 天；由{owner}起草。",
            values,
        )
        if one.days_left >= 0
        else both(
            "Was due under “{instrument}” on {due}, {days} days ago; {owner} prepares it.",
            "依据《{instrument}》应于 {due} 提交，已超过 {days} 天；由{owner}起草。",
            values,
        )
    )
    return Proposed(
        SOURCE,
        "evaluation.treatydeadline",
        str(deadline.pk),
        both("Due to a treaty body: {title}", "对外履约材料：{title}", values),
        reason,
        (Figure("days_left", one.days_left, "days"),),
        (Link("evaluation.instrument", instrument.key, Pair(instrument.title_en, instrument.title_zh)),),
        weight=365 - one.days_left,
        for_members_only=False,
    )
