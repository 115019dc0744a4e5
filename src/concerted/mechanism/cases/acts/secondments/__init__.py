"""Officers lent from agency to agency for named cases: asked for, agreed to by home, prolonged, ended."""

from .answering import agree_secondment, decline_secondment, withdraw_secondment
from .asking import Asked, ask_for_further_cases, ask_for_longer, ask_for_officer
from .ending import end_secondment, take_case_back
from .shared import LENT

__all__ = [
    "LENT",
    "Asked",
    "agree_secondment",
    "ask_for_further_cases",
    "ask_for_longer",
    "ask_for_officer",
    "decline_secondment",
    "end_secondment",
    "take_case_back",
    "withdraw_secondment",
]
