"""Reads the ladders of escalation: what is due to climb, how far each obligation has, and whom it concerns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from concerted.foundation.agencies.models import Agency, significant_digits

from ..calendar import WorkingDays
from ..kinds import Level
from ..ladders import Ladders
from ..models import (
    Ladder,
    Obligation,
    ObligationEvent,
    ObligationQuerySet,
)
from ..recipients import Directory


def escalations_due(*, on: date, within: Agency) -> ObligationQuerySet:
    """Overdue obligations of the agency's area whose kind has a ladder; `last_step` is the last one taken."""
    laddered = Ladders(on).laddered_kinds()
    return (
        Obligation.objects.overdue(on)
        .filter(kind__in=laddered)
        .filter(Q(owed_to=within) | Q(owner__place_code__startswith=significant_digits(within.place_code)))
        .annotate(last_step=Max("events__step", filter=Q(events__what="escalated")))
        .order_by("id")
    )


@dataclass(frozen=True)
class Rung:
    """One step of an obligation's ladder: whom it tells, on which day it falls due, and when it was taken.

    said: what the step recorded, such as that no agency of its level exists. Untaken rungs of an obligation that is
    answered never come.
    """

    number: int
    level: Level
    agency: Agency | None
    falls_on: date
    taken_at: datetime | None
    said: str


def rungs_of(obligation: Obligation, *, on: date) -> list[Rung]:
    """The whole ladder of an obligation, taken steps and those to come, as both sides see it."""
    return rungs_by_obligation([obligation], on=on)[obligation.pk]


def rungs_by_obligation(obligations: Sequence[Obligation], *, on: date) -> dict[int, list[Rung]]:
    """The ladders of some obligations, by their ids; a constant number of queries."""
    days, directory, ladders = WorkingDays(settings.COUNTRY), Directory(on), Ladders(on)
    taken: dict[int, dict[int | None, ObligationEvent]] = {one.pk: {} for one in obligations}
    steps = ObligationEvent.objects.filter(
        obligation__in=list(taken), what=ObligationEvent.What.ESCALATED, at__lt=_after_day(on)
    )
    for event in steps.select_related("to_agency"):
        taken[event.obligation_id][event.step] = event
    return {one.pk: _rungs(one, taken[one.pk], days, directory, ladders) for one in obligations}


def _rungs(
    obligation: Obligation,
    taken: Mapping[int | None, ObligationEvent],
    days: WorkingDays,
    directory: Directory,
    ladders: Ladders,
) -> list[Rung]:
    tier, found = directory.agency(obligation.owner_id).tier, []
    for number, step in enumerate(ladders.steps(obligation.kind, tier), start=1):
        event = taken.get(number)
        to = directory.level(step.to, obligation)
        found.append(
            Rung(
                number,
                step.to,
                event.to_agency if event else directory.agency(to) if to else None,
                days.add(obligation.grace_until, step.after_working_days),
                event.at if event else None,
                event.reason if event else "",
            )
        )
    return found


def _after_day(on: date) -> datetime:
    """The first moment after a day."""
    return timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))


def ladders_in_force(*, on: date) -> list[Ladder]:
    """The loaded ladders of a day with their rungs, for showing."""
    in_force = Ladder.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)
    return list(in_force.prefetch_related("steps"))


def escalations_concerning(agency: Agency, *, on: date) -> QuerySet[ObligationEvent]:
    """Steps of ladders where this agency owes, is owed or was told, newest first; both sides see the same."""
    return (
        ObligationEvent.objects.filter(
            Q(obligation__owner=agency) | Q(obligation__owed_to=agency) | Q(to_agency=agency),
            what=ObligationEvent.What.ESCALATED,
            at__lt=timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min)),
        )
        .select_related("obligation__owner", "obligation__owed_to", "to_agency")
        .order_by("-at", "-id")
    )


def climbing(agency: Agency, *, on: date, answered: bool = False, most: int = 30) -> list[Obligation]:
    """Obligations whose ladder concerns the agency, newest step first: those no answer has stopped yet, or those one
    did."""
    stopped = Q(obligation__met_at__isnull=False) | Q(obligation__excused_at__isnull=False)
    steps = escalations_concerning(agency, on=on).filter(stopped if answered else ~stopped)
    rows = (
        steps.order_by().values("obligation_id").annotate(last=Max("at")).order_by("-last", "obligation_id")
    )
    ids = [row["obligation_id"] for row in rows[:most]]
    found = Obligation.objects.with_state(on).filter(pk__in=ids).select_related("owner", "owed_to")
    return sorted(found, key=lambda one: ids.index(one.pk))
