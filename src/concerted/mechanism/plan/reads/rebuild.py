"""Puts a version's rows back together as the document they came from; it reads rows and changes none."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import Any

from .. import document as said
from .. import models as rows
from ..keeping import completed, thaw
from ..stated import mentions

LEAD = rows.Responsibility.Role.LEAD


def words(text: object) -> str:
    """The text for a column: empty for what is absent or not read."""
    return "" if text is None or text is said.NOT_READ else str(text)


def document_of(version: rows.PlanVersion) -> said.PlanDocument:
    """The version as a document, in a constant number of queries; the acting agency must be known."""
    parts = _Parts(version)
    document = replace(
        rebuilt_version(version),
        sources=tuple(said.Source(s.key, s.what or None, s.where or None) for s in version.sources.all()),
        strands=tuple(parts.strand(strand) for strand in version.strands.all()),
    )
    kept = version.extra.get("kept", {})
    with_indicators = replace(document, indicators=parts.indicators(document))
    return completed(
        with_indicators, {name: kept[name] for name in kept if name in ("sources", "indicators")}
    )


def rebuilt_version(version: rows.PlanVersion) -> said.PlanDocument:
    """The document's own fields; its sources, strands and indicators are empty."""
    facts: said.PlanFacts = thaw(version.extra["plan"])
    period = (
        said.Period(version.period_from, version.period_to)
        if version.period_from and version.period_to
        else None
    )
    goal = version.overall_goal
    rebuilt = said.PlanDocument(
        plan=replace(facts, adopted=version.adopted_on or facts.adopted, period=period or facts.period),
        completeness=version.completeness,
        reading_levels=version.reading_levels,
        guiding_principle=version.guiding_principle or None,
        overall_goal=said.OverallGoal(goal["text"], read=tuple(goal["read"]) or None) if goal else None,
        legal_basis_read=tuple(version.legal_basis),
        strategic_measures=thaw(version.strategic_measures) if version.strategic_measures else None,
        local_instruments_read=tuple(thaw(instrument) for instrument in version.local_instruments),
        not_read=tuple(version.not_read),
        extra=version.extra.get("file", {}),
    )
    kept = version.extra.get("kept", {})
    return completed(rebuilt, {name: kept[name] for name in kept if name not in ("sources", "indicators")})


def rebuilt_strand(strand: rows.Strand) -> said.Strand:
    """The strand without what stands below it."""
    rebuilt = said.Strand(
        id=strand.key,
        title=strand.title_en or None,
        title_zh=strand.title_zh or None,
        national_measure_list=None if strand.measure_list_read else said.NOT_READ,
        read=tuple(strand.read) or None,
        note=strand.note or None,
        extra=strand.extra.get("file", {}),
    )
    return completed(rebuilt, strand.extra.get("kept", {}))


def rebuilt_objective(objective: rows.Objective, *, indicators: tuple[str, ...] = ()) -> said.Objective:
    """The objective, judged by these indicators."""
    rebuilt = said.Objective(
        id=objective.key,
        text=objective.text_en or None,
        text_zh=objective.text_zh or None,
        deadline=objective.deadline,
        indicators=indicators,
        read=tuple(objective.read) or None,
        source=tuple(objective.sources),
        extra=objective.extra.get("file", {}),
    )
    return completed(rebuilt, objective.extra.get("kept", {}))


def rebuilt_measure(measure: rows.Measure, **parts: Any) -> said.Measure:
    """The measure with these parts (lead, support, milestones ...); without those below it."""
    rebuilt = said.Measure(
        id=measure.key,
        number=measure.number or None,
        title=measure.title_en or None,
        title_zh=measure.title_zh or None,
        description=measure.text_en or None if measure.text_read else said.NOT_READ,
        description_zh=measure.text_zh or None,
        lead_note=measure.lead_note or None,
        support_note=measure.support_note or None,
        level=said.NOT_READ if measure.level == "not_read" else measure.level or None,
        starts=measure.starts,
        deadline=_deadline(measure),
        target=thaw(measure.target_note),
        read=tuple(measure.read) or None,
        sources=tuple(measure.sources),
        note=measure.note or None,
        extra=measure.extra.get("file", {}),
    )
    return completed(replace(rebuilt, **parts), measure.extra.get("kept", {}))


def _deadline(measure: rows.Measure) -> Any:
    match measure.deadline_kind:
        case rows.Measure.DeadlineKind.NOT_STATED:
            return None
        case rows.Measure.DeadlineKind.NOT_READ:
            return said.NOT_READ
        case rows.Measure.DeadlineKind.DATE:
            return measure.deadline
        case rows.Measure.DeadlineKind.TEXT:
            return measure.deadline_text
        case kind:
            return str(kind)


