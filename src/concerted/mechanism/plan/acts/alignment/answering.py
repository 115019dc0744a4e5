"""A place adopts, adapts or declines a national measure, or takes its answer back; it takes no later change over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import Conflict
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer

from ...alignment_states import ADAPTED, ADOPTED, DECLINED, Step
from ...models import Alignment, Measure, Plan
from ..localising import copy_measures, draft_for_editing, in_draft, write_fields
from .differing import TOLD_IN_WORDS, as_the_nation_says, reasons_given, refuse_foreign, refuse_other_words
from .standing import (
    close_answer,
    locked,
    new_row,
    place_of,
    plan_of,
    plan_or_refuse,
    refuse_blank,
    refuse_closed,
    refuse_not_in_force,
    standing_for,
    standing_of,
    write_answer,
)


def _facts(
    *, officer: Officer, national: Measure | None = None, plan: Plan | None = None, **_rest: Any
) -> SubjectFacts:
    """Whose answer it would be: the office that keeps the place's plan; before there is one, the officer's
    own."""
    keeps = plan or (national and plan_of(officer, national))
    if keeps:
        return keeps.access_facts()
    return SubjectFacts(owners=frozenset({officer.agency_id} if officer.agency_id else ()))


def _facts_of_many(
    *, officer: Officer, nationals: Sequence[Measure], plan: Plan | None = None, **_rest: Any
) -> SubjectFacts:
    return _facts(officer=officer, national=next(iter(nationals), None), plan=plan)


@act(Permission.ALIGNMENT_DECIDE, subject=_facts)
def adopt_measure(
    *,
    officer: Officer,
    at: datetime,
    national: Measure,
    plan: Plan | None = None,
    local: Measure | None = None,
    expected_row_version: int | None = None,
) -> Alignment:
    """Adopt the national measure as it stands: copied into the place's draft, or linked to a local measure.

    A plan in force stays as it is: the copy is written into its revision, the answer stands at once. A linked
    measure may say the same in its own words; where dates, targets or agencies differ it is adapted, not
    adopted.
    Raises Invalid for that, Conflict without a local plan or where an answer stands, Stale for an outdated
    one.
    """
    standing = standing_for(officer, national, expected_row_version, Step.ADOPT)
    if local is not None:
        refuse_other_words(national, local, officer, at)
    elif standing is None or standing.local is None:
        draft = draft_for_editing(officer=officer, at=at, plan=plan_or_refuse(officer, national, plan))
        local = copy_measures(draft, [national], on=at.date())[national.pk]
    else:
        local = as_the_nation_says(national, standing.local, officer, at)
    return write_answer(officer, at, national, standing, kind=ADOPTED, local=local)


@act(Permission.ALIGNMENT_DECIDE, subject=_facts_of_many)
def adopt_measures(
    *, officer: Officer, at: datetime, nationals: Sequence[Measure], plan: Plan | None = None
) -> list[Alignment]:
    """Adopt several measures of one national version that the place has not yet considered, all or none.

    Raises Conflict where one of them is already answered or there is no local plan.
    """
    if not nationals:
        return []
    for national in nationals:
        refuse_not_in_force(national)
    code = place_of(officer)
    taken = Alignment.objects.filter(national__in=nationals, place_code=code, replaced_at=None)
    carried = [n for n in nationals if n.carried_from_id and standing_of(n, code) is not None]
    if carried or taken.exists():
        raise Conflict(
            _("One of these measures is already answered."),
            where=", ".join(n.key for n in carried) or ", ".join(a.national.key for a in taken),
            remedy=_("Leave it out, or consider it again first."),
        )
    draft = draft_for_editing(officer=officer, at=at, plan=plan_or_refuse(officer, nationals[0], plan))
    copies = copy_measures(draft, nationals, on=at.date())
    made = [new_row(officer, at, national, kind=ADOPTED, local=copies[national.pk]) for national in nationals]
    return Alignment.objects.bulk_create(made)


@act(Permission.ALIGNMENT_DECIDE, subject=_facts)
def adapt_measure(
    *,
    officer: Officer,
    at: datetime,
    national: Measure,
    fields: Mapping[str, Any],
    differs: Mapping[str, str],
    reason: str = "",
    plan: Plan | None = None,
    local: Measure | None = None,
    expected_row_version: int | None = None,
) -> Alignment:
    """Adopt the national measure with differences: the fields' local values, and why for every one that
    differs.

    fields: see localising.write_fields; besides, coverage, target_group and funding as words. differs: field
    -> why.
    reason: why the measure as a whole is adapted; without one the fields' reasons stand for it. A linked
    local
    measure in force may be named with no fields at all; it is then only said how it differs. Raises Invalid
    with
    every field whose reason is missing or that does not differ, Conflict and Stale as adopt_measure does.
    """
    standing = standing_for(officer, national, expected_row_version, Step.ADAPT)
    told = {name: str(value).strip() for name, value in fields.items() if name in TOLD_IN_WORDS}
    written = {name: value for name, value in fields.items() if name not in TOLD_IN_WORDS}
    measure = local or (standing.local if standing is not None and standing.kind != DECLINED else None)
    if measure is None or written:
        draft = draft_for_editing(officer=officer, at=at, plan=plan_or_refuse(officer, national, plan))
        if measure is None:
            measure = copy_measures(draft, [national], on=at.date())[national.pk]
        else:
            refuse_foreign(measure, officer)
            measure = in_draft(draft, measure)
        write_fields(measure, written)
    else:
        refuse_foreign(measure, officer)
    said = reasons_given(national, measure, officer, at, differs, told)
    whole = reason.strip() or " ".join(entry["why"] for entry in said.values())
    return write_answer(
        officer, at, national, standing, kind=ADAPTED, local=measure, differs=said, reason=whole
    )


@act(Permission.ALIGNMENT_DECIDE, subject=_facts)
def decline_measure(
    *,
    officer: Officer,
    at: datetime,
    national: Measure,
    reason: str,
    plan: Plan | None = None,
    expected_row_version: int | None = None,
) -> Alignment:
    """Decline the national measure, with the reason. A local measure written before stays in the local plan.

    Raises Invalid without a reason, Conflict where an answer stands, Stale for an outdated one.
    """
    refuse_blank(reason)
    standing = standing_for(officer, national, expected_row_version, Step.DECLINE)
    return write_answer(officer, at, national, standing, kind=DECLINED, local=None, reason=reason.strip())


@act(Permission.ALIGNMENT_DECIDE, subject="alignment", record=("reason",))
def consider_again(
    *,
    officer: Officer,
    at: datetime,
    alignment: Alignment,
    reason: str,
    expected_row_version: int | None = None,
) -> Alignment:
    """Take the answer back, so that the measure is not yet considered; the old answer stays readable.

    Raises Invalid without a reason (it stands in the record), Stale for an answer replaced meanwhile.
    """
    refuse_blank(reason)
    standing = locked(alignment, expected_row_version)
    refuse_closed(standing.kind, Step.CONSIDER_AGAIN)
    close_answer(standing, at)
    return standing
