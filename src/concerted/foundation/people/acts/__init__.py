"""Every write to person records, their holds and their erasure."""

from .erasure import approve_erasure, refuse_erasure, request_erasure
from .holds import ask_to_lift_hold, keep_hold, lift_hold, set_hold
from .persons import (
    add_photograph,
    add_statement,
    check_person,
    choose_statement,
    lift_officer_exclusion,
    record_person,
    set_officer_aside,
    withdraw_statement,
)

__all__ = [
    "add_photograph",
    "add_statement",
    "approve_erasure",
    "ask_to_lift_hold",
    "check_person",
    "choose_statement",
    "keep_hold",
    "lift_hold",
    "lift_officer_exclusion",
    "record_person",
    "refuse_erasure",
    "request_erasure",
    "set_hold",
    "set_officer_aside",
    "withdraw_statement",
]
