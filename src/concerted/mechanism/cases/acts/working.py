"""Keeps what an officer typed and has not sent, and the lists the officer asks for again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer

from ..models import Draft, SavedFilter
from .common import bump, keep, my_agency, new_subject

DRAFT_LIMIT = 200_000
FILTER_LIMIT = 40


@act(Permission.INTAKE_READ, record=("form",))
def save_draft(
    *, officer: Officer, at: datetime, form: str, values: Mapping[str, Any], about: int = 0
) -> Draft:
    """Keep a form as typed, however incomplete; the officer's last word counts. about: the row it is on, or 0."""
    if len(repr(dict(values))) > DRAFT_LIMIT:
        raise Invalid(_("The draft is too long to be kept."))
    draft = Draft.objects.select_for_update().filter(
        agency=my_agency(officer), officer=officer, form=form[:40], about=about
    ).first() or Draft(
        subject=new_subject(at), agency=my_agency(officer), officer=officer, form=form[:40], about=about
    )
    if not draft._state.adding:
        bump(draft)
    draft.changed_at = at
    return keep(draft, dict(values))


@act(Permission.INTAKE_READ, record=("form",))
def discard_draft(*, officer: Officer, at: datetime, form: str, about: int = 0) -> int:
    """The form was sent or given up; returns whether there was a draft."""
    found = Draft.objects.filter(agency=my_agency(officer), officer=officer, form=form[:40], about=about)
    return found.delete()[0]


@act(Permission.CASE_READ)
def save_filter(*, officer: Officer, at: datetime, name: str, query: Mapping[str, Any]) -> SavedFilter:
    """Keep a filter of the case list under a name; the same name is written over. query: codes, never names."""
    if not name.strip():
        raise Invalid(_("The filter was not saved."), problems=[Problem(_("Give it a name."), field="name")])
    own = SavedFilter.objects.filter(agency=my_agency(officer), officer=officer)
    if own.exclude(name=name.strip()[:80]).count() >= FILTER_LIMIT:
        raise Invalid(_("At most 40 filters are kept."), remedy=_("Remove one you do not use."))
    kept, _made = SavedFilter.objects.update_or_create(
        agency=my_agency(officer),
        officer=officer,
        name=name.strip()[:80],
        defaults={"query": dict(query), "saved_at": at},
    )
    return kept


@act(Permission.CASE_READ)
def remove_filter(*, officer: Officer, at: datetime, name: str) -> int:
    """Remove a saved filter of that name; returns whether there was one."""
    own = SavedFilter.objects.filter(agency=my_agency(officer), officer=officer, name=name)
    return own.delete()[0]
