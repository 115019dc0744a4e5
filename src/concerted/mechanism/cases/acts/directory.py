"""Describes an agency's own services and shelters for others to find; it tells no address of a shelter."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import SubjectFacts
from concerted.foundation.agencies.models import Officer, province_of

from .. import codes
from ..models import Case, Placement, ServiceOffer, Shelter
from .common import bump, checked, locked, my_agency, need_code, need_text, not_there

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
    *,
    officer: Officer,
    at: datetime,
    key: str,
    kind: str,
    values: Mapping[str, Any],
    row_version: int | None = None,
) -> ServiceOffer:
    """Put a service of the acting agency into the directory, or change its entry. values: see ServiceOffer.

    row_version: of the entry as it was read, where one is edited. Raises Invalid, Stale, NotThere for another
    agency's entry.
    """
    checked(
        need_code(kind, "kind", codes.SERVICES),
        *(need_code(name, name, _FIELDS) for name in values),
        _unnamed(values, _("Name the service.")),
        *(need_code(band, "age_bands", Case.AgeBand.values) for band in values.get("age_bands", ())),
        *(need_code(sex, "sexes", codes.SERVED_SEXES) for sex in values.get("sexes", ())),
        *_too_long(values),
        _ends_too_early(values),
    )
    known = ServiceOffer.objects.filter(key=slugify(key)).first()
    if known is not None and known.agency_id != officer.agency_id:
        raise not_there()
    if known is not None:
        known = locked(ServiceOffer, known.pk, row_version=row_version)
        bump(known)
    entry = known or ServiceOffer(key=slugify(key), agency=my_agency(officer))
    entry.kind, entry.changed_at = kind, at
    place = str(values.get("place_code", my_agency(officer).place_code))
    entry.place_code, entry.serves_within = place, str(values.get("serves_within", place))
    for name in _FIELDS - {"place_code", "serves_within"}:
        if name in values:
            setattr(entry, name, values[name])
    entry.save()
    return entry


def new_key(agency_key: str, name: str) -> str:
    """A key for a new entry of an agency: it tells whose and what, and is drawn so that none meets another."""
    return slugify(f"{agency_key[:40]}-{name[:40]}-{secrets.token_hex(3)}")


def _unnamed(values: Mapping[str, Any], what: str) -> Problem | None:
    """The problem of an entry without a name in either language; readers of the other one see the one there is."""
    given = " ".join(str(values.get(name) or "") for name in ("name_en", "name_zh"))
    return need_text(given, "name_en", what)


def _too_long(values: Mapping[str, Any]) -> list[Problem | None]:
    """Problems of texts and lists that are longer than their columns."""
    most = {"name_en": 200, "name_zh": 160, "hours": 120, "conditions_en": 4_000, "conditions_zh": 4_000}
    found: list[Problem | None] = [
        Problem(_("Write at most %(most)s characters.") % {"most": limit}, field=name)
        for name, limit in most.items()
        if len(str(values.get(name, ""))) > limit
    ]
    languages = [str(each) for each in values.get("languages", ())]
    if len(languages) > 40 or any(not each or len(each) > 40 for each in languages):
        found.append(Problem(_("Name at most 40 languages, each in a word."), field="languages"))
    return found


def _ends_too_early(values: Mapping[str, Any]) -> Problem | None:
    since, until = values.get("valid_from"), values.get("valid_to")
    if since is None or until is None or until > since:
        return None
    return Problem(_("The end lies before the beginning."), field="valid_to")


@act(Permission.DIRECTORY_EDIT, subject=own_facts)
def end_service_offer(*, officer: Officer, at: datetime, key: str) -> ServiceOffer:
    """The service is offered no longer from today; the entry stays, and may be offered again."""
    entry = ServiceOffer.objects.filter(key=key, agency=my_agency(officer)).first()
    if entry is None:
        raise not_there()
    entry = locked(ServiceOffer, entry.pk)
    entry.valid_to, entry.changed_at = timezone.localdate(at), at
    bump(entry)
    entry.save(update_fields=["valid_to", "changed_at", "row_version"])
    return entry


@act(Permission.DIRECTORY_EDIT, subject=own_facts, record=("beds",))
def describe_shelter(
    *,
    officer: Officer,
    at: datetime,
    key: str,
    beds: int,
    name_en: str = "",
    name_zh: str = "",
    takes: Mapping[str, Any] | None = None,
    place_code: str | None = None,
    is_open: bool = True,
    is_demonstration: bool = False,
    row_version: int | None = None,
) -> Shelter:
    """Describe a shelter of the acting agency: its beds and whom it takes, never where it stands.

    takes: sexes and age_bands, each a list of codes; an empty one restricts nothing. is_open: whether it may be asked
    for beds. row_version: of the entry as it was read, where one is edited. Raises Invalid, Stale, and Conflict where
    more beds are kept than would remain.
    """
    whom = {name: list(each) for name, each in (takes or {}).items()}
    checked(
        _unnamed({"name_en": name_en, "name_zh": name_zh}, _("Name the shelter.")),
        None if 1 <= beds <= 10_000 else Problem(_("Give the number of beds."), field="beds"),
        *(need_code(name, "takes", ("sexes", "age_bands")) for name in whom),
        *(need_code(sex, "sexes", codes.SERVED_SEXES) for sex in whom.get("sexes", ())),
        *(need_code(band, "age_bands", Case.AgeBand.values) for band in whom.get("age_bands", ())),
        *_too_long({"name_en": name_en, "name_zh": name_zh}),
    )
    known = Shelter.objects.filter(key=slugify(key)).first()
    if known is not None and known.agency_id != officer.agency_id:
        raise not_there()
    if known is not None:
        shelter = locked(Shelter, known.pk, row_version=row_version)
        bump(shelter)
    else:
        shelter = Shelter(key=slugify(key), agency=my_agency(officer))
    kept = Placement.objects.filter(shelter=shelter.pk, state__in=("offered", "in"), bed__gt=beds)
    if known and kept.exists():
        raise Conflict(_("A bed that would go is kept or lived in."))
    shelter.name_en, shelter.name_zh, shelter.beds = name_en.strip(), name_zh.strip(), beds
    shelter.takes, shelter.is_open = whom, is_open
    shelter.province_code = province_of(place_code or my_agency(officer).place_code)
    shelter.is_demonstration = is_demonstration
    shelter.save()
    return shelter
