"""The answers of a place to the nation's measures; none is ever overwritten."""

from ..localising import Impossible, open_local_plan
from .answering import adapt_measure, adopt_measure, adopt_measures, consider_again, decline_measure
from .differing import TOLD_IN_WORDS
from .revising import LOCAL, NATIONAL, keep_divergence, rebase

__all__ = [
    "LOCAL",
    "NATIONAL",
    "TOLD_IN_WORDS",
    "Impossible",
    "adapt_measure",
    "adopt_measure",
    "adopt_measures",
    "consider_again",
    "decline_measure",
    "keep_divergence",
    "open_local_plan",
    "rebase",
]
