"""What a local measure may say otherwise than the national one, and the reason each difference needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import Invalid, Problem
from concerted.foundation.agencies.models import Officer

from ...models import Measure
from ...reads.alignment import side_by_side
from ...reads.wording import OWN_WORDS, counterparts
from ..localising import draft_for_editing, in_draft, write_fields
from .standing import place_of

TOLD_IN_WORDS = ("coverage", "target_group", "funding")
"""Differences no column holds: `differs` keeps what they are beside why."""


def refuse_foreign(local: Measure, officer: Officer) -> None:
    """Raise Invalid where the measure is not of the plan of the officer's place."""
    plan = local.version.plan
    if plan.office_id != officer.agency_id or plan.place_code != place_of(officer):
        raise Invalid(
            _("This measure does not belong to the plan of your place."),
            where=local.key,
            problems=[Problem(_("Choose a measure of your own plan."), field="local")],
        )


def refuse_other_words(national: Measure, local: Measure, officer: Officer, at: datetime) -> None:
    """Raise Invalid with every field in which the local measure says another thing than the national one."""
    refuse_foreign(local, officer)
    pair = side_by_side(national, local, place_of(officer), on=at.date())
    differing = [name for name in pair.differs if name not in OWN_WORDS]
    if differing:
        raise Invalid(
            _("The local measure differs from the national one."),
            where=local.key,
            problems=[Problem(_("This field differs."), field=name) for name in differing],
            remedy=_("Answer that it is adapted, and say why each field differs."),
        )


def as_the_nation_says(national: Measure, local: Measure, officer: Officer, at: datetime) -> Measure:
    """The local measure with every field in which the place had decided otherwise set back, in the draft."""
    draft = draft_for_editing(officer=officer, at=at, plan=local.version.plan)
    measure = in_draft(draft, local)
    pair = side_by_side(national, measure, draft.plan.place_code, on=at.date())
    fields = as_written(pair.national.fields, pair.differs, draft.plan.place_code, at)
    return write_fields(measure, fields) if fields else measure


def reasons_given(
    national: Measure,
    local: Measure,
    officer: Officer,
    at: datetime,
    differs: Mapping[str, str],
    told: Mapping[str, str],
) -> dict[str, dict[str, str]]:
    """The differing fields with their reasons; raises Invalid for each without, and for each that does not
    differ."""
    found = side_by_side(national, local, place_of(officer), on=at.date()).differs
    wanted = [*found, *(name for name, words in told.items() if words)]
    given = {name: why.strip() for name, why in differs.items() if why.strip()}
    problems = unexplained(wanted, given)
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


def unexplained(fields: Sequence[str], given: Mapping[str, str]) -> list[Problem]:
    """A problem for each of the fields that differs and has no reason."""
    return [
        Problem(_("This field differs and no reason is given."), field=name, remedy=_("Say why it differs."))
        for name in fields
        if not given.get(name, "").strip()
    ]


def as_written(
    national: Mapping[str, Any], taken: Collection[str], place: str, at: datetime
) -> dict[str, Any]:
    """The chosen national fields as the local draft takes them: agencies become the place's own."""
    own = counterparts(place, on=at.date())
    fields = {name: national.get(name) for name in taken}
    for role in {"lead", "support"} & set(fields):
        fields[role] = [own[line] for line in fields[role] or () if line in own]
    return dict(sorted(fields.items(), key=lambda item: ":" in item[0]))
