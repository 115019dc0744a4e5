"""Lays a plan document down as the rows of one version and picks them up again; it asks nobody's permission.

What a column cannot hold (a title marked "not read", a date in words) is kept beside it, so that the document
read back equals the one stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _

from concerted.errors import ConcertedError, Invalid, Problem
from concerted.foundation.agencies.models import Agency
from concerted.methods.results import find_cycle

from .. import document as said
from .. import models as rows
from ..keeping import freeze, residue
from ..reads.rebuild import (
    document_of,
    rebuilt_measure,
    rebuilt_objective,
    rebuilt_strand,
    rebuilt_version,
    words,
)
from ..stated import mentions

LEAD, SUPPORT = rows.Responsibility.Role.LEAD, rows.Responsibility.Role.SUPPORT


class Placed(NamedTuple):
    """A measure with where it stands in the document."""

    strand: said.Strand
    measure: said.Measure
    above: said.Measure | None


def placed_measures(document: said.PlanDocument) -> Iterator[Placed]:
    """Every measure in order, sub-measures after the measure above them."""
    waiting = [Placed(s, m, None) for s in reversed(document.strands) for m in reversed(s.measures)]
    while waiting:
        place = waiting.pop()
        yield place
        waiting.extend(
            Placed(place.strand, below, place.measure) for below in reversed(place.measure.sub_measures)
        )


def problems_of(document: said.PlanDocument) -> list[Problem]:
    """Why the document cannot be stored: keys twice, references to nothing, agencies not in the register, a cycle."""
    keys = [place.measure.id for place in placed_measures(document)]
    found = [*_twice(keys, "measure"), *_twice([s.id for s in document.strands], "strand")]
    found += _twice([s.id for s in document.sources], "source")
    found += _twice([i.key for i in document.indicators], "indicator")
    for strand in document.strands:
        found += _twice([o.id for o in strand.objectives], f"{strand.id}: objective")
    found += list(_loose_ends(document, frozenset(keys)))
    found += list(_unknown_agencies(document))
    ring = find_cycle(
        (need.on, p.measure.id) for p in placed_measures(document) for need in p.measure.depends_on
    )
    if ring:
        found.append(cycle_problem(ring))
    return found


def cycle_problem(ring: Iterable[str]) -> Problem:
    """The measures that wait for each other, as a fault that names the whole ring."""
    path = " → ".join(ring)
    return Problem(
        _("These measures wait for each other: %(path)s.") % {"path": path},
        field="depends_on",
        remedy=_("Remove one of these dependencies."),
    )


def _twice(keys: Iterable[str], what: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            yield Problem(
                _("The key %(key)s stands twice.") % {"key": key},
                field=what,
                remedy=_("Give one another key."),
            )
        seen.add(key)


def _loose_ends(document: said.PlanDocument, measures: frozenset[str]) -> Iterator[Problem]:
    known = {indicator.key for indicator in document.indicators}
    for place in placed_measures(document):
        measure = place.measure
        for need in measure.depends_on:
            if need.on not in measures:
                yield Problem(
                    _("%(key)s is no measure of this plan.") % {"key": need.on},
                    field=f"{measure.id}.depends_on",
                )
        for key in measure.indicators:
            if key not in known:
                yield Problem(
                    _("%(key)s is no indicator of this plan.") % {"key": key},
                    field=f"{measure.id}.indicators",
                )
    for strand in document.strands:
        for objective in strand.objectives:
            for key in objective.indicators:
                if key not in known:
                    yield Problem(
                        _("%(key)s is no indicator of this plan.") % {"key": key},
                        field=f"{strand.id}.{objective.id}.indicators",
                    )


def _unknown_agencies(document: said.PlanDocument) -> Iterator[Problem]:
    named = {
        part.agency: f"{place.measure.id}.{role}"
        for place in placed_measures(document)
        for role, parts in (("lead", place.measure.lead), ("support", place.measure.support))
        if not isinstance(parts, said.NotRead)
        for part in parts
    }
    known = set(Agency.objects.filter(key__in=named).values_list("key", flat=True))
    for agency, where in named.items():
        if agency not in known:
            yield Problem(
                _("The register holds no agency %(key)s.") % {"key": agency},
                field=where,
                remedy=_("Choose the agency meant from the register, or ask the administrator to enter it."),
            )


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
    """The columns of the version that holds the document, with what they cannot say in `extra`."""
    facts, goal = document.plan, document.overall_goal
    period = facts.period
    version = rows.PlanVersion(
        document_no=words(facts.document_no)[:80],
        adopted_on=facts.adopted if isinstance(facts.adopted, date) else None,
        period_from=period.from_ if period else None,
        period_to=period.to if period else None,
        completeness=(document.completeness or "complete")[:20],
        guiding_principle=words(document.guiding_principle),
        overall_goal={"text": words(goal.text), "read": _levels(goal.read)}
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


def _levels(levels: said.Levels | None) -> list[str]:
    if isinstance(levels, said.NotRead):
        return ["not_read"]
    return list(levels or ())


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
            self.strands[strand.id] = _strand(self.version, position, strand)
            for order, objective in enumerate(strand.objectives):
                mention = self.mentions.by_objective.get((strand.id, objective.id))
                row = _objective(self.strands[strand.id], order, objective, mention)
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
        before = _measures_before(self.version, self.places)
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
            parts += list(_responsibilities(row, place.measure, agencies))
            steps += [_milestone(row, step) for step in place.measure.milestones if step.due]
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
            rows.Baseline(version=self.version, indicator=known[key], **_baseline(base))
            for key, entry in entries.items()
            for base in entry.baselines
        )
        rows.Target.objects.bulk_create(
            rows.Target(version=self.version, indicator=known[key], **_target(target))
            for key, entry in entries.items()
            for target in entry.targets
        )


def _strand(version: rows.PlanVersion, position: int, strand: said.Strand) -> rows.Strand:
    unread = said.NOT_READ in (strand.national_measure_list, strand.measures_read, strand.read)
    levels = _levels(strand.read) or (["read_in_full"] if strand.read_in_full else [])
    row = rows.Strand(
        version=version,
        key=strand.id,
        position=position,
        title_en=words(strand.title),
        title_zh=words(strand.title_zh),
        read=levels,
        measure_list_read=not unread,
        note=words(strand.note),
        extra={"file": dict(strand.extra)},
    )
    row.extra["kept"] = residue(replace(strand, objectives=(), measures=()), rebuilt_strand(row))
    return row


def _objective(
    strand: rows.Strand, position: int, objective: said.Objective, mention: str | None
) -> rows.Objective:
    row = rows.Objective(
        strand=strand,
        key=objective.id,
        position=position,
        text_en=words(objective.text),
        text_zh=words(objective.text_zh),
        deadline=objective.deadline if isinstance(objective.deadline, date) else None,
        read=_levels(objective.read),
        sources=list(objective.source),
        extra={"file": dict(objective.extra), "mention": mention},
    )
    bare = replace(objective, indicators=tuple(key for key in objective.indicators if key != mention))
    row.extra["kept"] = residue(bare, rebuilt_objective(row, indicators=bare.indicators))
    if bare.indicators != objective.indicators:
        row.extra["kept"]["indicators"] = freeze(objective.indicators)
    return row


_DEADLINES = {"continuous", "yearly"}


def deadline_columns(deadline: date | said.NotRead | str | None) -> dict[str, Any]:
    """The three columns that hold a deadline."""
    if deadline is None:
        return {"deadline_kind": "not_stated", "deadline": None, "deadline_text": ""}
    if isinstance(deadline, said.NotRead):
        return {"deadline_kind": "not_read", "deadline": None, "deadline_text": ""}
    if isinstance(deadline, date):
        return {"deadline_kind": "date", "deadline": deadline, "deadline_text": ""}
    if deadline in _DEADLINES:
        return {"deadline_kind": deadline, "deadline": None, "deadline_text": ""}
    return {"deadline_kind": "text", "deadline": None, "deadline_text": deadline[:200]}


def measure_row(measure: said.Measure, *, mention: str | None = None) -> rows.Measure:
    """The measure's own columns, and what they cannot say beside them; it is not written yet."""
    unread_text = measure.description is said.NOT_READ
    row = rows.Measure(
        key=measure.id,
        number=words(measure.number),
        title_en=words(measure.title),
        title_zh=words(measure.title_zh),
        text_en="" if unread_text else words(measure.description),
        text_zh=words(measure.description_zh),
        text_read=not unread_text,
        level=("not_read" if measure.level is said.NOT_READ else words(measure.level))[:12],
        starts=measure.starts if isinstance(measure.starts, date) else None,
        target_note=freeze(measure.target),
        leads_read=not isinstance(measure.lead, said.NotRead),
        supports_read=not isinstance(measure.support, said.NotRead),
        lead_note=words(measure.lead_note),
        support_note=words(measure.support_note),
        note=words(measure.note),
        read=_levels(measure.read),
        sources=list(measure.sources),
        extra={"file": dict(measure.extra), "mention": mention},
        **deadline_columns(measure.deadline),
    )
    dated = tuple(step for step in measure.milestones if step.due)
    stored = replace(
        rebuilt_measure(row),
        lead=measure.lead,
        support=measure.support,
        milestones=dated,
        depends_on=measure.depends_on,
        indicators=tuple(k for k in measure.indicators if k != mention),
        objective=measure.objective,
    )
    row.extra["kept"] = residue(replace(measure, sub_measures=()), stored)
    return row


