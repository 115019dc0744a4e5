"""Writes down what a person asks about the use of what is kept, and the answer; a refusal without reasons is none."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from concerted.errors import Conflict
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer

from .. import law
from ..models import Case, RightsRequest
from .common import (
    bump,
    checked,
    keep,
    keep_more,
    locked,
    locked_case,
    my_agency,
    need_code,
    need_text,
    not_there,
    tell,
)
from .disclosures import live_disclosures

RESTRICT = "restrict"
ASKERS = ("self", "guardian", "relative")


@act(Permission.CONSENT_TAKE, subject=None, record=("kind", "asked_by"))
def record_request(
    *, officer: Officer, at: datetime, case: Case, kind: str, asked_by: str = "self", words: str = ""
) -> RightsRequest:
    """Take what the person, a guardian or, after death, a near relative asks of the acting agency; closed cases too.

    kind: a key of reference/law/person-rights.yaml. words: as they were said, sealed. Raises Invalid, or Conflict
    where the same is asked or in force already.
    """
    standing = locked_case(case)
    known = {right.key: right for right in law.rights()}
    checked(
        need_code(kind, "kind", known),
        need_code(asked_by, "asked_by", known[kind].asked_by if kind in known else ASKERS),
    )
    live = ("asked", "granted") if kind == RESTRICT else ("asked",)
    mine = RightsRequest.objects.filter(case=standing, agency=my_agency(officer), kind=kind)
    if mine.filter(state__in=live).exists():
        raise Conflict(_("The same was asked of your agency and is not settled yet."))
    request = RightsRequest(
        subject=standing.subject,
        case=standing,
        agency=my_agency(officer),
        officer=officer,
        kind=kind,
        asked_by=asked_by,
        asked_at=at,
    )
    keep(request, {"words": words.strip()})
    return request


@act(Permission.CONSENT_TAKE, subject=None)
def grant_request(
    *, officer: Officer, at: datetime, request: RightsRequest, row_version: int, reason: str = ""
) -> RightsRequest:
    """Do what the person asks. A restriction holds from now on: nothing goes onward on consent, nothing is exported;
    where a lead grants it that binds every agency on the case, and those who were given something are told."""
    standing = _waiting(officer, request, row_version)
    if standing.kind == RESTRICT:
        _tell_holders(officer, at, standing, "use_restricted")
    return _decided(officer, at, standing, RightsRequest.State.GRANTED, reason)


@act(Permission.CONSENT_TAKE, subject=None)
def refuse_request(
    *, officer: Officer, at: datetime, request: RightsRequest, row_version: int, reason: str
) -> RightsRequest:
    """Do not do what the person asks, for a reason the person is told; raises Invalid without one."""
    standing = _waiting(officer, request, row_version)
    checked(
        need_text(reason, "reason", _("A refusal gives its reasons; the person may go to a court.")),
        what=_("It was not refused."),
    )
    return _decided(officer, at, standing, RightsRequest.State.REFUSED, reason)


@act(Permission.CONSENT_TAKE, subject=None)
def end_restriction(*, officer: Officer, at: datetime, request: RightsRequest, reason: str) -> RightsRequest:
    """The person wishes it no longer, and says so: from now on what is kept may be used again."""
    standing = _own(officer, request)
    if standing.kind != RESTRICT or standing.state != RightsRequest.State.GRANTED:
        raise Conflict(_("No restriction stands."))
    checked(need_text(reason, "reason", _("Say how the person made the wish known.")))
    standing.state, standing.ended_at = RightsRequest.State.ENDED, at
    keep_more(standing, ended=reason.strip())
    bump(standing)
    standing.save()
    _tell_holders(officer, at, standing, "restriction_ended")
    return standing


def _own(officer: Officer, request: RightsRequest, row_version: int | None = None) -> RightsRequest:
    standing = locked(RightsRequest, request.pk, row_version=row_version)
    if standing.agency_id != officer.agency_id:
        raise not_there()
    return standing


def _waiting(officer: Officer, request: RightsRequest, row_version: int) -> RightsRequest:
    standing = _own(officer, request, row_version)
    if standing.state != RightsRequest.State.ASKED:
        raise Conflict(_("It was decided before."))
    return standing


def _decided(
    officer: Officer, at: datetime, standing: RightsRequest, state: str, reason: str
) -> RightsRequest:
    standing.state, standing.decided_at, standing.decided_by = state, at, officer
    keep_more(standing, reason=reason.strip())
    bump(standing)
    standing.save()
    return standing


def _tell_holders(officer: Officer, at: datetime, request: RightsRequest, kind: str) -> None:
    """Tell the leads and whoever holds something of the case now, as far as the acting agency knows them."""
    holders = set(live_disclosures(request.case, at=at).values_list("recipient_id", flat=True))
    if officer.agency_id not in request.case.lead_ids:
        holders = set()
    for agency_id in sorted((holders | set(request.case.lead_ids)) - {None}):
        tell(officer=officer, at=at, case=request.case_id, to=agency_id, kind=kind)
