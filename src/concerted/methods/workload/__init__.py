"""Where work piles up: load by due week, work in hand beyond the common pace, concentration of work."""

from ._load import Offices, Pile, concentration, pile_up, weight_of
from ._queue import Queue, simulate

__all__ = ["Offices", "Pile", "Queue", "concentration", "pile_up", "simulate", "weight_of"]
