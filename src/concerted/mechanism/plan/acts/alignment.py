"""A place answers the nation's measures: adopts, adapts, declines, takes changes over; no answer is ever
overwritten."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem, Stale
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer
from concerted.methods.results import Change

from ..alignment_states import ADAPTED, ADOPTED, DECLINED, NOT_CONSIDERED, Step, move
from ..models import Alignment, Measure, Plan, PlanVersion
from ..reads.alignment import Comparison, ancestors_of, local_plan, side_by_side, three_way_of
from ..reads.wording import OWN_WORDS, counterparts, differing_fields
from .localising import copy_measures, draft_for_editing, in_draft, open_local_plan, write_fields

TOLD_IN_WORDS = ("coverage", "target_group", "funding")
"""Differences no column holds: `differs` keeps what they are beside why."""
NATIONAL, LOCAL = "national", "local"
"""The two choices for a field when a national change is reviewed."""


def _facts(
    *, officer: Officer, national: Measure | None = None, plan: Plan | None = None, **_rest: Any
) -> SubjectFacts:
    """Whose answer it would be: the office that keeps the place's plan; before there is one, the officer's
    own."""
    keeps = plan or (national and _plan_of(officer, national))
    if keeps:
        return keeps.access_facts()
    return SubjectFacts(owners=frozenset({officer.agency_id} if officer.agency_id else ()))


def _facts_of_many(
    *, officer: Officer, nationals: Sequence[Measure], plan: Plan | None = None, **_rest: Any
) -> SubjectFacts:
    return _facts(officer=officer, national=next(iter(nationals), None), plan=plan)


def _plan_of(officer: Officer, national: Measure) -> Plan | None:
    agency = officer.agency
    return local_plan(national.version.plan, agency.place_code) if agency is not None else None


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
    standing = _standing_for(officer, national, expected_row_version, Step.ADOPT)
    if local is not None:
        _refuse_other_words(national, local, officer, at)
    elif standing is None or standing.local is None:
        draft = draft_for_editing(officer=officer, at=at, plan=_plan_or_refuse(officer, national, plan))
        local = copy_measures(draft, [national], on=at.date())[national.pk]
    else:
        local = _as_the_nation_says(national, standing.local, officer, at)
    return _answer(officer, at, national, standing, kind=ADOPTED, local=local)


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
        _refuse_not_in_force(national)
    code = _place_of(officer)
    taken = Alignment.objects.filter(national__in=nationals, place_code=code, replaced_at=None)
    carried = [n for n in nationals if n.carried_from_id and _standing(n, code) is not None]
    if carried or taken.exists():
        raise Conflict(
            _("One of these measures is already answered."),
            where=", ".join(n.key for n in carried) or ", ".join(a.national.key for a in taken),
            remedy=_("Leave it out, or consider it again first."),
        )
    draft = draft_for_editing(officer=officer, at=at, plan=_plan_or_refuse(officer, nationals[0], plan))
    copies = copy_measures(draft, nationals, on=at.date())
    made = [_row(officer, at, national, kind=ADOPTED, local=copies[national.pk]) for national in nationals]
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
    standing = _standing_for(officer, national, expected_row_version, Step.ADAPT)
    told = {name: str(value).strip() for name, value in fields.items() if name in TOLD_IN_WORDS}
    written = {name: value for name, value in fields.items() if name not in TOLD_IN_WORDS}
    measure = local or (standing.local if standing is not None and standing.kind != DECLINED else None)
    if measure is None or written:
        draft = draft_for_editing(officer=officer, at=at, plan=_plan_or_refuse(officer, national, plan))
        if measure is None:
            measure = copy_measures(draft, [national], on=at.date())[national.pk]
        else:
            _refuse_foreign(measure, officer)
            measure = in_draft(draft, measure)
        write_fields(measure, written)
    else:
        _refuse_foreign(measure, officer)
    said = _reasons(national, measure, officer, at, differs, told)
    whole = reason.strip() or " ".join(entry["why"] for entry in said.values())
    return _answer(officer, at, national, standing, kind=ADAPTED, local=measure, differs=said, reason=whole)


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
    _refuse_blank(reason)
    standing = _standing_for(officer, national, expected_row_version, Step.DECLINE)
    return _answer(officer, at, national, standing, kind=DECLINED, local=None, reason=reason.strip())


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
    _refuse_blank(reason)
    standing = _locked(alignment, expected_row_version)
    _refuse_closed(standing.kind, Step.CONSIDER_AGAIN)
    _replace(standing, at)
    return standing


@act(Permission.ALIGNMENT_DECIDE, subject="alignment")
def rebase(
    *,
    officer: Officer,
    at: datetime,
    alignment: Alignment,
    choices: Mapping[str, str],
    reasons: Mapping[str, str] | None = None,
    expected_row_version: int | None = None,
) -> Alignment:
    """Answer the newer national wording field by field and pin the answer to it.

    choices: field -> `national` or `local`, for every field the nation changed; other fields stay as they
    are. reasons: field -> why, for fields kept local that had no reason yet. The local draft takes the chosen
    wording.
    Raises Invalid with every field without a choice or reason, Conflict where nothing changed or the measure
    was declined, Stale for an answer replaced meanwhile.
    """
    standing = _locked(alignment, expected_row_version)
    _refuse_closed(standing.kind, Step.REBASE)
    comparison = three_way_of(standing)
    changed = _changed_or_refuse(comparison, standing)
    _refuse_unchosen(changed, choices)
    taken = {name for name in changed if choices[name] == NATIONAL}
    measure = comparison.ours or standing.local
    if taken and standing.local is not None:
        draft = draft_for_editing(officer=officer, at=at, plan=standing.local.version.plan)
        measure = in_draft(draft, standing.local)
        write_fields(measure, _as_written(comparison.national.fields, taken, standing.place_code, at))
    said = _reasons_after_rebase(comparison, measure, standing, choices, reasons or {}, at)
    kind = ADAPTED if said else ADOPTED
    whole = (
        standing.reason if standing.kind == ADAPTED and said else " ".join(e["why"] for e in said.values())
    )
    return _answer(
        officer, at, comparison.theirs, standing, kind=kind, local=measure, differs=said, reason=whole
    )


@act(Permission.ALIGNMENT_DECIDE, subject="alignment")
def keep_divergence(
    *,
    officer: Officer,
    at: datetime,
    alignment: Alignment,
    reason: str,
    expected_row_version: int | None = None,
) -> Alignment:
    """Keep the answer as it is against the newer national wording, with the reason; nothing local changes.

    Raises Invalid without a reason, Conflict where nothing changed, Stale for an answer replaced meanwhile.
    """
    _refuse_blank(reason)
    standing = _locked(alignment, expected_row_version)
    _refuse_closed(standing.kind, Step.KEEP)
    comparison = three_way_of(standing)
    _changed_or_refuse(comparison, standing)
    return _answer(
        officer,
        at,
        standing.national,
        standing,
        kind=standing.kind,
        local=standing.local,
        differs=standing.differs,
        reason=reason.strip(),
        kept_against=comparison.theirs,
    )


# The row


def _row(
    officer: Officer, at: datetime, national: Measure, *, kind: str, local: Measure | None, **rest: Any
) -> Alignment:
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


def _answer(
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
    made = _row(officer, at, national, kind=kind, local=local, **rest)
    if standing is not None:
        made.row_version = standing.row_version + 1
        _replace(standing, at)
    made.save(force_insert=True)
    return made


def _replace(standing: Alignment, at: datetime) -> None:
    standing.replaced_at = at
    standing.row_version += 1
    standing.save(update_fields=["replaced_at", "row_version"])


# What is asked before


def _place_of(officer: Officer) -> str:
    agency = officer.agency
    assert agency is not None
    return agency.place_code


def _plan_or_refuse(officer: Officer, national: Measure, plan: Plan | None) -> Plan:
    found = plan or _plan_of(officer, national)
    if found is None:
        raise Conflict(
            _("Your place has no plan of its own yet."),
            where=_place_of(officer),
            remedy=_("Start the plan of your place first; an empty draft is enough."),
            code="no_local_plan",
        )
    return found


def _standing(national: Measure, place_code: str, *, lock: bool = False) -> Alignment | None:
    chain = ancestors_of(national)
    found = Alignment.objects.filter(national__in=chain, place_code=place_code, replaced_at=None)
    if lock:
        found = found.select_for_update(of=("self",))
    rows = list(found.select_related("national__version__plan"))
    return min(rows, key=lambda answer: chain.index(answer.national_id), default=None)


def _standing_for(officer: Officer, national: Measure, expected: int | None, step: Step) -> Alignment | None:
    """The answer this one would replace, when the officer has seen it."""
    _refuse_not_in_force(national)
    standing = _standing(national, _place_of(officer), lock=True)
    _refuse_closed(standing.kind if standing else NOT_CONSIDERED, step)
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


def _locked(alignment: Alignment, expected: int | None) -> Alignment:
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


def _refuse_not_in_force(national: Measure) -> None:
    if not PlanVersion.objects.filter(pk=national.version_id, state=PlanVersion.State.ADOPTED).exists():
        raise Conflict(
            _("Only measures of the version in force can be answered."),
            where=national.key,
            remedy=_("Open the measure in the version in force."),
        )


def _refuse_closed(before: str, step: Step) -> None:
    if move(before, step) is None:
        raise Conflict(
            _("This cannot be done with the answer as it stands."),
            where=f"{before} → {step}",
            remedy=_("Consider the measure again, or answer it anew."),
        )


def _refuse_blank(reason: str) -> None:
    if not reason.strip():
        raise Invalid(
            _("The reason is missing."),
            problems=[Problem(_("Say why."), field="reason")],
            remedy=_("Write the reason; every member of the mechanism can read it."),
        )


def _refuse_foreign(local: Measure, officer: Officer) -> None:
    plan = local.version.plan
    if plan.office_id != officer.agency_id or plan.place_code != _place_of(officer):
        raise Invalid(
            _("This measure does not belong to the plan of your place."),
            where=local.key,
            problems=[Problem(_("Choose a measure of your own plan."), field="local")],
        )


def _refuse_other_words(national: Measure, local: Measure, officer: Officer, at: datetime) -> None:
    _refuse_foreign(local, officer)
    pair = side_by_side(national, local, _place_of(officer), on=at.date())
    differing = [name for name in pair.differs if name not in OWN_WORDS]
    if differing:
        raise Invalid(
            _("The local measure differs from the national one."),
            where=local.key,
            problems=[Problem(_("This field differs."), field=name) for name in differing],
            remedy=_("Answer that it is adapted, and say why each field differs."),
        )


def _as_the_nation_says(national: Measure, local: Measure, officer: Officer, at: datetime) -> Measure:
    """The local measure with every field in which the place had decided otherwise set back, in the draft."""
    draft = draft_for_editing(officer=officer, at=at, plan=local.version.plan)
    measure = in_draft(draft, local)
    pair = side_by_side(national, measure, draft.plan.place_code, on=at.date())
    fields = _as_written(pair.national.fields, pair.differs, draft.plan.place_code, at)
    return write_fields(measure, fields) if fields else measure


# Why fields differ


def _reasons(
    national: Measure,
    local: Measure,
    officer: Officer,
    at: datetime,
    differs: Mapping[str, str],
    told: Mapping[str, str],
) -> dict[str, dict[str, str]]:
    """The differing fields with their reasons; raises Invalid for each without, and for each that does not
    differ."""
    found = side_by_side(national, local, _place_of(officer), on=at.date()).differs
    wanted = [*found, *(name for name, words in told.items() if words)]
    given = {name: why.strip() for name, why in differs.items() if why.strip()}
    problems = _unexplained(wanted, given)
    problems += [
        Problem(_("This field does not differ."), field=name, remedy=_("Leave its reason out."))
        for name in given
        if name not in wanted
    ]
    if not wanted:
        problems.append(
            Problem(_("No field differs."), field="differs", remedy=_("Adopt the measure as it stands."))
        )
    if problems:
        raise Invalid(_("The answer was not saved."), problems=problems, where=national.key)
    return {name: {"why": given[name]} | ({"says": told[name]} if name in told else {}) for name in wanted}


def _unexplained(fields: Sequence[str], given: Mapping[str, str]) -> list[Problem]:
    return [
        Problem(_("This field differs and no reason is given."), field=name, remedy=_("Say why it differs."))
        for name in fields
        if not given.get(name, "").strip()
    ]


# Taking a national change over


def _changed_or_refuse(comparison: Comparison, standing: Alignment) -> list[str]:
    changed = [
        each.field
        for each in comparison.fields.fields
        if each.change in (Change.THEIRS_ONLY, Change.CONFLICT, Change.SAME_CHANGE)
    ]
    if not changed:
        raise Conflict(
            _("The nation has not changed this measure since it was answered."),
            where=standing.national.key,
            remedy=_("Nothing needs to be done."),
        )
    return [
        each.field
        for each in comparison.fields.fields
        if each.change in (Change.THEIRS_ONLY, Change.CONFLICT)
    ]


def _refuse_unchosen(changed: Sequence[str], choices: Mapping[str, str]) -> None:
    problems = [
        Problem(_("Choose the national or the local wording."), field=name)
        for name in changed
        if choices.get(name) not in (NATIONAL, LOCAL)
    ]
    problems += [
        Problem(_("The nation did not change this field."), field=name)
        for name in choices
        if name not in changed
    ]
    if problems:
        raise Invalid(
            _("The change was not taken over."),
            problems=problems,
            remedy=_("Choose for every changed field."),
        )


def _as_written(
    national: Mapping[str, Any], taken: Collection[str], place: str, at: datetime
) -> dict[str, Any]:
    """The chosen national fields as the local draft takes them: agencies become the place's own."""
    own = counterparts(place, on=at.date())
    fields = {name: national.get(name) for name in taken}
    for role in {"lead", "support"} & set(fields):
        fields[role] = [own[line] for line in fields[role] or () if line in own]
    return dict(sorted(fields.items(), key=lambda item: ":" in item[0]))


