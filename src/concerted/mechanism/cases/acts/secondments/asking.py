"""Asks another agency for an officer, and for a lent one further cases or a longer time; it opens nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from concerted.errors import Conflict, Problem
from concerted.foundation.access.door import act
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer, Post

from ... import codes
from ...clocks import clocks_for
from ...models import Case, SecondedCase, Secondment, Urgency
from ..common import checked, locked, locked_case, my_agency, need_code, not_there, start_clock, tell
from .shared import holds_post, need_running, news_of, refuse_colleague, worked_cases


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
    refuse_colleague(guest, mine.pk, at)
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
    need_running(base, at)
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
    need_running(base, at)
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


def _known_cases(base: Secondment, named: Sequence[Case]) -> list[Problem]:
    """A problem for each case that the officer works already."""
    known = set(worked_cases(base.pk).values_list("case_id", flat=True))
    return [
        Problem(_("The officer works case %(number)s already.") % {"number": case.number}, field="cases")
        for case in named
        if case.pk in known
    ]


def _start_clock(officer: Officer, at: datetime, secondment: Secondment) -> None:
    for clock in clocks_for(news_of(secondment, "asked"), urgency=secondment.urgency):
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


def _check_in_post(guest: Officer, post: Post, at: datetime) -> None:
    if not holds_post(guest, post, at):
        raise not_there()
