"""The register of decisions with search in both languages; it holds nothing that is not adopted or circulated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.foundation.access.door import look
from concerted.foundation.access.permissions import Permission
from concerted.foundation.agencies.models import Officer, significant_digits
from concerted.mechanism.plan.models import Measure, PlanVersion

from ..models import ActionItem, Decision, Dissent, Meeting
from ..states import DECISION_OPEN


@dataclass(frozen=True)
class DecisionFilter:
    """Which decisions are shown; what is empty does not narrow.

    words: every one of them in a text, number, legal reference or action item, in either language.
    """

    words: str = ""
    series: str = ""
    place: str = ""
    state: str = ""
    kind: str = ""
    owner: str = ""
    measure: int | None = None
    meeting: str = ""
    since: date | None = None
    until: date | None = None


EVERY_DECISION = DecisionFilter()


@dataclass(frozen=True)
class Page:
    """Some decisions, how many there are, and the id to ask after for the next ones; None: no more."""

    rows: Sequence[Decision]
    total: int
    next: int | None


@look(Permission.MEETING_READ)
def decisions(
    *,
    officer: Officer,
    at: datetime,
    wanted: DecisionFilter = EVERY_DECISION,
    after: int | None = None,
    size: int = 50,
) -> Page:
    """Adopted decisions, newest first, with their action items; a circulated one counts as proposed."""
    found = narrowed(wanted)
    total = found.count()
    if after is not None:
        last = found.filter(pk=after).values_list("meeting__held_on", "pk").first()
        if last is not None:
            day, pk = last
            found = found.filter(Q(meeting__held_on__lt=day) | Q(meeting__held_on=day, pk__lt=pk))
    rows = list(with_parts(found).order_by("-meeting__held_on", "-pk")[: size + 1])
    return Page(rows[:size], total, rows[size - 1].pk if len(rows) > size else None)


def narrowed(wanted: DecisionFilter) -> QuerySet[Decision]:
    """The decisions the filter names; those not adopted only where their state is asked for."""
    found = Decision.objects.exclude(state=Decision.State.STRUCK)
    if not wanted.state:
        found = found.exclude(state=Decision.State.PROPOSED)
    for word in wanted.words.split():
        found = found.filter(
            Q(text_en__icontains=word)
            | Q(text_zh__icontains=word)
            | Q(number__icontains=word)
            | Q(legal_reference__icontains=word)
            | Q(
                pk__in=ActionItem.objects.filter(
                    Q(text_en__icontains=word) | Q(text_zh__icontains=word)
                ).values("decision_id")
            )
        )
    narrowing = {
        "meeting__series__key": wanted.series,
        "state": wanted.state,
        "kind": wanted.kind,
        "meeting__key": wanted.meeting,
        "touches__measure": wanted.measure,
        "meeting__held_on__gte": wanted.since,
        "meeting__held_on__lte": wanted.until,
    }
    found = found.filter(**{name: value for name, value in narrowing.items() if value})
    if wanted.owner:
        owned = ActionItem.objects.filter(owner__key=wanted.owner).exclude(state="struck")
        found = found.filter(pk__in=owned.values("decision_id"))
    if wanted.place:
        found = found.filter(meeting__series__place_code__startswith=significant_digits(wanted.place))
    return found


def with_parts(found: QuerySet[Decision]) -> QuerySet[Decision]:
    """The decisions with meeting, action items, dissents, measures and what rescinded them."""
    items = ActionItem.objects.exclude(state=ActionItem.State.STRUCK).select_related("owner", "verifier")
    standing = Dissent.objects.filter(withdrawn_at=None).select_related("agency")
    return found.select_related("meeting__series__office", "item", "rescinds").prefetch_related(
        Prefetch("action_items", queryset=items.order_by("position")),
        Prefetch("dissents", queryset=standing),
        "touches__measure__version__plan",
        "rescinded_by",
    )


@look(Permission.MEETING_READ)
def decision_by_id(*, officer: Officer, at: datetime, pk: int) -> Decision:
    """One decision with its parts. Raises NotThere, also where the officer may not see it."""
    found = with_parts(Decision.objects.filter(pk=pk)).first()
    if found is None:
        raise NotThere(_("There is no such decision."), where=str(pk))
    return found


@look(Permission.MEETING_READ)
def dissent_by_id(*, officer: Officer, at: datetime, pk: int) -> Dissent:
    """One dissent or reservation. Raises NotThere."""
    found = Dissent.objects.select_related("decision__meeting__series", "agency").filter(pk=pk).first()
    if found is None:
        raise NotThere(_("There is no such dissent."), where=str(pk))
    return found


@look(Permission.MEETING_READ)
def decisions_on_measure(*, officer: Officer, at: datetime, measures: Sequence[int]) -> list[Decision]:
    """Adopted decisions that touch a measure in any of the wordings given, newest first."""
    touching = Decision.objects.filter(touches__measure__in=measures).exclude(
        state__in=("proposed", "struck")
    )
    return list(with_parts(touching.distinct()).order_by("-meeting__held_on", "-pk"))


@look(Permission.MEETING_READ)
def decisions_to_rescind(
    *, officer: Officer, at: datetime, meeting: Meeting, most: int = 200
) -> list[Decision]:
    """Standing decisions of earlier meetings of the same place, which a decision of this meeting may rescind."""
    standing = Decision.objects.filter(
        meeting__series__place_code=meeting.series.place_code,
        meeting__held_on__lt=meeting.held_on,
        state__in=(*DECISION_OPEN, "implemented", "partly_implemented"),
    )
    return list(standing.order_by("-meeting__held_on", "position")[:most])


@look(Permission.MEETING_READ)
def measures_to_touch(*, officer: Officer, at: datetime, meeting: Meeting) -> list[Measure]:
    """The measures of the plans in force at the place of the meeting on its day, which a decision may touch."""
    day = meeting.held_on
    in_force = PlanVersion.objects.filter(
        Q(period_from=None) | Q(period_from__lte=day),
        Q(period_to=None) | Q(period_to__gte=day),
        plan__place_code=meeting.series.place_code,
        state=PlanVersion.State.ADOPTED,
    )
    return list(Measure.objects.filter(version__in=in_force).order_by("version_id", "position"))
