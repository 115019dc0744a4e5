"""Starts the clocks of relief work on what happens to a person, and lets late ones climb; it judges no lateness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import Conflict
from concerted.foundation.access.door import act, acting
from concerted.foundation.access.models import Interest
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer
from concerted.foundation.obligations import marks
from concerted.foundation.obligations.calendar import WorkingDays
from concerted.foundation.obligations.kinds import kind_of, step_is_due
from concerted.foundation.obligations.models import Obligation, ObligationEvent
from concerted.foundation.obligations.recipients import Directory

from ..clocks import clocks_for
from ..models import Case, Notice, Referral
from ..reads.competence import answerable
from .common import checked, locked_open_case, my_agency, need_code, not_there, start_clock

#: What may be said to have happened to a person on a case; each starts the clocks that name it.
EVENTS = (
    "relief_entry_unidentified",
    "dna_requested",
    "station_suspects_trafficking",
    "sample_owed",
    "parents_found",
    "child_placed",
    "child_notice_published",
    "child_notice_ended",
)
OBLIGATION_KIND = "obligations.obligation"


@act(Permission.CASE_EDIT, subject=None, record=("event",))
def record_event(
    *, officer: Officer, at: datetime, case: Case, event: str, place_code: str | None = None
) -> list[Obligation]:
    """Say that something happened that starts clocks of relief work; returns what is owed from now on.

    Each clock is owed by the agency its rule names: the acting one where it is of that family, else the nearest of
    the family for the place. A rule of one province binds nobody elsewhere. Raises Invalid.
    """
    standing = locked_open_case(case)
    checked(need_code(event, "event", EVENTS))
    mine = my_agency(officer)
    place = place_code or mine.place_code
    raised = [
        start_clock(
            officer=officer,
            at=at,
            clock=clock,
            owner_id=answerable(clock.owner_kind, mine=mine, place_code=place, on=timezone.localdate(at)).pk,
            owed_to_id=mine.pk,
            subject=standing,
            period_key=f"{at:%Y%m%d%H%M}",
            case_number=standing.number,
        )
        for clock in clocks_for(event, place_code=place)
    ]
    return [each for each in raised if each is not None]


@act(Permission.CASE_EDIT)
def record_done(*, officer: Officer, at: datetime, obligation: Obligation, note: str = "") -> Obligation:
    """What a clock of relief work asks of the acting agency is done. Raises Conflict where another agency owes it,
    or where an act of its own meets it (an answer, a review, a triage)."""
    standing = Obligation.objects.filter(pk=obligation.pk, confidential=True).first()
    if standing is None:
        raise not_there()
    if standing.owner_id != officer.agency_id:
        raise Conflict(_("Another agency owes this."))
    if not standing.kind.startswith("relief."):
        raise Conflict(_("This is met by doing it: answer, act, decide or review."))
    marks.mark_met(officer=officer, at=at, obligations=[standing], reason=note.strip())
    return standing


@dataclass(frozen=True)
class Climbed:
    """How many steps of ladders one run took."""

    steps: int

    def audit_detail(self) -> Mapping[str, Any]:
        return {"steps": self.steps}


@act(Permission.CASE_ESCALATE)
def escalate_case_clocks(*, officer: Officer, at: datetime) -> Climbed:
    """Take every step of every ladder of case work whose hour or day has come, once each; for the machine.

    It learns which agencies are late with anything and no more, goes to each, and meets as it only what that agency
    owes. Whom a step reaches may know of that one obligation from then on, and of nothing else.
    """
    directory = Directory(timezone.localdate(at))
    steps = 0
    for agency_id in _late_agencies(timezone.localdate(at)):
        with acting(None, at, act="cases.escalate_case_clocks", scope="cases", agency_id=agency_id):
            steps += sum(_climb(officer, at, each, directory) for each in _overdue(agency_id, at))
    return Climbed(steps)


def _late_agencies(today: date) -> list[int]:
    """The agencies that are late with something of case work; the database tells it to this act alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_late_agencies(%s)", [today])
        return [pk for (pk,) in cursor.fetchall()]


def _overdue(agency_id: int, at: datetime) -> list[Obligation]:
    return list(
        Obligation.objects.overdue(timezone.localdate(at), at)
        .filter(owner=agency_id, confidential=True)
        .annotate(last_step=Max("events__step", filter=Q(events__what="escalated")))
        .order_by("id")
    )


def _climb(officer: Officer, at: datetime, obligation: Obligation, directory: Directory) -> int:
    passed = WorkingDays(settings.COUNTRY).between(obligation.grace_until, timezone.localdate(at))
    hours = (at - obligation.due_at).total_seconds() / 3600 if obligation.due_at else None
    taken = getattr(obligation, "last_step", None) or 0
    steps = 0
    for number, step in enumerate(kind_of(obligation.kind).ladder, start=1):
        to = directory.level(step.to, obligation)
        if step.to == "superior" and number > 2 and to is not None:
            to = directory.superior(to) or to
        if number <= taken or not step_is_due(step, days=passed, hours=hours):
            continue
        steps += _step(
            officer, at, obligation, number, to or obligation.owed_to_id, _said(obligation, passed, hours)
        )
    return steps


def _said(obligation: Obligation, days: int, hours: float | None) -> str:
    if hours is None:
        return f"{days} working days past {obligation.grace_until:%Y-%m-%d}"
    assert obligation.due_at is not None
    return f"{hours:.1f} hours past {timezone.localtime(obligation.due_at):%Y-%m-%d %H:%M %Z}"


def _step(officer: Officer, at: datetime, obligation: Obligation, number: int, to: int, said: str) -> int:
    ObligationEvent.objects.create(
        obligation=obligation,
        what=ObligationEvent.What.ESCALATED,
        at=at,
        officer=officer,
        step=number,
        to_agency_id=to,
        reason=said,
        confidential=True,
    )
    if to not in (obligation.owner_id, obligation.owed_to_id):
        Interest.objects.create(
            subject_kind=OBLIGATION_KIND,
            subject_id=obligation.pk,
            agency_id=to,
            basis="escalated",
            sections=[],
            since=at,
            granted_by_id=obligation.owner_id,
        )
    _tell_of_referral(at, obligation, to)
    return 1


def _tell_of_referral(at: datetime, obligation: Obligation, to: int) -> None:
    """A late answer to a referral is news for its sender; what the sender owes itself is none for the receiver."""
    own = obligation.kind.startswith(("cases.read_answer", "cases.package_received"))
    if own or obligation.subject_kind != "cases.referral" or to != obligation.owed_to_id:
        return
    referral = Referral.objects.filter(pk=obligation.subject_id).first()
    if referral is not None:
        Notice.objects.create(
            case_id=referral.case_id,
            agency_id=to,
            sender_id=obligation.owner_id,
            kind="referral_overdue",
            thing="referral",
            thing_id=referral.pk,
            at=at,
        )
