"""Opens the plan with which a place answers the nation, and the draft in which it writes; it words no measure."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from concerted.errors import Conflict
from concerted.foundation.agencies.models import Officer

from ... import document as said
from ...models import Measure, Plan, PlanVersion
from ...reads.documents import open_draft, version_in_force
from ...reads.naming import wordings_of
from ..documents import start_revision, store_version


def open_local_plan(
    *,
    officer: Officer,
    at: datetime,
    national: Plan,
    title_en: str,
    title_zh: str = "",
    period_from: date | None = None,
    period_to: date | None = None,
    key: str = "",
    is_demonstration: bool = False,
) -> PlanVersion:
    """Open the empty draft of the plan with which the officer's place will answer the national one.

    Its period is its own; without one the dates stay open. Passes the door of store_version.
    """
    agency = officer.agency
    assert agency is not None
    period = said.Period(period_from, period_to) if period_from and period_to else None
    facts = said.PlanFacts(
        id=key or f"{national.key}-{agency.place_code}",
        level=agency.tier,
        place=agency.place_code,
        title_en=title_en,
        title_zh=title_zh or None,
        period=period,
        parent=national.key,
    )
    return store_version(
        officer=officer, at=at, document=said.PlanDocument(plan=facts), is_demonstration=is_demonstration
    )


def draft_for_editing(*, officer: Officer, at: datetime, plan: Plan) -> PlanVersion:
    """The plan's open draft; where a version is in force and none is open, a revision is started."""
    draft = open_draft(plan)
    if draft is not None:
        return draft
    if version_in_force(plan) is None:
        raise Conflict(
            _("This plan has no version to write in."),
            where=plan.key,
            remedy=_("Start the plan of your place first."),
        )
    return start_revision(officer=officer, at=at, plan=plan)


def in_draft(draft: PlanVersion, pinned: Measure) -> Measure:
    """The measure as it stands in the draft; raises Conflict where the draft dropped it."""
    found = wordings_of(pinned.pk).filter(version=draft).select_related("version__plan", "strand").first()
    if found is None:
        raise Conflict(
            _("The draft of your plan no longer has this measure."),
            where=pinned.key,
            remedy=_("Adopt the national measure again, or take the draft back."),
        )
    return found
