"""Changes to the entries of a draft version, each against the row version the officer read; frozen ones are refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem, Stale
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Agency, Officer
from concerted.methods.results import find_cycle

from ..models import (
    Dependency,
    Measure,
    Milestone,
    MilestoneMark,
    PlanVersion,
    Responsibility,
    Strand,
)
from .documents import refuse_frozen
from .storing import cycle_problem, refuse_overlong

MEASURE_FIELDS = frozenset({
    "number", "title_en", "title_zh", "text_en", "text_zh", "text_read", "level", "starts", "deadline",
    "deadline_kind", "deadline_text", "lead_note", "support_note", "leads_read", "supports_read", "note",
    "strand", "objective",
})  # fmt: skip
STRAND_FIELDS = frozenset({"title_en", "title_zh", "note", "measure_list_read", "position"})

#: The column an entry's field lies in; what was kept beside a column goes when the column is written.
_KEPT = {
    "title_en": "title", "text_en": "description", "text_read": "description", "text_zh": "description_zh",
    "deadline_kind": "deadline", "deadline_text": "deadline", "leads_read": "lead", "supports_read": "support",
    "measure_list_read": "national_measure_list",
}  # fmt: skip


class StaleEntry(Stale):
    """Somebody else changed the entry: `current` is what stands now, `proposed` what the officer wrote."""

    def __init__(self, current: Measure | Strand, proposed: Mapping[str, Any]) -> None:
        super().__init__(
            _("Somebody else changed this since you opened it."),
            where=str(current),
            remedy=_("Compare both wordings and save the one that shall stand."),
        )
        self.current = current
        self.proposed = dict(proposed)


def _facts(*, officer: Officer, at: datetime, **named: Any) -> SubjectFacts:
    thing = next(
        named[name] for name in ("measure", "strand", "version", "milestone", "dependency") if name in named
    )
    if isinstance(thing, Milestone | Dependency):
        thing = thing.measure
    version = thing if isinstance(thing, PlanVersion) else thing.version
    return version.plan.access_facts()


def _locked_draft(version: PlanVersion) -> PlanVersion:
    """The draft, locked, so that of two who add at its end each has a place of its own. Raises Conflict."""
    locked = PlanVersion.objects.select_for_update(of=("self",)).select_related("plan").get(pk=version.pk)
    refuse_frozen(locked)
    return locked


def _opened(measure: Measure, expected: int | None, proposed: Mapping[str, Any]) -> Measure:
    """The measure, locked, in a draft, as the officer read it. Raises Conflict or StaleEntry.

    The version is locked first: what two officers change in one draft, they change one after the other, so that
    neither closes a ring of dependencies that the other does not see.
    """
    PlanVersion.objects.select_for_update(of=("self",)).get(pk=measure.version_id)
    locked = (
        Measure.objects.select_for_update(of=("self",))
        .select_related("version__plan", "strand")
        .get(pk=measure.pk)
    )
    refuse_frozen(locked.version)
    if expected is not None and locked.row_version != expected:
        raise StaleEntry(locked, proposed)
    return locked


def _touched(measure: Measure) -> Measure:
    Measure.objects.filter(pk=measure.pk).update(row_version=F("row_version") + 1)
    PlanVersion.objects.filter(pk=measure.version_id).update(row_version=F("row_version") + 1)
    measure.row_version += 1
    return measure


def _forget(kept: dict[str, Any], names: Mapping[str, Any]) -> None:
    for name in names:
        kept.get("kept", {}).pop(_KEPT.get(name, name), None)


@act(Permission.PLAN_REVISE, subject=_facts)
def edit_measure(
    *,
    officer: Officer,
    at: datetime,
    measure: Measure,
    changes: Mapping[str, Any],
    expected_row_version: int | None = None,
) -> Measure:
    """Change fields of a draft's measure. Raises StaleEntry with both wordings, Invalid for a field that is none."""
    unknown = sorted(set(changes) - MEASURE_FIELDS)
    if unknown:
        raise Invalid(
            _("Some fields cannot be changed."),
            problems=[Problem(_("There is no such field."), field=f) for f in unknown],
        )
    locked = _opened(measure, expected_row_version, changes)
    for name, value in changes.items():
        setattr(locked, name, value)
    _refuse_misplaced(locked)
    _forget(locked.extra, changes)
    refuse_overlong([locked])
    locked.save(update_fields=[*changes, "extra"])
    return _touched(locked)


def _refuse_misplaced(measure: Measure) -> None:
    problems = []
    if measure.strand.version_id != measure.version_id:
        problems.append(Problem(_("The strand is not of this version."), field="strand"))
    if measure.objective is not None and measure.objective.strand_id != measure.strand_id:
        problems.append(Problem(_("The objective is not of this strand."), field="objective"))
    if measure.deadline_kind == Measure.DeadlineKind.DATE and measure.deadline is None:
        problems.append(Problem(_("A dated deadline needs its date."), field="deadline"))
    if measure.deadline_kind not in Measure.DeadlineKind.values:
        problems.append(Problem(_("There is no such kind of deadline."), field="deadline_kind"))
    if measure.starts and measure.deadline and measure.starts > measure.deadline:
        problems.append(Problem(_("The measure ends before it starts."), field="deadline"))
    if problems:
        raise Invalid(_("The measure was not changed."), problems=problems, where=measure.key)


