"""Officers set aside from a case, and officers taken in from other agencies or lent to them; it sets nobody aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Appointment, Officer, Post
from concerted.foundation.vault.reads import opened_all

from ..models import Case, ConflictOfInterest, Secondment


@look(Permission.CASE_ASSIGN)
def officers_set_aside(*, officer: Officer, at: datetime, case: Case) -> list[ConflictOfInterest]:
    """Who of the agency is set aside from the case; never shown to the officer concerned."""
    found = ConflictOfInterest.objects.filter(case=case, until=None).exclude(officer=officer)
    return list(found.select_related("officer", "declared_by"))


@dataclass(frozen=True)
class ConflictView:
    """An officer set aside, on which case, with the sealed reasons."""

    conflict: ConflictOfInterest
    words: Mapping[str, Any]


@look(Permission.CONFLICT_DECLARE, recorded=True)
def conflicts_here(*, officer: Officer, at: datetime) -> list[ConflictView]:
    """The officers of the agency who are set aside now, those to be lifted first; never one's own entry."""
    return _conflict_views(ConflictOfInterest.objects.filter(until=None).exclude(officer=officer))


@look(Permission.CONFLICT_DECLARE, recorded=True)
def conflict_by_id(*, officer: Officer, at: datetime, pk: int) -> ConflictView:
    """One standing entry of the agency about a colleague. Raises NotThere."""
    found = _conflict_views(ConflictOfInterest.objects.filter(pk=pk, until=None).exclude(officer=officer))
    if not found:
        raise NotThere(_("There is no such thing, or it is not open to your agency."))
    return found[0]


def _conflict_views(found: QuerySet[ConflictOfInterest]) -> list[ConflictView]:
    rows = list(
        found.select_related("officer", "declared_by", "lift_asked_by", "case").order_by(
            F("lift_asked_at").asc(nulls_last=True), "-since", "id"
        )
    )
    return [ConflictView(row, words or {}) for row, words in zip(rows, opened_all(rows), strict=True)]


@dataclass(frozen=True)
class SecondmentView:
    """A secondment; is_host: the officer works here, else here is home. cases: those the reader may know of."""

    secondment: Secondment
    is_host: bool
    cases: tuple[Case, ...]


@look(Permission.OFFICER_SECOND)
def secondments(*, officer: Officer, at: datetime) -> list[SecondmentView]:
    """Officers taken in from other agencies or lent to them now, soonest to end first."""
    live = Q(ended_at=None, until__gt=at)
    found = list(
        Secondment.objects.filter(live).select_related("officer", "home", "host").order_by("until", "id")
    )
    known = Case.objects.in_bulk({pk for each in found for pk in each.cases})
    return [
        SecondmentView(
            each,
            each.host_id == officer.agency_id,
            tuple(known[pk] for pk in each.cases if pk in known) if each.host_id == officer.agency_id else (),
        )
        for each in found
    ]


@look(Permission.OFFICER_SECOND)
def secondment_by_id(*, officer: Officer, at: datetime, pk: int) -> Secondment:
    """One secondment of the agency that has not ended. Raises NotThere."""
    found = Secondment.objects.select_related("officer", "home", "host").filter(pk=pk, ended_at=None).first()
    if found is None:
        raise NotThere(_("There is no such thing, or it is not open to your agency."))
    return found


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
