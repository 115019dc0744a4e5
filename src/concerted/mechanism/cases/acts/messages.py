"""Messages between agencies that participate in a case, and the news on an agency's desk."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer

from ..models import Case, Message, MessageCopy, Notice
from ..reads.holding import known_participants
from .bases import is_objected
from .common import checked, keep, locked_case, my_agency, need_text, not_there, tell

MOST_AT_ONCE = 200
"""Pieces of news that are marked as read at once: as many as my work shows."""


@act(Permission.CASE_EDIT, subject=None, in_emergency=True)
def send_message(
    *,
    officer: Officer,
    at: datetime,
    case: Case,
    to: Sequence[Agency],
    text: str,
    answers: Message | None = None,
) -> Message:
    """Write to agencies on the case that the acting agency knows to participate. Raises Invalid for others, and
    Conflict for one the person objects to, whatever it had before."""
    standing = locked_case(case)
    known = {agency.pk for agency in known_participants(officer=officer, at=at, case=standing)}
    checked(
        need_text(text, "text", _("Write the message.")),
        None if to else Problem(_("Name the agencies."), field="to"),
    )
    if {agency.pk for agency in to} - known:
        raise Invalid(
            _("The message was not sent."),
            problems=[Problem(_("You may write to agencies you work with on the case."), field="to")],
        )
    if any(is_objected(standing, agency) for agency in to):
        raise Conflict(_("The person does not want this agency to know."))
    message = Message(
        subject=standing.subject,
        case=standing,
        agency=my_agency(officer),
        officer=officer,
        answers=answers,
        at=at,
    )
    keep(message, {"text": text.strip()})
    for agency in to:
        MessageCopy.objects.create(case=standing, message=message, agency=agency, sender=my_agency(officer))
        tell(officer=officer, at=at, case=standing, to=agency.pk, kind="message", thing=message)
    return message


@act(Permission.CASE_READ, in_emergency=True)
def mark_messages_seen(*, officer: Officer, at: datetime, case: Case) -> int:
    """The acting agency has read the messages of the case; returns how many were new."""
    Notice.objects.filter(case=case, agency=my_agency(officer), kind="message", seen_at=None).update(
        seen_at=at, seen_by=officer
    )
    return MessageCopy.objects.filter(case=case, agency=my_agency(officer), seen_at=None).update(seen_at=at)


@act(Permission.REFERRAL_READ)
def mark_notice_seen(*, officer: Officer, at: datetime, notice: int) -> Notice:
    """One piece of news is off the agency's desk; where it tells of a message, that one is read."""
    seen = _take_off(officer, at, [notice])
    if not seen:
        raise not_there()
    return seen[0]


@act(Permission.REFERRAL_READ)
def mark_notices_seen(*, officer: Officer, at: datetime, notices: Collection[int]) -> list[Notice]:
    """These pieces of news are off the agency's desk, and none that came after they were shown.

    Returns those there are, the newest first; what is none, or not the agency's to know, is left out.
    """
    checked(
        None
        if len(notices) <= MOST_AT_ONCE
        else Problem(_("At most 200 pieces of news are marked at once."), field="news")
    )
    return _take_off(officer, at, notices)


def _take_off(officer: Officer, at: datetime, notices: Collection[int]) -> list[Notice]:
    own = Notice.objects.select_for_update(of=("self",)).filter(pk__in=notices, agency=my_agency(officer))
    found = list(own.select_related("sender").order_by("-at", "id"))
    fresh = [each for each in found if each.seen_at is None]
    for each in fresh:
        each.seen_at, each.seen_by = at, officer
    Notice.objects.bulk_update(fresh, ["seen_at", "seen_by"])
    told = [each.thing_id for each in found if each.kind == "message"]
    MessageCopy.objects.filter(message__in=told, agency=my_agency(officer), seen_at=None).update(seen_at=at)
    return found
