"""Lays a plan document down as the rows of one version, few statements for all of them, or nothing of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import ConcertedError, Invalid, Problem
from concerted.foundation.agencies.models import Agency

from ... import document as said
from ... import models as rows
from ...keeping import freeze, residue
from ...reads.rebuild import document_of, rebuilt_version, words
from ...stated import mentions
from .entries import (
    baseline_fields,
    indicator_fields,
    levels_of,
    measure_row,
    milestone_row,
    objective_row,
    responsibility_rows,
    strand_row,
    target_fields,
)
from .lineage import measures_before
from .problems import Placed, placed_measures, refuse_overlong


def lay_down(version: rows.PlanVersion, document: said.PlanDocument) -> None:
    """Write the document's rows under a new draft version, in a constant number of queries.

    What comes back is compared with what went in; raises ConcertedError rather than lose a word.
    """
    _Laying(version, document).write()
    back = document_of(version)
    kept = {
        name: value for name, value in residue(document, back).items() if name in ("sources", "indicators")
    }
    if kept:
        version.extra["kept"] |= kept
        version.save(update_fields=["extra"])
        back = document_of(version)
    if back != document:
        lost = ", ".join(residue(document, back))
        raise ConcertedError(
            _("The plan cannot be kept word for word."), where=lost, remedy=_("Tell the maintainers.")
        )


def version_fields(document: said.PlanDocument) -> dict[str, Any]:
    """The columns of the version that holds the document, with what they cannot say in `extra`.

    `adopted_on` is left empty, for a draft is adopted on no day; the one its text gives stands in `extra`.
    """
    facts, goal = document.plan, document.overall_goal
    period = facts.period
    version = rows.PlanVersion(
        document_no=words(facts.document_no)[:80],
        period_from=period.from_ if period else None,
        period_to=period.to if period else None,
        completeness=(document.completeness or "complete")[:20],
        guiding_principle=words(document.guiding_principle),
        overall_goal={"text": words(goal.text), "read": levels_of(goal.read)}
        if isinstance(goal, said.OverallGoal)
        else {},
        legal_basis=list(document.legal_basis_read),
        strategic_measures=freeze(document.strategic_measures) or {},
        local_instruments=[freeze(instrument) for instrument in document.local_instruments_read],
        reading_levels=dict(document.reading_levels),
        not_read=list(document.not_read),
        extra={"plan": freeze(facts)},
    )
    version.extra |= {"kept": {}, "file": dict(document.extra)}
    bare = replace(document, sources=(), strands=(), indicators=())
    version.extra["kept"] = residue(bare, rebuilt_version(version))
    version.extra["indicator_order"] = [indicator.key for indicator in document.indicators]
    names = [f.name for f in rows.PlanVersion._meta.concrete_fields]
    own = {"id", "plan", "number", "state", "based_on", "content_hash", "adopted_by", "row_version"}
    return {name: getattr(version, name) for name in names if name not in own}


class _Laying:
    """One version being laid down: rows made in memory first, checked against their columns, then written."""

    def __init__(self, version: rows.PlanVersion, document: said.PlanDocument) -> None:
        self.version, self.document = version, document
        self.places = list(placed_measures(document))
        self.mentions = mentions(document)
        self.strands: dict[str, rows.Strand] = {}
        self.objectives: dict[tuple[str, str], rows.Objective] = {}
        self.measures: dict[str, rows.Measure] = {}

    def write(self) -> None:
        self._make()
        sources = [
            rows.PlanSource(version=self.version, key=s.id, what=s.what or "", where=s.where or "")
            for s in self.document.sources
        ]
        refuse_overlong(
            [*sources, *self.strands.values(), *self.objectives.values(), *self.measures.values()]
        )
        rows.PlanSource.objects.bulk_create(sources)
        rows.Strand.objects.bulk_create(self.strands.values())
        rows.Objective.objects.bulk_create(self.objectives.values())
        self._write_measures()
        self._write_parts()
        self._write_indicators()

    def _make(self) -> None:
        for position, strand in enumerate(self.document.strands):
            self.strands[strand.id] = strand_row(self.version, position, strand)
            for order, objective in enumerate(strand.objectives):
                mention = self.mentions.by_objective.get((strand.id, objective.id))
                row = objective_row(self.strands[strand.id], order, objective, mention)
                self.objectives[strand.id, objective.id] = row
        for position, place in enumerate(self.places):
            self.measures[place.measure.id] = self._measure(position, place)

    def _measure(self, position: int, place: Placed) -> rows.Measure:
        row = measure_row(place.measure, mention=self.mentions.by_measure.get(place.measure.id))
        row.version, row.strand, row.position = self.version, self.strands[place.strand.id], position
        row.objective = self.objectives.get((place.strand.id, place.measure.objective or ""))
        if row.objective is None and place.measure.objective is not None:
            row.extra["kept"]["objective"] = freeze(place.measure.objective)
        return row

    def _write_measures(self) -> None:
        before = measures_before(self.version, self.places)
        depth: dict[str, int] = {}
        layers: dict[int, list[rows.Measure]] = defaultdict(list)
        for place in self.places:
            above = place.above
            depth[place.measure.id] = depth[above.id] + 1 if above else 0
            row = self.measures[place.measure.id]
            row.parent = self.measures[above.id] if above else None
            row.carried_from = before.get(place.measure.id)
            layers[depth[place.measure.id]].append(row)
        for layer in sorted(layers):
            for row in layers[layer]:
                row.parent = row.parent  # its id is known only now
            rows.Measure.objects.bulk_create(layers[layer])

    def _write_parts(self) -> None:
        agencies = dict(Agency.objects.values_list("key", "pk"))
        parts, steps, needs = [], [], []
        for place in self.places:
            row = self.measures[place.measure.id]
            parts += list(responsibility_rows(row, place.measure, agencies))
            steps += [milestone_row(row, step) for step in place.measure.milestones if step.due]
            needs += [
                rows.Dependency(measure=row, needs=self.measures[need.on], lag_days=need.lag_days)
                for need in place.measure.depends_on
            ]
        refuse_overlong(steps)
        rows.Responsibility.objects.bulk_create(parts)
        rows.Milestone.objects.bulk_create(steps)
        rows.Dependency.objects.bulk_create(needs)

    def _write_indicators(self) -> None:
        entered = {entry.key: entry for entry in self.document.indicators}
        entries = self.mentions.indicators | entered
        known = _indicators(self.version.plan, entries)
        uses: dict[tuple[str, int | None, int | None], rows.IndicatorUse] = {}
        for place in self.places:
            mention = self.mentions.by_measure.get(place.measure.id)
            for key in dict.fromkeys((*place.measure.indicators, *([mention] if mention else []))):
                row = self.measures[place.measure.id]
                uses[key, row.pk, None] = rows.IndicatorUse(
                    version=self.version, indicator=known[key], measure=row
                )
        for strand in self.document.strands:
            for objective in strand.objectives:
                mention = self.mentions.by_objective.get((strand.id, objective.id))
                for key in dict.fromkeys((*objective.indicators, *([mention] if mention else []))):
                    goal = self.objectives[strand.id, objective.id]
                    uses[key, None, goal.pk] = rows.IndicatorUse(
                        version=self.version, indicator=known[key], objective=goal
                    )
        rows.IndicatorUse.objects.bulk_create(uses.values())
        rows.Baseline.objects.bulk_create(
            rows.Baseline(version=self.version, indicator=known[key], **baseline_fields(base))
            for key, entry in entries.items()
            for base in entry.baselines
        )
        rows.Target.objects.bulk_create(
            rows.Target(version=self.version, indicator=known[key], **target_fields(target))
            for key, entry in entries.items()
            for target in entry.targets
        )


def _indicators(plan: rows.Plan, entries: dict[str, said.Indicator]) -> dict[str, rows.Indicator]:
    """The plan's indicators by key, made where they are new; one already in use keeps its definition."""
    known = {indicator.key: indicator for indicator in plan.indicators.filter(key__in=entries)}
    problems = []
    for key, entry in entries.items():
        standing = known.get(key)
        if standing is None:
            known[key] = rows.Indicator(plan=plan, key=key, **indicator_fields(entry))
            continue
        given = indicator_fields(entry)
        differing = [name for name, value in given.items() if getattr(standing, name) != value]
        if differing:
            problems.append(
                Problem(
                    _("The indicator %(key)s is already defined otherwise: %(fields)s.")
                    % {"key": key, "fields": ", ".join(differing)},
                    field=f"indicators.{key}",
                    remedy=_(
                        "Give the changed indicator a key of its own, so that the old series stays what it was."
                    ),
                )
            )
    if problems:
        raise Invalid(_("The plan was not stored."), problems=problems, where=plan.key)
    new = [indicator for indicator in known.values() if indicator.pk is None]
    refuse_overlong(new)
    rows.Indicator.objects.bulk_create(new)
    return known
