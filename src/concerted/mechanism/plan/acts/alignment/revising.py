"""A place takes the nation's changes of an answered measure over, field by field, or keeps what it said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.methods.results import Change

from ...alignment_states import ADAPTED, ADOPTED, Step
from ...models import Alignment, Measure
from ...reads.alignment import Comparison, side_by_side, three_way_of
from ...reads.wording import OWN_WORDS, differing_fields
from ..localising import draft_for_editing, in_draft, write_fields
from .differing import TOLD_IN_WORDS, as_written, unexplained
from .standing import locked, refuse_blank, refuse_closed, write_answer

NATIONAL, LOCAL = "national", "local"
"""The two choices for a field when a national change is reviewed."""


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
    standing = locked(alignment, expected_row_version)
    refuse_closed(standing.kind, Step.REBASE)
    comparison = three_way_of(standing)
    changed = _changed_or_refuse(comparison, standing)
    _refuse_unchosen(changed, choices)
    taken = {name for name in changed if choices[name] == NATIONAL}
    measure = comparison.ours or standing.local
    if taken and standing.local is not None:
        draft = draft_for_editing(officer=officer, at=at, plan=standing.local.version.plan)
        measure = in_draft(draft, standing.local)
        write_fields(measure, as_written(comparison.national.fields, taken, standing.place_code, at))
    said = _reasons_after_rebase(comparison, measure, standing, choices, reasons or {}, at)
    kind = ADAPTED if said else ADOPTED
    whole = (
        standing.reason if standing.kind == ADAPTED and said else " ".join(e["why"] for e in said.values())
    )
    return write_answer(
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
    refuse_blank(reason)
    standing = locked(alignment, expected_row_version)
    refuse_closed(standing.kind, Step.KEEP)
    comparison = three_way_of(standing)
    _changed_or_refuse(comparison, standing)
    return write_answer(
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
    problems = unexplained(still, given)
    if problems:
        raise Invalid(_("The change was not taken over."), problems=problems, where=standing.national.key)
    words = {name: entry for name, entry in before.items() if name in TOLD_IN_WORDS}
    return {name: {"why": given[name]} for name in still} | words
