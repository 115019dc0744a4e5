"""The tables of the evaluation part."""

from .evaluation import Evaluation, EvaluationOutcome, EvaluationRule, Finding, FindingMeasure, FindingMove
from .instruments import (
    Instrument,
    Recommendation,
    RecommendationMeasure,
    RecommendationMove,
    ReviewCycle,
    TreatyDeadline,
)
from .supervision import SupervisedArea, SupervisionStep

__all__ = [
    "Evaluation",
    "EvaluationOutcome",
    "EvaluationRule",
    "Finding",
    "FindingMeasure",
    "FindingMove",
    "Instrument",
    "Recommendation",
    "RecommendationMeasure",
    "RecommendationMove",
    "ReviewCycle",
    "SupervisedArea",
    "SupervisionStep",
    "TreatyDeadline",
]
