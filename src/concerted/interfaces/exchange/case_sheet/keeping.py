"""Keeps mappings of case lists, sealed: an officer's own that nobody else meets, and those of the whole agency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from concerted.errors import Invalid, NotThere, Problem
from concerted.foundation.agencies.reads import Officer
from concerted.mechanism.cases.acts.batches import keep_agency_mapping
from concerted.mechanism.cases.acts.working import save_draft
from concerted.mechanism.cases.reads import batches
from concerted.mechanism.cases.reads.work import draft_of

from .mapping import CaseMapping, mapping_as_data, mapping_from

FORM = "import-mappings"
MOST = 40


def kept_mappings(*, officer: Officer, at: datetime) -> dict[str, CaseMapping]:
    """Return the officer's kept mappings by name, the last kept last."""
    return {name: mapping_from(data) for name, data in _kept(officer, at).items()}


def keep_mapping(*, officer: Officer, at: datetime, mapping: CaseMapping) -> CaseMapping:
    """Keep a mapping under its name; the same name is written over. Raises Invalid without a name, or for too many."""
    name = mapping.name.strip()
    if not name:
        raise Invalid(_("The mapping was not kept."), problems=[Problem(_("Give it a name."), field="name")])
    kept = {each: data for each, data in _kept(officer, at).items() if each != name}
    if len(kept) >= MOST:
        raise Invalid(_("At most 40 mappings are kept."), remedy=_("Remove one you do not use."))
    save_draft(officer=officer, at=at, form=FORM, values={**kept, name: mapping_as_data(mapping)})
    return mapping


def agency_mappings(*, officer: Officer, at: datetime) -> dict[int, CaseMapping]:
    """Return the mappings that every officer of the agency may use, by their number, in the order of their names."""
    kept = batches.agency_mappings(officer=officer, at=at)
    return {row.pk: replace(mapping_from(data), name=row.name) for row, data in kept}


def mapping_of_name(*, officer: Officer, at: datetime, name: str) -> CaseMapping:
    """Return the mapping kept under a name: the officer's own before the agency's. Raises NotThere."""
    shared = {each.name: each for each in agency_mappings(officer=officer, at=at).values()}
    kept = {**shared, **kept_mappings(officer=officer, at=at)}
    if name not in kept:
        raise NotThere(_("There is no mapping of this name."))
    return replace(kept[name], name=name)


def keep_for_agency(*, officer: Officer, at: datetime, mapping: CaseMapping) -> CaseMapping:
    """Keep a mapping for every officer of the agency; the same name is written over. Raises Invalid."""
    keep_agency_mapping(officer=officer, at=at, name=mapping.name, mapping=mapping_as_data(mapping))
    return mapping


def fitting_mapping(
    *, officer: Officer, at: datetime, headings: Sequence[str]
) -> tuple[int, CaseMapping] | None:
    """Return the agency's mapping that knows every one of these headings, with the fewest others; None without one."""
    wanted = [heading for heading in headings if heading.strip()]
    fitting = [
        (len(mapping.columns), pk, mapping)
        for pk, mapping in agency_mappings(officer=officer, at=at).items()
        if wanted and all(mapping.target_of(heading) is not None for heading in wanted)
    ]
    if not fitting:
        return None
    _size, pk, mapping = min(fitting, key=lambda each: each[:2])
    return pk, mapping


def forget_mapping(*, officer: Officer, at: datetime, name: str) -> bool:
    """Remove a kept mapping; returns whether there was one of that name."""
    kept = _kept(officer, at)
    if name not in kept:
        return False
    save_draft(
        officer=officer, at=at, form=FORM, values={each: data for each, data in kept.items() if each != name}
    )
    return True


def _kept(officer: Officer, at: datetime) -> Mapping[str, Any]:
    draft = draft_of(officer=officer, at=at, form=FORM)
    values: Mapping[str, Any] = getattr(draft, "values", None) or {}
    return values