def _responsibilities(
    row: rows.Measure, measure: said.Measure, agencies: dict[str, int]
) -> Iterator[rows.Responsibility]:
    for role, parts in ((LEAD, measure.lead), (SUPPORT, measure.support)):
        if isinstance(parts, said.NotRead):
            continue
        seen = set()
        for position, part in enumerate(parts):
            if (part.agency, part.valid_from) in seen:
                raise Invalid(
                    _("An agency stands twice among those responsible."),
                    where=f"{measure.id}: {part.agency}",
                    remedy=_("Keep it once, or date its parts."),
                )
            seen.add((part.agency, part.valid_from))
            yield rows.Responsibility(
                measure=row,
                agency_id=agencies[part.agency],
                role=role,
                position=position,
                valid_from=part.valid_from,
                valid_to=part.valid_to,
            )


def _milestone(row: rows.Measure, step: said.Milestone) -> rows.Milestone:
    assert step.due is not None
    return rows.Milestone(
        measure=row, key=step.key, title_en=step.title_en, title_zh=step.title_zh or "", due=step.due
    )


def _measures_before(version: rows.PlanVersion, places: list[Placed]) -> dict[str, rows.Measure]:
    """What each measure continues: the same key in the plan's version before, or what `carried_from` names."""
    earlier = rows.PlanVersion.objects.filter(plan_id=version.plan_id, number__lt=version.number).order_by(
        "-number"
    )
    last = version.based_on or earlier.first()
    found: dict[str, rows.Measure] = {}
    if last is not None and last.plan_id == version.plan_id:
        found = {measure.key: measure for measure in last.measures.all()}
    named = {p.measure.id: p.measure.carried_from for p in places if p.measure.carried_from}
    plans = {name.rpartition("/")[0] for name in named.values()}
    others = rows.Measure.objects.filter(version__plan__key__in=plans).exclude(version__state="draft")
    by_name = {
        f"{m.version.plan.key}/{m.key}": m
        for m in others.select_related("version__plan").order_by("version__number")
    }
    for key, name in named.items():
        if name in by_name:
            found[key] = by_name[name]
    return {place.measure.id: found[place.measure.id] for place in places if place.measure.id in found}


