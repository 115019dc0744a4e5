"""Makes and ends posts and dated appointments; nobody appoints himself, and no row is deleted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.agencies.models import Agency, Appointment, Officer, Post

from ..door import act
from ..permissions import Permission
from ..policy import SubjectFacts


def _held_by_appointee(**kwargs: Any) -> SubjectFacts:
    return SubjectFacts(authors=frozenset({kwargs["appointee"].pk}))


@act(Permission.AGENCY_EDIT, record=("function",))
def create_post(
    *,
    officer: Officer,
    at: datetime,
    agency: Agency,
    function: str,
    title_en: str,
    title_zh: str = "",
    valid_from: date | None = None,
    is_demonstration: bool = False,
) -> Post:
    """Open a desk in an agency; its function says what its holder may do. Raises Invalid for an unknown function.

    valid_from: the first day it gives a right; None: it always did.
    """
    if function not in Post.Function.values:
        raise Invalid(
            _("There is no such function."),
            problems=[Problem(_("Choose one of the functions."), field="function")],
        )
    return Post.objects.create(
        agency=agency,
        function=function,
        title_en=title_en,
        title_zh=title_zh,
        valid_from=valid_from,
        is_demonstration=is_demonstration,
    )


@act(Permission.AGENCY_EDIT)
def end_post(*, officer: Officer, at: datetime, post: Post, on: date) -> Post:
    """Close a desk; from the day `on` itself appointments to it give no right."""
    post.valid_to = on
    post.save(update_fields=["valid_to"])
    return post


@act(Permission.APPOINTMENT_MAKE, subject=_held_by_appointee, record=("reason",))
def appoint(
    *,
    officer: Officer,
    at: datetime,
    appointee: Officer,
    post: Post,
    valid_from: date,
    valid_to: date | None = None,
    reason: str = "",
) -> Appointment:
    """Put an officer into a post from a day on (until the day before valid_to).

    Raises Refused when officer and appointee are one, Invalid for dates that end before they start, Conflict
    when the officer already holds the post in that time or is the system's own.
    """
    if valid_to is not None and valid_to <= valid_from:
        raise Invalid(
            _("The appointment was not made."),
            problems=[Problem(_("It must end after it starts."), field="valid_to")],
        )
    if appointee.is_machine:
        raise Conflict(_("The system officer keeps the appointments it has."))
    held = Appointment.objects.select_for_update().filter(officer=appointee, post=post)
    if any(_overlap(one, valid_from, valid_to) for one in held):
        raise Conflict(
            _("The officer already holds this post in that time."),
            remedy=_("End the earlier appointment first, or choose a later first day."),
        )
    return Appointment.objects.create(
        officer=appointee,
        post=post,
        valid_from=valid_from,
        valid_to=valid_to,
        appointed_by=officer,
        reason=reason,
    )


@act(Permission.APPOINTMENT_MAKE, subject=_held_by_appointee, record=("function", "reason"))
def appoint_to_new_post(
    *,
    officer: Officer,
    at: datetime,
    appointee: Officer,
    agency: Agency,
    function: str,
    title_en: str,
    title_zh: str = "",
    valid_from: date,
    valid_to: date | None = None,
    reason: str = "",
) -> Appointment:
    """Open a desk and put the officer into it, both or neither. Raises as create_post and appoint do."""
    post = create_post(
        officer=officer, at=at, agency=agency, function=function, title_en=title_en, title_zh=title_zh
    )
    return appoint(
        officer=officer,
        at=at,
        appointee=appointee,
        post=post,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason,
    )


@act(Permission.APPOINTMENT_END, subject=None, record=("reason",))
def end_appointment(
    *, officer: Officer, at: datetime, appointment: Appointment, on: date, reason: str
) -> Appointment:
    """Let an appointment give no right from the day `on` itself; it can be shortened, never lengthened.

    A day before it began ends it on its first one. Raises Invalid without a reason, Conflict where it ends
    earlier already or is the system officer's.
    """
    if not reason.strip():
        raise Invalid(
            _("The appointment was not ended."), problems=[Problem(_("A reason is needed."), field="reason")]
        )
    current = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if current.valid_to is not None and on > current.valid_to:
        raise Conflict(
            _("The appointment ends earlier already."), remedy=_("Make a new appointment for the later time.")
        )
    if current.officer.is_machine:
        raise Conflict(_("The system officer keeps the appointments it has."))
    current.valid_to = max(on, current.valid_from)
    current.ended_reason = reason
    current.save(update_fields=["valid_to", "ended_reason"])
    return current


def _overlap(held: Appointment, valid_from: date, valid_to: date | None) -> bool:
    starts_before_it_ends = held.valid_to is None or valid_from < held.valid_to
    return starts_before_it_ends and (valid_to is None or held.valid_from < valid_to)
