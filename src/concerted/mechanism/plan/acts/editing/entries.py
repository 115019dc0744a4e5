"""Changes to the strands and measures of a draft, each against the row version the officer read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from concerted.errors import Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer

from ...models import (
    Measure,
    PlanVersion,
    Strand,
)
from ..documents import refuse_frozen
from ..storing import refuse_overlong
from .naming import name_measure, refuse_mixed
from .opening import StaleEntry, facts, forget, locked_draft, opened, touched

MEASURE_FIELDS = frozenset({
    "number", "title_en", "title_zh", "text_en", "text_zh", "text_read", "level", "starts", "deadline",
    "deadline_kind", "deadline_text", "lead_note", "support_note", "leads_read", "supports_read", "note",
    "strand", "objective", "key", "carried_from",
})  # fmt: skip
NAMING = ("key", "carried_from")


STRAND_FIELDS = frozenset({"title_en", "title_zh", "note", "measure_list_read", "position"})


@act(Permission.PLAN_REVISE, subject=facts)
def edit_measure(
    *,
    officer: Officer,
    at: datetime,
    measure: Measure,
    changes: Mapping[str, Any],
    expected_row_version: int | None = None,
) -> Measure:
    """Change fields of a draft's measure. Raises StaleEntry with both wordings, Invalid for a field that is none.

    A new key leaves the measure the one it is: it carries on what it carried on, and its text names the key it had.
    carried_from: the key of the measure in the version before that this one carries on, '' for a new one.
    """
    unknown = sorted(set(changes) - MEASURE_FIELDS)
    if unknown:
        raise Invalid(
            _("Some fields cannot be changed."),
            problems=[Problem(_("There is no such field."), field=f) for f in unknown],
        )
    locked = opened(measure, expected_row_version, changes)
    worded = {name: value for name, value in changes.items() if name not in NAMING}
    named = {name: changes[name] for name in NAMING if name in changes}
    for name, value in worded.items():
        setattr(locked, name, value)
    _refuse_misplaced(locked)
    forget(locked.extra, worded)
    fields = name_measure(locked, **named) if named else []
    refuse_overlong([locked])
    locked.save(update_fields=[*worded, *fields, "extra"])
    if named:
        refuse_mixed(locked)
    return touched(locked)


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


@act(Permission.PLAN_REVISE, subject=facts, record=("key",))
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
    carried_from: str = "",
) -> Measure:
    """Add a measure at the end of a draft's strand. Raises Invalid for a key that is taken.

    carried_from: the key of the measure in the version before that this one carries on under its new key.
    """
    locked_draft(strand.version)
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
    if carried_from:
        made.save(update_fields=name_measure(made, carried_from=carried_from))
        refuse_mixed(made)
    return touched(made)


@act(Permission.PLAN_REVISE, subject=facts)
def remove_measure(
    *, officer: Officer, at: datetime, measure: Measure, expected_row_version: int | None = None
) -> None:
    """Take a measure out of a draft, with its sub-measures and whatever waits for it losing that dependency."""
    locked = opened(measure, expected_row_version, {})
    PlanVersion.objects.filter(pk=locked.version_id).update(row_version=F("row_version") + 1)
    locked.delete()


@act(Permission.PLAN_REVISE, subject=facts)
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
    forget(locked.extra, changes)
    locked.row_version += 1
    refuse_overlong([locked])
    locked.save(update_fields=[*changes, "extra", "row_version"])
    PlanVersion.objects.filter(pk=locked.version_id).update(row_version=F("row_version") + 1)
    return locked


@act(Permission.PLAN_REVISE, subject=facts, record=("title_en",))
def add_strand(
    *, officer: Officer, at: datetime, version: PlanVersion, key: str, title_en: str, title_zh: str = ""
) -> Strand:
    """Add a strand at the end of a draft. Raises Invalid for a key that is taken."""
    version = locked_draft(version)
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
