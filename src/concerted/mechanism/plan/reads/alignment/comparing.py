"""Reads national and local wordings of one measure beside each other: three ways, or two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from concerted.errors import NotThere
from concerted.methods.results import (
    Answer,
    Gap,
    ThreeWay,
)

from ...alignment_states import ADAPTED
from ...models import Alignment, Measure, PlanVersion
from ..documents import version_in_force
from ..naming import wordings_of
from ..wording import (
    Wording,
    Wordings,
    compared,
    counterparts_by_place,
    differing_fields,
)
from .answers import Lineage
from .coverage import gaps_between


@dataclass(frozen=True)
class Comparison:
    """Old national, new national and local wording of one answered measure."""

    answer: Alignment
    base: Measure
    theirs: Measure
    ours: Measure | None
    fields: ThreeWay
    local: Wording | None
    national: Wording
    former: Wording

    def unanswerable(self, name: str) -> tuple[str, ...]:
        """The new leads or supports, by their keys, whose work no agency of the place does."""
        return self.national.unanswerable(name)

    @property
    def indicators(self) -> dict[str, tuple[str, str]]:
        """The names of all indicators compared, in English and Chinese, by key."""
        return {
            **(self.local.indicators if self.local else {}),
            **self.former.indicators,
            **self.national.indicators,
        }

    @property
    def is_due(self) -> bool:
        """Whether the nation changed any field since the answer."""
        return any(each.base != each.theirs for each in self.fields.fields)


def current_national(answer: Alignment) -> Measure | None:
    """The measure of the version in force that carries on what was answered; None when the nation ended
    it."""
    version = version_in_force(answer.national.version.plan)
    if version is None:
        return None
    lineage = Lineage(version.plan_id)
    measures = version.measures.select_related("version__plan", "strand")
    ids = measures.values_list("pk", flat=True)
    pk = next((one for one in ids if answer.national_id in lineage.ancestors(one)), None)
    return None if pk is None else measures.get(pk=pk)


def local_now(answer: Alignment, *, draft_first: bool = False) -> Measure | None:
    """The local measure behind an answer as it stands in the local plan: in force, else drafted.

    draft_first: the open draft goes before the version in force, as for editing.
    """
    if answer.local_id is None or answer.local is None:
        return None
    pinned = answer.local
    states = (PlanVersion.State.DRAFT, PlanVersion.State.ADOPTED)
    found = wordings_of(pinned.pk).filter(version__state__in=states).select_related("version__plan", "strand")
    wanted = states if draft_first else tuple(reversed(states))
    return min(
        found, key=lambda measure: wanted.index(PlanVersion.State(measure.version.state)), default=None
    )


def three_way_of(answer: Alignment) -> Comparison:
    """The pinned national wording, the one in force and the local one, field by field.

    The local wording is that of the open draft where there is one. Raises NotThere where the nation has ended
    the measure.
    """
    theirs = current_national(answer)
    if theirs is None:
        raise NotThere(
            _("The nation's plan no longer has this measure."),
            where=answer.national.key,
            remedy=_("Keep the local measure, or consider it again."),
        )
    base = answer.kept_against or answer.national
    ours = local_now(answer, draft_first=True)
    words = Wordings({base.pk, theirs.pk} | ({ours.pk} if ours else set()))
    answerable = counterparts_by_place([answer.place_code]).get(answer.place_code, frozenset())
    old, new = (
        words.national(measure.pk, place=answer.place_code, answerable=answerable)
        for measure in (base, theirs)
    )
    local = words.local(ours.pk, place=answer.place_code) if ours else None
    return Comparison(answer, base, theirs, ours, compared(old, new, local), local, new, old)


@dataclass(frozen=True)
class SideBySide:
    """A national measure and a local one, with the fields in which the place decided otherwise."""

    national: Wording
    local: Wording | None
    differs: tuple[str, ...]
    gaps: tuple[Gap, ...]


def side_by_side(
    national: Measure, local: Measure | None, place_code: str, *, on: date, kind: str = ADAPTED
) -> SideBySide:
    """The two measures compared from the place's point of view."""
    words = Wordings({national.pk} | ({local.pk} if local else set()), on=on)
    answerable = counterparts_by_place([place_code]).get(place_code, frozenset())
    wanted = words.national(national.pk, place=place_code, answerable=answerable)
    own = words.local(local.pk, place=place_code) if local else None
    gaps = gaps_between(words.national(national.pk, place=place_code), Answer(kind), own)
    return SideBySide(wanted, own, tuple(differing_fields(wanted, own)) if own else (), gaps)
