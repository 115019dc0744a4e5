"""What definitions and indicators say of a set of facts, step by step; never a legal finding, Django or a clock."""

from concerted.methods.law._answers import AgeRange, Answer, ScreeningForm
from concerted.methods.law._indicators import (
    Combination,
    Dimension,
    Indicator,
    IndicatorSet,
    ListOfIndicators,
    ResultName,
    Strength,
    TableRow,
    indicator_set_from,
)
from concerted.methods.law._score import DimensionScore, Standing, Step, score_dimension
from concerted.methods.law._screen import (
    NOT_A_FINDING_EN,
    NOT_A_FINDING_ZH,
    Caution,
    ReadingStep,
    ScreeningResult,
    screen,
)

__all__ = [
    "NOT_A_FINDING_EN",
    "NOT_A_FINDING_ZH",
    "AgeRange",
    "Answer",
    "Caution",
    "Combination",
    "Dimension",
    "DimensionScore",
    "Indicator",
    "IndicatorSet",
    "ListOfIndicators",
    "ReadingStep",
    "ResultName",
    "ScreeningForm",
    "ScreeningResult",
    "Standing",
    "Step",
    "Strength",
    "TableRow",
    "indicator_set_from",
    "score_dimension",
    "screen",
]
