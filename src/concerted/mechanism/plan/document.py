"""A plan as a document: what a plan file says and a version holds; "not read" is a value of its own,
never an empty one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

SCHEMA = "concerted/plan/1"
SEED_SCHEMA = "concerted/plan-seed/1"

Extra = Mapping[str, Any]
"""Fields the schema does not know, kept as plain data (texts, whole numbers, fractions, truth values, lists, maps)."""


class NotRead(Enum):
    """The one value that says: this stands in the plan, and nobody has read it."""

    NOT_READ = "not_read"

    def __repr__(self) -> str:
        return "NOT_READ"

    def __bool__(self) -> bool:
        return False


NOT_READ = NotRead.NOT_READ

Levels = tuple[str, ...] | NotRead
"""Reading levels of an entry; one or several."""


@dataclass(frozen=True)
class Period:
    """First and last day."""

    from_: date
    to: date


@dataclass(frozen=True)
class PlanFacts:
    """The plan itself: who issued what, when, for which period and place."""

    id: str
    level: str | None = None
    place: str | None = None
    title_en: str | None = None
    title_zh: str | None = None
    document_no: str | None = None
    issuer: str | None = None
    office: str | None = None
    adopted: date | NotRead | None = None
    published: date | NotRead | None = None
    period: Period | None = None
    victim_scope: str | None = None
    parent: str | None = None
    predecessor: str | None = None
    successor: str | None = None
    version: int | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """Where something was read."""

    id: str
    what: str | None = None
    where: str | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True)
class OverallGoal:
    """The goal of the whole plan; read: reading levels or source ids, as the file has them."""

    text: str | NotRead
    text_zh: str | None = None
    read: Levels | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True)
class StrategicMeasure:
    """One of the plan's general lines of work."""

    id: str
    title: str | None = None
    title_zh: str | None = None
    description: str | NotRead | None = None
    description_zh: str | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True)
class StrategicMeasures:
    """The general lines of work and where they were read."""

    read: Levels | None = None
    source: tuple[str, ...] = ()
    items: tuple[StrategicMeasure, ...] = ()


@dataclass(frozen=True)
class Objective:
    """What a strand is to reach; indicator is the wording of the plan, indicators are keys of this file."""

    id: str
    text: str | NotRead | None = None
    text_zh: str | None = None
    deadline: date | NotRead | str | None = None
    indicator: str | None = None
    indicators: tuple[str, ...] = ()
    baseline_year: int | None = None
    direction: str | None = None
    read: Levels | None = None
    source: tuple[str, ...] = ()
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True)
class Responsibility:
    """An agency's part in a measure, with the days between which it holds (None: the plan's whole period)."""

    agency: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class MeasureTarget:
    """A target in the words of the plan."""

    indicator: str
    value: int | Decimal | str | None = None
    by: date | str | None = None
    per: str | None = None


@dataclass(frozen=True)
class Milestone:
    """A dated step of a measure."""

    key: str
    title_en: str
    title_zh: str | None = None
    due: date | None = None


@dataclass(frozen=True)
class Dependency:
    """The measure this one waits for, and the days that must lie between."""

    on: str
    lag_days: int = 0


Responsibilities = tuple[Responsibility, ...] | NotRead


@dataclass(frozen=True)
class Measure:
    """An activity of the plan with those who carry it out; sub-measures have the same shape."""

    id: str
    number: str | None = None
    title: str | NotRead | None = None
    title_zh: str | None = None
    description: str | NotRead | None = None
    description_zh: str | None = None
    objective: str | None = None
    lead: Responsibilities = ()
    lead_note: str | None = None
    support: Responsibilities = ()
    support_note: str | None = None
    level: str | NotRead | None = None
    starts: date | NotRead | None = None
    deadline: date | NotRead | str | None = None
    target: MeasureTarget | NotRead | None = None
    indicators: tuple[str, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    depends_on: tuple[Dependency, ...] = ()
    carried_from: str | None = None
    read: Levels | None = None
    sources: tuple[str, ...] = ()
    note: str | None = None
    sub_measures: tuple[Measure, ...] = ()
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True)
class Strand:
    """A chapter of the plan with its objectives and measures, and how much of it was read."""

    id: str
    title: str | None = None
    title_zh: str | None = None
    national_measure_list: str | NotRead | None = None
    read: Levels | None = None
    read_in_full: bool | None = None
    measures_read: str | NotRead | None = None
    note: str | None = None
    objectives: tuple[Objective, ...] = ()
    measures: tuple[Measure, ...] = ()
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True)
class Baseline:
    """Where an indicator stood in a year and place; a ratio has numerator and denominator."""

    year: int
    value: Decimal | NotRead | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    place: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class IndicatorTarget:
    """What an indicator shall be by a day in a place; no value: only the direction was set."""

    by: date
    value: Decimal | NotRead | None = None
    place: str | None = None
    comment: str | None = None


@dataclass(frozen=True)
class Indicator:
    """What is counted, which way is good, and how it adds up."""

    key: str
    name_en: str
    unit: str
    direction: Literal["rise", "fall", "reach", "keep"]
    name_zh: str | None = None
    kind: Literal["count", "ratio", "score"] = "count"
    numerator_en: str | None = None
    numerator_zh: str | None = None
    denominator_en: str | None = None
    denominator_zh: str | None = None
    cumulative: bool = False
    rollup_areas: str = "sum"
    rollup_time: str = "sum"
    dimensions: tuple[str, ...] = ()
    tolerance: Decimal | None = None
    note: str | None = None
    baselines: tuple[Baseline, ...] = ()
    targets: tuple[IndicatorTarget, ...] = ()
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True)
class LocalInstrument:
    """A local text of the plan's period that was seen."""

    place: str
    tier: str | None = None
    doc: str | None = None
    date: date | str | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True)
class PlanDocument:
    """A whole plan file."""

    plan: PlanFacts
    completeness: str | None = None
    reading_levels: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    guiding_principle: str | NotRead | None = None
    guiding_principle_zh: str | None = None
    work_pattern: str | NotRead | None = None
    work_pattern_zh: str | None = None
    overall_goal: OverallGoal | NotRead | None = None
    legal_basis_read: tuple[str, ...] = ()
    strategic_measures: StrategicMeasures | None = None
    strands: tuple[Strand, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    local_instruments_read: tuple[LocalInstrument, ...] = ()
    not_read: tuple[str, ...] = ()
    extra: Extra = field(default_factory=dict)

    def all_measures(self) -> Iterator[Measure]:
        """Yield measures and sub-measures, in the order of the plan."""
        waiting = [measure for strand in reversed(self.strands) for measure in reversed(strand.measures)]
        while waiting:
            measure = waiting.pop()
            yield measure
            waiting.extend(reversed(measure.sub_measures))
