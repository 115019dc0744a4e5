"""What is done for a person: assessments, plans, services, beds, entitlements and letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look, presenting
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer, province_of
from concerted.foundation.vault.reads import opened, opened_all

from ..models import (
    Assessment,
    Case,
    Entitlement,
    Goal,
    Letter,
    Placement,
    Service,
    ServiceOffer,
    Shelter,
    SupportPlan,
)
from ..states import PLACEMENT, Transition
from ..tickets import LETTER, ticket_of

Said = Mapping[str, Any]


@dataclass(frozen=True)
class AssistanceView:
    """Everything of the assistance on a case that is open to the agency, each with its words."""

    assessments: tuple[tuple[Assessment, Said], ...]
    plans: tuple[tuple[SupportPlan, Said], ...]
    goals: tuple[tuple[Goal, Said], ...]
    services: tuple[tuple[Service, Said], ...]
    placements: tuple[tuple[Placement, Said], ...]
    entitlements: tuple[tuple[Entitlement, Said], ...]
    letters: tuple[Letter, ...]


@look(Permission.CASE_READ, subject=None, recorded=True)
def assistance_of(*, officer: Officer, at: datetime, case: Case) -> AssistanceView:
    """What is assessed, planned, done and granted on the case, as far as the agency may see; recorded."""
    return AssistanceView(
        assessments=_said(Assessment.objects.filter(case=case).select_related("agency", "officer")),
        plans=_said(SupportPlan.objects.filter(case=case).select_related("agency", "officer")),
        goals=_said(Goal.objects.filter(case=case).select_related("agency", "plan")),
        services=_said(
            Service.objects.filter(case=case).select_related("agency", "provider", "plan", "goal")
        ),
        placements=_said(Placement.objects.filter(case=case).select_related("shelter", "agency", "host")),
        entitlements=_said(
            Entitlement.objects.filter(case=case).select_related("agency", "officer", "decided_by")
        ),
        letters=tuple(Letter.objects.filter(case=case).select_related("agency", "officer")),
    )


def _said(rows: Any) -> tuple[tuple[Any, Said], ...]:
    listed = list(rows)
    return tuple((row, words or {}) for row, words in zip(listed, opened_all(listed), strict=True))


@dataclass(frozen=True)
class ShelterView:
    """One shelter; how many beds are free is told to its own agency only, for a number going down tells of a
    person."""

    shelter: Shelter
    free: int | None


@look(Permission.DIRECTORY_READ)
def shelters(*, officer: Officer, at: datetime, place_code: str = "") -> list[ShelterView]:
    """The shelters, nearest province first when a place is given."""
    province = province_of(place_code) if place_code else ""
    rows = list(Shelter.objects.select_related("agency"))
    rows.sort(key=lambda each: (each.province_code != province, each.key))
    kept = Placement.objects.filter(host_id=officer.agency_id, state__in=("offered", "in"))
    taken: dict[int, int] = {}
    for shelter_id in kept.values_list("shelter_id", flat=True):
        taken[shelter_id] = taken.get(shelter_id, 0) + 1
    return [
        ShelterView(
            each,
            each.beds - taken.get(each.pk, 0) if each.agency_id == officer.agency_id else None,
        )
        for each in rows
    ]


@dataclass(frozen=True)
class PlacementView:
    """One placement with its words and what may be done now.

    case: where it is open to the agency. others: the same person's other placements that the agency asked for or holds.
    """

    placement: Placement
    words: Said
    possible: tuple[Transition, ...]
    is_host: bool
    case: Case | None
    others: tuple[Placement, ...]

    def audit_subject(self) -> tuple[str, int]:
        return self.placement.audit_subject()


@look(Permission.REFERRAL_READ, recorded=True)
def placement_view(*, officer: Officer, at: datetime, placement: int) -> PlacementView:
    """One request for a bed, as its asker or its shelter sees it. Raises NotThere."""
    found = Placement.objects.select_related("shelter", "agency", "host").filter(pk=placement).first()
    if found is None:
        raise NotThere(_("There is no such placement."))
    live = Placement.objects.filter(case_id=found.case_id, state__in=("requested", "offered", "in"))
    return PlacementView(
        found,
        opened(found),
        PLACEMENT.from_state(found.state),
        found.host_id == officer.agency_id,
        Case.objects.filter(pk=found.case_id).first(),
        tuple(live.exclude(pk=found.pk).select_related("shelter").defer("sealed").order_by("pk")),
    )


@look(Permission.REFERRAL_READ)
def placements_here(
    *, officer: Officer, at: datetime, states: str = "requested,offered,in"
) -> list[Placement]:
    """The placements in the agency's own shelters, those that wait first; each with its case as `case_known`, None
    where the case is not open to the agency."""
    found = Placement.objects.filter(host_id=officer.agency_id, state__in=states.split(","))
    rows = list(found.select_related("shelter", "agency").defer("sealed").order_by("requested_at", "id"))
    known = Case.objects.in_bulk({each.case_id for each in rows})
    for each in rows:
        each.case_known = known.get(each.case_id)  # type: ignore[attr-defined]
    return rows


@dataclass(frozen=True)
class OfferFilter:
    """Which services are looked for; empty fields do not narrow it."""

    kind: str = ""
    place_code: str = ""
    age_band: str = ""
    sex: str = ""
    language: str = ""


@look(Permission.DIRECTORY_READ)
def service_directory(
    *, officer: Officer, at: datetime, wanted: OfferFilter = OfferFilter()
) -> list[ServiceOffer]:
    """The services that serve the place, take the person and speak the language; the nearest first."""
    on = timezone.localdate(at)
    found = ServiceOffer.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gt=on)
    ).select_related("agency")
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.place_code:
        found = found.filter(serves_within__in=_upward(wanted.place_code))
    for field, value in (
        ("age_bands", wanted.age_band),
        ("sexes", wanted.sex),
        ("languages", wanted.language),
    ):
        if value:
            found = found.filter(Q(**{field: []}) | Q(**{f"{field}__contains": [value]}))
    nearest = _upward(wanted.place_code) if wanted.place_code else []
    rank = {code: number for number, code in enumerate(nearest)}
    return sorted(found, key=lambda each: (rank.get(each.serves_within, 9), each.kind, each.key))


@look(Permission.DIRECTORY_READ)
def languages_offered(*, officer: Officer, at: datetime) -> list[str]:
    """The languages some service of the directory speaks, in the order of their codes."""
    named = ServiceOffer.objects.exclude(languages=[]).values_list("languages", flat=True)
    return sorted({language for each in named for language in each})


@look(Permission.DIRECTORY_READ)
def own_offers(*, officer: Officer, at: datetime) -> list[ServiceOffer]:
    """Every entry of the acting agency, those that are offered no longer too."""
    return list(ServiceOffer.objects.filter(agency=officer.agency_id).order_by("kind", "key"))


@look(Permission.DIRECTORY_READ)
def own_offer_by_id(*, officer: Officer, at: datetime, pk: int) -> ServiceOffer:
    """One entry of the acting agency. Raises NotThere."""
    found = ServiceOffer.objects.filter(pk=pk, agency=officer.agency_id).first()
    if found is None:
        raise NotThere(_("There is no such thing, or it is not open to your agency."))
    return found


@look(Permission.DIRECTORY_READ)
def own_shelter_by_id(*, officer: Officer, at: datetime, pk: int) -> Shelter:
    """One shelter of the acting agency. Raises NotThere."""
    found = Shelter.objects.filter(pk=pk, agency=officer.agency_id).first()
    if found is None:
        raise NotThere(_("There is no such thing, or it is not open to your agency."))
    return found


def _upward(code: str) -> list[str]:
    return list(dict.fromkeys([code, code[:4] + "00", province_of(code), "000000"]))


def letter_is_valid(*, number: str, code: str, at: datetime) -> bool:
    """Whether a letter of this number and code is valid now; it tells nothing else, whoever asks."""
    ticket = ticket_of(LETTER, number, code)
    today: date = timezone.localdate(at)
    with presenting(ticket, at, act="cases.letter_is_valid"):
        return (
            Letter.objects.filter(check_digest=ticket, revoked_at=None)
            .filter(Q(valid_until=None) | Q(valid_until__gte=today))
            .exists()
        )


@look(Permission.ENTITLEMENT_GRANT)
def entitlements_waiting(*, officer: Officer, at: datetime) -> list[Entitlement]:
    """What was asked for in the agency and waits for a supervisor who did not ask."""
    found = Entitlement.objects.filter(agency=officer.agency_id, state="requested")
    return list(found.select_related("case", "officer").defer("sealed").order_by("requested_at", "id"))