def indicator_fields(entry: said.Indicator) -> dict[str, Any]:
    """The columns of an indicator's definition."""
    texts = ("name_zh", "numerator_en", "numerator_zh", "denominator_en", "denominator_zh", "note")
    plain = ("name_en", "unit", "kind", "direction", "cumulative", "rollup_areas", "rollup_time", "tolerance")
    return (
        {name: getattr(entry, name) or "" for name in texts}
        | {name: getattr(entry, name) for name in plain}
        | {"dimensions": list(entry.dimensions)}
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


def _baseline(base: said.Baseline) -> dict[str, Any]:
    read = None if isinstance(base.value, said.NotRead) else base.value
    numbers = {"value": read, "numerator": base.numerator, "denominator": base.denominator}
    return numbers | {"year": base.year, "place_code": base.place or "000000", "source": base.source or ""}


def _target(target: said.IndicatorTarget) -> dict[str, Any]:
    read = None if isinstance(target.value, said.NotRead) else target.value
    return {
        "by": target.by,
        "value": read,
        "place_code": target.place or "000000",
        "comment": target.comment or "",
    }


def refuse_overlong(made: Iterable[models.Model]) -> None:
    """Raise Invalid for texts that no column of theirs can hold, naming each."""
    problems = [
        Problem(
            _("The text is longer than %(most)s characters.") % {"most": field.max_length},
            field=f"{getattr(row, 'key', '')}.{field.name}",
            remedy=_("Shorten it; a long wording belongs in the description."),
        )
        for row in made
        for field in row._meta.concrete_fields
        if isinstance(field, models.CharField) and field.max_length
        if len(str(getattr(row, field.attname) or "")) > field.max_length
    ]
    if problems:
        raise Invalid(_("Some texts are too long for their place."), problems=problems)
