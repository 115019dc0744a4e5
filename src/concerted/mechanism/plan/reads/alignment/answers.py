"""Reads what places answered to national measures, and the local measures answers stand for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.agencies.models import Place

from ...models import Alignment, Measure, Plan, PlanVersion
from ..naming import Names


def local_plan(national: Plan, place_code: str) -> Plan | None:
    """The plan with which a place answers the national plan, or None."""
    plans = Plan.objects.filter(place_code=place_code, parent=national).select_related("office", "parent")
    return plans.order_by("pk").first()


def place_by_code(code: str, *, on: date) -> Place | None:
    """The place of that code on the day, or None."""
    return Place.objects.standing(on).filter(code=code).first()


def answers() -> QuerySet[Alignment]:
    """Answers with the measures, agency and officer they name, newest first."""
    return Alignment.objects.select_related(
        "national__version__plan",
        "national__strand",
        "local__version__plan",
        "agency",
        "decided_by",
        "kept_against",
    ).order_by("-decided_at", "-pk")


def answer_by_id(pk: int) -> Alignment:
    """One answer, standing or replaced; raises NotThere."""
    found = answers().filter(pk=pk).first()
    if found is None:
        raise NotThere(_("There is no such answer."), remedy=_("Open the coverage of the plan."))
    return found


def ancestors_of(measure: Measure) -> list[int]:
    """The measure and what it was carried from inside its plan, newest first."""
    return Lineage(measure.version.plan_id).ancestors(measure.pk)


def standing_answer(measure: Measure, place_code: str) -> Alignment | None:
    """The place's standing answer to the measure, pinned to it or to the wording it was carried from."""
    chain = ancestors_of(measure)
    found = answers().filter(national__in=chain, place_code=place_code, replaced_at=None)
    return min(found, key=lambda answer: chain.index(answer.national_id), default=None)


def history_of_answers(measure: Measure, place_code: str) -> list[Alignment]:
    """Every answer the place ever gave to the measure in any of its wordings, newest first."""
    return list(answers().filter(national__in=ancestors_of(measure), place_code=place_code))


class Lineage:
    """Which measure of a plan's version was carried from which, in one query."""

    def __init__(self, plan_id: int) -> None:
        pairs = Measure.objects.filter(version__plan=plan_id).order_by().values_list("pk", "carried_from_id")
        self._before = dict(pairs)

    def ancestors(self, pk: int) -> list[int]:
        """The measure itself and those before it in the same plan, newest first."""
        chain, now = [], pk
        while now in self._before and now not in chain:
            chain.append(now)
            now = self._before[now] or 0
        return chain


# The local measure an answer stands for


@dataclass(frozen=True)
class LocalMeasure:
    """The local measure as it stands now. pk None: the place dropped it; visible False: it is another's
    draft."""

    pk: int | None
    visible: bool = True
    is_draft: bool = False


class LocalMeasures:
    """The measures of local plans by plan and key, in two queries; those in force go before drafts.

    A measure that a revision gave a new key is found under each of its keys.
    """

    def __init__(self, plans: Collection[int], *, known: datetime | None = None) -> None:
        self._found: dict[tuple[int, str], tuple[int, bool]] = {}
        self._names = Names(plans)
        self.top_level: dict[int, list[int]] = defaultdict(list)
        if known is None:
            states = (PlanVersion.State.DRAFT, PlanVersion.State.ADOPTED)
            rows = Measure.objects.filter(version__plan__in=plans, version__state__in=states).order_by(
                "-version__state", "position"
            )  # draft first, so that the version in force overwrites it
        else:
            rows = Measure.objects.filter(version__in=_versions_then(plans, known)).order_by("position")
        for pk, plan, key, state, parent in rows.values_list(
            "pk", "version__plan_id", "key", "version__state", "parent_id"
        ):
            self._found[plan, self._names.first(plan, key)] = (pk, state == PlanVersion.State.DRAFT)
            if parent is None:
                self.top_level[plan].append(pk)

    def now(self, plan: int | None, key: str | None) -> LocalMeasure:
        """The measure with that key; without a plan it lies in a draft that is not this agency's."""
        if plan is None or key is None:
            return LocalMeasure(None, visible=False, is_draft=True)
        pk, is_draft = self._found.get((plan, self._names.first(plan, key)), (None, False))
        return LocalMeasure(pk, is_draft=is_draft)

    def local_only(self, plan: int, answering: Collection[tuple[int, str]]) -> list[int]:
        """Top-level measures of the plan that answer no national one."""
        known = {(owner, self._names.first(owner, key)) for owner, key in answering}
        taken = {self._found[name][0] for name in known if name in self._found}
        standing = {pk for (owner, _key), (pk, _draft) in self._found.items() if owner == plan}
        return [pk for pk in self.top_level[plan] if pk in standing and pk not in taken]


def _versions_then(plans: Collection[int], known: datetime) -> list[int]:
    """The version of each plan that was in force at the moment."""
    adopted = PlanVersion.objects.filter(
        plan__in=plans,
        state__in=(PlanVersion.State.ADOPTED, PlanVersion.State.SUPERSEDED),
        adopted_on__lt=timezone.localtime(known).date(),
    )
    newest = adopted.order_by("plan_id", "-adopted_on", "-number").distinct("plan_id")
    return list(newest.values_list("pk", flat=True))
