"""Lays a plan document down as the rows of one version and picks them up again; it asks nobody's permission.

What a column cannot hold (a title marked "not read", a date in words) is kept beside it, so that the document
read back equals the one stored.
"""

from .entries import deadline_columns, indicator_fields, measure_row
from .laying import lay_down, version_fields
from .lineage import key_in_plan, naming_problems, said_of, unknown_before
from .problems import Placed, cycle_problem, placed_measures, problems_of, refuse_overlong

__all__ = [
    "Placed",
    "cycle_problem",
    "deadline_columns",
    "indicator_fields",
    "key_in_plan",
    "lay_down",
    "measure_row",
    "naming_problems",
    "placed_measures",
    "problems_of",
    "refuse_overlong",
    "said_of",
    "unknown_before",
    "version_fields",
]
