"""The leads of a measure in force say that a milestone is reached, and take it back; nothing else of it changes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer

from ...models import (
    Milestone,
    MilestoneMark,
    PlanVersion,
)


def _leads_of_milestone(*, milestone: Milestone, **_rest: Any) -> SubjectFacts:
    return milestone.measure.access_facts()


def _leads_of_mark(*, mark: MilestoneMark, **_rest: Any) -> SubjectFacts:
    return mark.milestone.measure.access_facts()


@act(Permission.MILESTONE_MARK, subject=_leads_of_milestone)
def mark_milestone(
    *, officer: Officer, at: datetime, milestone: Milestone, reached_on: date, evidence: str
) -> MilestoneMark:
    """Say that a step of an adopted measure was reached, on what evidence; only its leads may.

    Raises Conflict for a draft's or an already marked step, Invalid for a day to come or no evidence.
    """
    if milestone.measure.version.state == PlanVersion.State.DRAFT:
        raise Conflict(_("The plan is not adopted yet."), remedy=_("Mark the milestone once it is in force."))
    if milestone.marks.filter(withdrawn_at=None).exists():
        raise Conflict(
            _("This milestone is already marked as reached."), remedy=_("Withdraw that mark first.")
        )
    problems = []
    if reached_on > at.date():
        problems.append(Problem(_("The day is still to come."), field="reached_on"))
    if not evidence.strip():
        problems.append(Problem(_("Say what shows that it was reached."), field="evidence"))
    if problems:
        raise Invalid(_("The milestone was not marked."), problems=problems, where=milestone.key)
    return MilestoneMark.objects.create(
        milestone=milestone, reached_on=reached_on, evidence=evidence, officer=officer, at=at
    )


@act(Permission.MILESTONE_MARK, subject=_leads_of_mark)
def withdraw_mark(*, officer: Officer, at: datetime, mark: MilestoneMark) -> MilestoneMark:
    """Take back a mark; that it was made stays on record. Raises Conflict where it was already taken back."""
    if mark.withdrawn_at is not None:
        raise Conflict(_("This mark is already withdrawn."))
    mark.withdrawn_at = at
    mark.save(update_fields=["withdrawn_at"])
    return mark
