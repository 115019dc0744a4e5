"""What the home agency answers and the host takes back; an officer is lent by it, and meets no other case."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import Conflict
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Appointment, Officer, Post

from ... import codes
from ...models import Secondment
from ...states import SECONDMENT
from ..common import bump, checked, excuse, locked, meet, my_agency, need_code, not_there, tell
from .shared import LENT, end_one, holds_post, news_of, refuse_colleague


@act(Permission.OFFICER_SECOND, subject="secondment")
def agree_secondment(
    *, officer: Officer, at: datetime, secondment: Secondment, row_version: int | None = None
) -> Secondment:
    """The home agency lends its officer: from now on he may act for the host, on the named cases alone, until the
    day; further cases come to those he works there, and a longer time to them all. Never by the officer himself. Raises
    Conflict where he left the post, the time has passed, or the secondment that it would come to is over."""
    standing = _asked_of(officer, secondment, row_version)
    row = SECONDMENT.step(standing.state, "agree")
    if standing.until <= at:
        raise Conflict(_("The time the officer was asked for has passed."), remedy=_("Decline it."))
    if not holds_post(standing.officer, standing.home_post, at):
        raise Conflict(_("The officer has left the post."), remedy=_("Decline it."))
    standing.since, standing.appointment = at, _appointment_for(standing, at)
    return _answered(officer, at, standing, row.target, "agreed")


@act(Permission.OFFICER_SECOND, subject="secondment", record=("code",))
def decline_secondment(
    *, officer: Officer, at: datetime, secondment: Secondment, code: str, row_version: int | None = None
) -> Secondment:
    """The home agency does not lend its officer, with a coded reason; nothing was opened, nothing stays."""
    standing = _asked_of(officer, secondment, row_version)
    row = SECONDMENT.step(standing.state, "decline")
    checked(need_code(code, "code", codes.SECONDMENT_DECLINES))
    standing.decline_code = code
    return _answered(officer, at, standing, row.target, "declined")


@act(Permission.OFFICER_SECOND, subject="secondment")
def withdraw_secondment(*, officer: Officer, at: datetime, secondment: Secondment) -> Secondment:
    """The host asks no more; what the home agency owed is let off."""
    standing = locked(Secondment, secondment.pk)
    if standing.host_id != my_agency(officer).pk:
        raise not_there()
    row = SECONDMENT.step(standing.state, "withdraw")
    excuse(officer, at, standing, "cases.", reason=_("The request was withdrawn."))
    end_one(officer, at, standing, row.target)
    news = news_of(standing, "withdrawn")
    tell(officer=officer, at=at, case=None, to=standing.home_id, kind=news, thing=standing)
    return standing


def _asked_of(officer: Officer, secondment: Secondment, row_version: int | None) -> Secondment:
    """The request as its home agency answers it; to the officer asked for there is none."""
    standing = locked(Secondment, secondment.pk, row_version=row_version)
    if standing.home_id != my_agency(officer).pk or standing.officer_id == officer.pk:
        raise not_there()
    if standing.asked_by_id == officer.pk:
        raise Conflict(_("Whoever asked for it does not decide."), remedy=_("Another supervisor decides."))
    return standing


def _answered(officer: Officer, at: datetime, standing: Secondment, target: str, what: str) -> Secondment:
    standing.state, standing.answered_at, standing.answered_by = target, at, officer
    bump(standing)
    standing.save()
    meet(officer, at, standing, "cases.answer")
    tell(officer=officer, at=at, case=None, to=standing.host_id, kind=news_of(standing, what), thing=standing)
    return standing


def _appointment_for(secondment: Secondment, at: datetime) -> Appointment:
    """The post in the host agency: a new one, or that of the secondment it comes to, which lasts longer where that was
    asked for."""
    if secondment.widens_id is None:
        refuse_colleague(secondment.officer, secondment.host_id, at)
        return _appoint(secondment, at)
    base = locked(Secondment, secondment.widens_id)
    if base.state != Secondment.State.AGREED or base.until <= at or base.appointment is None:
        raise Conflict(_("The secondment has ended."), remedy=_("Decline it."))
    if secondment.prolongs:
        _prolong(base, secondment.until)
    return base.appointment


def _prolong(base: Secondment, until: datetime) -> None:
    """The officer stays until the later day, with every case that came to the secondment."""
    assert base.appointment_id is not None
    came = Secondment.objects.select_for_update(of=("self",)).filter(
        widens=base, state=Secondment.State.AGREED
    )
    for lent in (base, *came.filter(case_count__gt=0)):
        lent.until = until
        bump(lent)
        lent.save()
    Appointment.objects.filter(pk=base.appointment_id).update(valid_to=_day_after(until))


def _appoint(secondment: Secondment, at: datetime) -> Appointment:
    """A post of case work in the host agency for the time of the secondment."""
    today = timezone.localdate(at)
    post = Post.objects.create(
        agency_id=secondment.host_id,
        function=Post.Function.CASE_WORKER,
        title_en="Seconded case worker",
        title_zh="借调个案工作人员",
        valid_from=today,
    )
    return Appointment.objects.create(
        officer_id=secondment.officer_id,
        post=post,
        valid_from=today,
        valid_to=_day_after(secondment.until),
        appointed_by_id=secondment.asked_by_id,
        reason=LENT,
    )


def _day_after(until: datetime) -> date:
    return timezone.localdate(until) + timedelta(days=1)
