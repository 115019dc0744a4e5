"""Enters and corrects single agencies of the register; what a file brings is loaded by `reference`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from concerted.errors import Invalid, Problem
from concerted.foundation.agencies.models import Agency, Officer, Place

from ..door import act
from ..permissions import Permission


@act(Permission.AGENCY_EDIT)
def register_agency(
    *,
    officer: Officer,
    at: datetime,
    key: str,
    kind: str,
    name_en: str,
    name_zh: str = "",
    parent: Agency | None = None,
    line: Agency | None = None,
    place_code: str = "000000",
    tier: str = Place.Level.NATION,
    aliases: Sequence[str] = (),
    role: str = "",
    valid_from: date | None = None,
    is_demonstration: bool = False,
) -> Agency:
    """Enter one agency. Raises Invalid for a taken key or an unknown kind or tier."""
    problems = []
    if Agency.objects.filter(key=key).exists():
        problems.append(Problem(_("This key is taken."), field="key"))
    if kind not in Agency.Kind.values:
        problems.append(Problem(_("There is no such kind of agency."), field="kind"))
    if tier not in Place.Level.values:
        problems.append(Problem(_("There is no such tier."), field="tier"))
    if problems:
        raise Invalid(_("The agency was not registered."), problems=problems)
    return Agency.objects.create(
        key=key,
        kind=kind,
        name_en=name_en,
        name_zh=name_zh,
        parent=parent,
        line=line,
        place_code=place_code,
        tier=tier,
        aliases=list(aliases),
        role=role,
        valid_from=valid_from,
        is_demonstration=is_demonstration,
    )


@act(Permission.AGENCY_EDIT)
def change_agency(
    *,
    officer: Officer,
    at: datetime,
    agency: Agency,
    name_en: str | None = None,
    name_zh: str | None = None,
    role: str | None = None,
    note: str | None = None,
    valid_to: date | None = None,
) -> Agency:
    """Correct an agency's names, role or note, or end it from a day on; what is None stays."""
    given = {"name_en": name_en, "name_zh": name_zh, "role": role, "note": note, "valid_to": valid_to}
    fields = {field: value for field, value in given.items() if value is not None}
    for field, value in fields.items():
        setattr(agency, field, value)
    agency.save(update_fields=list(fields))
    return agency
