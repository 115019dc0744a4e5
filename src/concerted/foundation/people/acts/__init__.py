"""Every write to person records, their holds and their erasure."""

from .persons import (
    add_photograph,
    add_statement,
    choose_statement,
    lift_officer_exclusion,
    record_person,
    set_officer_aside,
    withdraw_statement,
)

__all__ = [
    "add_photograph",
    "add_statement",
    "choose_statement",
    "lift_officer_exclusion",
    "record_person",
    "set_officer_aside",
    "withdraw_statement",
]
