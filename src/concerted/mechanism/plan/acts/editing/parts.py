"""What hangs on a draft's measure: who does it, what it waits for, its milestones; frozen ones are refused."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer
from concerted.methods.results import find_cycle

from ...models import (
    Dependency,
    Measure,
    Milestone,
    Responsibility,
)
from ..storing import cycle_problem, refuse_overlong
from .opening import facts, forget, opened, touched


@act(Permission.PLAN_REVISE, subject=facts, record=("role",))
def add_responsibility(
    *,
    officer: Officer,
    at: datetime,
    measure: Measure,
    agency: Agency,
    role: str,
    valid_from: date | None = None,
    valid_to: date | None = None,
    expected_row_version: int | None = None,
) -> Responsibility:
    """Make the agency lead or support of a draft's measure between two days; several leads are allowed.

    Raises Invalid where it already has that part at that time or the part ends before it starts.
    """
    locked = opened(measure, expected_row_version, {"agency": agency.key, "role": role})
    problems = []
    if role not in Responsibility.Role.values:
        problems.append(Problem(_("A part is to lead or to support."), field="role"))
    if valid_from and valid_to and valid_to <= valid_from:
        problems.append(Problem(_("The part ends before it starts."), field="valid_to"))
    same = locked.responsibilities.filter(agency=agency, role=role)
    if any(_overlap(part, valid_from, valid_to) for part in same):
        problems.append(Problem(_("The agency already has this part at that time."), field="agency"))
    if problems:
        raise Invalid(_("The responsibility was not added."), problems=problems, where=locked.key)
    last = locked.responsibilities.filter(role=role).order_by("-position").first()
    part = Responsibility.objects.create(
        measure=locked,
        agency=agency,
        role=role,
        position=last.position + 1 if last else 0,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    flag = "leads_read" if role == Responsibility.Role.LEAD else "supports_read"
    setattr(locked, flag, True)
    forget(locked.extra, {flag: True})
    locked.save(update_fields=[flag, "extra"])
    touched(locked)
    return part


def _overlap(part: Responsibility, start: date | None, end: date | None) -> bool:
    starts_before_end = end is None or part.valid_from is None or part.valid_from < end
    ends_after_start = start is None or part.valid_to is None or part.valid_to > start
    return starts_before_end and ends_after_start


@act(Permission.PLAN_REVISE, subject=facts)
def remove_responsibility(
    *,
    officer: Officer,
    at: datetime,
    measure: Measure,
    responsibility: Responsibility,
    expected_row_version: int | None = None,
) -> Measure:
    """Take an agency's part out of a draft's measure."""
    locked = opened(measure, expected_row_version, {"agency": responsibility.agency.key})
    locked.responsibilities.filter(pk=responsibility.pk).delete()
    locked.extra.get("kept", {}).pop(responsibility.role, None)
    locked.save(update_fields=["extra"])
    return touched(locked)


@act(Permission.PLAN_REVISE, subject=facts)
def add_dependency(
    *,
    officer: Officer,
    at: datetime,
    measure: Measure,
    needs: Measure,
    lag_days: int = 0,
    expected_row_version: int | None = None,
) -> Dependency:
    """Let a draft's measure start only `lag_days` after another has finished.

    Raises Invalid that names the whole ring where measures would wait for each other.
    """
    locked = opened(measure, expected_row_version, {"needs": needs.key})
    if needs.version_id != locked.version_id:
        raise Invalid(_("A measure waits only for measures of its own version."), where=needs.key)
    standing = Dependency.objects.filter(measure__version=locked.version)
    edges = list(standing.values_list("needs__key", "measure__key").order_by("id"))
    if (needs.key, locked.key) in edges:
        raise Conflict(_("This dependency is already there."), where=f"{needs.key} → {locked.key}")
    ring = find_cycle([*edges, (needs.key, locked.key)])
    if ring:
        problem = cycle_problem(ring)
        raise Invalid(
            _("The dependency was refused."),
            where=str(problem.what),
            problems=[problem],
            remedy=problem.remedy,
        )
    made = Dependency.objects.create(measure=locked, needs=needs, lag_days=lag_days)
    locked.extra.get("kept", {}).pop("depends_on", None)
    locked.save(update_fields=["extra"])
    touched(locked)
    return made


@act(Permission.PLAN_REVISE, subject=facts)
def remove_dependency(
    *,
    officer: Officer,
    at: datetime,
    measure: Measure,
    dependency: Dependency,
    expected_row_version: int | None = None,
) -> Measure:
    """Let a draft's measure no longer wait for the other."""
    locked = opened(measure, expected_row_version, {})
    locked.dependencies.filter(pk=dependency.pk).delete()
    return touched(locked)


@act(Permission.PLAN_REVISE, subject=facts, record=("key", "title_en"))
def add_milestone(
    *,
    officer: Officer,
    at: datetime,
    measure: Measure,
    key: str,
    title_en: str,
    due: date,
    title_zh: str = "",
    expected_row_version: int | None = None,
) -> Milestone:
    """Add a dated step to a draft's measure. Raises Invalid for a taken key or a day outside the plan."""
    locked = opened(measure, expected_row_version, {"milestone": title_en})
    problems = []
    if not key.strip() or locked.milestones.filter(key=key).exists():
        problems.append(
            Problem(_("The key is empty or taken."), field="key", remedy=_("Choose another key."))
        )
    start, end = locked.version.period_from, locked.version.period_to
    if (start and due < start) or (end and due > end):
        problems.append(Problem(_("The day lies outside the plan's period."), field="due"))
    if problems:
        raise Invalid(_("The milestone was not added."), problems=problems, where=locked.key)
    step = Milestone(measure=locked, key=key, title_en=title_en, title_zh=title_zh, due=due)
    refuse_overlong([step])
    step.save(force_insert=True)
    touched(locked)
    return step


@act(Permission.PLAN_REVISE, subject=facts)
def remove_milestone(
    *,
    officer: Officer,
    at: datetime,
    measure: Measure,
    milestone: Milestone,
    expected_row_version: int | None = None,
) -> Measure:
    """Take a step out of a draft's measure."""
    locked = opened(measure, expected_row_version, {})
    locked.milestones.filter(pk=milestone.pk).delete()
    return touched(locked)
