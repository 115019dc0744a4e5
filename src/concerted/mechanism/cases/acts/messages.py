"""Messages between agencies that participate in a case, and the news on an agency's desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Agency, Officer

from ..models import Case, Message, MessageCopy, Notice
from ..reads.holding import known_participants
from .common import checked, keep, locked_case, my_agency, need_text, not_there, tell
from .disclosures import is_objected


@act(Permission.CASE_EDIT, subject=None)
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


@act(Permission.CASE_READ)
def mark_messages_seen(*, officer: Officer, at: datetime, case: Case) -> int:
    """The acting agency has read the messages of the case; returns how many were new."""
    Notice.objects.filter(case=case, agency=my_agency(officer), kind="message", seen_at=None).update(
        seen_at=at, seen_by=officer
    )
    return MessageCopy.objects.filter(case=case, agency=my_agency(officer), seen_at=None).update(seen_at=at)


@act(Permission.REFERRAL_READ)
def mark_notice_seen(*, officer: Officer, at: datetime, notice: int) -> Notice:
    """One piece of news is off the agency's desk; where it tells of a message, that one is read."""
    found = Notice.objects.filter(pk=notice, agency=my_agency(officer)).first()
    if found is None:
        raise not_there()
    if found.seen_at is None:
        found.seen_at, found.seen_by = at, officer
        found.save(update_fields=["seen_at", "seen_by"])
    if found.kind == "message":
        MessageCopy.objects.filter(message=found.thing_id, agency=my_agency(officer), seen_at=None).update(
            seen_at=at
        )
    return found
