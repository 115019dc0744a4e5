"""Reads a plan written as governments write it into a draft; it guesses no agency and drops no line."""

from concerted.interfaces.exchange.notation.draft import (
    DraftMeasure,
    DraftObjective,
    DraftPlan,
    DraftStrand,
    TextAtLine,
    UnknownAgency,
)
from concerted.interfaces.exchange.notation.read import read_plan
from concerted.interfaces.exchange.notation.register import AgencyRow, Register

__all__ = [
    "AgencyRow",
    "DraftMeasure",
    "DraftObjective",
    "DraftPlan",
    "DraftStrand",
    "Register",
    "TextAtLine",
    "UnknownAgency",
    "read_plan",
]
