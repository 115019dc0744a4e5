"""Reads how places answer national measures: answers, coverage, gaps, what a revision offers; never writes them."""

from concerted.methods.results import ABSENT

from ...alignment_states import DIVERGED, NOT_CONSIDERED, REBASE_DUE
from ..wording import NATION
from .answers import (
    ancestors_of,
    answer_by_id,
    answers,
    history_of_answers,
    local_plan,
    place_by_code,
    standing_answer,
)
from .beside import BesideNation, PlaceView, RebaseDue, beside_nation, local_only_measures, rebases_due
from .comparing import Comparison, SideBySide, current_national, local_now, side_by_side, three_way_of
from .coverage import (
    CoverageCell,
    CoverageMatrix,
    CoveragePlace,
    CoverageRow,
    Uptake,
    coverage,
    gap_counts,
    gaps_between,
    places_of,
    target_sums,
    uptake,
)

__all__ = [
    "ABSENT",
    "DIVERGED",
    "NATION",
    "NOT_CONSIDERED",
    "REBASE_DUE",
    "BesideNation",
    "Comparison",
    "CoverageCell",
    "CoverageMatrix",
    "CoveragePlace",
    "CoverageRow",
    "PlaceView",
    "RebaseDue",
    "SideBySide",
    "Uptake",
    "ancestors_of",
    "answer_by_id",
    "answers",
    "beside_nation",
    "coverage",
    "current_national",
    "gap_counts",
    "gaps_between",
    "history_of_answers",
    "local_now",
    "local_only_measures",
    "local_plan",
    "place_by_code",
    "places_of",
    "rebases_due",
    "side_by_side",
    "standing_answer",
    "target_sums",
    "three_way_of",
    "uptake",
]
