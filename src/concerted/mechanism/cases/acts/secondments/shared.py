"""What the acts of secondments share: whether one runs, which cases are worked in it, how it ends; it asks nobody."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid
from concerted.foundation.agencies.models import Appointment, Officer, Post

from ...models import SecondedCase, Secondment
from ..common import bump

LENT = "secondment"
"""The reason that stands at the appointment of a lent officer."""


def need_running(base: Secondment, at: datetime) -> None:
    """Raise Conflict where the officer is not lent now, or this is a request within a secondment."""
    if base.widens_id is not None or base.state != Secondment.State.AGREED or base.until <= at:
        raise Conflict(
            _("The secondment does not run."), remedy=_("Ask for the officer again, with all the cases.")
        )


def worked_cases(base_id: int) -> QuerySet[SecondedCase]:
    """The cases an officer works in a secondment, with those that came to it and without those taken back."""
    agreed = Q(secondment__widens=base_id, secondment__state=Secondment.State.AGREED)
    return SecondedCase.objects.filter(Q(secondment=base_id) | agreed, ended_at=None)


def news_of(standing: Secondment, what: str) -> str:
    """What the news is called: of a secondment, of further cases, or of a longer time."""
    if standing.prolongs:
        return f"prolongation_{what}"
    return f"further_cases_{what}" if standing.widens_id is not None else f"secondment_{what}"


def end_one(officer: Officer, at: datetime, standing: Secondment, target: str) -> None:
    """Save that this request or secondment is over, and in which state."""
    standing.state, standing.ended_at, standing.ended_by = target, at, officer
    bump(standing)
    standing.save()


def holds_post(guest: Officer, post: Post, at: datetime) -> bool:
    """Whether the officer holds the post now."""
    return Appointment.objects.live(timezone.localdate(at)).filter(officer=guest, post=post).exists()


def refuse_colleague(guest: Officer, host_id: int, at: datetime) -> None:
    """An officer with a post of his own in the host agency is no guest there."""
    own = Appointment.objects.live(timezone.localdate(at)).filter(officer=guest, post__agency_id=host_id)
    if own.filter(reason=LENT).exists():
        raise Conflict(
            _("The officer is lent to your agency already."),
            remedy=_("Ask for further cases on the page of that secondment."),
        )
    if own.exists():
        raise Invalid(_("The officer works in your agency already."))
