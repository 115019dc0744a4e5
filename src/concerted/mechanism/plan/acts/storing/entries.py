"""Makes the row of each entry of a plan document from the entry alone; it writes none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from concerted.errors import Invalid

from ... import document as said
from ... import models as rows
from ...keeping import freeze, residue
from ...reads.rebuild import rebuilt_measure, rebuilt_objective, rebuilt_strand, words

LEAD, SUPPORT = rows.Responsibility.Role.LEAD, rows.Responsibility.Role.SUPPORT


def levels_of(levels: said.Levels | None) -> list[str]:
    """How far a thing was read, as its column keeps it."""
    if isinstance(levels, said.NotRead):
        return ["not_read"]
    return list(levels or ())


def strand_row(version: rows.PlanVersion, position: int, strand: said.Strand) -> rows.Strand:
    """The strand's own columns; it is not written yet."""
    unread = said.NOT_READ in (strand.national_measure_list, strand.measures_read, strand.read)
    levels = levels_of(strand.read) or (["read_in_full"] if strand.read_in_full else [])
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


def objective_row(
    strand: rows.Strand, position: int, objective: said.Objective, mention: str | None
) -> rows.Objective:
    """The objective's own columns, and the indicator that its words mention; it is not written yet."""
    row = rows.Objective(
        strand=strand,
        key=objective.id,
        position=position,
        text_en=words(objective.text),
        text_zh=words(objective.text_zh),
        deadline=objective.deadline if isinstance(objective.deadline, date) else None,
        read=levels_of(objective.read),
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
        read=levels_of(measure.read),
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


def responsibility_rows(
    row: rows.Measure, measure: said.Measure, agencies: dict[str, int]
) -> Iterator[rows.Responsibility]:
    """The measure's lead and supporting agencies in order; raises Invalid where one stands twice."""
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


def milestone_row(row: rows.Measure, step: said.Milestone) -> rows.Milestone:
    """A dated step of the measure; it is not written yet."""
    assert step.due is not None
    return rows.Milestone(
        measure=row, key=step.key, title_en=step.title_en, title_zh=step.title_zh or "", due=step.due
    )


def indicator_fields(entry: said.Indicator) -> dict[str, Any]:
    """The columns of an indicator's definition."""
    texts = ("name_zh", "numerator_en", "numerator_zh", "denominator_en", "denominator_zh", "note")
    plain = ("name_en", "unit", "kind", "direction", "cumulative", "rollup_areas", "rollup_time", "tolerance")
    return (
        {name: getattr(entry, name) or "" for name in texts}
        | {name: getattr(entry, name) for name in plain}
        | {"dimensions": list(entry.dimensions)}
    )


def baseline_fields(base: said.Baseline) -> dict[str, Any]:
    """The columns of an indicator's baseline."""
    read = None if isinstance(base.value, said.NotRead) else base.value
    numbers = {"value": read, "numerator": base.numerator, "denominator": base.denominator}
    return numbers | {"year": base.year, "place_code": base.place or "000000", "source": base.source or ""}


def target_fields(target: said.IndicatorTarget) -> dict[str, Any]:
    """The columns of an indicator's target."""
    read = None if isinstance(target.value, said.NotRead) else target.value
    return {
        "by": target.by,
        "value": read,
        "place_code": target.place or "000000",
        "comment": target.comment or "",
    }
