"""How long things decided take to be done, with what is still open counted as open; plain arithmetic on arrays."""

from ._survival import Survival, SurvivalPoint, time_to_close

__all__ = ["Survival", "SurvivalPoint", "time_to_close"]
