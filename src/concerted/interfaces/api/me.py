"""Says who a key acts as and what it may do; changes nothing."""

from __future__ import annotations

from typing import Any

from ninja import Schema

from concerted.foundation.access.permissions import Permission
from concerted.foundation.access.policy import holds

from .answers import of
from .call import Call, Router, answers, operation

router = Router(tags=["me"])


class Acting(Schema):
    """The appointment a key acts under."""

    appointment: int
    function: str
    title_en: str
    title_zh: str
    agency: str
    agency_en: str
    agency_zh: str
    place_code: str


class Me(Schema):
    """The officer of the key, the appointment, and the permissions that post and scopes leave."""

    id: int = of("pk")
    username: str
    name_en: str
    name_zh: str
    language: str
    acting: Acting
    permissions: list[str]
    scopes: list[str]


@router.get("/me", response=answers(Me))
@operation(Permission.AGENCY_READ)
def who_am_i(request: Call) -> Any:
    """Tell the officer, the appointment and the permissions of the key."""
    officer, appointment = request.officer, request.officer.acting
    assert appointment is not None
    agency = appointment.post.agency
    return {
        "pk": officer.pk,
        "username": officer.username,
        "name_en": officer.name_en,
        "name_zh": officer.name_zh,
        "language": officer.language,
        "acting": {
            "appointment": appointment.pk,
            "function": appointment.post.function,
            "title_en": appointment.post.title_en,
            "title_zh": appointment.post.title_zh,
            "agency": agency.key,
            "agency_en": agency.name_en,
            "agency_zh": agency.name_zh,
            "place_code": agency.place_code,
        },
        "permissions": [str(p) for p in Permission if holds(officer, p) and request.auth.covers(p)],
        "scopes": sorted(request.auth.scopes),
    }
