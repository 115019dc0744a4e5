"""Officers asked for and lent: the host reads for which cases, the home agency the bare request, nobody his own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Appointment, Officer, Post
from concerted.foundation.obligations.models import Obligation

from ..models import Case, SecondedCase, Secondment
from ..states import SECONDMENT, Transition
from .obligations import confidential

_WITH = ("officer", "home", "host", "asked_by", "answered_by", "ended_by", "widens")


@dataclass(frozen=True)
class SecondmentView:
    """A secondment; is_host: the officer is asked to work here, else here is home. cases: told to the host alone.

    further: the requests for further cases or a longer time within it, the latest first. may_widen: either can be asked
    for now. taken_back: cases the officer works no more; may_take_back: the host may let him work one no more.
    """

    secondment: Secondment
    is_host: bool
    cases: tuple[Case, ...]
    possible: tuple[Transition, ...] = ()
    clocks: tuple[Obligation, ...] = ()
    further: tuple[SecondmentView, ...] = ()
    may_widen: bool = False
    taken_back: tuple[Case, ...] = ()
    may_take_back: bool = False


@look(Permission.OFFICER_SECOND)
def secondments(*, officer: Officer, at: datetime) -> list[SecondmentView]:
    """Requests that wait, the soonest to be answered first, then officers at work now, the soonest to go first."""
    longer = Q(widens__isnull=False, case_count=0)
    now = Q(state="asked") | Q(state="agreed", until__gt=at) & ~longer
    rows = list(_known_to(officer).filter(now).order_by("until", "id"))
    rows.sort(key=lambda each: (each.state != "asked", _when(each)))
    return _views(officer, rows)


@look(Permission.OFFICER_SECOND)
def past_secondments(*, officer: Officer, at: datetime, limit: int = 50) -> list[SecondmentView]:
    """Requests that were declined or withdrawn and secondments that are over, the latest asked first."""
    over = ~Q(state__in=("asked", "agreed")) | Q(state="agreed", until__lte=at)
    return _views(officer, list(_known_to(officer).filter(over).order_by("-asked_at", "id")[:limit]))


@look(Permission.OFFICER_SECOND)
def secondments_after(
    *, officer: Officer, at: datetime, state: str = "", after: int = 0, limit: int
) -> list[SecondmentView]:
    """Every secondment of the agency in order of its number behind `after`. state: one of states.SECONDMENT."""
    found = _known_to(officer).filter(pk__gt=after)
    rows = list((found.filter(state=state) if state else found).order_by("pk")[:limit])
    return _views(officer, rows)


@look(Permission.OFFICER_SECOND)
def secondment_by_id(*, officer: Officer, at: datetime, pk: int) -> SecondmentView:
    """One secondment of the agency with the steps possible here now and its clocks. Raises NotThere."""
    found = _known_to(officer).filter(pk=pk).first()
    if found is None:
        raise NotThere(_("There is no such thing, or it is not open to your agency."))
    [view] = _views(officer, [found])
    further = _views(officer, list(_known_to(officer).filter(widens=pk).order_by("-asked_at", "id")))
    return replace(
        view,
        possible=_possible(officer, view),
        clocks=tuple(confidential(at=at).filter(subject_kind="cases.secondment", subject_id=pk)),
        further=tuple(further),
        may_widen=_may_widen(view, further, at),
        may_take_back=view.is_host and view.secondment.state == "agreed" and view.secondment.until > at,
    )


def _may_widen(view: SecondmentView, further: Sequence[SecondmentView], at: datetime) -> bool:
    lent = view.secondment
    runs = lent.widens_id is None and lent.state == "agreed" and lent.until > at
    return view.is_host and runs and not any(each.secondment.state == "asked" for each in further)


def _when(each: Secondment) -> datetime:
    return each.answer_by or each.until if each.state == "asked" else each.until


def _known_to(officer: Officer) -> QuerySet[Secondment]:
    """The agency's own, without any of which the officer himself is the subject."""
    return Secondment.objects.select_related(*_WITH).exclude(officer=officer)


def _views(officer: Officer, rows: Sequence[Secondment]) -> list[SecondmentView]:
    named: dict[tuple[int, bool], list[Case]] = {}
    for each in SecondedCase.objects.filter(secondment__in=[row.pk for row in rows]).select_related("case"):
        named.setdefault((each.secondment_id, each.ended_at is None), []).append(each.case)
    return [
        SecondmentView(
            row,
            row.host_id == officer.agency_id,
            tuple(named.get((row.pk, True), ())),
            taken_back=tuple(named.get((row.pk, False), ())),
        )
        for row in rows
    ]


def _possible(officer: Officer, view: SecondmentView) -> tuple[Transition, ...]:
    asked_here = view.secondment.asked_by_id == officer.pk
    mine = {"withdraw", "end"} if view.is_host else {"end"} if asked_here else {"agree", "decline", "end"}
    mine -= {"end"} if view.secondment.widens_id is not None else set()
    return tuple(row for row in SECONDMENT.from_state(view.secondment.state) if row.act in mine)


@look(Permission.OFFICER_SECOND)
def possible_guest(*, officer: Officer, at: datetime, username: str) -> tuple[Officer, Post]:
    """The officer of another agency who signs in by this name and holds a post of case work there now, with the post.

    Raises NotThere for every other name, alike.
    """
    live = (
        Appointment.objects.live(timezone.localdate(at))
        .filter(
            officer__username=username.strip(),
            post__function__in=(Post.Function.CASE_WORKER, Post.Function.CASE_SUPERVISOR),
        )
        .exclude(post__agency=officer.agency_id)
        .exclude(reason="secondment")
        .select_related("officer", "post__agency")
    )
    found = live.order_by("valid_from", "pk").first()
    if found is None or found.officer_id == officer.pk:
        raise NotThere(_("No officer of case work in another agency signs in by this name."))
    return found.officer, found.post
