"""The plan and its carrying out as tables."""

from .alignment import Alignment
from .indicator import (
    Baseline,
    Indicator,
    IndicatorUse,
    Observation,
    PublishedStatistic,
    ReportingPeriod,
    RollUp,
    Ruling,
    Target,
)
from .plan import (
    Dependency,
    InternalNote,
    Measure,
    Milestone,
    MilestoneMark,
    Objective,
    Plan,
    PlanDraft,
    PlanSource,
    PlanVersion,
    Responsibility,
    Strand,
)
from .reporting import LockException, PeriodSnapshot, Report, ReportMove, SupportRequest

__all__ = [
    "Alignment",
    "Baseline",
    "Dependency",
    "Indicator",
    "IndicatorUse",
    "InternalNote",
    "LockException",
    "Measure",
    "Milestone",
    "MilestoneMark",
    "Objective",
    "Observation",
    "PeriodSnapshot",
    "Plan",
    "PlanDraft",
    "PlanSource",
    "PlanVersion",
    "PublishedStatistic",
    "Report",
    "ReportMove",
    "ReportingPeriod",
    "Responsibility",
    "RollUp",
    "Ruling",
    "Strand",
    "SupportRequest",
    "Target",
]