@act(Permission.PLAN_REVISE, subject=_facts, record=("key",))
def add_measure(
    *,
    officer: Officer,
    at: datetime,
    strand: Strand,
    key: str,
    title_en: str = "",
    title_zh: str = "",
    text_en: str = "",
    text_zh: str = "",
    number: str = "",
    parent: Measure | None = None,
) -> Measure:
    """Add a measure at the end of a draft's strand. Raises Invalid for a key that is taken."""
    _locked_draft(strand.version)
    if not key.strip() or strand.version.measures.filter(key=key).exists():
        raise Invalid(
            _("The measure was not added."),
            problems=[Problem(_("The key is empty or taken."), field="key", remedy=_("Choose another key."))],
        )
    last = strand.version.measures.order_by("-position").first()
    made = Measure(
        version=strand.version,
        strand=strand,
        parent=parent,
        key=key,
        number=number,
        position=last.position + 1 if last else 0,
        title_en=title_en,
        title_zh=title_zh,
        text_en=text_en,
        text_zh=text_zh,
        level=strand.version.plan.level[:12],
    )
    refuse_overlong([made])
    made.save(force_insert=True)
    return _touched(made)


@act(Permission.PLAN_REVISE, subject=_facts)
def remove_measure(
    *, officer: Officer, at: datetime, measure: Measure, expected_row_version: int | None = None
) -> None:
    """Take a measure out of a draft, with its sub-measures and whatever waits for it losing that dependency."""
    locked = _opened(measure, expected_row_version, {})
    PlanVersion.objects.filter(pk=locked.version_id).update(row_version=F("row_version") + 1)
    locked.delete()


@act(Permission.PLAN_REVISE, subject=_facts)
def edit_strand(
    *,
    officer: Officer,
    at: datetime,
    strand: Strand,
    changes: Mapping[str, Any],
    expected_row_version: int | None = None,
) -> Strand:
    """Change a draft's strand. Raises StaleEntry with both wordings, Invalid for a field that is none."""
    locked = Strand.objects.select_for_update(of=("self",)).select_related("version__plan").get(pk=strand.pk)
    refuse_frozen(locked.version)
    unknown = sorted(set(changes) - STRAND_FIELDS)
    if unknown:
        raise Invalid(
            _("Some fields cannot be changed."),
            problems=[Problem(_("There is no such field."), field=f) for f in unknown],
        )
    if expected_row_version is not None and locked.row_version != expected_row_version:
        raise StaleEntry(locked, changes)
    for name, value in changes.items():
        setattr(locked, name, value)
    _forget(locked.extra, changes)
    locked.row_version += 1
    refuse_overlong([locked])
    locked.save(update_fields=[*changes, "extra", "row_version"])
    PlanVersion.objects.filter(pk=locked.version_id).update(row_version=F("row_version") + 1)
    return locked


@act(Permission.PLAN_REVISE, subject=_facts, record=("title_en",))
def add_strand(
    *, officer: Officer, at: datetime, version: PlanVersion, key: str, title_en: str, title_zh: str = ""
) -> Strand:
    """Add a strand at the end of a draft. Raises Invalid for a key that is taken."""
    version = _locked_draft(version)
    if not key.strip() or version.strands.filter(key=key).exists():
        raise Invalid(
            _("The strand was not added."),
            problems=[Problem(_("The key is empty or taken."), field="key", remedy=_("Choose another key."))],
        )
    last = version.strands.order_by("-position").first()
    made = Strand(
        version=version,
        key=key,
        title_en=title_en,
        title_zh=title_zh,
        position=last.position + 1 if last else 0,
    )
    refuse_overlong([made])
    made.save(force_insert=True)
    PlanVersion.objects.filter(pk=version.pk).update(row_version=F("row_version") + 1)
    return made


@act(Permission.PLAN_REVISE, subject=_facts, record=("role",))
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
    locked = _opened(measure, expected_row_version, {"agency": agency.key, "role": role})
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
    _forget(locked.extra, {flag: True})
    locked.save(update_fields=[flag, "extra"])
    _touched(locked)
    return part


def _overlap(part: Responsibility, start: date | None, end: date | None) -> bool:
    starts_before_end = end is None or part.valid_from is None or part.valid_from < end
    ends_after_start = start is None or part.valid_to is None or part.valid_to > start
    return starts_before_end and ends_after_start


@act(Permission.PLAN_REVISE, subject=_facts)
def remove_responsibility(
    *,
    officer: Officer,
    at: datetime,
    measure: Measure,
    responsibility: Responsibility,
    expected_row_version: int | None = None,
) -> Measure:
    """Take an agency's part out of a draft's measure."""
    locked = _opened(measure, expected_row_version, {"agency": responsibility.agency.key})
    locked.responsibilities.filter(pk=responsibility.pk).delete()
    locked.extra.get("kept", {}).pop(responsibility.role, None)
    locked.save(update_fields=["extra"])
    return _touched(locked)


@act(Permission.PLAN_REVISE, subject=_facts)
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
    locked = _opened(measure, expected_row_version, {"needs": needs.key})
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
    _touched(locked)
    return made


@act(Permission.PLAN_REVISE, subject=_facts)
def remove_dependency(
    *,
    officer: Officer,
    at: datetime,
    measure: Measure,
    dependency: Dependency,
    expected_row_version: int | None = None,
) -> Measure:
    """Let a draft's measure no longer wait for the other."""
    locked = _opened(measure, expected_row_version, {})
    locked.dependencies.filter(pk=dependency.pk).delete()
    return _touched(locked)


@act(Permission.PLAN_REVISE, subject=_facts, record=("key", "title_en"))
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
    locked = _opened(measure, expected_row_version, {"milestone": title_en})
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
    _touched(locked)
    return step


@act(Permission.PLAN_REVISE, subject=_facts)
def remove_milestone(
    *,
    officer: Officer,
    at: datetime,
    measure: Measure,
    milestone: Milestone,
    expected_row_version: int | None = None,
) -> Measure:
    """Take a step out of a draft's measure."""
    locked = _opened(measure, expected_row_version, {})
    locked.milestones.filter(pk=milestone.pk).delete()
    return _touched(locked)


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
