"""Describes an agency's own services and shelters for others to find; it tells no address of a shelter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer, province_of

from .. import codes
from ..models import Case, Placement, ServiceOffer, Shelter
from .common import checked, locked, my_agency, need_code, need_text, not_there

_FIELDS = frozenset(
    {
        "name_en",
        "name_zh",
        "place_code",
        "serves_within",
        "age_bands",
        "sexes",
        "languages",
        "conditions_en",
        "conditions_zh",
        "hours",
        "valid_from",
        "valid_to",
        "is_demonstration",
    }
)


def own_facts(*, officer: Officer, **_rest: object) -> SubjectFacts:
    """An agency describes what is its own."""
    return SubjectFacts(owners=frozenset({officer.agency_id} if officer.agency_id else ()))


@act(Permission.DIRECTORY_EDIT, subject=own_facts, record=("kind",))
def offer_service(
    *, officer: Officer, at: datetime, key: str, kind: str, values: Mapping[str, Any]
) -> ServiceOffer:
    """Put a service of the acting agency into the directory, or change its entry. values: see ServiceOffer.

    Raises Invalid, NotThere for another agency's entry.
    """
    checked(
        need_code(kind, "kind", codes.SERVICES),
        *(need_code(name, name, _FIELDS) for name in values),
        need_text(str(values.get("name_en", "")), "name_en", _("Name the service.")),
        *(need_code(band, "age_bands", Case.AgeBand.values) for band in values.get("age_bands", ())),
    )
    known = ServiceOffer.objects.filter(key=slugify(key)).first()
    if known is not None and known.agency_id != officer.agency_id:
        raise not_there()
    entry = known or ServiceOffer(key=slugify(key), agency=my_agency(officer))
    entry.kind, entry.changed_at = kind, at
    place = str(values.get("place_code", my_agency(officer).place_code))
    entry.place_code, entry.serves_within = place, str(values.get("serves_within", place))
    for name in _FIELDS - {"place_code", "serves_within"}:
        if name in values:
            setattr(entry, name, values[name])
    entry.save()
    return entry


@act(Permission.DIRECTORY_EDIT, subject=own_facts)
def end_service_offer(*, officer: Officer, at: datetime, key: str) -> ServiceOffer:
    """The service is offered no longer from today."""
    entry = ServiceOffer.objects.filter(key=key, agency=my_agency(officer)).first()
    if entry is None:
        raise not_there()
    entry.valid_to, entry.changed_at = at.date(), at
    entry.save(update_fields=["valid_to", "changed_at"])
    return entry


@act(Permission.DIRECTORY_EDIT, subject=own_facts, record=("beds",))
def describe_shelter(
    *,
    officer: Officer,
    at: datetime,
    key: str,
    name_en: str,
    beds: int,
    name_zh: str = "",
    takes: Mapping[str, Any] | None = None,
    place_code: str | None = None,
    is_open: bool = True,
    is_demonstration: bool = False,
) -> Shelter:
    """Describe a shelter of the acting agency: its beds and whom it takes, never where it stands.

    Raises Conflict where more beds are kept than would remain.
    """
    checked(
        need_text(name_en, "name_en", _("Name the shelter.")),
        None if 1 <= beds <= 10_000 else Problem(_("Give the number of beds."), field="beds"),
    )
    known = Shelter.objects.filter(key=slugify(key)).first()
    shelter = locked(Shelter, known.pk) if known else Shelter(key=slugify(key), agency=my_agency(officer))
    if shelter.agency_id != officer.agency_id:
        raise not_there()
    kept = Placement.objects.filter(shelter=shelter.pk, state__in=("offered", "in"), bed__gt=beds)
    if known and kept.exists():
        raise Conflict(_("A bed that would go is kept or lived in."))
    shelter.name_en, shelter.name_zh, shelter.beds = name_en.strip(), name_zh.strip(), beds
    shelter.takes, shelter.is_open = dict(takes or {}), is_open
    shelter.province_code = province_of(place_code or my_agency(officer).place_code)
    shelter.is_demonstration = is_demonstration
    shelter.save()
    return shelter
