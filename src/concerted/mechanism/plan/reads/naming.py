"""Reads under which keys a measure of a plan was known in its versions; it says nothing of its wording."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When

from ..models import Measure, PlanVersion, Report, ReportingPeriod


class Names:
    """What measures of some plans were called: a version may carry one on under a new key. One query.

    A measure is known by its first key, whatever later versions call it. plans: their ids, or a query for them.
    """

    def __init__(self, plans: Collection[int] | QuerySet[Any, Any]) -> None:
        self._first: dict[tuple[int, str], str] = {}
        self._all: dict[tuple[int, str], set[str]] = defaultdict(set)
        renamed = (
            Measure.objects.filter(version__plan__in=plans, carried_from__version__plan=F("version__plan"))
            .exclude(carried_from__key=F("key"))
            .order_by("version__number", "position")
        )
        for plan, old, new in renamed.values_list("version__plan_id", "carried_from__key", "key"):
            first = self.first(plan, old)
            self._first.setdefault((plan, new), first)
            self._all[plan, first] |= {old, new}

    def first(self, plan: int, key: str) -> str:
        """The key under which the measure first stood in the plan."""
        return self._first.get((plan, key), key)

    def cases(self, path: str) -> list[When]:
        """The first key of each renamed measure, where a field of a row (`measure`) names it."""
        return [
            When(Q(**{f"{path}__version__plan": plan, f"{path}__key": key}), then=Value(first))
            for (plan, key), first in self._first.items()
        ]

    def all_of(self, plan: int, key: str) -> frozenset[str]:
        """Every key of the measure that bears or bore this one."""
        return frozenset(self._all.get((plan, self.first(plan, key)), {key}) | {key})


def newest_of_each(reports: QuerySet[Report]) -> QuerySet[Any] | list[int]:
    """The ids of the newest of these reports on each measure by each agency, whatever a revision called the measure."""
    newest = ("-period__starts", "-number")
    cases = Names(ReportingPeriod.objects.order_by().values("plan")).cases("measure")
    if not cases:
        each = ("period__plan_id", "measure__key", "agency_id")
        return reports.order_by(*each, *newest).distinct(*each).values("pk")
    each = ("period__plan_id", "known_as", "agency_id")
    known = reports.annotate(known_as=Case(*cases, default=F("measure__key")))
    rows = known.order_by(*each, *newest).distinct(*each).values_list("pk", "known_as")
    return [pk for pk, _key in rows]


def wordings_of(measure_id: int) -> QuerySet[Measure]:
    """The measure in every version of its plan, under whichever key: a revision may word it and call it otherwise."""
    found = Measure.objects.filter(pk=measure_id).values_list("version__plan_id", "key").first()
    if found is None:
        return Measure.objects.none()
    plan, key = found
    return Measure.objects.filter(version__plan=plan, key__in=Names([plan]).all_of(plan, key)).order_by()


def left_behind(version: PlanVersion) -> list[Measure]:
    """The measures of the version that a draft is based on which none of the draft's carries on, in their order."""
    if version.based_on_id is None:
        return []
    carried = version.measures.exclude(carried_from=None).values("carried_from")
    return list(
        Measure.objects.filter(version=version.based_on_id).exclude(pk__in=carried).order_by("position")
    )
