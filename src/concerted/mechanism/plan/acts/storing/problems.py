"""Says why a plan document or its rows cannot be stored; it stores nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext as _

from concerted.errors import Invalid, Problem
from concerted.foundation.agencies.models import Agency
from concerted.methods.results import find_cycle

from ... import document as said


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
