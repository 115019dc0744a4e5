"""Asks another agency for an officer, and for a lent one further cases or a longer time; home agrees first. It opens no
other case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Invalid, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Appointment, Officer, Post

from .. import codes
from ..clocks import clocks_for
from ..models import AgencyFile, Case, SecondedCase, Secondment, Urgency
from ..states import SECONDMENT
from .common import (
    bump,
    checked,
    excuse,
    locked,
    locked_case,
    meet,
    my_agency,
    need_code,
    not_there,
    start_clock,
    tell,
)

LENT = "secondment"
"""The reason that stands at the appointment of a lent officer."""


@dataclass(frozen=True)
class Asked:
    """A request for an officer and the cases it names, which the home agency is not told."""

    secondment: Secondment
    cases: tuple[Case, ...]

    def audit_subject(self) -> tuple[str, int]:
        return self.secondment._meta.label_lower, self.secondment.pk

    def audit_detail(self) -> Mapping[str, Any]:
        return {"cases": [case.pk for case in self.cases], "officer_asked_for": self.secondment.officer_id}


@act(Permission.OFFICER_SECOND, record=("need", "urgency"))
def ask_for_officer(
    *,
    officer: Officer,
    at: datetime,
    guest: Officer,
    home_post: Post,
    cases: Sequence[Case],
    until: datetime,
    need: str,
    urgency: str = Urgency.ROUTINE,
) -> Asked:
    """Ask the home agency for an officer, as a case worker for these cases only, until a day; its clock starts.

    The home agency is told who, by whom, what for, how urgent, how many cases and until when, and nothing of the
    cases; the officer is told nothing. guest holds home_post now, a post of case work. Raises Invalid, Conflict
    where the officer is asked for already, NotThere.
    """
    mine = my_agency(officer)
    _check_in_post(guest, home_post, at)
    if home_post.agency_id == mine.pk or guest.pk == officer.pk:
        raise not_there()
    checked(
        None if cases else Problem(_("Name the cases."), field="cases"),
        None if until > at else Problem(_("The time has passed."), field="until"),
        need_code(need, "need", codes.SECONDMENT_NEEDS),
        need_code(urgency, "urgency", Urgency.values),
    )
    named = tuple({case.pk: locked_case(case) for case in cases}.values())
    _refuse_colleague(guest, mine.pk, at)
    secondment = Secondment(
        officer=guest,
        home_id=home_post.agency_id,
        home_post=home_post,
        host=mine,
        need=need,
        urgency=urgency,
        case_count=len(named),
        until=until,
        asked_at=at,
        asked_by=officer,
    )
    return _put(officer, at, secondment, named, "secondment_asked")


@act(Permission.OFFICER_SECOND, subject="secondment", record=("need", "urgency"))
def ask_for_further_cases(
    *,
    officer: Officer,
    at: datetime,
    secondment: Secondment,
    cases: Sequence[Case],
    need: str,
    urgency: str = Urgency.ROUTINE,
) -> Asked:
    """Ask the home agency whether a lent officer may work further cases until the same day; its clock starts.

    It is a request of its own, told and answered as the first one was: before the home agency agrees the officer
    meets none of them, and they end with the secondment. Raises Invalid for a case the officer works already,
    Conflict where the secondment does not run or a request waits, NotThere.
    """
    base = locked(Secondment, secondment.pk)
    mine = my_agency(officer)
    if base.host_id != mine.pk or base.officer_id == officer.pk:
        raise not_there()
    _need_running(base, at)
    checked(
        None if cases else Problem(_("Name the cases."), field="cases"),
        need_code(need, "need", codes.SECONDMENT_NEEDS),
        need_code(urgency, "urgency", Urgency.values),
    )
    named = tuple({case.pk: locked_case(case) for case in cases}.values())
    checked(*_known_cases(base, named))
    further = Secondment(
        officer_id=base.officer_id,
        home_id=base.home_id,
        home_post_id=base.home_post_id,
        host=mine,
        widens=base,
        need=need,
        urgency=urgency,
        case_count=len(named),
        until=base.until,
        asked_at=at,
        asked_by=officer,
    )
    return _put(officer, at, further, named, "further_cases_asked")


@act(Permission.OFFICER_SECOND, subject="secondment", record=("need", "urgency"))
def ask_for_longer(
    *,
    officer: Officer,
    at: datetime,
    secondment: Secondment,
    until: datetime,
    need: str,
    urgency: str = Urgency.ROUTINE,
) -> Asked:
    """Ask the home agency whether a lent officer may stay until a later day, on the cases worked then; its clock
    starts.

    A request of its own: before the home agency agrees the old day holds. Raises Invalid, Conflict where the
    secondment does not run or a request waits, NotThere.
    """
    base = locked(Secondment, secondment.pk)
    mine = my_agency(officer)
    if base.host_id != mine.pk or base.officer_id == officer.pk:
        raise not_there()
    _need_running(base, at)
    checked(
        None if until > base.until else Problem(_("It lasts until that day already."), field="until"),
        need_code(need, "need", codes.SECONDMENT_NEEDS),
        need_code(urgency, "urgency", Urgency.values),
    )
    longer = Secondment(
        officer_id=base.officer_id,
        home_id=base.home_id,
        home_post_id=base.home_post_id,
        host=mine,
        widens=base,
        need=need,
        urgency=urgency,
        case_count=0,
        until=until,
        asked_at=at,
        asked_by=officer,
    )
    return _put(officer, at, longer, (), "prolongation_asked")


@act(Permission.OFFICER_SECOND, subject="secondment")
def take_case_back(*, officer: Officer, at: datetime, secondment: Secondment, case: Case) -> Secondment:
    """The host lets a lent officer work one case no more, while the others go on; his home agency learns that it is one
    fewer, and not which. The host's file is given to nobody where he worked it. Raises Conflict for the last case,
    NotThere."""
    standing = locked(Secondment, secondment.pk)
    if standing.host_id != my_agency(officer).pk or standing.officer_id == officer.pk:
        raise not_there()
    base_id = standing.widens_id or standing.pk
    _need_running(locked(Secondment, base_id), at)
    worked = _worked(base_id)
    if not worked.filter(secondment=standing, case=case).exists():
        raise not_there()
    if worked.count() == 1:
        raise Conflict(
            _("It is the only case the officer works."),
            remedy=_("End the secondment instead: send the officer home."),
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_case_taken_back(%s, %s)", [standing.pk, case.pk])
    AgencyFile.objects.filter(case=case, agency=standing.host_id, assigned_to=standing.officer_id).update(
        assigned_to=None, changed_at=at
    )
    standing.taken_back += 1
    bump(standing)
    standing.save()
    tell(officer=officer, at=at, case=None, to=standing.home_id, kind="lent_case_taken_back", thing=standing)
    return standing


def _put(officer: Officer, at: datetime, secondment: Secondment, named: tuple[Case, ...], news: str) -> Asked:
    """Lay the request before the home agency: which cases it names stands apart."""
    try:
        with transaction.atomic():
            secondment.save(force_insert=True)
    except IntegrityError:
        raise Conflict(
            _("The officer is asked for already."), remedy=_("Withdraw that request first.")
        ) from None
    SecondedCase.objects.bulk_create(
        SecondedCase(secondment=secondment, case=case, host_id=secondment.host_id) for case in named
    )
    _start_clock(officer, at, secondment)
    tell(officer=officer, at=at, case=None, to=secondment.home_id, kind=news, thing=secondment)
    return Asked(secondment, named)


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
    if not _holds_post(standing.officer, standing.home_post, at):
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
    _end(officer, at, standing, row.target)
    news = _news_of(standing, "withdrawn")
    tell(officer=officer, at=at, case=None, to=standing.home_id, kind=news, thing=standing)
    return standing


@act(Permission.OFFICER_SECOND, subject="secondment")
def end_secondment(*, officer: Officer, at: datetime, secondment: Secondment) -> Secondment:
    """The officer goes home before the day, sent by the host or called back by home; the appointment ends today, with
    every further case, and what waits for an answer about them is let off."""
    standing = locked(Secondment, secondment.pk)
    mine = my_agency(officer).pk
    if mine not in (standing.host_id, standing.home_id) or standing.officer_id == officer.pk:
        raise not_there()
    row = SECONDMENT.step(standing.state, "end")
    if standing.widens_id is not None:
        raise Conflict(_("It ends with the secondment it came to."), remedy=_("End that secondment."))
    _end(officer, at, standing, row.target)
    _end_further(officer, at, standing)
    today = timezone.localdate(at)
    assert standing.appointment_id is not None
    Appointment.objects.filter(pk=standing.appointment_id, valid_to__gt=today).update(
        valid_to=today, ended_reason="secondment ended"
    )
    other = standing.home_id if mine == standing.host_id else standing.host_id
    tell(officer=officer, at=at, case=None, to=other, kind="secondment_ended", thing=standing)
    return standing


def _asked_of(officer: Officer, secondment: Secondment, row_version: int | None) -> Secondment:
    """The request as its home agency answers it; to the officer asked for there is none."""
    standing = locked(Secondment, secondment.pk, row_version=row_version)
    if standing.home_id != my_agency(officer).pk or standing.officer_id == officer.pk:
        raise not_there()
    if standing.asked_by_id == officer.pk:
        raise Conflict(_("Whoever asked for it does not decide."), remedy=_("Another supervisor decides."))
    return standing


def _end_further(officer: Officer, at: datetime, base: Secondment) -> None:
    """What came to a secondment ends with it; a request that waits is one no more."""
    own = Secondment.objects.select_for_update(of=("self",)).filter(widens=base)
    for further in own.filter(state__in=("asked", "agreed")):
        waits = further.state == Secondment.State.ASKED
        if waits:
            excuse(officer, at, further, "cases.", reason=_("The secondment has ended."))
        _end(officer, at, further, SECONDMENT.step(further.state, "withdraw" if waits else "end").target)


def _need_running(base: Secondment, at: datetime) -> None:
    if base.widens_id is not None or base.state != Secondment.State.AGREED or base.until <= at:
        raise Conflict(
            _("The secondment does not run."), remedy=_("Ask for the officer again, with all the cases.")
        )


def _known_cases(base: Secondment, named: Sequence[Case]) -> list[Problem]:
    """A problem for each case that the officer works already."""
    known = set(_worked(base.pk).values_list("case_id", flat=True))
    return [
        Problem(_("The officer works case %(number)s already.") % {"number": case.number}, field="cases")
        for case in named
        if case.pk in known
    ]


def _worked(base_id: int) -> QuerySet[SecondedCase]:
    """The cases an officer works in a secondment, with those that came to it and without those taken back."""
    agreed = Q(secondment__widens=base_id, secondment__state=Secondment.State.AGREED)
    return SecondedCase.objects.filter(Q(secondment=base_id) | agreed, ended_at=None)


def _news_of(standing: Secondment, what: str) -> str:
    if standing.prolongs:
        return f"prolongation_{what}"
    return f"further_cases_{what}" if standing.widens_id is not None else f"secondment_{what}"


def _answered(officer: Officer, at: datetime, standing: Secondment, target: str, what: str) -> Secondment:
    standing.state, standing.answered_at, standing.answered_by = target, at, officer
    bump(standing)
    standing.save()
    meet(officer, at, standing, "cases.answer")
    tell(
        officer=officer, at=at, case=None, to=standing.host_id, kind=_news_of(standing, what), thing=standing
    )
    return standing


def _end(officer: Officer, at: datetime, standing: Secondment, target: str) -> None:
    standing.state, standing.ended_at, standing.ended_by = target, at, officer
    bump(standing)
    standing.save()


def _start_clock(officer: Officer, at: datetime, secondment: Secondment) -> None:
    for clock in clocks_for(_news_of(secondment, "asked"), urgency=secondment.urgency):
        secondment.answer_by = clock.due_from(at)
        start_clock(
            officer=officer,
            at=at,
            clock=clock,
            owner_id=secondment.home_id,
            owed_to_id=secondment.host_id,
            subject=secondment,
        )
    secondment.save(update_fields=["answer_by"])


def _appointment_for(secondment: Secondment, at: datetime) -> Appointment:
    """The post in the host agency: a new one, or that of the secondment it comes to, which lasts longer where that was
    asked for."""
    if secondment.widens_id is None:
        _refuse_colleague(secondment.officer, secondment.host_id, at)
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


def _holds_post(guest: Officer, post: Post, at: datetime) -> bool:
    return Appointment.objects.live(timezone.localdate(at)).filter(officer=guest, post=post).exists()


def _check_in_post(guest: Officer, post: Post, at: datetime) -> None:
    if not _holds_post(guest, post, at):
        raise not_there()


def _refuse_colleague(guest: Officer, host_id: int, at: datetime) -> None:
    """An officer with a post of his own in the host agency is no guest there."""
    own = Appointment.objects.live(timezone.localdate(at)).filter(officer=guest, post__agency_id=host_id)
    if own.filter(reason=LENT).exists():
        raise Conflict(
            _("The officer is lent to your agency already."),
            remedy=_("Ask for further cases on the page of that secondment."),
        )
    if own.exists():
        raise Invalid(_("The officer works in your agency already."))