def _reasons_after_rebase(
    comparison: Comparison,
    measure: Measure | None,
    standing: Alignment,
    choices: Mapping[str, str],
    reasons: Mapping[str, str],
    at: datetime,
) -> dict[str, dict[str, str]]:
    """What still differs from the new wording and why: reasons given now, else those that stood before."""
    if measure is None:
        return {}
    pair = side_by_side(comparison.theirs, measure, standing.place_code, on=at.date())
    before: dict[str, dict[str, str]] = dict(standing.differs)
    own_words = standing.kind == ADOPTED
    still = (
        [
            name
            for name in differing_fields(pair.national, pair.local)
            if name in choices or name in before or not (own_words and name in OWN_WORDS)
        ]
        if pair.local
        else []
    )
    given = {name: reasons.get(name, "").strip() or before.get(name, {}).get("why", "") for name in still}
    problems = _unexplained(still, given)
    if problems:
        raise Invalid(_("The change was not taken over."), problems=problems, where=standing.national.key)
    words = {name: entry for name, entry in before.items() if name in TOLD_IN_WORDS}
    return {name: {"why": given[name]} for name in still} | words


__all__ = [
    "adapt_measure",
    "adopt_measure",
    "adopt_measures",
    "consider_again",
    "decline_measure",
    "keep_divergence",
    "open_local_plan",
    "rebase",
]
