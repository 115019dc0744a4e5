"""Reports from whoever has no key: one is taken, and how it stands is told by its code; no word of it comes back."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Schema

from concerted.errors import Conflict
from concerted.foundation.access.pace import is_too_many
from concerted.foundation.agencies.reads import place_on
from concerted.mechanism.cases.acts import reports as acts
from concerted.mechanism.cases.reads import reports as reads
from concerted.mechanism.cases.reads.told_places import NATION, place_read_in

from ..answers import In, reply
from ..call import Call, Line, PlaceCode, Router, Text, open_to_everybody, told_to_everybody
from .common import OneOf, Short, Urgency
from .intake import Facts

router = Router(tags=["reports from the public"])


class NewPublicReport(In):
    """What somebody wants to tell, as the public page asks it; only the narrative is compulsory.

    place_code: the finest place that is known. place_told: where it is in the reporter's own words; they are kept,
    and a place they can only mean is read from them. contact, safe_contact: how, when and whether to reach whoever
    reports; without contact the report is anonymous.
    """

    narrative: Text
    urgency: Urgency = "routine"
    place_code: PlaceCode = NATION
    place_told: Annotated[Line, Field(max_length=200)] = ""
    contact: Annotated[Line, Field(max_length=200)] = ""
    safe_contact: Annotated[Line, Field(max_length=200)] = ""
    facts: Facts = {}


class PublicCode(Schema):
    """The code by which one asks how the report stands; told this once, and in no record."""

    code: str


@router.post("/public-reports", auth=None, response=told_to_everybody(PublicCode, status=201))
@open_to_everybody(once=True)
def tell(request: Call, new: NewPublicReport) -> HttpResponse:
    """Report, without a key, that somebody may be bought, sold, held or exploited: it goes to the desk of the place.

    In danger now: call the police. A retry with the same Idempotency-Key, the same words and on the same day gets
    the same code and makes no second report. 409 where ten reports (thirty of an emergency) came from one connection
    within ten minutes, 503 where nobody takes reports of the place yet.
    """
    if is_too_many(request, is_emergency=new.urgency == "emergency"):
        raise Conflict(
            _("Many reports came from your connection within a few minutes: this one is not taken yet."),
            remedy=_("Send it again in ten minutes, or call the police now: 110."),
        )
    taken = acts.take_public_report(
        at=request.at,
        narrative=new.narrative,
        urgency=new.urgency,
        **_place(request, new),
        reporter={"contact": new.contact.strip()} if new.contact.strip() else {},
        safe_contact={"how": new.safe_contact.strip()} if new.safe_contact.strip() else {},
        facts=new.facts,
        once=request.sent_once,
    )
    return reply(PublicCode, {"code": taken.code}, status=201)


def _place(request: Call, new: NewPublicReport) -> dict[str, Any]:
    """Where it is, as the act takes it; a code that is no place is kept as words, for no report is refused for it."""
    on = timezone.localdate(request.at)
    known = new.place_code == NATION or place_on(code=new.place_code, on=on) is not None
    code = new.place_code if known else NATION
    province = "" if code == NATION else f"{code[:2]}0000"
    read = place_read_in(new.place_told, province=province, on=on) if code in (NATION, province) else ""
    words = [new.place_told.strip(), "" if known else new.place_code]
    return {
        "place_code": read or code,
        "place_told": "; ".join(filter(None, words)),
        "is_place_read": bool(read) and read != code,
    }


class CodeOfReport(In):
    """The code that was told once."""

    code: Short


class PublicStanding(Schema):
    """How the report stands, and nothing of what it says."""

    state: Annotated[str, OneOf(reads.STANDINGS)]


@router.post("/public-reports/standing", auth=None, response=told_to_everybody(PublicStanding))
@open_to_everybody()
def standing(request: Call, asked: CodeOfReport) -> HttpResponse:
    """How a report stands, by its code: received, in_hand or decided; 404 for a code that is none.

    It is a POST, so that no code stands in an address.
    """
    state = reads.report_standing(code=asked.code, at=request.at)
    return reply(PublicStanding, {"state": state})
