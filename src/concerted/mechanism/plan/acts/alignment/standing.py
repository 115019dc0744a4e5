"""The answer that stands, its row, and what is asked before another replaces it; it judges no wording."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem, Stale
from concerted.foundation.agencies.models import Officer

from ...alignment_states import NOT_CONSIDERED, Step, move
from ...models import Alignment, Measure, Plan, PlanVersion
from ...reads.alignment import ancestors_of, local_plan


def plan_of(officer: Officer, national: Measure) -> Plan | None:
    """The plan of the place of the officer's agency that answers to the measure's plan, or None."""
    agency = officer.agency
    return local_plan(national.version.plan, agency.place_code) if agency is not None else None


def new_row(
    officer: Officer, at: datetime, national: Measure, *, kind: str, local: Measure | None, **rest: Any
) -> Alignment:
    """The answer of the place of the officer's agency, not yet written."""
    agency = officer.agency
    assert agency is not None
    return Alignment(
        national=national,
        place_code=agency.place_code,
        agency=agency,
        kind=kind,
        local=local,
        decided_by=officer,
        decided_at=at,
        **rest,
    )


def write_answer(
    officer: Officer,
    at: datetime,
    national: Measure,
    standing: Alignment | None,
    *,
    kind: str,
    local: Measure | None,
    **rest: Any,
) -> Alignment:
    """Write the new answer as a row of its own and close the one it replaces."""
    made = new_row(officer, at, national, kind=kind, local=local, **rest)
    if standing is not None:
        made.row_version = standing.row_version + 1
        close_answer(standing, at)
    made.save(force_insert=True)
    return made


def close_answer(standing: Alignment, at: datetime) -> None:
    """Mark the answer as replaced; it stays readable."""
    standing.replaced_at = at
    standing.row_version += 1
    standing.save(update_fields=["replaced_at", "row_version"])


def place_of(officer: Officer) -> str:
    """The code of the place of the officer's agency."""
    agency = officer.agency
    assert agency is not None
    return agency.place_code


def plan_or_refuse(officer: Officer, national: Measure, plan: Plan | None) -> Plan:
    """The plan that the place writes in; raises Conflict where it has none yet."""
    found = plan or plan_of(officer, national)
    if found is None:
        raise Conflict(
            _("Your place has no plan of its own yet."),
            where=place_of(officer),
            remedy=_("Start the plan of your place first; an empty draft is enough."),
            code="no_local_plan",
        )
    return found


def standing_of(national: Measure, place_code: str, *, lock: bool = False) -> Alignment | None:
    """The place's answer to the measure, or to the nearest one it continues, or None; lock: until the act ends."""
    chain = ancestors_of(national)
    found = Alignment.objects.filter(national__in=chain, place_code=place_code, replaced_at=None)
    if lock:
        found = found.select_for_update(of=("self",))
    rows = list(found.select_related("national__version__plan"))
    return min(rows, key=lambda answer: chain.index(answer.national_id), default=None)


def standing_for(officer: Officer, national: Measure, expected: int | None, step: Step) -> Alignment | None:
    """The answer this one would replace, when the officer has seen it."""
    refuse_not_in_force(national)
    standing = standing_of(national, place_of(officer), lock=True)
    refuse_closed(standing.kind if standing else NOT_CONSIDERED, step)
    if standing is None and expected is not None:
        raise _stale(national)
    if standing is not None and expected is None:
        raise Conflict(
            _("Your place has already answered this measure."),
            where=national.key,
            remedy=_("Open its answer and change that one."),
        )
    if standing is not None and standing.row_version != expected:
        raise _stale(national)
    return standing


def locked(alignment: Alignment, expected: int | None) -> Alignment:
    """The answer as it stands, kept from others until this act ends; raises Stale where it was replaced."""
    found = (
        Alignment.objects.select_for_update(of=("self",))
        .select_related("national__version__plan", "local__version__plan", "kept_against")
        .get(pk=alignment.pk)
    )
    if found.replaced_at is not None or (expected is not None and found.row_version != expected):
        raise _stale(found.national)
    return found


def _stale(national: Measure) -> Stale:
    return Stale(
        _("The answer was changed since you read it."),
        where=national.key,
        remedy=_("Read the answer as it now stands, then decide."),
    )


def refuse_not_in_force(national: Measure) -> None:
    """Raise Conflict where the measure is not of the version in force."""
    if not PlanVersion.objects.filter(pk=national.version_id, state=PlanVersion.State.ADOPTED).exists():
        raise Conflict(
            _("Only measures of the version in force can be answered."),
            where=national.key,
            remedy=_("Open the measure in the version in force."),
        )


def refuse_closed(before: str, step: Step) -> None:
    """Raise Conflict where the state machine has no such step from the answer as it stands."""
    if move(before, step) is None:
        raise Conflict(
            _("This cannot be done with the answer as it stands."),
            where=f"{before} → {step}",
            remedy=_("Consider the measure again, or answer it anew."),
        )


def refuse_blank(reason: str) -> None:
    """Raise Invalid without a reason."""
    if not reason.strip():
        raise Invalid(
            _("The reason is missing."),
            problems=[Problem(_("Say why."), field="reason")],
            remedy=_("Write the reason; every member of the mechanism can read it."),
        )
