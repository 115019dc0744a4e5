"""Reads a place's plan beside the nation's, and which answers a newer national wording waits for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from concerted.foundation.agencies.models import Place

from ...models import Alignment, Measure, Plan, PlanVersion
from ..wording import (
    Wordings,
    changed_fields,
)
from .answers import LocalMeasures, answers
from .coverage import CoverageCell, coverage


@dataclass(frozen=True)
class BesideNation:
    """One national measure and what the place does about it."""

    national: Measure
    cell: CoverageCell
    answer: Alignment | None
    local: Measure | None


@dataclass(frozen=True)
class PlaceView:
    """A place's plan beside the national one; ended: answers to measures the nation no longer has."""

    plan: Plan | None
    version: PlanVersion
    rows: tuple[BesideNation, ...]
    local_only: tuple[Measure, ...]
    ended: tuple[Alignment, ...]

    @property
    def due(self) -> tuple[BesideNation, ...]:
        """The rows whose national wording changed since they were answered."""
        return tuple(row for row in self.rows if row.cell.rebase_due)

    def count(self, *kinds: str) -> int:
        """How many national measures the place answered so."""
        return sum(row.cell.kind in kinds for row in self.rows)


def beside_nation(version: PlanVersion, place: Place, *, on: date) -> PlaceView:
    """The national version's measures, each with the place's answer and its local measure, in few queries."""
    matrix = coverage(version, on=on, places=[place])
    plan = matrix.places[0].plan
    cells = [row.cells[0] for row in matrix.rows]
    given = {answer.pk: answer for answer in _standing(version.plan_id, place.code)}
    wanted = {cell.local_id for cell in cells if cell.local_id} | {
        answer.local_id for answer in given.values() if answer.local_id
    }
    known = Measure.objects.select_related("strand", "version__plan").in_bulk(wanted)
    rows = tuple(
        BesideNation(row.measure, cell, given.get(cell.answer_id or 0), known.get(cell.local_id or 0))
        for row, cell in zip(matrix.rows, cells, strict=True)
    )
    shown = {row.answer.pk for row in rows if row.answer}
    sub_measures = set(version.measures.exclude(parent=None).values_list("pk", flat=True))
    ended = tuple(a for a in given.values() if a.pk not in shown and a.national_id not in sub_measures)
    own = _local_only(plan, list(given.values())) if plan is not None else ()
    return PlaceView(plan, version, rows, own, ended)


def _standing(plan_id: int, place_code: str) -> Iterable[Alignment]:
    return answers().filter(national__version__plan=plan_id, place_code=place_code, replaced_at=None)


def _local_only(plan: Plan, given: Sequence[Alignment]) -> tuple[Measure, ...]:
    names = {(a.local.version.plan_id, a.local.key) for a in given if a.local is not None}
    wanted = LocalMeasures([plan.pk]).local_only(plan.pk, names)
    found = Measure.objects.select_related("strand", "version__plan").in_bulk(wanted)
    return tuple(found[pk] for pk in wanted if pk in found)


def local_only_measures(plan: Plan) -> tuple[Measure, ...]:
    """The measures of a local plan, in force or drafted, that answer no national one."""
    parent = plan.parent_id
    return _local_only(plan, list(_standing(parent, plan.place_code)) if parent else [])


@dataclass(frozen=True)
class RebaseDue:
    """One answer whose national wording changed: the measure now, and the fields that say something else."""

    answer: Alignment
    national_now: Measure
    changed: tuple[str, ...] = field(default=())


def rebases_due(place_code: str, *, on: date, version: PlanVersion | None = None) -> list[RebaseDue]:
    """The place's answers that a newer national wording waits for, in the order of the plan.

    version: only those of this national version; else of every plan above that the place answered.
    """
    versions = [version] if version is not None else _versions_answered(place_code)
    return [due for one in versions for due in _rebases_due(one, place_code, on)]


def _versions_answered(place_code: str) -> list[PlanVersion]:
    plans = (
        Alignment.objects.filter(place_code=place_code, replaced_at=None)
        .order_by()
        .values_list("national__version__plan_id", flat=True)
        .distinct()
    )
    return list(
        PlanVersion.objects.filter(plan__in=list(plans), state=PlanVersion.State.ADOPTED).select_related(
            "plan"
        )
    )


def _rebases_due(version: PlanVersion, place_code: str, on: date) -> list[RebaseDue]:
    at_hand = Place(code=place_code)
    matrix = coverage(version, on=on, places=[at_hand], gaps=False)
    due = {row.cells[0].answer_id: row.measure for row in matrix.rows if row.cells[0].rebase_due}
    given = answers().in_bulk([pk for pk in due if pk is not None])
    wanted = {a.kept_against_id or a.national_id for a in given.values()} | {m.pk for m in due.values()}
    words = Wordings(wanted)
    found = []
    for pk, measure in due.items():
        answer = given[pk or 0]
        old = words.national(answer.kept_against_id or answer.national_id, place=place_code)
        changed = changed_fields(old, words.national(measure.pk, place=place_code))
        found.append(RebaseDue(answer, measure, tuple(changed)))
    return found
