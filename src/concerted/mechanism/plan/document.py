"""A plan as a document: what a plan file says and a version holds, without the database; it decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

Free = Mapping[str, Any]
"""Plain JSON data whose fields no column knows; kept as it came."""


@dataclass(frozen=True)
class SourceEntry:
    """Where a wording was read."""

    key: str
    what: str
    where: str = ""


@dataclass(frozen=True)
class PartEntry:
    """An agency's part in a measure, from one day (None: the beginning) until before another (None: no end)."""

    agency: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class MilestoneEntry:
    """A dated step of a measure."""

    key: str
    title_en: str
    due: date
    title_zh: str = ""


@dataclass(frozen=True)
class NeedEntry:
    """The measure that must be finished first, and how many days later this one can start."""

    measure: str
    lag_days: int = 0


@dataclass(frozen=True)
class BaselineEntry:
    """Where an indicator stood in a year in one place; value None: named but not read."""

    year: int
    place_code: str = "000000"
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    source: str = ""


@dataclass(frozen=True)
class TargetEntry:
    """What an indicator shall be by a day in one place; value None: a direction without a number."""

    by: date
    place_code: str = "000000"
    value: Decimal | None = None
    comment: str = ""


@dataclass(frozen=True)
class IndicatorEntry:
    """What is counted, for which measures (keys) and objectives ("strand/objective"), from where to where."""

    key: str
    name_en: str
    unit: str
    direction: str
    name_zh: str = ""
    kind: str = "count"
    numerator_en: str = ""
    numerator_zh: str = ""
    denominator_en: str = ""
    denominator_zh: str = ""
    cumulative: bool = False
    rollup_areas: str = "sum"
    rollup_time: str = "sum"
    dimensions: tuple[str, ...] = ()
    tolerance: Decimal | None = None
    note: str = ""
    measures: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    baselines: tuple[BaselineEntry, ...] = ()
    targets: tuple[TargetEntry, ...] = ()


@dataclass(frozen=True)
class ObjectiveEntry:
    """What a strand is to reach; `indicator` is the ratio or count the text itself names, with its direction."""

    key: str
    text_en: str = ""
    text_zh: str = ""
    deadline: date | None = None
    indicator: str = ""
    direction: str = ""
    baseline_year: int | None = None
    read: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    extra: Free = field(default_factory=dict)


@dataclass(frozen=True)
class MeasureEntry:
    """One measure. `leads` or `supports` None: not read, which is different from none.

    deadline_kind: date, continuous, yearly, text, not_read, or not_stated (then the measure above it holds).
    target: what the text says is to be reached, as it says it.
    """

    key: str
    number: str = ""
    title_en: str = ""
    title_zh: str = ""
    text_en: str = ""
    text_zh: str = ""
    text_read: bool = True
    objective: str = ""
    level: str = ""
    starts: date | None = None
    deadline: date | None = None
    deadline_kind: str = "not_stated"
    deadline_text: str = ""
    target: Free | None = None
    leads: tuple[PartEntry, ...] | None = ()
    supports: tuple[PartEntry, ...] | None = ()
    lead_note: str = ""
    support_note: str = ""
    note: str = ""
    read: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    milestones: tuple[MilestoneEntry, ...] = ()
    needs: tuple[NeedEntry, ...] = ()
    carried_from: str = ""
    sub_measures: tuple[MeasureEntry, ...] = ()
    extra: Free = field(default_factory=dict)

    def with_those_below(self) -> Iterator[MeasureEntry]:
        """This measure and every measure below it, in order."""
        yield self
        for below in self.sub_measures:
            yield from below.with_those_below()


@dataclass(frozen=True)
class StrandEntry:
    """A chapter of the plan; measures_read False: its list of measures was not read whole."""

    key: str
    title_en: str
    title_zh: str = ""
    measures_read: bool = True
    read: tuple[str, ...] = ()
    note: str = ""
    objectives: tuple[ObjectiveEntry, ...] = ()
    measures: tuple[MeasureEntry, ...] = ()
    extra: Free = field(default_factory=dict)


@dataclass(frozen=True)
class PlanDocument:
    """One wording of a plan, whole. Agencies, plans and places are named by their keys."""

    key: str
    title_en: str
    level: str = "national"
    place_code: str = "000000"
    title_zh: str = ""
    document_no: str = ""
    issuer: str = ""
    adopted: date | None = None
    period_from: date | None = None
    period_to: date | None = None
    victim_scope: str = ""
    parent: str = ""
    predecessor: str = ""
    successor: str = ""
    completeness: str = "complete"
    reading_levels: Free = field(default_factory=dict)
    sources: tuple[SourceEntry, ...] = ()
    guiding_principle: str = ""
    overall_goal: Free = field(default_factory=dict)
    legal_basis: tuple[str, ...] = ()
    strategic_measures: Free = field(default_factory=dict)
    strands: tuple[StrandEntry, ...] = ()
    indicators: tuple[IndicatorEntry, ...] = ()
    local_instruments: tuple[Any, ...] = ()
    not_read: tuple[str, ...] = ()
    extra: Free = field(default_factory=dict)

    def measures(self) -> Iterator[tuple[StrandEntry, MeasureEntry]]:
        """Every measure with its strand, sub-measures after the measure above them."""
        for strand in self.strands:
            for measure in strand.measures:
                for entry in measure.with_those_below():
                    yield strand, entry

    def objectives(self) -> Iterator[tuple[StrandEntry, ObjectiveEntry]]:
        """Every objective with its strand."""
        for strand in self.strands:
            for objective in strand.objectives:
                yield strand, objective
