"""Changes to the entries of a draft version, each against the row version the officer read; frozen ones are refused."""

from .entries import add_measure, add_strand, edit_measure, edit_strand, remove_measure
from .marks import mark_milestone, withdraw_mark
from .opening import StaleEntry
from .parts import (
    add_dependency,
    add_milestone,
    add_responsibility,
    remove_dependency,
    remove_milestone,
    remove_responsibility,
)

__all__ = [
    "StaleEntry",
    "add_dependency",
    "add_measure",
    "add_milestone",
    "add_responsibility",
    "add_strand",
    "edit_measure",
    "edit_strand",
    "mark_milestone",
    "remove_dependency",
    "remove_measure",
    "remove_milestone",
    "remove_responsibility",
    "withdraw_mark",
]
