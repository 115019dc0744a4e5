"""Plan files in YAML and XLSX that read back as exactly what was written; nothing unread ever turns into
nothing."""

from concerted.interfaces.exchange.plan_file.document import (
    NOT_READ,
    Baseline,
    Dependency,
    Indicator,
    IndicatorTarget,
    LocalInstrument,
    Measure,
    MeasureTarget,
    Milestone,
    NotRead,
    Objective,
    OverallGoal,
    Period,
    PlanDocument,
    PlanFacts,
    Responsibility,
    Source,
    Strand,
    StrategicMeasure,
)
from concerted.interfaces.exchange.plan_file.sheets import dump_xlsx, load_xlsx
from concerted.interfaces.exchange.plan_file.text import dump_yaml, load_yaml

__all__ = [
    "NOT_READ",
    "Baseline",
    "Dependency",
    "Indicator",
    "IndicatorTarget",
    "LocalInstrument",
    "Measure",
    "MeasureTarget",
    "Milestone",
    "NotRead",
    "Objective",
    "OverallGoal",
    "Period",
    "PlanDocument",
    "PlanFacts",
    "Responsibility",
    "Source",
    "Strand",
    "StrategicMeasure",
    "dump_xlsx",
    "dump_yaml",
    "load_xlsx",
    "load_yaml",
]
