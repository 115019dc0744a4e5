"""Joint meetings, their agendas, minutes and decisions as tables."""

from .agenda import AgendaItem, Proposal
from .decision import ActionItem, ActionMove, Decision, DecisionMeasure, Dissent
from .meeting import Meeting, Seat
from .minutes import Amendment, Minutes, Section
from .papers import Paper
from .series import Chair, Series
from .session import Note

__all__ = [
    "ActionItem",
    "ActionMove",
    "AgendaItem",
    "Amendment",
    "Chair",
    "Decision",
    "DecisionMeasure",
    "Dissent",
    "Meeting",
    "Minutes",
    "Note",
    "Paper",
    "Proposal",
    "Seat",
    "Section",
    "Series",
]