class _Parts:
    """Everything that hangs on a version, fetched once and put under what it belongs to."""

    def __init__(self, version: rows.PlanVersion) -> None:
        self._version = version
        measures = list(version.measures.select_related("objective"))
        self._keys = {measure.pk: measure.key for measure in measures}
        self._below: dict[tuple[int, int | None], list[rows.Measure]] = defaultdict(list)
        for measure in measures:
            self._below[measure.strand_id, measure.parent_id].append(measure)
        self._objectives: dict[int, list[rows.Objective]] = defaultdict(list)
        for objective in rows.Objective.objects.filter(strand__version=version):
            self._objectives[objective.strand_id].append(objective)
        self._fetch_responsibilities()
        self._fetch_steps_and_needs()
        self._fetch_uses()

    def _fetch_responsibilities(self) -> None:
        self._held: dict[tuple[int, str], list[said.Responsibility]] = defaultdict(list)
        found = rows.Responsibility.objects.filter(measure__version=self._version).select_related("agency")
        for part in found.order_by("measure_id", "role", "position", "id"):
            entry = said.Responsibility(part.agency.key, part.valid_from, part.valid_to)
            self._held[part.measure_id, part.role].append(entry)

    def _fetch_steps_and_needs(self) -> None:
        self._steps: dict[int, list[said.Milestone]] = defaultdict(list)
        for step in rows.Milestone.objects.filter(measure__version=self._version).order_by("id"):
            self._steps[step.measure_id].append(
                said.Milestone(step.key, step.title_en, step.title_zh or None, step.due)
            )
        self._needs: dict[int, list[said.Dependency]] = defaultdict(list)
        for need in rows.Dependency.objects.filter(measure__version=self._version).order_by("id"):
            self._needs[need.measure_id].append(said.Dependency(self._keys[need.needs_id], need.lag_days))

    def _fetch_uses(self) -> None:
        self._indicators: dict[int, rows.Indicator] = {}
        self._by_measure: dict[int, list[str]] = defaultdict(list)
        self._by_objective: dict[int, list[str]] = defaultdict(list)
        uses = rows.IndicatorUse.objects.filter(version=self._version).select_related("indicator")
        for use in uses.order_by("id"):
            self._indicators[use.indicator_id] = use.indicator
            if use.measure_id is not None:
                self._by_measure[use.measure_id].append(use.indicator.key)
            elif use.objective_id is not None:
                self._by_objective[use.objective_id].append(use.indicator.key)

    def strand(self, strand: rows.Strand) -> said.Strand:
        return replace(
            rebuilt_strand(strand),
            objectives=tuple(self._objective(objective) for objective in self._objectives[strand.pk]),
            measures=tuple(self._measure(measure) for measure in self._below[strand.pk, None]),
        )

    def _objective(self, objective: rows.Objective) -> said.Objective:
        mention = objective.extra.get("mention")
        used = tuple(key for key in self._by_objective[objective.pk] if key != mention)
        return rebuilt_objective(objective, indicators=used)

    def _measure(self, measure: rows.Measure) -> said.Measure:
        leads, supports = tuple(self._held[measure.pk, LEAD]), tuple(self._held[measure.pk, "support"])
        mention = measure.extra.get("mention")
        rebuilt = rebuilt_measure(
            measure,
            lead=leads if measure.leads_read else said.NOT_READ,
            support=supports if measure.supports_read else said.NOT_READ,
            milestones=tuple(self._steps[measure.pk]),
            depends_on=tuple(self._needs[measure.pk]),
            indicators=tuple(key for key in self._by_measure[measure.pk] if key != mention),
            objective=measure.objective.key if measure.objective else None,
        )
        below = self._below[measure.strand_id, measure.pk]
        return replace(rebuilt, sub_measures=tuple(self._measure(each) for each in below))

    def indicators(self, document: said.PlanDocument) -> tuple[said.Indicator, ...]:
        """The indicators that say more than the text's own mention of them, in the order of the document."""
        version = self._version
        bases: dict[int, list[said.Baseline]] = defaultdict(list)
        for base in rows.Baseline.objects.filter(version=version).select_related("indicator").order_by("id"):
            self._indicators[base.indicator_id] = base.indicator
            bases[base.indicator_id].append(_baseline(base))
        targets: dict[int, list[said.IndicatorTarget]] = defaultdict(list)
        for target in rows.Target.objects.filter(version=version).select_related("indicator").order_by("id"):
            self._indicators[target.indicator_id] = target.indicator
            targets[target.indicator_id].append(_target(target))
        order = {key: place for place, key in enumerate(version.extra.get("indicator_order", []))}
        if any(key not in {one.key for one in self._indicators.values()} for key in order):
            self._indicators |= {one.pk: one for one in version.plan.indicators.filter(key__in=order)}
        found = sorted(self._indicators.values(), key=lambda one: (order.get(one.key, len(order)), one.pk))
        entries = [_indicator(one, tuple(bases[one.pk]), tuple(targets[one.pk])) for one in found]
        passing = mentions(document).indicators
        return tuple(entry for entry in entries if passing.get(entry.key) != entry)


def _indicator(
    one: rows.Indicator, baselines: tuple[said.Baseline, ...], targets: tuple[said.IndicatorTarget, ...]
) -> said.Indicator:
    texts = ("name_zh", "numerator_en", "numerator_zh", "denominator_en", "denominator_zh", "note")
    plain = (
        "key", "name_en", "unit", "direction", "kind", "cumulative", "rollup_areas", "rollup_time", "tolerance",
    )  # fmt: skip
    said_of_it: dict[str, Any] = {name: getattr(one, name) for name in plain}
    said_of_it |= {name: getattr(one, name) or None for name in texts} | {"tolerance": _number(one.tolerance)}
    return said.Indicator(
        **said_of_it, dimensions=tuple(one.dimensions), baselines=baselines, targets=targets
    )


def _baseline(base: rows.Baseline) -> said.Baseline:
    place = None if base.place_code == "000000" else base.place_code
    numbers = (_number(base.value), _number(base.numerator), _number(base.denominator))
    return said.Baseline(base.year, *numbers, place, base.source or None)


def _target(target: rows.Target) -> said.IndicatorTarget:
    place = None if target.place_code == "000000" else target.place_code
    return said.IndicatorTarget(target.by, _number(target.value), place, target.comment or None)


def _number(stored: Decimal | None) -> Decimal | None:
    """The number without the zeros its column adds."""
    if stored is None:
        return None
    bare = stored.normalize()
    return bare.quantize(Decimal(1)) if bare == bare.to_integral_value() else bare
