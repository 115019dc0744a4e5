"""Opens an entry of a draft as the officer read it and counts the edit; it decides nothing of what is changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from concerted.errors import Stale
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer

from ...models import (
    Dependency,
    Measure,
    Milestone,
    PlanVersion,
    Strand,
)
from ..documents import refuse_frozen

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


def facts(*, officer: Officer, at: datetime, **named: Any) -> SubjectFacts:
    thing = next(
        named[name] for name in ("measure", "strand", "version", "milestone", "dependency") if name in named
    )
    if isinstance(thing, Milestone | Dependency):
        thing = thing.measure
    version = thing if isinstance(thing, PlanVersion) else thing.version
    return version.plan.access_facts()


def locked_draft(version: PlanVersion) -> PlanVersion:
    """The draft, locked, so that of two who add at its end each has a place of its own. Raises Conflict."""
    locked = PlanVersion.objects.select_for_update(of=("self",)).select_related("plan").get(pk=version.pk)
    refuse_frozen(locked)
    return locked


def opened(measure: Measure, expected: int | None, proposed: Mapping[str, Any]) -> Measure:
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


def touched(measure: Measure) -> Measure:
    Measure.objects.filter(pk=measure.pk).update(row_version=F("row_version") + 1)
    PlanVersion.objects.filter(pk=measure.version_id).update(row_version=F("row_version") + 1)
    measure.row_version += 1
    return measure


def forget(kept: dict[str, Any], names: Mapping[str, Any]) -> None:
    for name in names:
        kept.get("kept", {}).pop(_KEPT.get(name, name), None)
